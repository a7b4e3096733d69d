package rewrite_test

import (
	"fmt"
	"hash/crc32"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
	"testing"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/load"
	"github.com/ctxfix/ctxfix/rewrite"
)

// TestLayouts runs the cases once more with their source laid out in other
// ways: the rules find the same and make the same of it, and all else stays as
// it was written, byte for byte. CTXFIX_LAYOUTS=all runs every case in every
// layout (make layouts), else each runs in one that its name picks.
func TestLayouts(t *testing.T) {
	all := os.Getenv("CTXFIX_LAYOUTS") != ""
	byRule := map[string][]*testCase{}
	var cases []*testCase
	for _, c := range readCases(t) {
		if c.shared() && (all || len(c.fixed)+len(c.unsafe) > 0) {
			byRule[c.folder] = append(byRule[c.folder], c)
			cases = append(cases, c)
		}
	}
	prog, root := loadShared(t, cases)
	count := &tallied{refused: map[string]int{}}
	for _, folder := range slices.Sorted(maps.Keys(byRule)) {
		t.Run(folder, func(t *testing.T) {
			for _, c := range byRule[folder] {
				t.Run(c.name, func(t *testing.T) {
					t.Parallel()
					c.inLayouts(t, prog, filepath.Join(root, c.folder, c.name), count, all)
				})
			}
		})
	}
	t.Log(count)
}

// A tallied is what came of the runs, for people to look at.
type tallied struct {
	sync.Mutex
	runs, fixed int
	refused     map[string]int // by reason
}

func (n *tallied) String() string {
	out := fmt.Sprintf("%d runs, %d fixes", n.runs, n.fixed)
	for _, reason := range slices.Sorted(maps.Keys(n.refused)) {
		out += fmt.Sprintf("\n%5d %s", n.refused[reason], reason)
	}
	return out
}

var particular = regexp.MustCompile("^\\S*:\\d+: |\"(?:[^\"\\\\]|\\\\.)*\"|\\S*\\.go:\\d+(:\\d+)?")

func (n *tallied) refuse(reason string) {
	n.Lock()
	defer n.Unlock()
	n.refused[particular.ReplaceAllString(reason, "…")]++
}

// inLayouts holds the case in other layouts to what becomes of it in its own.
func (c *testCase) inLayouts(t *testing.T, all *load.Program, dir string, count *tallied, every bool) {
	prog := c.own(t, all, dir)
	picked := int(crc32.ChecksumIEEE([]byte(c.folder+"/"+c.name))) % len(layouts)
	for _, threshold := range []detect.Safety{detect.Safe, detect.Unsafe} {
		plain := c.outcome(t, prog.Clone(), threshold)
		for i, l := range layouts {
			if !every && i != picked || !selected(c.folder, c.name, l.name, threshold.String()) {
				continue
			}
			t.Run(l.name+"/"+threshold.String(), func(t *testing.T) {
				laid := lay(t, prog, l)
				got := c.outcome(t, laid.Clone(), threshold)
				count.add(got)
				got.maySpeak = l.comments && (heedful[c.folder+"/"+c.name] || slices.ContainsFunc(c.rules, func(r *detect.Rule) bool { return heedful[r.Name] }))
				got.compare(t, plain)
				c.checkAgain(t, laid, got.files, threshold, got.Report)
			})
		}
	}
}

// lay returns the program with its files in that layout, as if they had been
// read from disk so.
func lay(t *testing.T, prog *load.Program, l layout) *load.Program {
	t.Helper()
	work, changed := prog.Clone(), map[string][]byte{}
	for _, p := range work.Packages {
		for _, f := range p.Files {
			changed[f.Path] = l.of(f.Bytes)
		}
	}
	check := work.Check(changed)
	for _, e := range check.Errors() {
		t.Errorf("the layout changes what the source means: %v", e)
	}
	if t.Failed() {
		t.FailNow()
	}
	check.Commit()
	for _, f := range work.Changed() {
		f.Disk = f.Bytes
	}
	return work
}

// lineNumber is what messages call places by.
var lineNumber = regexp.MustCompile(`line \d+|:\d+:\d+`)

// An outcome is what a run made of a case.
type outcome struct {
	rewrite.Report
	found []string // where in the code, layout apart, and what
	fixed []string // what
	files map[string][]byte
	// maySpeak says that comments which the layout adds may keep a rule from
	// its finding.
	maySpeak bool
}

// heedful are the rules that leave alone what any comment stands beside, as
// it may say that this is meant, and a case of a remark that must be near.
var heedful = map[string]bool{"background/said-in-lead-in": true, "doneerr": true, "donespin": true, "nestedtimeout": true}

func (c *testCase) outcome(t *testing.T, work *load.Program, threshold detect.Safety) outcome {
	t.Helper()
	before := map[string][]byte{}
	for _, p := range work.Packages {
		for _, f := range p.Files {
			before[f.Path] = f.Bytes
		}
	}
	out := outcome{Report: mustRun(t, work, c.options(threshold, true)), files: map[string][]byte{}}
	for _, f := range out.Found {
		at := work.Fset.PositionFor(f.Span.Pos, false).Offset
		index := 0
		for _, word := range codeOf(before[f.File.Path]) {
			if word.start < at {
				index++
			}
		}
		out.found = append(out.found, fmt.Sprintf("%s: word %d: %s (%s)", filepath.Base(f.File.Path), index, f.Message, f.Rule.Name))
	}
	for _, f := range out.Fixed {
		out.fixed = append(out.fixed, fmt.Sprintf("%s: %s (%s)", filepath.Base(f.File.Path), f.Message, f.Rule.Name))
	}
	for _, e := range out.Edits {
		out.files[e.Path] = e.New
	}
	for _, list := range [][]string{out.found, out.fixed} {
		for i, text := range list {
			list[i] = lineNumber.ReplaceAllString(text, "line …")
		}
	}
	slices.Sort(out.found)
	slices.Sort(out.fixed)
	return out
}
