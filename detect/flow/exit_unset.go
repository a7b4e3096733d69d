package flow

import (
	"go/ast"
	"go/types"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// unset returns a variable of the functions around that the goroutine f would
// no longer assign if it left at the place: its launcher waits for it, and
// returns as if everything were there, without a look at a context. "" for none.
func (p *Package) unset(f *Func, at ast.Node) string {
	if f.Wall != Joined || f.Sig.Results().Len() > 0 {
		return ""
	}
	outer := f.Outer
	for outer.Sig.Results().Len() == 0 && outer.Outer != nil {
		outer = outer.Outer
	}
	if !returnsValues(outer.Sig) || p.asksForEnd(outer, f.Node) {
		return ""
	}
	name := ""
	ast.Inspect(f.Body, func(n ast.Node) bool {
		assign, ok := n.(*ast.AssignStmt)
		if !ok || p.Func(assign) != f {
			return true
		}
		for _, l := range assign.Lhs {
			v := typed.Var(p.Info, typed.Operand(l))
			if v != nil && !f.Declares(v) && !holdsErrors(v.Type()) && p.Reachable(at, assign) {
				name = types.ExprString(l)
			}
		}
		return name == ""
	})
	return name
}

// holdsErrors reports whether t is error or a slice of errors: what has failed
// so far is told all the same.
func holdsErrors(t types.Type) bool {
	if s, ok := t.Underlying().(*types.Slice); ok {
		t = s.Elem()
	}
	return typed.IsError(t)
}

// asksForEnd reports whether the function, outside but and behind its
// beginning, asks a context for its end.
func (p *Package) asksForEnd(f *Func, but ast.Node) bool {
	asks := false
	ast.Inspect(f.Body, func(n ast.Node) bool {
		if asks {
			return false
		}
		switch n := n.(type) {
		case *ast.SelectorExpr:
			t := p.Info.TypeOf(n.X)
			asks = n.Pos() > but.End() && typed.IsContext(t) && (n.Sel.Name == "Err" || n.Sel.Name == "Done")
		case *ast.CallExpr:
			asks = n.Pos() > but.End() && typed.IsFunc(typed.Callee(p.Info, n), "context", "Cause")
		}
		return !asks
	})
	return asks
}
