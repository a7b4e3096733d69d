package detect

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/ctxfix/ctxfix/detect/flow"
)

// goesOn says what the loop does after the case, besides coming back.
func (s *spin) goesOn() string {
	switch {
	case s.turn.Unled:
		return "nothing leads to the loop now"
	case s.turn.Leaves:
		return "the loop ends by itself: the turns that are left may be meant to run"
	case len(s.turn.Nodes) > 0:
		return "the rest of the turn, which runs after the select now, would be left out"
	}
	return ""
}

// meansSuccess says that the break was to lead to a return of a nil error,
// which stands behind the loop.
func (s *spin) meansSuccess(behind ast.Stmt) string {
	ret, ok := behind.(*ast.ReturnStmt)
	if !ok || !s.breaks() || len(ret.Results) == 0 || !s.Flow.IsNil(ret.Results[len(ret.Results)-1]) {
		return ""
	}
	return "behind the loop, where the break was to lead, nil is returned"
}

// remark says that a comment of some words in a case without statements may
// mean that it was left empty on purpose.
func (s *spin) remark() string {
	if s.breaks() {
		return ""
	}
	for _, stmt := range s.clause.Body {
		if _, ok := stmt.(*ast.ExprStmt); ok {
			return ""
		}
	}
	if s.Flow.Remarked(s.clause.Pos(), s.next()) {
		return "the comment in the case may say why it does not leave"
	}
	return ""
}

// next returns where what follows the case begins.
func (s *spin) next() token.Pos {
	for i, c := range s.sel.Body.List {
		if c == s.clause && i+1 < len(s.sel.Body.List) {
			return s.sel.Body.List[i+1].Pos()
		}
	}
	return s.sel.Body.Rbrace
}

// otherWayOut says that another case ends the loop, which may be meant to go
// on until then: until a channel is closed, or a result has come.
func (s *spin) otherWayOut() string {
	if s.breaks() {
		return ""
	}
	leaves := slices.ContainsFunc(s.sel.Body.List, func(c ast.Stmt) bool {
		clause := c.(*ast.CommClause)
		if clause == s.clause {
			return false
		}
		turn := s.Flow.TurnOf(clause, s.ctx)
		return turn.Leaves || !turn.Again && len(clause.Body) > 0
	})
	if !leaves {
		return ""
	}
	return "another case ends the loop, which may be meant to go on until then"
}

// senders says who may wait in vain for the loop to receive.
func (s *spin) senders() string {
	for _, c := range s.sel.Body.List {
		ch, sends := flow.Comm(c.(*ast.CommClause))
		if ch == nil || sends || c == s.clause {
			continue
		}
		channel := s.Flow.Channel(ch)
		if channel == nil || channel.Ticks() {
			continue
		}
		for _, op := range channel.Sends {
			if !s.Flow.CanLeave(op) {
				return "whoever sends on " + types.ExprString(ch) + " would wait in vain"
			}
		}
	}
	return ""
}
