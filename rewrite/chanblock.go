package rewrite

import (
	"go/token"

	"github.com/dave/dst"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/rewrite/tree"
)

// chanBlock makes a send or receive a case of a select on the context's Done.
func chanBlock(f *tree.File, ev *detect.ChanBlock) error {
	if err := name(f, ev.Context); err != nil {
		return err
	}
	if err := release(f, ev.Release); err != nil {
		return err
	}
	form := ev.Form
	for _, add := range form.Imports {
		if err := f.Import(add.Path, add.Name); err != nil {
			return err
		}
	}
	wait := orDone{At: ev.Stmt, Context: ev.Context, Exit: ev.Exit, First: ev.First}
	if form.Bind != "" {
		recv, err := tree.At[dst.Expr](f, form.Receive)
		if err != nil {
			return err
		}
		if err := f.Replace(form.Receive, dst.NewIdent(form.Bind)); err != nil {
			return err
		}
		*recv.Decorations() = dst.NodeDecs{}
		wait.Comm = &dst.AssignStmt{Lhs: []dst.Expr{dst.NewIdent(form.Bind)}, Tok: token.DEFINE, Rhs: []dst.Expr{recv}}
	}
	stmt, err := tree.At[dst.Stmt](f, ev.Stmt)
	if err != nil {
		return err
	}
	if form.Bind != "" {
		wait.Body = []dst.Stmt{stmt}
	} else {
		wait.Comm = stmt
	}
	for _, src := range form.Declare {
		decl, err := tree.Stmts(src)
		if err != nil {
			return err
		}
		wait.Before = append(wait.Before, decl...)
	}
	if define, ok := stmt.(*dst.AssignStmt); ok && len(wait.Before) > 0 {
		define.Tok = token.ASSIGN
	}
	return waitOrDone(f, wait)
}
