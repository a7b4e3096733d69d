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
	for _, add := range ev.Imports {
		if err := f.Import(add.Path, add.Name); err != nil {
			return err
		}
	}
	return f.Replace(ev.Dead, with)
}
