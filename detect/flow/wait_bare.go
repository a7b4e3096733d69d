package flow

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// Starved says whose sends nobody would receive any more once the function
// has left, of those that Release cannot speak for; "" for nobody's.
func (w *Wait) Starved() string {
	if w.leavesAlready() {
		return ""
	}
	why := ""
	ast.Inspect(w.fn.Body, func(n ast.Node) bool {
		if why != "" {
			return false
		}
		var ch ast.Expr
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.UnaryExpr:
			if n.Op == token.ARROW {
				ch = n.X
			}
		case *ast.RangeStmt:
			ch = n.X
		}
		if ch == nil || !contains(n, w.stmt) && !w.p.Reachable(w.stmt, ch) {
			return true
		}
		if op := w.p.op(n); w.onChannel(ch) || w.hears(op) {
			return true
		}
		c := w.p.Channel(ch)
		if c == nil || c.Ticks() || w.ends(c, true) || c.Kind == LocalChannel && len(c.Sources) == 0 {
			return true
		}
		if !w.fedBound(WaitCase{Chan: ch, Channel: c}) {
			why = "who sends on " + types.ExprString(ch) + " is not known, and may be left waiting"
		}
		return true
	})
	return why
}

// Acquires reports whether the send takes a slot that the function, what it
// launches, or a function for that gives back by a receive.
func (w *Wait) Acquires() bool { return w.Cases[0].Sends && w.acquires(w.Cases[0].Channel) }

func (w *Wait) acquires(c *Channel) bool {
	if !c.mayHaveRoom() || !c.Event() && !w.p.sendsConstants(c) || len(c.Closes) > 0 {
		return false
	}
	gives := false
	for _, op := range c.Receives {
		if !w.p.drops(op) {
			return false
		}
		gives = gives || contains(w.fn.Node, op.Node) && op.Node.Pos() > w.stmt.Pos() || w.p.CleansUp(w.p.FuncOf(op.Func))
	}
	return gives
}

// Refills reports whether the send takes slots to wait for those who hold
// them: it stands behind the launch of whoever gives them back.
func (w *Wait) Refills() bool {
	c := w.Cases[0].Channel
	if !w.Cases[0].Sends || !c.mayHaveRoom() || !c.Event() && !w.p.sendsConstants(c) || w.acquires(c) {
		return false
	}
	return slices.ContainsFunc(c.Receives, func(op ChannelOp) bool {
		return op.Launch != nil && w.p.drops(op) && w.p.Reachable(op.Launch, w.stmt)
	})
}

// GivesBack reports whether the operation gives back a slot: the opposite
// one stands before it, in this function or one around it, or the function
// is one for that. It never waits.
func (w *Wait) GivesBack() bool {
	c, self := w.Cases[0].Channel, w.Op()
	opposite := c.Sends
	if w.Cases[0].Sends {
		opposite = c.Receives
	} else if !w.p.drops(self) {
		return false
	}
	n, _ := c.Capacity()
	switch {
	case w.putsBack(c):
		return true
	case w.Cases[0].Sends && n > 0: // also one that guards a value
	case !c.mayHaveRoom() || !c.Event() && !w.p.sendsConstants(c):
		return false
	case w.p.CleansUp(w.fn):
		return true
	}
	return slices.ContainsFunc(opposite, func(op ChannelOp) bool {
		f := w.p.FuncOf(op.Func)
		return f != nil && f.Contains(w.stmt) && op.Node.Pos() < w.stmt.Pos()
	})
}

// mayHaveRoom reports whether no channel it may hold is known to be unbuffered.
func (c *Channel) mayHaveRoom() bool {
	return !slices.ContainsFunc(c.Makes, func(m Make) bool { return m.Cap == 0 })
}

// drops reports whether nothing looks at what the operation receives.
func (p *Package) drops(op ChannelOp) bool {
	u, ok := op.Node.(*ast.UnaryExpr)
	if !ok {
		return false
	}
	_, alone := p.Parent(u).(*ast.ExprStmt)
	return alone
}

// sendsConstants reports whether every value that is sent is a constant.
func (p *Package) sendsConstants(c *Channel) bool {
	for _, op := range c.Sends {
		if p.Info.Types[op.Node.(*ast.SendStmt).Value].Value == nil {
			return false
		}
	}
	return len(c.Sends) > 0
}

// HasRoom says why the send need not wait: the channel has room for all that
// is sent on it, or nobody else has got hold of it yet; "" if it may.
func (w *Wait) HasRoom() string {
	c, self := w.Cases[0].Channel, w.Op()
	if !c.Private() && !w.madeHere(c) || !c.mayHaveRoom() {
		return ""
	}
	if w.roomFor(c, c.Sends) {
		return c.Name + " has room for all that is sent on it"
	}
	if n, known := c.Capacity(); !known && len(c.Escapes) == 0 && n != 0 && !w.Acquires() {
		return c.Name + " is made with room for what is to come"
	}
	if self.Launch == nil && w.madeHere(c) && !w.shared(c) {
		return c.Name + " is filled before anybody else has it"
	}
	return ""
}

// madeHere reports whether every channel it may hold is made by the function.
func (w *Wait) madeHere(c *Channel) bool {
	for _, m := range c.Makes {
		if f := w.p.Func(m.Call); f != w.fn {
			return false
		}
	}
	return len(c.Makes) > 0 && len(c.Sources) == 0
}

// shared reports whether somebody else may have got hold of the channel when
// the wait is reached.
func (w *Wait) shared(c *Channel) bool {
	for _, e := range c.Escapes {
		if w.p.Reachable(e.Node, w.stmt) {
			return true
		}
	}
	for _, ops := range [][]ChannelOp{c.Sends, c.Receives} {
		for _, op := range ops {
			if op.Launch != nil && w.p.Reachable(op.Launch, w.stmt) {
				return true
			}
		}
	}
	return false
}

// ReleasedAnyway says that a defer before an acquire would give back what was
// not taken if the function left there; "" if none would.
func (w *Wait) ReleasedAnyway() string {
	c := w.Cases[0].Channel
	why := ""
	ast.Inspect(w.fn.Body, func(n ast.Node) bool {
		if n, ok := n.(*ast.DeferStmt); ok {
			for _, op := range c.Receives {
				if contains(n, op.Node) && w.p.Reachable(n, w.stmt) {
					why = "the receive from " + c.Name + " that is deferred before would give back what was not taken"
				}
			}
		}
		return why == ""
	})
	return why
}

// OneResult reports whether the send is all that a goroutine, or a function
// without results, has to tell on the channel, and whoever receives it does
// not leave before it comes.
func (w *Wait) OneResult() bool {
	c, self := w.Cases[0].Channel, w.Op()
	if c.Unbuffered() && c.Kind == LocalChannel && slices.ContainsFunc(c.Receives, w.p.hearsAny) {
		return false
	}
	if w.p.Last(w.stmt) && (self.Direct() || w.fn.Sig.Results().Len() == 0) {
		return true
	}
	if !self.Direct() {
		return false
	}
	return !slices.ContainsFunc(c.Sends, func(op ChannelOp) bool {
		return op.Func == self.Func && (w.p.Reachable(op.Node, w.stmt) || w.p.Reachable(w.stmt, op.Node))
	})
}

// hearsAny reports whether the operation is a case beside one on the Done of
// some context.
func (p *Package) hearsAny(op ChannelOp) bool {
	return slices.ContainsFunc(p.besides(op), func(c ast.Stmt) bool {
		ch, _ := Comm(c.(*ast.CommClause))
		return p.DoneOf(ch) != nil
	})
}

// Settled accepts what leaving does not owe: the other sends on the channel
// that is sent on here, as whoever receives from it goes on, or Receivers says
// so; and the giving back of what would be taken here.
func (w *Wait) Settled(o Owed) bool {
	if u, ok := o.Node.(*ast.UnaryExpr); ok {
		return w.Acquires() && w.onChannel(u.X) && !w.holdsAnother()
	}
	send, ok := o.Node.(*ast.SendStmt)
	if !ok || !w.onChannel(send.Chan) {
		return false
	}
	n, _ := w.Cases[0].Channel.Capacity()
	return w.Cases[0].Sends || n > 0
}

// onChannel reports whether e denotes the channel that is waited for.
func (w *Wait) onChannel(e ast.Expr) bool {
	c := w.p.Channel(e)
	return c != nil && c.Var != nil && c.Var == w.Cases[0].Channel.Var
}

// holdsAnother reports whether the function may have taken a slot before.
func (w *Wait) holdsAnother() bool {
	return slices.ContainsFunc(w.Cases[0].Channel.Sends, func(op ChannelOp) bool {
		return op.Node != ast.Node(w.stmt) && w.p.Reachable(op.Node, w.stmt)
	})
}
