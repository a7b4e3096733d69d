package rewrite

import (
	"go/token"

	"github.com/dave/dst"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/rewrite/tree"
)

// lostCancel keeps the cancel function of a context, and calls it.
func lostCancel(f *tree.File, ev *detect.LostCancel) error {
	for _, unused := range ev.Unused {
		if err := f.Delete(unused); err != nil {
			return err
		}
	}
	if ev.With != "" {
		with, err := tree.Stmts(ev.With)
		if err != nil {
			return err
		}
		return f.ReplaceStmt(ev.Stmt, with...)
	}
	if err := nameCancel(f, ev); err != nil {
		return err
	}
	call, err := tree.Stmts(ev.Call)
	if err != nil {
		return err
	}
	return f.InsertAfter(ev.After, call...)
}

// nameCancel gives the cancel function its name.
func nameCancel(f *tree.File, ev *detect.LostCancel) error {
	if ev.Blank == nil {
		return nil
	}
	if ev.Define {
		assign, err := tree.At[*dst.AssignStmt](f, ev.Stmt)
		if err != nil {
			return err
		}
		assign.Tok = token.DEFINE
	}
	if err := f.Replace(ev.Blank, dst.NewIdent(ev.Name)); err != nil {
		return err
	}
	if ev.Declare == "" {
		return nil
	}
	declare, err := tree.Stmts(ev.Declare)
	if err != nil {
		return err
	}
	for _, add := range ev.Imports {
		if err := f.Import(add.Path, add.Name); err != nil {
			return err
		}
	}
	return f.InsertBefore(ev.Stmt, declare...)
}
