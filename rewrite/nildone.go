package rewrite

import (
	"github.com/dave/dst"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/rewrite/tree"
)

// nilDone makes x.Done() the accessor's call on x.
func nilDone(f *tree.File, ev *detect.NilDone) error {
	accessor, err := tree.Expr(ev.Accessor)
	if err != nil {
		return err
	}
	x, err := tree.At[dst.Expr](f, ev.Context)
	if err != nil {
		return err
	}
	if err := f.Replace(ev.Call, &dst.CallExpr{Fun: accessor, Args: []dst.Expr{x}}); err != nil {
		return err
	}
	if ev.Import == nil {
		return nil
	}
	return f.Import(ev.Import.Path, ev.Import.Name)
}
