package rewrite

import (
	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/rewrite/tree"
)

// nilCtx puts a context in the place of nil.
func nilCtx(f *tree.File, ev *detect.NilCtx) error {
	if r := ev.Rename; r != nil {
		if err := f.NameParam(r.List, r.Field, r.Blank, r.Name); err != nil {
			return err
		}
	}
	with, err := tree.Expr(ev.With)
	if err != nil {
		return err
	}
	if err := f.Replace(ev.Nil, with); err != nil {
		return err
	}
	if ev.Import == nil {
		return nil
	}
	return f.Import(ev.Import.Path, ev.Import.Name)
}
