package fuzz_test

import (
	"bytes"
	"go/ast"
	"go/format"
	"go/scanner"
	"go/token"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/load"
	"github.com/ctxfix/ctxfix/rewrite"
)

// text holds an edit to what any change of a file must keep.
func text(e rewrite.Edit) error {
	remain := commentsOf(e.New)
	for _, comment := range commentsOf(e.Old) {
		i := slices.Index(remain, comment)
		if i < 0 {
			return broken("comment", "%s: lost the comment %q", e.Path, comment)
		}
		remain = slices.Delete(remain, i, i+1)
	}
	if e.Old == nil || formatted(e.Old) {
		if want, err := format.Source(e.New); err != nil || !bytes.Equal(want, e.New) {
			return broken("format", "%s is not formatted any more:\n%s", e.Path, e.New)
		}
	}
	for _, mark := range []string{"\ufeff", "\r\n"} {
		if strings.HasPrefix(string(e.Old), mark) != strings.HasPrefix(string(e.New), mark) {
			return broken("bytes", "%s: %q came or went at the start", e.Path, mark)
		}
	}
	if lines := bytes.Count(e.Old, []byte("\n")); lines > 0 && lines == bytes.Count(e.Old, []byte("\r\n")) {
		if bytes.Count(e.New, []byte("\n")) != bytes.Count(e.New, []byte("\r\n")) {
			return broken("bytes", "%s: line endings are mixed", e.Path)
		}
	}
	return nil
}

func formatted(src []byte) bool {
	out, err := format.Source(src)
	return err == nil && bytes.Equal(out, src)
}

// commentsOf returns the comments of a file, white space folded.
func commentsOf(src []byte) []string {
	fset := token.NewFileSet()
	var s scanner.Scanner
	s.Init(fset.AddFile("", -1, len(src)), src, nil, scanner.ScanComments)
	var out []string
	for {
		switch _, tok, text := s.Scan(); tok {
		case token.EOF:
			return out
		case token.COMMENT:
			out = append(out, strings.Join(strings.Fields(text), " "))
		}
	}
}

// untouched asks whether declarations without a finding are byte for byte as
// they were.
func untouched(before, after *checked, prog *load.Program, report rewrite.Report) error {
	for i, f := range before.files {
		j := slices.IndexFunc(after.files, func(g source) bool { return g.name == f.name })
		spans := touchedIn(f.name, prog, report)
		old, now := functions(before, i), functions(after, j)
		if len(old) != len(now) {
			return broken("declarations", "%s: %d functions before, %d after", f.name, len(old), len(now))
		}
		for k, fn := range old {
			start, end := before.offset(fn.Pos()), before.offset(fn.End())
			hit := later(report, f.name) || slices.ContainsFunc(spans, func(s [2]int) bool { return s[0] <= end && start <= s[1] })
			if !hit && before.text(fn) != after.text(now[k]) {
				return broken("untouched", "%s: %s was changed without a finding in it:\n%s", f.name, fn.Name.Name, after.text(now[k]))
			}
		}
	}
	return nil
}

func functions(c *checked, file int) []*ast.FuncDecl {
	var out []*ast.FuncDecl
	for _, d := range c.syntax[file].Decls {
		if fn, ok := d.(*ast.FuncDecl); ok {
			out = append(out, fn)
		}
	}
	return out
}

// touchedIn returns where the findings of the first round stand in the file
// and what their fixes rewrite.
func touchedIn(name string, prog *load.Program, report rewrite.Report) [][2]int {
	var out [][2]int
	for _, f := range report.Found {
		for _, s := range append([]detect.Span{f.Span}, f.Touches...) {
			start, end := prog.Fset.PositionFor(s.Pos, false), prog.Fset.PositionFor(s.End, false)
			if filepath.Base(start.Filename) == name {
				out = append(out, [2]int{start.Offset, end.Offset})
			}
		}
	}
	return out
}

// later reports whether a finding that only a later round came upon was fixed
// in the file: where that stood before cannot be told.
func later(report rewrite.Report, name string) bool {
	return slices.ContainsFunc(report.Fixed, func(f detect.Finding) bool {
		first := slices.ContainsFunc(report.Found, func(g detect.Finding) bool { return g.Rule == f.Rule && g.Span == f.Span })
		return !first && filepath.Base(f.File.Path) == name
	})
}
