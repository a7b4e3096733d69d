// Package align finds what two sequences, of tokens or of lines, have in
// common.
package align

import "github.com/aymanbagabas/go-udiff/lcs"

// A Hunk says that Old[OldStart:OldEnd] became New[NewStart:NewEnd]. Outside
// of hunks the sequences are equal.
type Hunk struct{ OldStart, OldEnd, NewStart, NewEnd int }

// Diff returns the hunks that turn old into new, in order. Between any two of
// them there is at least one equal element.
func Diff[T comparable](old, new []T) []Hunk {
	ids := map[T]rune{}
	return refine(number(ids, old), number(ids, new), 0, 0)
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
