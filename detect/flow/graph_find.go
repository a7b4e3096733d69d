package flow

import (
	"cmp"
	"go/ast"
	"go/token"
	"slices"
	"sort"

	"golang.org/x/tools/go/cfg"
)

// An extent is a part of the source that a node of a block takes up. Long functions
// are asked about as often as they are long: to look at every node each time
// takes too long.
type extent struct {
	pos, end token.Pos
	place    place
}

// A place is a node of a block, or where the block is nil, none.
type place struct {
	block *cfg.Block
	index int
}

// index fills in the extents, in the order of the source. What a case of a
// select assigns to is a node of its own, and a part of one: that one counts.
func (g *graph) index() {
	g.found, g.beyond = map[ast.Node]place{}, map[int32][]uint64{}
	for _, b := range g.cfg.Blocks {
		for i, m := range b.Nodes {
			g.extents = append(g.extents, extent{m.Pos(), m.End(), place{b, i}})
		}
	}
	slices.SortFunc(g.extents, func(a, b extent) int { return cmp.Or(cmp.Compare(a.pos, b.pos), cmp.Compare(b.end, a.end)) })
	g.extents = slices.CompactFunc(g.extents, func(e, before extent) bool { return e.end <= before.end })
}

// find returns the block and index of the cfg node that contains n; if there
// is none (n is a compound statement), of the first node inside n.
func (g *graph) find(n ast.Node) (*cfg.Block, int) {
	at, known := g.found[n]
	if !known {
		at = g.look(n)
		g.found[n] = at
	}
	return at.block, at.index
}

func (g *graph) look(n ast.Node) place {
	pos, end := n.Pos(), n.End()
	next := sort.Search(len(g.extents), func(i int) bool { return end <= g.extents[i].end })
	if next < len(g.extents) && g.extents[next].pos <= pos {
		return g.extents[next].place
	}
	first := sort.Search(len(g.extents), func(i int) bool { return pos <= g.extents[i].pos })
	if first < len(g.extents) && g.extents[first].end <= end {
		return g.extents[first].place
	}
	block, index := g.empty(n)
	return place{block, index}
}

// Reachable reports whether to can run after from within their function. A
// compound statement runs when what it begins with does.
func (p *Package) Reachable(from, to ast.Node) bool {
	g := p.graphOf(p.Func(from))
	b, i := g.find(from)
	first, at := g.find(to)
	return first != nil && (first == b && at > i || g.runsAfter(b, first))
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
