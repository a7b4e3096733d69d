package rewrite

import (
	"github.com/dave/dst"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/rewrite/tree"
)

// ctxKey gives a context key a type of its own: in the file that declares the
// type, and wherever the key is written or read.
func ctxKey(f *tree.File, ev *detect.CtxKey) error {
	if ev.Const != nil && f.Holds(ev.Const) {
		spec, err := tree.At[*dst.ValueSpec](f, ev.Const)
		if err != nil {
			return err
		}
		spec.Type = dst.NewIdent(ev.Type)
	}
	for _, use := range ev.Uses {
		if !f.Holds(use.Key) {
			continue
		}
		if err := convertKey(f, use); err != nil {
			return err
		}
	}
	if ev.Before != nil && f.Holds(ev.Before) {
		return f.Declare(ev.Before, ev.Declare)
	}
	return nil
}

func convertKey(f *tree.File, use detect.ConvertedKey) error {
	if use.Import != nil {
		if err := f.Import(use.Import.Path, use.Import.Name); err != nil {
			return err
		}
	}
	typ, err := tree.Expr(use.Type)
	if err != nil {
		return err
	}
	return f.Wrap(use.Key, func(key dst.Expr) dst.Expr {
		return &dst.CallExpr{Fun: typ, Args: []dst.Expr{key}}
	})
}
