package rewrite

import (
	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/rewrite/tree"
)

// deadCtx puts a context that is not done in the place of one that is.
func deadCtx(f *tree.File, ev *detect.DeadCtx) error {
	with, err := tree.Expr(ev.With)
	if err != nil {
		return err
	}
	if err := addImports(f, ev.Imports); err != nil {
		return err
	}
	if ev.Timeout != nil {
		made, err := tree.Stmts(ev.Timeout.Make)
		if err != nil {
			return err
		}
		if err := f.InsertBefore(ev.Timeout.Stmt, made...); err != nil {
			return err
		}
	}
	return f.Replace(ev.Dead, with)
}
