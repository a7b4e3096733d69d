package report

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

// A Place is a half-open span of a file. Lines and columns count from 1,
// columns in bytes.
type Place struct {
	Path               string // absolute
	File               string // as the user sees it: with slashes, relative to the working directory where it lies below it
	Line, Column       int
	EndLine, EndColumn int
	Lines              []string // the text of the lines, without line ends; nil where it is not on disk any more
}

func comparePlaces(a, b Place) int {
	return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
}

// A locator turns spans into places as the user sees them: relative to the
// working directory, and in the file on disk.
type locator struct {
	Options
	fset     *token.FileSet
	done     rewrite.Report
	mappings map[*load.File]*tree.Mapping
	sources  map[*load.File]source // the file on disk
}

func newLocator(prog *load.Program, done rewrite.Report, opts Options) *locator {
	return &locator{opts, prog.Fset, done, make(map[*load.File]*tree.Mapping), make(map[*load.File]source)}
}

// written reports whether the present bytes of the file are on disk.
func (l *locator) written(file *load.File) bool {
	return l.Write && l.Unwritten[file.Path] == nil
}

func (l *locator) finding(f detect.Finding) Place {
	span := f.Span
	if !l.written(f.File) {
		span = l.done.OnDisk(f)
	}
	return l.place(f.File, l.fset.PositionFor(span.Pos, false), l.fset.PositionFor(span.End, false))
}

func (l *locator) kept(k detect.Kept) Place {
	return l.place(k.File, l.traced(k.File, k.Span.Pos), l.traced(k.File, k.Span.End))
}

func (l *locator) place(file *load.File, pos, end token.Position) Place {
	return Place{
		Path:      file.Path,
		File:      Relative(l.Dir, file.Path),
		Line:      pos.Line,
		Column:    pos.Column,
		EndLine:   end.Line,
		EndColumn: end.Column,
		Lines:     l.source(file).lines(pos.Line, end.Line),
	}
}

// source returns the file as it is on disk.
func (l *locator) source(file *load.File) source {
	if known, ok := l.sources[file]; ok {
		return known
	}
	text := file.Disk
	if l.written(file) {
		text = file.Bytes
	}
	l.sources[file] = newSource(text)
	return l.sources[file]
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

// Relative returns path with slashes, as seen from dir if it lies below it.
func Relative(dir, path string) string {
	if rel, err := filepath.Rel(dir, path); err == nil && filepath.IsLocal(rel) {
		return filepath.ToSlash(rel)
	}
	return filepath.ToSlash(path)
}
