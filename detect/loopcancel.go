package detect

import (
	_ "embed"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"github.com/ctxfix/ctxfix/detect/typed"
)

//go:embed loopcancel.md
var loopCancelPage string

var loopCancelRule = &Rule{
	Name:   "loopcancel",
	Doc:    "a deferred cancel, or a context.AfterFunc nobody stops, piles up in a loop",
	Page:   loopCancelPage,
	Preset: Strict,
	Best:   Manual,
	Find:   findLoopCancel,
}

// A loopCancel is a pass that looks at what a loop leaves behind.
type loopCancel struct{ *Pass }

// findLoopCancel reports, with -strict and outside of tests,
//   - "defer cancel()", or a deferred literal that calls a cancel function,
//     provided: it can be reached again in its function, and the cancel
//     function is a variable that the turn gives its value;
//   - a call of context.AfterFunc whose result is dropped, provided: it can be
//     reached again, and its context was made outside of the loop.
//
// There is no fix: a person has to say where the turn is done with it.
func findLoopCancel(pass *Pass) []Finding {
	p := loopCancel{pass}
	if !p.Strict() {
		return nil
	}
	var findings []Finding
	for _, file := range p.Files() {
		if p.Flow.IsTestFile(file.Syntax) {
			continue
		}
		for n := range p.NodesIn(file, (*ast.DeferStmt)(nil), (*ast.CallExpr)(nil)) {
			var f Finding
			var ok bool
			switch n := n.(type) {
			case *ast.DeferStmt:
				f, ok = p.deferred(n)
			case *ast.CallExpr:
				f, ok = p.unstopped(n)
			}
			if ok {
				findings = append(findings, f)
			}
		}
	}
	return findings
}

// again reports whether n can run again before its function ends, and that
// function is there to run it.
func (p loopCancel) again(n ast.Node) bool {
	return p.Flow.Func(n) != nil && p.Flow.Reachable(n, n)
}

// deferred judges one defer statement.
func (p loopCancel) deferred(stmt *ast.DeferStmt) (Finding, bool) {
	cancel := p.called(stmt.Call)
	if cancel == nil || !p.again(stmt) || !p.madeInTurn(cancel, stmt) {
		return Finding{}, false
	}
	// Have: for … { …; defer cancel() }
	f := p.Finding(stmt, "deferred %s runs when the function ends, not when the turn of the loop does", types.ExprString(cancel))
	f.Lower(Manual, fmt.Sprintf("call %s after the last use of its context in the turn, or make the turn a function of its own", types.ExprString(cancel)))
	return f, true
}

// called returns the cancel function that a deferred call is, or that the
// literal it calls does nothing but call; else nil.
func (p loopCancel) called(call *ast.CallExpr) ast.Expr {
	if typed.IsCancelFunc(p.Package.Info.TypeOf(call.Fun)) {
		return call.Fun
	}
	lit, ok := ast.Unparen(call.Fun).(*ast.FuncLit)
	if !ok || len(lit.Body.List) != 1 {
		return nil
	}
	stmt, ok := lit.Body.List[0].(*ast.ExprStmt)
	if !ok {
		return nil
	}
	inner, ok := stmt.X.(*ast.CallExpr)
	if !ok || !typed.IsCancelFunc(p.Package.Info.TypeOf(inner.Fun)) {
		return nil
	}
	return inner.Fun
}

// madeInTurn reports whether the cancel function is a variable that the loop
// around stmt gives a value in each turn: what it ranges over was made before,
// to be ended with the function.
func (p loopCancel) madeInTurn(cancel ast.Expr, stmt ast.Node) bool {
	v := typed.Var(p.Package.Info, cancel)
	if v == nil || p.Flow.LoopVar(v, stmt) {
		return false
	}
	loop := p.loop(stmt)
	return loop == nil || p.declares(loop, v) || len(p.Flow.Assigned(v, loop)) > 0
}

// loop returns the innermost loop of its function that n stands in, or nil.
func (p loopCancel) loop(n ast.Node) ast.Node {
	for n = p.Flow.Parent(n); n != nil; n = p.Flow.Parent(n) {
		switch n.(type) {
		case *ast.ForStmt, *ast.RangeStmt:
			return n
		case *ast.FuncDecl, *ast.FuncLit:
			return nil
		}
	}
	return nil
}

func (p loopCancel) declares(n ast.Node, v *types.Var) bool {
	return n.Pos() <= v.Pos() && v.Pos() < n.End()
}

// unstopped judges one call of context.AfterFunc.
func (p loopCancel) unstopped(call *ast.CallExpr) (Finding, bool) {
	if !typed.IsFunc(typed.Callee(p.Package.Info, call), "context", "AfterFunc") || len(call.Args) != 2 {
		return Finding{}, false
	}
	if !p.dropped(call) || !p.again(call) || p.ofTurn(call) {
		return Finding{}, false
	}
	// Have: for … { …; context.AfterFunc(ctx, f) }, ctx from outside
	ctx := types.ExprString(call.Args[0])
	f := p.Finding(call, "each turn of the loop leaves a function with %s, and nobody takes it back", ctx)
	f.Lower(Manual, "keep the stop function that context.AfterFunc returns, and call it when the turn is done")
	return f, true
}

// dropped reports whether nobody gets the result of call.
func (p loopCancel) dropped(call *ast.CallExpr) bool {
	switch parent := p.Flow.Parent(call).(type) {
	case *ast.ExprStmt:
		return true
	case *ast.AssignStmt:
		id, ok := parent.Lhs[0].(*ast.Ident)
		return len(parent.Lhs) == 1 && ok && id.Name == "_" && parent.Tok == token.ASSIGN
	}
	return false
}

// ofTurn reports whether the context that call is given is made in the turn:
// by the expression itself, or as a variable of the loop's body.
func (p loopCancel) ofTurn(call *ast.CallExpr) bool {
	arg := ast.Unparen(call.Args[0])
	v := typed.Var(p.Package.Info, typed.Operand(arg))
	if v == nil {
		_, made := arg.(*ast.CallExpr)
		return made
	}
	loop := p.loop(call)
	return loop != nil && p.declares(loop, v)
}
