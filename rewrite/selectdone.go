package rewrite

import (
	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/rewrite/tree"
)

// selectDone adds a case on the context's Done to a select, and gives the
// goroutines that send to it room, or a select of their own.
func selectDone(f *tree.File, ev *detect.SelectDone) error {
	if err := name(f, ev.Context); err != nil {
		return err
	}
	if err := release(f, ev.Release); err != nil {
		return err
	}
	clause, err := doneClause(f, ev.Context, ev.Exit)
	if err != nil {
		return err
	}
	return f.AddCommClause(ev.Select, clause, ev.First)
}
