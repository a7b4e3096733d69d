package rewrite

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"

	"github.com/dave/dst"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/rewrite/tree"
)

// name gives the parameter that ctx is asked from the name it needs.
func name(f *tree.File, ctx flow.Context) error {
	r := ctx.Rename
	if r == nil {
		return nil
	}
	return f.NameParam(r.List, r.Field, r.Blank, r.Name)
}

// doneClause makes the case on the Done of ctx, and prepares the way out.
func doneClause(f *tree.File, ctx flow.Context, exit flow.Exit) (*dst.CommClause, error) {
	if err := leave(f, exit); err != nil {
		return nil, err
	}
	return tree.Clause("case <-" + ctx.Expr + ".Done():\n" + strings.Join(exit.Stmts, "\n"))
}

// An orDone says what becomes of a statement that waits.
type orDone struct {
	At      ast.Stmt   // it is replaced
	Before  []dst.Stmt // by these,
	Comm    dst.Stmt   // and a select of this communication
	Body    []dst.Stmt // with what follows it in its case,
	Context flow.Context
	Exit    flow.Exit
	First   bool // the Done case goes first
}

// waitOrDone puts a select on a communication and the context's Done in the
// place of a statement.
func waitOrDone(f *tree.File, w orDone) error {
	done, err := doneClause(f, w.Context, w.Exit)
	if err != nil {
		return err
	}
	clause := &dst.CommClause{Comm: w.Comm, Body: w.Body}
	clause.Decs.Before, done.Decs.Before = dst.NewLine, dst.NewLine
	cases := []dst.Stmt{clause, done}
	if w.First {
		slices.Reverse(cases)
	}
	sel := &dst.SelectStmt{Body: &dst.BlockStmt{List: cases}}
	if err := f.ReplaceStmt(w.At, append(slices.Clone(w.Before), sel)...); err != nil {
		return err
	}
	clause.Decs.Colon = tree.TakeTrailing(sel) // it speaks of the wait
	return nil
}

// release gives who sends to a function that may leave room, or a way out.
func release(f *tree.File, r flow.Release) error {
	for _, call := range r.Buffer {
		one := &dst.BasicLit{Kind: token.INT, Value: "1"}
		if len(call.Args) == 1 {
			if err := f.AddArg(call, 1, one); err != nil {
				return err
			}
		} else if err := f.Replace(call.Args[1], one); err != nil {
			return err
		}
	}
	for _, s := range r.Sends {
		send, err := tree.At[*dst.SendStmt](f, s.Send)
		if err != nil {
			return err
		}
		if err := waitOrDone(f, orDone{At: s.Send, Comm: send, Context: s.Context, Exit: s.Exit}); err != nil {
			return err
		}
	}
	return nil
}
