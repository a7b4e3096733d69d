package directive

import (
	"go/parser"
	"go/token"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestParse(t *testing.T) {
	own := func(reason string, names ...string) Directive {
		return Directive{Tool: CtxFix, Names: names, Reason: reason}
	}
	foreign := func(tool Tool, reason string, names ...string) Directive {
		return Directive{Tool: tool, Names: names, Reason: reason}
	}
	ofFile := func(d Directive) Directive { d.File = true; return d }
	for text, want := range map[string]Directive{
		"//ctxfix:ignore background it is shared":    own("it is shared", "background"),
		"//ctxfix:ignore\tbackground\tit is shared":  own("it is shared", "background"),
		"//ctxfix:ignore background,noctx why":       own("why", "background", "noctx"),
		"//ctxfix:ignore background, noctx why":      own("why", "background", "noctx"),
		"//ctxfix:ignore background ,noctx why":      own("why", "background", "noctx"),
		"//ctxfix:ignore background: why":            own("why", "background"),
		"//ctxfix:ignore background // why":          own("why", "background"),
		"//ctxfix:ignore background -- why":          own("why", "background"),
		"//ctxfix:ignore background — über alles":    own("über alles", "background"),
		"//ctxfix:ignore background //":              own("", "background"),
		"//ctxfix:ignore background":                 own("", "background"),
		"//ctxfix:file-ignore all a tool of its own": ofFile(own("a tool of its own", "all")),
		"//nolint":                                     foreign(GolangCI, "", "all"),
		"// nolint // why":                             foreign(GolangCI, "why", "all"),
		"//nolint:":                                    foreign(GolangCI, "", "all"),
		"//nolint:all":                                 foreign(GolangCI, "", "all"),
		"//nolint:noctx,contextcheck // why":           foreign(GolangCI, "why", "noctx", "contextcheck"),
		"//nolint:noctx why":                           foreign(GolangCI, "why", "noctx"),
		"//lint:ignore SA1012,SA1029 why":              foreign(Staticcheck, "why", "SA1012", "SA1029"),
		"//lint:file-ignore SA1* why":                  ofFile(foreign(Staticcheck, "why", "SA1*")),
		"// #nosec":                                    foreign(Gosec, "", "gosec"),
		"//#nosec G118 -- why":                         foreign(Gosec, "why", "G118"),
		"//revive:disable":                             ofFile(foreign(Revive, "", "revive")),
		"//revive:disable:context-keys-type":           ofFile(foreign(Revive, "", "context-keys-type")),
		"//revive:disable-next-line:context-keys-type": foreign(Revive, "", "context-keys-type"),
	} {
		got, ok := Parse(text)
		if !ok {
			t.Errorf("%s is no directive", text)
			continue
		}
		want.Text = text
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}

func TestMalformed(t *testing.T) {
	for text, want := range map[string]string{
		"//ctxfix:ignore":                     "names no rule",
		"//ctxfix:ignore ,":                   "names no rule",
		"//ctxfix:file-ignore":                "names no rule",
		"//ctxfix:":                           "//ctxfix: is no directive: there are",
		"//ctxfix:ignor background why":       "did you mean //ctxfix:ignore?",
		"//ctxfix:ignore-file background why": "//ctxfix:ignore-file is no directive",
		"//ctxfix:fileignore background why":  "did you mean //ctxfix:file-ignore?",
		"//ctxfix:ignore=background why":      "did you mean //ctxfix:ignore background?",
		"//ctxfix:ignore,background why":      "did you mean //ctxfix:ignore background?",
		"// ctxfix:ignore background why":     "an ordinary comment",
		"//\tctxfix:ignore background why":    "an ordinary comment",
		"/*ctxfix:ignore background why*/":    "an ordinary comment",
		"//CTXFIX:ignore background why":      "an ordinary comment",
		"//  ctxfix:file-ignore":              "an ordinary comment",
	} {
		d, ok := Parse(text)
		if !ok || !d.Own() || !strings.Contains(d.Malformed, want) {
			t.Errorf("%s: got %q, want %q", text, d.Malformed, want)
		}
		if d.Covers("background") {
			t.Errorf("%s covers a rule", text)
		}
	}
}

func TestNoDirective(t *testing.T) {
	for _, text := range []string{
		"//", "// ", "/**/", "// ctxfix", "//ctxfix ignore background", "// see //ctxfix:ignore background", "//go:embed x",
		"//lint:ignore", "//ctxfixes:ignore", "//	//ctxfix:ignore RULE reason", "// x nolint", "//revive:enable",
	} {
		if d, ok := Parse(text); ok {
			t.Errorf("%s is read as %+v", text, d)
		}
	}
}

func TestCovers(t *testing.T) {
	for _, c := range []struct {
		text, rule string
		want       bool
	}{
		{"//ctxfix:ignore background why", "background", true},
		{"//ctxfix:ignore background why", "noctx", false},
		{"//ctxfix:ignore all why", "noctx", true},
		{"//ctxfix:ignore contextcheck why", "background", false}, // the name of another tool's rule
		{"//nolint", "background", true},
		{"//nolint:contextcheck", "background", true},
		{"//nolint:ctxfix", "background", true},
		{"//nolint:errcheck", "background", false},
		{"//lint:ignore SA1* why", "nilctx", true},
		{"//#nosec G118", "background", true},
		{"//#nosec G402", "background", false},
	} {
		d, ok := Parse(c.text)
		if !ok || d.Covers(c.rule) != c.want {
			t.Errorf("%s covers %s: %t, want %t", c.text, c.rule, !c.want, c.want)
		}
	}
}

func TestIn(t *testing.T) {
	all, err := inSource([]byte("package p\n\n//ctxfix:ignore background why\nvar x = 1 //nolint\n// prose\n"))
	if err != nil || len(all) != 2 || all[0].Line != 3 || all[1].Line != 4 || !all[0].Pos.IsValid() || all[0].End <= all[0].Pos {
		t.Errorf("got %+v, %v", all, err)
	}
	if _, err := inSource([]byte("no Go")); err == nil {
		t.Error("no error for what is no Go file")
	}
}

// inSource is In for the bytes of a file.
func inSource(src []byte) ([]Directive, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	return In(fset, file), nil
}
