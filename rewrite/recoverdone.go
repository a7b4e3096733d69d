package rewrite

import (
	"go/ast"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/rewrite/tree"
)

// recoverDone reports the end of the context where a panic is recovered from.
func recoverDone(f *tree.File, ev *detect.RecoverDone) error {
	set, err := tree.Stmts("if " + ev.Err + " == nil {\n" + ev.Err + " = " + ev.Done + "\n}")
	if err != nil {
		return err
	}
	list := ev.Block.List
	if len(list) == 0 {
		return f.Prepend(ev.Block, set...)
	}
	last := list[len(list)-1]
	if _, returns := last.(*ast.ReturnStmt); returns {
		return f.InsertBefore(last, set...)
	}
	return f.InsertAfter(last, set...)
}
