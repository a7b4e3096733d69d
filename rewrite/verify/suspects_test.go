package verify

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/load"
)

// suspectFiles are before the fixes: each call of R2 is a finding that is fixed.
var suspectFiles = map[string]string{
	"/m/a/p.go": "package a\n\nfunc f() { R2(1); x() }\n\nfunc g() { R2(2); x() }\n\nfunc init() { R2(3); x() }\n\nvar v = x()\n",
	"/m/a/q.go": "package a\n\nfunc h() { R2(4); x() }\n\nfunc init() { R2(5); x() }\n\nfunc z() { x() }\n\nvar w = x()\n",
	"/m/a/u.go": "package a\n\nfunc u() { x() }\n",
	"/m/b/r.go": "package b\n\nfunc f() { R2(6); x() }\n",
}

// Blamed for a finding is who wrote in its declaration, or else in its folder.
func TestSuspects(t *testing.T) {
	for name, test := range map[string]struct {
		path, from, to string // how the file is otherwise after the fixes
		suspects       string // the arguments of the calls; none: no problem
	}{
		"mended":               {"/m/a/p.go", "", "", ""},
		"in its function":      {"/m/a/p.go", "ok(1); x()", "ok(1); R2(9)", "1"},
		"and in the next":      {"/m/a/p.go", "ok(2); x()", "ok(2); R2(9)", "2"},
		"one init of two":      {"/m/a/p.go", "ok(3); x()", "ok(3); R2(9)", "3"},
		"the other init":       {"/m/a/q.go", "ok(5); x()", "ok(5); R2(9)", "5"},
		"nobody's function":    {"/m/a/q.go", "{ x() }", "{ R2(9) }", "12345"},
		"nobody's file":        {"/m/a/u.go", "x()", "R2(9)", "12345"},
		"in no function":       {"/m/a/p.go", "v = x()", "v = R2(9)", "12345"},
		"nor here":             {"/m/a/q.go", "w = x()", "w = R2(9)", "12345"},
		"the other folder":     {"/m/b/r.go", "ok(6); x()", "ok(6); R2(9)", "6"},
		"less safe, elsewhere": {"/m/a/u.go", "x()", "S1(9)", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := &scene{fset: token.NewFileSet(), rules: map[string]*detect.Rule{}}
			c := &Comparison{Fset: s.fset, Changes: map[string]*Change{}, MayWake: func(by, rule string) bool { return false }}
			for _, path := range slices.Sorted(maps.Keys(suspectFiles)) {
				old := suspectFiles[path]
				text := strings.ReplaceAll(old, "R2(", "ok(")
				if path == test.path {
					text = strings.Replace(text, test.from, test.to, 1)
				}
				before := parseAt(t, s, path, old)
				s.file = &load.File{Path: path, Bytes: []byte(text), Syntax: parseAt(t, s, path, text)}
				if text != old && filepath.Base(path) != "u.go" { // u.go: found there as another file changed
					c.Changes[path] = &Change{Path: path, Old: []byte(old), New: []byte(text), Syntax: before}
				}
				found := s.findings(before)
				c.Before, c.Fixed = append(c.Before, found...), append(c.Fixed, found...)
				c.After = append(c.After, s.findings(s.file.Syntax)...)
			}
			const gone = "package a\n\nfunc e() { R2(8) }\n" // went as another file changed
			s.file = &load.File{Path: "/m/a/e.go", Bytes: []byte(gone), Syntax: parseAt(t, s, "/m/a/e.go", gone)}
			c.Before = append(c.Before, s.findings(s.file.Syntax)...)
			problems := c.Problems()
			if len(problems) > 1 || len(problems) == 0 != (test.suspects == "") {
				t.Fatalf("got %+v", problems)
			}
			got := []string{}
			for _, f := range c.Fixed {
				if len(problems) > 0 && problems[0].Concerns(f) {
					text := c.text(f, false)
					got = append(got, text[3:4])
				}
			}
			slices.Sort(got)
			if strings.Join(got, "") != test.suspects {
				t.Errorf("suspects %v, want %s", got, test.suspects)
			}
		})
	}
}

func parseAt(t *testing.T, s *scene, path, text string) *ast.File {
	t.Helper()
	file, err := parser.ParseFile(s.fset, path, text, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// The fixes of a file are those that rewrite it, or if none does, its folder.
func TestInFile(t *testing.T) {
	fixes := []detect.Finding{
		{File: &load.File{Path: "/m/a/p.go"}}, {File: &load.File{Path: "/m/a/q.go"}}, {File: &load.File{Path: "/m/b/r.go"}},
	}
	for path, want := range map[string]string{
		"/m/a/p.go": "/m/a/p.go", "/m/a/new.go": "/m/a/p.go /m/a/q.go", "/m/b/r.go": "/m/b/r.go", "/m/c/x.go": "", "": "",
	} {
		got := []string{}
		for _, f := range InFile(fixes, path) {
			got = append(got, f.File.Path)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: got %v, want %s", path, got, want)
		}
	}
}

// A problem concerns its suspects, or all if it names none.
func TestConcerns(t *testing.T) {
	rule, other := &detect.Rule{Name: "r"}, &detect.Rule{Name: "o"}
	fix := detect.Finding{Rule: rule, Span: detect.Span{Pos: 1, End: 2}}
	p := Problem{Suspects: []detect.Finding{fix}}
	for _, f := range []detect.Finding{{Rule: other, Span: fix.Span}, {Rule: rule, Span: detect.Span{Pos: 1, End: 3}}} {
		if p.Concerns(f) || !(Problem{}).Concerns(f) {
			t.Errorf("%+v: concerned %v", f, p.Concerns(f))
		}
	}
	if !p.Concerns(fix) {
		t.Error("the suspect is not concerned")
	}
}
