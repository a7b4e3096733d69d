package rewrite_test

import (
	"bytes"
	"maps"
	"slices"
	"testing"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/load"
	"github.com/ctxfix/ctxfix/rewrite"
)

// checkProposals asks of every case that the fixes of its first round can be
// had one by one: each compiles alone, they leave the program as it is, and
// findings have fingerprints that tell them apart.
func (c *testCase) checkProposals(t *testing.T, prog *load.Program) {
	t.Helper()
	work := prog.Clone()
	findings := mustRun(t, work, c.options(detect.Unsafe, false)).Found
	prints := map[string]bool{}
	for _, f := range findings {
		if len(f.Fingerprint) != 32 || prints[f.Fingerprint] {
			t.Errorf("%s: fingerprint %q is no hash, or another finding's", describe(work, f), f.Fingerprint)
		}
		prints[f.Fingerprint] = true
	}
	proposals, err := rewrite.Propose(work, findings, c.options(detect.Unsafe, true))
	if err != nil {
		t.Fatal(err)
	}
	if changed := work.Changed(); len(changed) > 0 {
		t.Errorf("making proposals left %s changed", changed[0].Path)
	}
	for i, p := range proposals {
		switch {
		case p.Finding.Fingerprint != findings[i].Fingerprint:
			t.Errorf("proposal %d is not that of finding %d", i, i)
		case len(p.Files) > 0:
			c.checkProposal(t, work, p)
		case p.Refusal == nil || p.Refusal.Reason == "":
			t.Errorf("%s: neither a fix nor why there is none", describe(work, p.Finding))
		case findings[i].Fixable(detect.Unsafe) && len(c.refused) == 0:
			t.Errorf("%s: no fix by itself: %s", describe(work, p.Finding), p.Refusal.Reason)
		}
	}
	again := messages(work, mustRun(t, work, c.options(detect.Unsafe, false)).Found)
	if before := messages(work, findings); !slices.Equal(before, again) {
		t.Errorf("after making proposals the findings are %q, before %q", again, before)
	}
}

func (c *testCase) checkProposal(t *testing.T, prog *load.Program, p rewrite.Proposal) {
	t.Helper()
	changed := map[string][]byte{}
	for _, f := range p.Files {
		changed[f.Path] = applied(t, f)
	}
	for _, e := range prog.Check(changed).Errors() {
		t.Errorf("%s: alone, the fix does not compile: %v", describe(prog, p.Finding), e)
	}
}

// applied carries the edits out, and fails if they are not sorted, apart and
// within the file.
func applied(t *testing.T, f rewrite.FileEdits) []byte {
	t.Helper()
	out, last := []byte{}, 0
	for _, e := range f.Edits {
		if e.Start < last || e.End < e.Start || len(f.Old) < e.End || e.Start == e.End && e.New == "" {
			t.Fatalf("%s: bad edit %+v after offset %d", f.Path, e, last)
		}
		out = append(append(out, f.Old[last:e.Start]...), e.New...)
		last = e.End
	}
	return append(out, f.Old[last:]...)
}

// TestProposalsWithdrawnNextToOthers: a fix that seems to mend nothing next to
// that of the receive, as the new select is like the old one, is had by itself.
func TestProposalsWithdrawnNextToOthers(t *testing.T) {
	dir := tempDir(t)
	writeFile(t, dir+"/go.mod", []byte(defaultModule))
	writeFile(t, dir+"/a.go", []byte(`package p

import "context"

func both(ctx context.Context, in <-chan struct{}) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-in:
	}
	<-in
	return nil
}
`))
	prog := loadDir(t, dir, false)
	opts := rewrite.Options{
		Rules:     []*detect.Rule{detect.Lookup("chanblock"), detect.Lookup("nildone")},
		Threshold: detect.Unsafe,
		Detect:    detect.Options{Strict: map[string]bool{"chanblock": true, "nildone": true}},
	}
	findings := mustRun(t, prog, opts).Found
	opts.Write = true
	proposals, err := rewrite.Propose(prog, findings, opts)
	if err != nil || len(proposals) != 2 {
		t.Fatalf("%d proposals, %v", len(proposals), err)
	}
	for _, p := range proposals {
		if p.Refusal != nil {
			t.Errorf("%s: %s", describe(prog, p.Finding), p.Refusal.Reason)
		}
	}
}

// TestProposalsTogether: the fixes of a file are proposed as each would be by
// itself.
func TestProposalsTogether(t *testing.T) {
	compared := 0
	for i, c := range readCases(t) {
		if !c.shared() || len(c.unsafe) == 0 || i%4 > 0 {
			continue
		}
		dir := tempDir(t)
		writeFile(t, dir+"/go.mod", []byte(defaultModule))
		c.lay(t, dir)
		prog := loadDir(t, dir, false)
		findings := mustRun(t, prog, c.options(detect.Unsafe, false)).Found
		together, err := rewrite.Propose(prog, findings, c.options(detect.Unsafe, true))
		if err != nil {
			t.Fatal(err)
		}
		for i, alone := range rewrite.ProposeOneByOne(prog, findings, c.options(detect.Unsafe, true)) {
			if (alone.Refusal == nil) != (together[i].Refusal == nil) {
				t.Errorf("%s: %s: refused only alone, or together", c.name, alone.Finding.Message)
				continue
			}
			for j, edits := range alone.Files {
				if got, want := applied(t, together[i].Files[j]), applied(t, edits); !bytes.Equal(got, want) {
					t.Errorf("%s: %s: together it gives\n%s\nalone\n%s", c.name, alone.Finding.Message, got, want)
				}
				compared++
			}
		}
	}
	if compared < 50 {
		t.Errorf("only %d fixes were compared", compared)
	}
}

// TestProposalsOfOneFix: where a run makes a single fix, the proposal is what
// the run writes.
func TestProposalsOfOneFix(t *testing.T) {
	compared := 0
	for _, c := range readCases(t) {
		if len(c.fixed) != 1 || c.shared() || compared > 20 {
			continue
		}
		dir := tempDir(t)
		if c.input["go.mod"] == nil {
			writeFile(t, dir+"/go.mod", []byte(defaultModule))
		}
		c.lay(t, dir)
		prog := loadDir(t, dir, c.generated)
		findings := mustRun(t, prog, c.options(detect.Safe, false)).Found
		proposals, err := rewrite.Propose(prog, findings, c.options(detect.Unsafe, true))
		if err != nil {
			t.Fatal(err)
		}
		report := mustRun(t, prog, c.options(detect.Safe, true))
		if len(report.Fixed) != 1 {
			continue
		}
		for _, p := range proposals {
			if p.Finding.Fingerprint != report.Fixed[0].Fingerprint {
				continue
			}
			got, want := map[string]string{}, map[string]string{}
			for _, f := range p.Files {
				got[f.Path] = string(applied(t, f))
			}
			for _, e := range report.Edits {
				want[e.Path] = string(e.New)
			}
			if !maps.Equal(got, want) {
				t.Errorf("%s: the proposal gives %q, the run %q", c.name, got, want)
			}
			compared++
		}
	}
	if compared == 0 {
		t.Error("no case was compared")
	}
}
