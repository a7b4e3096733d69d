package flow

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// Receivers says what becomes of those who receive what is sent here, once
// the sender has left by exit: why one would wait for ever or take nothing for
// a value (refuse), why one may (doubt), or nothing.
func (w *Wait) Receivers(exit Exit) (refuse, doubt string) {
	c := w.Cases[0].Channel
	if c.Kind != LocalChannel || w.Acquires() {
		return "", "" // a doubt about the case, or nobody waits for it
	}
	closed := w.closedAfter(c, exit)
	for _, op := range c.Receives {
		if op.Func == w.fn.Node || w.hears(op) {
			continue
		}
		_, ranges := op.Node.(*ast.RangeStmt)
		switch {
		case w.p.CanLeave(op):
			doubt = c.Name + " is received from without a look at the context: the receiver would go on waiting"
		case !closed && ranges:
			return c.Name + " is received from until it is closed, which nobody would do", ""
		case !closed || !ranges && !w.p.asksOK(op.Node):
			return c.Name + " is received from without a look at the context: one value is owed", ""
		}
	}
	for _, e := range c.Escapes {
		if w.leavesAlready() {
			break // whoever holds it must reckon with that
		}
		if why := w.escapeDoubt(c, e, closed); why != "" {
			doubt = why
		}
	}
	if doubt == "" {
		doubt = w.tooEarly(c)
	}
	if owner := w.owned(c.Elem); owner != "" && doubt == "" {
		doubt = c.Name + " carries " + owner + ", which nobody would close"
	}
	return "", doubt
}

// leavesAlready reports whether the function returns elsewhere because the
// context is done.
func (w *Wait) leavesAlready() bool {
	leaves := false
	ast.Inspect(w.fn.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.CommClause:
			if ch, _ := Comm(n); len(n.Body) > 0 && w.doneOfBound(ch) {
				_, returns := n.Body[len(n.Body)-1].(*ast.ReturnStmt)
				leaves = leaves || returns
			}
		}
		return !leaves
	})
	return leaves
}

// escapeDoubt says who may be left waiting behind an escape of the channel.
func (w *Wait) escapeDoubt(c *Channel, e Escape, closed bool) string {
	_, returned := e.Node.(*ast.ReturnStmt)
	switch {
	case e.Call != nil && w.onlySends(c, e.Call):
		return ""
	case !closed:
		return c.Name + " is " + e.How + ": who receives from it may be left waiting"
	case !returned:
		return c.Name + " is " + e.How + ", where every value may count"
	}
	return ""
}

// onlySends reports whether call takes the channel as one to send on.
func (w *Wait) onlySends(c *Channel, call *ast.CallExpr) bool {
	sig, ok := w.p.Info.TypeOf(call.Fun).(*types.Signature)
	if !ok || sig.Variadic() {
		return false
	}
	for i, arg := range call.Args {
		if typed.Var(w.p.Info, arg) != c.Var {
			continue
		}
		ch, ok := sig.Params().At(i).Type().Underlying().(*types.Chan)
		return ok && ch.Dir() == types.SendOnly
	}
	return false
}

// asksOK reports whether the receive tells a closed channel from a value.
func (p *Package) asksOK(receive ast.Node) bool {
	n := p.Parent(receive)
	for wraps(p.Info, n) {
		n = p.Parent(n)
	}
	assign, ok := n.(*ast.AssignStmt)
	return ok && len(assign.Lhs) == 2 && len(assign.Rhs) == 1 && !isBlank(assign.Lhs[1])
}

// closedAfter reports whether the channel is closed once the function has
// left by exit: by a defer of its own, or by whoever waits for it.
func (w *Wait) closedAfter(c *Channel, exit Exit) bool {
	for _, op := range c.Closes {
		if exit.Defer != nil && exit.Defer.X == op.Node || w.defers(op.Node) || w.closedByJoiner(op) {
			return true
		}
	}
	return false
}

// defers reports whether n runs in a deferred call of the function, or in a
// function around that goes on when this one, called in place, has returned.
func (w *Wait) defers(n ast.Node) bool {
	found := false
	for f := w.fn; ; f = f.Outer {
		w.p.eachDefer(f, func(d ast.Node) bool {
			found = found || contains(d, n)
			return true
		})
		if f.Wall != Called {
			return found
		}
		found = found || w.p.Func(n) == f.Outer && w.p.Reachable(f.Site, n)
	}
}

// closedByJoiner reports whether a close comes after a wait for the goroutine
// the function runs in.
func (w *Wait) closedByJoiner(op ChannelOp) bool {
	lit, ok := w.fn.Node.(*ast.FuncLit)
	if !ok {
		return false
	}
	var groups map[key]bool
	switch launch := w.p.LaunchOf(lit).(type) {
	case *ast.GoStmt:
		groups = w.p.tells(launch)
	case *ast.CallExpr:
		if sel, ok := ast.Unparen(launch.Fun).(*ast.SelectorExpr); ok {
			groups = map[key]bool{keyOf(w.p.Info, sel.X): true}
		}
	}
	found := false
	ast.Inspect(op.Func, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || found {
			return !found
		}
		sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
		found = ok && sel.Sel.Name == "Wait" && groups[keyOf(w.p.Info, sel.X)] && w.p.Reachable(call, op.Node)
		return !found
	})
	return found
}

// Untold says that nobody would learn that a receive was given up: the
// function is called, has no results, and goes on to its end behind it.
func (w *Wait) Untold() string {
	if w.fn.Sig.Results().Len() > 0 || w.p.Launched(w.stmt) || w.endless() {
		return ""
	}
	return "the function has no result to say that it gave up waiting with"
}

// endless reports whether the wait stands in a loop without a condition.
func (w *Wait) endless() bool {
	for n := w.p.Parent(w.stmt); n != w.fn.Node; n = w.p.Parent(n) {
		if loop, ok := n.(*ast.ForStmt); ok && loop.Cond == nil {
			return true
		}
	}
	return false
}

// JoinDoubt says that a receive is a wait for work that would go on: of a
// goroutine started here, or of an object that says when it has done it.
func (w *Wait) JoinDoubt() string {
	c := w.Cases[0].Channel
	started := func(op ChannelOp) bool { return op.Launch != nil && op.Func != w.fn.Node && w.fn.Contains(op.Node) }
	switch {
	case c.Kind == CallChannel && c.Event():
		return "what " + types.ExprString(w.Cases[0].Chan) + " waits for would go on"
	case slices.ContainsFunc(c.Sends, started), slices.ContainsFunc(c.Closes, started):
		return "the goroutine that is waited for would go on"
	}
	return ""
}

// Drained says that whoever receives what is sent here takes everything until
// the channel is closed, so that the send cannot wait for ever; "" if one may
// leave before, or be unknown.
func (w *Wait) Drained() string {
	c := w.Cases[0].Channel
	if !c.Private() || len(c.Receives) == 0 {
		return ""
	}
	for _, op := range c.Receives {
		loop, ok := op.Node.(*ast.RangeStmt)
		if !ok || op.Func == w.fn.Node || w.mayStop(loop) || !w.comesTo(op, loop) {
			return ""
		}
	}
	return "whoever receives from " + c.Name + " takes everything that is sent"
}

// mayStop reports whether the loop can be left before its channel is closed,
// or wait for somebody else in a turn.
func (w *Wait) mayStop(loop *ast.RangeStmt) bool {
	stops := false
	var look func(n ast.Node, own bool)
	look = func(n ast.Node, own bool) { // own: a break would be the loop's
		ast.Inspect(n, func(m ast.Node) bool {
			switch m := m.(type) {
			case *ast.FuncLit:
				return false
			case *ast.ReturnStmt, *ast.SendStmt, *ast.SelectStmt:
				stops = true
			case *ast.UnaryExpr:
				stops = stops || m.Op == token.ARROW
			case *ast.BranchStmt:
				stops = stops || m.Label != nil || m.Tok == token.BREAK && own
			case *ast.ForStmt, *ast.RangeStmt, *ast.SwitchStmt, *ast.TypeSwitchStmt:
				if own {
					look(m, false)
					return false
				}
			case *ast.CallExpr:
				stops = stops || !w.p.mayReturn(m)
			}
			return !stops
		})
	}
	look(loop.Body, true)
	return stops
}

// comesTo reports whether the loop of a receiver runs whenever the sender does.
func (w *Wait) comesTo(op ChannelOp, loop *ast.RangeStmt) bool {
	launch, sender := w.Op().Launch, w.fn
	if launch != nil {
		sender = w.p.Func(launch)
	}
	receiver := w.p.FuncOf(op.Func)
	switch {
	case sender == nil:
		return false
	case receiver == sender:
		return w.p.always(receiver, launch, loop.X)
	case !op.Direct() || w.p.Func(op.Launch) != sender || !w.p.always(receiver, nil, loop.X):
		return false
	case launch == nil:
		return w.p.Reachable(op.Launch, w.stmt)
	}
	// Have: another goroutine, which comes to the loop once it is launched.
	return w.p.Reachable(op.Launch, launch) || w.p.always(sender, launch, op.Launch)
}
