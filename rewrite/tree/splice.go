package tree

import (
	"strings"

	"github.com/ctxfix/ctxfix/rewrite/align"
)

// A splicer carries changes of formatted text over to the text as it was.
type splicer struct {
	textSrc, textA, textB []byte
	src, a, b             []lexeme // src and a are the same tokens
	hunks                 []align.Hunk
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
// at i, if formatting it gives the gap in b and keep is set.
func (s splicer) around(keep bool, j int, at ...int) string {
	want := gap(s.textB, s.b, j)
	for _, i := range at {
		if keep && gap(s.textA, s.a, i) == want {
			return gap(s.textSrc, s.src, i)
		}
	}
	return want
}

// apply returns the source with the hunks carried out.
func (s splicer) apply(keep bool) []byte {
	var out []byte
	i := 0 // the first token of the source that is not in out
	for n, h := range s.hunks {
		if n == 0 && h.OldStart > 0 {
			out = append(out, s.textSrc[:s.src[0].start]...)
		}
		if i < h.OldStart {
			out = append(out, s.textSrc[s.src[i].start:s.src[h.OldStart-1].end]...)
		}
		left := s.around(keep, h.NewStart, h.OldStart, h.OldEnd)
		out = append(out, left...)
		if h.NewStart < h.NewEnd {
			text := string(s.textB[s.b[h.NewStart].start:s.b[h.NewEnd-1].end])
			if was, is := indent(gap(s.textB, s.b, h.NewStart)), indent(left); keep && was != is {
				text = strings.ReplaceAll(text, "\n"+was, "\n"+is)
			}
			out = append(out, text...)
			out = append(out, s.around(keep, h.NewEnd, h.OldEnd, h.OldStart)...)
		}
		i = h.OldEnd
	}
	if i < len(s.src) {
		out = append(out, s.textSrc[s.src[i].start:]...)
	}
	return out
}

// indent returns what a gap indents the token after it with.
func indent(gap string) string { return gap[strings.LastIndexByte(gap, '\n')+1:] }
