package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/ctxfix/ctxfix/cmd/ctxfix/report"
	"github.com/ctxfix/ctxfix/rewrite/emit"
)

// openJournal returns the journal of the module or workspace around dir.
func (s *session) openJournal(dir string) *emit.Journal {
	cache, err := os.UserCacheDir()
	if err != nil {
		return emit.NoJournal(err)
	}
	return emit.OpenJournal(cache, emit.Root(dir, os.Getenv("GOWORK")), s.args)
}

// lockAll opens the journals of the modules and takes their locks. All runs
// take several locks in the same order, so that no two wait for each other, and
// the lock of a workspace is taken once for all its modules.
func (s *session) lockAll(ctx context.Context, runs []*moduleRun, status *statusLine) (unlock func(), err error) {
	var unlocks []func()
	unlock = func() {
		for _, u := range unlocks {
			u()
		}
	}
	journals := map[string]*emit.Journal{}
	for _, m := range runs {
		journal := s.openJournal(m.load.Dir)
		root := journal.Root()
		if journals[root] == nil {
			journals[root] = journal
		}
		m.journal = journals[root]
	}
	for _, root := range slices.Sorted(maps.Keys(journals)) {
		u, err := s.lock(ctx, journals[root], runs[0].quiet, status)
		if err != nil {
			return unlock, err
		}
		unlocks = append(unlocks, u)
		s.settle(journals[root], runs[0].quiet)
	}
	return unlock, nil
}

// settle clears up after a run that was killed, before anything is loaded, and
// says so if it had written a part of its files.
func (s *session) settle(journal *emit.Journal, quiet bool) {
	_, halfWay, err := journal.Settle()
	if err != nil || halfWay == nil || quiet { // the error comes again when there is something to write
		return
	}
	s.fail("warning: an earlier run was ended when it had written %s of more: %s: ctxfix undo -run %d takes that back",
		report.Count(len(halfWay.Files), "file"), strings.Join(halfWay.Command, " "), halfWay.Number())
}

// lock waits until no other ctxfix writes in the module, so that what is read
// from now on stays as it is. The error is that of ctx: where there can be no
// lock, files that change after they were read are left alone all the same.
func (s *session) lock(ctx context.Context, journal *emit.Journal, quiet bool, status *statusLine) (unlock func(), err error) {
	unlock, err = journal.Lock(ctx, func() {
		phase := fmt.Sprintf("waiting for another ctxfix that writes in %s", journal.Root())
		if status != nil {
			status.show(phase)
		} else if !quiet {
			s.fail("%s", phase)
		}
	})
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return func() {}, nil
	}
	return unlock, nil
}
