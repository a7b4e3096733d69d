// Package verify judges a rewritten program: it must compile as before, keep
// its comments, and be better by exactly the findings that were fixed.
package verify

import (
	"fmt"
	"go/ast"
	"go/scanner"
	"go/token"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/load"
	"github.com/ctxfix/ctxfix/rewrite/tree"
)

// A Problem is a reason why some of the fixes just made must go.
type Problem struct {
	Reason   string
	Suspects []detect.Finding // the fixes that may be the cause; empty: all
}

// Concerns reports whether the fix may be the cause.
func (p Problem) Concerns(fix detect.Finding) bool {
	return len(p.Suspects) == 0 || slices.ContainsFunc(p.Suspects, func(s detect.Finding) bool {
		return s.Rule == fix.Rule && s.Span == fix.Span
	})
}

// InFile returns the fixes of the file, or if there are none, of its folder.
func InFile(fixes []detect.Finding, path string) []detect.Finding {
	var near, far []detect.Finding
	for _, fix := range fixes {
		if fix.Rewrites(path) {
			near = append(near, fix)
		}
		if In(fix, filepath.Dir(path)) {
			far = append(far, fix)
		}
	}
	if len(near) > 0 {
		return near
	}
	return far
}

// In reports whether the fix rewrites a file of the folder.
func In(fix detect.Finding, dir string) bool {
	return slices.ContainsFunc(fix.Parts(), func(part detect.Part) bool { return filepath.Dir(part.File.Path) == dir })
}

// A Change is a file before and after.
type Change struct {
	Path     string
	Old, New []byte
	Syntax   *ast.File // of Old
	tokens   *tree.Mapping
}

func (c *Change) mapping() *tree.Mapping {
	if c.tokens == nil {
		c.tokens = tree.Map(c.Old, c.New)
	}
	return c.tokens
}

// Compiles returns a problem for each file with new errors.
func Compiles(errors []load.Error, fixes []detect.Finding) []Problem {
	var problems []Problem
	seen := map[string]bool{}
	for _, e := range errors {
		path := ""
		if i := strings.Index(e.Pos, ".go:"); i >= 0 {
			path = e.Pos[:i+len(".go")]
		}
		if !seen[path] {
			seen[path] = true
			problems = append(problems, Problem{"withdrawn: would not compile: " + e.Error(), InFile(fixes, path)})
		}
	}
	return problems
}

// Comments returns a problem if a comment of the old file is not in the new
// one. Layout does not count: formatting may indent a comment.
func Comments(c *Change, fixes []detect.Finding) []Problem {
	left := map[string]int{}
	for _, text := range comments(c.New) {
		left[text]++
	}
	for _, text := range comments(c.Old) {
		left[text]--
		if left[text] < 0 {
			return []Problem{{fmt.Sprintf("withdrawn: a comment would be lost in %s: %.60s", c.Path, text), InFile(fixes, c.Path)}}
		}
	}
	return nil
}

// comments returns the text of each comment, white space folded.
func comments(src []byte) []string {
	fset := token.NewFileSet()
	var s scanner.Scanner
	s.Init(fset.AddFile("", -1, len(src)), src, func(token.Position, string) {}, scanner.ScanComments)
	var out []string
	for {
		_, tok, text := s.Scan()
		switch tok {
		case token.EOF:
			return out
		case token.COMMENT:
			out = append(out, strings.Join(strings.Fields(text), " "))
		}
	}
}
