package main

import (
	"context"
	"fmt"

	"github.com/ctxfix/ctxfix/cmd/ctxfix/report"
	"github.com/ctxfix/ctxfix/detect/load"
	"github.com/ctxfix/ctxfix/rewrite"
	"github.com/ctxfix/ctxfix/rewrite/emit"
)

// A moduleRun is the part of a run that concerns one module or workspace: the
// only one, unless files of several are named.
type moduleRun struct {
	settings // load is for this part
	journal  *emit.Journal
	unlock   func()
	prog     *load.Program // nil: it could not be loaded
	done     rewritten
	failed   *report.Run // why not
}

// modules loads, finds and mends in one module after the other. The error is
// that of ctx, or a defect; a module that cannot be loaded does not keep the
// others from it. The locks are to be given back.
func (s *session) modules(ctx context.Context, set settings, status *statusLine, watch *stopwatch) (runs []*moduleRun, err error) {
	for _, part := range load.ByModule(set.load) {
		m := &moduleRun{settings: set, unlock: func() {}}
		m.load = part
		runs = append(runs, m)
		if err := s.module(ctx, m, status, watch); err != nil {
			return runs, err
		}
	}
	return runs, nil
}

func (s *session) module(ctx context.Context, m *moduleRun, status *statusLine, watch *stopwatch) (err error) {
	if m.write {
		m.journal = s.openJournal(m.load.Dir)
		if m.unlock, err = s.lock(ctx, m.journal, m.quiet, status); err != nil {
			m.unlock = func() {}
			return err
		}
	}
	watch.enter(loading)
	status.show("loading packages")
	m.prog, err = load.Load(ctx, m.load)
	if err != nil {
		m.failed, err = s.loadFailed(ctx, m.settings, err)
		return err
	}
	status.show(fmt.Sprintf("looking at %s", report.Count(report.CountPackages(m.prog.Packages), "package")))
	m.done, err = rewriteUntil(ctx, m.prog, m.settings, watch)
	return err
}

// allEdits returns what would be written in all modules.
func allEdits(runs []*moduleRun) (edits []rewrite.Edit) {
	for _, m := range runs {
		edits = append(edits, m.done.Edits...)
	}
	return edits
}

// emitAll emits the modules one by one, and joins what came of them.
func emitAll(runs []*moduleRun) (whole *report.Run, err error) {
	for _, m := range runs {
		r := m.failed
		if r == nil {
			if r, err = emitted(m.settings, m.prog, m.done, m.journal); err != nil {
				return nil, err
			}
		}
		if whole == nil {
			whole = r
			continue
		}
		whole.Join(r)
	}
	return whole, nil
}
