package flow

import (
	"go/ast"
	"go/types"
)

// A Wait is a place where a function waits for channels: a select, or a bare
// send or receive. It answers what becomes of everybody else when the
// function leaves there because a context is done.
type Wait struct {
	Cases []WaitCase

	p       *Package
	stmt    ast.Stmt
	fn      *Func
	ctx     Context
	bound   map[types.Object]bool // variables that hold ctx, or something made from it
	leaving []ChannelOp           // the sends elsewhere that are let go, too
}

// A WaitCase is one communication of a Wait.
type WaitCase struct {
	Clause  *ast.CommClause // nil for a bare operation
	Chan    ast.Expr
	Channel *Channel
	Sends   bool
}

func (c *WaitCase) body() []ast.Stmt {
	if c.Clause == nil {
		return nil
	}
	return c.Clause.Body
}

func (c *WaitCase) comm() ast.Stmt {
	if c.Clause == nil {
		return nil
	}
	return c.Clause.Comm
}

// SelectWait returns what a select waits for, or nil if it does not block, or
// hears a context already: it has no cases, a default, or the Done of one.
func (p *Package) SelectWait(stmt *ast.SelectStmt) *Wait {
	w := &Wait{p: p, stmt: stmt, fn: p.Func(stmt)}
	for _, c := range stmt.Body.List {
		clause := c.(*ast.CommClause)
		ch, sends := Comm(clause)
		if ch == nil || p.DoneOf(ch) != nil {
			return nil
		}
		w.Cases = append(w.Cases, WaitCase{Clause: clause, Chan: ch, Sends: sends})
	}
	if len(w.Cases) == 0 {
		return nil
	}
	return w
}

// BareWait returns what the statement waits for that sends on ch, or receives
// from it, outside a select; nil if ch is the Done of a context.
func (p *Package) BareWait(stmt ast.Stmt, ch ast.Expr, sends bool) *Wait {
	if p.DoneOf(ch) != nil {
		return nil
	}
	return &Wait{p: p, stmt: stmt, fn: p.Func(stmt), Cases: []WaitCase{{Chan: ch, Sends: sends}}}
}

// Deaf reports whether none of the cases is a way out: nothing received says
// that somebody has ended. With strict, CloseNotify is no way out.
func (w *Wait) Deaf(strict bool) bool {
	for i := range w.Cases {
		c := &w.Cases[i]
		if c.Channel = w.p.Channel(c.Chan); c.Channel == nil || !c.Sends && w.ends(c.Channel, strict) {
			return false
		}
	}
	return true
}

// Hear says which context the wait could hear, before the questions below
// are asked.
func (w *Wait) Hear(ctx Context) { w.ctx, w.bound = ctx, w.boundTo(ctx) }

// Op returns the operation that a bare wait is.
func (w *Wait) Op() ChannelOp {
	c := w.Cases[0].Channel
	for _, ops := range [][]ChannelOp{c.Sends, c.Receives} {
		for _, op := range ops {
			if w.isCase(op) {
				return op
			}
		}
	}
	return w.p.op(w.stmt)
}

// ends reports whether receiving from the channel means that something has
// ended, so that the wait has its own way out.
func (w *Wait) ends(c *Channel, strict bool) bool {
	switch {
	case c.Name == "CloseNotify":
		return !strict
	case c.OSSignals():
		return true
	}
	if c.Ending() || w.closedOnly(c) {
		return true
	}
	for _, src := range c.Sources { // c := ctx.Done(), later c = nil; quit := s.Stopped()
		if from := w.p.Channel(src); from != nil && from.Ending() {
			return true
		}
	}
	return false
}

// closedOnly reports whether the channel is made once, carries nothing, and
// others do nothing with it but close it: it says that something has ended.
func (w *Wait) closedOnly(c *Channel) bool {
	if !c.Event() || len(c.Sends) > 0 || len(c.Closes) == 0 || len(c.Makes) != 1 || len(c.Sources) > 0 {
		return false
	}
	if c.Kind != LocalChannel {
		return true
	}
	for _, op := range c.Closes {
		if contains(w.fn.Node, op.Node) {
			return false // by a goroutine launched here, whose result is awaited
		}
	}
	return true
}
