package fuzz_test

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	diff "github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/ctxfix/ctxfix/detect/load"
	"github.com/ctxfix/ctxfix/rewrite"
)

var update = flag.Bool("update", false, "record what is decided in the forms of testdata/forms")

// decided is the file of a form that holds what is decided in it.
const decided = "decided"

// TestForms holds what is decided in the forms of testdata/forms to what is
// recorded there; -update accepts what has changed.
func TestForms(t *testing.T) {
	w := newWorld(t)
	for _, a := range readForms(t) {
		t.Run(a.name, func(t *testing.T) {
			for i := range a.forms {
				t.Run(a.forms[i].name, func(t *testing.T) { w.testForm(t, &a.forms[i]) })
			}
			if *update {
				a.write(t)
			}
		})
	}
}

// A form is a small program, with what is decided in it.
type form struct {
	name    string
	program program
	decided string
}

// A formArchive is the forms of one file of testdata/forms.
type formArchive struct {
	name, path string
	comment    []byte
	forms      []form
}

func readForms(tb testing.TB) []formArchive {
	tb.Helper()
	paths, err := filepath.Glob("../../testdata/forms/*.txtar")
	if err != nil || len(paths) == 0 {
		tb.Fatalf("no forms: %v", err)
	}
	var out []formArchive
	for _, p := range paths {
		archive, err := txtar.ParseFile(p)
		if err != nil {
			tb.Fatal(err)
		}
		a := formArchive{name: strings.TrimSuffix(filepath.Base(p), ".txtar"), path: p, comment: archive.Comment}
		for _, f := range archive.Files {
			a.add(f)
		}
		out = append(out, a)
	}
	return out
}

// add takes a file, which is called FORM/NAME.
func (a *formArchive) add(f txtar.File) {
	name, file := path.Dir(f.Name), path.Base(f.Name)
	if len(a.forms) == 0 || a.forms[len(a.forms)-1].name != name {
		a.forms = append(a.forms, form{name: name, program: program{version: newestGo}})
	}
	into := &a.forms[len(a.forms)-1]
	switch file {
	case decided:
		into.decided = string(f.Data)
	case "go.version":
		into.program.version = strings.TrimSpace(string(f.Data))
	default:
		into.program.files = append(into.program.files, source{file, string(f.Data)})
	}
}

func (a *formArchive) write(t *testing.T) {
	archive := &txtar.Archive{Comment: a.comment}
	for _, f := range a.forms {
		if f.program.version != newestGo {
			archive.Files = append(archive.Files, txtar.File{Name: f.name + "/go.version", Data: []byte(f.program.version + "\n")})
		}
		for _, file := range f.program.files {
			archive.Files = append(archive.Files, txtar.File{Name: f.name + "/" + file.name, Data: []byte(file.src)})
		}
		archive.Files = append(archive.Files, txtar.File{Name: f.name + "/" + decided, Data: []byte(f.decided)})
	}
	if err := os.WriteFile(a.path, txtar.Format(archive), 0o666); err != nil {
		t.Fatal(err)
	}
}

func (w *world) testForm(t *testing.T, f *form) {
	prog, err := w.program(f.program)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := decisions(prog)
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, line := range lines {
		got += line + "\n"
	}
	if *update {
		f.decided = got
	}
	if diff := diff.Diff(f.decided, got); diff != "" {
		t.Errorf("decided otherwise (-recorded +now):\n%s", diff)
	}
}

// decisions are what all rules in full find in the program, and what they leave
// alone, in order.
func decisions(prog *load.Program) ([]string, error) {
	opts := modes[len(modes)-1].options()
	opts.Write = false
	report, err := rewrite.Run(prog, opts)
	if err != nil {
		return nil, err
	}
	type line struct {
		file string
		line int
		text string
	}
	lines := []line{}
	for _, f := range report.Found {
		at := prog.Fset.Position(f.Span.Pos)
		text := fmt.Sprintf("%s, %s: %s", f.Rule.Name, f.Safety, f.Message)
		if f.Because != "" {
			text += ": " + f.Because
		}
		lines = append(lines, line{filepath.Base(at.Filename), at.Line, text})
	}
	for _, k := range report.Kept {
		at := prog.Fset.Position(k.Span.Pos)
		lines = append(lines, line{filepath.Base(at.Filename), at.Line, fmt.Sprintf("%s, left: %s", k.Rule.Name, k.Because)})
	}
	slices.SortStableFunc(lines, func(a, b line) int { return cmp.Or(cmp.Compare(a.file, b.file), a.line-b.line) })
	out := []string{}
	for _, l := range lines {
		out = append(out, fmt.Sprintf("%s:%d: %s", l.file, l.line, strings.ReplaceAll(l.text, "\n", " ")))
	}
	return out, nil
}
