package rewrite_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/load"
	"github.com/ctxfix/ctxfix/rewrite"
	"github.com/ctxfix/ctxfix/rewrite/emit"
)

// A module is one of the nested modules of testdata, as a run leaves it.
type module struct {
	dir    string // absolute, symlinks resolved
	prog   *load.Program
	report rewrite.Report
}

// runModule runs the rules of that name over the module in dir; Manual only
// reports.
func runModule(t *testing.T, dir string, threshold detect.Safety, rules ...string) *module {
	t.Helper()
	return runModuleWith(t, dir, detect.Options{}, threshold, rules...)
}

// runModuleWith is runModule with settings for the rules.
func runModuleWith(t *testing.T, dir string, settings detect.Options, threshold detect.Safety, rules ...string) *module {
	t.Helper()
	dir, err := filepath.Abs(dir)
	if err != nil {
		t.Fatal(err)
	}
	prog, err := load.Load(t.Context(), load.Config{Dir: dir, Patterns: []string{"./..."}, Tests: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, pkg := range prog.Packages {
		for _, e := range pkg.Errors {
			t.Fatalf("%s does not compile: %v", pkg.ID, e)
		}
	}
	opts := rewrite.Options{Detect: settings, Threshold: threshold, Write: threshold > detect.Manual}
	for _, name := range rules {
		rule := detect.Lookup(name)
		if rule == nil {
			t.Fatalf("no rule %s", name)
		}
		opts.Rules = append(opts.Rules, rule)
	}
	report, err := rewrite.Run(prog, opts)
	if err != nil {
		t.Fatal(err)
	}
	m := &module{dir: dir, prog: prog, report: report}
	for _, r := range m.report.Refused {
		if r.Step != rewrite.Planned {
			t.Errorf("%s: %s: refused: %s", prog.Fset.Position(r.Finding.Span.Pos), r.Finding.Rule.Name, r.Reason)
		}
	}
	if m.report.Broken {
		t.Error("rules undo each other")
	}
	return m
}

// describe renders a finding of a run that changed nothing as "file function
// rule safety".
func (m *module) describe(f detect.Finding) string {
	name, err := filepath.Rel(m.dir, f.File.Path)
	if err != nil {
		name = f.File.Path
	}
	function := "-"
	for _, decl := range f.File.Syntax.Decls {
		if fn, ok := decl.(*ast.FuncDecl); ok && fn.Pos() <= f.Span.Pos && f.Span.Pos < fn.End() {
			function = fn.Name.Name
		}
	}
	return fmt.Sprintf("%s %s %s %s", filepath.ToSlash(name), function, f.Rule.Name, f.Safety)
}

// found describes what the first round found, sorted.
func (m *module) found() []string {
	var out []string
	for _, f := range m.report.Found {
		out = append(out, m.describe(f))
	}
	slices.Sort(out)
	return out
}

// edits returns the new files by their slash-separated path in the module.
func (m *module) edits(t *testing.T) map[string][]byte {
	t.Helper()
	out := make(map[string][]byte)
	for _, e := range m.report.Edits {
		name, err := filepath.Rel(m.dir, e.Path)
		if err != nil || !filepath.IsLocal(name) {
			t.Fatalf("edit of %s, outside %s", e.Path, m.dir)
		}
		if bytes.Equal(e.Old, e.New) {
			t.Errorf("%s: an edit that changes nothing", name)
		}
		out[filepath.ToSlash(name)] = e.New
	}
	return out
}

// write makes a copy of the module with the edits and further files.
func (m *module) write(t *testing.T, further ...string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(m.dir)); err != nil {
		t.Fatal(err)
	}
	for name, src := range m.edits(t) {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, src, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range further {
		src, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(path)), src, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// goTool runs the go command in dir and returns what it printed.
func goTool(t *testing.T, dir string, args ...string) (string, error) {
	t.Helper()
	return goToolWith(t, dir, nil, args...)
}

// goToolWith is goTool with further variables in the environment.
func goToolWith(t *testing.T, dir string, env []string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = dir
	cmd.Env = append(append(os.Environ(), "GOWORK=off", "PWD="+dir), env...)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// mustGo fails the test when the go command fails.
func mustGo(t *testing.T, dir string, args ...string) {
	t.Helper()
	if out, err := goTool(t, dir, args...); err != nil {
		t.Errorf("go %v: %v\n%s", args, err, out)
	}
}

// unchanged fails the test when a run over its own result changes something.
func unchanged(t *testing.T, dir string, threshold detect.Safety) {
	t.Helper()
	for _, e := range runModule(t, dir, threshold, demoRules...).report.Edits {
		t.Errorf("a second run changes %s:\n%s", e.Path, emit.Diff(e.Old, e.New, filepath.Base(e.Path)))
	}
}
