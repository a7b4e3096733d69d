package detect

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/typed"
)

// meantFresh are the words by which a comment says that a test is to have a
// context other than its own.
var meantFresh = append([]string{"background", "clean context", "fresh context", "test's own", "outlive"}, flow.OnPurpose...)

// livesOn says why what the root is for must not end with the test t, or may
// not be told from any other context; "" if nothing speaks against the change.
func (p *testFinder) livesOn(root *ast.CallExpr, t testParam) string {
	if said := p.Flow.Said(root, meantFresh); said != "" {
		return "a comment says why: " + strings.TrimSpace(strings.TrimPrefix(said, "//"))
	}
	for _, u := range p.Flow.Reach(root) {
		if why := p.useLivesOn(root, u, t); why != "" {
			return why
		}
	}
	if p.expects(p.Flow.Func(root).Outermost().Node) != nil {
		return "the test compares contexts with a fresh root"
	}
	if why := p.madeWith(root, t).livesOn; why != "" {
		return why
	}
	return p.calledLate(t.fn)
}

// useLivesOn judges one use of the context.
func (p *testFinder) useLivesOn(root *ast.CallExpr, u flow.Use, t testParam) string {
	switch u.Kind {
	case flow.Returned:
		return "it is returned"
	case flow.Compared, flow.Other:
		return "it is a value there, not the context of a call"
	case flow.Captured:
		return "a function literal that may run after the test, or in its Cleanup, uses it"
	case flow.Launched:
		return "a goroutine that may outlive the test uses it"
	case flow.Stored:
		if !p.inTable(root, u.Node) {
			return "it is stored"
		}
	case flow.Method:
		switch {
		case ast.Unparen(u.Node) == root:
			return "the test looks at a fresh root itself"
		case p.isLaunched(u.Call):
			return "a goroutine that may outlive the test uses it"
		}
	case flow.Arg:
		if p.asValue(u) {
			return "it is a value there, not the context of a call"
		}
		if typed.IsFunc(typed.Callee(p.Package.Info, u.Call), "runtime/pprof", "SetGoroutineLabels", "WithLabels", "Label", "ForLabels") {
			return "it stands for the labels of a profile there"
		}
		if typed.IsFunc(typed.Callee(p.Package.Info, u.Call), "context", "AfterFunc") {
			return "what AfterFunc is given would run when the test is over"
		}
		if p.keeps(u.Call, u.Node) == keepsCleanup {
			return typed.CalleeName(u.Call) + " registers a Cleanup, before which the test's context is cancelled"
		}
	}
	if !t.fn.Contains(u.Node) {
		return "it is used outside the function that has the test"
	}
	return ""
}

// isLaunched reports whether call is an argument of a go statement.
func (p *testFinder) isLaunched(call *ast.CallExpr) bool {
	outer, ok := p.Flow.Parent(call).(*ast.CallExpr)
	if !ok {
		return false
	}
	_, ok = p.Flow.Parent(outer).(*ast.GoStmt)
	return ok
}

// inTable reports whether e is a field of the rows of a table that the
// function declares, and every use of the field gives it to a call.
func (p *testFinder) inTable(root *ast.CallExpr, e ast.Expr) bool {
	kv, ok := p.Flow.Parent(e).(*ast.KeyValueExpr)
	if !ok {
		return false
	}
	row, isRow := p.Flow.Parent(kv).(*ast.CompositeLit)
	field := typed.Var(p.Package.Info, kv.Key)
	if !isRow || field == nil || !field.IsField() {
		return false
	}
	var list ast.Node = p.Flow.Parent(row)
	if pair, ok := list.(*ast.KeyValueExpr); ok {
		list = p.Flow.Parent(pair)
	}
	if _, ok := list.(*ast.CompositeLit); !ok {
		return false
	}
	// Have: []struct{…}{{ctx: context.Background()}}
	decl := p.Flow.Func(root).Outermost().Node
	if field.Pos() < decl.Pos() || decl.End() <= field.Pos() {
		return false
	}
	given := true
	ast.Inspect(decl, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if ok && p.Package.Info.Uses[sel.Sel] == field {
			call, isCall := p.Flow.Parent(sel).(*ast.CallExpr)
			expected := p.Flow.Expected(sel)
			given = given && isCall && call.Fun != sel && expected != nil && typed.IsContext(expected)
		}
		return given
	})
	return given
}

// takesTest reports whether a test is among the arguments of call.
func (p *testFinder) takesTest(call *ast.CallExpr) bool {
	for _, arg := range call.Args {
		if t := p.Package.Info.TypeOf(arg); t != nil && typed.IsTest(t) {
			return true
		}
	}
	return false
}

// isCleanup reports whether the call's name says that it registers what is to
// be done at the end of a test.
func isCleanup(call *ast.CallExpr) bool {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	return ok && sel.Sel.Name == "Cleanup"
}

// calledLate says why the test may be over, or its Cleanup running, when fn is
// called; "" for tests themselves and for helpers that only tests call.
func (p *testFinder) calledLate(fn *flow.Func) string {
	decl, ok := fn.Node.(*ast.FuncDecl)
	if !ok || p.isTest(fn) {
		return ""
	}
	obj, ok := p.Package.Info.Defs[decl.Name].(*types.Func)
	if !ok {
		return ""
	}
	if why, known := p.callers[obj]; known {
		return why
	}
	p.callers[obj] = "" // recursion adds nothing
	var uses []*ast.Ident
	for id, used := range p.Package.Info.Uses {
		if f, ok := used.(*types.Func); ok && f.Origin() == obj {
			uses = append(uses, id)
		}
	}
	slices.SortFunc(uses, func(a, b *ast.Ident) int { return p.Flow.ComparePos(a.Pos(), b.Pos()) })
	for _, id := range uses {
		if why := p.lateAt(id); why != "" {
			p.callers[obj] = why
			break
		}
	}
	return p.callers[obj]
}

// lateAt judges one place where a helper is named.
func (p *testFinder) lateAt(id *ast.Ident) string {
	late := id.Name + " is called where the test may be over"
	var fun ast.Expr = id
	if sel, ok := p.Flow.Parent(id).(*ast.SelectorExpr); ok && sel.Sel == id {
		fun = sel
	}
	call, ok := p.Flow.Parent(fun).(*ast.CallExpr)
	if !ok || call.Fun != fun {
		return id.Name + " is used as a value"
	}
	if _, ok := p.Flow.Parent(call).(*ast.GoStmt); ok {
		return late
	}
	for f := p.Flow.Func(call); f != nil; f = f.Outer {
		if _, ok := p.testOf(f); ok {
			return p.calledLate(f)
		}
		if f.Outer != nil && f.Wall != flow.Called && f.Wall != flow.Deferred {
			return late
		}
		if p.Flow.CleansUp(f) {
			return late
		}
	}
	return ""
}
