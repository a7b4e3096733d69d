package rewrite

import (
	"go/ast"
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
	switch {
	case exit.Group != nil:
		if err := groupGo(f, exit); err != nil {
			return err
		}
	case exit.Defer != nil:
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

// groupGo starts the goroutine with the Go of its WaitGroup, which does what
// Add and Done did.
func groupGo(f *tree.File, exit flow.Exit) error {
	g := exit.Group
	lit, err := tree.At[*dst.FuncLit](f, g.Go.Call.Fun)
	if err != nil {
		return err
	}
	group, err := tree.At[dst.Expr](f, g.Group)
	if err != nil {
		return err
	}
	group = dst.Clone(group).(dst.Expr)
	for _, stmt := range []ast.Stmt{exit.Defer, g.Add} {
		if err := f.Delete(stmt); err != nil {
			return err
		}
	}
	start := &dst.CallExpr{Fun: &dst.SelectorExpr{X: group, Sel: dst.NewIdent("Go")}, Args: []dst.Expr{lit}}
	return f.Replace(g.Go, &dst.ExprStmt{X: start})
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
