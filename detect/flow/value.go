package flow

import (
	"go/ast"
	"go/types"
	"sort"

	"golang.org/x/tools/go/cfg"
)

// valueAt returns the only assignment whose value v can hold when n runs. ok
// is false if there are several; of one that is not known, there is no rhs.
func (p *Package) valueAt(v *types.Var, n ast.Node) (def definition, ok bool) {
	if v == nil || v.Kind() == types.PackageVar {
		return definition{}, false
	}
	defs := p.definitionsOf(v)
	f := p.Func(n)
	if !f.Declares(v) || len(defs) == 1 && !p.isParam(v) {
		// Have: one assignment, or a use in a literal, at another time
		if p.isParam(v) || len(defs) != 1 {
			return definition{}, false
		}
		return defs[0], true
	}
	// Have: a use in the function that declares v
	if p.isParam(v) && p.holdsFrom(f, nil, v, n) {
		return definition{}, false
	}
	for _, d := range defs {
		if d.rhs == nil || p.Func(d.node) != f {
			return definition{}, false
		}
		if p.holdsFrom(f, d.node, v, n) {
			if ok {
				return definition{}, false
			}
			def, ok = d, true
		}
	}
	return def, ok
}

// holdsFrom reports whether v can still have the value it is given at from,
// nil for the start of f, when n runs.
func (p *Package) holdsFrom(f *Func, from ast.Node, v *types.Var, n ast.Node) bool {
	g := p.graphOf(f)
	b, i := g.cfg.Blocks[0], -1
	if from != nil {
		b, i = g.find(from)
	}
	if b == nil {
		return true
	}
	holds := false
	seen := map[*cfg.Block]bool{}
	var run func(b *cfg.Block, first int)
	run = func(b *cfg.Block, first int) {
		for _, m := range b.Nodes[min(first, len(b.Nodes)):] {
			if contains(m, n) {
				holds = true
				return
			}
			if p.defines(m, v) {
				return
			}
		}
		for _, succ := range b.Succs {
			if !seen[succ] {
				seen[succ] = true
				run(succ, 0)
			}
		}
	}
	run(b, i+1)
	return holds
}

// defines reports whether the cfg node gives v a value.
func (p *Package) defines(m ast.Node, v *types.Var) bool {
	defs := p.definitionsOf(v) // in the order of the source
	first := sort.Search(len(defs), func(i int) bool { return m.Pos() <= defs[i].node.Pos() })
	for _, d := range defs[first:] {
		if m.End() <= d.node.Pos() {
			break
		}
		if contains(m, d.node) {
			return true
		}
	}
	return false
}
