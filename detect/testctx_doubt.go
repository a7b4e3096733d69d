package detect

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/typed"
)

// doubt lowers the safety by who calls the function, and by what may live on
// with the context for all that can be seen.
func (p *testFinder) doubt(f *Finding, root *ast.CallExpr, t testParam) {
	switch {
	case typed.Is(t.v.Type(), "testing", "B"):
		f.Lower(Unsafe, "a context that can be cancelled costs more than a root, and the benchmark may measure it")
	case p.isTest(t.fn):
	case p.isLiteral(t.fn):
		f.Lower(Unsafe, "when the function literal is called is not known: perhaps in the test's Cleanup")
	case p.isExported(t.fn) || !p.Flow.IsTestFile(root):
		f.Lower(Unsafe, "other packages may call it in the test's Cleanup")
	case !p.isNamed(t.fn):
		f.Lower(Unsafe, "who calls the function, and when, is not known")
	}
	for _, u := range p.Flow.Reach(root) {
		if u.Kind == flow.Arg {
			p.doubtCall(f, u)
		}
	}
	if p.isMeasured(root) {
		f.Lower(Unsafe, "a context that can be cancelled costs more than a root, and the test measures it")
	}
	if f.Safety < Safe {
		return
	}
	switch {
	case p.expectsAnywhere():
		f.Lower(Unsafe, "tests of this package expect calls that receive a fresh root itself")
	case p.asksNeverDone():
		f.Lower(Unsafe, "the package treats a context that is never done in a way of its own, which may be what is tested")
	}
}

func (p *testFinder) doubtCall(f *Finding, u flow.Use) {
	name := typed.CalleeName(u.Call)
	fn := typed.Callee(p.Package.Info, u.Call)
	kept := p.keeps(u.Call, u.Node)
	switch {
	case kept == keepsValue:
		f.Lower(Unsafe, name+" looks at it as a value")
	case typed.IsFunc(fn, "net/http") || typed.IsFunc(fn, "net/http/httptest"):
		return
	case flow.IsRunner(name) && !p.awaited(u.Call) || flow.IsBuilder(name) || flow.IsStarter(name) || p.Flow.Retains(u.Call) || kept == keepsIt:
		f.Lower(Unsafe, name+" may go on with it when the test's Cleanup functions run")
	case p.Program.Unseen(fn):
		f.Lower(Unsafe, "what "+name+" does with it is not known, as only some packages were looked at: run on all (./...)")
	case fn != nil && p.takesTest(u.Call):
		if _, decl := p.Program.Decl(fn); decl == nil {
			f.Lower(Unsafe, name+" may use it in the test's Cleanup")
		}
	}
}

// awaited reports whether call runs something to its end, by its name and
// because its outcome is looked at: if err := cmd.Run(ctx, …); err != nil.
func (p *testFinder) awaited(call *ast.CallExpr) bool {
	return strings.HasPrefix(strings.ToLower(typed.CalleeName(call)), "run") && p.Flow.Outcome(call) == flow.Decides
}

// isTest reports whether the testing package calls fn: TestX and its like, and
// the literals that Run, Fuzz and synctest.Test receive.
func (p *testFinder) isTest(fn *flow.Func) bool {
	if decl, ok := fn.Node.(*ast.FuncDecl); ok {
		if decl.Recv != nil || fn.Sig.Params().Len() != 1 || !p.Flow.IsTestFile(decl) {
			return false
		}
		name := decl.Name.Name
		return strings.HasPrefix(name, "Test") || strings.HasPrefix(name, "Benchmark") || strings.HasPrefix(name, "Fuzz")
	}
	call, ok := p.Flow.Parent(fn.Node).(*ast.CallExpr)
	if !ok || call.Fun == fn.Node {
		return false
	}
	callee := typed.Callee(p.Package.Info, call)
	if callee == nil || callee.Pkg() == nil {
		return false
	}
	switch callee.Pkg().Path() {
	case "testing":
		return callee.Name() == "Run" || callee.Name() == "Fuzz"
	case "testing/synctest":
		return callee.Name() == "Test"
	}
	return false
}

func (p *testFinder) isLiteral(fn *flow.Func) bool {
	_, ok := fn.Node.(*ast.FuncLit)
	return ok && fn.Wall != flow.Called
}

func (p *testFinder) isExported(fn *flow.Func) bool {
	return fn.Name() != "" && ast.IsExported(fn.Name())
}

// isNamed reports whether the package mentions the function anywhere, if it is
// declared. What is not mentioned may be called through an interface.
func (p *testFinder) isNamed(fn *flow.Func) bool {
	decl, ok := fn.Node.(*ast.FuncDecl)
	if !ok {
		return true
	}
	obj := p.Package.Info.Defs[decl.Name]
	for _, used := range p.Package.Info.Uses {
		if f, ok := used.(*types.Func); ok && f.Origin() == obj {
			return true
		}
	}
	return false
}

// onlyDeferred returns the statements
//
//	ctx, cancel := context.WithCancel(root)
//	defer cancel()
//
// of a test in which nothing but the end of the test cancels ctx, and nothing
// may wait for that which the test waits for: what is deferred before cancel,
// parallel subtests.
func (p *testFinder) onlyDeferred(root *ast.CallExpr, t testParam) (*ast.AssignStmt, *ast.DeferStmt) {
	call, ok := p.Flow.Parent(root).(*ast.CallExpr)
	if !ok || !typed.IsFunc(typed.Callee(p.Package.Info, call), "context", "WithCancel") || !p.isTest(t.fn) || p.Flow.Func(root) != t.fn {
		return nil, nil
	}
	assign, ok := p.Flow.Parent(call).(*ast.AssignStmt)
	if !ok || assign.Tok != token.DEFINE || len(assign.Lhs) != 2 {
		return nil, nil
	}
	info := p.Package.Info
	ctx, cancel := info.Defs[assign.Lhs[0].(*ast.Ident)], info.Defs[assign.Lhs[1].(*ast.Ident)]
	block, ok := p.Flow.Parent(assign).(*ast.BlockStmt)
	if ctx == nil || cancel == nil || !ok || block != t.fn.Body {
		return nil, nil
	}
	uses := 0
	var defers []*ast.DeferStmt // up to that of cancel
	var deferred *ast.DeferStmt
	ast.Inspect(block, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			if info.Uses[n] == cancel {
				uses++
			}
		case *ast.DeferStmt:
			if v := typed.Var(info, n.Call.Fun); v != nil && v == cancel {
				deferred = n
			} else if deferred == nil {
				defers = append(defers, n)
			}
		}
		return true
	})
	if uses != 1 || deferred == nil || p.Flow.Parent(deferred) != block || len(defers) > 0 || p.runsParallel(block) {
		return nil, nil
	}
	return assign, deferred
}

// runsParallel reports whether a literal in the body of a test calls Parallel.
func (p *testFinder) runsParallel(body *ast.BlockStmt) (found bool) {
	ast.Inspect(body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		found = found || ok && p.Flow.Func(call).Body != body &&
			typed.IsMethod(typed.Callee(p.Package.Info, call), "testing", "T", "Parallel")
		return !found
	})
	return found
}
