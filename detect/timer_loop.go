package detect

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/typed"
)

// A TickLoop makes `for now := range ticker.C` an endless loop that begins
// with a select on the ticker and the Done of Context.
type TickLoop struct {
	Range   *ast.RangeStmt
	Context flow.Context
	Exit    flow.Exit
	First   bool // the Done case goes first

	Declare string // "var now time.Time", for a variable the loop declares; or empty
	Imports []flow.Import
	Tick    string          // a variable for what is ranged over, a call of time.Tick; or empty
	Ticker  string          // a ticker in place of that call; or empty
	New     string          // "time.NewTicker", where Ticker is set
	Never   *ast.ReturnStmt // behind the loop, and not reached; or nil
}

// tickLoop reports a loop over the channel of a ticker, or over time.Tick.
func (p *timerFinder) tickLoop(loop *ast.RangeStmt) (Finding, bool) {
	call := p.tickCall(loop.X)
	if call == nil && !p.isTicks(loop.X) || p.inTest(loop) {
		return Finding{}, false
	}
	// Have: for range ticker.C { … }
	place, ok := p.deaf(loop)
	if !ok {
		return Finding{}, false
	}
	what := types.ExprString(loop.X)
	if call != nil {
		what = types.ExprString(call.Fun)
	}
	f := p.Finding(loop, "the loop over %s does not hear %s: it goes on after cancellation", what, place.ctx.Expr)
	if place.none != nil {
		f = p.Finding(loop, "the loop over %s does not hear any context: it goes on after cancellation", what)
		f.Lower(Manual, place.none.Reason)
		return f, true
	}
	f.Span = Span{loop.For, loop.Body.Lbrace}
	fix := &TickLoop{Range: loop, Context: place.ctx, First: p.Flow.DoneFirst(loop)}
	fix.Exit = p.leaving(&f, loop, place.ctx)
	if f.Safety == Manual {
		return f, true
	}
	if why := p.declare(fix); why != "" {
		f.Lower(Manual, why)
		return f, true
	}
	if why := p.behind(fix); why != "" {
		f.Lower(Manual, why)
		return f, true
	}
	if call != nil {
		p.hoist(&f, fix, call)
	}
	f.Evidence = &Timer{Loop: fix}
	f.Touches = append(f.Touches, Span{loop.For, loop.Body.Lbrace + 1})
	if fix.Never != nil {
		f.Touches = append(f.Touches, SpanOf(fix.Never))
	}
	return f, true
}

// tickCall returns the call of time.Tick that e is, or nil.
func (p *timerFinder) tickCall(e ast.Expr) *ast.CallExpr {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok || !typed.IsFunc(typed.Callee(p.Package.Info, call), "time", "Tick") {
		return nil
	}
	return call
}

// isTicks reports whether e is the channel of a ticker of package time, or a
// local variable that holds nothing else.
func (p *timerFinder) isTicks(e ast.Expr) bool {
	e = ast.Unparen(e)
	if p.tickerOf(e) != nil {
		return true
	}
	if typed.Var(p.Package.Info, e) == nil {
		return false
	}
	t, ok := p.Package.Info.TypeOf(e).Underlying().(*types.Chan)
	if !ok || !typed.Is(t.Elem(), "time", "Time") {
		return false
	}
	ch := p.Flow.Channel(e)
	if ch == nil || ch.Kind != flow.LocalChannel || len(ch.Makes) > 0 || len(ch.Sources) == 0 {
		return false
	}
	for _, src := range ch.Sources {
		if p.tickCall(src) == nil && p.tickerOf(src) == nil {
			return false
		}
	}
	return true
}

// tickerOf returns t of t.C, the channel of a ticker; or nil.
func (p *timerFinder) tickerOf(e ast.Expr) ast.Expr {
	sel, ok := ast.Unparen(e).(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "C" || !typed.Is(p.Package.Info.TypeOf(sel.X), "time", "Ticker") {
		return nil
	}
	return sel.X
}

// declare decides how the loop's variable is kept, and looks whether what is
// ranged over stays the same from turn to turn.
func (p *timerFinder) declare(fix *TickLoop) (refuse string) {
	loop := fix.Range
	if name := p.changes(loop); name != "" {
		return name + " may be another one in the next turn"
	}
	id, _ := loop.Key.(*ast.Ident)
	if loop.Tok != token.DEFINE || id == nil || id.Name == "_" {
		return ""
	}
	// Have: for now := range ticker.C
	v := p.Package.Info.Defs[id]
	if v == nil {
		return ""
	}
	if s := p.Package.Info.Scopes[loop.Body]; s != nil && s.Lookup(id.Name) != nil {
		return "the body declares another " + id.Name
	}
	typ, imports, ok := p.Flow.TypeString(v.Type(), loop.Body.Lbrace)
	if !ok {
		return "the type of " + id.Name + " cannot be written here"
	}
	fix.Declare, fix.Imports = "var "+id.Name+" "+typ, imports
	return ""
}

// changes returns what is ranged over if it is no plain variable or field, or
// the body assigns it: the loop evaluates it once, a select in each turn.
func (p *timerFinder) changes(loop *ast.RangeStmt) string {
	if p.tickCall(loop.X) != nil {
		return ""
	}
	plain := true
	ast.Inspect(loop.X, func(n ast.Node) bool {
		switch n.(type) {
		case nil, *ast.Ident, *ast.SelectorExpr, *ast.ParenExpr, *ast.StarExpr:
		default:
			plain = false
		}
		return plain
	})
	if !plain {
		return types.ExprString(loop.X)
	}
	name := ""
	ast.Inspect(loop.Body, func(n ast.Node) bool {
		assign, ok := n.(*ast.AssignStmt)
		if !ok || assign.Tok == token.DEFINE {
			return name == ""
		}
		for _, l := range assign.Lhs {
			for e := ast.Unparen(loop.X); name == "" && e != nil; e = inner(e) {
				if types.ExprString(l) == types.ExprString(e) {
					name = types.ExprString(l)
				}
			}
		}
		return name == ""
	})
	return name
}

// inner returns x of x.f and *x, or nil.
func inner(e ast.Expr) ast.Expr {
	switch e := e.(type) {
	case *ast.SelectorExpr:
		return ast.Unparen(e.X)
	case *ast.StarExpr:
		return ast.Unparen(e.X)
	}
	return nil
}

// hoist gives the channel of a time.Tick call a variable before the loop, or
// where a ticker that is not stopped runs on, makes one that is.
func (p *timerFinder) hoist(f *Finding, fix *TickLoop, call *ast.CallExpr) {
	d := p.Package.Info.Types[call.Args[0]].Value
	if !p.uncollected(fix.Range) || p.inLoop(fix.Range) || d != nil && constant.Sign(d) <= 0 {
		fix.Tick = p.names.pick(p.Pass, fix.Range, "tick", "ticks", "ticker", "clock")
		return
	}
	fix.Ticker = p.names.pick(p.Pass, fix.Range, "ticker", "ticks", "tick", "clock")
	fix.New = sibling(call, "NewTicker")
	if d == nil {
		f.Lower(Unsafe, "time.NewTicker panics where time.Tick returns nil: when the duration is not positive")
	}
}

// sibling names another function of the package that call calls a function of.
func sibling(call *ast.CallExpr, name string) string {
	if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
		return types.ExprString(sel.X) + "." + name
	}
	return name // a dot import
}
