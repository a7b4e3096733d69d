package detect

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/typed"
)

// refused says why a person must decide, or "".
func (s *doneSelect) refused() string {
	if s.collects() {
		return "the loop ends by its own timeout and keeps what came until then"
	}
	for _, c := range s.cases {
		if !c.sends || c.channel.Kind != flow.LocalChannel || contains(s.fn.Node, at(c.channel.Var.Pos())) {
			continue
		}
		for _, op := range c.channel.Receives {
			if _, ranges := op.Node.(*ast.RangeStmt); !ranges && op.Func != s.fn.Node && !s.hears(op) {
				return fmt.Sprintf("%s is received from without a look at the context: one value is owed", c.channel.Name)
			}
		}
	}
	return ""
}

// at is a position as an empty node.
type at token.Pos

func (p at) Pos() token.Pos { return token.Pos(p) }
func (p at) End() token.Pos { return token.Pos(p) }

// collects reports whether the select stands in a loop that receives values
// until a timer of its own ends it, as a success.
func (s *doneSelect) collects() bool {
	if s.loop() == nil {
		return false
	}
	values, timeout := false, false
	for _, c := range s.cases {
		switch {
		case c.sends:
		case c.channel.Ticks():
			timeout = timeout || s.endsWell(c.clause.Body)
		default:
			values = values || bindsValue(c.clause.Comm)
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
func (s *doneSelect) endsWell(body []ast.Stmt) bool {
	if len(body) == 0 {
		return false
	}
	switch last := body[len(body)-1].(type) {
	case *ast.ReturnStmt:
		if len(last.Results) == 0 {
			return true
		}
		return s.Package.Info.Types[last.Results[len(last.Results)-1]].IsNil()
	case *ast.BranchStmt:
		return last.Label != nil && last.Tok != token.CONTINUE
	}
	return false
}

// caseDoubt says whose expectations the new case may disappoint, or "".
func (s *doneSelect) caseDoubt() string {
	for _, c := range s.cases {
		var why string
		switch {
		case c.sends:
			why = s.sendDoubt(c)
		case c.channel.Ticks() || s.fromBound(c.expr):
		default:
			why = s.receiveDoubt(c)
		}
		if why != "" {
			return why
		}
	}
	return ""
}

func (s *doneSelect) sendDoubt(c selectCase) string {
	ch := c.channel
	if ch.Kind == flow.LocalChannel && len(ch.Sources) == 0 {
		return ""
	}
	if n, known := ch.Capacity(); ch.Event() && known && n > 0 {
		return "" // a semaphore
	}
	return fmt.Sprintf("what is sent on %s may have to be delivered", types.ExprString(c.expr))
}

func (s *doneSelect) receiveDoubt(c selectCase) string {
	ch, name := c.channel, types.ExprString(c.expr)
	broadcast := ch.Dir == types.RecvOnly && (ch.Event() || ch.Name == "CloseNotify")
	switch {
	case ch.Kind == flow.LocalChannel && len(ch.Sources) == 0:
		return "" // its senders are asked for a way out
	case broadcast:
		return ""
	case ch.Event() && (ch.Kind == flow.FieldChannel || ch.Kind == flow.GlobalChannel):
		if _, known := ch.Capacity(); !known {
			return fmt.Sprintf("who sends on %s is not known", name)
		}
		for _, op := range ch.Sends {
			if !s.Flow.CanLeave(op) {
				return fmt.Sprintf("a sender on %s may be left waiting", name)
			}
		}
		return ""
	case ch.Kind == flow.LocalChannel:
		return fmt.Sprintf("who sends on %s is not known", name)
	}
	return fmt.Sprintf("what %s carries may have to be delivered", name)
}

// skipDoubt says that a plain return also skips what follows the select, of
// which the caller is not told.
func (s *doneSelect) skipDoubt() string {
	if s.fn.Sig.Results().Len() == 0 && s.skips(s.fn, s.stmt) {
		return "the return skips what follows the select"
	}
	return ""
}

// skips reports whether more than the rest of a loop's turn can follow stmt
// in its function.
func (s *doneSelect) skips(fn *flow.Func, stmt ast.Stmt) bool {
	var from ast.Node = stmt
	for n := s.Flow.Parent(stmt); n != nil && n != fn.Body; n = s.Flow.Parent(n) {
		switch n.(type) {
		case *ast.ForStmt, *ast.RangeStmt:
			from = n
		}
	}
	skips := false
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		next, ok := n.(ast.Stmt)
		if !ok || skips {
			return !skips
		}
		switch n.(type) {
		case *ast.BlockStmt, *ast.LabeledStmt, *ast.CommClause, *ast.CaseClause:
			return true
		case *ast.ReturnStmt, *ast.BranchStmt, *ast.EmptyStmt:
			return false
		}
		switch {
		case next.End() <= from.Pos() || contains(from, next):
			return false
		case contains(next, from):
			return true
		}
		skips = s.reaches(stmt, next)
		return false
	})
	return skips
}

// memoryDoubt says that a goroutine the select waits for writes what is not
// its own: leaving while it runs may be a data race.
func (s *doneSelect) memoryDoubt() string {
	for _, lit := range s.feederLiterals() {
		if v := s.writes(lit); v != nil {
			return fmt.Sprintf("the goroutine it waits for may write %s, which it would go on to do", v.Name())
		}
	}
	return ""
}

// writes returns a variable from outside lit that lit assigns, takes the
// address of, or hands to a call that may write what it refers to.
func (s *doneSelect) writes(lit *ast.FuncLit) *types.Var {
	var found *types.Var
	outer := func(e ast.Expr) *types.Var {
		v := typed.Var(s.Package.Info, typed.Operand(e))
		if v == nil || v.IsField() || contains(lit, at(v.Pos())) || isChannel(v.Type()) {
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
			if typed.IsBuiltin(s.Package.Info, n, "len") || typed.IsBuiltin(s.Package.Info, n, "cap") {
				return false
			}
			for _, arg := range n.Args {
				if v := outer(arg); v != nil && s.writable(v) {
					note(v)
				}
			}
			if sel, ok := ast.Unparen(n.Fun).(*ast.SelectorExpr); ok && s.changedBy(sel) {
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
func (s *doneSelect) writable(v *types.Var) bool {
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
		return !isStruct || !s.leavesOnTimer()
	}
	return false
}

// changedBy reports whether sel is a method, with a pointer receiver, of a
// parameter or receiver of the function around, which may change it.
func (s *doneSelect) changedBy(sel *ast.SelectorExpr) bool {
	id, ok := ast.Unparen(sel.X).(*ast.Ident)
	if !ok || s.leavesOnTimer() {
		return false
	}
	v := typed.Var(s.Package.Info, id)
	if v == nil || v.Kind() != types.ParamVar && v.Kind() != types.RecvVar {
		return false
	}
	fn, ok := s.Package.Info.Uses[sel.Sel].(*types.Func)
	return ok && fn.Signature().Recv() != nil && isPointer(fn.Signature().Recv().Type())
}

func hasWrite(t types.Type) bool {
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, "Write")
	_, ok := obj.(*types.Func)
	return ok
}

// leavesOnTimer reports whether a timer's case already leaves the function
// while the goroutines run.
func (s *doneSelect) leavesOnTimer() bool {
	for _, c := range s.cases {
		if body := c.clause.Body; !c.sends && c.channel.Ticks() && len(body) > 0 {
			if _, ok := body[len(body)-1].(*ast.ReturnStmt); ok {
				return true
			}
		}
	}
	return false
}

func isChannel(t types.Type) bool {
	_, ok := t.Underlying().(*types.Chan)
	return ok
}
