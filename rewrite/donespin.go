package rewrite

import (
	"strings"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/rewrite/tree"
)

// doneSpin makes the case on a Done leave its loop.
func doneSpin(f *tree.File, ev *detect.DoneSpin) error {
	out, err := tree.Stmts(strings.Join(ev.Exit.Stmts, "\n"))
	if err != nil {
		return err
	}
	if ev.Jump != nil {
		err = f.ReplaceStmt(ev.Jump, out...)
	} else {
		err = f.AppendToClause(ev.Clause, out...)
	}
	if err != nil {
		return err
	}
	return leave(f, ev.Exit)
}
