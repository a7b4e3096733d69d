package rewrite

import (
	"strings"

	"github.com/dave/dst"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/rewrite/tree"
)

// doneClause makes the case on the Done of ctx, and prepares the way out.
func doneClause(f *tree.File, ctx flow.Context, exit flow.Exit) (*dst.CommClause, error) {
	if err := leave(f, exit); err != nil {
		return nil, err
	}
	return tree.Clause("case <-" + ctx.Expr + ".Done():\n" + strings.Join(exit.Stmts, "\n"))
}

// sendOrDone makes a send the first case of a select on the context's Done.
func sendOrDone(f *tree.File, s flow.SendExit) error {
	send, err := tree.At[*dst.SendStmt](f, s.Send)
	if err != nil {
		return err
	}
	done, err := doneClause(f, s.Context, s.Exit)
	if err != nil {
		return err
	}
	first := &dst.CommClause{Comm: send}
	first.Decs.Before, done.Decs.Before = dst.NewLine, dst.NewLine
	sel := &dst.SelectStmt{Body: &dst.BlockStmt{List: []dst.Stmt{first, done}}}
	if err := f.Replace(s.Send, sel); err != nil {
		return err
	}
	// The comment behind the send speaks of the send.
	if end := sel.Decs.End; len(end) > 0 && strings.HasPrefix(end[0], "//") {
		first.Decs.Colon, sel.Decs.End = end[:1:1], end[1:]
	}
	return nil
}
