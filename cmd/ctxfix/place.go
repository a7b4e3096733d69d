package main

import (
	"bytes"
	"cmp"
	"go/token"
	"path/filepath"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/load"
	"github.com/ctxfix/ctxfix/rewrite"
	"github.com/ctxfix/ctxfix/rewrite/tree"
)

// A place is a span of a file. Columns count bytes, from 1.
type place struct {
	File      string `json:"file"`
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	EndLine   int    `json:"endLine"`
	EndColumn int    `json:"endColumn"`
}

func comparePlaces(a, b place) int {
	return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
}

// A locator turns spans into places as the user sees them: relative to the
// working directory, and in the file on disk.
type locator struct {
	settings  settings
	unwritten map[string]error // by path
	fset      *token.FileSet
	report    rewrite.Report
	mappings  map[*load.File]*tree.Mapping
}

// written reports whether the present bytes of the file are on disk.
func (l *locator) written(file *load.File) bool {
	return l.settings.write && l.unwritten[file.Path] == nil
}

func (l *locator) finding(f detect.Finding) place {
	span := f.Span
	if !l.written(f.File) {
		span = l.report.OnDisk(f)
	}
	return l.place(f.File, l.fset.PositionFor(span.Pos, false), l.fset.PositionFor(span.End, false))
}

func (l *locator) kept(k detect.Kept) place {
	return l.place(k.File, l.traced(k.File, k.Span.Pos), l.traced(k.File, k.Span.End))
}

func (l *locator) place(file *load.File, pos, end token.Position) place {
	return place{
		File:      relative(l.settings.dir, file.Path),
		Line:      pos.Line,
		Column:    pos.Column,
		EndLine:   end.Line,
		EndColumn: end.Column,
	}
}

// traced returns the position of pos, traced back to the file on disk if the
// text that the last round left was not written.
func (l *locator) traced(file *load.File, pos token.Pos) token.Position {
	at := l.fset.PositionFor(pos, false)
	if l.written(file) || bytes.Equal(file.Disk, file.Bytes) {
		return at
	}
	m := l.mappings[file]
	if m == nil {
		m = tree.Map(file.Disk, file.Bytes)
		l.mappings[file] = m
	}
	if old, ok := m.Old(at.Offset); ok {
		return lineColumn(file.Disk, old)
	}
	return at
}

func lineColumn(text []byte, offset int) token.Position {
	head := text[:min(offset, len(text))]
	return token.Position{
		Offset: len(head),
		Line:   1 + bytes.Count(head, []byte("\n")),
		Column: len(head) - bytes.LastIndexByte(head, '\n'),
	}
}

// relative returns path with slashes, as seen from dir if it lies below it.
func relative(dir, path string) string {
	if rel, err := filepath.Rel(dir, path); err == nil && filepath.IsLocal(rel) {
		return filepath.ToSlash(rel)
	}
	return filepath.ToSlash(path)
}
