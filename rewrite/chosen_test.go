package rewrite

import (
	"path/filepath"
	"testing"

	"github.com/ctxfix/ctxfix/detect"
)

func TestOnlyChosenFindings(t *testing.T) {
	prog, dir := loadText(t, letters)
	opts := Options{
		Rules: []*detect.Rule{rename("ab", "a", "b")}, Threshold: detect.Safe, Write: true,
		Chosen: func(f detect.Finding) bool { return filepath.Base(f.File.Path) == "s.go" },
	}
	report := newRun(prog, opts, carryRenaming).all()
	expectCalls(t, prog, dir, "a b", "b")
	expectReason(t, report, 1, Planned, "it was not chosen")
	if len(report.Fixed) != 1 || len(report.Remain) != 1 {
		t.Errorf("report: %+v", report)
	}
}

// TestChosenAndWhatFollows: one rule finds what the fix of another leads to.
func TestChosenAndWhatFollows(t *testing.T) {
	leads, follows := rename("background", "a", "b"), rename("goroutine", "b", "c")
	prog, dir := loadText(t, letters)
	opts := Options{Rules: []*detect.Rule{leads, follows}, Threshold: detect.Safe, Write: true}
	opts.Chosen = func(f detect.Finding) bool { return f.Rule == leads }
	newRun(prog, opts, carryRenaming).all()
	expectCalls(t, prog, dir, "b b", "b")
}

// TestChosenAfterAnEdit: positions are traced to the file as it was loaded,
// although it was changed before the run.
func TestChosenAfterAnEdit(t *testing.T) {
	prog, dir := loadText(t, letters)
	path := filepath.Join(dir, "a.go")
	before := prog.File(path).Bytes
	at := func(f detect.Finding) int { return prog.Fset.Position(f.Span.Pos).Offset }
	find := Options{Rules: []*detect.Rule{rename("ab", "a", "b")}}
	first := newRun(prog, find, carryRenaming).all().Found[0]

	edited := append([]byte("// A line more.\n"), before...)
	check := prog.Check(map[string][]byte{path: edited})
	if errs := check.Errors(); len(errs) > 0 {
		t.Fatal(errs)
	}
	check.Commit()
	report := newRun(prog, find, carryRenaming).all()
	moved := report.Found[0]
	if at(moved) != at(first)+len("// A line more.\n") {
		t.Fatalf("found at %d and %d", at(first), at(moved))
	}
	find.Write, find.Threshold = true, detect.Safe
	find.Chosen = func(f detect.Finding) bool { return f.File.Path != path }
	report = newRun(prog, find, carryRenaming).all()
	if len(report.Remain) != 1 {
		t.Fatalf("report: %+v", report)
	}
	on := prog.Fset.Position(report.OnDisk(report.Remain[0]).Pos)
	if on.Offset != at(first) || on.Line != prog.Fset.Position(first.Span.Pos).Line {
		t.Errorf("on disk it is at %v", on)
	}
}
