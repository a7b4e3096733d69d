package flow

import (
	"go/ast"
	"go/types"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// A Group is an errgroup with a context of its own.
type Group struct {
	Ctx    *types.Var // the group's context
	Parent ast.Expr   // what it was derived from
}

// GroupOf returns the group that call, of Go or TryGo as a rule, is a method
// call of, provided it was made once, by errgroup.WithContext, whose context is
// assigned to a variable of its own; else nil.
func (p *Package) GroupOf(call *ast.CallExpr) *Group {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	v := typed.Var(p.Info, sel.X)
	if v == nil {
		return nil
	}
	defs := p.definitionsOf(v)
	if len(defs) != 1 {
		return nil
	}
	// Have: one assignment to g
	assign, ok := defs[0].node.(*ast.AssignStmt)
	made, isCall := ast.Unparen(defs[0].rhs).(*ast.CallExpr)
	if !ok || !isCall {
		return nil
	}
	d, _ := p.derivation(made)
	if d.how != byGroup {
		return nil
	}
	ctx := typed.Var(p.Info, assign.Lhs[d.result])
	if ctx == nil || ctx.Name() == "_" || ctx == typed.Var(p.Info, d.parent) {
		return nil
	}
	return &Group{ctx, d.parent}
}

// Same reports whether a and b denote the same value by the same name.
func (p *Package) Same(a, b ast.Expr) bool {
	k := keyOf(p.Info, a)
	return k.valid() && k == keyOf(p.Info, b)
}
