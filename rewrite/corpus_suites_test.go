//go:build corpus

package rewrite_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ctxfix/ctxfix/detect"
)

// TestCorpusSuites runs the tests of those packages of the corpus that the
// rules write to, before and after: what passed must pass. Tests of unchanged
// packages would prove nothing. With -unsafe the outcome only informs: such
// fixes may change behaviour.
//
// A test that fails after is run again by itself, both ways, before it counts:
// some fail now and then. CTXFIX_CORPUS and CTXFIX_CORPUS_DIRS choose the
// trees as for TestCorpus, CTXFIX_CORPUS_PACKAGES limits it to folders that
// contain the value, and -short is given to the suites, as in Go's own builds.
func TestCorpusSuites(t *testing.T) {
	for _, c := range corpora(t) {
		t.Run(c.name, func(t *testing.T) { c.testSuites(t) })
	}
}

func (c corpus) testSuites(t *testing.T) {
	was, trials := c.trials(t, nil)
	if was == nil {
		return
	}
	dirs := testable(was, changedDirs(trials...))
	if len(dirs) == 0 {
		t.Logf("%s: no package with tests is changed", c.name)
		return
	}
	start := time.Now()
	before := c.runSuites(t, dirs, "")
	t.Logf("%s: %d packages as they were, in %v\n%s", c.name, len(dirs), since(start), before.table())
	for i, tr := range trials {
		changed := testable(was, changedDirs(tr))
		if len(changed) == 0 || i > 0 && sameEdits(tr, trials[i-1]) {
			t.Logf("%s: nothing more is changed", tr)
			continue
		}
		tr.onDisk(t, func() {
			start := time.Now()
			is := c.runSuites(t, changed, "")
			t.Logf("%s: %d packages after, in %v\n%s", tr, len(changed), since(start), is.table())
			tr.compareSuites(t, before, is)
		})
	}
}

// testable returns those of the folders that have tests and are asked for.
func testable(was *tree, dirs []string) []string {
	return slices.DeleteFunc(slices.Clone(dirs), func(dir string) bool {
		return !was.tested[dir] || !strings.Contains(dir, os.Getenv("CTXFIX_CORPUS_PACKAGES"))
	})
}

// A verdict is the last word on a test: "pass", "fail" or "skip".
type verdict string

// A testName names a test, or with Test empty the package as a whole.
type testName struct{ Package, Test string }

type verdicts map[testName]verdict

// runSuites runs the tests of the folders, or those that match run.
func (c corpus) runSuites(t *testing.T, dirs []string, run string) verdicts {
	args := []string{"test", "-json", "-short", "-count=1", "-timeout=15m", "-vet=off"}
	if run != "" {
		args = append(args, "-run="+run)
	}
	cmd := exec.CommandContext(t.Context(), "go", append(args, dirs...)...)
	cmd.Dir = c.dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, _ := cmd.Output() // what failed is in it
	got := verdicts{}
	for dec := json.NewDecoder(bytes.NewReader(out)); dec.More(); {
		var event struct{ Action, Package, Test string }
		if err := dec.Decode(&event); err != nil {
			t.Fatalf("%s: %v: %v\n%s", c.name, cmd, err, stderr.Bytes())
		}
		switch event.Action {
		case "pass", "fail", "skip":
			got[testName{event.Package, event.Test}] = verdict(event.Action)
		}
	}
	if len(got) == 0 {
		t.Fatalf("%s: %v: no test has run\n%s", c.name, cmd, stderr.Bytes())
	}
	return got
}

// compareSuites asks that what passed before passes after.
func (tr trial) compareSuites(t *testing.T, was, is verdicts) {
	name := tr.String()
	for _, test := range sortedTests(is) {
		switch {
		case is[test] != "fail":
		case was[test] == "fail":
			t.Logf("%s: %s %s fails, as it did before", name, test.Package, test.Test)
		case test.Test != "" && !strings.Contains(test.Test, "/") && tr.passesAgain(t, test):
			t.Logf("%s: %s %s failed once, and passes by itself", name, test.Package, test.Test)
		case test.Test == "" || strings.Contains(test.Test, "/"): // its tests say so, or the one around it
			t.Logf("%s: %s %s fails", name, test.Package, test.Test)
		case tr.mode.threshold == detect.Safe:
			t.Errorf("%s: %s %s passed before, and fails", name, test.Package, test.Test)
		default:
			t.Logf("%s: %s %s passed before, and fails", name, test.Package, test.Test)
		}
	}
	for _, test := range sortedTests(was) {
		if _, ran := is[test]; !ran && is[testName{test.Package, ""}] != "" && !strings.Contains(test.Test, "/") {
			t.Errorf("%s: %s %s does not run any more", name, test.Package, test.Test)
		}
		if test.Test == "" && was[test] == "pass" && is[test] == "fail" && !is.failsIn(test.Package) && tr.mode.threshold == detect.Safe {
			t.Errorf("%s: %s fails as a whole", name, test.Package)
		}
	}
}

// passesAgain reports whether the test passes in one of three more runs.
func (tr trial) passesAgain(t *testing.T, test testName) bool {
	for range 3 {
		got := tr.runSuites(t, []string{test.Package}, "^"+test.Test+"$")
		if got[test] == "pass" {
			return true
		}
	}
	return false
}

// failsIn reports whether a test of the package fails.
func (v verdicts) failsIn(pkg string) bool {
	for test, verdict := range v {
		if test.Package == pkg && test.Test != "" && verdict == "fail" {
			return true
		}
	}
	return false
}

func sortedTests(v verdicts) []testName {
	return slices.SortedFunc(maps.Keys(v), func(a, b testName) int {
		return strings.Compare(a.Package+" "+a.Test, b.Package+" "+b.Test)
	})
}

// table counts the tests of each package, and names those that fail.
func (v verdicts) table() string {
	count := map[string]map[verdict]int{}
	failed := map[string][]string{}
	for _, test := range sortedTests(v) {
		if count[test.Package] == nil {
			count[test.Package] = map[verdict]int{}
		}
		if test.Test == "" {
			continue
		}
		count[test.Package][v[test]]++
		if v[test] == "fail" {
			failed[test.Package] = append(failed[test.Package], test.Test)
		}
	}
	var b strings.Builder
	for _, pkg := range slices.Sorted(maps.Keys(count)) {
		n := count[pkg]
		fmt.Fprintf(&b, "%-50s %-5s %5d pass %3d fail %4d skip  %s\n", pkg, v[testName{pkg, ""}], n["pass"], n["fail"], n["skip"], strings.Join(failed[pkg], " "))
	}
	return b.String()
}
