package flow

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/cfg"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// Deliberate says what around the root hints that it is meant, short of a
// region: the work before it may have failed, or have been cancelled, and
// what runs under the root is done all the same. "" for nothing.
func (p *Package) Deliberate(root *ast.CallExpr, ctx Context) string {
	f := p.Func(root)
	if name := p.pendingError(f, root); name != "" {
		return name + " may hold the error of a call that received a context: this may be done whatever came of it"
	}
	if name := p.tellsFailure(f, p.told(root)); name != "" {
		return name + " tells of a call that received a context and failed: that must be told all the same"
	}
	if p.maybeDone(f, root, ctx) {
		return ctx.Expr + " may be done here, which the code before goes on from"
	}
	if name := p.keptCancel(root); name != "" {
		return name + " is handed on: something else decides how long the context lives"
	}
	if p.detachesAbove(f, root) {
		return "the code above detaches other work from the context on purpose"
	}
	if call := p.calledLate(f); call != nil {
		return fmt.Sprintf("%s is called where its context may be done (line %d), and has its effect all the same", typed.CalleeName(call), p.Fset.PositionFor(call.Pos(), false).Line)
	}
	return ""
}

// told returns the call that a root is given to, or the call itself if it is
// none.
func (p *Package) told(call *ast.CallExpr) *ast.CallExpr {
	if outer, ok := p.Parent(call).(*ast.CallExpr); ok && typed.Root(p.Info, call) != "" {
		return outer
	}
	return call
}

// detachesAbove reports whether f calls context.WithoutCancel or the like
// itself before n.
func (p *Package) detachesAbove(f *Func, n ast.Node) bool {
	own := p.partsOf(f)
	return slices.ContainsFunc(own.calls, func(m *ast.CallExpr) bool {
		if m.Pos() >= n.Pos() {
			return false
		}
		d, _ := p.derivation(m)
		launched := func(g *ast.GoStmt) bool { return contains(g, m) }
		return d.how == byDetach && !slices.ContainsFunc(own.gos, launched) && p.Reachable(m, n)
	})
}

// pendingError returns the error variable that a call which received a
// context may have set, that nobody has asked before n, and that is used
// after n.
func (p *Package) pendingError(f *Func, n ast.Node) string {
	for _, m := range p.partsOf(f).sets {
		assign, ok := m.(*ast.AssignStmt)
		if !ok || len(assign.Rhs) != 1 || !p.isContextCall(assign.Rhs[0]) {
			continue
		}
		for _, l := range assign.Lhs {
			if v := typed.Var(p.Info, l); v != nil && typed.IsError(v.Type()) && p.failsUnseen(f, assign, v, n) {
				return v.Name()
			}
		}
	}
	return ""
}

// failsUnseen reports whether v, set by the assignment from a call that
// received a context, may be not nil at n and is used after it.
func (p *Package) failsUnseen(f *Func, from *ast.AssignStmt, v *types.Var, n ast.Node) bool {
	if !p.lasts(f, v, from, n) {
		return false
	}
	used := false
	p.trace(f, n, v, func(m ast.Node) bool {
		used = p.asks(m, v)
		return !used
	})
	return used
}

// asks reports whether node m uses the error v, as a bare return does with a
// named result.
func (p *Package) asks(m ast.Node, v *types.Var) bool {
	if ret, ok := m.(*ast.ReturnStmt); ok && len(ret.Results) == 0 {
		return v.Kind() == types.ResultVar
	}
	found := false
	ast.Inspect(m, func(x ast.Node) bool {
		id, _ := x.(*ast.Ident)
		found = found || p.Info.Uses[id] == v
		return !found
	})
	return found
}

// lasts reports whether n can run after from while v keeps its value and is not
// known to be nil.
func (p *Package) lasts(f *Func, v *types.Var, from, n ast.Node) (reached bool) {
	p.trace(f, from, v, func(m ast.Node) bool {
		reached = contains(m, n)
		return !reached
	})
	return reached
}

// trace visits the nodes that can run after from while v keeps its value and
// is not known to be nil, until visit returns false.
func (p *Package) trace(f *Func, from ast.Node, v *types.Var, visit func(ast.Node) bool) {
	g := p.graphOf(f)
	b, i := g.find(from)
	if b == nil {
		return
	}
	seen := map[*cfg.Block]bool{}
	var run func(b *cfg.Block, first int) bool
	run = func(b *cfg.Block, first int) bool {
		for _, m := range b.Nodes[min(first, len(b.Nodes)):] {
			if g.comm[m] {
				continue
			}
			if p.sets(m, v) {
				return true
			}
			if !visit(m) {
				return false
			}
		}
		for edge, succ := range b.Succs {
			if seen[succ] || p.clears(b, edge, v) {
				continue
			}
			seen[succ] = true
			if !run(succ, 0) {
				return false
			}
		}
		return true
	}
	run(b, i+1)
}

// sets reports whether the node assigns v.
func (p *Package) sets(m ast.Node, v *types.Var) bool {
	assign, ok := m.(*ast.AssignStmt)
	if !ok {
		return false
	}
	for _, l := range assign.Lhs {
		if typed.Var(p.Info, l) == v {
			return true
		}
	}
	return false
}

// clears reports whether leaving b by the edge means that v is nil.
func (p *Package) clears(b *cfg.Block, edge int, v *types.Var) bool {
	if len(b.Succs) != 2 || len(b.Nodes) == 0 {
		return false
	}
	cond, ok := b.Nodes[len(b.Nodes)-1].(*ast.BinaryExpr)
	if !ok || typed.Var(p.Info, cond.X) != v || !isNil(p.Info, cond.Y) {
		return false
	}
	return cond.Op == token.EQL && edge == 0 || cond.Op == token.NEQ && edge == 1
}

// maybeDone reports whether n can be reached from where the context is known
// to be done: select { case <-prev: case <-ctx.Done(): }.
func (p *Package) maybeDone(f *Func, n ast.Node, ctx Context) bool {
	g := p.graphOf(f)
	is := fact{kind: dead, a: key{base: ctx.Var}}
	for i, b := range g.cfg.Blocks {
		if !g.in[i][is] {
			continue
		}
		found := false
		g.walk([]*cfg.Block{b}, func(m ast.Node) bool {
			found = contains(m, n)
			return !found
		})
		if found {
			return true
		}
	}
	return false
}

// keptCancel returns the cancel func of the context derived from the root if
// it is stored or handed on: more than called, here or in a literal.
func (p *Package) keptCancel(root *ast.CallExpr) string {
	call, ok := p.Parent(root).(*ast.CallExpr)
	if !ok {
		return ""
	}
	assign, ok := p.Parent(call).(*ast.AssignStmt)
	d, _ := p.derivation(call)
	if !ok || !d.cancel {
		return ""
	}
	lhs := assign.Lhs[1-d.result]
	if isBlank(lhs) {
		return "" // dropped, which is mended by itself
	}
	v := typed.Var(p.Info, lhs)
	if v == nil || v.Kind() == types.PackageVar {
		return types.ExprString(lhs)
	}
	for _, id := range p.usesOf(v) {
		switch parent := p.Parent(id).(type) {
		case *ast.CallExpr:
			if parent.Fun != id {
				return v.Name()
			}
		case *ast.AssignStmt:
			for i, r := range parent.Rhs {
				if r == id && !isBlank(parent.Lhs[min(i, len(parent.Lhs)-1)]) {
					return v.Name()
				}
			}
		default:
			return v.Name()
		}
	}
	return ""
}
