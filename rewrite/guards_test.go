//go:build guards

package rewrite_test

import (
	"path/filepath"
	"testing"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/load"
	"github.com/ctxfix/ctxfix/testdata/guards/guard"
)

// TestCasesWithout runs the cases without a guard, again and again.
// testdata/guards builds and starts it.
func TestCasesWithout(t *testing.T) {
	s := &shelf{cases: readCases(t), own: map[string]*load.Program{}}
	var shared []*testCase
	for _, c := range s.cases {
		if c.shared() {
			shared = append(shared, c)
		}
	}
	s.prog, s.root = loadShared(t, shared)
	var tests []guard.Test
	for _, c := range s.cases {
		tests = append(tests, s.tests(c)...)
	}
	guard.Serve(t, tests)
}

// A shelf keeps the cases loaded.
type shelf struct {
	cases []*testCase
	root  string
	prog  *load.Program            // of the shared cases
	own   map[string]*load.Program // of the others, by path, loaded when needed
}

// tests takes the case apart: its findings, its results if it is not a quiet
// one, and its fixes one by one.
func (s *shelf) tests(c *testCase) []guard.Test {
	part := func(stage int, run func(t *testing.T, prog *load.Program, dir string)) guard.Test {
		return guard.Test{Name: c.folder + "/" + c.name, Stage: stage, Run: func(t *testing.T) {
			prog, dir := s.take(t, c)
			run(t, prog, dir)
		}}
	}
	tests := []guard.Test{part(0, func(t *testing.T, prog *load.Program, dir string) {
		for _, w := range c.expected {
			w.met = false
		}
		c.checkWants(t, prog, dir)
	})}
	if len(c.fixed)+len(c.unsafe)+len(c.refused) == 0 {
		return tests
	}
	return append(tests,
		part(1, func(t *testing.T, prog *load.Program, dir string) {
			c.compare(t, "-w", c.result(t, prog, dir, detect.Safe), c.fixed)
			c.compare(t, "-w -unsafe", c.result(t, prog, dir, detect.Unsafe), overlay(c.fixed, c.unsafe))
		}),
		part(2, func(t *testing.T, prog *load.Program, dir string) {
			c.checkProposals(t, prog)
			c.checkSuggestions(t, prog, detect.Safe)
			c.checkSuggestions(t, prog, detect.Unsafe)
		}))
}

// take returns the program of the case and its folder.
func (s *shelf) take(t *testing.T, c *testCase) (*load.Program, string) {
	if c.shared() {
		dir := filepath.Join(s.root, c.folder, c.name)
		return c.own(t, s.prog, dir), dir
	}
	dir := filepath.Join(s.root, "alone", c.folder, c.name)
	if s.own[c.path] == nil {
		if c.input["go.mod"] == nil {
			writeFile(t, filepath.Join(dir, "go.mod"), []byte(defaultModule))
		}
		c.lay(t, dir)
		s.own[c.path] = loadDir(t, dir, c.generated)
	}
	return s.own[c.path], dir
}
