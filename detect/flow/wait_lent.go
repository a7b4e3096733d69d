package flow

import (
	"go/ast"
	"slices"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// A channel may lend a value out: who receives it holds it, like a lock, and
// sends it again when done.
//
//	mem := <-c.mem; …; c.mem <- mem

// putsBack reports whether the send gives the channel c the variable that the
// function, or one around it, received from it before.
func (w *Wait) putsBack(c *Channel) bool {
	send, ok := w.stmt.(*ast.SendStmt)
	if !ok || !c.mayHaveRoom() {
		return false
	}
	v := typed.Var(w.p.Info, send.Value)
	return v != nil && slices.ContainsFunc(c.Receives, func(op ChannelOp) bool {
		assign, ok := w.p.Parent(op.Node).(*ast.AssignStmt)
		return ok && w.p.FuncOf(op.Func).Contains(w.stmt) && op.Node.Pos() < w.stmt.Pos() && typed.Var(w.p.Info, assign.Lhs[0]) == v
	})
}

// PutBackDeferred says that a receive takes a value that a deferred function
// puts back: who leaves instead would have it put back all the same.
func (w *Wait) PutBackDeferred() string {
	for _, op := range w.Cases[0].Channel.Sends {
		call, ok := w.p.Parent(op.Func).(*ast.CallExpr)
		if !ok || op.Node.Pos() > w.stmt.Pos() {
			continue
		}
		if stmt, ok := w.p.Parent(call).(*ast.DeferStmt); ok && w.p.Func(stmt) == w.fn {
			return "what is deferred puts it back, taken or not"
		}
	}
	return ""
}
