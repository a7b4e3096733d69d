package rewrite_test

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/load"
	"github.com/ctxfix/ctxfix/rewrite"
	"github.com/ctxfix/ctxfix/rewrite/emit"
)

// TestDeterminism runs all rules in full over one module made of all cases, in
// every way that must not matter, and compares everything a run says.
func TestDeterminism(t *testing.T) {
	lay := func(root string) string {
		root = filepath.Join(tempDir(t), root)
		writeFile(t, filepath.Join(root, "go.mod"), []byte(defaultModule))
		for _, c := range readCases(t) {
			if c.shared() {
				c.lay(t, filepath.Join(root, c.folder, c.name))
			}
		}
		return root
	}
	dir := lay("a")
	prog := loadFrom(t, dir, false)
	want := account(t, prog.Clone(), dir)
	if n := strings.Count(want, "\nedit "); n < 300 {
		t.Fatalf("only %d files changed: the module is not what this test takes it for", n)
	}
	same := func(t *testing.T, got string) {
		t.Helper()
		if got != want {
			t.Errorf("another outcome:\n%s", emit.Diff([]byte(want), []byte(got), "outcome"))
		}
	}
	t.Run("one processor", func(t *testing.T) {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
		same(t, account(t, prog.Clone(), dir))
	})
	t.Run("shuffled, eight processors", func(t *testing.T) {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(8))
		work := prog.Clone()
		random := rand.New(rand.NewPCG(1, 2))
		random.Shuffle(len(work.Packages), func(i, j int) {
			work.Packages[i], work.Packages[j] = work.Packages[j], work.Packages[i]
		})
		same(t, account(t, work, dir))
	})
	t.Run("from source, in another folder", func(t *testing.T) {
		other := lay("elsewhere")
		same(t, account(t, loadFrom(t, other, true), other))
	})
}

// loadFrom loads the module in dir, with the types of what it depends on from
// source, as with a cold build cache, or from export data.
func loadFrom(t *testing.T, dir string, source bool) *load.Program {
	t.Helper()
	prog, err := load.Load(t.Context(), load.Config{
		Dir: dir, Patterns: []string{"./..."}, Tests: true, Source: source,
		Env: append(os.Environ(), "GOFLAGS=-mod=mod -trimpath", "GOPROXY=off", "GOWORK=off"),
	})
	if err != nil {
		t.Fatal(err)
	}
	return prog
}

// account tells all that comes of a run of every rule, in full.
func account(t *testing.T, prog *load.Program, dir string) string {
	t.Helper()
	strict := map[string]bool{}
	for _, r := range detect.All {
		strict[r.Name] = true
	}
	report := mustRun(t, prog, rewrite.Options{
		Rules: detect.All, Detect: detect.Options{Strict: strict}, Threshold: detect.Unsafe, Write: true,
	})
	var b strings.Builder
	finding := func(f detect.Finding) string {
		at := prog.Fset.PositionFor(report.OnDisk(f).Pos, false)
		return fmt.Sprintf("%s %d:%d %s %s: %s (%s) %s", at.Filename, at.Line, at.Column, f.Rule.Name, f.Safety, f.Message, f.Because, f.Fingerprint)
	}
	for _, f := range report.Found {
		fmt.Fprintln(&b, "found", finding(f))
	}
	for _, f := range report.Fixed {
		fmt.Fprintln(&b, "fixed", finding(f))
	}
	for _, f := range report.Remain {
		fmt.Fprintln(&b, "remains", finding(f))
	}
	for _, k := range report.Kept {
		fmt.Fprintln(&b, "kept", prog.Fset.PositionFor(k.Span.Pos, false), k.Rule.Name, k.Region.Code(), k.Because)
	}
	for _, r := range report.Refused {
		fmt.Fprintln(&b, "refused", r.Step, r.Reason, finding(r.Finding))
	}
	for _, e := range report.Edits {
		settles := make([]string, 0, len(e.Settles))
		for _, f := range e.Settles {
			settles = append(settles, f.Rule.Name)
		}
		slices.Sort(settles)
		fmt.Fprintf(&b, "edit %s %x %v\n", e.Path, sha256.Sum256(e.New), settles)
	}
	fmt.Fprintln(&b, "rounds", report.Rounds, report.Broken)
	return strings.ReplaceAll(b.String(), dir, "DIR")
}
