// Package verify judges a rewritten program: it must compile as before, keep
// its comments, and be better by exactly the findings that were fixed.
package verify

import (
	"fmt"
	"go/ast"
	"go/scanner"
	"go/token"
	"path/filepath"
	"strings"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/load"
	"github.com/ctxfix/ctxfix/rewrite/tree"
)

// A Problem is a reason why some of the fixes just made must go: those in
// the file Path or the folder Dir, of Rule; what is empty does not matter.
type Problem struct {
	Path   string
	Dir    string
	Rule   *detect.Rule
	Reason string
}

// Concerns reports whether the fix may be the cause.
func (p Problem) Concerns(fix detect.Finding) bool {
	return (p.Path == "" || p.Path == fix.File.Path) && (p.Dir == "" || p.Dir == filepath.Dir(fix.File.Path)) && (p.Rule == nil || p.Rule == fix.Rule)
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

// Compiles returns a problem for each folder with new errors.
func Compiles(check *load.Check) []Problem {
	var problems []Problem
	seen := map[string]bool{}
	for _, e := range check.Errors() {
		file, _, _ := strings.Cut(e.Pos, ".go:")
		dir := ""
		if file != e.Pos {
			dir = filepath.Dir(file)
		}
		if !seen[dir] {
			seen[dir] = true
			problems = append(problems, Problem{Dir: dir, Reason: "withdrawn: would not compile: " + e.Error()})
		}
	}
	return problems
}

// Comments returns a problem if a comment of the old file is not in the new
// one. Layout does not count: formatting may indent a comment.
func Comments(c *Change) []Problem {
	left := map[string]int{}
	for _, text := range comments(c.New) {
		left[text]++
	}
	for _, text := range comments(c.Old) {
		left[text]--
		if left[text] < 0 {
			return []Problem{{
				Path:   c.Path,
				Reason: fmt.Sprintf("withdrawn: a comment would be lost in %s: %.60s", c.Path, text),
			}}
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
