package flow

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/cfg"
)

// AssignedAfter returns the first place in the source that may give v
// another value once n has run, or nil: what shares v with the code around n
// sees that value, a copy made at n does not. A variable declared anew on the
// way, as in the next turn of a loop, is another one. until, if not nil, ends
// a path at the nodes it accepts. What n itself holds does not count.
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
		switch {
		case contains(n, a) || isPost(loop, a):
		case isAddress(a) || p.Func(a) != home:
			keep(a) // whoever has it may assign at any time
		default:
			here = append(here, a)
		}
	}
	here = append(here, p.resultsSet(v, home)...)
	if len(here) > 0 {
		p.onward(home, at, v, loop, until, func(m ast.Node) {
			for _, a := range here {
				if contains(m, a) || contains(a, m) {
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
			if n.Tok == token.DEFINE && n.Pos() <= v.Pos() && v.Pos() < n.X.Pos() {
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

// isPost reports whether a is the step between two turns of loop.
func isPost(loop ast.Stmt, a ast.Node) bool {
	f, ok := loop.(*ast.ForStmt)
	return ok && f.Post != nil && contains(f.Post, a)
}

func contains(outer, inner ast.Node) bool {
	return outer.Pos() <= inner.Pos() && inner.End() <= outer.End()
}

// resultsSet returns the return statements of f that set its named result v.
func (p *Package) resultsSet(v *types.Var, f *Func) (set []ast.Node) {
	if f.Sig == nil || !declares(f.Sig.Results(), v) {
		return nil
	}
	index := 0
	for f.Sig.Results().At(index) != v {
		index++
	}
	ast.Inspect(f.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			same := index < len(n.Results) && p.isIdentOf(n.Results[index], v)
			if len(n.Results) > 0 && !same {
				set = append(set, n)
			}
		}
		return true
	})
	return set
}

func (p *Package) isIdentOf(e ast.Expr, v *types.Var) bool {
	id, ok := ast.Unparen(e).(*ast.Ident)
	return ok && p.Info.Uses[id] == v
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
	if i < len(start.Nodes) && start.Nodes[i] == at {
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
		turn := loop != nil && b.Stmt == loop && (b.Kind == cfg.KindForPost || b.Kind == cfg.KindForLoop || b.Kind == cfg.KindRangeLoop)
		if seen[b] || turn {
			continue
		}
		seen[b] = true
		if through(b.Nodes) {
			work = append(work, b.Succs...)
		}
	}
}
