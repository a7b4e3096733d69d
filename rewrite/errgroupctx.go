package rewrite

import (
	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/rewrite/tree"
)

// errGroupCtx puts another context in the place of each use.
func errGroupCtx(f *tree.File, ev *detect.ErrGroupCtx) error {
	for _, add := range ev.Imports {
		if err := f.Import(add.Path, add.Name); err != nil {
			return err
		}
	}
	for _, use := range ev.Uses {
		with, err := tree.Expr(ev.With)
		if err != nil {
			return err
		}
		if err := f.Replace(use, with); err != nil {
			return err
		}
	}
	return nil
}
