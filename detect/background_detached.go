package detect

import (
	"go/ast"
	"go/token"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/typed"
)

// launchedDetached reports whether the root only goes to goroutines that
// nobody waits for.
func (p *Pass) launchedDetached(root *ast.CallExpr) bool {
	launched := 0
	for _, u := range p.Flow.Reach(root) {
		switch u.Kind {
		case flow.Launched:
			launched++
			if g := p.goOf(u); g != nil && !p.Flow.Detached(g) {
				return false
			}
		case flow.Arg, flow.Returned, flow.Stored, flow.Captured:
			return false
		}
	}
	return launched > 0
}

// spinsUnder reports whether a case waits for the Done of the root, directly or
// by the variable that it is given to, and comes back to its select at once.
func (p *Pass) spinsUnder(root *ast.CallExpr) bool {
	given := p.rootVar(root)
	spins := false
	ast.Inspect(p.Flow.Func(root).Body, func(n ast.Node) bool {
		clause, ok := n.(*ast.CommClause)
		if !ok || spins {
			return !spins
		}
		ch, sends := flow.Comm(clause)
		if ch == nil || sends {
			return true
		}
		ctx := ast.Unparen(p.Flow.DoneOf(ch))
		asked := ctx == ast.Expr(root) || given != nil && typed.Var(p.Package.Info, ctx) == given.Var
		spins = asked && p.Flow.ComesBack(clause)
		return true
	})
	return spins
}

// goOf returns the go statement that a Launched use belongs to, or nil.
func (p *Pass) goOf(u flow.Use) *ast.GoStmt {
	if u.Call != nil {
		g, _ := p.Flow.Parent(u.Call).(*ast.GoStmt)
		return g
	}
	for f := p.Flow.Func(u.Node); f != nil; f = f.Outer {
		if f.Wall == flow.Detached {
			return f.Go
		}
	}
	return nil
}

// withoutCancel keeps the values and drops the cancellation, in place.
func (p *Pass) withoutCancel(root *ast.CallExpr, ctx flow.Context) Finding {
	f := p.rootFinding(root, "values", ctx.Expr)
	src, why := p.detach(root, ctx)
	if why != "" {
		f.Lower(Manual, why)
		return f
	}
	f.Evidence = &Background{Root: root, With: src, Rename: ctx.Rename}
	if ctx.Rename != nil {
		f.Touches = append(f.Touches, SpanOf(ctx.Rename.List))
	}
	f.Lower(Unsafe, detachedBecause)
	return f
}

const detachedBecause = "the goroutine outlives the request: it keeps the values, not the cancellation; " +
	"a transaction or span among the values may have ended"

// detach renders context.WithoutCancel(ctx) at n, or says why it cannot be.
func (p *Pass) detach(n ast.Node, ctx flow.Context) (src, why string) {
	src, add, why := p.Flow.WithoutCancel(ctx.Expr, n)
	switch {
	case why != "":
		return "", "the goroutine outlives the request; " + why
	case add != nil:
		return "", "package context cannot be named here"
	}
	return src, ""
}

// detachedRoot hands context.WithoutCancel to the literal of a goroutine that
// nobody waits for, and uses it for every root in there.
func (p *Pass) detachedRoot(root *ast.CallExpr, outer flow.Context, done map[*ast.CallExpr]bool) Finding {
	f := p.rootFinding(root, "values", outer.Expr)
	lit := p.Flow.Func(root)
	for lit.Outer != nil && lit.Wall != flow.Detached {
		lit = lit.Outer
	}
	if lit.Go == nil || lit.Go.Call.Fun != lit.Node {
		f.Lower(Manual, "the goroutine outlives the request: give it context.WithoutCancel("+outer.Expr+")")
		return f
	}
	arg, why := p.detach(lit.Go, outer)
	typ, add, ok := p.Flow.ContextType(lit.Node.Pos())
	switch {
	case why != "":
	case !ok || add != nil:
		why = "package context cannot be named here"
	case p.spreads(lit.Go.Call):
		why = spreadBecause
	}
	if why != "" {
		f.Lower(Manual, why)
		return f
	}
	pass := &PassIn{Lit: lit.Node.(*ast.FuncLit), Call: lit.Go.Call, Type: typ, Arg: arg, Name: p.passName(lit, outer)}
	for _, r := range p.rootsIn(lit) {
		if r != root && done[r] {
			continue
		}
		done[r] = true
		pass.Roots = append(pass.Roots, r)
		f.Touches = append(f.Touches, SpanOf(r))
	}
	f.Touches = append(f.Touches, SpanOf(lit.Type), Span{lit.Go.Call.Lparen, lit.Go.Call.End()})
	if outer.Rename != nil {
		f.Touches = append(f.Touches, SpanOf(outer.Rename.List))
	}
	f.Evidence = &Background{Root: root, With: pass.Name, Rename: outer.Rename, Pass: pass}
	f.Lower(Unsafe, detachedBecause)
	return f
}

// passName names the new parameter of the literal.
func (p *Pass) passName(lit *flow.Func, outer flow.Context) string {
	if outer.Origin != flow.Provider && token.IsIdentifier(outer.Expr) {
		return p.Flow.FreeName(lit, outer.Expr, "ctx", "goCtx")
	}
	return p.Flow.FreeName(lit, "ctx", "goCtx")
}

// rootsIn returns the roots of the literal for which the detached context
// would stand in, leaving those whose place makes a fresh root right.
func (p *Pass) rootsIn(lit *flow.Func) []*ast.CallExpr {
	var roots []*ast.CallExpr
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || typed.Root(p.Package.Info, call) == "" {
			return true
		}
		if _, none := p.Flow.Live(call); none == nil || !none.Detached {
			return true
		}
		if region, _ := p.Flow.RootRegion(call); region == flow.NoRegion {
			roots = append(roots, call)
		}
		return true
	})
	return roots
}
