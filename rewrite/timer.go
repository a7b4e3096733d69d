package rewrite

import (
	"fmt"
	"go/token"
	"slices"

	"github.com/dave/dst"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/rewrite/tree"
)

// timer binds a timer or ticker to its context.
func timer(f *tree.File, ev *detect.Timer) error {
	switch {
	case ev.Loop != nil:
		return tickLoop(f, ev.Loop)
	case ev.Stop != nil:
		return tickerStop(f, ev.Stop)
	default:
		return afterStop(f, ev.After)
	}
}

// tickLoop makes a loop over ticks an endless one that begins with a select.
func tickLoop(f *tree.File, ev *detect.TickLoop) error {
	if err := name(f, ev.Context); err != nil {
		return err
	}
	if err := addImports(f, ev.Imports); err != nil {
		return err
	}
	loop, err := tree.At[*dst.RangeStmt](f, ev.Range)
	if err != nil {
		return err
	}
	ticks, before, err := tickSource(ev, dst.Clone(loop.X).(dst.Expr))
	if err != nil {
		return err
	}
	if len(before) > 0 {
		if err := f.InsertBefore(ev.Range, before...); err != nil {
			return err
		}
	}
	if ev.Never != nil {
		if err := f.Delete(ev.Never); err != nil {
			return err
		}
	}
	done, err := doneClause(f, ev.Context, ev.Exit)
	if err != nil {
		return err
	}
	head, err := tickSelect(ev, loop.Key, ticks, done)
	if err != nil {
		return err
	}
	if len(loop.Body.List) > 0 {
		first := loop.Body.List[0].Decorations()
		first.Before = max(first.Before, dst.NewLine)
	}
	endless := &dst.ForStmt{Body: loop.Body}
	endless.Body.List = append(head, loop.Body.List...)
	return f.Replace(ev.Range, endless)
}

// tickSource returns what the select receives from, and the statements that
// make it before the loop.
func tickSource(ev *detect.TickLoop, x dst.Expr) (ticks dst.Expr, before []dst.Stmt, err error) {
	switch {
	case ev.Tick != "":
		before, err = tree.Stmts(ev.Tick + " := nil")
		if err == nil {
			before[0].(*dst.AssignStmt).Rhs[0] = x
		}
		return dst.NewIdent(ev.Tick), before, err
	case ev.Ticker != "":
		before, err = newTicker(ev.Ticker, ev.New, x)
		return &dst.SelectorExpr{X: dst.NewIdent(ev.Ticker), Sel: dst.NewIdent("C")}, before, err
	}
	return x, nil, nil
}

// newTicker makes a ticker of the duration of a time.Tick call, and its
// deferred stop.
func newTicker(name, new string, tick dst.Expr) ([]dst.Stmt, error) {
	list, err := tree.Stmts(name + " := " + new + "(nil)\ndefer " + name + ".Stop()")
	if err != nil {
		return nil, err
	}
	call, ok := tick.(*dst.CallExpr)
	if !ok {
		return nil, fmt.Errorf("%T is no call of time.Tick", tick)
	}
	list[0].(*dst.AssignStmt).Rhs[0].(*dst.CallExpr).Args = call.Args
	return list, nil
}

// tickSelect makes the statements that a turn begins with: the loop's
// variable, and a select on the ticks and the context's Done.
func tickSelect(ev *detect.TickLoop, key, ticks dst.Expr, done *dst.CommClause) (head []dst.Stmt, err error) {
	receive := &dst.UnaryExpr{Op: token.ARROW, X: ticks}
	var comm dst.Stmt = &dst.ExprStmt{X: receive}
	if id, ok := key.(*dst.Ident); key != nil && !(ok && id.Name == "_") {
		comm = &dst.AssignStmt{Lhs: []dst.Expr{key}, Tok: token.ASSIGN, Rhs: []dst.Expr{receive}}
	}
	clause := &dst.CommClause{Comm: comm}
	clause.Decs.Before, done.Decs.Before = dst.NewLine, dst.NewLine
	cases := []dst.Stmt{clause, done}
	if ev.First {
		slices.Reverse(cases)
	}
	if ev.Declare != "" {
		if head, err = tree.Stmts(ev.Declare); err != nil {
			return nil, err
		}
	}
	sel := &dst.SelectStmt{Body: &dst.BlockStmt{List: cases}}
	sel.Decs.Before, sel.Decs.After = dst.NewLine, dst.NewLine
	return append(head, sel), nil
}

// tickerStop defers the stop of a ticker.
func tickerStop(f *tree.File, ev *detect.TickerStop) error {
	if ev.Tick == nil {
		stop, err := tree.Stmts("defer " + ev.Var + ".Stop()")
		if err != nil {
			return err
		}
		return f.InsertAfter(ev.Assign, stop...)
	}
	tick, err := tree.At[dst.Expr](f, ev.Tick)
	if err != nil {
		return err
	}
	before, err := newTicker(ev.Var, ev.New, dst.Clone(tick).(dst.Expr))
	if err != nil {
		return err
	}
	if err := f.InsertBefore(ev.Assign, before...); err != nil {
		return err
	}
	ticks := &dst.SelectorExpr{X: dst.NewIdent(ev.Var), Sel: dst.NewIdent("C")}
	return f.Replace(ev.Tick, ticks)
}

// afterStop keeps the timer of a time.AfterFunc and has the context stop it.
func afterStop(f *tree.File, ev *detect.AfterStop) error {
	if err := name(f, ev.Context); err != nil {
		return err
	}
	if err := addImports(f, ev.Imports); err != nil {
		return err
	}
	stmt, err := tree.At[*dst.ExprStmt](f, ev.Stmt)
	if err != nil {
		return err
	}
	stop, err := tree.Stmts(ev.AfterFunc + "(" + ev.Context.Expr + ", func() { " + ev.Timer + ".Stop() })")
	if err != nil {
		return err
	}
	assign := &dst.AssignStmt{Lhs: []dst.Expr{dst.NewIdent(ev.Timer)}, Tok: token.DEFINE, Rhs: []dst.Expr{stmt.X}}
	if err := f.InsertAfter(ev.Stmt, stop...); err != nil {
		return err
	}
	return f.ReplaceStmt(ev.Stmt, assign)
}
