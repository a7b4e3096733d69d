package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/ctxfix/ctxfix/cmd/ctxfix/report"
	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/load"
	"github.com/ctxfix/ctxfix/rewrite"
	"github.com/ctxfix/ctxfix/rewrite/emit"
)

// fix loads, finds and mends, and tells what came of it.
func (s *session) fix(ctx context.Context, set settings) error {
	status := s.newStatus(set)
	defer status.erase()
	var watch *stopwatch
	if set.stats {
		watch = new(stopwatch)
	}
	runs, unlock, err := s.modules(ctx, set, status, watch)
	defer unlock()
	if err != nil {
		return err
	}
	if set.write {
		if err := refuseDirty(ctx, set, pathsOf(allEdits(runs))); err != nil {
			return err
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	// From here on an interruption does not stop the run: what is written is
	// written as a whole.
	watch.enter(emitting)
	r, err := emitAll(runs)
	if err != nil {
		return err
	}
	r.Stats = watch.stats()
	status.erase()
	s.tellEdited(runs, r)
	return interruptedLate(ctx, written(set, r), s.tell(set, r))
}

// A rewritten program is the report of its rounds, and the fixes one by one
// where a format shows them.
type rewritten struct {
	rewrite.Report
	proposals []rewrite.Proposal
	silenced  int // findings that -add-ignore hides
}

// rewriteUntil runs the rounds. It returns early when ctx ends: nothing is
// written by then, and the process is about to end.
func rewriteUntil(ctx context.Context, prog *load.Program, set settings, watch *stopwatch) (rewritten, error) {
	return until(ctx, 0, func() (rewritten, error) { return rewriteAll(prog, set, watch) })
}

// rewriteAll runs the rounds. The fixes one by one are those of the files as
// they will be on disk: with -w after the rounds, else before.
func rewriteAll(prog *load.Program, set settings, watch *stopwatch) (done rewritten, err error) {
	opts := set.rewriting(prog)
	opts.Enter = watch.enter
	if c := set.writing.choice; c != nil {
		c.Apply()
		opts.Chosen = c.Chosen
	}
	shown := set.output.showsFixes()
	if shown && opts.Write && !set.write {
		if done.proposals, err = proposeFirst(prog, opts); err != nil {
			return done, err
		}
	}
	done.Report, err = rewrite.Run(prog, opts)
	if err == nil && set.suppress.add != "" {
		done.Report, done.silenced, err = rewrite.Silence(done.Report, set.suppress.add)
	}
	if err == nil && shown && done.proposals == nil {
		done.proposals, err = rewrite.Propose(prog, done.Remain, opts)
	}
	return done, err
}

// rewriting returns what package rewrite is asked for.
func (set settings) rewriting(prog *load.Program) rewrite.Options {
	opts := rewrite.Options{
		Rules:     set.rules,
		Detect:    set.detect,
		Threshold: set.threshold(),
		Write:     (set.write || set.diff || set.list) && !set.noFix,
		// Of text on stdin one file is given back.
		NoNewFiles: set.writing.stdinName != "",
		SetAside:   func(found []detect.Finding) []string { return set.sorter.setAside(prog, found) },
	}
	opts.Detect.Told = !opts.Write && !set.needsMore()
	opts.Looked = set.looked
	if set.cache != nil {
		opts.Memory = set.cache
	}
	return opts
}

// proposeFirst returns the fixes of the first round, one by one.
func proposeFirst(prog *load.Program, opts rewrite.Options) ([]rewrite.Proposal, error) {
	only := opts
	only.Write, only.Looked = false, nil
	first, err := rewrite.Run(prog, only)
	if err != nil {
		return nil, err
	}
	return rewrite.Propose(prog, first.Found, opts)
}

// emitted writes the files, makes the diff, or neither. A file that cannot
// be written is a problem of the run; the others are written.
func emitted(set settings, prog *load.Program, done rewritten, journal *emit.Journal) (*report.Run, error) {
	var unwritten map[string]error
	var warnings []string
	if set.write {
		names := otherNames(done.Edits)
		unwritten = writeFiles(done.Edits, journal)
		warnings = linked(set.dir, done.Edits, names, unwritten)
	}
	r := newRun(set, prog, done, unwritten)
	r.Warnings = append(r.Warnings, warnings...)
	if set.suppress.add != "" {
		r.Notes = append(r.Notes, set.suppress.note(set, done.silenced, len(done.Remain)))
	}
	if set.baseline.write {
		if note := set.sorter.record(set, r, done, unwritten); note != "" {
			r.Notes = append(r.Notes, note)
		}
	}
	if err := journal.Err(); err != nil && len(r.Files) > 0 {
		r.Warnings = append(r.Warnings, fmt.Sprintf("ctxfix undo cannot take this back: %v", err))
	}
	if !set.diff {
		return r, nil
	}
	edits := slices.DeleteFunc(slices.Clone(done.Edits), func(e rewrite.Edit) bool { return unwritten[e.Path] != nil })
	diff, err := diffOf(set.dir, edits)
	r.Diff = diff
	return r, err
}

// newRun puts what was done into the words of the user.
func newRun(set settings, prog *load.Program, done rewritten, unwritten map[string]error) *report.Run {
	opts := report.Options{
		Version:   version(),
		Release:   release(),
		Dir:       set.dir,
		Write:     set.write,
		Unsafe:    set.unsafe,
		Rules:     set.rules,
		Unwritten: unwritten,
		Hidden:    set.suppress.show,
		Proposals: done.proposals,
	}
	set.sorter.report(set, done, &opts)
	r := report.New(prog, done.Report, opts)
	r.Warnings = append(r.Warnings, set.warnings...)
	if warning := set.unseen(prog); warning != "" {
		r.Warnings = append(r.Warnings, warning)
	}
	for _, w := range prog.Warnings {
		r.Warnings = append(r.Warnings, shortened(set.dir, w))
	}
	r.Problems = runProblems(set.dir, prog, done.Report, unwritten)
	return r
}
