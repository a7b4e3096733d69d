package flow

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// Refused says why a person must decide, or "".
func (w *Wait) Refused() string {
	if w.collects() {
		return "the loop ends by its own timeout and keeps what came until then"
	}
	for _, c := range w.Cases {
		if why := w.waker(c); why != "" {
			return why
		}
		if w.owes(c) {
			return fmt.Sprintf("%s is received from without a look at the context: one value is owed", c.Channel.Name)
		}
	}
	return ""
}

// owes reports whether another goroutine waits for what is sent here. One that
// was started here may have another way on, or give a turn back.
func (w *Wait) owes(c WaitCase) bool {
	ch := c.Channel
	if !c.Sends || ch.Kind != LocalChannel {
		return false
	}
	own := contains(w.fn.Node, point(ch.Var.Pos()))
	if own && w.isTurn(ch) {
		return false
	}
	return slices.ContainsFunc(ch.Receives, func(op ChannelOp) bool {
		_, ranges := op.Node.(*ast.RangeStmt)
		return !ranges && op.Func != w.fn.Node && !w.hears(op) && !(own && w.p.CanLeave(op))
	})
}

// isTurn reports whether what is sent takes a place of a semaphore.
func (w *Wait) isTurn(ch *Channel) bool {
	n, _ := ch.Capacity()
	return ch.Event() && n > 0 || w.acquires(ch)
}

// waker says that somebody wakes the function by a bare send, and would hang
// when it has left.
func (w *Wait) waker(c WaitCase) string {
	ch := c.Channel
	if c.Sends || !ch.Unbuffered() || ch.Kind != FieldChannel && ch.Kind != GlobalChannel {
		return ""
	}
	for _, op := range ch.Sends {
		if !w.p.CanLeave(op) && op.Func != w.fn.Node {
			return fmt.Sprintf("a sender on %s would be left waiting", types.ExprString(c.Chan))
		}
	}
	return ""
}

// A point is a position as an empty node.
type point token.Pos

func (p point) Pos() token.Pos { return token.Pos(p) }
func (p point) End() token.Pos { return token.Pos(p) }

// Doubts says what else than the waiting would end, to somebody's surprise.
func (w *Wait) Doubts() []string {
	var doubts []string
	for _, ask := range []func() string{w.caseDoubt, w.memoryDoubt, w.skipDoubt, w.giveUpDoubt} {
		if why := ask(); why != "" {
			doubts = append(doubts, why)
		}
	}
	return doubts
}

// collects reports whether the select stands in a loop that receives values
// until a timer of its own ends it, as a success.
func (w *Wait) collects() bool {
	if w.loop() == nil {
		return false
	}
	values, timeout := false, false
	for _, c := range w.Cases {
		switch {
		case c.Sends:
		case c.Channel.Ticks():
			timeout = timeout || w.endsWell(c.body())
		default:
			values = values || bindsValue(c.comm())
		}
	}
	return values && timeout
}

func bindsValue(comm ast.Stmt) bool {
	assign, ok := comm.(*ast.AssignStmt)
	if !ok {
		return false
	}
	id, ok := assign.Lhs[0].(*ast.Ident)
	return !ok || id.Name != "_"
}

// endsWell reports whether the body leaves the loop without an error.
func (w *Wait) endsWell(body []ast.Stmt) bool {
	if len(body) == 0 {
		return false
	}
	switch last := body[len(body)-1].(type) {
	case *ast.ReturnStmt:
		if len(last.Results) == 0 {
			return true
		}
		return w.p.Info.Types[last.Results[len(last.Results)-1]].IsNil()
	case *ast.BranchStmt:
		return last.Label != nil && last.Tok != token.CONTINUE
	}
	return false
}

// caseDoubt says whose expectations the new case may disappoint, or "".
func (w *Wait) caseDoubt() string {
	for _, c := range w.Cases {
		var why string
		switch {
		case c.Sends:
			why = w.sendDoubt(c)
		case c.Channel.Ticks() || w.fromBound(c.Chan):
		default:
			why = w.receiveDoubt(c)
		}
		if why != "" {
			return why
		}
	}
	return ""
}

func (w *Wait) sendDoubt(c WaitCase) string {
	ch := c.Channel
	if ch.Kind == LocalChannel && len(ch.Sources) == 0 {
		return ""
	}
	if w.isTurn(ch) {
		return ""
	}
	return fmt.Sprintf("what is sent on %s may have to be delivered", types.ExprString(c.Chan))
}

func (w *Wait) receiveDoubt(c WaitCase) string {
	ch, name := c.Channel, types.ExprString(c.Chan)
	broadcast := ch.Dir == types.RecvOnly && (ch.Event() || ch.Name == "CloseNotify")
	switch {
	case ch.Kind == LocalChannel && len(ch.Sources) == 0:
		return "" // its senders are asked for a way out
	case broadcast:
		return ""
	case ch.Event() && (ch.Kind == FieldChannel || ch.Kind == GlobalChannel):
		if _, known := ch.Capacity(); !known {
			return fmt.Sprintf("who sends on %s is not known", name)
		}
		for _, op := range ch.Sends {
			if !w.p.CanLeave(op) {
				return fmt.Sprintf("a sender on %s may be left waiting", name)
			}
		}
		return ""
	case ch.Kind == LocalChannel:
		return fmt.Sprintf("who sends on %s is not known", name)
	}
	return fmt.Sprintf("what %s carries may have to be delivered", name)
}

// skipDoubt says that a plain return also skips what follows the select, of
// which the caller is not told.
func (w *Wait) skipDoubt() string {
	if w.fn.Sig.Results().Len() == 0 && w.p.Skips(w.stmt) {
		return "the return skips what follows the select"
	}
	return ""
}

// memoryDoubt says that a goroutine the select waits for writes what is not
// its own: leaving while it runs may be a data race.
func (w *Wait) memoryDoubt() string {
	for _, lit := range w.feederLiterals() {
		if v := w.writes(lit); v != nil {
			return fmt.Sprintf("the goroutine it waits for may write %s, which it would go on to do", v.Name())
		}
	}
	return ""
}

// writes returns a variable from outside lit that lit assigns, takes the
// address of, or hands to a call that may write what it refers to.
func (w *Wait) writes(lit *ast.FuncLit) *types.Var {
	var found *types.Var
	outer := func(e ast.Expr) *types.Var {
		v := typed.Var(w.p.Info, typed.Operand(e))
		if v == nil || contains(lit, point(v.Pos())) || isChan(v.Type()) {
			return nil
		}
		return v
	}
	note := func(v *types.Var) {
		if found == nil {
			found = v
		}
	}
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, l := range n.Lhs {
				note(outer(l))
			}
		case *ast.IncDecStmt:
			note(outer(n.X))
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				note(outer(n.X))
			}
		case *ast.CallExpr:
			if typed.IsBuiltin(w.p.Info, n, "len") || typed.IsBuiltin(w.p.Info, n, "cap") {
				return false
			}
			for _, arg := range n.Args {
				if v := outer(arg); v != nil && w.writable(v) {
					note(v)
				}
			}
			if sel, ok := ast.Unparen(n.Fun).(*ast.SelectorExpr); ok && w.changedBy(sel) {
				note(outer(sel.X))
			}
		}
		return found == nil
	})
	return found
}

// writable reports whether a call that is handed v may write the caller's
// memory through it: v is a parameter of the function around, and refers to
// something other than a struct. Once a case leaves on a timer, structs are
// shared with the goroutine already.
func (w *Wait) writable(v *types.Var) bool {
	if v.Kind() != types.ParamVar {
		return false
	}
	switch t := v.Type().Underlying().(type) {
	case *types.Slice, *types.Map:
		return true
	case *types.Interface:
		return t.Empty() || hasWrite(v.Type())
	case *types.Pointer:
		_, isStruct := t.Elem().Underlying().(*types.Struct)
		return !isStruct || !w.leavesOnTimer()
	}
	return false
}

// changedBy reports whether sel is a method, with a pointer receiver, of a
// parameter or receiver of the function around, which may change it.
func (w *Wait) changedBy(sel *ast.SelectorExpr) bool {
	v := typed.Var(w.p.Info, sel.X)
	if v == nil || w.leavesOnTimer() || v.Kind() != types.ParamVar && v.Kind() != types.RecvVar {
		return false
	}
	fn, ok := w.p.Info.Uses[sel.Sel].(*types.Func)
	if !ok {
		return false
	}
	_, pointer := fn.Signature().Recv().Type().Underlying().(*types.Pointer)
	return pointer
}

func hasWrite(t types.Type) bool {
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, "Write")
	_, ok := obj.(*types.Func)
	return ok
}

// leavesOnTimer reports whether a timer's case already leaves the function
// while the goroutines run.
func (w *Wait) leavesOnTimer() bool {
	for _, c := range w.Cases {
		if body := c.body(); !c.Sends && c.Channel.Ticks() && len(body) > 0 {
			if _, ok := body[len(body)-1].(*ast.ReturnStmt); ok {
				return true
			}
		}
	}
	return false
}
