package flow

import (
	"go/ast"
	"go/token"

	"golang.org/x/tools/go/cfg"
)

// A spot is a node of a block with its extent. Long functions are asked about
// as often as they are long: to ask the nodes themselves takes too long.
type spot struct {
	pos, end token.Pos
	block    *cfg.Block
	index    int // in the block
}

// A place is a node of a block, or where the block is nil, none.
type place struct {
	block *cfg.Block
	index int
}

// index fills in the spots.
func (g *graph) index() {
	if g.found != nil {
		return
	}
	g.found, g.beyond = map[ast.Node]place{}, map[int32][]uint64{}
	for _, b := range g.cfg.Blocks {
		for i, m := range b.Nodes {
			g.spots = append(g.spots, spot{m.Pos(), m.End(), b, i})
		}
	}
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
	var around, inside *spot
	pos, end := n.Pos(), n.End()
	for i := range g.spots {
		m := &g.spots[i]
		switch {
		case m.pos <= pos && end <= m.end:
			if around == nil || m.end-m.pos < around.end-around.pos {
				around = m
			}
		case around == nil && pos <= m.pos && m.end <= end:
			if inside == nil || m.pos < inside.pos {
				inside = m
			}
		}
	}
	switch {
	case around != nil:
		return place{around.block, around.index}
	case inside != nil:
		return place{inside.block, inside.index}
	}
	block, index := g.empty(n)
	return place{block, index}
}

// Reachable reports whether to can run after from within their function. A
// compound statement runs when what it begins with does.
func (p *Package) Reachable(from, to ast.Node) bool {
	f := p.Func(from)
	if f == nil {
		return false
	}
	g := p.graphOf(f)
	b, i := g.find(from)
	if b == nil {
		return false
	}
	first, at := g.find(to)
	pos, end := to.Pos(), to.End()
	for _, m := range g.spots {
		is := m.block == first && m.index == at
		if (is || m.pos <= pos && end <= m.end) && (m.block == b && m.index > i || g.runsAfter(b, m.block)) {
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
