package flow

import (
	"cmp"
	"go/ast"
	"go/token"
	"slices"
	"sort"

	"golang.org/x/tools/go/cfg"
)

// An extent is a part of the source that nodes of blocks take up. Long functions
// are asked about as often as they are long: to look at every node each time
// takes too long.
type extent struct {
	pos, end token.Pos
	places   []place // of the nodes, in the order of the blocks
	order    int     // of the first of them
	around   int     // the smallest extent around it, or -1
}

// A place is a node of a block, or where the block is nil, none.
type place struct {
	block *cfg.Block
	index int
}

// index fills in the extents, by their beginnings, outer ones first.
func (g *graph) index() {
	if g.found != nil {
		return
	}
	g.found, g.beyond = map[ast.Node]place{}, map[int32][]uint64{}
	var all []extent
	for _, b := range g.cfg.Blocks {
		for i, m := range b.Nodes {
			all = append(all, extent{m.Pos(), m.End(), []place{{b, i}}, len(all), -1})
		}
	}
	slices.SortStableFunc(all, func(a, b extent) int { return cmp.Or(cmp.Compare(a.pos, b.pos), cmp.Compare(b.end, a.end)) })
	for _, e := range all {
		last := len(g.extents) - 1
		if last >= 0 && g.extents[last].pos == e.pos && g.extents[last].end == e.end {
			g.extents[last].places = append(g.extents[last].places, e.places...)
			continue
		}
		for last >= 0 && g.extents[last].end < e.end {
			last = g.extents[last].around
		}
		e.around = last
		g.extents = append(g.extents, e)
	}
}

// around returns the index of the smallest extent that contains n, or -1.
func (g *graph) around(n ast.Node) int {
	pos, end := n.Pos(), n.End()
	i := sort.Search(len(g.extents), func(i int) bool { return pos < g.extents[i].pos }) - 1
	for i >= 0 && g.extents[i].end < end {
		i = g.extents[i].around
	}
	return i
}

// find returns the block and index of the smallest cfg node that contains n;
// if there is none (n is a compound statement), of the first node inside n.
func (g *graph) find(n ast.Node) (*cfg.Block, int) {
	g.index()
	at, known := g.found[n]
	if !known {
		at = g.look(n)
		g.found[n] = at
	}
	return at.block, at.index
}

func (g *graph) look(n ast.Node) place {
	if i := g.around(n); i >= 0 {
		return g.extents[i].places[0]
	}
	pos, end := n.Pos(), n.End()
	first := sort.Search(len(g.extents), func(i int) bool { return pos <= g.extents[i].pos })
	inside := -1
	for i := first; i < len(g.extents) && g.extents[i].pos == g.extents[first].pos; i++ {
		if g.extents[i].end <= end && (inside < 0 || g.extents[i].order < g.extents[inside].order) {
			inside = i
		}
	}
	if inside >= 0 {
		return g.extents[inside].places[0]
	}
	block, index := g.empty(n)
	return place{block, index}
}

// Reachable reports whether to can run after from within their function. A
// compound statement runs when what it begins with does.
func (p *Package) Reachable(from, to ast.Node) bool {
	g := p.graphOf(p.Func(from))
	b, i := g.find(from)
	after := func(m place) bool { return m.block == b && m.index > i || g.runsAfter(b, m.block) }
	first, at := g.find(to)
	if first != nil && at < len(first.Nodes) && after(place{first, at}) {
		return true
	}
	for e := g.around(to); e >= 0; e = g.extents[e].around {
		if slices.ContainsFunc(g.extents[e].places, after) {
			return true
		}
	}
	return false
}

// runsAfter reports whether the block to can run when from has run.
func (g *graph) runsAfter(from, to *cfg.Block) bool {
	after := g.beyond[from.Index]
	if after == nil {
		after = make([]uint64, len(g.cfg.Blocks)/64+1)
		work := append([]*cfg.Block(nil), from.Succs...)
		for len(work) > 0 {
			b := work[len(work)-1]
			work = work[:len(work)-1]
			if bit := uint64(1) << (b.Index % 64); after[b.Index/64]&bit == 0 {
				after[b.Index/64] |= bit
				work = append(work, b.Succs...)
			}
		}
		g.beyond[from.Index] = after
	}
	return after[to.Index/64]&(1<<(to.Index%64)) != 0
}
