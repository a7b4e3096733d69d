package detect

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/typed"
)

// A TickerStop adds a deferred Stop behind the statement that makes a ticker.
type TickerStop struct {
	Assign *ast.AssignStmt
	Var    string        // the ticker
	Tick   *ast.CallExpr // time.Tick, which becomes a ticker Var before Assign; or nil
	New    string        // "time.NewTicker", where Tick is set
}

// tickerStop reports a ticker that runs on when the function has ended,
// provided:
//   - the file is older than Go 1.23, which collects what nobody uses;
//   - it is assigned to a new local variable, outside loops: by
//     time.NewTicker, or by time.Tick with a positive constant;
//   - the function alone uses it, for its channel and Reset, and never stops it;
//   - the function can end.
func (p *timerFinder) tickerStop(assign *ast.AssignStmt) (Finding, bool) {
	if len(assign.Lhs) != 1 || len(assign.Rhs) != 1 || assign.Tok != token.DEFINE || !p.uncollected(assign) || !p.inBlock(assign) {
		return Finding{}, false
	}
	call, ok := ast.Unparen(assign.Rhs[0]).(*ast.CallExpr)
	if !ok || p.inTest(assign) || p.inLoop(assign) {
		return Finding{}, false
	}
	fn := typed.Callee(p.Package.Info, call)
	fix := &TickerStop{Assign: assign}
	switch {
	case typed.IsFunc(fn, "time", "NewTicker"):
	case typed.IsFunc(fn, "time", "Tick"):
		d := p.Package.Info.Types[call.Args[0]].Value
		if d == nil || constant.Sign(d) <= 0 {
			return Finding{}, false
		}
		fix.Tick, fix.New = call, sibling(call, "NewTicker")
	default:
		return Finding{}, false
	}
	// Have: ticker := time.NewTicker(d)
	v := typed.Var(p.Package.Info, assign.Lhs[0])
	if v == nil || !p.local(v, assign, fix.Tick != nil) || !p.ends(assign) {
		return Finding{}, false
	}
	if _, none := p.Flow.Live(assign); none != nil {
		return Finding{}, false
	}
	f := p.Finding(assign, "%s is never stopped: it goes on when the function has ended", v.Name())
	fix.Var = v.Name()
	if fix.Tick != nil {
		fix.Var = p.names.pick(p.Pass, assign, "ticker", "clock", "timer")
	}
	f.Evidence = &Timer{Stop: fix}
	f.Touches = []Span{SpanOf(assign)}
	return f, true
}

// local reports whether v is used in its own function alone, and for nothing
// but its ticks.
func (p *timerFinder) local(v *types.Var, assign *ast.AssignStmt, isChannel bool) bool {
	fn := p.Flow.Func(assign)
	ok := true
	ast.Inspect(fn.Outermost().Node, func(n ast.Node) bool {
		id, isIdent := n.(*ast.Ident)
		if !isIdent || p.Package.Info.Uses[id] != v {
			return ok
		}
		ok = p.Flow.Func(id) == fn && (p.ticks(id, isChannel))
		return ok
	})
	return ok
}

// ticks reports whether the use of a ticker, or of its channel, only waits
// for it or resets it.
func (p *timerFinder) ticks(id *ast.Ident, isChannel bool) bool {
	var e ast.Expr = id
	if !isChannel {
		sel, ok := p.Flow.Parent(id).(*ast.SelectorExpr)
		if !ok || sel.Sel.Name != "C" && sel.Sel.Name != "Reset" {
			return false
		}
		if sel.Sel.Name == "Reset" {
			return true
		}
		e = sel
	}
	switch parent := p.Flow.Parent(e).(type) {
	case *ast.UnaryExpr:
		return parent.Op == token.ARROW
	case *ast.RangeStmt:
		return parent.X == e
	}
	return false
}

// ends reports whether the function can end after the statement.
func (p *timerFinder) ends(stmt ast.Stmt) bool {
	fn := p.Flow.Func(stmt)
	ends := false
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			ends = ends || p.Flow.Reachable(stmt, n)
		}
		return !ends
	})
	if ends || fn.Sig.Results().Len() > 0 {
		return ends
	}
	last, ok := fn.Body.List[len(fn.Body.List)-1].(*ast.ForStmt)
	return !ok || last.Cond != nil
}

// An AfterStop stops the timer of a time.AfterFunc when Context is done.
type AfterStop struct {
	Stmt      *ast.ExprStmt // time.AfterFunc(d, f)
	Timer     string        // the variable it is assigned to
	AfterFunc string        // "context.AfterFunc"
	Context   flow.Context
	Imports   []flow.Import
}

// afterFunc reports, in full, a time.AfterFunc whose timer is dropped, so
// that nothing can stop it when the context is done.
func (p *timerFinder) afterFunc(stmt *ast.ExprStmt) (Finding, bool) {
	call, ok := ast.Unparen(stmt.X).(*ast.CallExpr)
	if !ok || !p.Strict() || !typed.IsFunc(typed.Callee(p.Package.Info, call), "time", "AfterFunc") || !p.inBlock(stmt) || p.inTest(stmt) {
		return Finding{}, false
	}
	place, ok := p.deaf(stmt)
	if !ok {
		return Finding{}, false
	}
	f := p.Finding(stmt, "%s does not hear %s: its function runs after cancellation", types.ExprString(call.Fun), place.ctx.Expr)
	if place.none != nil {
		f = p.Finding(stmt, "%s does not hear any context: its function runs after cancellation", types.ExprString(call.Fun))
		f.Lower(Manual, place.none.Reason)
		return f, true
	}
	pkg, add, ok := p.Flow.Import("context", stmt.Pos())
	switch {
	case p.Flow.Version(stmt) < 21:
		f.Lower(Manual, "context.AfterFunc is not there before Go 1.21: keep the timer and stop it")
	case p.inLoop(stmt):
		f.Lower(Manual, "it stands in a loop: each turn would leave something for the context to call")
	case !ok:
		f.Lower(Manual, "the package context cannot be named here")
	}
	if f.Safety == Manual {
		return f, true
	}
	fix := &AfterStop{Stmt: stmt, Context: place.ctx, AfterFunc: "AfterFunc"}
	if pkg != "." {
		fix.AfterFunc = pkg + ".AfterFunc"
	}
	if add != nil {
		fix.Imports = append(fix.Imports, *add)
	}
	fix.Timer = p.names.pick(p.Pass, stmt, "timer", "later", "delayed", "pending")
	f.Lower(Unsafe, "its function may be meant to run whatever becomes of "+place.ctx.Expr)
	f.Evidence = &Timer{After: fix}
	f.Touches = []Span{SpanOf(stmt)}
	if r := place.ctx.Rename; r != nil {
		f.Touches = append(f.Touches, SpanOf(r.List))
	}
	return f, true
}
