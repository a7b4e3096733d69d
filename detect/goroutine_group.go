package detect

import (
	"fmt"
	"go/ast"
	"go/types"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// groupLaunch judges a call of a group's Go method. Its function has no
// parameters, so that a captured context is right there as long as nobody
// assigns it while the goroutine may run.
func (p launcher) groupLaunch(call *ast.CallExpr) (Finding, bool) {
	fn := typed.Callee(p.Package.Info, call)
	group := typed.IsMethod(fn, "sync", "WaitGroup", "Go") || typed.IsMethod(fn, "golang.org/x/sync/errgroup", "Group", "Go", "TryGo")
	if !group || len(call.Args) != 1 {
		return Finding{}, false
	}
	lit, ok := ast.Unparen(call.Args[0]).(*ast.FuncLit)
	sel, method := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok || !method {
		return Finding{}, false
	}
	// Have: g.Go(func() … { … })
	name := types.ExprString(sel)
	for _, c := range p.captures(lit) {
		if !typed.IsContextInterface(c.v.Type()) || p.changedBy(c.uses) {
			continue
		}
		later := p.Flow.AssignedAfter(c.v, call, p.waitsFor(types.ExprString(sel.X)))
		if later == nil || !p.inHome(later, c.v) {
			continue
		}
		// Have: control goes from the launch to the assignment, and not by g.Wait()
		f := p.Finding(call, "the goroutine of %s captures %s, which is assigned again after the launch", name, c.v.Name())
		f.Span = Span{call.Pos(), lit.Body.Lbrace}
		f.Lower(Manual, fmt.Sprintf("%s takes a function without parameters: give it a variable that nobody assigns, as line %d assigns %s",
			name, p.Flow.Fset.Position(later.Pos()).Line, c.v.Name()))
		return f, true
	}
	return Finding{}, false
}

// waitsFor accepts the nodes that call group.Wait.
func (p launcher) waitsFor(group string) func(ast.Node) bool {
	return func(n ast.Node) bool {
		found := false
		ast.Inspect(n, func(n ast.Node) bool {
			switch n.(type) {
			case *ast.FuncLit, *ast.DeferStmt, *ast.GoStmt:
				return false
			}
			if call, ok := n.(*ast.CallExpr); ok && types.ExprString(call.Fun) == group+".Wait" {
				found = true
			}
			return !found
		})
		return found
	}
}
