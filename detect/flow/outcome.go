package flow

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// Outcome says what becomes of what a call returns.
type Outcome uint8

const (
	Decides Outcome = iota // an error or result is returned or branched on
	Passed                 // a result goes on into another call or value
	Logged                 // people read of it, the program goes on
	Dropped                // nothing looks at it
)

// Outcome returns what becomes of the results of call.
func (p *Package) Outcome(call *ast.CallExpr) Outcome {
	_, parent := p.operand(call)
	switch parent := parent.(type) {
	case *ast.ReturnStmt:
		return Decides
	case *ast.IfStmt, *ast.SwitchStmt, *ast.ForStmt, *ast.BinaryExpr, *ast.UnaryExpr, *ast.CaseClause, *ast.RangeStmt, *ast.TypeAssertExpr:
		return Decides
	case *ast.AssignStmt, *ast.ValueSpec:
		return p.outcomeOfVars(p.assignees(call), call)
	case *ast.SelectorExpr: // f(ctx).Scan(&x)
		if outer, ok := p.Parent(parent).(*ast.CallExpr); ok && outer.Fun == parent {
			return p.Outcome(outer)
		}
		return Passed
	case *ast.CallExpr:
		if hasWord(typed.CalleeName(parent), loggers) {
			return Logged
		}
		if o := p.Outcome(parent); o == Decides {
			return o
		}
		return Passed
	case *ast.ExprStmt, *ast.GoStmt, *ast.DeferStmt:
		return Dropped
	}
	return Passed
}

// outcomeOfVars judges the variables that take the results: the error decides
// if there is one, else any result.
func (p *Package) outcomeOfVars(lhs []ast.Expr, call *ast.CallExpr) Outcome {
	worst := Dropped
	for i, l := range lhs {
		becomes := Dropped
		if !isBlank(l) {
			becomes = p.outcomeOfVar(l, call)
		}
		if typed.IsError(p.Info.TypeOf(l)) || resultIsError(p.Info, call, i) {
			return becomes
		}
		worst = min(worst, becomes)
	}
	return worst
}

func indexOf(list []ast.Expr, e ast.Expr) int {
	for i, x := range list {
		if x == e {
			return i
		}
	}
	return -1
}

func resultIsError(info *types.Info, call *ast.CallExpr, i int) bool {
	if t, ok := info.TypeOf(call).(*types.Tuple); ok {
		return i < t.Len() && typed.IsError(t.At(i).Type())
	}
	return typed.IsError(info.TypeOf(call))
}

// outcomeOfVar looks at every use of the variable after the call.
func (p *Package) outcomeOfVar(l ast.Expr, call *ast.CallExpr) Outcome {
	v := typed.Var(p.Info, l)
	if v == nil || v.Kind() == types.PackageVar {
		return Passed
	}
	f := p.Func(call)
	if v.Kind() == types.ResultVar && f.Declares(v) {
		return Decides
	}
	best := Dropped
	for _, id := range p.usesOf(v) {
		if id.Pos() > call.End() {
			best = min(best, p.outcomeOfUse(id))
		}
	}
	return best
}

// outcomeOfUse climbs from one use of a result to what it decides.
func (p *Package) outcomeOfUse(id *ast.Ident) Outcome {
	var child ast.Node = id
	for n := p.Parent(id); n != nil; child, n = n, p.Parent(n) {
		switch n := n.(type) {
		case *ast.ReturnStmt:
			return Decides
		case *ast.IfStmt:
			if child == n.Cond {
				return p.outcomeOfBranch(n)
			}
			return Passed
		case *ast.SwitchStmt, *ast.TypeAssertExpr, *ast.CaseClause:
			return Decides
		case *ast.ForStmt:
			if child == n.Cond {
				return Decides
			}
			return Passed
		case *ast.RangeStmt:
			if child == n.X {
				return Decides
			}
			return Passed
		case *ast.CallExpr:
			if child != n.Fun && hasWord(typed.CalleeName(n), loggers) && !p.insideReturn(n) {
				return Logged
			}
		case *ast.AssignStmt:
			for _, l := range n.Lhs {
				if l == child {
					return Dropped // Have: overwritten, not looked at
				}
			}
			return Passed
		case ast.Stmt:
			return Passed
		}
	}
	return Passed
}

func (p *Package) insideReturn(n ast.Node) bool {
	for ; n != nil; n = p.Parent(n) {
		switch n.(type) {
		case *ast.ReturnStmt:
			return true
		case ast.Stmt:
			return false
		}
	}
	return false
}

// outcomeOfBranch reports Logged for a branch in which people are told and
// nothing else happens.
func (p *Package) outcomeOfBranch(s *ast.IfStmt) Outcome {
	if s.Else != nil || len(s.Body.List) == 0 {
		return Decides
	}
	for _, stmt := range s.Body.List {
		expr, ok := stmt.(*ast.ExprStmt)
		if !ok {
			return Decides
		}
		call, ok := expr.X.(*ast.CallExpr)
		if !ok || !hasWord(typed.CalleeName(call), loggers) || p.replies(call) {
			return Decides
		}
	}
	if cond, ok := s.Cond.(*ast.BinaryExpr); ok && cond.Op == token.EQL {
		return Decides
	}
	return Logged
}

// replies reports whether call is given a response writer: http.Error is no
// log line, it decides what the client gets.
func (p *Package) replies(call *ast.CallExpr) bool {
	return slices.ContainsFunc(call.Args, func(arg ast.Expr) bool {
		return typed.IsResponseWriter(p.Info.TypeOf(arg))
	})
}
