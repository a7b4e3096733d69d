package verify

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/load"
)

func TestComments(t *testing.T) {
	const old = "// Package p.\npackage p\n\n// F does.\n// Twice.\nfunc F() {} // here\n\n/* a\n   b */\nvar x int // here\n"
	for name, test := range map[string]struct{ from, to, lost string }{
		"same":          {"", "", ""},
		"moved":         {"// F does.\n", "// Twice.\n// F does.\n", ""},
		"added":         {"package p\n", "package p // new\n", ""},
		"indented":      {"   b */", "\t b */", ""},
		"line endings":  {"// F does.\n", "// F does.\r\n", ""},
		"lost":          {"// Twice.\n", "", "// Twice."},
		"changed":       {"// Twice.", "// Once.", "// Twice."},
		"one of two":    {"var x int // here", "var x int", "// here"},
		"in a string":   {"// Twice.\n", "var s = `// Twice.`\n", "// Twice."},
		"block comment": {"/* a\n   b */", "", "/* a b */"},
	} {
		t.Run(name, func(t *testing.T) {
			c := &Change{Path: "/m/p.go", Old: []byte(old), New: []byte(strings.Replace(old, test.from, test.to, 1))}
			problems := Comments(c, nil)
			if test.lost == "" && len(problems) > 0 {
				t.Errorf("unexpected: %s", problems[0].Reason)
			}
			if test.lost != "" && (len(problems) != 1 || !strings.HasSuffix(problems[0].Reason, ": "+test.lost)) {
				t.Errorf("got %+v, want the loss of %s", problems, test.lost)
			}
		})
	}
}

// A scene is one file before and after, whose findings are the calls of some
// functions: the name is the rule.
type scene struct {
	fset  *token.FileSet
	file  *load.File
	rules map[string]*detect.Rule
}

func (s *scene) parse(t *testing.T, body string) *ast.File {
	t.Helper()
	file, err := parser.ParseFile(s.fset, "/m/p.go", body, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// findings returns a finding for each call of a function whose name is upper
// case and a digit: R1 is a finding of rule R at safety 1.
func (s *scene) findings(file *ast.File) []detect.Finding {
	var out []detect.Finding
	ast.Inspect(file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		if id, ok := call.Fun.(*ast.Ident); ok && id.IsExported() {
			name := id.Name[:len(id.Name)-1]
			if s.rules[name] == nil {
				s.rules[name] = &detect.Rule{Name: name}
			}
			out = append(out, detect.Finding{
				Rule: s.rules[name], File: s.file, Span: detect.SpanOf(call),
				Safety: detect.Safety(id.Name[len(id.Name)-1] - '0'), Message: "message",
			})
		}
		return true
	})
	return out
}

func TestComparison(t *testing.T) {
	const frame = "package p\n\nfunc f() {\n"
	for name, test := range map[string]struct {
		old, new string
		fixed    string // the source of the finding that was fixed
		problem  string
	}{
		"mended":              {"R2(1)", "ok(1)", "R2(1)", ""},
		"still there":         {"R2(1)", "R2(3)", "R2(1)", "would not mend it"},
		"others stay":         {"R2(1); R2(9); S2(0)", "ok(1); R2(9); S2(0)", "R2(1)", ""},
		"others move":         {"R2(1); S2(0)", "a(); b(); ok(1); S2(0)", "R2(1)", ""},
		"another one":         {"R2(1)", "ok(1); R1(7)", "R2(1)", "lead to another one"},
		"even a manual one":   {"R2(1)", "ok(1); R0(7)", "R2(1)", "lead to another one"},
		"one of another rule": {"R1(1)", "ok(1); S1(7)", "R1(1)", "lead to a finding of rule S"},
		"a safer one":         {"R1(1)", "ok(1); S2(7)", "R1(1)", "lead to a finding of rule S"},
		"a less safe one":     {"R2(1)", "ok(1); S1(7)", "R2(1)", ""},
		"a manual one":        {"R1(1)", "ok(1); S0(7)", "R1(1)", ""},
		"an expected pair":    {"R1(1)", "ok(1); Woken2(7)", "R1(1)", ""},
		"elsewhere":           {"R1(1); go a(); s2(3)", "ok(1); go a(); S2(3)", "R1(1)", "lead to a finding of rule S"},
		"like beside like":    {"R2(1); R2(1)", "ok(1); R2(1)", "R2(1)", ""},
		"one more of a kind":  {"R1(1); S1(5)", "ok(1); S1(5); S1(5)", "R1(1)", "lead to a finding of rule S"},
		"moved away":          {"S1(5); x(); R1(1)", "x(); ok(1); S1(5)", "R1(1)", ""},
		"moved, and one more": {"S1(5); x(); R1(1)", "x(); ok(1); S1(5); S1(5)", "R1(1)", "lead to a finding of rule S"},
		"one of like goes":    {"R2(1); R2(1)", "R2(1)", "R2(1)", ""},
		"both of like stay":   {"R2(1); R2(1)", "y(); R2(1); R2(1)", "R2(1)", "would not mend it"},
		"in another function": {"S1(5)\n}\n\nfunc g() {\n\tR1(1)", "x()\n}\n\nfunc g() {\n\tok(1); S1(5)", "R1(1)", "lead to a finding of rule S"},
		"not written":         {"R1(1); y(); Late1(5)", "ok(1); y(); Late1(5)", "R1(1)", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := &scene{fset: token.NewFileSet(), rules: map[string]*detect.Rule{}}
			old, new := frame+test.old+"\n}\n", frame+test.new+"\n}\n"
			before := s.parse(t, old)
			s.file = &load.File{Path: "/m/p.go", Bytes: []byte(new), Syntax: s.parse(t, new)}
			c := &Comparison{
				Fset:    s.fset,
				Changes: map[string]*Change{"/m/p.go": {Path: "/m/p.go", Old: []byte(old), New: []byte(new), Syntax: before}},
				Before:  s.findings(before),
				After:   s.findings(s.file.Syntax),
				MayWake: func(by, rule string) bool { return by == "R" && rule == "Woken" },
			}
			for _, f := range c.Before {
				if f.Rule.Name == "Late" { // of what was there before, found now
					c.Before = slices.DeleteFunc(slices.Clone(c.Before), func(b detect.Finding) bool { return b.Rule == f.Rule })
				}
				if len(c.Fixed) == 0 && c.text(f, false) == test.fixed {
					c.Fixed = append(c.Fixed, f)
				}
			}
			problems := c.Problems()
			switch {
			case test.problem == "" && len(problems) > 0:
				t.Errorf("unexpected: %s", problems[0].Reason)
			case test.problem != "" && (len(problems) != 1 || !strings.Contains(problems[0].Reason, test.problem)):
				t.Errorf("got %+v, want %q", problems, test.problem)
			case len(problems) > 0 && !problems[0].Concerns(c.Fixed[0]):
				t.Error("the problem does not concern the fix")
			}
		})
	}
}

// Each file with errors is one problem, and those without a place are one.
func TestCompiles(t *testing.T) {
	var reasons []string
	for _, p := range Compiles([]load.Error{
		{Pos: "/x/a.go:3:1", Msg: "undefined: a"}, {Pos: "/x/a.go:4:1", Msg: "undefined: b"},
		{Pos: "/x/b.go:1:1", Msg: "undefined: c"}, {Msg: "no package"}, {Pos: "-", Msg: "no module"},
	}, nil) {
		reasons = append(reasons, strings.TrimPrefix(p.Reason, "withdrawn: would not compile: "))
	}
	want := []string{"/x/a.go:3:1: undefined: a", "/x/b.go:1:1: undefined: c", "no package"}
	if !slices.Equal(reasons, want) {
		t.Errorf("%q, want %q", reasons, want)
	}
}
