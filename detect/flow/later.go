package flow

import (
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/cfg"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// AssignedAfter returns the first place in the source that may give v
// another value once n has run, or nil: what shares v with the code around n
// sees that value, a copy made at n does not. A variable declared anew on the
// way, as in the next turn of a loop, is another one. until, if not nil, ends
// a path at the nodes it accepts.
func (p *Package) AssignedAfter(v *types.Var, n ast.Node, until func(ast.Node) bool) ast.Node {
	home, at := p.homeOf(v, n)
	if home == nil {
		return n
	}
	loop := p.loopOf(v, n)
	var first ast.Node
	keep := func(a ast.Node) {
		if first == nil || a.Pos() < first.Pos() {
			first = a
		}
	}
	var here []ast.Node
	for _, a := range p.Assigned(v, nil) {
		if isAddress(a) || p.Func(a) != home {
			keep(a) // whoever has it may assign at any time
			continue
		}
		here = append(here, a)
	}
	here = append(here, p.resultsSet(v, home)...)
	if len(here) > 0 {
		p.onward(home, at, v, loop, until, func(m ast.Node) {
			for _, a := range here {
				if contains(a, m) {
					keep(a)
				}
			}
		})
	}
	return first
}

// homeOf returns the function that declares v and the node of that function
// that stands for n: n itself, or the literal n is in.
func (p *Package) homeOf(v *types.Var, n ast.Node) (*Func, ast.Node) {
	at := n
	for f := p.Func(n); f != nil; f = f.Outer {
		if within(f.Node, v) {
			return f, at
		}
		at = f.Node
	}
	return nil, nil
}

// loopOf returns the loop around n whose own variable v is, or nil.
func (p *Package) loopOf(v *types.Var, n ast.Node) ast.Stmt {
	for n = p.Parent(n); n != nil; n = p.Parent(n) {
		switch n := n.(type) {
		case *ast.RangeStmt:
			if n.Pos() <= v.Pos() && v.Pos() < n.X.Pos() {
				return n
			}
		case *ast.ForStmt:
			if n.Init != nil && within(n.Init, v) {
				return n
			}
		}
	}
	return nil
}

// LoopVar reports whether v is a variable that a loop around n declares.
func (p *Package) LoopVar(v *types.Var, n ast.Node) bool { return p.loopOf(v, n) != nil }

func contains(outer, inner ast.Node) bool {
	return outer.Pos() <= inner.Pos() && inner.End() <= outer.End()
}

// resultsSet returns the return statements in f that set its named result v, if
// they are f's own.
func (p *Package) resultsSet(v *types.Var, f *Func) (set []ast.Node) {
	if f.Sig == nil || !declares(f.Sig.Results(), v) {
		return nil
	}
	index := 0
	for f.Sig.Results().At(index) != v {
		index++
	}
	ast.Inspect(f.Body, func(n ast.Node) bool {
		if ret, ok := n.(*ast.ReturnStmt); ok && len(ret.Results) > 0 {
			if index >= len(ret.Results) || typed.Var(p.Info, ret.Results[index]) != v {
				set = append(set, ret)
			}
		}
		return true
	})
	return set
}

// onward visits the cfg nodes of f that can run after at while v is still the
// same variable.
func (p *Package) onward(f *Func, at ast.Node, v *types.Var, loop ast.Stmt, until func(ast.Node) bool, visit func(ast.Node)) {
	g := p.graphOf(f)
	start, i := g.find(at)
	// through reports whether the path goes on behind the nodes.
	through := func(nodes []ast.Node) bool {
		for _, m := range nodes {
			if within(m, v) || until != nil && until(m) {
				return false
			}
			visit(m)
		}
		return true
	}
	if start.Nodes[i] == at {
		i++
	}
	if !through(start.Nodes[i:]) {
		return
	}
	seen := map[*cfg.Block]bool{}
	work := append([]*cfg.Block(nil), start.Succs...)
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		if seen[b] || b.Stmt == loop { // in the next turn, v is another variable
			continue
		}
		seen[b] = true
		if through(b.Nodes) {
			work = append(work, b.Succs...)
		}
	}
}
