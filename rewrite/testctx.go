package rewrite

import (
	"github.com/dave/dst"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/rewrite/tree"
)

// testCtx puts the test's own context in the place of a fresh root, and
// in that of a context that only the end of the test cancels.
func testCtx(f *tree.File, ev *detect.TestCtx) error {
	if r := ev.Rename; r != nil {
		if err := f.NameParam(r.List, r.Field, r.Blank, r.Name); err != nil {
			return err
		}
	}
	with, err := tree.Expr(ev.With)
	if err != nil {
		return err
	}
	if ev.Assign == nil {
		return f.Replace(ev.Root, with)
	}
	if err := f.Replace(ev.Assign.Rhs[0], with); err != nil {
		return err
	}
	assign, err := tree.At[*dst.AssignStmt](f, ev.Assign)
	if err != nil {
		return err
	}
	assign.Lhs = assign.Lhs[:1]
	return f.Delete(ev.Cancel)
}
