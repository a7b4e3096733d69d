//go:build corpus

package rewrite_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"testing"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/load"
	"github.com/ctxfix/ctxfix/rewrite"
)

// declaring are the rules whose fix adds a declaration to the file, with a
// comment. No rule changes a comment, or adds one anywhere else.
var declaring = []string{"ctxkey"}

// checkText compares a file before and after.
func (tr trial) checkText(t *testing.T, before *load.Program, report rewrite.Report, e rewrite.Edit) {
	name := tr.String() + ": " + tr.rel(e.Path)
	if e.Old == nil { // a file that a fix needs
		if !formatted(e.New) {
			t.Errorf("%s is not gofmt'd", name)
		}
		return
	}
	if formatted(e.Old) && !formatted(e.New) {
		t.Errorf("%s is no longer gofmt'd", name)
	}
	gone, added := difference(commentsOf(t, e.Old), commentsOf(t, e.New))
	for _, text := range gone {
		t.Errorf("%s lost the comment %q", name, text)
	}
	if len(added) > 0 && !declares(e) {
		t.Errorf("%s has comments more: %q", name, added)
	}
	for _, problem := range unasked(t, before, report, e) {
		t.Errorf("%s: %s", name, problem)
	}
}

func declares(e rewrite.Edit) bool {
	return slices.ContainsFunc(e.Settles, func(f detect.Finding) bool { return slices.Contains(declaring, f.Rule.Name) })
}

// difference returns what is only in a and only in b, as often as it is.
func difference(a, b []string) (onlyA, onlyB []string) {
	onlyB = slices.Clone(b)
	for _, s := range a {
		if i := slices.Index(onlyB, s); i >= 0 {
			onlyB = slices.Delete(onlyB, i, i+1)
		} else {
			onlyA = append(onlyA, s)
		}
	}
	return onlyA, onlyB
}

// unasked says what changed of a file outside of the declarations with a
// fixed finding: that must be byte for byte as it was. The imports may change
// as a whole.
func unasked(t *testing.T, before *load.Program, report rewrite.Report, e rewrite.Edit) []string {
	old, next := topLevel(t, e.Old), topLevel(t, e.New)
	asked := asked(before, report, e, old)
	var problems []string
	abut := true // the declarations before these were the same
	for len(old) > 0 || len(next) > 0 {
		switch {
		case len(old) > 0 && len(next) > 0 && old[0].name == next[0].name:
			a, b := old[0], next[0]
			if abut && a.gap != b.gap {
				problems = append(problems, fmt.Sprintf("the text before %s changed from %q to %q", a.name, a.gap, b.gap))
			}
			if a.text != b.text && !asked[a.start] && a.name != "import" {
				problems = append(problems, a.name+" changed, and no finding in it was fixed")
			}
			old, next, abut = old[1:], next[1:], true
		case len(next) > 0 && (next[0].name == "import" || declares(e) && !slices.ContainsFunc(old, next[0].same)):
			next, abut = next[1:], false
		case len(old) > 0 && old[0].name == "import":
			old, abut = old[1:], false
		default:
			return append(problems, fmt.Sprintf("the declarations are not those before: %s, now %s", first(old), first(next)))
		}
	}
	return problems
}

// asked returns the declarations, by where they start, with a finding that
// was fixed, or with text that its fix rewrites.
func asked(before *load.Program, report rewrite.Report, e rewrite.Edit, decls []declaration) map[int]bool {
	asked := map[int]bool{}
	file := before.Fset.File(before.File(e.Path).Syntax.FileStart)
	note := func(s detect.Span) {
		if !s.Pos.IsValid() || int(s.Pos) < file.Base() || int(s.Pos) > file.Base()+file.Size() {
			return // of another file, or of a later state of this one
		}
		from, to := file.Offset(s.Pos), file.Offset(s.Pos)+int(s.End-s.Pos)
		for _, d := range decls {
			if from < d.start+len(d.text) && d.start <= to {
				asked[d.start] = true
			}
		}
	}
	for _, f := range e.Settles {
		note(report.OnDisk(f))
		for _, s := range f.Touches {
			note(s)
		}
		for _, first := range report.Found { // the same, before other fixes
			if first.Rule == f.Rule && first.Span == report.OnDisk(f) {
				for _, s := range first.Touches {
					note(s)
				}
			}
		}
	}
	return asked
}

// A declaration is a top-level one with its comment; the last of a file is
// the empty text at its end.
type declaration struct {
	name  string
	start int // offset
	gap   string
	text  string
}

func (d declaration) same(o declaration) bool { return d.name == o.name }

func first(decls []declaration) string {
	if len(decls) == 0 {
		return "nothing"
	}
	return decls[0].name
}

// topLevel divides a file into its declarations and what is between.
func topLevel(t *testing.T, src []byte) []declaration {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	offset := func(pos token.Pos) int { return fset.PositionFor(pos, false).Offset }
	var out []declaration
	at := 0
	add := func(name string, start, end int) {
		out = append(out, declaration{name, start, string(src[at:start]), string(src[start:end])})
		at = end
	}
	for _, d := range file.Decls {
		start := d.Pos()
		if doc := docOf(d); doc != nil {
			start = doc.Pos()
		}
		add(declName(d), offset(start), offset(d.End()))
	}
	add("the end", len(src), len(src))
	return out
}

func docOf(d ast.Decl) *ast.CommentGroup {
	if fn, ok := d.(*ast.FuncDecl); ok {
		return fn.Doc
	}
	return d.(*ast.GenDecl).Doc
}

// declName names a declaration, not always as the only one of that name.
func declName(d ast.Decl) string {
	switch d := d.(type) {
	case *ast.FuncDecl:
		recv := ""
		if d.Recv != nil && len(d.Recv.List) == 1 {
			ast.Inspect(d.Recv.List[0].Type, func(n ast.Node) bool {
				if id, ok := n.(*ast.Ident); ok && recv == "" {
					recv = id.Name + "."
				}
				return true
			})
		}
		return "func " + recv + d.Name.Name
	case *ast.GenDecl:
		if d.Tok == token.IMPORT {
			return "import"
		}
		name := d.Tok.String()
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				name += " " + spec.Name.Name
			case *ast.ValueSpec:
				for _, id := range spec.Names {
					name += " " + id.Name
				}
			}
		}
		return name
	}
	return ""
}
