package flow

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// undo notes that n takes back what the function did to something that
// outlives it: an entry is deleted, a count goes down, a state is set again.
// Whoever leaves early leaves it as it is.
func (o *owing) undo(n ast.Node) {
	switch n := n.(type) {
	case *ast.IncDecStmt:
		if n.Tok == token.DEC && o.outlives(n.X) && o.changedBefore(n, n.X) {
			o.add(n, types.ExprString(n.X)+"--", false)
		}
	case *ast.AssignStmt:
		for _, l := range n.Lhs {
			if o.outlives(l) && o.changedBefore(n, l) {
				o.add(n, "assignment to "+types.ExprString(l), false)
			}
		}
	}
	calls(n, func(call *ast.CallExpr) {
		switch {
		case o.setsAgain(call):
			o.add(call, types.ExprString(call), false)
		case isStatement(n, call) && o.takesBack(call) && o.inScope(call.Fun) && o.argsInScope(call):
			o.add(call, types.ExprString(call), false)
		}
	})
}

// takesBack reports whether a call undoes something by its name, or counts down.
func (o *owing) takesBack(call *ast.CallExpr) bool {
	name := typed.CalleeName(call)
	if hasWord(name, undoers) {
		fn := typed.Callee(o.Info, call)
		return !typed.IsMethod(fn, "time", "Timer") && !typed.IsMethod(fn, "time", "Ticker") && !o.ownValue(call)
	}
	if !hasWord(name, []string{"Add", "AddInt32", "AddInt64"}) || len(call.Args) == 0 {
		return false
	}
	last := o.Info.Types[call.Args[len(call.Args)-1]].Value
	return last != nil && last.String()[0] == '-'
}

// ownValue reports whether call is a method of a struct that a variable of
// the function holds, not points to: nobody sees it when the function has ended.
func (o *owing) ownValue(call *ast.CallExpr) bool {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	v := typed.Var(o.Info, sel.X)
	if v == nil || o.outlives(sel.X) || v.Kind() == types.ParamVar {
		return false
	}
	_, isStruct := v.Type().Underlying().(*types.Struct)
	return isStruct
}

func (o *owing) argsInScope(call *ast.CallExpr) bool {
	for _, arg := range call.Args {
		if !o.inScope(arg) {
			return false
		}
	}
	return true
}

// outlives reports whether e is a part of something that is still there when
// the function has returned: a field, an element, a package variable.
func (o *owing) outlives(e ast.Expr) bool {
	v := typed.Var(o.Info, typed.Operand(e))
	if v == nil {
		return false
	}
	if v.Kind() == types.PackageVar {
		return true
	}
	_, whole := ast.Unparen(e).(*ast.Ident)
	switch v.Kind() {
	case types.ParamVar, types.RecvVar:
		return !whole
	}
	return v.Pos() < o.f.Node.Pos() // of a function around
}

// setsAgain reports whether call gives a value of package sync/atomic a state
// that another call, above the place, has given it: busy.Store(false).
func (o *owing) setsAgain(call *ast.CallExpr) bool {
	k := o.atomicSet(call)
	if !k.valid() {
		return false
	}
	found := false
	ast.Inspect(o.f.Body, func(m ast.Node) bool {
		other, ok := m.(*ast.CallExpr)
		if ok && other.End() <= o.at.Pos() && o.atomicSet(other) == k {
			found = o.Reachable(other, o.at)
		}
		return !found
	})
	return found
}

// atomicSet returns the key of what call sets by a function of sync/atomic.
func (o *owing) atomicSet(call *ast.CallExpr) key {
	fn := typed.Callee(o.Info, call)
	if fn == nil || fn.Pkg() == nil || fn.Pkg().Path() != "sync/atomic" || !hasWord(fn.Name(), []string{"Store", "Swap", "CompareAndSwap"}) {
		return key{}
	}
	if fn.Signature().Recv() != nil {
		return keyOf(o.Info, ast.Unparen(call.Fun).(*ast.SelectorExpr).X)
	}
	return keyOf(o.Info, call.Args[0])
}

// changedBefore reports whether another statement, above the place, changes e
// on the way to it: the first half of a pair.
func (o *owing) changedBefore(n ast.Node, e ast.Expr) bool {
	k := keyOf(o.Info, e)
	if !k.valid() {
		return false
	}
	found := false
	check := func(m ast.Stmt, l ast.Expr) {
		if m != n && keyOf(o.Info, l) == k && m.End() <= o.at.Pos() {
			found = found || o.Reachable(m, o.at)
		}
	}
	ast.Inspect(o.f.Body, func(m ast.Node) bool {
		switch m := m.(type) {
		case *ast.IncDecStmt:
			check(m, m.X)
		case *ast.AssignStmt:
			for _, l := range m.Lhs {
				check(m, l)
			}
		}
		return !found
	})
	return found
}
