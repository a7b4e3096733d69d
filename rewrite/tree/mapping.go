package tree

import (
	"sort"

	"github.com/ctxfix/ctxfix/rewrite/align"
)

// A Mapping relates the tokens of two versions of a file.
type Mapping struct{ old, new *side }

// A side is one version of the file.
type side struct {
	list []lexeme
	twin []int // per token: the index of the same token in the other version, or -1
	raw  []int // per offset in the normalised text: the offset in the file
}

// Map compares two versions of a file. If one of them cannot be split into
// tokens, no token counts as original.
func Map(old, new []byte) *Mapping {
	a, okA := newSide(old)
	b, okB := newSide(new)
	if okA && okB {
		i, j := 0, 0
		for _, h := range append(diff(a.list, b.list, normalise(old), normalise(new)),
			align.Hunk{OldStart: len(a.list), NewStart: len(b.list)}) {
			for ; i < h.OldStart; i, j = i+1, j+1 {
				a.twin[i], b.twin[j] = j, i
			}
			i, j = h.OldEnd, h.NewEnd
		}
	}
	return &Mapping{a, b}
}

func newSide(src []byte) (*side, bool) {
	list, err := tokenise(normalise(src))
	s := &side{list: list, twin: make([]int, len(list)), raw: rawOffsets(src)}
	for i := range s.twin {
		s.twin[i] = -1
	}
	return s, err == nil
}

// Old returns the offset in the old version of what stands at the given
// offset of the new one, if it is part or the end of an original token.
func (m *Mapping) Old(offset int) (int, bool) { return m.new.to(m.old, offset) }

func (s *side) to(other *side, offset int) (int, bool) {
	at := sort.SearchInts(s.raw, offset)
	// The last token that starts at or before the offset, not counting those
	// without width.
	i := sort.Search(len(s.list), func(i int) bool { return s.list[i].start > at }) - 1
	for i >= 0 && s.list[i].start == s.list[i].end {
		i--
	}
	if i < 0 || at > s.list[i].end || s.twin[i] < 0 {
		return 0, false
	}
	twin := other.list[s.twin[i]]
	if at == s.list[i].end {
		return other.raw[twin.end-1] + 1, true // before a carriage return
	}
	return other.raw[twin.start+at-s.list[i].start], true
}

// Written reports whether new[start:end] has a token that is not original.
func (m *Mapping) Written(start, end int) bool {
	from, to := sort.SearchInts(m.new.raw, start), sort.SearchInts(m.new.raw, end)
	for i, l := range m.new.list {
		if l.start < to && from < l.end && m.new.twin[i] < 0 {
			return true
		}
	}
	return false
}
