package main

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/ctxfix/ctxfix/cmd/ctxfix/report"
	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/load"
	"github.com/ctxfix/ctxfix/rewrite"
	"github.com/ctxfix/ctxfix/rewrite/emit"
)

// A moduleRun is the part of a run that concerns one module or workspace: the
// only one, unless files of several are named.
type moduleRun struct {
	settings // load is for this part
	journal  *emit.Journal
	prog     *load.Program // nil: it could not be loaded
	done     rewritten
	failed   *report.Run // why not
}

// modules loads, finds and mends in one module after the other. The error is
// that of ctx, or a defect; a module that cannot be loaded does not keep the
// others from it. The locks are to be given back, whatever the error.
func (s *session) modules(ctx context.Context, set settings, status *statusLine, watch *stopwatch) (runs []*moduleRun, unlock func(), err error) {
	for _, part := range load.ByModule(set.load) {
		m := &moduleRun{settings: set}
		m.load = part
		if m.cache = m.remember(); m.cache != nil {
			m.load.Known = m.cache.Known
		}
		runs = append(runs, m)
	}
	unlock = func() {}
	if set.write {
		if unlock, err = s.lockAll(ctx, runs, status); err != nil {
			return runs, unlock, err
		}
	}
	for i, m := range runs {
		if i > 0 {
			m.writing.after(runs[i-1].writing)
		}
		if err := s.module(ctx, m, status, watch); err != nil {
			return runs, unlock, err
		}
	}
	return runs, unlock, nil
}

func (s *session) module(ctx context.Context, m *moduleRun, status *statusLine, watch *stopwatch) (err error) {
	watch.enter(loading)
	status.show("loading packages")
	checked := status.count("type-checking packages", "type-checking done")
	m.load.Checked = func(all int) { checked(all, "") }
	m.prog, err = loadUntil(ctx, m.load)
	if err != nil {
		m.failed, err = s.loadFailed(ctx, m.settings, err)
		return err
	}
	status.show(fmt.Sprintf("looking at %s", report.Count(report.CountPackages(m.prog.Packages), "package")))
	m.looked = m.lookingAt(status)
	if m.writing.ask {
		if m.writing.choice, err = s.choose(ctx, m.prog, m.settings, status); err != nil {
			return err
		}
		status.show("making the fixes")
	}
	m.done, err = rewriteUntil(ctx, m.prog, m.settings, watch)
	if errors.Is(err, detect.ErrPartial) {
		m.cache.LoadAll()
		return s.module(ctx, m, status, watch)
	}
	if err == nil && m.cache != nil {
		_ = m.cache.Trim(cacheLimit) // the next run tries again
	}
	return err
}

// lookingAt returns what tells on the status line how far the run is, and where
// it has found something last: in a large tree people can begin there.
func (m *moduleRun) lookingAt(status *statusLine) func([]detect.Finding) {
	looked := status.count("looking at packages", m.afterLooking())
	var mu sync.Mutex
	all, last := 0, ""
	return func(found []detect.Finding) {
		mu.Lock()
		defer mu.Unlock()
		if all += len(found); len(found) > 0 && !m.sorter.compares() {
			at := m.prog.Fset.PositionFor(found[0].Span.Pos, false)
			last = fmt.Sprintf("; %s, the last at %s:%d (%s)", report.Count(all, "finding"), report.Relative(m.dir, at.Filename), at.Line, found[0].Rule.Name)
		}
		looked(len(m.prog.Packages), last)
	}
}

// afterLooking names what follows when all packages were looked at.
func (m *moduleRun) afterLooking() string {
	if m.write || m.diff || m.list {
		return "making and checking the fixes"
	}
	return "writing the report"
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
