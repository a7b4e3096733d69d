package detect

import (
	_ "embed"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"time"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/typed"
)

//go:embed sleep.md
var sleepPage string

// sleepRule finds waits for a time that cannot hear cancellation.
var sleepRule = &Rule{
	Name:   "sleep",
	Doc:    "a sleep that does not end with the context",
	Page:   sleepPage,
	Preset: Recommended,
	Best:   Safe,
	Find:   findSleep,
}

// Sleep is the evidence of sleep: Stmt becomes a wait for the same time or
// the Done of Context, in one of four forms.
type Sleep struct {
	Stmt     *ast.ExprStmt
	Call     *ast.CallExpr // of time.Sleep or time.After; nil: it receives from a timer, which becomes the case as it stands
	Duration ast.Expr      // the argument of Call
	Context  flow.Context
	Exit     flow.Exit
	First    bool // the Done case goes first

	Sleeper  string // a function of the program that is called: "sleepContext"; or empty
	Test     flow.SleeperTest
	After    string // "time.After"
	NewTimer string // "time.NewTimer", where Timer is set
	Timer    string // the variable of a timer that is stopped on the way out; or empty
}

func (*Sleep) evidence() {}

// shortest is how long a constant sleep must be to be worth a look at the
// context.
const shortest = 5 * time.Millisecond

// A sleepFinder looks for the sleeps of one package.
type sleepFinder struct {
	*Pass
	own    []sleeper // of this package; nil before the first look
	looked bool      //
	names  newNames
}

// findSleep reports a statement that calls time.Sleep, or receives from
// time.After, a timer or a ticker of package time, provided:
//   - a context is live there that the statement should hear (see deaf);
//   - it does not sleep for a constant time under 5 ms;
//   - it does not take a value out of a timer that was stopped;
//   - it stands in no test, and in no function that is given one.
func findSleep(pass *Pass) []Finding {
	p := &sleepFinder{Pass: pass, names: newNames{}}
	var findings []Finding
	for stmt := range Each[*ast.ExprStmt](pass) {
		if f, ok := p.sleep(stmt); ok {
			findings = append(findings, f)
		}
	}
	return findings
}

func (p *sleepFinder) sleep(stmt *ast.ExprStmt) (Finding, bool) {
	fix := &Sleep{Stmt: stmt}
	what, ok := p.waits(fix)
	if !ok || p.tiny(fix.Duration) || p.Flow.IsTestFile(stmt) || p.Flow.InTest(stmt) {
		return Finding{}, false
	}
	inHead := false
	switch parent := p.Flow.Parent(stmt).(type) {
	case *ast.CommClause:
		if parent.Comm == stmt {
			return Finding{}, false // the select is looked at as a whole
		}
	case *ast.ForStmt, *ast.IfStmt, *ast.SwitchStmt, *ast.TypeSwitchStmt:
		inHead = true
	}
	// Have: a statement that waits for a time.
	place, ok := p.deaf(stmt)
	if !ok {
		return Finding{}, false
	}
	f := p.Finding(stmt, "%s does not hear %s: cancellation waits until the time is over", what, place.ctx.Expr)
	if place.none != nil {
		f = p.Finding(stmt, "%s does not hear any context: cancellation waits until the time is over", what)
		f.Lower(Manual, place.none.Reason)
		return f, true
	}
	if inHead {
		f.Lower(Manual, "it stands in the head of a statement, where no select can")
		return f, true
	}
	fix.Context = place.ctx
	fix.Exit = p.leaving(&f, stmt, place.ctx)
	if f.Safety == Manual {
		return f, true
	}
	if p.parks(stmt) {
		f.Lower(Unsafe, "the loop does nothing but sleep: it may be meant to hang")
	}
	p.form(fix)
	f.Evidence = fix
	f.Touches = append(f.Touches, SpanOf(stmt))
	return f, true
}

// parks reports whether the statement is all that an endless loop does.
func (p *sleepFinder) parks(stmt ast.Stmt) bool {
	body, ok := p.Flow.Parent(stmt).(*ast.BlockStmt)
	if !ok || len(body.List) != 1 {
		return false
	}
	loop, ok := p.Flow.Parent(body).(*ast.ForStmt)
	return ok && loop.Cond == nil && loop.Post == nil
}

// waits says what the statement waits with, and fills in the names by which
// package time is known there.
func (p *sleepFinder) waits(fix *Sleep) (what string, ok bool) {
	switch x := ast.Unparen(fix.Stmt.X).(type) {
	case *ast.CallExpr:
		if !typed.IsFunc(typed.Callee(p.Package.Info, x), "time", "Sleep") {
			return "", false
		}
		fix.Call, fix.Duration = x, x.Args[0]
		fix.After, fix.NewTimer = siblings(x)
		return types.ExprString(x.Fun), true
	case *ast.UnaryExpr:
		if x.Op != token.ARROW {
			return "", false
		}
		if call, ok := ast.Unparen(x.X).(*ast.CallExpr); ok {
			if !typed.IsFunc(typed.Callee(p.Package.Info, call), "time", "After") {
				return "", false
			}
			fix.Call, fix.Duration = call, call.Args[0]
			fix.After, fix.NewTimer = siblings(call)
			return "receive from " + types.ExprString(call.Fun), true
		}
		timer := p.timerOf(x.X)
		return "receive from " + types.ExprString(x.X), timer != nil && !p.drains(fix.Stmt, timer)
	}
	return "", false
}

// siblings names time.After and time.NewTimer in the way the call names its
// function of package time.
func siblings(call *ast.CallExpr) (after, newTimer string) {
	if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
		pkg := types.ExprString(sel.X)
		return pkg + ".After", pkg + ".NewTimer"
	}
	return "After", "NewTimer" // a dot import
}

// timerOf returns t of t.C, the channel of a timer or ticker; or nil.
func (p *sleepFinder) timerOf(ch ast.Expr) ast.Expr {
	sel, ok := ast.Unparen(ch).(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "C" {
		return nil
	}
	t := p.Package.Info.TypeOf(sel.X)
	if t == nil || !typed.Is(t, "time", "Timer") && !typed.Is(t, "time", "Ticker") {
		return nil
	}
	return sel.X
}

// drains reports whether the receive takes out what a timer may have sent
// before it was stopped: the last method called on it before is Stop, or Reset.
func (p *sleepFinder) drains(stmt ast.Stmt, timer ast.Expr) bool {
	name, last := types.ExprString(timer), ""
	ast.Inspect(p.Flow.Func(stmt).Body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || call.End() > stmt.Pos() {
			return true
		}
		sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
		if !ok || types.ExprString(sel.X) != name {
			return true
		}
		if _, deferred := p.Flow.Parent(call).(*ast.DeferStmt); !deferred {
			last = sel.Sel.Name
			if _, alone := p.Flow.Parent(call).(*ast.ExprStmt); last == "Reset" && alone {
				last = ""
			}
		}
		return true
	})
	return last == "Stop" || last == "Reset"
}

// tiny reports whether d is a constant time too short to matter.
func (p *sleepFinder) tiny(d ast.Expr) bool {
	if d == nil {
		return false
	}
	v := p.Package.Info.Types[d].Value
	if v == nil || v.Kind() != constant.Int {
		return false
	}
	n, exact := constant.Int64Val(v)
	return exact && time.Duration(n) < shortest
}

// form chooses how the wait is written: by a function of the program that
// does just this, with a timer that is stopped where an unused one is not
// collected, or with what the statement waits for as a case.
func (p *sleepFinder) form(fix *Sleep) {
	fix.First = p.Flow.DoneFirst(fix.Stmt)
	if fix.Duration == nil {
		return
	}
	if s, ok := p.sleeper(fix); ok && (s.Test != flow.ByError || !returnsErr(fix.Exit)) {
		fix.Sleeper, fix.Test = s.name, s.Test
		return
	}
	if _, labeled := p.Flow.Parent(fix.Stmt).(*ast.LabeledStmt); p.Flow.Version(fix.Stmt) < 23 && !labeled {
		fix.Timer = p.names.pick(p.Pass, fix.Stmt, "timer", "wait", "pause", "sleep", "delayed", "idle", "rest")
	}
}

// returnsErr reports whether a variable err is among the results, where an err
// of the sleeper's would hide it.
func returnsErr(exit flow.Exit) bool {
	for _, s := range exit.Stmts {
		values := strings.TrimPrefix(strings.TrimSuffix(s, exit.Err), "return ")
		if slices.Contains(strings.Split(values, ", "), "err") {
			return true
		}
	}
	return false
}
