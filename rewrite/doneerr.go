package rewrite

import (
	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/rewrite/tree"
)

// doneErr returns the error of the context in place of a nil one.
func doneErr(f *tree.File, ev *detect.DoneErr) error {
	err, bad := tree.Expr(ev.Err)
	if bad != nil {
		return bad
	}
	return f.Replace(ev.Result, err)
}
