package flow

import (
	"go/ast"
	"go/token"
	"go/types"
)

// leftSending returns the channel that a loop around the statement, or the
// loop that it is, receives from, and whose senders may wait for ever when the function is left there.
// "" for none: the loop ends with the context elsewhere, too; or the senders
// have another way on; or the channel only tells the time, or an end.
func (p *Package) leftSending(f *Func, at ast.Node) string {
	for n := at; n != f.Node; n = p.Parent(n) {
		var received []ast.Expr
		switch n := n.(type) {
		case *ast.RangeStmt:
			if isChan(p.Info.TypeOf(n.X)) {
				received = append(received, n.X)
			}
		case *ast.ForStmt:
		default:
			continue
		}
		received = append(received, p.bareReceives(f, n)...)
		for _, ch := range received {
			if p.sendersNeed(ch) && !p.leavesWhenDone(f, n) {
				return types.ExprString(ch)
			}
		}
	}
	return ""
}

// bareReceives returns the channels received from in the loop, outside
// selects and literals.
func (p *Package) bareReceives(f *Func, loop ast.Node) []ast.Expr {
	var found []ast.Expr
	ast.Inspect(loop, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit, *ast.SelectStmt:
			return false
		case *ast.UnaryExpr:
			if n.Op == token.ARROW {
				found = append(found, n.X)
			}
		}
		return true
	})
	return found
}

// sendersNeed reports whether a sender on ch may hang when nobody receives.
func (p *Package) sendersNeed(ch ast.Expr) bool {
	c := p.Channel(ch)
	if c == nil {
		return true // Have: a channel whose type is a parameter
	}
	if c.Ticks() || c.Ending() || c.OSSignals() || c.Event() {
		return false
	}
	if !c.Private() {
		return true
	}
	for _, op := range c.Sends {
		if !p.CanLeave(op) {
			return true
		}
	}
	return false
}

// leavesWhenDone reports whether the loop is left elsewhere because the
// context is done.
func (p *Package) leavesWhenDone(f *Func, loop ast.Node) bool {
	found := false
	ast.Inspect(loop, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			found = found || p.isDeadAt(f, n)
		case *ast.BranchStmt:
			found = found || n.Tok != token.CONTINUE && n.Label != nil && p.isDeadAt(f, n)
		}
		return !found
	})
	return found
}
