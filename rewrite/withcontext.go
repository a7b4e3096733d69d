package rewrite

import (
	"go/token"

	"github.com/dave/dst"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/rewrite/tree"
)

// withContext keeps a derived context, or the request that carries it.
func withContext(f *tree.File, ev *detect.WithContext) error {
	if ev.Kept != nil {
		if err := keepValue(f, ev); err != nil {
			return err
		}
	}
	for _, u := range ev.Uses {
		with, err := tree.Expr(u.New)
		if err != nil {
			return err
		}
		if err := f.Replace(u.Old, with); err != nil {
			return err
		}
	}
	if ev.Before == nil {
		return nil
	}
	stmts, err := tree.Stmts(ev.Insert)
	if err != nil {
		return err
	}
	return f.InsertBefore(ev.Before, stmts...)
}

// keepValue assigns what a statement makes, or hands it to a method.
func keepValue(f *tree.File, ev *detect.WithContext) error {
	stmt, err := tree.At[*dst.ExprStmt](f, ev.Kept)
	if err != nil {
		return err
	}
	if ev.By != "" {
		by, err := tree.Expr(ev.By)
		if err != nil {
			return err
		}
		return f.Replace(ev.Kept, &dst.ExprStmt{X: &dst.CallExpr{Fun: by, Args: []dst.Expr{stmt.X}}})
	}
	in, err := tree.Expr(ev.In)
	if err != nil {
		return err
	}
	return f.Replace(ev.Kept, &dst.AssignStmt{Lhs: []dst.Expr{in}, Tok: token.ASSIGN, Rhs: []dst.Expr{stmt.X}})
}
