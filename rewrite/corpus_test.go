//go:build corpus

package rewrite_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/format"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/load"
	"github.com/ctxfix/ctxfix/rewrite"
	"github.com/ctxfix/ctxfix/rewrite/emit"
)

// A corpus is a tree nobody wrote for these tests.
type corpus struct {
	name     string
	dir      string // a copy that may be written
	goroot   string // the Go installation to load it with; empty: the one in use
	patterns []string
	module   bool // a dependency, of which more may be needed than this module has
}

// TestCorpus runs every rule, safe, strict and unsafe, over a copy of the
// standard library and the go command, and over the modules this one depends
// on. It checks that the result compiles, is formatted where the source was,
// and that a second run finds nothing more to write. CTXFIX_CORPUS limits it
// to trees whose name contains the value, CTXFIX_CORPUS_DIRS gives other
// modules to run over, CTXFIX_CORPUS_OUT a folder for the diffs.
func TestCorpus(t *testing.T) {
	var trees []corpus
	for _, dir := range filepath.SplitList(os.Getenv("CTXFIX_CORPUS_DIRS")) {
		trees = append(trees, corpus{filepath.Base(dir), dir, "", []string{"./..."}, false})
	}
	if len(trees) == 0 {
		trees = append(standardLibrary(t), dependencies(t)...)
	}
	for _, c := range trees {
		if only := os.Getenv("CTXFIX_CORPUS"); only != "" && !strings.Contains(c.name, only) {
			continue
		}
		t.Run(c.name, func(t *testing.T) { c.run(t) })
	}
}

// modes are the ways every tree is run in.
var modes = []struct {
	name      string
	strict    bool
	threshold detect.Safety
}{
	{"recommended", false, detect.Safe},
	{"strict", true, detect.Safe},
	{"strict-unsafe", true, detect.Unsafe},
}

func (c corpus) run(t *testing.T) {
	if c.goroot != "" {
		t.Setenv("GOROOT", c.goroot)
		t.Setenv("PATH", filepath.Join(c.goroot, "bin")+string(filepath.ListSeparator)+os.Getenv("PATH"))
	}
	if c.module { // a go.work may name modules that were not published with it
		t.Setenv("GOWORK", "off")
	}
	start := time.Now()
	prog, err := load.Load(t.Context(), load.Config{Dir: c.dir, Patterns: c.patterns, Tests: true, Source: true})
	if err != nil {
		if c.module { // its own dependencies may not be at hand
			t.Logf("%s cannot be loaded here: %v", c.name, err)
			return
		}
		t.Fatal(err)
	}
	t.Logf("%s: %d packages (%d with errors) loaded in %v", c.name, len(prog.Packages), withErrors(prog), time.Since(start).Round(time.Millisecond))
	for _, m := range modes {
		opts := rewrite.Options{Rules: detect.All, Threshold: m.threshold, Write: true}
		if m.strict {
			opts.Detect.Strict = map[string]bool{}
			for _, r := range detect.All {
				opts.Detect.Strict[r.Name] = true
			}
		}
		p := prog.Clone()
		start := time.Now()
		report, err := rewrite.Run(p, opts)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s %s: %v, %d rounds\n%s", c.name, m.name, time.Since(start).Round(time.Millisecond), report.Rounds, tally(report))
		c.check(t, m.name, report)
		c.keep(t, m.name, report)
		c.again(t, m.name, p, opts, report)
	}
}

func withErrors(prog *load.Program) int {
	n := 0
	for _, p := range prog.Packages {
		if len(p.Errors) > 0 {
			n++
		}
	}
	return n
}

// tally is a table of the findings by rule and safety.
func tally(r rewrite.Report) string {
	counts := map[string]int{}
	for _, f := range r.Found {
		counts[f.Rule.Name+" found "+f.Safety.String()]++
	}
	for _, f := range r.Fixed {
		counts[f.Rule.Name+" fixed "+f.Safety.String()]++
	}
	for _, k := range r.Kept {
		counts[k.Rule.Name+" left alone "+k.Region.Code()]++
	}
	for _, ref := range r.Refused {
		if ref.Step != rewrite.Planned {
			reason, _, _ := strings.Cut(ref.Reason, ":")
			counts[ref.Finding.Rule.Name+" refused: "+reason]++
		}
	}
	var b strings.Builder
	for _, k := range slices.Sorted(maps.Keys(counts)) {
		fmt.Fprintf(&b, "%6d %s\n", counts[k], k)
	}
	return b.String()
}

func (c corpus) check(t *testing.T, mode string, r rewrite.Report) {
	if r.Broken {
		t.Errorf("%s %s: rules undid each other", c.name, mode)
	}
	for _, ref := range r.Refused {
		if ref.Step != rewrite.Planned {
			t.Logf("%s %s: %s: refused: %s", c.name, mode, ref.Finding.File.Path, ref.Reason)
		}
	}
	for _, e := range r.Edits {
		if isFormatted(e.Old) && !isFormatted(e.New) {
			t.Errorf("%s %s: %s is no longer gofmt'd", c.name, mode, e.Path)
		}
	}
}

func isFormatted(src []byte) bool {
	out, err := format.Source(src)
	return err == nil && bytes.Equal(out, src)
}

// keep writes the diff of the run for reading.
func (c corpus) keep(t *testing.T, mode string, r rewrite.Report) {
	out := os.Getenv("CTXFIX_CORPUS_OUT")
	if out == "" {
		return
	}
	name := strings.NewReplacer("/", "_", "@", "_").Replace(c.name) + "." + mode + ".diff"
	if err := os.WriteFile(filepath.Join(out, name), []byte(corpusDiff(c.dir, r)), 0o644); err != nil {
		t.Fatal(err)
	}
}

// again runs the rules on the outcome: nothing more may be written.
func (c corpus) again(t *testing.T, mode string, prog *load.Program, opts rewrite.Options, first rewrite.Report) {
	second, err := rewrite.Run(prog, opts)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(second.Fixed); n > 0 {
		t.Errorf("%s %s: a second run fixes %d more, as %s: %s", c.name, mode, n,
			prog.Fset.Position(second.Fixed[0].Span.Pos), second.Fixed[0].Message)
	}
}

// standardLibrary copies the Go installation and returns its std and cmd.
func standardLibrary(t *testing.T) []corpus {
	root := filepath.Join(t.TempDir(), "go")
	for _, part := range []string{"src", "pkg", "bin", "lib"} {
		if err := os.CopyFS(filepath.Join(root, part), os.DirFS(filepath.Join(runtime.GOROOT(), part))); err != nil {
			t.Fatal(err)
		}
	}
	for _, file := range []string{"VERSION", "go.env"} {
		data, err := os.ReadFile(filepath.Join(runtime.GOROOT(), file))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, file), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	bin, err := filepath.Glob(filepath.Join(root, "bin", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range bin {
		if err := os.Chmod(f, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return []corpus{
		{"std", filepath.Join(root, "src"), root, []string{"std"}, false},
		{"cmd", filepath.Join(root, "src", "cmd"), root, []string{"cmd"}, false},
	}
}

// dependencies copies the modules that this one is built from.
func dependencies(t *testing.T) []corpus {
	cmd := exec.CommandContext(t.Context(), "go", "list", "-m", "-json", "all")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var trees []corpus
	for dec := json.NewDecoder(bytes.NewReader(out)); dec.More(); {
		var m struct {
			Path, Version, Dir string
			Main               bool
		}
		if err := dec.Decode(&m); err != nil {
			t.Fatal(err)
		}
		if m.Main || m.Dir == "" {
			continue
		}
		dir := filepath.Join(t.TempDir(), filepath.Base(m.Path))
		if err := os.CopyFS(dir, os.DirFS(m.Dir)); err != nil {
			t.Fatal(err)
		}
		trees = append(trees, corpus{m.Path + "@" + m.Version, dir, "", []string{"./..."}, true})
	}
	return trees
}

func corpusDiff(dir string, r rewrite.Report) string {
	var b strings.Builder
	for _, e := range r.Edits {
		name, err := filepath.Rel(dir, e.Path)
		if err != nil {
			name = e.Path
		}
		b.WriteString(emit.Diff(e.Old, e.New, filepath.ToSlash(name)))
	}
	return b.String()
}
