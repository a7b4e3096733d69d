package flow

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// boundTo returns the variables that hold the context, another context of the
// functions around, or something made from one of these by a call.
func (w *Wait) boundTo(ctx Context) map[types.Object]bool {
	bound := map[types.Object]bool{ctx.Var: true}
	for f := w.fn; f != nil; f = f.Outer {
		for i := range f.Sig.Params().Len() {
			if v := f.Sig.Params().At(i); typed.IsContext(v.Type()) {
				bound[v] = true
			}
		}
	}
	for grown := true; grown; {
		grown = false
		w.eachAssignment(func(v *types.Var, rhs ast.Expr) {
			if !bound[v] && mayHoldContext(v.Type()) && w.mentions(bound, rhs, false) {
				bound[v], grown = true, true
			}
		})
	}
	return bound
}

// eachAssignment visits what the outermost function assigns to variables: by
// a statement, or by calling a literal, with whose parameters it works on.
func (w *Wait) eachAssignment(visit func(*types.Var, ast.Expr)) {
	pairs := func(lhs, rhs []ast.Expr) {
		for i, l := range lhs {
			if v := typed.Var(w.p.Info, l); v != nil && len(rhs) > 0 {
				visit(v, rhs[min(i, len(rhs)-1)])
			}
		}
	}
	fn := w.fn.Outermost().Node
	for _, n := range inside(w.p.indexOf(w.p.top(fn)).assigns, fn) {
		switch n := n.(type) {
		case *ast.AssignStmt:
			pairs(n.Lhs, n.Rhs)
		case *ast.ValueSpec:
			lhs := make([]ast.Expr, len(n.Names))
			for i, name := range n.Names {
				lhs[i] = name
			}
			pairs(lhs, n.Values)
		}
	}
	for _, lit := range inside(w.p.indexOf(w.p.top(fn)).literals, fn) {
		args := w.p.givenTo(lit)
		for i, v := range slices.Collect(w.p.Info.TypeOf(lit).(*types.Signature).Params().Variables()) {
			if len(args) > 0 {
				visit(v, args[min(i, len(args)-1)])
			}
		}
	}
}

// givenTo returns the arguments of the call that the literal stands in, or of
// the go statement that runs it from a variable.
func (p *Package) givenTo(lit *ast.FuncLit) []ast.Expr {
	if call, ok := p.Parent(lit).(*ast.CallExpr); ok && call.Fun == ast.Expr(lit) {
		return call.Args
	}
	if run, ok := p.LaunchOf(lit).(*ast.GoStmt); ok {
		return run.Call.Args
	}
	return nil
}

// mayHoldContext leaves out plain data.
func mayHoldContext(t types.Type) bool {
	if typed.IsError(t) {
		return false
	}
	switch t.Underlying().(type) {
	case *types.Pointer, *types.Interface, *types.Chan, *types.Signature:
		return true
	}
	return false
}

// mentions reports whether n uses one of the variables other than through
// context.WithoutCancel; of a provider, only its context or the whole counts.
func (w *Wait) mentions(bound map[types.Object]bool, n ast.Node, literals bool) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return literals
		case *ast.CallExpr:
			if typed.IsFunc(typed.Callee(w.p.Info, n), "context", "WithoutCancel") {
				return false
			}
		case *ast.Ident:
			found = found || bound[w.p.Info.Uses[n]] && !w.otherPart(n)
		}
		return !found
	})
	return found
}

// otherPart reports whether id is the provider of the context, asked for
// something else: r.URL.
func (w *Wait) otherPart(id *ast.Ident) bool {
	if w.ctx.Origin != Provider || w.p.Info.Uses[id] != w.ctx.Var {
		return false
	}
	sel, ok := w.p.Parent(id).(*ast.SelectorExpr)
	return ok && !strings.HasPrefix(w.ctx.Expr, types.ExprString(sel))
}

// fromBound reports whether e is a part of, or a method's result of, a value
// that was made from the context: sub.C, or is a call that receives it.
func (w *Wait) fromBound(e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.SelectorExpr:
		return w.mentions(w.bound, e.X, false)
	case *ast.CallExpr:
		return w.mentions(w.bound, e, false)
	}
	return false
}

// Mentions reports whether n uses ctx, another context of the functions
// around stmt, or something made from one of these: by a call, or a literal
// that has it inside.
func (p *Package) Mentions(stmt ast.Stmt, ctx Context, n ast.Node) bool {
	w := &Wait{p: p, stmt: stmt, fn: p.Func(stmt)}
	w.Hear(ctx)
	w.eachAssignment(func(v *types.Var, rhs ast.Expr) {
		if lit, ok := ast.Unparen(rhs).(*ast.FuncLit); ok && w.mentions(w.bound, lit, true) {
			w.bound[v] = true
		}
	})
	return w.mentions(w.bound, n, true)
}
