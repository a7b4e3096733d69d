package tree

import (
	"bytes"
	"strings"

	"github.com/ctxfix/ctxfix/rewrite/align"
)

// diff aligns two token lists: first whole lines, so that an inserted
// statement is one hunk and not pieced together from the brackets of its
// neighbours, then tokens within lines that differ.
func diff(a, b []lexeme, textA, textB []byte) []align.Hunk {
	startsA, linesA := tokenLines(a, textA)
	startsB, linesB := tokenLines(b, textB)
	var out []align.Hunk
	for _, l := range align.Diff(linesA, linesB) {
		fromA, fromB := startsA[l.OldStart], startsB[l.NewStart]
		inA, inB := a[fromA:startsA[l.OldEnd]], b[fromB:startsB[l.NewEnd]]
		for _, h := range align.Diff(keys(inA, lexeme.key), keys(inB, lexeme.key)) {
			out = append(out, align.Hunk{
				OldStart: h.OldStart + fromA, OldEnd: h.OldEnd + fromA,
				NewStart: h.NewStart + fromB, NewEnd: h.NewEnd + fromB,
			})
		}
	}
	return out
}

// tokenLines returns the tokens of each line as text that tells lines apart,
// by their indentation, too, as "return" and "}" are everywhere; and the index
// of its first token, plus one more for the end.
func tokenLines(list []lexeme, text []byte) (starts []int, lines []string) {
	var line strings.Builder
	for i, l := range list {
		if i == 0 || bytes.IndexByte(text[list[i-1].end:l.start], '\n') >= 0 {
			if i > 0 {
				lines = append(lines, line.String())
				line.Reset()
			}
			starts = append(starts, i)
			line.WriteString(indent(gap(text, list, i)))
		}
		line.WriteString(l.text)
		line.WriteByte(0)
	}
	if len(list) > 0 {
		lines = append(lines, line.String())
	}
	return append(starts, len(list)), lines
}
