package main

import (
	"context"
	"fmt"

	"github.com/ctxfix/ctxfix/detect/load"
	"github.com/ctxfix/ctxfix/rewrite"
)

// fix loads, finds and mends, and tells what came of it.
func (s *session) fix(ctx context.Context, set settings) error {
	var status *statusLine
	if set.progress && !set.quiet {
		status = newStatusLine(s.stderr)
	}
	defer status.erase()

	status.show("loading packages")
	prog, err := load.Load(ctx, set.load)
	if err != nil {
		return s.loadFailed(ctx, set, err)
	}
	status.show(fmt.Sprintf("looking at %s", count(countPackages(prog.Packages), "package")))
	report, err := rewriteUntil(ctx, prog, set)
	if err != nil {
		return err
	}
	o, err := emitted(set, prog, report)
	if err != nil {
		return err
	}
	status.erase()
	return s.tell(o)
}

// rewriteUntil runs the rounds. It returns early when ctx ends: nothing is
// written by then, and the process is about to end.
func rewriteUntil(ctx context.Context, prog *load.Program, set settings) (rewrite.Report, error) {
	type result struct {
		report rewrite.Report
		err    error
	}
	done := make(chan result, 1)
	go func() {
		defer func() {
			if p := recover(); p != nil {
				done <- result{err: newPanicError(p)}
			}
		}()
		report, err := rewrite.Run(prog, rewrite.Options{
			Rules:     set.rules,
			Detect:    set.detect,
			Threshold: set.threshold(),
			Write:     set.write || set.diff || set.list,
		})
		done <- result{report, err}
	}()
	select {
	case r := <-done:
		return r.report, r.err
	case <-ctx.Done():
		return rewrite.Report{}, ctx.Err()
	}
}

// emitted writes the files, makes the diff, or neither. A file that cannot
// be written is a problem of the outcome; the others are written.
func emitted(set settings, prog *load.Program, report rewrite.Report) (*outcome, error) {
	var unwritten map[string]error
	if set.write {
		unwritten = writeFiles(report.Edits)
	}
	o := newOutcome(set, prog, report, unwritten)
	if !set.diff {
		return o, nil
	}
	diff, err := diffOf(set.dir, o.edits)
	o.diff = diff
	return o, err
}

// tell prints the outcome and returns the verdict.
func (s *session) tell(o *outcome) error {
	if o.settings.json {
		if err := o.writeJSON(s.stdout); err != nil {
			return err
		}
	} else {
		o.writeText(s.stdout, s.stderr)
	}
	if err := s.stdout.Flush(); err != nil {
		return fmt.Errorf("standard output: %w", err)
	}
	o.writeProblems(s)
	if !o.settings.quiet && o.packages+len(o.findings) > 0 {
		s.fail("%s", o.summary())
	}
	return o.verdict()
}

// verdict returns nil, errFindings or errReported.
func (o *outcome) verdict() error {
	if len(o.problems) > 0 {
		return errReported
	}
	if (o.settings.diff || o.settings.list) && len(o.edits) > 0 {
		return errFindings
	}
	for _, f := range o.findings {
		if !f.fixed {
			return errFindings
		}
	}
	return nil
}
