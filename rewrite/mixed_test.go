package rewrite_test

import (
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/load"
)

// orders is in how many orders the rules of a mixed case run.
const orders = 12

// TestMixedInAnyOrder runs the rules of the mixed cases one after the other,
// as a user may, until none has anything left to mend. In any order the code
// ends up as if they had run together.
func TestMixedInAnyOrder(t *testing.T) {
	paths, err := filepath.Glob("../testdata/mixed/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no mixed cases: %v", err)
	}
	for _, c := range readCases(t) {
		if c.folder != "mixed" || len(c.fixed)+len(c.unsafe) == 0 {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := tempDir(t)
			if c.input["go.mod"] == nil {
				writeFile(t, filepath.Join(dir, "go.mod"), []byte(defaultModule))
			}
			c.lay(t, dir)
			prog := loadDir(t, dir, c.generated)
			c.inOrders(t, prog, dir, detect.Safe, c.fixed)
			c.inOrders(t, prog, dir, detect.Unsafe, overlay(c.fixed, c.unsafe))
		})
	}
}

func (c *testCase) inOrders(t *testing.T, prog *load.Program, dir string, threshold detect.Safety, want map[string][]byte) {
	t.Helper()
	// Rules that find nothing, alone or together, are the same in any order.
	report := mustRun(t, prog.Clone(), c.options(threshold, true))
	var rules []*detect.Rule
	for _, r := range c.rules {
		if slices.ContainsFunc(report.Fixed, func(f detect.Finding) bool { return f.Rule == r }) {
			rules = append(rules, r)
		}
	}
	random := rand.New(rand.NewPCG(1, uint64(len(c.name))))
	for range orders {
		random.Shuffle(len(rules), func(i, j int) { rules[i], rules[j] = rules[j], rules[i] })
		work := prog.Clone()
		c.oneByOne(t, work, rules, threshold)
		got := overlay(c.input, nil)
		for _, f := range work.Changed() {
			name, err := filepath.Rel(dir, f.Path)
			if err != nil {
				t.Fatal(err)
			}
			got[filepath.ToSlash(name)] = f.Bytes
		}
		if c.compare(t, threshold.String()+", one after the other: "+names(rules), got, want); t.Failed() {
			return
		}
	}
}

// oneByOne runs the rules in this order, over and over, until all are content.
func (c *testCase) oneByOne(t *testing.T, work *load.Program, rules []*detect.Rule, threshold detect.Safety) {
	t.Helper()
	for calm := 0; calm < len(rules); {
		for _, r := range rules {
			opts := c.options(threshold, true)
			opts.Rules = []*detect.Rule{r}
			calm++
			if report := mustRun(t, work, opts); len(report.Fixed) > 0 {
				calm = 0
			}
		}
	}
}

func names(rules []*detect.Rule) string {
	text := ""
	for _, r := range rules {
		text += r.Name + " "
	}
	return text
}
