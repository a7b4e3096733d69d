package flow

import (
	"go/ast"
	"slices"
	"strings"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// RightToWait says why the wait need not hear the context, with the region
// that makes it so, if it is one; "" if it should.
func (w *Wait) RightToWait() (Region, string) {
	region := w.p.Region(w.stmt)
	switch region {
	case RegionDead, RegionDeferred, RegionShared, RegionProgram, RegionAfterServe, RegionSaid:
		return region, region.Reason()
	case RegionStarter:
		// The start itself may well be given up; what it launches may not.
		if w.p.Launched(w.stmt) {
			return region, region.Reason()
		}
	}
	for _, ask := range []func() string{w.neverDone, w.maybeDone, w.fedUnderContext, w.fedByCopy, w.watchedElsewhere, w.polledInLoop} {
		if why := ask(); why != "" {
			return NoRegion, why
		}
	}
	return NoRegion, ""
}

func (w *Wait) neverDone() string {
	if w.ctx.NoDone {
		return "the context may be one that is never done"
	}
	return ""
}

// maybeDone says that on some way to the select its context was seen done: it
// waits for the end of a shutdown.
func (w *Wait) maybeDone() string {
	done, comesTo := false, w.p.Reachable
	if _, turns := w.stmt.(*ast.RangeStmt); turns {
		comesTo = w.p.Reaches // it waits on every turn
	}
	ast.Inspect(w.fn.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CommClause:
			ch, _ := Comm(n)
			if done || contains(n, w.stmt) || !w.doneOfBound(ch) {
				return !done
			}
			var from ast.Node = n.Comm
			if len(n.Body) > 0 {
				from = n.Body[len(n.Body)-1]
			}
			done = comesTo(from, w.stmt)
		}
		return !done
	})
	if done {
		return "on a way to it the context is done already"
	}
	return ""
}

// doneOfBound reports whether ch is the Done of a context of the function.
func (w *Wait) doneOfBound(ch ast.Expr) bool {
	ctx := w.p.DoneOf(ch)
	return ctx != nil && w.mentions(w.bound, ctx, false)
}

// fedUnderContext says whether everything received comes from goroutines,
// launched here, or from calls that use this context.
func (w *Wait) fedUnderContext() string {
	fed := false
	for _, c := range w.Cases {
		if !c.Sends && c.Channel.Ticks() {
			continue
		}
		if c.Sends || !w.fedBound(c) {
			return ""
		}
		fed = true
	}
	if !fed {
		return ""
	}
	return "what it waits for is fed under the same context, and ends with it"
}

func (w *Wait) fedBound(c WaitCase) bool {
	if w.fromBound(c.Chan) {
		return true
	}
	ch := c.Channel
	if ch.Kind != LocalChannel {
		return false
	}
	feeds := 0
	for _, src := range ch.Sources {
		if !w.mentions(w.bound, src, false) {
			return false
		}
		feeds++
	}
	for _, ops := range [][]ChannelOp{ch.Sends, ch.Closes} {
		for _, op := range ops {
			if op.Launch == nil || !w.mentions(w.bound, op.Launch, true) {
				return false
			}
			feeds++
		}
	}
	for _, e := range ch.Escapes {
		if e.Call == nil || !w.mentions(w.bound, e.Call, true) && (e.Launch == nil || !w.mentions(w.bound, e.Launch, true)) {
			return false
		}
		feeds++
	}
	return feeds > 0
}

// fedByCopy says whether a goroutine behind a case copies between streams:
// it ends when one of them is closed.
func (w *Wait) fedByCopy() string {
	for _, lit := range w.feederLiterals() {
		copies := false
		ast.Inspect(lit, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				copies = copies || typed.IsFunc(typed.Callee(w.p.Info, call), "io", "Copy", "CopyBuffer", "CopyN")
			}
			return !copies
		})
		if copies {
			return "it waits for a copy between streams, which ends when they are closed"
		}
	}
	return ""
}

// feederLiterals returns the literals of goroutines that send on, or close, a
// channel the select receives from.
func (w *Wait) feederLiterals() []*ast.FuncLit {
	var lits []*ast.FuncLit
	for _, c := range w.Cases {
		if c.Sends || c.Channel.Kind != LocalChannel {
			continue
		}
		for _, ops := range [][]ChannelOp{c.Channel.Sends, c.Channel.Closes} {
			for _, op := range ops {
				if lit := w.outermostLiteral(op); lit != nil {
					lits = append(lits, lit)
				}
			}
		}
	}
	return lits
}

// outermostLiteral returns the outermost literal around a launched operation
// that the select does not stand in.
func (w *Wait) outermostLiteral(op ChannelOp) (lit *ast.FuncLit) {
	if op.Launch == nil {
		return nil
	}
	for f := w.p.FuncOf(op.Func); !contains(f.Node, w.stmt); f = f.Outer {
		lit, _ = f.Node.(*ast.FuncLit)
	}
	return lit
}

// watchedElsewhere says whether another goroutine of the function waits for
// the context and then does something: closes the connection read from.
func (w *Wait) watchedElsewhere() string {
	const why = "another goroutine here acts when the context is done"
	fn := w.fn.Outermost().Node
	all := w.p.indexOf(w.p.top(fn))
	if slices.ContainsFunc(inside(all.literals, fn), func(lit *ast.FuncLit) bool {
		return !contains(lit, w.stmt) && w.p.LaunchOf(lit) != nil && w.watches(lit.Body)
	}) || slices.ContainsFunc(inside(all.calls, fn), func(call *ast.CallExpr) bool {
		return len(call.Args) > 0 && w.isWatcher(call) && w.mentions(w.bound, call.Args[0], false)
	}) {
		return why
	}
	return ""
}

// isWatcher reports whether call hands its first argument to a function that
// acts when it is done: context.AfterFunc, or as a statement w.Watch(ctx),
// go watchCancel(ctx, conn).
func (w *Wait) isWatcher(call *ast.CallExpr) bool {
	if typed.IsFunc(typed.Callee(w.p.Info, call), "context", "AfterFunc") {
		return true
	}
	switch w.p.Parent(call).(type) {
	case *ast.ExprStmt, *ast.GoStmt:
		return strings.HasPrefix(strings.ToLower(typed.CalleeName(call)), "watch")
	}
	return false
}

// watches reports whether the body waits for a bound context by a statement
// of its own, or in a case that goes on to call a method.
func (w *Wait) watches(body *ast.BlockStmt) bool {
	found := false
	ast.Inspect(body, func(n ast.Node) bool {
		u, ok := n.(*ast.UnaryExpr) // a receive: nothing else is done with a Done
		if !ok || !w.doneOfBound(u.X) {
			return !found
		}
		stmt := w.p.Parent(u)
		clause, ok := w.p.Parent(stmt).(*ast.CommClause)
		found = !ok || ast.Node(clause.Comm) != stmt || w.callsMethod(clause.Body) || w.callsMethod(w.p.following(clause))
		return !found
	})
	return found
}

// following returns the statements behind the select of a case.
func (p *Package) following(clause *ast.CommClause) []ast.Stmt {
	stmt := p.Parent(p.Parent(clause)).(ast.Stmt)
	if label, ok := p.Parent(stmt).(*ast.LabeledStmt); ok {
		stmt = label
	}
	block, ok := p.Parent(stmt).(*ast.BlockStmt)
	if !ok {
		return nil
	}
	return block.List[slices.Index(block.List, stmt)+1:]
}

func (w *Wait) callsMethod(body []ast.Stmt) bool {
	found := false
	for _, stmt := range body {
		if _, ok := stmt.(*ast.ReturnStmt); ok {
			continue
		}
		ast.Inspect(stmt, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				fn := typed.Callee(w.p.Info, call)
				found = found || fn != nil && fn.Signature().Recv() != nil && fn.Name() != "Err" && fn.Name() != "Done"
			}
			return !found
		})
	}
	return found
}

// polledInLoop says whether the loop around the select looks at the context
// and a timer bounds each wait.
func (w *Wait) polledInLoop() string {
	ticks := false
	for _, c := range w.Cases {
		ticks = ticks || !c.Sends && c.Channel.Ticks()
	}
	loop := w.loop()
	if !ticks || loop == nil {
		return ""
	}
	looks := false
	ast.Inspect(loop, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.SelectStmt:
			if w.p.sleeps(n) {
				return false
			}
		case *ast.CallExpr:
			sel, ok := n.Fun.(*ast.SelectorExpr)
			looks = looks || ok && (sel.Sel.Name == "Err" || sel.Sel.Name == "Done") &&
				typed.IsContext(w.p.Info.TypeOf(sel.X)) && w.mentions(w.bound, sel.X, false)
		}
		return !looks
	})
	if looks {
		return "the loop looks at the context between waits that a timer bounds"
	}
	return ""
}

// loop returns the innermost loop of the function that the select stands in.
func (w *Wait) loop() ast.Stmt {
	for n := w.p.Parent(w.stmt); n != w.fn.Node; n = w.p.Parent(n) {
		switch n := n.(type) {
		case *ast.ForStmt:
			return n
		case *ast.RangeStmt:
			return n
		}
	}
	return nil
}
