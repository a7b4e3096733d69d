package detect

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/typed"
)

// A groupName is the name that a group's context has taken from the context
// it was made from: g, ctx := errgroup.WithContext(ctx).
type groupName struct {
	*Pass
	v      *types.Var // the group's context
	assign *ast.AssignStmt
	parent *types.Var // v itself where both have the same scope
	dead   []flow.DeadUse
}

// rename gives the context of the group a name of its own, so that the old one
// means the parent again, where work goes on after the Wait. Everything else
// that names the group's context goes on to mean it. Nil if that is not certain.
func (p *Pass) rename(u flow.DeadUse, all []flow.DeadUse) *ErrGroupCtx {
	g := &groupName{Pass: p, v: typed.Var(p.Package.Info, u.Expr)}
	if g.v == nil || !g.find(u.Expr) || !g.settled() {
		return nil
	}
	for _, d := range all {
		if d.Death.Waited && typed.Var(p.Package.Info, d.Expr) == g.v {
			if p.Flow.Said(d.Expr, flow.OnPurpose) != "" {
				return nil
			}
			g.dead = append(g.dead, d)
		}
	}
	name := p.Flow.FreeName(p.Flow.Func(g.assign).Outermost(), "gctx", "groupCtx")
	fix := &ErrGroupCtx{Uses: []ast.Expr{g.assign.Lhs[1]}, With: name}
	for _, id := range p.Flow.Uses(g.v) {
		here := p.Flow.Func(id) == p.Flow.Func(g.assign)
		switch {
		case !here && p.Flow.DeadAtLaunch(id):
			return nil // another goroutine of the group, started after its Wait
		case id.Pos() > g.assign.End() && !g.meansParent(id):
			fix.Uses = append(fix.Uses, id)
		case id.Pos() < g.assign.Pos() && !here:
			return nil // a literal made before may run after: it sees the group's
		}
	}
	if len(fix.Uses) == 1 {
		return nil // nothing of the group would use it
	}
	return fix
}

// find finds the only statement that makes v the context of a group, out of
// one of the same name.
func (g *groupName) find(use ast.Expr) bool {
	found := 0
	ast.Inspect(g.Flow.Func(use).Outermost().Node, func(n ast.Node) bool {
		assign, ok := n.(*ast.AssignStmt)
		if !ok || assign.Tok != token.DEFINE || len(assign.Lhs) != 2 || len(assign.Rhs) != 1 || typed.Var(g.Package.Info, assign.Lhs[1]) != g.v {
			return true
		}
		call, ok := ast.Unparen(assign.Rhs[0]).(*ast.CallExpr)
		if ok && typed.IsFunc(typed.Callee(g.Package.Info, call), "golang.org/x/sync/errgroup", "WithContext") && len(call.Args) == 1 {
			g.assign, g.parent = assign, typed.Var(g.Package.Info, call.Args[0])
			found++
		}
		return true
	})
	return found == 1 && g.parent != nil && g.parent.Name() == g.v.Name() && g.parent.Parent() != g.Package.Types.Scope()
}

// settled reports whether neither the parent nor the group's context gets
// another value from the statement on.
func (g *groupName) settled() bool {
	if g.Flow.LoopedSince(g.parent, g.assign) && len(g.Flow.Assigned(g.parent, nil)) > 0 {
		return false
	}
	before := func(n ast.Node) bool {
		_, address := n.(*ast.UnaryExpr)
		return n == g.assign || !address && n.End() < g.assign.Pos() && g.Flow.Func(n) == g.Flow.Func(g.assign)
	}
	for _, v := range []*types.Var{g.v, g.parent} {
		if slices.ContainsFunc(g.Flow.Assigned(v, nil), func(n ast.Node) bool { return !before(n) }) {
			return false
		}
	}
	return true
}

// meansParent reports whether the use of the name is better off with the
// parent: work after the Wait, and log lines there.
func (g *groupName) meansParent(id *ast.Ident) bool {
	if slices.ContainsFunc(g.dead, func(d flow.DeadUse) bool { return ast.Unparen(d.Expr) == id }) {
		return true
	}
	call, ok := g.Flow.Parent(id).(*ast.CallExpr)
	if !ok || !slices.Contains(call.Args, ast.Expr(id)) || !g.Flow.OnlyLooks(call, id) {
		return false
	}
	_, logs := g.Flow.Parent(call).(*ast.ExprStmt)
	death := g.Flow.DeadAt(id)
	return logs && death != nil && death.Waited
}
