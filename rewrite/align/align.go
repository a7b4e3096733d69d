// Package align finds what two sequences, of tokens or of lines, have in
// common.
package align

import (
	"slices"

	"github.com/aymanbagabas/go-udiff/lcs"
)

// A Hunk says that Old[OldStart:OldEnd] became New[NewStart:NewEnd]. Outside
// of hunks the sequences are equal.
type Hunk struct{ OldStart, OldEnd, NewStart, NewEnd int }

// Diff returns the hunks that turn old into new, in order. Between any two of
// them there is at least one equal element.
func Diff[T comparable](old, new []T) []Hunk {
	ids := map[T]rune{}
	a, b := number(ids, old), number(ids, new)
	return join(a, b, refine(a, b, 0, 0))
}

// number gives equal elements equal runes: the library compares runes faster
// than anything else, and never looks at what they mean.
func number[T comparable](ids map[T]rune, seq []T) []rune {
	out := make([]rune, len(seq))
	for i, t := range seq {
		id, ok := ids[t]
		if !ok {
			id = rune(len(ids))
			ids[t] = id
		}
		out[i] = id
	}
	return out
}

// refine diffs a and b, which start at the given indices of the whole. The
// library stops looking after about a hundred edits and returns one wide
// hunk for the rest: such a hunk is diffed again as long as that helps.
func refine(a, b []rune, atA, atB int) []Hunk {
	var out []Hunk
	for _, d := range lcs.DiffRunes(a, b) {
		x, y := a[d.Start:d.End], b[d.ReplStart:d.ReplEnd]
		if len(x) > 0 && len(y) > 0 && len(x) < len(a) {
			out = append(out, refine(x, y, atA+d.Start, atB+d.ReplStart)...)
			continue
		}
		out = append(out, Hunk{atA + d.Start, atA + d.End, atB + d.ReplStart, atB + d.ReplEnd})
	}
	return out
}

// join has hunks trade what is alike on both sides of the elements between
// them, where there are fewer hunks then, or fewer that only insert or only
// delete: of like elements, the one next to what was inserted is gone, not
// another.
func join(a, b []rune, hunks []Hunk) []Hunk {
	var out []Hunk
	for _, next := range hunks {
		if n := len(out); n > 0 {
			out[n-1], next = trade(a, b, out[n-1], next)
			if out[n-1].empty() {
				out = out[:n-1]
			}
		}
		if !next.empty() {
			out = append(out, next)
		}
	}
	return out
}

// trade returns the two hunks as they cost least.
func trade(a, b []rune, h, next Hunk) (Hunk, Hunk) {
	gap := next.OldStart - h.OldEnd
	first, second := h, next
	for k := h.OldStart - h.OldEnd; k <= next.OldEnd-next.OldStart; k++ {
		x, y := h, next
		x.OldEnd, y.OldStart = x.OldEnd+k, y.OldStart+k
		if slices.Equal(a[x.OldEnd:][:gap], a[h.OldEnd:][:gap]) && x.cost()+y.cost() < first.cost()+second.cost() {
			first, second = x, y
		}
	}
	for k := h.NewStart - h.NewEnd; k <= next.NewEnd-next.NewStart; k++ {
		x, y := h, next
		x.NewEnd, y.NewStart = x.NewEnd+k, y.NewStart+k
		if slices.Equal(b[x.NewEnd:][:gap], b[h.NewEnd:][:gap]) && x.cost()+y.cost() < first.cost()+second.cost() {
			first, second = x, y
		}
	}
	return first, second
}

func (h Hunk) empty() bool { return h.cost() == 0 }

// cost is lower for a hunk that inserts and deletes.
func (h Hunk) cost() int {
	inserts, deletes := h.NewStart < h.NewEnd, h.OldStart < h.OldEnd
	switch {
	case inserts && deletes:
		return 2
	case inserts, deletes:
		return 3
	}
	return 0
}
