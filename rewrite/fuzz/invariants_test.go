package fuzz_test

import (
	"bytes"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/bluekeyes/go-gitdiff/gitdiff"
	"github.com/google/go-cmp/cmp"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/load"
	"github.com/ctxfix/ctxfix/rewrite"
	"github.com/ctxfix/ctxfix/rewrite/emit"
)

// A mode is a way to run all rules.
type mode struct {
	name      string
	strict    bool
	threshold detect.Safety
}

var modes = []mode{
	{"recommended", false, detect.Safe},
	{"strict", true, detect.Safe},
	{"strict unsafe", true, detect.Unsafe},
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

// A violation is something that must not be. Its kind is the same for all
// programs that show one defect.
type violation struct{ kind, text string }

func (v *violation) Error() string { return v.kind + ": " + v.text }

// grave reports whether what is written is wrong, not only what is said.
func (v *violation) grave() bool {
	return slices.Contains([]string{"panic", "slow", "elsewhere", "diff", "parse", "compile", "comment", "format", "bytes", "declarations", "indeterminate"}, v.kind)
}

func broken(kind, format string, args ...any) error {
	return &violation{kind, fmt.Sprintf(format, args...)}
}

// slowest is how long one run may take before it counts as endless.
const slowest = 20 * time.Second

// hold runs the rules over the program and checks all that must hold.
func (w *world) hold(c *checked, m mode, count *counts) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = broken("panic", "%v", r)
		}
	}()
	prog, err := w.program(c.program)
	if err != nil {
		return broken("load", "%v", err)
	}
	start := time.Now()
	report, err := rewrite.Run(prog.Clone(), m.options())
	if err != nil {
		return broken("panic", "%v", err)
	}
	if took := time.Since(start); took > slowest {
		return broken("slow", "the run took %v", took)
	}
	count.add(report)
	if report.Broken {
		return broken("unsettled", "rules undo each other: %d rounds", report.Rounds)
	}
	if err := refused(prog, report); err != nil {
		return err
	}
	if m.threshold == detect.Unsafe { // it has all that the other modes have
		if err := same(prog, report, m); err != nil {
			return err
		}
	}
	if len(report.Edits) == 0 {
		return nil
	}
	after, err := w.result(c, prog, report)
	if err != nil {
		return err
	}
	return w.compare(c, after, m, prog, report)
}

var refusedDetail = regexp.MustCompile("[^ ]*\\.go:[0-9:]+|\"[^\"]*\"|[0-9]+")

// rightly matches the refusals that are right: of files that have parentheses
// or the like that gofmt takes away, and of changes that would lose a comment.
var rightly = regexp.MustCompile(`run gofmt first$|stands inside what is to be (replaced|deleted)$|no longer used, but the comment ".*" belongs to it$`)

// refused reports a fix that turned out to be a wrong one.
func refused(prog *load.Program, report rewrite.Report) error {
	for _, r := range report.Refused {
		if r.Step == rewrite.Planned || rightly.MatchString(r.Reason) {
			continue
		}
		kind, _, _ := strings.Cut(refusedDetail.ReplaceAllString(r.Reason, ""), " (")
		kind = fmt.Sprintf("refused %s %.60s", r.Finding.Rule.Name, kind)
		return broken(kind, "%s: %s", prog.Fset.Position(r.Finding.Span.Pos), r.Reason)
	}
	return nil
}

// same runs the rules on the same program again.
func same(prog *load.Program, report rewrite.Report, m mode) error {
	again, err := rewrite.Run(prog.Clone(), m.options())
	if err != nil {
		return broken("panic", "%v", err)
	}
	if diff := cmp.Diff(outcome(prog, report), outcome(prog, again)); diff != "" {
		return broken("indeterminate", "two runs differ:\n%s", diff)
	}
	return nil
}

// outcome is all that a user sees of a run.
func outcome(prog *load.Program, r rewrite.Report) []string {
	out := slices.Concat(messages(prog, r.Found), messages(prog, r.Remain))
	for _, e := range r.Edits {
		out = append(out, e.Path, string(e.New))
	}
	return out
}

func messages(prog *load.Program, findings []detect.Finding) []string {
	var out []string
	for _, f := range findings {
		at := prog.Fset.PositionFor(f.Span.Pos, false)
		out = append(out, fmt.Sprintf("%s:%d: %s (%s)", filepath.Base(at.Filename), at.Line, f.Message, f.Rule.Name))
	}
	slices.Sort(out)
	return out
}

// result returns the program that the edits make of the one before, read anew
// and checked apart from the code under test.
func (w *world) result(before *checked, prog *load.Program, report rewrite.Report) (*checked, error) {
	p := before.clone()
	dir := prog.Packages[0].Module.Dir
	for _, e := range report.Edits {
		name, err := filepath.Rel(dir, e.Path)
		if err != nil || strings.HasPrefix(name, "..") {
			return nil, broken("elsewhere", "%s was written", e.Path)
		}
		if err := diffs(name, e); err != nil {
			return nil, err
		}
		src := strings.ReplaceAll(string(e.New), `"`+prog.Packages[0].Module.Path, `"`+ownImport)
		if f := p.file(name); f != nil {
			f.src = src
		} else {
			p.files = append(p.files, source{name, src})
		}
	}
	p.sort()
	after := w.check(p, ".")
	if after == nil {
		return nil, broken("parse", "the result does not parse")
	}
	if len(after.errs) > 0 {
		return nil, broken("compile", "the result does not compile: %v\n%s", after.errs[0], p.format(""))
	}
	return after, nil
}

// diffs asks whether the diff of an edit gives what the edit does.
func diffs(name string, e rewrite.Edit) error {
	files, _, err := gitdiff.Parse(strings.NewReader(emit.Diff(e.Old, e.New, name)))
	if err != nil || len(files) != 1 {
		return broken("diff", "%s: the diff cannot be read: %v", name, err)
	}
	var out bytes.Buffer
	if err := gitdiff.Apply(&out, bytes.NewReader(e.Old), files[0]); err != nil {
		return broken("diff", "%s: the diff cannot be applied: %v", name, err)
	}
	if !bytes.Equal(out.Bytes(), e.New) {
		return broken("diff", "%s: the diff makes another file", name)
	}
	return nil
}

// compare holds the result against the program it was made of.
func (w *world) compare(before, after *checked, m mode, first *load.Program, report rewrite.Report) error {
	for _, e := range report.Edits {
		if err := text(e); err != nil {
			return err
		}
	}
	if err := untouched(before, after, first, report); err != nil {
		return err
	}
	if err := vets(before, after, m); err != nil {
		return err
	}
	flat := after.program.clone()
	if len(flat.dirs()) > 0 {
		return nil // a package came into being: the templates have none
	}
	prog, err := w.program(flat)
	if err != nil {
		return broken("load", "after the fixes: %v", err)
	}
	second, err := rewrite.Run(prog.Clone(), m.options())
	if err != nil {
		return broken("panic", "after the fixes: %v", err)
	}
	if len(second.Edits) > 0 {
		e := second.Edits[0]
		return broken("second run "+rules(second.Fixed), "a second run goes on: after %s\n%s", rules(report.Fixed), emit.Diff(e.Old, e.New, filepath.Base(e.Path)))
	}
	return left(prog, report, second)
}

// left compares what the first run left with what the second finds.
func left(prog *load.Program, first, second rewrite.Report) error {
	one, two := byRule(first.Remain), byRule(second.Found)
	for _, r := range detect.All {
		if one[r.Name] != two[r.Name] {
			return broken("left "+r.Name, "%d findings of %s left by the first run, %d found by the second:\n%s", one[r.Name], r.Name, two[r.Name],
				strings.Join(messages(prog, second.Found), "\n"))
		}
	}
	found, fixed := byRule(first.Found), byRule(first.Fixed)
	for _, r := range detect.All {
		if len(fixed) == 1 && fixed[r.Name] > 0 && two[r.Name] > found[r.Name] { // no other rule has led to it
			return broken("more "+r.Name, "%d findings of %s before, %d after", found[r.Name], r.Name, two[r.Name])
		}
	}
	return nil
}

func byRule(findings []detect.Finding) map[string]int {
	n := map[string]int{}
	for _, f := range findings {
		n[f.Rule.Name]++
	}
	return n
}

func rules(findings []detect.Finding) string {
	return strings.Join(slices.Sorted(maps.Keys(byRule(findings))), " ")
}
