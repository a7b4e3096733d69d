package rewrite_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ctxfix/ctxfix/detect"
)

// growing are the cases that cost most of their rules. CTXFIX_LARGE takes all.
var growing = strings.Fields(`background/last-dot chanblock/after-cancel ctxfield/one-call deadctx/done-case
	doneerr/not-nil donespin/polls fatctx/manual finalizer/kept goroutine/loop ignore/other-tools
	loopcancel/tests-and-directives loopdone/endless lostcancel/stays nestedtimeout/other-functions nilctx/live
	nildone/used-before noctx/get poolctx/doubtful recoverdone/no-named-error selectdone/one-result
	shortlived/takes-time sleep/error-helper testctx/roots timer/owed withcontext/for-one-call`)

// A measure is what testdata/growth prints of a package.
type measure struct {
	Dir, Err string
	Bytes    float64
	Counts   map[string]float64
}

// steps is how many blocks of statements were run.
func (m measure) steps() (n float64) {
	for _, count := range m.Counts {
		n += count
	}
	return n
}

// TestGrowth: when there are twice as many functions, the rules run about twice
// as many statements; when a function is twice as long, at most four times as
// many, for what is asked of each place in it is about the whole. So does the
// memory they take. Statements are counted, nothing is timed.
func TestGrowth(t *testing.T) {
	root := tempDir(t)
	writeFile(t, filepath.Join(root, "go.mod"), []byte(defaultModule))
	rules, shared := map[string]bool{}, map[string]bool{}
	for _, c := range readCases(t) {
		shared[c.folder] = shared[c.folder] || c.shared()
		if c.shared() && (os.Getenv("CTXFIX_LARGE") != "" || slices.Contains(growing, c.folder+"/"+c.name)) {
			rules[c.folder] = true
			c.layGrown(t, root)
		}
	}
	for _, rule := range detect.All {
		if shared[rule.Name] && !rules[rule.Name] {
			t.Errorf("no case of %s is made longer", rule.Name)
		}
	}
	counter := buildCounter(t)
	measures := measured(t, counter, root)
	for _, g := range growths {
		looked := 0
		for _, before := range measures {
			after, known := measures[path.Dir(before.Dir)+"/large"]
			if known && before.Err == "" && after.Err == "" && path.Base(before.Dir) == "small" && strings.HasPrefix(before.Dir, g.name+"/") {
				looked++
				g.check(t, before, after)
			}
		}
		if looked < len(rules)*3/4 {
			t.Errorf("%s: of %d rules, %d cases compile", g.name, len(rules), looked)
		}
	}
	var loads []measure
	for _, files := range []int{200, 400} {
		m := measured(t, counter, manyFiles(t, files))[".load"]
		m.Dir = fmt.Sprintf("a package of %d files/load", files)
		loads = append(loads, m)
	}
	growth{limit: 2.4}.check(t, loads[0], loads[1])
}

// manyFiles writes a module of one package.
func manyFiles(t *testing.T, files int) string {
	root := tempDir(t)
	writeFile(t, filepath.Join(root, "go.mod"), []byte(defaultModule))
	for i := range files {
		writeFile(t, filepath.Join(root, fmt.Sprintf("f%d.go", i)), fmt.Appendf(nil, "package p\n\nfunc f%d() {}\n", i))
	}
	return root
}

// buildCounter builds testdata/growth so that it counts.
func buildCounter(t *testing.T) string {
	t.Helper()
	counter := filepath.Join(t.TempDir(), "growth.exe")
	build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-cover", "-covermode=atomic",
		"-coverpkg=./testdata/growth,./detect/...,golang.org/x/tools/go/cfg,golang.org/x/tools/go/ast/inspector", "-o", counter, "./testdata/growth")
	build.Dir = ".."
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return counter
}

// measured runs testdata/growth over the module.
func measured(t *testing.T, counter, root string) map[string]measure {
	t.Helper()
	run := exec.CommandContext(t.Context(), counter, root)
	run.Dir, run.Env = root, append(os.Environ(), "GOCOVERDIR="+t.TempDir())
	var stderr bytes.Buffer
	run.Stderr = &stderr
	out, err := run.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, stderr.String())
	}
	measures := map[string]measure{}
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var m measure
		if err := dec.Decode(&m); errors.Is(err, io.EOF) {
			return measures
		} else if err != nil {
			t.Fatal(err)
		}
		if old, known := measures[m.Dir]; known { // the package of its tests
			maps.Copy(m.Counts, old.Counts)
			m.Bytes, m.Err = m.Bytes+old.Bytes, cmp.Or(m.Err, old.Err)
		}
		measures[m.Dir] = m
	}
}

// enough is below which costs do not matter, in statements and in bytes.
const (
	enoughSteps = 20_000
	enoughBytes = 4 << 20
)

func (g growth) check(t *testing.T, before, after measure) {
	t.Helper()
	name := path.Dir(before.Dir)
	if ratio := after.steps() / before.steps(); after.steps() > enoughSteps && ratio > g.limit {
		t.Errorf("%s: twice as long, %.1f times the statements, %.0f; most of all\n%s", name, ratio, after.steps(), worst(before, after))
	}
	if ratio := after.Bytes / before.Bytes; after.Bytes > enoughBytes && ratio > g.limit {
		t.Errorf("%s: twice as long, %.1f times the memory, %.0f bytes", name, ratio, after.Bytes)
	}
	t.Logf("%s: %.0f statements, %.2f times as many; %.2f times the memory", name, after.steps(), after.steps()/before.steps(), after.Bytes/before.Bytes)
}

// worst names the blocks of statements that cost most more.
func worst(before, after measure) string {
	at := slices.SortedFunc(maps.Keys(after.Counts), func(a, b string) int {
		return cmp.Compare(after.Counts[b]-2*before.Counts[b], after.Counts[a]-2*before.Counts[a])
	})
	text := ""
	for _, block := range at[:min(len(at), 8)] {
		text += fmt.Sprintf("\t%s: %.0f, then %.0f\n", block, before.Counts[block], after.Counts[block])
	}
	return text
}
