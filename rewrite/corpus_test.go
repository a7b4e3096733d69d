//go:build corpus

package rewrite_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/load"
	"github.com/ctxfix/ctxfix/rewrite"
	"github.com/ctxfix/ctxfix/rewrite/emit"
)

// TestCorpus runs every rule, safe, strict and unsafe, over a copy of the
// standard library and the go command, and over the modules this one is built
// from. What it writes must leave each tree as good as it was: corpus_text_test.go
// asks for the formatting, the comments and the untouched declarations,
// corpus_vet_test.go for what the go command says about the files on disk, and
// corpus_reload_test.go for a second run that finds them there. What was found
// and done is held to testdata/corpus/counts.txt; -update accepts it.
//
// CTXFIX_CORPUS limits it to trees whose name contains the value,
// CTXFIX_CORPUS_DIRS gives copies of other modules to run over,
// CTXFIX_CORPUS_OUT a folder for the diffs; -short leaves out what needs the
// files on disk.
func TestCorpus(t *testing.T) {
	counts := newCounts(t)
	for _, c := range corpora(t) {
		t.Run(c.name, func(t *testing.T) { c.test(t, counts) })
	}
	counts.compare(t)
}

// A mode is one way to run the rules.
type mode struct {
	name      string
	strict    bool
	threshold detect.Safety
}

// modes are the ways every tree is run in. Each writes what those before it
// write, and more.
var modes = []mode{
	{"recommended", false, detect.Safe},
	{"strict", true, detect.Safe},
	{"strict-unsafe", true, detect.Unsafe},
}

func (m mode) options() rewrite.Options {
	opts := rewrite.Options{Rules: detect.All, Threshold: m.threshold, Write: true}
	if m.strict {
		opts.Detect.Strict = map[string]bool{}
		for _, r := range detect.All {
			opts.Detect.Strict[r.Name] = true
		}
	}
	return opts
}

// A trial is what the rules made of a tree in one mode. It does not hold on to
// the program, so that there is memory for the next one.
type trial struct {
	corpus
	mode
	edits []rewrite.Edit // without their findings
	left  []string       // the findings that remain
}

func (c corpus) test(t *testing.T, counts *counts) {
	tree, trials := c.trials(t, counts)
	if tree == nil {
		counts.skip(c)
		return
	}
	if testing.Short() {
		t.Logf("%s: with -short nothing is written, vetted and loaded again", c.name)
		return
	}
	c.checkOnDisk(t, tree, trials)
}

// A tree is what is known of a corpus as it was.
type tree struct {
	packages int
	dirs     []string        // of packages, relative
	tested   map[string]bool // by folder: it has tests
	broken   map[string]bool // by ID and by folder: it has errors
}

// trials loads the tree, runs the rules over it in every mode, and checks what
// can be without writing it. It returns nil where the tree cannot be loaded,
// and need not. counts may be nil.
func (c corpus) trials(t *testing.T, counts *counts) (*tree, []trial) {
	c.setEnv(t)
	start := time.Now()
	prog, err := c.load(t, c.patterns...)
	if err != nil {
		if c.module { // its own dependencies may not be at hand
			t.Logf("%s cannot be loaded here: %v", c.name, err)
			return nil, nil
		}
		t.Fatal(err)
	}
	tree := c.describe(prog)
	t.Logf("%s: %d packages loaded in %v", c.name, tree.packages, since(start))
	counts.open(c, tree)
	var trials []trial
	for _, m := range modes {
		trials = append(trials, c.try(t, prog, m, counts))
	}
	return tree, trials
}

// describe sums the program up.
func (c corpus) describe(prog *load.Program) *tree {
	out := &tree{packages: len(prog.Packages), tested: map[string]bool{}, broken: map[string]bool{}}
	for _, p := range prog.Packages {
		dir := "./" + c.rel(p.Dir)
		out.dirs = append(out.dirs, dir)
		out.tested[dir] = out.tested[dir] || p.ForTest != ""
		if len(p.Errors) > 0 {
			out.broken[p.ID], out.broken[dir] = true, true
		}
	}
	slices.Sort(out.dirs)
	out.dirs = slices.Compact(out.dirs)
	return out
}

// try runs the rules over a clone of the program.
func (c corpus) try(t *testing.T, before *load.Program, m mode, counts *counts) trial {
	start := time.Now()
	after := before.Clone()
	report := mustRun(t, after, m.options())
	t.Logf("%s %s: %v, %d rounds, %d files changed", c.name, m.name, since(start), report.Rounds, len(report.Edits))
	tr := trial{corpus: c, mode: m, left: messages(after, report.Remain)}
	counts.note(m, report)
	tr.checkReport(t, after, report)
	for _, e := range report.Edits {
		tr.checkText(t, before, report, e)
		e.Settles = nil
		tr.edits = append(tr.edits, e)
	}
	tr.keep(t)
	return tr
}

func since(start time.Time) time.Duration { return time.Since(start).Round(time.Millisecond) }

// checkReport shows what was refused: a fix that is refused once it has been
// planned is one that its rule should not have offered.
func (tr trial) checkReport(t *testing.T, after *load.Program, report rewrite.Report) {
	if report.Broken {
		t.Errorf("%s: rules undid each other", tr)
	}
	for _, ref := range report.Refused {
		if ref.Step != rewrite.Planned {
			t.Logf("%s: %s refused: %s", tr, describe(after, ref.Finding), ref.Reason)
		}
	}
}

func (tr trial) String() string { return tr.corpus.name + " " + tr.mode.name }

// keep writes the diff of the run for reading.
func (tr trial) keep(t *testing.T) {
	out := os.Getenv("CTXFIX_CORPUS_OUT")
	if out == "" {
		return
	}
	name := strings.NewReplacer("/", "_", "@", "_").Replace(tr.corpus.name) + "." + tr.mode.name + ".diff"
	var b strings.Builder
	for _, e := range tr.edits {
		b.WriteString(emit.Diff(e.Old, e.New, tr.rel(e.Path)))
	}
	if err := os.WriteFile(filepath.Join(out, name), []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// changedDirs returns the folders that the trials write to, as package
// patterns relative to the tree.
func changedDirs(trials ...trial) []string {
	var dirs []string
	for _, tr := range trials {
		for _, e := range tr.edits {
			if dir := "./" + tr.rel(filepath.Dir(e.Path)); !slices.Contains(dirs, dir) {
				dirs = append(dirs, dir)
			}
		}
	}
	slices.Sort(dirs)
	return dirs
}

// onDisk calls do while the outcome of the trial is on disk.
func (tr trial) onDisk(t *testing.T, do func()) {
	t.Helper()
	var changes, back []emit.Change
	for _, e := range tr.edits {
		changes = append(changes, emit.Change{Path: e.Path, Old: e.Old, New: e.New})
		undo := emit.Change{Path: e.Path, Old: e.New, New: e.Old}
		if e.Old == nil {
			undo.Dirs = []string{filepath.Dir(e.Path)}
		}
		back = append(back, undo)
	}
	none := emit.NoJournal(errors.New("the tree is a copy"))
	if err := emit.Write(changes, none); err != nil {
		t.Fatalf("%s: %v", tr, err)
	}
	defer func() {
		if err := emit.Write(back, none); err != nil {
			t.Errorf("%s: taking it back: %v", tr, err)
		}
	}()
	do()
}
