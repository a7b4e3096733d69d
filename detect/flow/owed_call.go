package flow

import (
	"go/ast"
	"go/types"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// wakes reports whether call wakes those who wait for a condition: skipping it
// leaves them asleep.
func (o *owing) wakes(call *ast.CallExpr) bool {
	return typed.IsMethod(typed.Callee(o.Info, call), "sync", "Cond", "Broadcast", "Signal")
}

// commits reports whether call ends a transaction that nothing else ends: no
// defer of the function has to do with it. Left open, it keeps its connection
// and its locks.
func (o *owing) commits(call *ast.CallExpr) bool {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "Commit" || !o.inScope(call.Fun) {
		return false
	}
	v := typed.Var(o.Info, typed.Operand(sel.X))
	if v == nil || v.Pos() < o.f.Body.Pos() || o.f.Body.End() < v.Pos() {
		return false // Nope: who has begun it knows how it ends
	}
	ended := false
	o.eachDefer(o.f, func(n ast.Node) bool {
		ended = ended || mentionsVar(o.Info, n, v)
		return true
	})
	return !ended && canRollback(o.Info.TypeOf(sel.X))
}

// canRollback reports whether t is what a transaction is: it can be taken back.
func canRollback(t types.Type) bool {
	for _, name := range []string{"Rollback", "RollBack", "Abort", "Discard", "Cancel"} {
		obj, _, _ := types.LookupFieldOrMethod(t, true, nil, name)
		if _, ok := obj.(*types.Func); ok {
			return true
		}
	}
	return false
}

func mentionsVar(info *types.Info, n ast.Node, v *types.Var) bool {
	found := false
	ast.Inspect(n, func(m ast.Node) bool {
		id, _ := m.(*ast.Ident)
		found = found || info.Uses[id] == v
		return !found
	})
	return found
}

// tellsOthers says what a function of this package does at once, when it is
// called, that others wait for; and whether they would hang for good, as those
// do who wait for a close or a group. A send that is a case of a select has
// another way out, and so has whoever receives it.
func (o *owing) tellsOthers(call *ast.CallExpr) (what string, signal bool) {
	decl := o.decl(typed.Callee(o.Info, call))
	if decl == nil || decl.Body == nil {
		return "", false
	}
	told, known := o.telling[decl]
	if !known {
		told.what, told.signal = o.tellsIn(decl)
		o.telling[decl] = told
	}
	return told.what, told.signal
}

// A telling is an answer of tellsOthers.
type telling struct {
	what   string
	signal bool
}

func (o *owing) tellsIn(decl *ast.FuncDecl) (what string, signal bool) {
	ast.Inspect(decl.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit, *ast.GoStmt, *ast.SelectStmt:
			return false
		case *ast.SendStmt:
			if what == "" && !o.own(decl, n.Chan) {
				what = "a send on " + types.ExprString(n.Chan)
			}
		case *ast.CallExpr:
			switch {
			case signal:
			case o.signals(n) && !o.own(decl, o.signalled(n)) && !o.countsUp(decl, o.signalled(n)):
				what, signal = "a call of "+types.ExprString(n.Fun), true
			case what == "" && o.wakes(n):
				what = "a call of " + types.ExprString(n.Fun)
			}
		}
		return true
	})
	return what, signal
}

// signals reports whether call closes a channel or is done with a group.
func (o *owing) signals(call *ast.CallExpr) bool {
	if o.closesChannel(call) {
		return true
	}
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	return ok && sel.Sel.Name == "Done" && isGroup(o.Info.TypeOf(sel.X))
}

// own reports whether e is a part of what the declaration makes for itself.
func (o *owing) own(decl *ast.FuncDecl, e ast.Expr) bool {
	v := typed.Var(o.Info, typed.Operand(e))
	return v == nil || decl.Body.Pos() <= v.Pos() && v.Pos() < decl.Body.End()
}

// countsUp reports whether the declaration itself adds to the group.
func (o *owing) countsUp(decl *ast.FuncDecl, group ast.Expr) bool {
	k, found := keyOf(o.Info, group), false
	ast.Inspect(decl.Body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return !found
		}
		sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
		found = ok && sel.Sel.Name == "Add" && keyOf(o.Info, sel.X) == k
		return !found
	})
	return found
}
