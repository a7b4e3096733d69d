package rewrite

import (
	"strings"

	"github.com/dave/dst"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/rewrite/tree"
)

// leave prepares the function for an early exit: imports, a defer in place
// of a last close, a label on the loop that is left.
func leave(f *tree.File, exit flow.Exit) error {
	if err := addImports(f, exit.Imports); err != nil {
		return err
	}
	if exit.Defer != nil {
		if err := deferFirst(f, exit); err != nil {
			return err
		}
	}
	if exit.Break != nil {
		return breakOut(f, exit.Break)
	}
	return nil
}

// addImports adds the imports that a fix needs.
func addImports(f *tree.File, imports []flow.Import) error {
	for _, add := range imports {
		if err := f.Import(add.Path, add.Name); err != nil {
			return err
		}
	}
	return nil
}

// deferFirst moves the last statement of the body to a defer at its top.
func deferFirst(f *tree.File, exit flow.Exit) error {
	last, err := tree.At[*dst.ExprStmt](f, exit.Defer)
	if err != nil {
		return err
	}
	first := &dst.DeferStmt{Call: dst.Clone(last.X).(*dst.CallExpr)}
	if err := f.Delete(exit.Defer); err != nil {
		return err
	}
	return f.Prepend(exit.Body, first)
}

// breakOut labels the loop and adds what follows the wait behind it.
func breakOut(f *tree.File, b *flow.Break) error {
	if len(b.After) > 0 {
		after, err := tree.Stmts(strings.Join(b.After, "\n"))
		if err != nil {
			return err
		}
		if err := f.InsertAfter(b.Join, after...); err != nil {
			return err
		}
	}
	if !b.New {
		return nil
	}
	loop, err := tree.At[dst.Stmt](f, b.Loop)
	if err != nil {
		return err
	}
	labeled := &dst.LabeledStmt{Label: dst.NewIdent(b.Label), Stmt: loop}
	return f.Replace(b.Loop, labeled)
}
