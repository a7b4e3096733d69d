package detect

import (
	"fmt"
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/typed"
)

// A captured variable of a literal.
type captured struct {
	v    *types.Var
	uses []*ast.Ident

	name, typ, arg string
	asked          []*ast.CallExpr
	rebind         *ast.AssignStmt
	imports        []flow.Import
	doubt          string

	assigned  bool
	addressed bool
	later     ast.Node // may give v another value after the launch
	elsewhere bool     // later stands in another function
}

// captures lists the local variables from outside that lit mentions, in the
// order of their first use.
func (p launcher) captures(lit *ast.FuncLit) []*captured {
	var all []*captured
	of := map[*types.Var]*captured{}
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		v, ok := p.Package.Info.Uses[id].(*types.Var)
		if !ok || v.IsField() || v.Parent() == nil || v.Parent() == p.Package.Types.Scope() || v.Parent() == types.Universe {
			return true
		}
		if lit.Pos() <= v.Pos() && v.Pos() < lit.End() {
			return true
		}
		if v.Pkg() != p.Package.Types {
			return true // Have: a dot-imported package variable
		}
		// Have: a local variable declared outside lit
		if of[v] == nil {
			of[v] = &captured{v: v, name: v.Name(), arg: v.Name()}
			all = append(all, of[v])
		}
		of[v].uses = append(of[v].uses, id)
		return true
	})
	return all
}

// passContext prepares a captured context to be passed under its own name.
func (p launcher) passContext(c *captured, lit *ast.FuncLit) bool {
	t := types.Unalias(c.v.Type())
	if param, ok := t.(*types.TypeParam); ok {
		t = param.Constraint()
	}
	if !typed.IsContextInterface(t) || p.changedBy(c.uses) {
		return false
	}
	switch c.v.Type().(type) {
	case *types.Named, *types.Alias, *types.TypeParam:
	default:
		return false // an interface without a name
	}
	return p.writeType(c, lit) && p.mergeable(c, lit)
}

// writeType finds how the static type of c is written in lit's parameters.
func (p launcher) writeType(c *captured, lit *ast.FuncLit) (ok bool) {
	c.typ, c.imports, ok = p.Flow.TypeString(c.v.Type(), lit.Pos())
	return ok && !strings.Contains(strings.ReplaceAll(c.typ, "{}", ""), "{")
}

// passProvider prepares a parameter of which the literal only asks the
// context, to be asked at the go statement instead.
func (p launcher) passProvider(c *captured, lit *ast.FuncLit, others []*captured) bool {
	if c.v.Kind() != types.ParamVar {
		return false
	}
	provider, ok := p.Flow.ProviderOf(c.v.Type())
	if !ok {
		return false
	}
	c.arg = c.v.Name() + provider.Suffix
	for _, id := range c.uses {
		call := p.asks(id, c.arg)
		if call == nil {
			return false
		}
		c.asked = append(c.asked, call)
	}
	// Have: every use of the parameter is r.Context()
	typ, add, ok := p.Flow.ContextType(lit.Pos())
	if !ok {
		return false
	}
	c.typ = typ
	if add != nil {
		c.imports = []flow.Import{*add}
	}
	if c.name = p.freeName(lit, others); c.name == "" {
		return false
	}
	if !typed.IsPointerTo(c.v.Type(), "net/http", "Request") {
		c.doubt = fmt.Sprintf("%s may be another context by the time the goroutine asks for it", c.arg)
	}
	return true
}

// freeName returns a name for a new context parameter of lit, or "".
func (p launcher) freeName(lit *ast.FuncLit, others []*captured) string {
	for _, name := range []string{"ctx", "reqCtx", "requestCtx"} {
		taken := slices.ContainsFunc(others, func(c *captured) bool { return c.name == name })
		if !taken && p.Flow.FreeName(p.Flow.FuncOf(lit), name) == name {
			return name
		}
	}
	return ""
}

// asks returns the call that asks id for its context, written as src.
func (p launcher) asks(id *ast.Ident, src string) *ast.CallExpr {
	for n := p.Flow.Parent(id); n != nil; n = p.Flow.Parent(n) {
		e, ok := n.(ast.Expr)
		if !ok {
			return nil
		}
		text := types.ExprString(e)
		if call, ok := e.(*ast.CallExpr); ok && text == src {
			return call
		}
		if !strings.HasPrefix(src, text) {
			return nil
		}
	}
	return nil
}

// follow finds out where else c's variable gets a value.
func (p launcher) follow(c *captured, stmt ast.Node) {
	c.later = p.Flow.AssignedAfter(c.v, stmt, nil)
	_, c.addressed = c.later.(*ast.UnaryExpr)
	c.assigned = c.later != nil || len(p.Flow.Assigned(c.v, nil)) > 0
	c.elsewhere = c.later != nil && !p.inHome(c.later, c.v)
}

// sharedLoopVars returns the captured variables that all turns of a loop
// share: those of loops in files older than Go 1.22.
func (p launcher) sharedLoopVars(all, contexts []*captured, lit *ast.FuncLit, stmt *ast.GoStmt) []*captured {
	if len(contexts) == 0 || p.Flow.Version(stmt) >= 22 {
		return nil
	}
	var shared []*captured
	for _, c := range all {
		if slices.Contains(contexts, c) || p.isArgument(stmt.Call, c.v) || !p.Flow.LoopVar(c.v, stmt) {
			continue
		}
		if len(p.Flow.Assigned(c.v, stmt)) > 0 || p.changedBy(c.uses) || p.partsChange(c.v, p.Flow.Func(stmt).Body) || !p.writeType(c, lit) || p.redeclares(c.v, lit) != nil {
			continue
		}
		p.follow(c, stmt)
		shared = append(shared, c)
	}
	return shared
}
