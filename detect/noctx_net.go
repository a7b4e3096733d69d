package detect

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/typed"
)

// A netRow is a function whose variant is a method of something that must be
// made first. In expr, $ctx is the context, $0 the first argument, and pkg.
// the package of the function.
type netRow struct {
	pkg, name string
	variant   string
	expr      string
	strict    bool
	asConn    bool // the variant returns a net.Conn in place of a *tls.Conn
	since     int
}

var netTable = []netRow{
	{pkg: "net", name: "Dial", variant: "DialContext", expr: "(&pkg.Dialer{}).DialContext($ctx, $0, $1)"},
	{pkg: "net", name: "DialTimeout", variant: "DialContext", expr: "(&pkg.Dialer{Timeout: $2}).DialContext($ctx, $0, $1)"},
	{pkg: "net", name: "Listen", variant: "ListenConfig.Listen", expr: "(&pkg.ListenConfig{}).Listen($ctx, $0, $1)", strict: true},
	{pkg: "net", name: "ListenPacket", variant: "ListenConfig.ListenPacket", expr: "(&pkg.ListenConfig{}).ListenPacket($ctx, $0, $1)", strict: true},

	{pkg: "net", name: "LookupAddr", variant: "Resolver.LookupAddr", expr: "pkg.DefaultResolver.LookupAddr($ctx, $0)"},
	{pkg: "net", name: "LookupCNAME", variant: "Resolver.LookupCNAME", expr: "pkg.DefaultResolver.LookupCNAME($ctx, $0)"},
	{pkg: "net", name: "LookupHost", variant: "Resolver.LookupHost", expr: "pkg.DefaultResolver.LookupHost($ctx, $0)"},
	{pkg: "net", name: "LookupIP", variant: "Resolver.LookupIP", expr: `pkg.DefaultResolver.LookupIP($ctx, "ip", $0)`, since: 15},
	{pkg: "net", name: "LookupMX", variant: "Resolver.LookupMX", expr: "pkg.DefaultResolver.LookupMX($ctx, $0)"},
	{pkg: "net", name: "LookupNS", variant: "Resolver.LookupNS", expr: "pkg.DefaultResolver.LookupNS($ctx, $0)"},
	{pkg: "net", name: "LookupPort", variant: "Resolver.LookupPort", expr: "pkg.DefaultResolver.LookupPort($ctx, $0, $1)"},
	{pkg: "net", name: "LookupSRV", variant: "Resolver.LookupSRV", expr: "pkg.DefaultResolver.LookupSRV($ctx, $0, $1, $2)"},
	{pkg: "net", name: "LookupTXT", variant: "Resolver.LookupTXT", expr: "pkg.DefaultResolver.LookupTXT($ctx, $0)"},

	{pkg: "crypto/tls", name: "Dial", variant: "Dialer.DialContext", expr: "(&pkg.Dialer{Config: $2}).DialContext($ctx, $0, $1)", asConn: true, since: 15},
	{pkg: "crypto/tls", name: "DialWithDialer", variant: "Dialer.DialContext", expr: "(&pkg.Dialer{NetDialer: $0, Config: $3}).DialContext($ctx, $1, $2)", asConn: true, since: 15},
}

// netForm is the form of the functions of netTable: the context bounds what
// is done, not what comes of it.
func (p *noCtx) netForm(call *ast.CallExpr, fn *types.Func) *variant {
	if p.Package.Types == fn.Pkg() {
		return nil // the package itself has no name for its functions
	}
	for _, row := range netTable {
		if row.name != fn.Name() || !typed.IsFunc(fn, row.pkg, row.name) || p.Flow.Version(call) < row.since || call.Ellipsis.IsValid() || len(call.Args) != fn.Signature().Params().Len() {
			continue
		}
		v := &variant{name: row.variant, to: fn, strict: row.strict, safety: Safe}
		if row.strict {
			v.safety, v.because = Unsafe, "the context only bounds the look-up of the address"
		}
		v.make = p.replaced(call, row.pkg, func(ctx, pkg string) string { return p.netExpr(row, call, ctx, pkg) })
		switch {
		case row.asConn && !p.servesAsConn(call):
			v.safety, v.because = Manual, "the result is used as a *tls.Conn, and "+row.variant+" returns a net.Conn"
		case p.reorders(row, call):
			v.safety, v.because = Unsafe, "the arguments would be evaluated in another order"
		}
		return v
	}
	return nil
}

// netExpr fills the pattern of the row in.
func (p *noCtx) netExpr(row netRow, call *ast.CallExpr, ctx, pkg string) string {
	expr := row.expr
	if d := p.idleDialer(call); row.name == "Dial" && row.pkg == "net" && d != "" {
		expr = d + ".DialContext($ctx, $0, $1)"
	}
	if row.pkg == "crypto/tls" && p.isNil(call.Args[len(call.Args)-1]) {
		expr = strings.NewReplacer("{Config: $2}", "{}", ", Config: $3}", "}").Replace(expr)
	}
	pairs := []string{"pkg.", pkg, "$ctx", ctx}
	for i := range call.Args {
		pairs = append(pairs, "$"+string(rune('0'+i)), Hole(i))
	}
	return strings.NewReplacer(pairs...).Replace(expr)
}

func (p *noCtx) isNil(e ast.Expr) bool { return p.Package.Info.Types[e].IsNil() }

// reorders reports whether the row's pattern evaluates calls among the
// arguments in another order.
func (p *noCtx) reorders(row netRow, call *ast.CallExpr) bool {
	var acting []int
	for i, arg := range call.Args {
		if p.acts(arg) {
			acting = append(acting, i)
		}
	}
	return !slices.IsSortedFunc(acting, func(a, b int) int {
		return strings.Index(row.expr, "$"+string(rune('0'+a))) - strings.Index(row.expr, "$"+string(rune('0'+b)))
	})
}

// idleDialer returns the name of a local net.Dialer that is in scope, or "".
// It has no settings, and nothing is done with it but dialing.
func (p *noCtx) idleDialer(call *ast.CallExpr) string {
	top := p.Flow.Func(call)
	for scope := p.Package.Types.Scope().Innermost(call.Pos()); scope != nil && scope != p.Package.Types.Scope(); scope = scope.Parent() {
		for _, name := range scope.Names() {
			v, ok := scope.Lookup(name).(*types.Var)
			if ok && v.Kind() == types.LocalVar && v.Pos() < call.Pos() && typed.Is(v.Type(), "net", "Dialer") && p.Flow.Resolves(name, v, call.Pos()) && p.onlyDials(top, v) {
				return name
			}
		}
	}
	return ""
}

func (p *noCtx) onlyDials(top *flow.Func, v *types.Var) bool {
	only := top.Node.Pos() <= v.Pos()
	ast.Inspect(top.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ValueSpec: // var d net.Dialer
			for _, id := range n.Names {
				if p.Package.Info.Defs[id] == v && len(n.Values) > 0 {
					only = false
				}
			}
		case *ast.Ident:
			if p.Package.Info.Defs[n] == v {
				_, declared := p.Flow.Parent(n).(*ast.ValueSpec)
				only = only && declared
			}
			if p.Package.Info.Uses[n] == v {
				sel, ok := p.Flow.Parent(n).(*ast.SelectorExpr)
				only = only && ok && (sel.Sel.Name == "Dial" || sel.Sel.Name == "DialContext")
			}
		}
		return only
	})
	return only
}

// returnsConn reports whether the call is all that a function returns, and a
// net.Conn is among what that may return there.
func (p *noCtx) returnsConn(call *ast.CallExpr) bool {
	ret, ok := p.Flow.Parent(call).(*ast.ReturnStmt)
	if !ok || len(ret.Results) != 1 {
		return false
	}
	results, conn := p.Flow.Func(ret).Sig.Results(), connType(p.Package.Types)
	return conn != nil && results.Len() == 2 && types.AssignableTo(conn, results.At(0).Type())
}

// servesAsConn reports whether a net.Conn can take the place of the *tls.Conn
// that call returns: it is assigned to a new variable of which only methods
// of net.Conn are used, or that goes where a net.Conn, or less, is wanted; or
// it is returned as one.
func (p *noCtx) servesAsConn(call *ast.CallExpr) bool {
	if p.returnsConn(call) {
		return true
	}
	assign, ok := p.Flow.Parent(call).(*ast.AssignStmt)
	if !ok || len(assign.Lhs) != 2 || len(assign.Rhs) != 1 {
		return false
	}
	id, ok := assign.Lhs[0].(*ast.Ident)
	if !ok || id.Name == "_" {
		return ok
	}
	v, ok := p.Package.Info.Defs[id].(*types.Var)
	if !ok {
		v, ok = p.Package.Info.Uses[id].(*types.Var)
		return ok && types.IsInterface(v.Type())
	}
	conn := connType(p.Package.Types)
	serves := conn != nil
	ast.Inspect(p.Flow.Func(call).Outermost().Node, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if ok && p.Package.Info.Uses[id] == v {
			serves = serves && p.takesConn(id, conn)
		}
		return serves
	})
	return serves
}

// takesConn reports whether a net.Conn can stand where id does.
func (p *noCtx) takesConn(id *ast.Ident, conn types.Type) bool {
	fits := func(t types.Type) bool {
		return t != nil && types.IsInterface(t) && types.AssignableTo(conn, t)
	}
	switch parent := p.Flow.Parent(id).(type) {
	case *ast.SelectorExpr:
		obj, _, _ := types.LookupFieldOrMethod(conn, false, nil, parent.Sel.Name)
		return obj != nil
	case *ast.BinaryExpr:
		return p.isNil(parent.X) || p.isNil(parent.Y)
	case *ast.CallExpr:
		sig, ok := p.Package.Info.TypeOf(parent.Fun).Underlying().(*types.Signature)
		if !ok || sig.Variadic() || parent.Fun == id {
			return false
		}
		i := slices.Index(parent.Args, ast.Expr(id))
		return i >= 0 && i < sig.Params().Len() && fits(sig.Params().At(i).Type())
	case *ast.ReturnStmt:
		results := p.Flow.Func(id).Sig.Results()
		i := slices.Index(parent.Results, ast.Expr(id))
		return i >= 0 && results.Len() == len(parent.Results) && fits(results.At(i).Type())
	}
	return false
}

// connType returns net.Conn as the imports of pkg know it, or nil.
func connType(pkg *types.Package) types.Type {
	seen := map[*types.Package]bool{}
	var find func(*types.Package) types.Type
	find = func(from *types.Package) types.Type {
		if seen[from] {
			return nil
		}
		seen[from] = true
		if from.Path() == "net" {
			if obj := from.Scope().Lookup("Conn"); obj != nil {
				return obj.Type()
			}
		}
		for _, imp := range from.Imports() {
			if t := find(imp); t != nil {
				return t
			}
		}
		return nil
	}
	return find(pkg)
}
