package detect

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/types"
	"slices"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/typed"
)

// freeSenders adds to the fix what lets every goroutine go that sends to this
// function, so that nobody is left hanging once it has returned; where that
// cannot be done it lowers the finding.
func (s *doneSelect) freeSenders(fix *SelectDone, f *Finding) {
	channels := s.received()
	for _, ch := range channels {
		s.leaving = append(s.leaving, s.blockedSenders(ch)...)
	}
	for _, ch := range channels {
		if why := s.freeSendersOf(ch, fix); why != "" {
			f.Lower(Unsafe, why)
		}
	}
}

// received returns the local channels that the function itself receives
// from, here or at another place.
func (s *doneSelect) received() []*flow.Channel {
	var channels []*flow.Channel
	seen := map[*types.Var]bool{}
	made := map[*ast.CallExpr]bool{} // one channel may have several names
	ast.Inspect(s.fn.Body, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		v := typed.Var(s.Package.Info, id)
		if v == nil || seen[v] || !isChannel(v.Type()) {
			return true
		}
		seen[v] = true
		ch := s.Flow.Channel(id)
		if ch == nil || ch.Kind != flow.LocalChannel || len(ch.Makes) > 0 && made[ch.Makes[0].Call] {
			return true
		}
		for _, m := range ch.Makes {
			made[m.Call] = true
		}
		for _, op := range ch.Receives {
			if op.Func == s.fn.Node {
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
func (s *doneSelect) freeSendersOf(ch *flow.Channel, fix *SelectDone) string {
	senders := s.blockedSenders(ch)
	switch {
	case s.roomFor(ch, senders):
		return ""
	case len(ch.Sources) > 0:
		return "" // a doubt about the case, if it is one of this select's
	case len(ch.Escapes) > 0 && !s.takesOneOf(ch):
		return fmt.Sprintf("%s is %s: who sends on it may be left waiting", ch.Name, ch.Escapes[0].How)
	case len(ch.Escapes) > 0 && ch.Event():
		return fmt.Sprintf("%s is %s: a turn that is handed over on it would be lost", ch.Name, ch.Escapes[0].How)
	case len(senders) == 0 && len(ch.Escapes) == 0:
		return ""
	}
	if owner := s.owned(ch.Elem); owner != "" {
		s.selectSends(ch, senders, fix)
		return fmt.Sprintf("%s carries %s, which nobody would close", ch.Name, owner)
	}
	if len(senders) == 0 {
		return ""
	}
	if s.oneSend(ch, senders) {
		fix.Buffer = append(fix.Buffer, ch.Makes[0].Call)
		return ""
	}
	return s.selectSends(ch, senders, fix)
}

// blockedSenders returns the sends elsewhere that have no other way on.
func (s *doneSelect) blockedSenders(ch *flow.Channel) []flow.ChannelOp {
	var ops []flow.ChannelOp
	for _, op := range ch.Sends {
		if op.Func == s.fn.Node || s.Flow.CanLeave(op) {
			continue
		}
		if g, ok := op.Launch.(*ast.GoStmt); ok && s.fn.Contains(g) && !s.reaches(g, s.stmt) {
			continue // launched only after the select
		}
		ops = append(ops, op)
	}
	return ops
}

// reaches reports whether to, or a part of it, can run after from.
func (s *doneSelect) reaches(from, to ast.Node) bool {
	found := false
	ast.Inspect(to, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.FuncLit:
			return false
		case ast.Stmt, ast.Expr:
			found = found || s.Flow.Reachable(from, n)
		}
		return !found
	})
	return found
}

// roomFor reports whether the channel holds all that the senders send.
func (s *doneSelect) roomFor(ch *flow.Channel, senders []flow.ChannelOp) bool {
	if len(ch.Escapes) > 0 || len(ch.Sources) > 0 {
		return false
	}
	once, looped := true, false
	for _, op := range senders {
		once = once && op.Direct() && !op.Loop
		looped = looped || op.Launch == nil || s.inLoop(op.Launch, ch)
	}
	n, known := ch.Capacity()
	switch {
	case !once || len(ch.Makes) == 0:
		return false
	case known:
		return !looped && (n >= int64(len(senders)) || n > 0 && s.exclusive(senders))
	}
	// Have: make(chan T, len(work)), one send per goroutine.
	for _, m := range ch.Makes {
		if m.Cap == 0 {
			return false
		}
	}
	return true
}

// takesOneOf reports whether a channel that others hold has room for the one
// value that is awaited here.
func (s *doneSelect) takesOneOf(ch *flow.Channel) bool {
	n, known := ch.Capacity()
	return known && n > 0 && len(ch.Receives) == 1 && !ch.Receives[0].Loop
}

// oneSend reports whether room for one value is all that is needed: the
// channel is made here and does not leave, nobody measures it, one goroutine
// sends one value on it and then ends.
func (s *doneSelect) oneSend(ch *flow.Channel, senders []flow.ChannelOp) bool {
	if !ch.Private() || !ch.Unbuffered() || len(ch.Makes) != 1 || len(ch.Measured) > 0 || len(senders) != len(ch.Sends) {
		return false
	}
	for _, op := range senders {
		g, ok := op.Launch.(*ast.GoStmt)
		if !ok || g != senders[0].Launch || !op.Direct() || op.Loop || s.inLoop(g, ch) || !s.Flow.Last(op.Node) {
			return false
		}
	}
	return true
}

// exclusive reports whether at most one of the sends of one goroutine runs.
func (s *doneSelect) exclusive(senders []flow.ChannelOp) bool {
	for _, a := range senders {
		if a.Launch != senders[0].Launch {
			return false
		}
		for _, b := range senders {
			if s.Flow.Reachable(a.Node, b.Node) {
				return false
			}
		}
	}
	return true
}

// inLoop reports whether n runs several times for one channel: a loop is
// around it that is not around the making of the channel too.
func (s *doneSelect) inLoop(n ast.Node, ch *flow.Channel) bool {
	for n = s.Flow.Parent(n); n != nil; n = s.Flow.Parent(n) {
		switch n.(type) {
		case *ast.ForStmt, *ast.RangeStmt:
			if len(ch.Makes) != 1 || !contains(n, ch.Makes[0].Call) || !contains(n, at(ch.Var.Pos())) {
				return true
			}
		case *ast.FuncLit, *ast.FuncDecl:
			return false
		}
	}
	return false
}

// selectSends gives each send a select of its own on the same context. It
// returns why that cannot be done, or is doubtful, or "".
func (s *doneSelect) selectSends(ch *flow.Channel, senders []flow.ChannelOp, fix *SelectDone) string {
	for _, op := range ch.Receives {
		if !s.hears(op) {
			return fmt.Sprintf("a sender on %s may be left waiting: another receive waits for it", ch.Name)
		}
	}
	if fed := s.feedsLeavers(ch, senders); fed != "" {
		return fmt.Sprintf("a sender on %s may be left waiting: who receives from it would leave", fed)
	}
	sent := func(o flow.Owed) bool { // by the goroutines that are let go
		return slices.ContainsFunc(s.leaving, func(op flow.ChannelOp) bool { return op.Node == o.Node })
	}
	var sends []SendExit
	doubt := ""
	for _, op := range senders {
		send, ok := op.Node.(*ast.SendStmt)
		if !ok || op.Launch == nil || op.Comm != nil {
			return fmt.Sprintf("a sender on %s may be left waiting", ch.Name)
		}
		ctx, none := s.Flow.Live(send)
		if none != nil || ctx.NoDone || ctx.Rename != nil {
			return fmt.Sprintf("a sender on %s may be left waiting: it does not see the context", ch.Name)
		}
		exit := s.Flow.ExitBut(send, ctx, sent)
		if exit.Refuse != "" || exit.Break != nil {
			return fmt.Sprintf("a sender on %s may be left waiting: %s", ch.Name, cmp.Or(exit.Refuse, "its loop has more to do"))
		}
		if doubt == "" && exit.Doubt != "" {
			doubt = fmt.Sprintf("the sender on %s cannot just leave: %s", ch.Name, exit.Doubt)
		}
		if doubt == "" && s.skips(s.Flow.Func(send), send) {
			doubt = fmt.Sprintf("the sender on %s would skip what follows its send", ch.Name)
		}
		for _, other := range sends {
			if other.Exit.Defer == exit.Defer {
				exit.Defer = nil // one defer is enough
			}
		}
		sends = append(sends, SendExit{send, ctx, exit})
	}
	fix.Sends = append(fix.Sends, sends...)
	return doubt
}

// feedsLeavers returns the name of another local channel that the senders
// receive from, while somebody sends on it who cannot do anything else, or "".
func (s *doneSelect) feedsLeavers(out *flow.Channel, senders []flow.ChannelOp) string {
	for _, op := range senders {
		fed := ""
		ast.Inspect(op.Func, func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			if !ok || fed != "" {
				return fed == ""
			}
			if v := typed.Var(s.Package.Info, id); v == nil || !isChannel(v.Type()) {
				return true
			}
			ch := s.Flow.Channel(id)
			if ch == nil || ch.Var == out.Var || ch.Kind != flow.LocalChannel || s.roomFor(ch, s.blockedSenders(ch)) {
				return true
			}
			receives := slices.ContainsFunc(ch.Receives, func(r flow.ChannelOp) bool { return r.Func == op.Func })
			if receives && slices.ContainsFunc(s.blockedSenders(ch), func(b flow.ChannelOp) bool { return b.Func != op.Func }) {
				fed = ch.Name
			}
			return true
		})
		if fed != "" {
			return fed
		}
	}
	return ""
}

// hears reports whether a receive is a case of the select, or of another one
// that hears the context: it goes on when the sender has left.
func (s *doneSelect) hears(op flow.ChannelOp) bool {
	if op.Comm == nil {
		return false
	}
	body, ok := s.Flow.Parent(op.Comm).(*ast.BlockStmt)
	if !ok || body == s.stmt.Body {
		return ok
	}
	return slices.ContainsFunc(body.List, func(c ast.Stmt) bool {
		ch, _ := flow.Comm(c.(*ast.CommClause))
		return ch != nil && s.doneOfBound(ch)
	})
}

// owned returns the name of what must be closed or called in a value of type
// t, or "".
func (s *doneSelect) owned(t types.Type) string {
	return ownedIn(t, s.Package.Types, 4)
}

func ownedIn(t types.Type, pkg *types.Package, depth int) string {
	if depth == 0 {
		return ""
	}
	named := typed.Named(t)
	switch {
	case typed.Is(t, "net/http", "Response"), typed.Is(t, "context", "CancelFunc"), typed.Is(t, "context", "CancelCauseFunc"), hasClose(t):
		return "a " + types.TypeString(t, types.RelativeTo(pkg))
	case named != nil && named.Obj().Pkg() != nil && named.Obj().Pkg() != pkg:
		return "" // what it holds is its own business
	}
	switch u := t.Underlying().(type) {
	case *types.Signature:
		if u.Params().Len() == 0 && u.Results().Len() == 0 {
			return "a func()"
		}
	case *types.Pointer:
		return ownedIn(u.Elem(), pkg, depth-1)
	case *types.Slice:
		return ownedIn(u.Elem(), pkg, depth-1)
	case *types.Array:
		return ownedIn(u.Elem(), pkg, depth-1)
	case *types.Map:
		return ownedIn(u.Elem(), pkg, depth-1)
	case *types.Struct:
		for f := range u.Fields() {
			if owner := ownedIn(f.Type(), pkg, depth-1); owner != "" {
				return owner
			}
		}
	}
	return ""
}

// hasClose reports whether t, or a pointer to it, has the method Close() or
// Close() error.
func hasClose(t types.Type) bool {
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, "Close")
	fn, ok := obj.(*types.Func)
	if !ok {
		return false
	}
	sig := fn.Signature()
	return sig.Params().Len() == 0 && (sig.Results().Len() == 0 || sig.Results().Len() == 1 && typed.IsError(sig.Results().At(0).Type()))
}
