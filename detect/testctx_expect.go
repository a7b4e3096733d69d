package detect

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/load"
	"github.com/ctxfix/ctxfix/detect/typed"
)

// asValue reports whether a call receives the context, or what carries it such
// as a request, where it takes any value.
func (p *testFinder) asValue(u flow.Use) bool {
	expected := p.Flow.Expected(u.Node)
	if !typed.IsContext(p.Package.Info.TypeOf(u.Node)) {
		return expected != nil && types.IsInterface(expected) && expected.Underlying().(*types.Interface).Empty()
	}
	return expected == nil || !typed.IsContext(expected)
}

// expects returns a place within n where a fresh root is compared, or given to
// a parameter that takes any value, as those of mocks and assertions do; nil
// if there is none.
func (p *testFinder) expects(n ast.Node) (found ast.Node) {
	ast.Inspect(n, func(n ast.Node) bool {
		root, ok := n.(*ast.CallExpr)
		if !ok || found != nil || typed.Root(p.Package.Info, root) == "" {
			return found == nil
		}
		for _, u := range p.Flow.Reach(root) {
			if u.Kind == flow.Compared || u.Kind == flow.Arg && p.asValue(u) {
				found = root
			}
		}
		return found == nil
	})
	return found
}

// expectsAnywhere reports whether a test of the package compares contexts with
// a fresh root.
func (p *testFinder) expectsAnywhere() bool {
	if p.expected == nil {
		found := slices.ContainsFunc(p.Package.Files, func(file *load.File) bool {
			return strings.HasSuffix(file.Path, "_test.go") && p.expects(file.Syntax) != nil
		})
		p.expected = &found
	}
	return *p.expected
}

// asksNeverDone reports whether the package that is tested asks a context
// whether its Done channel is nil, which a root's is.
func (p *testFinder) asksNeverDone() bool {
	if p.neverDone == nil {
		found := false
		if pkg := p.Program.Bodies(strings.TrimSuffix(p.Package.PkgPath, "_test")); pkg != nil {
			for _, file := range pkg.Files {
				found = found || !strings.HasSuffix(file.Path, "_test.go") && comparesDone(pkg.Info, file.Syntax)
			}
		}
		p.neverDone = &found
	}
	return *p.neverDone
}

// comparesDone reports whether the file compares a Done channel, or a variable
// that was given one, with nil.
func comparesDone(info *types.Info, file ast.Node) bool {
	channels := map[*types.Var]bool{}
	isDone := func(e ast.Expr) bool {
		if v := typed.Var(info, e); v != nil {
			return channels[v]
		}
		call, ok := ast.Unparen(e).(*ast.CallExpr)
		if !ok || len(call.Args) > 0 {
			return false
		}
		sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
		return ok && sel.Sel.Name == "Done" && typed.IsContext(info.TypeOf(sel.X))
	}
	found := false
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for i, rhs := range n.Rhs {
				if v := typed.Var(info, n.Lhs[i]); v != nil && len(n.Lhs) == len(n.Rhs) && isDone(rhs) {
					channels[v] = true
				}
			}
		case *ast.BinaryExpr:
			if n.Op == token.EQL || n.Op == token.NEQ {
				found = found || isDone(n.X) && info.Types[n.Y].IsNil()
			}
		}
		return !found
	})
	return found
}

// isMeasured reports whether the root stands in a literal whose allocations
// are counted.
func (p *testFinder) isMeasured(root ast.Node) bool {
	for f := p.Flow.Func(root); f != nil && f.Outer != nil; f = f.Outer {
		if call, ok := p.Flow.Parent(f.Node).(*ast.CallExpr); ok && strings.Contains(typed.CalleeName(call), "Alloc") {
			return true
		}
	}
	return false
}
