//go:build corpus

package rewrite_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// checkReload loads the tree that the trial has written, from disk: it must
// compile as before, in every variant of its packages, and a second run must
// find what the first one left there and write nothing.
func (tr trial) checkReload(t *testing.T, was *tree) {
	again, err := tr.load(t, tr.patterns...)
	if err != nil {
		t.Errorf("%s: loading what was written: %v", tr, err)
		return
	}
	for _, p := range again.Packages {
		if len(p.Errors) > 0 && !was.broken[p.ID] {
			t.Errorf("%s: %s does not compile: %v", tr, p.ID, p.Errors[0])
		}
	}
	second := mustRun(t, again, tr.options())
	for _, e := range second.Edits {
		t.Errorf("%s: a second run writes %s", tr, tr.rel(e.Path))
	}
	for _, f := range second.Fixed {
		t.Errorf("%s: a second run fixes %s", tr, describe(again, f))
	}
	if diff := cmp.Diff(tr.left, messages(again, second.Found)); diff != "" {
		t.Errorf("%s: findings after the fixes (-left by the first run +found by the second):\n%s", tr, diff)
	}
}
