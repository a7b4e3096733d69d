package tree

import (
	"bytes"

	"github.com/ctxfix/ctxfix/rewrite/align"
)

// mixedEndings gives text, which has the lines of the source but for those
// changed, the line endings and the byte order mark of the source: each kept
// line its own, each new line that of the line before it.
func (f *File) mixedEndings(text []byte) []byte {
	raw := bytes.SplitAfter(bytes.TrimPrefix(f.src, bom), []byte("\n"))
	old, new := lines(f.norm), lines(text)
	var out []byte
	if bytes.HasPrefix(f.src, bom) {
		out = append(out, bom...)
	}
	i, j := 0, 0
	for _, h := range append(align.Diff(old, new), align.Hunk{OldStart: len(old), NewStart: len(new)}) {
		for ; i < h.OldStart; i, j = i+1, j+1 {
			out = append(out, raw[i]...)
		}
		like := max(h.OldStart-1, 0)
		for ; j < h.NewEnd; j++ {
			line := new[j]
			if bytes.HasSuffix(raw[like], []byte("\r\n")) && len(line) > 0 && line[len(line)-1] == '\n' {
				line = line[:len(line)-1] + "\r\n"
			}
			out = append(out, line...)
		}
		i = h.OldEnd
	}
	return out
}

func lines(text []byte) []string {
	var out []string
	for _, l := range bytes.SplitAfter(text, []byte("\n")) {
		out = append(out, string(l))
	}
	return out
}
