package rewrite

import (
	"github.com/dave/dst"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/rewrite/tree"
)

// shortLived hands a goroutine the detached context.
func shortLived(f *tree.File, ev *detect.ShortLived) error {
	for _, add := range ev.Imports {
		if err := f.Import(add.Path, add.Name); err != nil {
			return err
		}
	}
	with, err := tree.Expr(ev.With)
	if err != nil {
		return err
	}
	if ev.Arg != nil {
		return f.Replace(ev.Arg, with)
	}
	for _, asked := range ev.Asked {
		if err := f.Replace(asked, dst.NewIdent(ev.Name)); err != nil {
			return err
		}
	}
	typ, err := tree.Expr(ev.Type)
	if err != nil {
		return err
	}
	if err := f.AddParam(ev.Lit.Type, 0, ev.Name, typ); err != nil {
		return err
	}
	return f.AddArg(ev.Call, 0, with)
}
