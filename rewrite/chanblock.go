package rewrite

import (
	"go/token"

	"github.com/dave/dst"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/rewrite/tree"
)

// chanBlock makes a send or receive a case of a select on the context's Done.
func chanBlock(f *tree.File, ev *detect.ChanBlock) error {
	if err := nameContext(f, ev.Context); err != nil {
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
	clause := &dst.CommClause{}
	if form.Bind != "" {
		recv, err := tree.At[dst.Expr](f, form.Receive)
		if err != nil {
			return err
		}
		if err := f.Replace(form.Receive, dst.NewIdent(form.Bind)); err != nil {
			return err
		}
		*recv.Decorations() = dst.NodeDecs{}
		clause.Comm = &dst.AssignStmt{Lhs: []dst.Expr{dst.NewIdent(form.Bind)}, Tok: token.DEFINE, Rhs: []dst.Expr{recv}}
	}
	stmt, err := tree.At[dst.Stmt](f, ev.Stmt)
	if err != nil {
		return err
	}
	if form.Bind != "" {
		clause.Body = []dst.Stmt{stmt}
	} else {
		clause.Comm = stmt
	}
	var before []dst.Stmt
	for _, src := range form.Declare {
		decl, err := tree.Stmts(src)
		if err != nil {
			return err
		}
		before = append(before, decl...)
	}
	if define, ok := stmt.(*dst.AssignStmt); ok && len(before) > 0 {
		define.Tok = token.ASSIGN
	}
	done, err := doneClause(f, ev.Context, ev.Exit)
	if err != nil {
		return err
	}
	return caseOrDone(f, ev.Stmt, clause, done, ev.First, before)
}
