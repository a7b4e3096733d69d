package rewrite

import (
	"slices"
	"strings"

	"github.com/dave/dst"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/rewrite/tree"
)

// sleep makes a sleep end with its context.
func sleep(f *tree.File, ev *detect.Sleep) error {
	if err := name(f, ev.Context); err != nil {
		return err
	}
	if ev.Sleeper != "" {
		return callSleeper(f, ev)
	}
	if ev.Duration == nil {
		stmt, err := tree.At[*dst.ExprStmt](f, ev.Stmt)
		if err != nil {
			return err
		}
		return waitOrDone(f, orDone{At: ev.Stmt, Comm: stmt, Context: ev.Context, Exit: ev.Exit, First: ev.First})
	}
	d, err := duration(f, ev)
	if err != nil {
		return err
	}
	if ev.Timer == "" {
		return waitOrDone(f, orDone{At: ev.Stmt, Comm: receiveFrom(ev.After, d), Context: ev.Context, Exit: ev.Exit, First: ev.First})
	}
	start, err := tree.Stmts(ev.Timer + " := " + ev.NewTimer + "(nil)")
	if err != nil {
		return err
	}
	start[0].(*dst.AssignStmt).Rhs[0].(*dst.CallExpr).Args[0] = d
	fires, err := tree.Stmts("<-" + ev.Timer + ".C")
	if err != nil {
		return err
	}
	exit := ev.Exit
	exit.Stmts = append([]string{ev.Timer + ".Stop()"}, exit.Stmts...)
	return waitOrDone(f, orDone{At: ev.Stmt, Before: start, Comm: fires[0], Context: ev.Context, Exit: exit, First: ev.First})
}

// duration returns what is slept for, with a comment before it.
func duration(f *tree.File, ev *detect.Sleep) (dst.Expr, error) {
	d, err := tree.At[dst.Expr](f, ev.Duration)
	if err != nil {
		return nil, err
	}
	call, err := tree.At[*dst.CallExpr](f, ev.Call)
	if err != nil {
		return nil, err
	}
	d.Decorations().Start.Prepend(call.Decs.Lparen...)
	call.Decs.Lparen = nil
	return d, nil
}

// receiveFrom makes the statement <-after(d).
func receiveFrom(after string, d dst.Expr) dst.Stmt {
	list, err := tree.Stmts("<-" + after + "(nil)")
	if err != nil {
		panic(err) // after is a name
	}
	list[0].(*dst.ExprStmt).X.(*dst.UnaryExpr).X.(*dst.CallExpr).Args[0] = d
	return list[0]
}

// callSleeper makes `if err := sleepContext(ctx, d); err != nil { return err }`.
func callSleeper(f *tree.File, ev *detect.Sleep) error {
	d, err := duration(f, ev)
	if err != nil {
		return err
	}
	if err := leave(f, ev.Exit); err != nil {
		return err
	}
	call := ev.Sleeper + "(" + ev.Context.Expr + ", nil)"
	stmts := slices.Clone(ev.Exit.Stmts)
	var head string
	switch ev.Test {
	case flow.ByTrue:
		head = "if " + call
	case flow.ByFalse:
		head = "if !" + call
	default:
		last := &stmts[len(stmts)-1]
		head = "if err := " + call + "; err != nil"
		if ev.Exit.Err != "" {
			*last = strings.TrimSuffix(*last, ev.Exit.Err) + "err"
		} else if *last != "return" {
			head = "if " + call + " != nil" // what it says goes no further
		}
	}
	list, err := tree.Stmts(head + " {\n" + strings.Join(stmts, "\n") + "\n}")
	if err != nil {
		return err
	}
	dst.Inspect(list[0], func(n dst.Node) bool {
		if c, ok := n.(*dst.CallExpr); ok && d != nil {
			c.Args[1], d = d, nil
			return false
		}
		return d != nil
	})
	if err := f.ReplaceStmt(ev.Stmt, list[0]); err != nil {
		return err
	}
	list[0].(*dst.IfStmt).Body.Decs.Lbrace = tree.TakeTrailing(list[0])
	return nil
}
