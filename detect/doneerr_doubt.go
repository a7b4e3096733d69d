package detect

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/typed"
)

// unheard reports whether a go or defer statement calls the function, a
// literal: nobody gets its results.
func (r *doneReturn) unheard() bool {
	call, ok := r.Flow.Parent(r.fn.Node).(*ast.CallExpr)
	if !ok || ast.Unparen(call.Fun) != r.fn.Node {
		return false
	}
	switch r.Flow.Parent(call).(type) {
	case *ast.GoStmt, *ast.DeferStmt:
		return true
	}
	return false
}

// meant reports whether a literal nil is right: the function ends the context
// itself, something is done before it returns, another failure is passed over
// because of the cancellation, a comment stands there, or the function ends well
// in no other way than by being cancelled.
func (r *doneReturn) meant() bool {
	switch {
	case r.Flow.LifetimeOf(r.ctx) != flow.Caller, r.acts(), r.afterFailure():
		return true
	case r.Flow.SaidOnPurpose(r.ret) || r.Flow.SaidOnPurpose(r.at) || r.Flow.Remarked(r.at.Pos(), r.end()):
		r.Keep(r.ret, flow.RegionSaid)
		return true
	}
	return r.fn.Sig.Results().Len() == 1 && !r.succeedsOtherwise()
}

// end returns the end of the line that the return ends on.
func (r *doneReturn) end() token.Pos {
	file := r.Program.Fset.File(r.ret.Pos())
	if line := file.Line(r.ret.End()); line < file.LineCount() {
		return file.LineStart(line + 1)
	}
	return r.ret.End()
}

// acts reports whether more than log lines comes before the return.
func (r *doneReturn) acts() bool {
	for _, stmt := range r.body() {
		if stmt == r.ret {
			return false
		}
		expr, ok := stmt.(*ast.ExprStmt)
		if !ok {
			return true
		}
		if call, ok := expr.X.(*ast.CallExpr); !ok || !flow.IsTeller(typed.CalleeName(call)) {
			return true
		}
	}
	return false
}

func (r *doneReturn) body() []ast.Stmt {
	switch at := r.at.(type) {
	case *ast.CommClause:
		return at.Body
	case *ast.IfStmt:
		return at.Body.List
	}
	return nil
}

// afterFailure reports whether the place is reached only with another error
// that is not nil: if err != nil { if ctx.Err() != nil { return nil } … }.
func (r *doneReturn) afterFailure() bool {
	for n := ast.Node(r.at); n != r.fn.Node && n != nil; n = r.Flow.Parent(n) {
		s, ok := n.(*ast.IfStmt)
		if !ok {
			continue
		}
		failed := false
		ast.Inspect(s.Cond, func(m ast.Node) bool {
			if b, ok := m.(*ast.BinaryExpr); ok && b.Op == token.NEQ && r.Package.Info.Types[b.Y].IsNil() {
				v := typed.Var(r.Package.Info, b.X)
				failed = failed || v != nil && typed.IsError(v.Type()) && (n != r.at || r.err == nil)
			}
			return true
		})
		if failed {
			return true
		}
	}
	return false
}

// succeedsOtherwise reports whether another return of the function may report
// success. A function that only the end of its context ends without an error
// runs until then.
func (r *doneReturn) succeedsOtherwise() bool {
	found := false
	ast.Inspect(r.fn.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			found = found || n != r.ret && !r.seesDone(n) && r.maySucceed(n)
		}
		return !found
	})
	return found
}

// seesDone reports whether the return stands in a case on a Done, or where a
// context's error was asked, also by the condition of the loop before.
func (r *doneReturn) seesDone(ret *ast.ReturnStmt) bool {
	if r.Flow.Region(ret) == flow.RegionDead {
		return true
	}
	for n := r.Flow.Parent(ret); n != nil && n != r.fn.Node; n = r.Flow.Parent(n) {
		switch n := n.(type) {
		case *ast.CommClause:
			ch, _ := flow.Comm(n)
			return ch != nil && r.Flow.DoneOf(ch) != nil
		case *ast.IfStmt:
			if ctx, _ := r.foundDone(n); ctx != nil {
				return true
			}
		}
	}
	return false
}

// maySucceed reports whether the error that is returned may be nil.
func (r *doneReturn) maySucceed(ret *ast.ReturnStmt) bool {
	if len(ret.Results) == 0 {
		return true
	}
	last := ast.Unparen(ret.Results[len(ret.Results)-1])
	if call, ok := last.(*ast.CallExpr); ok {
		fn := typed.Callee(r.Package.Info, call)
		return !typed.IsFunc(fn, "errors", "New", "Join") && !typed.IsFunc(fn, "fmt", "Errorf") && r.Flow.ErrSource(call) == nil
	}
	if v := typed.Var(r.Package.Info, last); v != nil && v.Parent() == r.Package.Types.Scope() {
		return false // Have: return errClosed
	}
	return !r.Flow.NeverNil(last)
}

// refused says why the context's error cannot be returned.
func (r *doneReturn) refused(v *types.Var) string {
	base := typed.Var(r.Package.Info, leftmost(r.ctx))
	if !r.holds() && (base == nil || !r.Flow.Resolves(base.Name(), base, r.ret.Pos()) || r.reassigned(base)) {
		return types.ExprString(r.ctx) + " does not mean the same context there"
	}
	if r.named && v.Kind() == types.LocalVar && !r.usedElsewhere(v) {
		return v.Name() + " would not be used any more"
	}
	return ""
}

// reassigned reports whether the variable the context starts with may have
// another value at the return than when the context was found to be done.
func (r *doneReturn) reassigned(base *types.Var) bool {
	if len(r.Flow.Assigned(base, r.at)) > 0 {
		return true
	}
	asked := r.at.Pos() <= r.ctx.Pos() && r.ctx.End() <= r.at.End()
	return !asked && r.Flow.AssignedAfter(base, r.ctx, nil) != nil
}

// leftmost returns the operand that e starts with: r of r.Context().
func leftmost(e ast.Expr) ast.Expr {
	for {
		e = typed.Operand(e)
		call, ok := e.(*ast.CallExpr)
		if !ok {
			return e
		}
		e = call.Fun
	}
}

// usedElsewhere reports whether v is read anywhere but in this return.
func (r *doneReturn) usedElsewhere(v *types.Var) bool {
	used := false
	ast.Inspect(r.fn.Outermost().Node, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok || r.Package.Info.Uses[id] != v || id == r.last {
			return !used
		}
		assign, ok := r.Flow.Parent(id).(*ast.AssignStmt)
		used = !ok || !slices.Contains(assign.Lhs, ast.Expr(id))
		return !used
	})
	return used
}

// doubts says why the fix may not be what is wanted.
func (r *doneReturn) doubts() []string {
	ctx := types.ExprString(r.ctx)
	var doubts []string
	if !r.named {
		doubts = append(doubts, "the function may mean its cancellation as a success")
	}
	switch r.Flow.LifetimeOf(r.ctx) {
	case flow.Deadline:
		doubts = append(doubts, ctx+" has a deadline set here: running into it may be meant as a success")
	case flow.Itself:
		doubts = append(doubts, ctx+" also ends when this function has finished: that may be meant as a success")
	case flow.Peer:
		doubts = append(doubts, "whoever ended "+ctx+" has gone and is told nothing")
	case flow.Unknown:
		doubts = append(doubts, "who ends "+ctx+" is not known: that may be meant as a success")
	}
	if r.named && r.setAfter() {
		doubts = append(doubts, types.ExprString(r.last)+" tells of what was done although "+ctx+" is done, and that went well")
	}
	if r.afterFailure() {
		doubts = append(doubts, "another failure is passed over because "+ctx+" is done")
	}
	if r.fn.Sig.Results().Len() == 1 && !r.succeedsOtherwise() {
		doubts = append(doubts, "the function ends well in no other way: it may be meant to run until it is cancelled")
	}
	doubts = append(doubts, r.serves(), r.remarked(), r.deferredLook(), r.givenTo())
	for _, e := range r.ret.Results[:len(r.ret.Results)-1] {
		if !r.isZero(e) {
			doubts = append(doubts, types.ExprString(e)+" is returned, which callers may drop once there is an error")
		}
	}
	return doubts
}

// setAfter reports whether the variable that is returned gets its value once
// the context is found to be done.
func (r *doneReturn) setAfter() bool {
	v := typed.Var(r.Package.Info, r.last)
	body := r.body()
	first, last := body[0].Pos(), body[len(body)-1].End()
	return first <= v.Pos() && v.Pos() < last || slices.ContainsFunc(r.Flow.Assigned(v, r.at), func(n ast.Node) bool { return first <= n.Pos() })
}

// serves says that the function does nothing but go round a loop without end,
// which its caller may stop by a cancellation.
func (r *doneReturn) serves() string {
	if r.fn.Sig.Results().Len() > 1 {
		return ""
	}
	for n := r.Flow.Parent(r.ret); n != nil && n != r.fn.Node; n = r.Flow.Parent(n) {
		if loop, ok := n.(*ast.ForStmt); ok && loop.Cond == nil {
			return "the function goes round a loop without end: cancelling it may be the way to stop it"
		}
	}
	return ""
}

// remarked says that a comment stands there.
func (r *doneReturn) remarked() string {
	if r.Flow.SaidOnPurpose(r.ret) || r.Flow.SaidOnPurpose(r.at) || r.Flow.Remarked(r.at.Pos(), r.end()) {
		return "the comment there may say why it is no error"
	}
	return ""
}

// deferredLook says that a deferred call looks at the error that is returned:
// it may commit, or take back, by it.
func (r *doneReturn) deferredLook() string {
	results := r.fn.Sig.Results()
	result, why := results.At(results.Len()-1), ""
	ast.Inspect(r.fn.Body, func(n ast.Node) bool {
		if stmt, ok := n.(*ast.DeferStmt); ok && r.mentionsVar(stmt, result) {
			why = "a deferred call looks at " + result.Name()
		}
		return why == ""
	})
	return why
}

// givenTo says which function calls the literal that returns the error, unless
// it is a group that only hands it on.
func (r *doneReturn) givenTo() string {
	call, ok := r.Flow.Parent(r.fn.Node).(*ast.CallExpr)
	if !ok || ast.Unparen(call.Fun) == r.fn.Node || r.Package.Info.Types[call.Fun].IsType() {
		return ""
	}
	if typed.IsMethod(typed.Callee(r.Package.Info, call), "golang.org/x/sync/errgroup", "Group", "Go", "TryGo") {
		return ""
	}
	return "what " + types.ExprString(call.Fun) + " makes of the error is not known: it may try again"
}

// isZero reports whether e certainly is the zero value of its type.
func (r *doneReturn) isZero(e ast.Expr) bool {
	e = ast.Unparen(e)
	if tv := r.Package.Info.Types[e]; tv.Value != nil {
		switch tv.Value.String() {
		case "0", "false", `""`:
			return true
		}
		return false
	}
	if lit, ok := e.(*ast.CompositeLit); ok {
		switch r.Package.Info.TypeOf(lit).Underlying().(type) {
		case *types.Struct, *types.Array:
			return len(lit.Elts) == 0
		}
		return false
	}
	if r.Flow.IsNil(e) {
		return true
	}
	v := typed.Var(r.Package.Info, e)
	if v == nil || v.Kind() != types.LocalVar && v.Kind() != types.ResultVar || !r.unset(v) {
		return false
	}
	_, basic := v.Type().Underlying().(*types.Basic)
	if _, param := types.Unalias(v.Type()).(*types.TypeParam); !basic && !param {
		return false // its parts may be set
	}
	return !slices.ContainsFunc(r.Flow.Assigned(v, nil), func(n ast.Node) bool {
		return r.Flow.Func(n) != r.fn || r.comesFrom(n)
	})
}

// comesFrom reports whether the return can be reached once the assignment n
// has been made; that of a select's case is made when the case is chosen.
func (r *doneReturn) comesFrom(n ast.Node) bool {
	clause, ok := r.Flow.Parent(n).(*ast.CommClause)
	if !ok || clause.Comm != n || len(clause.Body) == 0 {
		return r.Flow.Reachable(n, r.ret)
	}
	return SpanOf(clause).Overlaps(SpanOf(r.ret)) || r.Flow.Reachable(clause.Body[0], r.ret)
}

// unset reports whether v is a named result or declared without a value.
func (r *doneReturn) unset(v *types.Var) bool {
	if v.Kind() == types.ResultVar {
		return true
	}
	found := false
	ast.Inspect(r.fn.Body, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if ok && len(spec.Values) == 0 {
			for _, name := range spec.Names {
				found = found || r.Package.Info.Defs[name] == v
			}
		}
		return !found
	})
	return found
}
