package detect

import (
	_ "embed"
	"go/ast"
	"go/token"
	"go/types"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/typed"
)

//go:embed nilctx.md
var nilContextPage string

var nilContextRule = &Rule{
	Name:   "nilctx",
	Doc:    "nil in the place of a context",
	Page:   nilContextPage,
	Preset: Recommended,
	Best:   Unsafe,
	Find:   findNilContext,
}

// NilContext is a nil to be replaced by a context.
type NilContext struct {
	Nil    *ast.Ident
	With   string       // Go source of what takes its place
	Rename *flow.Rename // the parameter to name first, or nil
	Import *flow.Import // to be added for With, or nil
}

func (*NilContext) evidence() {}

// findNilContext reports nil, provided:
//   - its place gives it the type context.Context, by no conversion;
//   - it is the argument of a call, or all that a local variable ever is which
//     calls receive; with the rule in full, a field of a composite literal or
//     the only result of a function;
//   - nothing in the main modules that may receive it compares it with nil;
//   - it does not stand in a test.
func findNilContext(pass *Pass) []Finding {
	p := nilFinder{pass}
	var found []Finding
	for _, file := range p.Files() {
		if p.Flow.IsTestFile(file.Syntax) {
			continue
		}
		ast.Inspect(file.Syntax, func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			if !ok || id.Name != "nil" || !p.Package.Info.Types[id].IsNil() {
				return true
			}
			if t := p.Flow.Expected(id); t == nil || !types.IsInterface(t) || !typed.Is(t, "context", "Context") {
				return true
			}
			// Have: nil where a context.Context is wanted
			if f, ok := p.judge(id); ok {
				found = append(found, f)
			}
			return true
		})
	}
	return found
}

// A nilFinder is a pass that looks at nil contexts.
type nilFinder struct{ *Pass }

// judge tells by the place of a nil what it is.
func (p nilFinder) judge(id *ast.Ident) (Finding, bool) {
	var e ast.Expr = id
	for {
		paren, ok := p.Flow.Parent(e).(*ast.ParenExpr)
		if !ok {
			break
		}
		e = paren
	}
	switch parent := p.Flow.Parent(e).(type) {
	case *ast.CallExpr:
		return p.argument(id, parent, e)
	case *ast.ValueSpec:
		return p.variable(id, parent, e)
	case *ast.KeyValueExpr, *ast.CompositeLit:
		return p.field(id, parent)
	case *ast.ReturnStmt:
		if p.Strict() && len(parent.Results) == 1 {
			f := p.Finding(id, "nil is returned as a context")
			f.Lower(Manual, "a caller may test the result for nil: return context.Background() if none does")
			return f, true
		}
	}
	return Finding{}, false
}

// argument judges a nil given to a call.
func (p nilFinder) argument(id *ast.Ident, call *ast.CallExpr, arg ast.Expr) (Finding, bool) {
	if why := p.expectsNil(call, arg); why != "" {
		p.keep(id, why)
		return Finding{}, false
	}
	callee := types.ExprString(call.Fun)
	f := p.Finding(id, "nil is passed to %s as its context", callee)
	return p.replace(f, id, callee), true
}

// variable judges var ctx context.Context = nil.
func (p nilFinder) variable(id *ast.Ident, spec *ast.ValueSpec, e ast.Expr) (Finding, bool) {
	i := 0
	for i < len(spec.Values) && spec.Values[i] != e {
		i++
	}
	if i >= len(spec.Names) || p.Flow.Func(spec) == nil {
		return Finding{}, false
	}
	v := typed.Var(p.Package.Info, spec.Names[i])
	if v == nil || len(p.Flow.Assigned(v, nil)) > 0 {
		return Finding{}, false
	}
	// Have: a local variable that is nil for good
	callee := ""
	for _, u := range p.Flow.Reach(e) {
		if u.Kind != flow.Arg || p.expectsNil(u.Call, u.Node) != "" {
			return Finding{}, false
		}
		callee = types.ExprString(u.Call.Fun)
	}
	if callee == "" {
		return Finding{}, false
	}
	f := p.Finding(id, "%s, which %s receives as its context, is nil", v.Name(), callee)
	return p.replace(f, id, callee), true
}

// field judges a nil in a composite literal: what is made may fill it in.
func (p nilFinder) field(id *ast.Ident, parent ast.Node) (Finding, bool) {
	lit, ok := parent.(*ast.CompositeLit)
	if kv, isPair := parent.(*ast.KeyValueExpr); isPair {
		lit, ok = p.Flow.Parent(kv).(*ast.CompositeLit)
	}
	if !ok || !p.Strict() {
		return Finding{}, false
	}
	named := typed.Named(p.Package.Info.TypeOf(lit))
	if named == nil {
		return Finding{}, false
	}
	f := p.Finding(id, "a %s is made with nil as its context", named.Obj().Name())
	f.Lower(Manual, "nil may be the default that "+named.Obj().Name()+" fills in: give it a context, or leave the field out, which says the same")
	return f, true
}

func (p nilFinder) keep(n ast.Node, why string) {
	p.Kept = append(p.Kept, Kept{Rule: p.Rule, File: p.Package.FileOf(n.Pos()), Span: SpanOf(n), Because: why})
}

// replace gives the finding its fix: the live context where a fresh root in
// the place of nil would have to be that, else context.TODO().
func (p nilFinder) replace(f Finding, id *ast.Ident, callee string) Finding {
	ev := &NilContext{Nil: id}
	if ctx, ok := p.live(id); ok {
		ev.With, ev.Rename = ctx.Expr, ctx.Rename
		f.Lower(Unsafe, callee+" may treat nil in a way of its own, and ends with "+ctx.Expr+" now")
	} else {
		src, add, ok := p.Flow.ContextFunc("TODO", id.Pos())
		if !ok {
			f.Lower(Manual, "package context cannot be named here")
			return f
		}
		ev.With, ev.Import = src+"()", add
		f.Lower(Unsafe, callee+" may treat nil in a way of its own; no context that is sure to be right is at hand, which TODO says")
	}
	f.Evidence, f.Touches = ev, []Span{f.Span}
	if ev.Rename != nil {
		f.Touches = append(f.Touches, SpanOf(ev.Rename.List))
	}
	return f
}

// live returns the context that belongs in the place of nil. Where it is
// doubtful which one that is, or whether any is, it returns none: TODO leaves
// the question to be asked again.
func (p nilFinder) live(id *ast.Ident) (flow.Context, bool) {
	ctx, none := p.Flow.Live(id)
	if none != nil {
		return ctx, false
	}
	if region, _ := p.Flow.RootRegion(id); region != flow.NoRegion && region != flow.RegionKept {
		return ctx, false
	}
	uses := p.Flow.Reach(id)
	for _, u := range uses {
		if u.Kind == flow.Launched {
			return ctx, false
		}
	}
	return ctx, p.Flow.Runs(uses) == ""
}

// expectsNil says why a nil may be meant for the call, or "".
func (p nilFinder) expectsNil(call *ast.CallExpr, arg ast.Expr) string {
	fn := typed.Callee(p.Package.Info, call)
	i := p.Flow.ParamOf(call, arg)
	if fn == nil || i < 0 {
		return ""
	}
	s := nilSearch{program: p.Pass, seen: map[*types.Func]bool{}}
	if s.tests(fn, i) {
		return "what " + fn.Name() + " calls compares its context with nil"
	}
	if recv := fn.Signature().Recv(); recv == nil || !types.IsInterface(recv.Type()) {
		return ""
	}
	// Have: a method of an interface
	for _, pkg := range p.Program.Packages {
		for _, impl := range methodsNamed(pkg.Types, fn) {
			if s.tests(impl, i) {
				return "an implementation of " + fn.Name() + " compares its context with nil"
			}
		}
	}
	return ""
}

// methodsNamed returns the methods of the package's types that may implement
// the interface method fn.
func methodsNamed(pkg *types.Package, fn *types.Func) (methods []*types.Func) {
	if pkg == nil {
		return nil
	}
	for _, name := range pkg.Scope().Names() {
		obj, ok := pkg.Scope().Lookup(name).(*types.TypeName)
		if !ok || types.IsInterface(obj.Type()) {
			continue
		}
		m, _, _ := types.LookupFieldOrMethod(obj.Type(), true, pkg, fn.Name())
		if m, ok := m.(*types.Func); ok && m.Signature().Params().Len() == fn.Signature().Params().Len() {
			methods = append(methods, m)
		}
	}
	return methods
}

// A nilSearch looks for comparisons of a parameter with nil in the functions
// of the program.
type nilSearch struct {
	program *Pass
	seen    map[*types.Func]bool
}

// tests reports whether fn, or a function it hands its i-th parameter to,
// compares that with nil.
func (s nilSearch) tests(fn *types.Func, i int) bool {
	pkg, decl := s.program.Program.Decl(fn)
	if decl == nil || s.seen[fn] {
		return false
	}
	s.seen[fn] = true
	defer delete(s.seen, fn)
	v := pkg.Param(decl, i)
	if v == nil {
		return false
	}
	is := func(e ast.Expr) bool { return typed.Var(pkg.Info, e) == v }
	found := false
	ast.Inspect(decl.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BinaryExpr:
			if n.Op == token.EQL || n.Op == token.NEQ {
				found = found || is(n.X) && pkg.Info.Types[n.Y].IsNil() || is(n.Y) && pkg.Info.Types[n.X].IsNil()
			}
		case *ast.SwitchStmt:
			found = found || n.Tag != nil && is(n.Tag)
		case *ast.CallExpr:
			for j, arg := range n.Args {
				found = found || is(arg) && s.tests(typed.Callee(pkg.Info, n), j)
			}
		}
		return !found
	})
	return found
}
