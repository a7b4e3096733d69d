package flow

import (
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/cfg"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// counting returns the call of a WaitGroup's Add from which the place at can
// be reached before anything is started that would be done, or "".
func (p *Package) counting(f *Func, at ast.Stmt) string {
	group := ""
	ast.Inspect(f.Body, func(n ast.Node) bool {
		if _, lit := n.(*ast.FuncLit); lit || group != "" {
			return false
		}
		call, ok := n.(*ast.CallExpr)
		if ok && typed.IsMethod(typed.Callee(p.Info, call), "sync", "WaitGroup", "Add") && p.startsNothing(f, call, at) {
			group = types.ExprString(call.Fun)
		}
		return true
	})
	return group
}

// startsNothing reports whether some way from the call comes to the place
// without a go statement, or a defer of the group's Done, on it.
func (p *Package) startsNothing(f *Func, add *ast.CallExpr, at ast.Stmt) bool {
	g := p.graphOf(f)
	b, i := g.find(add)
	if b == nil {
		return false
	}
	found := false
	starts := func(nodes []ast.Node) bool {
		for _, n := range nodes {
			if contains(at, n) || contains(n, at) {
				found = true
			}
			switch n := n.(type) {
			case *ast.GoStmt:
				return true
			case *ast.DeferStmt:
				if isSignal(types.ExprString(n.Call.Fun) + "()") {
					return true
				}
			case *ast.ExprStmt:
				if call, ok := n.X.(*ast.CallExpr); ok && isSignal(types.ExprString(call.Fun)+"()") {
					return true
				}
			}
			if found {
				return true
			}
		}
		return false
	}
	seen := make([]bool, len(g.cfg.Blocks))
	var walk func(b *cfg.Block, from int)
	walk = func(b *cfg.Block, from int) {
		if found || starts(b.Nodes[min(from, len(b.Nodes)):]) {
			return
		}
		for _, s := range b.Succs {
			if !seen[s.Index] {
				seen[s.Index] = true
				walk(s, 0)
			}
		}
	}
	walk(b, i+1)
	return found
}
