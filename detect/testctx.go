package detect

import (
	_ "embed"
	"go/ast"
	"go/types"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/typed"
)

//go:embed testctx.md
var testCtxPage string

var testCtxRule = &Rule{
	Name:   "testctx",
	Doc:    "a fresh root in a test that has a context of its own",
	Page:   testCtxPage,
	Preset: Strict,
	Best:   Safe,
	Find:   findTestCtx,
}

// TestCtx is a root to be replaced by the test's own context.
type TestCtx struct {
	Root   *ast.CallExpr
	With   string       // Go source of the context to use instead
	Rename *flow.Rename // the parameter to name first, or nil
	// For ctx, cancel := context.WithCancel(root), which then is ctx := With:
	Assign *ast.AssignStmt // or nil
	Cancel *ast.DeferStmt  // the deferred cancel, which goes
}

func (*TestCtx) evidence() {}

// findTestCtx reports context.Background() and context.TODO(), provided:
//   - the rule runs in full and the file is of Go 1.24 or newer;
//   - a parameter of type *testing.T, *testing.B, *testing.F or testing.TB is in
//     sight, through no literal that may run in a goroutine or after the test;
//   - no other context is live there: that would be the one to use;
//   - nothing outlives the test, or runs in its Cleanup, with the context.
func findTestCtx(pass *Pass) []Finding {
	if !pass.Strict() || pass.InContext() {
		return nil
	}
	p := newTestFinder(pass)
	var found []Finding
	for _, file := range p.Files() {
		if p.Flow.Version(file.Syntax) < 24 {
			continue
		}
		for n := range p.NodesIn(file, (*ast.CallExpr)(nil)) {
			root := n.(*ast.CallExpr)
			if typed.Root(p.Package.Info, root) == "" {
				continue
			}
			t, ok := p.testAt(root)
			if !ok {
				continue
			}
			// Have: context.Background() or context.TODO() where t.Context() can be asked
			if why := p.livesOn(root, t); why != "" {
				p.keep(root, why)
				continue
			}
			found = append(found, p.finding(root, t))
		}
	}
	return found
}

// A testFinder is a pass that looks at roots in tests.
type testFinder struct {
	*Pass
	callers   map[*types.Func]string // of functions that take a test: why the test may be over when they run
	expected  *bool                  // whether a test expects a fresh root; nil: not looked yet
	neverDone *bool                  // whether the tested package asks for contexts that are never done; likewise
}

func newTestFinder(p *Pass) *testFinder {
	return &testFinder{Pass: p, callers: map[*types.Func]string{}}
}

func (p *testFinder) keep(n ast.Node, why string) {
	p.Kept = append(p.Kept, Kept{Rule: p.Rule, File: p.Package.FileOf(n.Pos()), Span: SpanOf(n), Because: why})
}

// A testParam is a parameter by which a function has a test.
type testParam struct {
	v      *types.Var
	fn     *flow.Func   // that has the parameter
	name   string       // by which it is, or will be, known
	rename *flow.Rename // or nil
}

// testAt returns the test whose context can be asked at root: the innermost
// one, through literals that run where they stand.
func (p *testFinder) testAt(root *ast.CallExpr) (testParam, bool) {
	if _, none := p.Flow.Live(root); none == nil || none.Two {
		return testParam{}, false
	}
	for f := p.Flow.Func(root); f != nil; f = f.Outer {
		if t, ok := p.testOf(f); ok {
			return t, t.rename != nil || p.Flow.Resolves(t.name, t.v, root.Pos())
		}
		if f.Wall != flow.Called && f.Wall != flow.Deferred {
			return testParam{}, false
		}
	}
	return testParam{}, false
}

// testOf returns the test among f's own parameters.
func (p *testFinder) testOf(f *flow.Func) (testParam, bool) {
	i := 0
	for _, field := range f.Type.Params.List {
		for j := range max(1, len(field.Names)) {
			v := f.Sig.Params().At(i)
			i++
			if !typed.IsTest(v.Type()) {
				continue
			}
			t := testParam{v: v, fn: f, name: v.Name()}
			if v.Name() != "" && v.Name() != "_" {
				return t, true
			}
			t.rename = &flow.Rename{Func: f, List: f.Type.Params, Field: field, Name: p.Flow.FreeName(f, testName(v.Type()), "test")}
			if len(field.Names) > 0 {
				t.rename.Blank = field.Names[j]
			}
			t.name = t.rename.Name
			return t, true
		}
	}
	return testParam{}, false
}

// testName is what a parameter of that type is called everywhere.
func testName(t types.Type) string {
	switch {
	case typed.Is(t, "testing", "B"):
		return "b"
	case typed.Is(t, "testing", "F"):
		return "f"
	case typed.Is(t, "testing", "TB"):
		return "tb"
	}
	return "t"
}

// finding reports the root with its fix.
func (p *testFinder) finding(root *ast.CallExpr, t testParam) Finding {
	f := p.Finding(root, "%s() in a test goes on when the test is over", types.ExprString(root.Fun))
	ev := &TestCtx{Root: root, With: t.name + ".Context()", Rename: t.rename}
	f.Evidence, f.Touches = ev, []Span{f.Span}
	if t.rename != nil {
		f.Touches = append(f.Touches, SpanOf(t.rename.List))
	}
	if ev.Assign, ev.Cancel = p.onlyDeferred(root, t); ev.Assign != nil {
		f.Touches = append(f.Touches, SpanOf(ev.Assign), SpanOf(ev.Cancel))
	}
	p.doubt(&f, root, t)
	return f
}
