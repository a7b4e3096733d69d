package rewrite

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/load"
)

func TestFixesAreMade(t *testing.T) {
	report, prog, dir := mend(t, rename("ab", "a", "b"))
	expectCalls(t, prog, dir, "b b", "b")
	if len(report.Fixed) != 2 || len(report.Remain) != 0 || report.Rounds != 1 || report.Broken {
		t.Errorf("report: %+v", report)
	}
	var paths []string
	for _, e := range report.Edits {
		paths = append(paths, e.Path)
		if len(e.Settles) != 1 || strings.Contains(string(e.Old), "return b() }\n\nfunc") || !strings.Contains(string(e.New), "return b()") {
			t.Errorf("edit: %+v", e)
		}
	}
	if !slices.Equal(paths, []string{filepath.Join(dir, "a.go"), filepath.Join(dir, "sub/s.go")}) {
		t.Errorf("edited: %v", paths)
	}
}

func TestReportOnly(t *testing.T) {
	prog, dir := loadText(t, letters)
	report, err := Run(prog, Options{Rules: []*detect.Rule{rename("ab", "a", "b")}, Threshold: detect.Unsafe})
	if err != nil {
		t.Fatal(err)
	}
	expectCalls(t, prog, dir, "a b", "a")
	if len(report.Found) != 2 || len(report.Remain) != 2 || len(report.Edits) != 0 || len(report.Fixed) != 0 {
		t.Errorf("report: %+v", report)
	}
}

func TestThreshold(t *testing.T) {
	prog, dir := loadText(t, letters)
	rules := []*detect.Rule{rename("ab", "a", "b", unsafe), rename("bc", "b", "c", manual)}
	report := newRun(prog, Options{Rules: rules, Threshold: detect.Safe, Write: true}, carryRenaming).all()
	expectCalls(t, prog, dir, "a b", "a")
	expectReason(t, report, 3, Planned, "")
	want := []string{"unsafe: it is doubtful", "manual: it is for you to decide", "unsafe: it is doubtful"}
	if got := reasons(report); !slices.Equal(got, want) {
		t.Errorf("reasons: %q", got)
	}
}

func TestWithdrawnWhatDoesNotCompile(t *testing.T) {
	report, prog, dir := mend(t, rename("text", "a", "text"), rename("bc", "b", "c"))
	expectCalls(t, prog, dir, "a c", "a")
	expectReason(t, report, 2, Verifying, "withdrawn: would not compile: "+dir)
	if report.Rounds != 2 || len(report.Fixed) != 1 || len(report.Remain) != 2 || report.Broken {
		t.Errorf("report: %+v", report)
	}
}

// What is withdrawn with nothing beside it is not tried again.
func TestWithdrawnAlone(t *testing.T) {
	report, prog, dir := mend(t, rename("text", "a", "text"))
	expectCalls(t, prog, dir, "a b", "a")
	expectReason(t, report, 2, Verifying, "withdrawn: would not compile: "+dir)
	if report.Rounds != 1 {
		t.Errorf("%d rounds", report.Rounds)
	}
}

func TestWithdrawnWhatCompilesInOneVariantAlone(t *testing.T) {
	report, prog, dir := mend(t, rename("t", "b", "inTest"))
	expectCalls(t, prog, dir, "a b", "a")
	expectReason(t, report, 1, Verifying, "undefined: inTest")
}

func TestWithdrawnOneOfMany(t *testing.T) {
	for _, to := range []string{"c", "fourth"} { // as long as what it replaces, and not
		t.Run(to, func(t *testing.T) { withdrawnOneOfMany(t, to) })
	}
}

func withdrawnOneOfMany(t *testing.T, to string) {
	archive := strings.Replace(letters, "{ return b() }", "{ return b() + b() + b() + b() + b() + b() + b() }", 1)
	archive = strings.Replace(archive, "func text", "func fourth() int { return 4 }\nfunc text", 1)
	prog, dir := loadText(t, archive)
	fifth := func(f *detect.Finding, r *renaming) {
		at := prog.Fset.Position(r.id.Pos())
		if bytes.Count(prog.File(at.Filename).Bytes[:at.Offset], []byte("+")) == 4 {
			r.to = "text"
		}
	}
	rule := rename("bc", "b", to, fifth)
	report := newRun(prog, Options{Rules: []*detect.Rule{rule}, Threshold: detect.Safe, Write: true}, carryRenaming).all()
	if got, want := calls(t, prog, filepath.Join(dir, "a.go")), "a "+strings.Repeat(to+" ", 4)+"b "+to+" "+to; got != want {
		t.Errorf("a.go calls %q, want %q", got, want)
	}
	expectReason(t, report, 1, Verifying, "would not compile")
	if report.Rounds != 2 {
		t.Errorf("%d rounds: what is withdrawn next to others is tried once more", report.Rounds)
	}
}

// What is withdrawn in the last round is not put off to another one.
func TestWithdrawnInTheLastRound(t *testing.T) {
	archive := strings.Replace(letters, "{ return b() }", "{ return a() }", 1)
	archive = strings.Replace(archive, "{ return a() }", "{ return b()"+strings.Repeat(" + b()", maxRounds-1)+" }", 1)
	prog, dir := loadText(t, archive)
	oneARound := func(f *detect.Finding, _ *renaming) {
		f.Touches = []detect.Span{detect.SpanOf(f.File.Syntax.Decls[len(f.File.Syntax.Decls)-2])}
	}
	late := rename("late", "a", "text")
	find := late.Find
	late.Find = func(p *detect.Pass) []detect.Finding {
		if src := prog.File(filepath.Join(dir, "a.go")).Bytes; bytes.Count(src, []byte("b()")) > 2 {
			return nil
		}
		return find(p)
	}
	rules := []*detect.Rule{rename("bc", "b", "c", oneARound), late}
	report := newRun(prog, Options{Rules: rules, Threshold: detect.Safe, Write: true}, carryRenaming).all()
	if report.Rounds != maxRounds || report.Broken {
		t.Errorf("%d rounds, broken: %v", report.Rounds, report.Broken)
	}
	expectReason(t, report, 1, Verifying, "would not compile")
}

func TestRefusedByTheRewriter(t *testing.T) {
	report, prog, dir := mend(t, rename("e", "a", "error"), rename("bc", "b", "c"))
	expectCalls(t, prog, dir, "a c", "a")
	expectReason(t, report, 2, Rewriting, "it cannot be done")
	report, prog, dir = mend(t, rename("p", "b", "panic"), rename("one", "a", "one"))
	expectCalls(t, prog, dir, "one b", "one")
	expectReason(t, report, 1, Rewriting, "the rewriter of rule p failed: no such node")
}

func TestWithdrawnWhatMendsNothing(t *testing.T) {
	stubborn := rename("stubborn", "a", "b")
	also := rename("stubborn", "b", "b").Find
	find := stubborn.Find
	stubborn.Find = func(p *detect.Pass) []detect.Finding { return append(find(p), manually(also(p))...) }
	report, prog, dir := mend(t, stubborn)
	expectCalls(t, prog, dir, "a b", "a")
	if !slices.ContainsFunc(reasons(report), func(r string) bool {
		return strings.Contains(r, "the fix would not mend it") || strings.Contains(r, "lead to another one")
	}) {
		t.Errorf("reasons: %q", reasons(report))
	}
}

func manually(findings []detect.Finding) []detect.Finding {
	for i := range findings {
		findings[i].Lower(detect.Manual, "it is for you to decide")
	}
	return findings
}

func TestWithdrawnWhatWakesAnotherRule(t *testing.T) {
	report, prog, dir := mend(t, rename("ab", "a", "b"), rename("bc", "b", "c"))
	// The b in two is fixed; the a in one would become a b.
	expectCalls(t, prog, dir, "a c", "a")
	expectReason(t, report, 2, Verifying, "it would lead to a finding of rule bc")
}

func TestManualFindingsMayFollow(t *testing.T) {
	report, prog, dir := mend(t, rename("ab", "a", "b"), rename("bc", "b", "c", manual))
	expectCalls(t, prog, dir, "b b", "b")
	if len(report.Fixed) != 2 || len(report.Remain) != 3 {
		t.Errorf("fixed %d, remaining %d", len(report.Fixed), len(report.Remain))
	}
}

func TestExpectedPairsGoOn(t *testing.T) {
	report, prog, dir := mend(t, rename("background", "a", "b"), rename("goroutine", "b", "c"))
	// sub has no c.
	expectCalls(t, prog, dir, "c c", "b")
	if report.Rounds != 2 || len(report.Fixed) != 4 {
		t.Errorf("%d rounds, %d fixed", report.Rounds, len(report.Fixed))
	}
	expectReason(t, report, 1, Verifying, "undefined: c")
}

// T60: a fix that stands on what an unsafe one wrote is not safe, whatever its
// own rule says of the text as it is now.
func TestBuildingOnAnUnsafeFixIsUnsafe(t *testing.T) {
	report, _, _ := mend(t, rename("background", "a", "b", unsafe), rename("goroutine", "b", "c"))
	var got []string
	for _, f := range report.Fixed {
		got = append(got, f.Rule.Name+" "+f.Safety.String()+" "+f.Because)
	}
	want := []string{
		"background unsafe it is doubtful",
		"goroutine safe ",
		"background unsafe it is doubtful",
		"goroutine unsafe it builds on a fix of rule background that is unsafe",
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("fixed: %q", got)
	}
}

func TestRulesThatUndoEachOther(t *testing.T) {
	report, prog, dir := mend(t, rename("background", "a", "b"), rename("goroutine", "b", "a"))
	if !report.Broken {
		t.Error("not reported as broken")
	}
	if !slices.ContainsFunc(reasons(report), func(r string) bool { return strings.Contains(r, "undo each other") }) {
		t.Errorf("reasons: %q", reasons(report))
	}
	expectCalls(t, prog, dir, "b b", "b")
}

func TestOverlapsWaitForTheNextRound(t *testing.T) {
	prog, dir := loadText(t, strings.Replace(letters, "{ return a() }", "{ return a() + b() }", 1))
	rules := []*detect.Rule{rename("ac", "a", "c", touching), rename("bc", "b", "c", touching)}
	report := newRun(prog, Options{Rules: rules, Threshold: detect.Safe, Write: true}, carryRenaming).all()
	if got := calls(t, prog, filepath.Join(dir, "a.go")); got != "c c c" {
		t.Errorf("a.go calls %q", got)
	}
	if report.Rounds != 2 {
		t.Errorf("%d rounds, want 2", report.Rounds)
	}
}

func TestOnlyTheFilesNamed(t *testing.T) {
	prog, dir := loadText(t, letters)
	prog.Only = map[*load.File]bool{prog.File(filepath.Join(dir, "sub/s.go")): true}
	report := newRun(prog, Options{Rules: []*detect.Rule{rename("ab", "a", "b")}, Threshold: detect.Safe, Write: true}, carryRenaming).all()
	expectCalls(t, prog, dir, "a b", "b")
	if len(report.Found) != 1 {
		t.Errorf("found %d", len(report.Found))
	}
}

func TestNewFiles(t *testing.T) {
	prog, dir := loadText(t, letters)
	made := detect.NewFile{Path: filepath.Join(dir, "made.go"), PkgPath: "example.com/m", Content: []byte("package m\n\nfunc made() int { return 5 }\n")}
	needing := func(f *detect.Finding, r *renaming) {
		if f.Package.PkgPath == "example.com/m" {
			r.files = []detect.NewFile{made}
		}
	}
	rules := []*detect.Rule{rename("made", "b", "made", needing)}
	work := prog.Clone()
	report := newRun(work, Options{Rules: rules, Threshold: detect.Safe, Write: true}, carryRenaming).all()
	if got := calls(t, work, filepath.Join(dir, "a.go")); got != "a made" {
		t.Errorf("a.go calls %q, refused %q", got, reasons(report))
	}
	var added *Edit
	for i, e := range report.Edits {
		if e.Path == made.Path {
			added = &report.Edits[i]
		}
	}
	if added == nil || added.Old != nil || string(added.New) != string(made.Content) || len(added.Settles) != 1 {
		t.Errorf("edits: %+v", report.Edits)
	}
	if err := os.WriteFile(made.Path, []byte("package m\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	report = newRun(prog, Options{Rules: rules, Threshold: detect.Safe, Write: true}, carryRenaming).all()
	expectReason(t, report, 1, Rewriting, "it is there with other content")
}

func TestBrokenPackagesAreReportOnly(t *testing.T) {
	prog, dir := loadText(t, strings.Replace(letters, "package sub\n", "package sub\n\nvar x = undefined\n", 1))
	report := newRun(prog, Options{Rules: []*detect.Rule{rename("ab", "a", "b")}, Threshold: detect.Safe, Write: true}, carryRenaming).all()
	expectCalls(t, prog, dir, "b b", "a")
	if len(report.Remain) != 1 || !strings.Contains(report.Remain[0].Because, "does not compile") {
		t.Errorf("remaining: %+v", report.Remain)
	}
}

func TestARuleThatPanics(t *testing.T) {
	prog, _ := loadText(t, letters)
	rule := &detect.Rule{Name: "bad", Find: func(*detect.Pass) []detect.Finding { panic("oh") }}
	_, err := Run(prog, Options{Rules: []*detect.Rule{rule}})
	if err == nil || !strings.Contains(err.Error(), "rule bad failed on package example.com/m") {
		t.Errorf("got %v", err)
	}
}

func TestPositionsOnDisk(t *testing.T) {
	// The first rule adds a line above what the second leaves for the user.
	prog, dir := loadText(t, letters)
	rules := []*detect.Rule{rename("text", "a", "text"), rename("ab", "a", "b"), rename("manual", "b", "c", manual)}
	report := newRun(prog, Options{Rules: rules[1:], Threshold: detect.Safe, Write: true}, carryRenaming).all()
	for _, f := range report.Remain {
		at := prog.Fset.PositionFor(report.OnDisk(f).Pos, false)
		src, err := os.ReadFile(at.Filename)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(src[at.Offset : at.Offset+1]); got != "b" && got != "a" {
			t.Errorf("%s: on disk there is %q (%s)", at, got, dir)
		}
	}
}

func TestAFixInSeveralFiles(t *testing.T) {
	report, prog, dir := mend(t, renameAll("ab", "a", "b"))
	expectCalls(t, prog, dir, "b b", "b")
	if len(report.Fixed) != 1 || len(report.Remain) != 0 || report.Rounds != 1 {
		t.Errorf("report: %+v", report)
	}
	for _, e := range report.Edits {
		if len(e.Settles) != 1 || len(e.Joint()) != 1 || e.Joint()[0] != report.Edits[0].Joint()[0] {
			t.Errorf("edit: %+v", e)
		}
	}
}

func TestAFixInSeveralFilesIsWholeOrNotMade(t *testing.T) {
	inSub := func(to string) func(*detect.Finding, *renaming) {
		return func(f *detect.Finding, r *renaming) {
			if filepath.Base(f.File.Path) == "s.go" {
				r.to = to
			}
		}
	}
	for name, test := range map[string]struct {
		to, reason string
		step       Step
	}{
		"refused":   {"error", "it cannot be done", Rewriting},
		"panics":    {"panic", "no such node", Rewriting},
		"withdrawn": {"nowhere", "would not compile", Verifying},
	} {
		t.Run(name, func(t *testing.T) {
			report, prog, dir := mend(t, renameAll("ab", "a", "b", inSub(test.to)), rename("bc", "b", "c"))
			expectCalls(t, prog, dir, "a c", "a")
			expectReason(t, report, 1, test.step, test.reason)
		})
	}
}
