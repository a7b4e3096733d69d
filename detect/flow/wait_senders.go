package flow

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/types"
	"math"
	"slices"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// A Release lets those go who would wait for a function that has left.
type Release struct {
	Buffer []*ast.CallExpr // make(chan T) calls that get the capacity 1
	Sends  []SendExit      // sends that get a select of their own
	Doubts []string        // who may be left waiting all the same
	Refuse string          // who would be left waiting whatever is done
}

// A SendExit is a bare send that becomes a case beside a Done case.
type SendExit struct {
	Send    *ast.SendStmt
	Context Context
	Exit    Exit
}

// refuse notes who would be left waiting. It returns "": no doubt.
func (r *Release) refuse(format string, args ...any) string {
	r.Refuse = cmp.Or(r.Refuse, fmt.Sprintf(format, args...))
	return ""
}

// Touches returns the nodes that the release changes.
func (r Release) Touches() []ast.Node {
	var nodes []ast.Node
	for _, m := range r.Buffer {
		nodes = append(nodes, m)
	}
	for _, send := range r.Sends {
		nodes = append(append(nodes, send.Send), send.Exit.Touches()...)
	}
	return nodes
}

// Release says how every goroutine can be let go that sends to this function,
// so that nobody is left hanging once it has returned.
func (w *Wait) Release() Release {
	var r Release
	channels := w.received()
	for _, ch := range channels {
		w.leaving = append(w.leaving, w.blockedSenders(ch)...)
	}
	for _, ch := range channels {
		if why := w.freeSendersOf(ch, &r); why != "" {
			r.Doubts = append(r.Doubts, why)
		}
	}
	return r
}

// received returns the local channels that the function itself receives
// from, here or at another place.
func (w *Wait) received() []*Channel {
	var channels []*Channel
	seen := map[*types.Var]bool{}
	made := map[*ast.CallExpr]bool{} // one channel may have several names
	ast.Inspect(w.fn.Body, func(n ast.Node) bool {
		e, _ := n.(ast.Expr)
		v := typed.Var(w.p.Info, e)
		if v == nil || seen[v] {
			return true
		}
		seen[v] = true
		ch := w.p.Channel(e)
		if ch == nil || ch.Kind != LocalChannel || len(ch.Makes) > 0 && made[ch.Makes[0].Call] {
			return true
		}
		for _, m := range ch.Makes {
			made[m.Call] = true
		}
		for _, op := range ch.Receives {
			if op.Func == w.fn.Node {
				channels = append(channels, ch)
				break
			}
		}
		return true
	})
	return channels
}

// freeSendersOf handles one channel. It returns why somebody may be left
// hanging, or "".
func (w *Wait) freeSendersOf(ch *Channel, r *Release) string {
	senders := w.blockedSenders(ch)
	switch {
	case w.roomFor(ch, senders):
		return ""
	case len(ch.Sources) > 0 && len(senders) == 0:
		return "" // a doubt about the case, if it is one of this select's
	case len(ch.Sources) > 0:
		return fmt.Sprintf("a sender on %s may be left waiting", ch.Name)
	case ch.Unbuffered() && !w.heldUnderContext(ch):
		return r.refuse("%s is %s and has no room: who sends on it would be left waiting", ch.Name, ch.Escapes[0].How)
	case len(ch.Escapes) > 0 && !w.takesOneOf(ch):
		return fmt.Sprintf("%s is %s: who sends on it may be left waiting", ch.Name, ch.Escapes[0].How)
	case len(ch.Escapes) > 0 && ch.Event():
		return r.refuse("%s is %s: a turn that is handed over on it would be lost", ch.Name, ch.Escapes[0].How)
	case len(senders) == 0 && len(ch.Escapes) == 0:
		return ""
	}
	if owner := w.owned(ch.Elem); owner != "" {
		if len(senders) > 0 {
			w.selectSends(ch, senders, r)
		}
		return fmt.Sprintf("%s carries %s, which nobody would close", ch.Name, owner)
	}
	if len(senders) == 0 {
		return ""
	}
	if w.oneSend(ch, senders) {
		r.Buffer = append(r.Buffer, ch.Makes[0].Call)
		return ""
	}
	return w.selectSends(ch, senders, r)
}

// heldUnderContext reports whether whoever got hold of the channel was given
// the context as well: it has a way out, if it looks.
func (w *Wait) heldUnderContext(ch *Channel) bool {
	return !slices.ContainsFunc(ch.Escapes, func(e Escape) bool {
		return e.Call == nil || !w.mentions(w.bound, e.Call, true) && (e.Launch == nil || !w.mentions(w.bound, e.Launch, true))
	})
}

// blockedSenders returns the sends elsewhere that have no other way on.
func (w *Wait) blockedSenders(ch *Channel) []ChannelOp {
	var ops []ChannelOp
	for _, op := range ch.Sends {
		if op.Func == w.fn.Node || w.p.CanLeave(op) {
			continue
		}
		if g, ok := op.Launch.(*ast.GoStmt); ok && w.p.Func(g) == w.fn && !w.p.Reaches(g, w.stmt) {
			continue // launched only after the select
		}
		ops = append(ops, op)
	}
	return ops
}

// roomFor reports whether the channel holds all that the senders send.
func (w *Wait) roomFor(ch *Channel, senders []ChannelOp) bool {
	if len(ch.Escapes) > 0 || len(ch.Sources) > 0 {
		return false
	}
	once, looped := true, false
	for _, op := range senders {
		once = once && op.Direct() && !op.Loop
		looped = looped || op.Launch == nil || w.inLoop(op.Launch, ch)
	}
	n, known := ch.Capacity()
	n -= w.taken(ch, senders)
	switch {
	case !once || len(ch.Makes) == 0:
		return false
	case known:
		return !looped && (n >= int64(len(senders)) || n > 0 && w.exclusive(senders))
	}
	// Have: make(chan T, len(work)), one send per goroutine.
	for _, m := range ch.Makes {
		if m.Cap == 0 {
			return false
		}
	}
	return true
}

// taken returns how many places of the channel others than the senders may
// take, at least one for each turn of a loop.
func (w *Wait) taken(ch *Channel, senders []ChannelOp) int64 {
	n := int64(0)
	for _, op := range ch.Sends {
		switch {
		case slices.ContainsFunc(senders, func(s ChannelOp) bool { return s.Node == op.Node }):
		case op.Loop:
			return math.MaxInt64
		default:
			n++
		}
	}
	return n
}

// takesOneOf reports whether a channel that others hold has room for the one
// value that is awaited here.
func (w *Wait) takesOneOf(ch *Channel) bool {
	n, _ := ch.Capacity()
	return n > w.taken(ch, nil) && len(ch.Receives) == 1 && !ch.Receives[0].Loop
}

// oneSend reports whether room for one value is all that is needed: the
// channel is made here and does not leave, nobody measures it, one goroutine
// sends one value on it and then ends.
func (w *Wait) oneSend(ch *Channel, senders []ChannelOp) bool {
	if !ch.Private() || len(ch.Makes) != 1 || len(ch.Measured) > 0 || len(senders) != len(ch.Sends) {
		return false
	}
	for _, op := range senders {
		g, _ := op.Launch.(*ast.GoStmt) // nil for that of a group
		if g != senders[0].Launch || !op.Direct() || op.Loop || w.inLoop(g, ch) || !w.p.Last(op.Node) {
			return false
		}
	}
	return true
}

// exclusive reports whether at most one of the sends of one goroutine runs.
func (w *Wait) exclusive(senders []ChannelOp) bool {
	for _, a := range senders {
		if a.Launch != senders[0].Launch {
			return false
		}
		for _, b := range senders {
			if w.p.Reachable(a.Node, b.Node) {
				return false
			}
		}
	}
	return true
}

// inLoop reports whether n may run several times for one channel: a loop or a
// literal is around it that is not around the making of the channel too.
func (w *Wait) inLoop(n ast.Node, ch *Channel) bool {
	for n = w.p.Parent(n); n != nil; n = w.p.Parent(n) {
		switch n.(type) {
		case *ast.ForStmt, *ast.RangeStmt, *ast.FuncLit:
			if len(ch.Makes) != 1 || !contains(n, ch.Makes[0].Call) || !contains(n, point(ch.Var.Pos())) {
				return true
			}
		}
	}
	return false
}

// selectSends gives each send a select of its own on the same context. It
// returns why that is doubtful, or "", and refuses where it cannot be done.
func (w *Wait) selectSends(ch *Channel, senders []ChannelOp, r *Release) string {
	for _, op := range ch.Receives {
		if !w.hears(op) {
			return r.refuse("a sender on %s would be left waiting: another receive waits for it", ch.Name)
		}
	}
	if fed := w.feedsLeavers(ch, senders); fed != "" {
		return r.refuse("a sender on %s would be left waiting: who receives from it would leave", fed)
	}
	sent := func(o Owed) bool { // by the goroutines that are let go
		return slices.ContainsFunc(w.leaving, func(op ChannelOp) bool { return op.Node == o.Node })
	}
	var sends []SendExit
	doubt := ""
	for _, op := range senders {
		send := op.Node.(*ast.SendStmt)
		if op.Launch == nil {
			return r.refuse("a sender on %s would be left waiting", ch.Name)
		}
		ctx, none := w.p.Live(send)
		if none != nil || ctx.NoDone || ctx.Rename != nil || op.Comm != nil {
			return r.refuse("a sender on %s would be left waiting: it does not see the context", ch.Name)
		}
		exit := w.p.ExitBut(send, ctx, sent)
		if exit.Refuse != "" || exit.Break != nil {
			return r.refuse("a sender on %s would be left waiting: %s", ch.Name, cmp.Or(exit.Refuse, "its loop has more to do"))
		}
		if doubt == "" && exit.Doubt != "" {
			doubt = fmt.Sprintf("the sender on %s cannot just leave: %s", ch.Name, exit.Doubt)
		}
		if doubt == "" && w.p.Skips(send) {
			doubt = fmt.Sprintf("the sender on %s would skip what follows its send", ch.Name)
		}
		for _, other := range sends {
			if other.Exit.Defer == exit.Defer {
				exit.Defer = nil // one defer is enough
			}
		}
		sends = append(sends, SendExit{send, ctx, exit})
	}
	r.Sends = append(r.Sends, sends...)
	return doubt
}

// feedsLeavers returns the name of another local channel that the senders
// receive from, while somebody sends on it who cannot do anything else, or "".
func (w *Wait) feedsLeavers(out *Channel, senders []ChannelOp) string {
	for _, op := range senders {
		fed := ""
		ast.Inspect(op.Func, func(n ast.Node) bool {
			e, _ := n.(ast.Expr)
			ch := w.p.Channel(e)
			if ch == nil || ch.Var == out.Var || ch.Kind != LocalChannel {
				return true
			}
			senders := w.blockedSenders(ch)
			receives := slices.ContainsFunc(ch.Receives, func(r ChannelOp) bool { return r.Func == op.Func })
			if receives && !w.roomFor(ch, senders) && slices.ContainsFunc(senders, func(b ChannelOp) bool { return b.Func != op.Func }) {
				fed = cmp.Or(fed, ch.Name)
			}
			return true
		})
		if fed != "" {
			return fed
		}
	}
	return ""
}

// isCase reports whether the operation is what is waited for here.
func (w *Wait) isCase(op ChannelOp) bool {
	return slices.ContainsFunc(w.Cases, func(c WaitCase) bool {
		return contains(op.Node, c.Chan) && contains(w.stmt, op.Node)
	})
}

// hears reports whether a receive is a case of this wait, or of a select that
// hears the context: it goes on when the sender has left.
func (w *Wait) hears(op ChannelOp) bool {
	return w.isCase(op) || slices.ContainsFunc(w.p.besides(op), func(c ast.Stmt) bool {
		ch, _ := Comm(c.(*ast.CommClause))
		return w.doneOfBound(ch)
	})
}
