package main

import (
	"context"
	"fmt"
	"os"

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
