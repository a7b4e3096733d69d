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

// fixed ends the name of a file of a form as the fixes leave it.
const fixed = ".fixed"

// A form is a small program, with what is decided in it.
type form struct {
	name    string
	program program
	decided string
	writes  bool     // what the fixes make of it is recorded, too
	fixed   []source // what they change
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
	switch {
	case file == decided:
		into.decided = string(f.Data)
	case strings.HasSuffix(file, fixed):
		into.writes = true
		into.fixed = append(into.fixed, source{strings.TrimSuffix(file, fixed), string(f.Data)})
	case file == "go.version":
		into.program.version = strings.TrimSpace(string(f.Data))
	default:
		into.program.files = append(into.program.files, source{file, string(f.Data)})
	}
}

func (a *formArchive) write(t *testing.T) {
	archive := &txtar.Archive{Comment: a.comment}
	add := func(f form, name, text string) {
		archive.Files = append(archive.Files, txtar.File{Name: f.name + "/" + name, Data: []byte(text)})
	}
	for _, f := range a.forms {
		if f.program.version != newestGo {
			add(f, "go.version", f.program.version+"\n")
		}
		for _, file := range f.program.files {
			add(f, file.name, file.src)
		}
		add(f, decided, f.decided)
		for _, file := range f.fixed {
			add(f, file.name+fixed, file.src)
		}
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
	decided, changed, err := judge(prog, f.writes)
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		f.decided, f.fixed = decided, changed
	}
	if diff := diff.Diff(f.decided, decided); diff != "" {
		t.Errorf("decided otherwise (-recorded +now):\n%s", diff)
	}
	if diff := diff.Diff(f.fixed, changed, diff.AllowUnexported(source{})); diff != "" {
		t.Errorf("fixed otherwise (-recorded +now):\n%s", diff)
	}
}

// judge returns what all rules in full find in the program, and what they leave
// alone, in order; and, if they are to write, the files that their fixes change.
func judge(prog *load.Program, write bool) (decided string, changed []source, err error) {
	opts := modes[len(modes)-1].options()
	opts.Write = write
	report, err := rewrite.Run(prog, opts)
	if err != nil {
		return "", nil, err
	}
	for _, e := range report.Edits {
		if e.Old == nil { // a new file, the same for every program
			continue
		}
		changed = append(changed, source{filepath.Base(e.Path), string(e.New)})
	}
	return decisions(prog, report), changed, nil
}

func decisions(prog *load.Program, report rewrite.Report) string {
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
	var out strings.Builder
	for _, l := range lines {
		fmt.Fprintf(&out, "%s:%d: %s\n", l.file, l.line, strings.ReplaceAll(l.text, "\n", " "))
	}
	return out.String()
}
