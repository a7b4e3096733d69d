package flow

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// tooEarly says that whoever receives would take an early end for the whole:
// it returns as if everything had come, and nobody has asked a context. It
// does so already where the sender leaves before its end without a word.
func (w *Wait) tooEarly(c *Channel) string {
	if w.fn.Sig.Results().Len() > 0 || w.leavesUntold() {
		return ""
	}
	for _, op := range c.Receives {
		if op.Func == w.fn.Node || w.hears(op) {
			continue
		}
		f := w.p.FuncOf(op.Func)
		for f.Sig.Results().Len() == 0 && f.Outer != nil {
			f = f.Outer // a worker, whose launcher returns what has become of it
		}
		if returnsValues(f.Sig) && !w.asksAfter(f.Outermost(), c.Var.Pos()) {
			return "whoever receives from " + c.Name + " would take an early end for the whole"
		}
	}
	return ""
}

// returnsValues reports whether a result is something else than a channel,
// which is left to others to read.
func returnsValues(sig *types.Signature) bool {
	for v := range sig.Results().Variables() {
		if !isChan(v.Type()) {
			return true
		}
	}
	return false
}

// asksAfter reports whether the function, outside the sender, asks a context
// or an error for the end of a context, behind pos.
func (w *Wait) asksAfter(f *Func, pos token.Pos) bool {
	asks := false
	ast.Inspect(f.Body, func(n ast.Node) bool {
		if n == w.fn.Node || asks {
			return false
		}
		switch n := n.(type) {
		case *ast.SelectorExpr:
			t := w.p.Info.TypeOf(n.X)
			asks = n.Pos() > pos && typed.IsContext(t) && (n.Sel.Name == "Err" || n.Sel.Name == "Done")
		case *ast.CallExpr:
			asks = n.Pos() > pos && typed.IsFunc(typed.Callee(w.p.Info, n), "context", "Cause")
		}
		return !asks
	})
	return asks
}

// leavesUntold reports whether the sender already leaves, or leaves its loop,
// because the context is done or a call has failed.
func (w *Wait) leavesUntold() bool {
	leaves := false
	ast.Inspect(w.fn.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			leaves = leaves || w.p.isDeadAt(w.fn, n) || w.onFailure(n)
		case *ast.BranchStmt:
			leaves = leaves || n.Tok == token.BREAK && (w.p.isDeadAt(w.fn, n) || w.onFailure(n))
		}
		return !leaves
	})
	return leaves
}

// onFailure reports whether the statement stands where an error is not nil.
func (w *Wait) onFailure(stmt ast.Stmt) bool {
	branch, ok := w.p.Parent(w.p.Parent(stmt)).(*ast.IfStmt)
	if !ok || branch.Body != w.p.Parent(stmt) {
		return false
	}
	cond, ok := ast.Unparen(branch.Cond).(*ast.BinaryExpr)
	return ok && cond.Op == token.NEQ && isNil(w.p.Info, cond.Y) && typed.IsError(w.p.Info.TypeOf(cond.X))
}
