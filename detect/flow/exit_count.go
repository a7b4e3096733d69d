package flow

import (
	"go/ast"
	"go/constant"
	"go/types"

	"golang.org/x/tools/go/cfg"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// mostCounted is how many starts behind a WaitGroup's Add are told apart.
const mostCounted = 8

// counting returns the call of a WaitGroup's Add from which the place at can
// be reached before all is started that would be done, or "".
func (p *Package) counting(f *Func, at ast.Stmt) string {
	for _, call := range p.partsOf(f).calls {
		if typed.IsMethod(typed.Callee(p.Info, call), "sync", "WaitGroup", "Add") && p.startsTooFew(f, call, at) {
			return types.ExprString(call.Fun)
		}
	}
	return ""
}

// startsTooFew reports whether some way from the call comes to the place with
// fewer go statements, or calls of the group's Done, on it than it counts.
func (p *Package) startsTooFew(f *Func, add *ast.CallExpr, at ast.Stmt) bool {
	count := p.counts(add)
	if count == 0 {
		return false
	}
	g := p.graphOf(f)
	found := false
	// missing returns how many of left are not started by the nodes.
	missing := func(nodes []ast.Node, left int) int {
		for _, n := range nodes {
			if contains(at, n) {
				found = true
				return 0
			}
			if !p.startsOrEnds(n) {
				continue
			}
			switch loop := p.loopWithout(n, add); {
			case loop == nil:
				left--
			case !contains(loop, at):
				return 0 // Have: each turn starts one, and all have ended
			}
			if left == 0 {
				return 0
			}
		}
		return left
	}
	type state struct {
		block int32
		left  int
	}
	seen := map[state]bool{}
	var walk func(b *cfg.Block, from, left int)
	walk = func(b *cfg.Block, from, left int) {
		if left = missing(b.Nodes[min(from, len(b.Nodes)):], left); left == 0 {
			return
		}
		for _, s := range b.Succs {
			if next := (state{s.Index, left}); !seen[next] {
				seen[next] = true
				walk(s, 0, left)
			}
		}
	}
	b, i := g.find(add)
	walk(b, i+1, count)
	return found
}

// counts returns how many the call of Add counts, as far as that is known and
// matters.
func (p *Package) counts(add *ast.CallExpr) int {
	v := p.Info.Types[add.Args[0]].Value
	if v == nil {
		return 1
	}
	n, _ := constant.Int64Val(v)
	return int(max(0, min(n, mostCounted)))
}

// startsOrEnds reports whether the statement n starts a goroutine, or is done
// with a group, now or when the function ends.
func (p *Package) startsOrEnds(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.GoStmt:
		return true
	case *ast.DeferStmt:
		return p.isDone(n.Call)
	case *ast.ExprStmt:
		call, ok := n.X.(*ast.CallExpr)
		return ok && p.isDone(call)
	}
	return false
}

func (p *Package) isDone(call *ast.CallExpr) bool {
	return typed.IsMethod(typed.Callee(p.Info, call), "sync", "WaitGroup", "Done")
}

// loopWithout returns the outermost loop around n, in its function, in which
// other does not stand, or nil.
func (p *Package) loopWithout(n, other ast.Node) (loop ast.Node) {
	for n = p.Parent(n); !contains(n, other); n = p.Parent(n) {
		switch n.(type) {
		case *ast.ForStmt, *ast.RangeStmt:
			loop = n
		}
	}
	return loop
}
