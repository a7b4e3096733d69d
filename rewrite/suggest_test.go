package rewrite_test

import (
	"bytes"
	"testing"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/load"
	"github.com/ctxfix/ctxfix/rewrite"
)

// checkSuggestions asks of every case that the suggestions together are what a
// run writes, that each compiles alone, and that two of them share edits or
// have them apart.
func (c *testCase) checkSuggestions(t *testing.T, prog *load.Program, threshold detect.Safety) {
	t.Helper()
	work := prog.Clone()
	suggestions, err := rewrite.Suggest(work, c.options(threshold, true))
	if err != nil {
		t.Fatal(err)
	}
	if changed := work.Changed(); len(changed) > 0 {
		t.Errorf("making suggestions left %s changed", changed[0].Path)
	}
	found := mustRun(t, prog.Clone(), c.options(threshold, false)).Found
	if len(found) != len(suggestions) {
		t.Fatalf("%d suggestions for %d findings", len(suggestions), len(found))
	}
	whole := map[string]rewrite.FileEdits{}
	for i, s := range suggestions {
		if s.Finding.Fingerprint != found[i].Fingerprint {
			t.Errorf("suggestion %d is not that of finding %d", i, i)
		}
		changed := map[string][]byte{}
		for _, f := range s.Files {
			changed[f.Path] = applied(t, f)
			whole[f.Path] = merged(t, whole[f.Path], f)
		}
		for _, e := range work.Check(changed).Errors() {
			t.Errorf("%s: alone, the fix does not compile: %v", describe(work, s.Finding), e)
		}
	}
	edits := mustRun(t, prog.Clone(), c.options(threshold, true)).Edits
	for _, e := range edits {
		if got := applied(t, whole[e.Path]); !bytes.Equal(got, e.New) {
			t.Errorf("%s: the suggestions together give\n%s\na run gives\n%s", e.Path, got, e.New)
		}
	}
	if len(whole) != len(edits) {
		t.Errorf("suggestions for %d files, a run changes %d", len(whole), len(edits))
	}
}

// merged returns the edits of both; those that are in both are there once.
func merged(t *testing.T, a, b rewrite.FileEdits) rewrite.FileEdits {
	t.Helper()
	out := rewrite.FileEdits{Path: b.Path, Old: b.Old}
	x, y := a.Edits, b.Edits
	for len(x) > 0 && len(y) > 0 {
		switch {
		case x[0] == y[0]:
			out.Edits = append(out.Edits, x[0])
			x, y = x[1:], y[1:]
		case x[0].End <= y[0].Start && x[0].Start < y[0].Start:
			out.Edits = append(out.Edits, x[0])
			x = x[1:]
		case y[0].End <= x[0].Start && y[0].Start < x[0].Start:
			out.Edits = append(out.Edits, y[0])
			y = y[1:]
		default:
			t.Fatalf("%s: the edits %+v and %+v of two fixes overlap", b.Path, x[0], y[0])
		}
	}
	out.Edits = append(append(out.Edits, x...), y...)
	return out
}
