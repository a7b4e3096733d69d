package flow

import (
	"slices"

	"golang.org/x/tools/go/cfg"
)

// A worklist holds the blocks that are to be looked at. A block comes when
// those on the ways to it have been: else all that follows it is looked at
// again for each of these ways.
type worklist struct {
	order []*cfg.Block // reverse postorder
	place []int        // in order, by index of the block; -1 for those that are not reached
	todo  []bool       // by place
	first int          // no block before this place is to do
}

func newWorklist(graph *cfg.CFG) *worklist {
	w := &worklist{place: make([]int, len(graph.Blocks))}
	for i := range w.place {
		w.place[i] = -1
	}
	type visit struct {
		block *cfg.Block
		succ  int // the next successor
	}
	path := []visit{{block: graph.Blocks[0]}}
	w.place[0] = 0
	for len(path) > 0 {
		top := &path[len(path)-1]
		if top.succ == len(top.block.Succs) {
			w.order = append(w.order, top.block)
			path = path[:len(path)-1]
			continue
		}
		// The last first: what follows a loop comes behind its body then.
		succ := top.block.Succs[len(top.block.Succs)-1-top.succ]
		top.succ++
		if w.place[succ.Index] < 0 {
			w.place[succ.Index] = 0
			path = append(path, visit{block: succ})
		}
	}
	slices.Reverse(w.order)
	for i, b := range w.order {
		w.place[b.Index] = i
	}
	w.todo = make([]bool, len(w.order))
	w.first = len(w.order)
	return w
}

func (w *worklist) add(b *cfg.Block) {
	at := w.place[b.Index]
	w.todo[at] = true
	w.first = min(w.first, at)
}

// next takes the first block, or returns nil if there is none left.
func (w *worklist) next() *cfg.Block {
	for ; w.first < len(w.order); w.first++ {
		if w.todo[w.first] {
			w.todo[w.first] = false
			return w.order[w.first]
		}
	}
	return nil
}
