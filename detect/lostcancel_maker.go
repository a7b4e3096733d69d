package detect

import (
	"fmt"
	"go/ast"
	"go/types"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// makerDoubt says why the cancel function may do more than to end the context:
// it comes from a function that is not of the standard library, and that does
// not visibly return one from there. "" for no doubt.
func (l *lostCancel) makerDoubt() string {
	fn := typed.Callee(l.Package.Info, l.call)
	if l.isStandard(l.call) || fn != nil && l.passesOn(fn) {
		return ""
	}
	return fmt.Sprintf("the cancel function of %s may do more than to end %s", types.ExprString(l.call.Fun), types.ExprString(l.ctx))
}

func (l *lostCancel) isStandard(call *ast.CallExpr) bool {
	fn := typed.Callee(l.Package.Info, call)
	return typed.IsFunc(fn, "context") || typed.IsFunc(fn, "os/signal", "NotifyContext")
}

// passesOn reports whether fn, a function of this package, returns nothing but
// cancel functions of the standard library, empty ones, and nil beside an
// error.
func (l *lostCancel) passesOn(fn *types.Func) bool {
	return l.eachCancel(fn, func(e ast.Expr) bool { return l.isPlain(e) || l.failed != nil && l.isNil(e) })
}

// mayBeNil reports whether the function of this package that is called may
// return nil for its cancel function, without an error that says so.
func (l *lostCancel) mayBeNil() bool {
	fn := typed.Callee(l.Package.Info, l.call)
	if fn == nil || l.failed != nil || l.Flow.DeclOf(fn) == nil {
		return false
	}
	found := false
	l.eachCancel(fn, func(e ast.Expr) bool {
		found = found || l.isNil(e)
		return true
	})
	return found
}

func (l *lostCancel) isNil(e ast.Expr) bool { return l.Package.Info.Types[ast.Unparen(e)].IsNil() }

// isPlain reports whether e is a cancel function of the standard library, the
// call that returns one, or an empty function literal.
func (l *lostCancel) isPlain(e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.CallExpr:
		return l.isStandard(e)
	case *ast.FuncLit:
		return len(e.Body.List) == 0
	}
	return false
}

// eachCancel visits what fn, a function of this package, may return as its
// cancel function: the values of a variable, or the call that has it among its
// results. It reports whether there is one and all of them satisfy test.
func (l *lostCancel) eachCancel(fn *types.Func, test func(ast.Expr) bool) bool {
	decl := l.Flow.DeclOf(fn)
	if decl == nil {
		return false
	}
	results := fn.Signature().Results()
	index := 0
	for index < results.Len() && !typed.IsCancelFunc(results.At(index).Type()) {
		index++
	}
	seen, all := false, true
	visit := func(e ast.Expr) { seen, all = true, e != nil && test(e) && all }
	ast.Inspect(decl.Body, func(n ast.Node) bool {
		ret, ok := n.(*ast.ReturnStmt)
		if !ok {
			_, literal := n.(*ast.FuncLit)
			return !literal
		}
		e := ast.Expr(nil)
		v := results.At(index)
		switch len(ret.Results) {
		case 0:
		case results.Len():
			e = ret.Results[index]
			v = typed.Var(l.Package.Info, e)
		default:
			e, v = ret.Results[0], nil
		}
		if v == nil {
			visit(e)
			return true
		}
		for _, source := range l.Flow.Sources(v) {
			visit(source)
		}
		return true
	})
	return seen && all
}
