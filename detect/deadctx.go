package detect

import (
	_ "embed"
	"fmt"
	"go/ast"
	"go/types"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/typed"
)

//go:embed deadctx.md
var deadCtxPage string

var deadCtxRule = &Rule{
	Name:   "deadctx",
	Doc:    "new work under a context that is already done",
	Page:   deadCtxPage,
	Preset: Recommended,
	Best:   Unsafe,
	Find:   findDeadCtx,
}

// DeadCtx is an argument to be replaced by a context that is not done.
type DeadCtx struct {
	Dead    ast.Expr
	With    string       // Go source
	Timeout *DeadTimeout // makes what With names; nil: nothing to make
	Imports []flow.Import
}

func (*DeadCtx) evidence() {}

// findDeadCtx reports a context that a call receives, provided:
//   - it is certainly done there: after a receive from its Done, where its Err
//     is not nil, after its cancel, or in a deferred call that runs after a
//     deferred cancel;
//   - the callee does more than look at it: no logging, counting or tracing,
//     no question for a value, no making of an error;
//   - it is no test, which may want to see what a cancelled context does.
func findDeadCtx(p *Pass) []Finding {
	var findings []Finding
	for _, file := range p.Files() {
		for _, decl := range file.Syntax.Decls {
			uses := p.Flow.DeadUses(decl)
			work := &deadWork{p, map[string]bool{}}
			for _, u := range uses {
				if u.Death.Waited || p.Flow.InTestCode(u.Expr) {
					continue
				}
				findings = append(findings, work.finding(u, uses))
			}
		}
	}
	return findings
}

// deadWork is what goes on in one declaration under contexts that are done.
type deadWork struct {
	*Pass
	given map[string]bool // the names that fixes introduce
}

// finding decides what the work is to run under instead.
func (d *deadWork) finding(u flow.DeadUse, all []flow.DeadUse) Finding {
	name := types.ExprString(u.Expr)
	f := d.Finding(u.Expr, "%s gets %s, which is done here%s", callee(u.Call), name, deadSince(u))
	if said := d.Flow.Said(u.Expr, flow.OnPurpose); said != "" {
		f.Lower(Manual, "a comment says why: "+said)
		return f
	}
	src, add, ok := d.Flow.ParentAt(u.Death, u.Expr)
	because := ""
	if ok = ok && u.Death.Ctx == u.Expr && d.Flow.UsedBeside(u, all); ok {
		because = d.underParent(u, name, src)
	} else {
		var why string
		if src, add, why = d.Flow.WithoutCancel(name, u.Expr); why != "" {
			f.Lower(Manual, why)
			return f
		}
		because = detachedWork(u, name)
	}
	if endless := !ok || d.fromRoot(u); endless && !u.Timed && waits(u) {
		return d.endless(f, u, src)
	}
	f.Lower(Unsafe, because)
	fix := &DeadCtx{Dead: u.Expr, With: src}
	if add != nil {
		fix.Imports = []flow.Import{*add}
	}
	f.Evidence, f.Touches = fix, []Span{f.Span}
	return f
}

// endless is a finding on a call that would wait without end under src.
func (d *deadWork) endless(f Finding, u flow.DeadUse, src string) Finding {
	fix := d.bounded(u, src)
	if fix == nil {
		f.Lower(Manual, "it would wait without end under "+src+": give it its own timeout")
		return f
	}
	f.Lower(Unsafe, fmt.Sprintf("it waits after the end of %s, for at most %s", types.ExprString(u.Expr), d.Options.CleanupTimeout))
	f.Evidence, f.Touches = fix, []Span{SpanOf(fix.Dead)}
	return f
}

// fromRoot reports whether the dead context was derived from a root.
func (p *Pass) fromRoot(u flow.DeadUse) bool {
	return u.Death.Parent != nil && typed.Root(p.Package.Info, u.Death.Parent) != ""
}

// underParent says what becomes of work that goes on under the parent of its
// dead context.
func (p *Pass) underParent(u flow.DeadUse, name, parent string) string {
	if u.Death.Cancelled || p.fromRoot(u) {
		return fmt.Sprintf("the work is done after the end of %s, under %s", name, parent)
	}
	return fmt.Sprintf("the work is done after the end of %s, under %s, which may have ended as well", name, parent)
}

// detachedWork says what becomes of work that is detached from its dead context.
func detachedWork(u flow.DeadUse, name string) string {
	if u.Timed {
		return "the work is done after the end of " + name + ", until its own deadline"
	}
	return "the work is done after the end of " + name + ", for as long as it takes"
}

// callee names what is called.
func callee(call *ast.CallExpr) string {
	fun := ast.Unparen(call.Fun)
	if _, ok := fun.(*ast.FuncLit); ok {
		return "the function literal"
	}
	return types.ExprString(fun)
}

// deadSince says what ended the context, unless that is plain to see.
func deadSince(u flow.DeadUse) string {
	switch d := u.Death; {
	case d.Deferred:
		return ": its cancel is deferred later, and runs first"
	case d.Ctx != u.Expr:
		return ": it ends with " + types.ExprString(d.Ctx)
	case d.Cancelled:
		return ": it has been cancelled"
	}
	return ""
}

// waits reports whether the callee waits for something to end, as long as its
// context lets it.
func waits(u flow.DeadUse) bool {
	for _, call := range u.Works {
		if flow.IsWaiter(typed.CalleeName(call)) {
			return true
		}
	}
	return false
}
