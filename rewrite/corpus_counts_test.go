//go:build corpus

package rewrite_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/rewrite"
	"github.com/ctxfix/ctxfix/rewrite/emit"
)

const (
	countsFile = "../testdata/corpus/counts.txt"
	countsHead = `# What the rules find and do in trees that nobody wrote for them. "make corpus"
# compares it, and says how to accept what has changed.
`
)

// counts are what the rules found and did: a section for each tree, of lines
// for each mode and rule.
type counts struct {
	goVersion string
	sections  []section
}

type section struct {
	tree    string
	lines   []string
	skipped bool // could not be loaded here
}

// newCounts returns those of no tree, with the Go in use.
func newCounts(t *testing.T) *counts {
	cgo, err := exec.CommandContext(t.Context(), "go", "env", "CGO_ENABLED").Output()
	if err != nil {
		t.Fatal(err)
	}
	return &counts{goVersion: fmt.Sprintf("%s %s/%s CGO_ENABLED=%s", runtime.Version(), runtime.GOOS, runtime.GOARCH, bytes.TrimSpace(cgo))}
}

// open starts the section of a tree; of nil counts, nothing is noted.
func (cs *counts) open(c corpus, was *tree) {
	if cs == nil {
		return
	}
	errors := 0
	for _, dir := range was.dirs {
		if was.broken[dir] {
			errors++
		}
	}
	cs.sections = append(cs.sections, section{tree: c.name, lines: []string{
		fmt.Sprintf("%d packages and variants, errors in %d folders", was.packages, errors),
	}})
}

// skip notes that a tree could not be loaded.
func (cs *counts) skip(c corpus) {
	cs.sections = append(cs.sections, section{tree: c.name, skipped: true})
}

// note counts what came of the findings, by rule, in the last section.
func (cs *counts) note(m mode, report rewrite.Report) {
	if cs == nil {
		return
	}
	type count struct{ safe, unsafe, manual, fixed, refused, withdrawn, left int }
	by := map[string]*count{}
	of := func(r *detect.Rule) *count {
		if by[r.Name] == nil {
			by[r.Name] = &count{}
		}
		return by[r.Name]
	}
	for _, f := range report.Found {
		switch f.Safety {
		case detect.Safe:
			of(f.Rule).safe++
		case detect.Unsafe:
			of(f.Rule).unsafe++
		default:
			of(f.Rule).manual++
		}
	}
	for _, f := range report.Fixed {
		of(f.Rule).fixed++
	}
	for _, r := range report.Refused {
		switch r.Step {
		case rewrite.Rewriting:
			of(r.Finding.Rule).refused++
		case rewrite.Verifying:
			of(r.Finding.Rule).withdrawn++
		}
	}
	for _, k := range report.Kept {
		of(k.Rule).left++
	}
	into := &cs.sections[len(cs.sections)-1]
	for _, rule := range slices.Sorted(maps.Keys(by)) {
		n := by[rule]
		into.lines = append(into.lines, fmt.Sprintf("%-13s %-13s found %3d safe %3d unsafe %3d manual, %3d fixed, %d refused, %d withdrawn, %3d left alone",
			m.name, rule, n.safe, n.unsafe, n.manual, n.fixed, n.refused, n.withdrawn, n.left))
	}
}

// compare holds the counts to those recorded, or with -update records them.
// With another Go than they were recorded with they only inform: std and cmd
// come with it, and each tree is built for its platform.
func (cs *counts) compare(t *testing.T) {
	if os.Getenv("CTXFIX_CORPUS_DIRS") != "" {
		t.Logf("counts:\n%s", cs.text())
		return
	}
	recorded := parseCounts(t)
	everything := os.Getenv("CTXFIX_CORPUS") == ""
	merged := cs.over(recorded, everything)
	if *update && !everything && recorded.goVersion != "" && recorded.goVersion != cs.goVersion {
		t.Fatalf("the other counts are recorded with %s, this is %s: -update needs a run over everything, without CTXFIX_CORPUS", recorded.goVersion, cs.goVersion)
	}
	if *update {
		if err := os.MkdirAll(filepath.Dir(countsFile), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(countsFile, []byte(merged.text()), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	diff := emit.Diff([]byte(recorded.text()), []byte(merged.text()), "testdata/corpus/counts.txt")
	switch {
	case diff == "":
	case recorded.goVersion != cs.goVersion:
		t.Logf("the counts are recorded with %s, this is %s; what differs:\n%s", recorded.goVersion, cs.goVersion, diff)
	default:
		t.Errorf("the rules find or do something else than recorded:\n%s"+
			"to accept it: make corpus UPDATE=-update", diff)
	}
}

// over returns the recorded counts with those of this run in their place. A
// run over everything drops the others.
func (cs *counts) over(recorded *counts, everything bool) *counts {
	out := &counts{goVersion: cs.goVersion}
	for _, s := range recorded.sections {
		if !everything && !cs.has(s.tree) {
			out.sections = append(out.sections, s)
		}
	}
	for _, s := range cs.sections {
		if i := slices.IndexFunc(recorded.sections, func(r section) bool { return r.tree == s.tree }); s.skipped && i >= 0 {
			s = recorded.sections[i]
		}
		if !s.skipped {
			out.sections = append(out.sections, s)
		}
	}
	return out
}

func (cs *counts) has(tree string) bool {
	return slices.ContainsFunc(cs.sections, func(s section) bool { return s.tree == tree })
}

func (cs *counts) text() string {
	slices.SortFunc(cs.sections, func(a, b section) int { return strings.Compare(a.tree, b.tree) })
	var b strings.Builder
	b.WriteString(countsHead + cs.goVersion + "\n")
	for _, s := range cs.sections {
		b.WriteString("\n" + s.tree + "\n")
		for _, line := range s.lines {
			b.WriteString("  " + line + "\n")
		}
	}
	return b.String()
}

// parseCounts reads what text has written.
func parseCounts(t *testing.T) *counts {
	data, err := os.ReadFile(countsFile)
	if errors.Is(err, fs.ErrNotExist) {
		return &counts{}
	}
	if err != nil {
		t.Fatal(err)
	}
	cs := &counts{}
	for line := range strings.Lines(string(data)) {
		line = strings.TrimRight(line, "\n")
		rest, indented := strings.CutPrefix(line, "  ")
		switch {
		case line == "", strings.HasPrefix(line, "#"):
		case cs.goVersion == "":
			cs.goVersion = line
		case indented:
			into := &cs.sections[len(cs.sections)-1]
			into.lines = append(into.lines, rest)
		default:
			cs.sections = append(cs.sections, section{tree: line})
		}
	}
	return cs
}
