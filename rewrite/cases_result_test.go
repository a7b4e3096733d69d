package rewrite_test

import (
	"bytes"
	"fmt"
	"go/format"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/load"
	"github.com/ctxfix/ctxfix/rewrite"
)

func (c *testCase) options(threshold detect.Safety, write bool) rewrite.Options {
	opts := rewrite.Options{
		Rules:     c.rules,
		Detect:    c.config,
		Threshold: threshold,
		Write:     write,
	}
	opts.Detect.Strict = map[string]bool{}
	for _, r := range c.rules {
		opts.Detect.Strict[r.Name] = c.strict
	}
	return opts
}

// result runs the rules and returns the files they leave, by name. It holds
// them to all that is asked of every result.
func (c *testCase) result(t *testing.T, prog *load.Program, dir string, threshold detect.Safety) map[string][]byte {
	t.Helper()
	work := prog.Clone()
	report := mustRun(t, work, c.options(threshold, true))
	if report.Broken {
		t.Errorf("%v: rules undo each other", threshold)
	}
	for _, r := range report.Refused {
		if r.Step != rewrite.Planned && !slices.ContainsFunc(c.refused, func(re *regexp.Regexp) bool { return re.MatchString(r.Reason) }) {
			t.Errorf("%v: fix of %s refused: %s", threshold, describe(work, r.Finding), r.Reason)
		}
	}
	files := maps.Clone(c.input)
	changed := map[string][]byte{}
	for _, e := range report.Edits {
		name, err := filepath.Rel(dir, e.Path)
		if err != nil || strings.HasPrefix(name, "..") {
			t.Fatalf("%v: an edit outside the case: %s", threshold, e.Path)
		}
		files[filepath.ToSlash(name)] = e.New
		changed[e.Path] = e.New
		checkText(t, e)
	}
	if len(changed) > 0 {
		c.checkAgain(t, prog, changed, threshold, report)
	}
	return files
}

// checkText asks for the comments and the formatting of a rewritten file.
func checkText(t *testing.T, e rewrite.Edit) {
	t.Helper()
	left := commentsOf(t, e.New)
	for _, text := range commentsOf(t, e.Old) {
		i := slices.Index(left, text)
		if i < 0 {
			t.Errorf("%s: lost the comment %q", e.Path, text)
			continue
		}
		left = slices.Delete(left, i, i+1)
	}
	if formatted(e.Old) && !formatted(e.New) {
		want, _ := format.Source(e.New)
		t.Errorf("%s is not formatted any more (-result +gofmt):\n%s", e.Path, cmp.Diff(string(e.New), string(want)))
	}
}

func formatted(src []byte) bool {
	out, err := format.Source(src)
	return err == nil && bytes.Equal(out, src)
}

// checkAgain starts over from the result: it must compile, hold no more than
// what the first run left, and stay as it is.
func (c *testCase) checkAgain(t *testing.T, prog *load.Program, changed map[string][]byte, threshold detect.Safety, first rewrite.Report) {
	t.Helper()
	again := prog.Clone()
	check := again.Check(changed)
	for _, e := range check.Errors() {
		t.Errorf("%v: the result does not compile: %v", threshold, e)
	}
	if t.Failed() {
		return
	}
	check.Commit()
	before := map[string][]byte{}
	for _, f := range again.Changed() {
		before[f.Path] = f.Bytes
	}
	second := mustRun(t, again, c.options(threshold, true))
	for _, f := range again.Changed() {
		if diff := cmp.Diff(string(before[f.Path]), string(f.Bytes)); diff != "" {
			t.Errorf("%v: a second run changes %s (-first +second):\n%s", threshold, f.Path, diff)
		}
	}
	if diff := cmp.Diff(messages(again, first.Remain), messages(again, second.Found)); diff != "" {
		t.Errorf("%v: findings after the fixes (-left by the first run +found by the second):\n%s", threshold, diff)
	}
}

func mustRun(t *testing.T, prog *load.Program, opts rewrite.Options) rewrite.Report {
	t.Helper()
	report, err := rewrite.Run(prog, opts)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// messages lists findings without their safety, which depends on the run.
func messages(prog *load.Program, findings []detect.Finding) []string {
	var out []string
	for _, f := range findings {
		at := prog.Fset.PositionFor(f.Span.Pos, false)
		out = append(out, fmt.Sprintf("%s:%d: %s (%s)", filepath.Base(at.Filename), at.Line, f.Message, f.Rule.Name))
	}
	slices.Sort(out)
	return out
}

// compare holds the files to the expected ones; those not mentioned must be
// as in the input.
func (c *testCase) compare(t *testing.T, flags string, got, want map[string][]byte) {
	t.Helper()
	want = overlay(c.input, want)
	for _, name := range slices.Sorted(maps.Keys(overlay(got, want))) {
		if diff := cmp.Diff(string(c.unmute(want[name])), string(c.unmute(got[name]))); diff != "" {
			t.Errorf("%s after %s (-want +got):\n%s", name, flags, diff)
		}
	}
}

func overlay(lower, upper map[string][]byte) map[string][]byte {
	out := maps.Clone(lower)
	maps.Copy(out, upper)
	return out
}

// accept writes the results into the case.
func (c *testCase) accept(t *testing.T, fixed, unsafe map[string][]byte) {
	archive := &txtar.Archive{Comment: c.archive.Comment}
	for _, f := range c.archive.Files {
		if !strings.HasPrefix(f.Name, "fixed/") && !strings.HasPrefix(f.Name, "unsafe/") {
			archive.Files = append(archive.Files, f)
		}
	}
	differing := func(prefix string, files, from map[string][]byte) {
		for _, name := range slices.Sorted(maps.Keys(files)) {
			if !bytes.Equal(files[name], from[name]) {
				archive.Files = append(archive.Files, txtar.File{Name: prefix + name, Data: c.unmute(files[name])})
			}
		}
	}
	differing("fixed/", fixed, c.input)
	differing("unsafe/", unsafe, fixed)
	if data := txtar.Format(archive); !bytes.Equal(data, txtar.Format(c.archive)) {
		if err := os.WriteFile(c.path, data, 0o666); err != nil {
			t.Fatal(err)
		}
		t.Logf("accepted %s", c.path)
	}
}
