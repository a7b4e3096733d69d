package detect

import (
	_ "embed"
	"fmt"
	"go/ast"
	"go/types"
	"strings"
	"time"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/typed"
)

//go:embed nestedtimeout.md
var nestedTimeoutPage string

var nestedTimeoutRule = &Rule{
	Name:   "nestedtimeout",
	Doc:    "a timeout that can never fire, as an outer one fires first",
	Page:   nestedTimeoutPage,
	Preset: Recommended,
	Best:   Safe,
	Find:   findNestedTimeout,
}

// NestedTimeout replaces a derivation by another one made of its parts, or
// takes the outer one of two out.
type NestedTimeout struct {
	Call   *ast.CallExpr
	Func   string     // Go source of the function to call instead
	Args   []ast.Expr // parts of Call
	Delete []ast.Stmt // instead: the outer timeout and its deferred cancel go
	Parent ast.Expr   // and its parent becomes that of Call
}

func (*NestedTimeout) evidence() {}

// findNestedTimeout reports a call of context.WithTimeout, provided:
//   - its duration is a constant, and not less than that of another constant
//     timeout that its parent derives from in this function;
//   - every assignment on the way is the only one that reaches it, and none is
//     context.WithoutCancel;
//   - it does not stand in a loop that the outer one stands outside of;
//   - it is no test, which may want to see how contexts nest.
//
// It also reports a duration without a unit. In full it also reports timeouts
// written as deadlines and the other way round, and a timeout whose only use
// is to be the parent of a shorter one.
func findNestedTimeout(p *Pass) []Finding {
	var findings []Finding
	if p.InContext() {
		return nil // where the one is written in terms of the other
	}
	for call := range Each[*ast.CallExpr](p) {
		if !typed.IsFunc(typed.Callee(p.Package.Info, call), "context", "WithTimeout", "WithTimeoutCause", "WithDeadline", "WithDeadlineCause") || len(call.Args) < 2 || p.Flow.InTestCode(call) {
			continue
		}
		// Have: context.WithTimeout(parent, d)
		for _, judge := range []func(*ast.CallExpr) (Finding, bool){p.unitless, p.neverFires, p.roundabout, p.onlyParent} {
			if f, ok := judge(call); ok {
				findings = append(findings, f)
				break
			}
		}
	}
	return findings
}

// neverFires reports a timeout whose parent ends first.
func (p *Pass) neverFires(call *ast.CallExpr) (Finding, bool) {
	inner := p.Flow.TimeoutOf(call)
	if inner == nil {
		inner = p.Flow.DeadlineOf(call)
	}
	if inner == nil {
		return Finding{}, false
	}
	for _, outer := range p.Flow.TimeoutsAround(call.Args[0]) {
		if outer.After > inner.After {
			continue
		}
		if p.Flow.LoopBetween(outer.Call, call) {
			p.KeepBecause(call, flow.NoRegion, "a timeout of one turn of a loop, within one of all turns")
			return Finding{}, false
		}
		f := p.Finding(call, "a timeout of %s that can never fire: the one of %s in line %d comes first",
			inner.After, outer.After, p.Flow.Fset.Position(outer.Call.Pos()).Line)
		p.replaceCall(&f, call, "WithCancel", call.Args[:1]...)
		return f, true
	}
	return Finding{}, false
}

// replaceCall makes the finding a call of another function of package context
// with the given parts of the old one.
func (p *Pass) replaceCall(f *Finding, call *ast.CallExpr, name string, args ...ast.Expr) {
	pkg, add, ok := p.Flow.Import("context", call.Pos())
	switch {
	case !ok || add != nil:
		f.Lower(Manual, "package context cannot be named here")
		return
	case p.commented(call, args):
		f.Lower(Manual, "a comment speaks of what would go")
		return
	case p.effects(call, args):
		f.Lower(Manual, "an argument that would go may have effects of its own, or be the only use of a variable")
		return
	case pkg != ".":
		name = pkg + "." + name
	}
	f.Evidence = &NestedTimeout{Call: call, Func: name, Args: args}
	f.Touches = []Span{SpanOf(call)}
}

// commented reports whether call holds a comment outside of args.
func (p *Pass) commented(call *ast.CallExpr, args []ast.Expr) bool {
	for _, group := range p.Package.FileOf(call.Pos()).Syntax.Comments {
		if group.End() <= call.Pos() || call.End() <= group.Pos() {
			continue
		}
		inside := false
		for _, arg := range args {
			inside = inside || SpanOf(arg).holds(group)
		}
		if !inside {
			return true
		}
	}
	return false
}

// effects reports whether an argument of call that is no part of args may do
// more than have a value, or is the only use of a variable.
func (p *Pass) effects(call *ast.CallExpr, args []ast.Expr) bool {
	for _, arg := range call.Args {
		if p.Package.Info.Types[arg].Value != nil {
			continue
		}
		held := false
		for _, part := range args {
			held = held || SpanOf(arg).holds(part)
		}
		switch e := ast.Unparen(arg).(type) {
		case *ast.Ident:
			v := typed.Var(p.Package.Info, e)
			held = held || v == nil || v.Kind() != types.LocalVar || len(p.Flow.Uses(v)) > 1
		case *ast.SelectorExpr:
			held = true
		}
		if !held {
			return true
		}
	}
	return false
}

// unitless reports a duration of a few nanoseconds that is written as a bare
// number.
func (p *Pass) unitless(call *ast.CallExpr) (Finding, bool) {
	t := p.Flow.TimeoutOf(call)
	if t == nil || t.After <= 0 || t.After >= time.Millisecond || !p.bareNumber(call.Args[1]) {
		return Finding{}, false
	}
	f := p.Finding(call.Args[1], "a timeout of %s: %s has no unit", t.After, types.ExprString(call.Args[1]))
	f.Lower(Manual, "which unit is meant is not known: multiply by time.Second, time.Millisecond …")
	return f, true
}

// bareNumber reports whether the constant e mentions no duration.
func (p *Pass) bareNumber(e ast.Expr) bool {
	bare := true
	ast.Inspect(e, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return bare
		}
		if c, isConst := p.Package.Info.Uses[id].(*types.Const); isConst && typed.Is(c.Type(), "time", "Duration") {
			bare = false
		}
		return bare
	})
	return bare
}

// roundabout reports, in full, a timeout until a point in time, and a deadline
// some time from now.
func (p *Pass) roundabout(call *ast.CallExpr) (Finding, bool) {
	if !p.Strict() {
		return Finding{}, false
	}
	inner, ok := ast.Unparen(call.Args[1]).(*ast.CallExpr)
	if !ok || len(inner.Args) != 1 {
		return Finding{}, false
	}
	fn, with := typed.Callee(p.Package.Info, inner), typed.CalleeName(call)
	args := append([]ast.Expr{call.Args[0], inner.Args[0]}, call.Args[2:]...)
	switch {
	case strings.HasPrefix(with, "WithTimeout") && typed.IsFunc(fn, "time", "Until"):
		f := p.Finding(call, "%s until a point in time is a deadline", with)
		p.replaceCall(&f, call, "WithDeadline"+strings.TrimPrefix(with, "WithTimeout"), args...)
		return f, true
	case strings.HasPrefix(with, "WithDeadline") && typed.IsMethod(fn, "time", "Time", "Add") && p.isNow(inner):
		f := p.Finding(call, "%s some time from now is a timeout", with)
		p.replaceCall(&f, call, "WithTimeout"+strings.TrimPrefix(with, "WithDeadline"), args...)
		return f, true
	}
	return Finding{}, false
}

// isNow reports whether the receiver of the method call is time.Now().
func (p *Pass) isNow(call *ast.CallExpr) bool {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	now, ok := ast.Unparen(sel.X).(*ast.CallExpr)
	return ok && typed.IsFunc(typed.Callee(p.Package.Info, now), "time", "Now")
}

// onlyParent reports, in full, the outer one of two timeouts that directly
// follow each other, when it serves for nothing but the shorter inner one:
//
//	ctx, cancel := context.WithTimeout(parent, time.Minute)
//	defer cancel()
//	ctx2, cancel2 := context.WithTimeout(ctx, time.Second)
func (p *Pass) onlyParent(call *ast.CallExpr) (Finding, bool) {
	inner := p.Flow.TimeoutOf(call)
	if !p.Strict() || inner == nil {
		return Finding{}, false
	}
	outer, between := p.Flow.TimeoutAbove(call)
	if outer == nil || outer.After <= inner.After || typed.CalleeName(call) != "WithTimeout" {
		return Finding{}, false
	}
	line := p.Flow.Fset.Position(outer.Call.Pos()).Line
	f := p.Finding(call, "a timeout of %s under one of %s in line %d that serves for nothing else", inner.After, outer.After, line)
	for _, stmt := range between {
		if p.Flow.Said(stmt, []string{""}) != "" {
			f.Lower(Manual, "a comment speaks of what would go")
			return f, true
		}
	}
	f.Lower(Unsafe, fmt.Sprintf("the context and the timeout of line %d go", line))
	f.Evidence = &NestedTimeout{Call: call, Parent: outer.Call.Args[0], Delete: between}
	f.Touches = []Span{SpanOf(call), {between[0].Pos(), between[len(between)-1].End()}}
	return f, true
}
