package tree

import (
	"bytes"
	"slices"
	"strings"

	"github.com/ctxfix/ctxfix/rewrite/align"
)

// A splicer carries changes of formatted text over to the text as it was.
type splicer struct {
	textSrc, textA, textB []byte
	src, a, b             []lexeme // the code of src and of a is the same; their comments may stand elsewhere
	hunks                 []align.Hunk
	at                    []int // of each token of a, and of the end: the index in src, or -1
}

// locate finds the tokens of a in the source. It is false if those around a
// hunk do not stand side by side there.
func (s *splicer) locate() bool {
	s.at = make([]int, len(s.a)+1)
	i, j := 0, 0
	for _, h := range append(align.Diff(keys(s.src, lexeme.loose), keys(s.a, lexeme.loose)), align.Hunk{OldStart: len(s.src), NewStart: len(s.a)}) {
		for ; i < h.OldStart; i, j = i+1, j+1 {
			s.at[j] = i
		}
		for ; j < h.NewEnd; j++ {
			s.at[j] = -1
		}
		i = h.OldEnd
	}
	s.at[len(s.a)] = len(s.src)
	for _, h := range s.hunks {
		for k := h.OldStart; k <= h.OldEnd; k++ { // from 1: the package clause stays
			if s.at[k] != s.at[k-1]+1 {
				return false
			}
		}
	}
	return true
}

// tokens returns those of the source with the hunks carried out.
func (s *splicer) tokens() []lexeme {
	var out []lexeme
	i := 0
	for _, h := range s.hunks {
		out = append(append(out, s.src[i:s.at[h.OldStart]]...), s.b[h.NewStart:h.NewEnd]...)
		i = s.at[h.OldEnd]
	}
	return append(out, s.src[i:]...)
}

// gap returns the text between token i-1 and token i of list.
func gap(text []byte, list []lexeme, i int) string {
	from, to := 0, len(text)
	if i > 0 {
		from = list[i-1].end
	}
	if i < len(list) {
		to = list[i].start
	}
	return string(text[from:to])
}

// around picks the text of the gap before token j of b: that of the source
// at token i of a, if formatting it gives the gap in b and keep is set.
func (s *splicer) around(keep bool, j int, at ...int) string {
	want := gap(s.textB, s.b, j)
	for _, i := range at {
		if keep && gap(s.textA, s.a, i) == want {
			return gap(s.textSrc, s.src, s.at[i])
		}
	}
	return s.ended(want, at[0])
}

// ended gives new text at token i of a the line ending of the line above.
func (s *splicer) ended(text string, i int) string {
	from := len(s.textSrc)
	if s.at[i] < len(s.src) {
		from = s.src[s.at[i]].start
	}
	end := bytes.LastIndexByte(s.textSrc[:from], '\n')
	if end < 0 {
		end = bytes.IndexByte(s.textSrc, '\n')
	}
	if end > 0 && s.textSrc[end-1] == '\r' {
		return strings.ReplaceAll(text, "\n", "\r\n")
	}
	return text
}

// fit returns the source with the hunks carried out, such that it is right:
// with its own layout around as many of them as can have it, and that of b
// around the others.
func (s *splicer) fit(right func([]byte) bool) ([]byte, bool) {
	keep := make([]bool, len(s.hunks))
	text := s.apply(keep)
	fits := right(text)
	var widen func(from, to int)
	widen = func(from, to int) {
		set(keep[from:to], true)
		if wider := s.apply(keep); right(wider) {
			text, fits = wider, true
			return
		}
		set(keep[from:to], false)
		if mid := (from + to) / 2; mid > from {
			widen(from, mid)
			widen(mid, to)
		}
	}
	widen(0, len(keep))
	return text, fits
}

func set(all []bool, value bool) {
	for i := range all {
		all[i] = value
	}
}

// apply returns the source with the hunks carried out, with its own layout
// around those to keep.
func (s *splicer) apply(keep []bool) []byte {
	out := slices.Clone(s.textSrc[:s.src[0].start])
	i := 0 // the first token of the source that is not in out
	for n, h := range s.hunks {
		start := s.at[h.OldStart]
		if i < start {
			out = append(out, s.textSrc[s.src[i].start:s.src[start-1].end]...)
		}
		left := s.around(keep[n], h.NewStart, h.OldStart, h.OldEnd)
		out = append(out, left...)
		if h.NewStart < h.NewEnd {
			text := string(s.textB[s.b[h.NewStart].start:s.b[h.NewEnd-1].end])
			text = strings.ReplaceAll(text, "\n"+indent(gap(s.textB, s.b, h.NewStart)), "\n"+indent(left))
			out = append(out, s.ended(text, h.OldStart)...)
			out = append(out, s.around(keep[n], h.NewEnd, h.OldEnd, h.OldStart)...)
		}
		i = s.at[h.OldEnd]
	}
	if i < len(s.src) {
		out = append(out, s.textSrc[s.src[i].start:]...)
	}
	return out
}

// indent returns what a gap indents the token after it with.
func indent(gap string) string { return gap[strings.LastIndexByte(gap, '\n')+1:] }
