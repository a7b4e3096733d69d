package tree

import (
	"bytes"
	"go/format"
	"go/parser"
	"go/token"

	"github.com/ctxfix/ctxfix/rewrite/align"
)

// Bytes returns the file with what was rewritten, all else as it was: layout,
// line endings, byte order mark. It is an error if a comment got lost, or if
// the change cannot be told from the layout around it.
func (f *File) Bytes() (out []byte, err error) {
	defer f.guard(f.syntax, "printing", &err)
	r1, err := f.restore()
	if err != nil {
		return nil, err
	}
	if bytes.Equal(r1, f.r0) {
		return f.src, nil
	}
	if _, err := parser.ParseFile(token.NewFileSet(), "", r1, parser.SkipObjectResolution); err != nil {
		return nil, f.errorf(f.syntax.Name, "the rewritten file does not parse: %v", err)
	}
	if err := f.allComments(r1); err != nil {
		return nil, err
	}
	if !bytes.Equal(f.r0, f.norm) {
		return f.minimal(r1)
	}
	r1 = f.formatted(r1)
	if out, ok := f.endings(r1); ok {
		return out, nil
	}
	return f.minimal(r1)
}

// formatted is gofmt'd text, if the original was.
func (f *File) formatted(r1 []byte) []byte {
	again, err := format.Source(r1)
	if err != nil || bytes.Equal(again, r1) {
		return r1
	}
	if before, err := format.Source(f.norm); err != nil || !bytes.Equal(before, f.norm) {
		return r1
	}
	return again
}

// endings gives text the byte order mark and the line endings of the source;
// false if the source mixes line endings.
func (f *File) endings(text []byte) ([]byte, bool) {
	returns := bytes.Count(f.src, []byte("\r"))
	if returns > 0 {
		if pairs := bytes.Count(f.src, []byte("\r\n")); pairs != returns || pairs != bytes.Count(f.src, []byte("\n")) {
			return nil, false
		}
		text = bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n"))
	}
	if bytes.HasPrefix(f.src, bom) {
		text = append(append([]byte{}, bom...), text...)
	}
	return text, true
}

// allComments checks that every comment of the restored source is in r1.
func (f *File) allComments(r1 []byte) error {
	left := map[key]int{}
	for i, text := range [][]byte{r1, f.r0} {
		list, err := tokenise(text)
		if err != nil {
			return f.errorf(f.syntax.Name, "the rewritten file does not parse: %v", err)
		}
		for _, l := range list {
			if l.kind != token.COMMENT {
				continue
			}
			if left[l.loose()] += 1 - 2*i; left[l.loose()] < 0 {
				return f.errorf(f.syntax.Name, "the comment %q would be lost", firstLine(l.text))
			}
		}
	}
	return nil
}

// minimal applies the difference between the tokens of r0 and r1 to the
// tokens of the source. First the layout of the source is kept around each
// change; if that does not read the same as r1, r1's layout is used there.
func (f *File) minimal(r1 []byte) ([]byte, error) {
	src, err := tokenise(f.norm)
	if err != nil {
		return nil, f.errorf(f.syntax.Name, "the file does not parse: %v", err)
	}
	a, err := tokenise(f.r0)
	if err != nil || !same(a, src) {
		return nil, f.errorf(f.syntax.Name, "the file is not formatted, and formatting it would change more than layout: run gofmt first")
	}
	b, err := tokenise(r1)
	if err != nil {
		return nil, f.errorf(f.syntax.Name, "the rewritten file does not parse: %v", err)
	}
	s := splicer{f.norm, f.r0, r1, src, a, b, diff(a, b, f.r0, r1)}
	for _, keep := range []bool{true, false} {
		text := s.apply(keep)
		if list, err := tokenise(text); err != nil || !same(list, b) {
			continue
		}
		if _, err := parser.ParseFile(token.NewFileSet(), "", text, parser.SkipObjectResolution); err == nil {
			return f.reendings(text), nil
		}
	}
	return nil, f.errorf(f.syntax.Name, "the change cannot be fitted into the layout of the file: run gofmt first")
}

func same(a, b []lexeme) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].loose() != b[i].loose() {
			return false
		}
	}
	return true
}

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
	i := 0
	copyTo := func(end int) { // tokens i to end-1 with the gaps between them
		if i < end {
			out = append(out, s.textSrc[s.src[i].start:s.src[end-1].end]...)
		}
	}
	for n, h := range s.hunks {
		if n == 0 && h.OldStart > 0 {
			out = append(out, s.textSrc[:s.src[0].start]...)
		}
		copyTo(h.OldStart)
		out = append(out, s.around(keep, h.NewStart, h.OldStart, h.OldEnd)...)
		if h.NewStart < h.NewEnd {
			out = append(out, s.textB[s.b[h.NewStart].start:s.b[h.NewEnd-1].end]...)
			out = append(out, s.around(keep, h.NewEnd, h.OldEnd, h.OldStart)...)
		}
		i = h.OldEnd
	}
	if i < len(s.src) {
		out = append(out, s.textSrc[s.src[i].start:]...)
	}
	return out
}

// reendings puts the carriage returns and the byte order mark of the source
// back into text: line by line where the source has the line, else by what
// most lines of the source have.
func (f *File) reendings(text []byte) []byte {
	if len(f.norm) == len(f.src) {
		return text
	}
	if out, ok := f.endings(text); ok {
		return out
	}
	return f.mixedEndings(text)
}
