package rewrite

import (
	"go/token"

	"github.com/dave/dst"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/rewrite/tree"
)

// fatCtx makes the assignment of the context a declaration.
func fatCtx(f *tree.File, ev *detect.FatCtx) error {
	assign, err := tree.At[*dst.AssignStmt](f, ev.Assign)
	if err != nil {
		return err
	}
	assign.Tok = token.DEFINE
	return nil
}
