package detect

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/typed"
)

// test returns the name of the *testing.T, or the like, of the test, benchmark
// or test helper that the context is made in, or "".
func (l *lostCancel) test() string {
	for fn := l.Flow.Func(l.node); fn != nil; fn = fn.Outer {
		for i := range fn.Sig.Params().Len() {
			v := fn.Sig.Params().At(i)
			if typed.IsTest(v.Type()) && l.Flow.Resolves(v.Name(), v, l.node.Pos()) {
				return v.Name()
			}
		}
		if fn.Wall != flow.Called {
			return ""
		}
	}
	return ""
}

// testedMaker returns the function that makes the context, where the file is
// one of the tests of the package that declares it.
func (l *lostCancel) testedMaker() *types.Func {
	maker := typed.Callee(l.Package.Info, l.call)
	if maker == nil || maker.Pkg() == nil || !l.Flow.IsTestFile(l.node) || isTestFile(l.Package.FileOf(maker.Pos())) {
		return nil
	}
	if maker.Pkg().Path() != strings.TrimSuffix(l.Package.PkgPath, "_test") {
		return nil
	}
	return maker
}

// fixTest ends the context with the test t: as the test's own, where nothing
// but the root was given to it; with the function, where it stays in it; else
// when the test is cleaned up.
func (l *lostCancel) fixTest(f *Finding, fix *LostCancel, life flow.Life, t string) {
	loop := l.Flow.Reachable(l.node, l.node)
	for _, d := range life.Departures {
		if !d.Test {
			f.Lower(Unsafe, d.String()+": it would end with the test")
		}
	}
	switch own := l.testContext(t); {
	case len(life.Departures) > 0 || life.Doubt != "":
		if life.Doubt != "" {
			f.Lower(Unsafe, life.Doubt)
		}
		l.atCleanup(fix, t)
	case own != "":
		f.Evidence = &LostCancel{Stmt: l.stmt, Unused: fix.Unused, With: own}
		f.Touches = []Span{SpanOf(l.stmt)}
		return
	case loop:
		l.fixInLoop(f, fix, life)
		return
	default:
		fix.Call = "defer " + fix.Call
	}
	l.attach(f, fix)
}

// atCleanup calls the cancel function when the test t and all that it cleans
// up is done.
func (l *lostCancel) atCleanup(fix *LostCancel, t string) {
	arg := fix.Name
	if typed.Is(l.typ, "context", "CancelCauseFunc") {
		arg = "func() { " + fix.Call + " }"
	}
	fix.Call = t + ".Cleanup(" + arg + ")"
}

// testContext returns the assignment of the context of the test t, where the
// statement assigns one that only lacks its end: WithCancel of a root.
func (l *lostCancel) testContext(t string) string {
	assign, ok := l.node.(*ast.AssignStmt)
	id, isVar := l.ctx.(*ast.Ident)
	if !ok || !isVar || l.failed != nil || l.Flow.Version(l.node) < 24 || !typed.IsFunc(typed.Callee(l.Package.Info, l.call), "context", "WithCancel") {
		return ""
	}
	if len(l.call.Args) != 1 || typed.Root(l.Package.Info, l.call.Args[0]) == "" && !l.ownContext(l.call.Args[0], t) {
		return ""
	}
	tok := " = "
	if assign.Tok == token.DEFINE {
		tok = " := "
	}
	return id.Name + tok + t + ".Context()"
}

// ownContext reports whether e is the context of the test t.
func (l *lostCancel) ownContext(e ast.Expr, t string) bool {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok || typed.CalleeName(call) != "Context" {
		return false
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || !typed.IsTesting(l.Package.Info.TypeOf(sel.X)) {
		return false
	}
	id, ok := sel.X.(*ast.Ident)
	return ok && id.Name == t // which resolves to the test here
}
