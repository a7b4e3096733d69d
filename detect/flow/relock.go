package flow

import (
	"go/ast"
	"go/types"
	"slices"

	"golang.org/x/tools/go/cfg"
)

// relocked returns the lock that is released at the statement at and that
// somebody else will unlock again when the function returns there: by a
// deferred unlock, or because the caller holds it. "" for none.
//
//	mu.Lock(); defer mu.Unlock(); …; mu.Unlock(); time.Sleep(d); mu.Lock()
func (p *Package) relocked(f *Func, at ast.Node) string {
	g := p.graphOf(f)
	var keys []key
	unlocks := map[key][]ast.Node{}
	for _, unlock := range p.lockCalls(f, "Unlock", "RUnlock") {
		k, _ := p.lockOf(unlock)
		if k.valid() && unlocks[k] == nil {
			keys = append(keys, k)
		}
		unlocks[k] = append(unlocks[k], unlock)
	}
	for _, k := range keys {
		if !p.reachesUnlocked(g, unlocks[k], at, k) {
			continue
		}
		// Have: k is released where at runs.
		if p.defersUnlock(f, k) || p.calledLocked(f, g, k) {
			_, sel := p.lockOf(unlocks[k][0].(*ast.CallExpr))
			return types.ExprString(sel.X)
		}
	}
	return ""
}

// lockCalls returns the calls of these methods in f that are not deferred.
func (p *Package) lockCalls(f *Func, names ...string) []*ast.CallExpr {
	var found []*ast.CallExpr
	for _, call := range p.partsOf(f).now {
		sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
		if ok && len(call.Args) == 0 && slices.Contains(names, sel.Sel.Name) {
			found = append(found, call)
		}
	}
	return found
}

func (p *Package) lockOf(call *ast.CallExpr) (key, *ast.SelectorExpr) {
	sel := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	return keyOf(p.Info, sel.X), sel
}

// reachesUnlocked reports whether target can run after one of the nodes with no
// Lock on k between. The node nil is the entry of the function.
func (p *Package) reachesUnlocked(g *graph, from []ast.Node, target ast.Node, k key) bool {
	return g.reachesBefore(from, target, func(n ast.Node) bool { return p.locks(n, k) })
}

// reachesBefore reports whether target can run after one of the nodes with
// nothing between that stops accepts. The node nil is the entry of the function.
func (g *graph) reachesBefore(from []ast.Node, target ast.Node, stops func(ast.Node) bool) bool {
	seen := map[*cfg.Block]bool{}
	var walk func(b *cfg.Block, first int) bool
	walk = func(b *cfg.Block, first int) bool {
		for _, n := range b.Nodes[min(first, len(b.Nodes)):] {
			if contains(n, target) || contains(target, n) {
				return true
			}
			if stops(n) {
				return false
			}
		}
		for _, s := range b.Succs {
			if !seen[s] {
				seen[s] = true
				if walk(s, 0) {
					return true
				}
			}
		}
		return false
	}
	return slices.ContainsFunc(from, func(n ast.Node) bool {
		b, i := g.cfg.Blocks[0], -1
		if n != nil {
			b, i = g.find(n)
		}
		return walk(b, i+1)
	})
}

func (p *Package) locks(n ast.Node, k key) bool {
	found := false
	calls(n, func(call *ast.CallExpr) {
		sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
		found = found || ok && (sel.Sel.Name == "Lock" || sel.Sel.Name == "RLock") && keyOf(p.Info, sel.X) == k
	})
	return found
}

// defersUnlock reports whether f defers an unlock of k, other than one after
// a lock that is deferred, too.
func (p *Package) defersUnlock(f *Func, k key) bool {
	of := lockKey{f, k}
	if known, ok := p.deferred[of]; ok {
		return known
	}
	found := false
	p.eachDefer(f, func(n ast.Node) bool {
		locks, unlocks := false, false
		ast.Inspect(n, func(m ast.Node) bool {
			call, ok := m.(*ast.CallExpr)
			if !ok {
				return true
			}
			sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
			if !ok || keyOf(p.Info, sel.X) != k {
				return true
			}
			switch sel.Sel.Name {
			case "Lock", "RLock":
				locks = true
			case "Unlock", "RUnlock":
				unlocks = true
			}
			return true
		})
		found = found || unlocks && !locks
		return true
	})
	p.deferred[of] = found
	return found
}

// A lockKey is a lock as a function names it.
type lockKey struct {
	f    *Func
	lock key
}

// calledLocked reports whether f unlocks k before it has locked it, and locks
// it again: its caller holds k.
func (p *Package) calledLocked(f *Func, g *graph, k key) bool {
	again := false
	for _, lock := range p.lockCalls(f, "Lock", "RLock") {
		l, _ := p.lockOf(lock)
		again = again || l == k
	}
	if !again {
		return false
	}
	for _, unlock := range p.lockCalls(f, "Unlock", "RUnlock") {
		if u, _ := p.lockOf(unlock); u == k && p.reachesUnlocked(g, []ast.Node{nil}, unlock, k) {
			return true
		}
	}
	return false
}
