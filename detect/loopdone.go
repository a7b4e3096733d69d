package detect

import (
	_ "embed"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/typed"
)

//go:embed loopdone.md
var loopDonePage string

// loopDoneRule finds endless loops that never look at their context.
var loopDoneRule = &Rule{
	Name:   "loopdone",
	Doc:    "an endless loop that waits in its calls and never looks at the context",
	Page:   loopDonePage,
	Preset: Strict,
	Best:   Unsafe,
	Find:   findLoopDone,
}

// LoopDone is the evidence of loopdone: Loop begins with a look at Context.
type LoopDone struct {
	Loop    *ast.ForStmt
	Context flow.Context
	Exit    flow.Exit
}

func (*LoopDone) evidence() {}

// findLoopDone reports a loop without a condition, provided:
//   - a context is live there that should be heard (see deaf), outside tests;
//   - it has no select, channel operation, sleep or ticker of its own: how
//     these hear the context is asked one by one;
//   - it calls a function of the package that waits and has no context, and
//     has to do with no context, nor with anything made from one;
//   - or it hands the context to a call and goes on whatever fails (manual).
func findLoopDone(p *Pass) []Finding {
	if !p.Strict() {
		return nil
	}
	var findings []Finding
	for loop := range Each[*ast.ForStmt](p) {
		if loop.Cond != nil || p.Flow.IsTestFile(loop) || p.Flow.InTest(loop) {
			continue
		}
		if f, ok := p.loopDone(loop); ok {
			findings = append(findings, f)
		}
	}
	return findings
}

func (p *Pass) loopDone(loop *ast.ForStmt) (Finding, bool) {
	if !p.takesContext(loop) || p.waitsItself(loop) {
		return Finding{}, false
	}
	_, none := p.Flow.Live(loop)
	if none != nil && !none.Two && !none.Dead && !none.Detached {
		return Finding{}, false
	}
	what := p.blockingCall(loop) // asked last: it follows calls
	if what == "" && none != nil {
		return Finding{}, false
	}
	// Have: for { … work() … }, where work waits, or a context is at hand.
	if what == "" {
		return p.deafRetry(loop)
	}
	place, ok := p.deaf(loop)
	if !ok {
		return Finding{}, false
	}
	f := p.Finding(loop, "the loop does not look at %s: it goes on after cancellation", place.ctx.Expr)
	f.Span = Span{loop.For, loop.Body.Lbrace}
	if place.none != nil {
		f.Message = "the loop does not look at any context: it goes on after cancellation"
		f.Lower(Manual, place.none.Reason)
		return f, true
	}
	if p.Flow.Mentions(loop, place.ctx, loop) || p.hasContext(loop) {
		return Finding{}, false
	}
	fix := &LoopDone{Loop: loop, Context: place.ctx}
	if fix.Exit = p.leaving(&f, loop, place.ctx); f.Safety == Manual {
		return f, true
	}
	f.Lower(Unsafe, fmt.Sprintf("its calls, which wait (%s), may be meant to be made whatever becomes of %s", what, place.ctx.Expr))
	f.Evidence = fix
	f.Touches = append(f.Touches, Span{loop.For, loop.Body.Lbrace + 1})
	return f, true
}

// takesContext reports whether a function around n has a parameter that is or
// provides a context: without one none is live, which is cheap to see here.
func (p *Pass) takesContext(n ast.Node) bool {
	for f := p.Flow.Func(n); f != nil; f = f.Outer {
		for v := range f.Sig.Params().Variables() {
			if _, provides := p.Flow.ProviderOf(v.Type()); provides || typed.IsContext(v.Type()) {
				return true
			}
		}
	}
	return false
}

// waitsItself reports whether the loop waits other than in its calls.
func (p *Pass) waitsItself(loop *ast.ForStmt) bool {
	found := false
	ast.Inspect(loop, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit, *ast.GoStmt, *ast.DeferStmt:
			return false
		case *ast.SelectStmt, *ast.SendStmt:
			found = true
		case *ast.UnaryExpr:
			found = found || n.Op == token.ARROW
		case *ast.RangeStmt:
			_, channel := p.Package.Info.TypeOf(n.X).Underlying().(*types.Chan)
			found = found || channel
		case *ast.CallExpr:
			found = found || typed.IsFunc(typed.Callee(p.Package.Info, n), "time", "Sleep")
		}
		return !found
	})
	return found
}

// hasContext reports whether the loop has to do with any context: a field's,
// or a root, of which it is asked whether it should be another.
func (p *Pass) hasContext(loop *ast.ForStmt) bool {
	found := false
	ast.Inspect(loop, func(n ast.Node) bool {
		if e, ok := n.(ast.Expr); ok && !found {
			t := p.Package.Info.TypeOf(e)
			found = t != nil && typed.IsContext(t)
		}
		return !found
	})
	return found
}

// blockingCall returns what one of the loop's calls waits for, or "".
func (p *Pass) blockingCall(loop *ast.ForStmt) string {
	what := ""
	ast.Inspect(loop.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit, *ast.GoStmt, *ast.DeferStmt:
			return false
		case *ast.CallExpr:
			if what == "" {
				what = p.Flow.Blocks(n)
			}
		}
		return what == ""
	})
	return what
}

// deafRetry reports a loop that hands the context to a call and goes on when
// the call has failed, whatever the error is: once the context is done, the
// call fails at once, in each turn.
func (p *Pass) deafRetry(loop *ast.ForStmt) (Finding, bool) {
	failed := p.failedAndGoesOn(loop)
	if failed == nil || p.asksForEnd(loop) {
		return Finding{}, false
	}
	place, ok := p.deaf(loop)
	if !ok || place.none != nil || !p.Flow.Mentions(loop, place.ctx, failed) {
		return Finding{}, false
	}
	f := p.Finding(loop, "the loop goes on when %s fails, also because %s is done: it spins after cancellation",
		typed.CalleeName(failed), place.ctx.Expr)
	f.Span = Span{loop.For, loop.Body.Lbrace}
	f.Lower(Manual, "which errors to try again is for a person to say: look at "+place.ctx.Expr+".Err() after the call")
	return f, true
}

// failedAndGoesOn returns the call of `err := f(ctx)` in a statement of the
// loop's body, if what follows is `if err != nil { …; continue }`, or an
// `if err == nil` that ends the body and is the only way out.
func (p *Pass) failedAndGoesOn(loop *ast.ForStmt) *ast.CallExpr {
	list := loop.Body.List
	for i, stmt := range list {
		assign, ok := stmt.(*ast.AssignStmt)
		var branch *ast.IfStmt
		if ok && i+1 < len(list) {
			branch, _ = list[i+1].(*ast.IfStmt)
		} else if branch, ok = stmt.(*ast.IfStmt); ok {
			assign, _ = branch.Init.(*ast.AssignStmt)
		}
		if assign == nil || branch == nil || branch.Else != nil || len(assign.Rhs) != 1 {
			continue
		}
		call, ok := ast.Unparen(assign.Rhs[0]).(*ast.CallExpr)
		if !ok {
			continue
		}
		v := typed.Var(p.Package.Info, assign.Lhs[len(assign.Lhs)-1])
		cond, ok := ast.Unparen(branch.Cond).(*ast.BinaryExpr)
		if !ok || v == nil || !typed.IsError(v.Type()) || typed.Var(p.Package.Info, cond.X) != v || !p.Package.Info.Types[cond.Y].IsNil() {
			continue
		}
		if exits(&ast.BlockStmt{List: list[:i]}) {
			return nil // Nope: it may end before the call
		}
		// Have: err := f(…); if err ?= nil { … }
		switch {
		case cond.Op == token.NEQ && endsInContinue(branch.Body):
			return call
		case cond.Op == token.EQL && list[len(list)-1] == branch:
			return call
		}
	}
	return nil
}

// endsInContinue reports whether the block goes on with the loop and has no
// way out of it.
func endsInContinue(block *ast.BlockStmt) bool {
	if len(block.List) == 0 {
		return false
	}
	last, ok := block.List[len(block.List)-1].(*ast.BranchStmt)
	if !ok || last.Tok != token.CONTINUE || last.Label != nil {
		return false
	}
	return !exits(block)
}

// exits reports whether the block has a return, or a jump other than continue.
func exits(block *ast.BlockStmt) bool {
	found := false
	ast.Inspect(block, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			found = true
		case *ast.BranchStmt:
			found = found || n.Tok != token.CONTINUE
		}
		return !found
	})
	return found
}

// asksForEnd reports whether the loop asks a context or an error whether it
// is the end, or may end for a reason of its own: it counts its turns.
func (p *Pass) asksForEnd(loop *ast.ForStmt) bool {
	asks := loop.Post != nil
	ast.Inspect(loop, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.IncDecStmt:
			asks = true
		case *ast.SelectorExpr:
			t := p.Package.Info.TypeOf(n.X)
			asks = asks || t != nil && typed.IsContext(t) && (n.Sel.Name == "Err" || n.Sel.Name == "Done")
		case *ast.CallExpr:
			fn := typed.Callee(p.Package.Info, n)
			asks = asks || typed.IsFunc(fn, "errors", "Is", "As") || typed.IsFunc(fn, "context", "Cause") || typed.CalleeName(n) == "panic"
		}
		return !asks
	})
	return asks
}
