package flow

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// tellsFailure returns the variable by which the call tells of the failure of
// another one that received a context, and that the code goes on from:
//
//	if err := work(ctx); err != nil { status = "failed" }
//	save(status)
//
// Had the first been cancelled, the second is what must still be done. "" for
// none.
func (p *Package) tellsFailure(f *Func, call *ast.CallExpr) string {
	told := p.failures(f, call)
	said := call.Args
	if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
		if id, ok := ast.Unparen(sel.X).(*ast.Ident); ok {
			said = append([]ast.Expr{id}, said...)
		}
	}
	for _, e := range said {
		if v := p.mentionsOneOf(e, told); v != nil {
			return v.Name()
		}
	}
	return ""
}

// failures returns the variables that hold at n what came of a failure: set
// where one was found, or made of such a variable.
func (p *Package) failures(f *Func, n ast.Node) map[*types.Var]bool {
	told := map[*types.Var]bool{}
	for _, m := range p.partsOf(f).sets {
		switch m := m.(type) {
		case *ast.AssignStmt:
			if contains(m, n) {
				continue
			}
			if v := p.unaskedAt(f, m, n); v != nil {
				told[v] = true
			}
			fails := p.setsOutcome(m)
			for _, r := range m.Rhs {
				fails = fails || len(told) > 0 && p.mentionsOneOf(r, told) != nil
			}
			if fails && p.Reachable(m, n) {
				p.tell(told, m.Lhs)
			}
		case *ast.IncDecStmt:
			if p.setsOutcome(m) && p.Reachable(m, n) {
				p.tell(told, []ast.Expr{m.X})
			}
		}
	}
	return told
}

// setsOutcome reports whether the statement sets something where a failure is
// known, or to what says whether there was one.
func (p *Package) setsOutcome(stmt ast.Stmt) bool {
	known, ok := p.outcomes[stmt]
	if !ok {
		assign, _ := stmt.(*ast.AssignStmt)
		known = p.knowsFailure(stmt) || assign != nil && slices.ContainsFunc(assign.Rhs, p.isOutcome)
		p.outcomes[stmt] = known
	}
	return known
}

// tell adds the variables that are set, or parts of which are.
func (p *Package) tell(told map[*types.Var]bool, set []ast.Expr) {
	for _, e := range set {
		if v := typed.Var(p.Info, typed.Operand(e)); v != nil && !typed.IsContext(v.Type()) {
			told[v] = true
		}
	}
}

// mentionsOneOf returns a variable of the set that e mentions, or nil.
func (p *Package) mentionsOneOf(e ast.Expr, set map[*types.Var]bool) (found *types.Var) {
	ast.Inspect(e, func(n ast.Node) bool {
		id, _ := n.(*ast.Ident)
		if v, _ := p.Info.Uses[id].(*types.Var); found == nil && set[v] {
			found = v
		}
		return found == nil
	})
	return found
}

// unaskedAt returns the error that the assignment sets, from a call that
// received a context, if nobody has asked it before n; or nil.
func (p *Package) unaskedAt(f *Func, m *ast.AssignStmt, n ast.Node) *types.Var {
	if !p.isContextCall(m.Rhs[len(m.Rhs)-1]) {
		return nil
	}
	v := typed.Var(p.Info, m.Lhs[len(m.Lhs)-1])
	if v == nil || !typed.IsError(v.Type()) || !p.lasts(f, v, m, n) {
		return nil
	}
	return v
}

func (p *Package) isContextCall(e ast.Expr) bool {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	return ok && p.receivesContext(call)
}

// isOutcome reports whether e compares the error of a call that receives a
// context with nil: ok := work(ctx) == nil.
func (p *Package) isOutcome(e ast.Expr) bool {
	return p.failsIf(e, true) || p.failsIf(e, false)
}

// knowsFailure reports whether n runs where a call that received a context is
// known to have failed.
func (p *Package) knowsFailure(n ast.Node) bool {
	return p.inBranch(n, p.failsIf) || p.inDefault(n)
}

// failsIf reports whether cond, being truth, says that a call that received a
// context has failed: by its error, or by one in what it returned.
func (p *Package) failsIf(cond ast.Expr, truth bool) bool {
	if p.failedCall(cond, truth) {
		return true
	}
	b, ok := ast.Unparen(cond).(*ast.BinaryExpr)
	if !ok || (b.Op == token.NEQ) != truth || !isNil(p.Info, b.Y) || !typed.IsError(p.Info.TypeOf(b.X)) {
		return false
	}
	if p.isContextCall(typed.Operand(b.X)) {
		return true
	}
	// Have: result.Err != nil
	v := typed.Var(p.Info, typed.Operand(b.X))
	if _, part := ast.Unparen(b.X).(*ast.SelectorExpr); !part || v == nil {
		return false
	}
	for _, d := range p.definitionsOf(v) {
		if d.node.Pos() < cond.Pos() && p.isContextCall(d.rhs) {
			return true
		}
	}
	return false
}

// inDefault reports whether n stands in the default clause of a switch without
// a tag that has a case for the error being nil.
func (p *Package) inDefault(n ast.Node) bool {
	for m := p.Parent(n); m != nil; m = p.Parent(m) {
		clause, ok := m.(*ast.CaseClause)
		if !ok || clause.List != nil || p.tagOf(clause) != nil {
			continue
		}
		for _, other := range Statements(p.Parent(clause)) {
			if c := other.(*ast.CaseClause); len(c.List) == 1 && p.failsIf(c.List[0], false) {
				return true
			}
		}
	}
	return false
}
