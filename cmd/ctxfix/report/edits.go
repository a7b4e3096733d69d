package report

import (
	"bytes"
	"sort"

	"github.com/ctxfix/ctxfix/rewrite"
)

// addEdits gives each finding what its fix alone would change, if it was
// proposed. A fix that was written is no proposal any more.
func (l *locator) addEdits(findings []Finding) {
	proposed := make(map[string]rewrite.Proposal)
	for _, p := range l.Proposals {
		proposed[p.Finding.Fingerprint] = p
	}
	for i := range findings {
		f := &findings[i]
		p, ok := proposed[f.Fingerprint]
		if !ok || l.Write && f.Fixed {
			continue
		}
		for _, e := range p.Files {
			f.Edits = append(f.Edits, l.fileEdits(e))
		}
		if p.Refusal != nil && f.Fixable {
			f.Unproposed = newRefusal(*p.Refusal)
		}
	}
}

func (l *locator) fileEdits(e rewrite.FileEdits) FileEdits {
	out := FileEdits{File: File{Path: e.Path, Name: Relative(l.Dir, e.Path), Created: e.Old == nil}, Old: e.Old}
	text := newSource(e.Old)
	for _, t := range e.Edits {
		at := text.place(t.Start, t.End)
		at.Path, at.File = out.Path, out.Name
		out.Edits = append(out.Edits, TextEdit{Place: at, Start: t.Start, End: t.End, New: t.New})
	}
	return out
}

// A source is the text of a file with the offsets at which its lines start.
type source struct {
	text   []byte
	starts []int
}

func newSource(text []byte) source {
	s := source{text, []int{0}}
	for i, c := range text {
		if c == '\n' {
			s.starts = append(s.starts, i+1)
		}
	}
	return s
}

// place returns the place between two byte offsets, without the name of the
// file.
func (s source) place(start, end int) Place {
	line, column := s.position(start)
	endLine, endColumn := s.position(end)
	return Place{
		Line: line, Column: column,
		EndLine: endLine, EndColumn: endColumn,
		Lines: s.lines(line, endLine),
	}
}

func (s source) position(offset int) (line, column int) {
	line = sort.SearchInts(s.starts, offset+1)
	return line, offset - s.starts[line-1] + 1
}

// lines returns the lines first to last, counted from 1, without their ends;
// nil if the text has no such lines.
func (s source) lines(first, last int) []string {
	if first < 1 || last < first || last > len(s.starts) {
		return nil
	}
	var lines []string
	for _, start := range s.starts[first-1 : last] {
		line, _, _ := bytes.Cut(s.text[start:], []byte("\n"))
		lines = append(lines, string(bytes.TrimSuffix(line, []byte("\r"))))
	}
	return lines
}
