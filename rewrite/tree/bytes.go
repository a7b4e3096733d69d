package tree

import (
	"bytes"
	"go/format"
	"go/parser"
	"go/token"
	"slices"
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
	r1 = formatted(f.r0, r1)
	if !bytes.Equal(f.r0, f.norm) {
		return f.minimal(r1)
	}
	if out, ok := f.endings(r1); ok {
		return out, nil
	}
	return f.minimal(r1)
}

// formatted is gofmt'd r1, if r0 is what gofmt makes of it.
func formatted(r0, r1 []byte) []byte {
	if before, _ := format.Source(r0); !bytes.Equal(before, r0) {
		return r1
	}
	again, err := format.Source(r1)
	if err != nil {
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
	return f.marked(text), true
}

// allComments checks that every comment of the restored source is in r1.
func (f *File) allComments(r1 []byte) error {
	left := map[key]int{}
	for i, text := range [][]byte{r1, f.r0} {
		list, _ := tokenise(text) // it parses
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
// tokens of the source. The layout of the source is kept around each change;
// where that does not read the same as r1, r1's layout is used.
func (f *File) minimal(r1 []byte) ([]byte, error) {
	text := bytes.TrimPrefix(f.src, bom)
	// All of them parse.
	src := tokeniseRaw(text)
	a, _ := tokenise(f.r0)
	b, _ := tokenise(r1)
	if !same(code(a), code(src)) {
		return nil, f.errorf(f.syntax.Name, "the file is not formatted, and formatting it would change more than layout: run gofmt first")
	}
	s := splicer{textSrc: text, textA: f.r0, textB: r1, src: src, a: a, b: b, hunks: diff(a, b, f.r0, r1)}
	if !s.locate() {
		return nil, f.errorf(f.syntax.Name, "the file is not formatted, and formatting it would move a comment near the change: run gofmt first")
	}
	want := s.tokens()
	out, ok := s.fit(func(text []byte) bool {
		list, _ := tokenise(normalise(text))
		if !same(list, want) {
			return false
		}
		_, err := parser.ParseFile(token.NewFileSet(), "", text, parser.SkipObjectResolution)
		return err == nil
	})
	if !ok {
		return nil, f.errorf(f.syntax.Name, "the change cannot be fitted into the layout of the file: run gofmt first")
	}
	return f.marked(out), nil
}

// marked gives text the byte order mark of the source.
func (f *File) marked(text []byte) []byte {
	if bytes.HasPrefix(f.src, bom) {
		return append(append([]byte{}, bom...), text...)
	}
	return text
}

func same(a, b []lexeme) bool {
	return slices.EqualFunc(a, b, func(x, y lexeme) bool { return x.loose() == y.loose() })
}
