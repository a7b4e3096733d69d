package detect

import (
	_ "embed"
	"fmt"
	"go/ast"
	"go/types"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/typed"
)

//go:embed errgroupctx.md
var errGroupCtxPage string

var errGroupCtxRule = &Rule{
	Name:   "errgroupctx",
	Doc:    "the context of an errgroup used after Wait, or its parent used in the group",
	Page:   errGroupCtxPage,
	Preset: Recommended,
	Best:   Safe,
	Find:   findErrGroupCtx,
}

// ErrGroupCtx replaces contexts by another one.
type ErrGroupCtx struct {
	Uses    []ast.Expr
	With    string // Go source
	Imports []flow.Import
}

func (*ErrGroupCtx) evidence() {}

// findErrGroupCtx reports:
//   - the context of an errgroup where a call receives it to work under after
//     the group's Wait, which has cancelled it;
//   - the parent of that context in a goroutine of the group (see groupUse).
func findErrGroupCtx(p *Pass) []Finding {
	var findings []Finding
	for _, file := range p.Files() {
		for _, decl := range file.Syntax.Decls {
			uses := p.Flow.DeadUses(decl)
			for _, u := range uses {
				if u.Death.Waited && !p.Flow.InTestCode(u.Expr) {
					findings = append(findings, p.afterWait(u, uses))
				}
			}
		}
	}
	for call := range Each[*ast.CallExpr](p) {
		if f, ok := p.groupUse(call); ok {
			findings = append(findings, f)
		}
	}
	return findings
}

// afterWait puts the parent in the place of a group's context.
func (p *Pass) afterWait(u flow.DeadUse, all []flow.DeadUse) Finding {
	name := types.ExprString(u.Expr)
	f := p.Finding(u.Expr, "%s gets %s after the Wait of its group, which has cancelled it", types.ExprString(u.Call.Fun), name)
	if said := p.Flow.Said(u.Expr, flow.OnPurpose); said != "" {
		f.Lower(Manual, "a comment says why: "+said)
		return f
	}
	src, add, ok := p.Flow.ParentAt(u.Death, u.Expr)
	switch {
	case p.inGroup(u.Expr):
		f.Lower(Manual, "it is in a goroutine of a group that has ended: start it in another one")
		return f
	case u.Death.Ctx != u.Expr:
		f.Lower(Manual, "it carries more than the context of the group: derive it from the parent")
		return f
	case !ok:
		if fix := p.rename(u, all); fix != nil {
			f.Lower(Unsafe, fmt.Sprintf("%s means the parent from there on, and the context of the group is called %s", name, fix.With))
			f.Evidence = fix
			for _, e := range fix.Uses {
				f.Touches = append(f.Touches, SpanOf(e))
			}
			return f
		}
		f.Lower(Manual, "the context the group was made from has no name here: call the group's by another one")
		return f
	case !p.Flow.UsedBeside(u, all):
		f.Lower(Manual, "nothing else uses "+name+": the goroutines of the group should")
		return f
	}
	if p.Flow.AfterFailure(u.Expr) {
		f.Lower(Unsafe, fmt.Sprintf("the group has failed here, and %s may be done as well", src))
	}
	fix := &ErrGroupCtx{Uses: []ast.Expr{u.Expr}, With: src}
	if add != nil {
		fix.Imports = []flow.Import{*add}
	}
	f.Evidence, f.Touches = fix, []Span{f.Span}
	return f
}

// inGroup reports whether e is in a literal that a group runs.
func (p *Pass) inGroup(e ast.Expr) bool {
	for f := p.Flow.Func(e); f.Outer != nil; f = f.Outer {
		if call, ok := f.Site.(*ast.CallExpr); ok && p.Flow.GroupOf(call) != nil {
			return true
		}
	}
	return false
}

// groupUse reports the parent's context in a goroutine of a group, provided:
//   - the goroutine is a literal given to Go or TryGo that does not mention
//     the group's context, which would show that both are meant;
//   - the group's context has a name, and that means it in the literal;
//   - a call works under the parent, or something waits for its Done;
//   - not in what is deferred, nor in a call that cleans up.
func (p *Pass) groupUse(call *ast.CallExpr) (Finding, bool) {
	group := p.Flow.GroupOf(call)
	if group == nil || len(call.Args) != 1 {
		return Finding{}, false
	}
	lit, ok := ast.Unparen(call.Args[0]).(*ast.FuncLit)
	if !ok || p.Flow.InTestCode(call) {
		return Finding{}, false
	}
	// Have: g, gctx := errgroup.WithContext(ctx) … g.Go(func() error { … })
	uses, because := p.parentUses(lit, group.Parent)
	if len(uses) == 0 {
		return Finding{}, false
	}
	if p.mentionsVar(lit, group.Ctx) {
		p.KeepBecause(uses[0], flow.NoRegion, "the goroutine uses both its group's context and the parent: the difference is meant")
		return Finding{}, false
	}
	parent, name := types.ExprString(group.Parent), group.Ctx.Name()
	f := p.Finding(uses[0], "a goroutine of the group works under %s, not under %s, the group's own: it does not hear that another one failed", parent, name)
	if because != "" {
		f.Lower(Manual, because)
	}
	if said := p.Flow.Said(uses[0], flow.OnPurpose); said != "" {
		f.Lower(Manual, "a comment says why: "+said)
	}
	for _, e := range uses {
		if !p.Flow.Resolves(name, group.Ctx, e.Pos()) {
			f.Lower(Manual, name+" means something else here")
		}
	}
	if f.Safety == Manual {
		return f, true
	}
	f.Lower(Unsafe, "it ends when another goroutine of the group fails, which may not be meant")
	f.Evidence = &ErrGroupCtx{Uses: uses, With: name}
	for _, e := range uses {
		f.Touches = append(f.Touches, SpanOf(e))
	}
	return f, true
}

// parentUses returns where the literal works under the parent, and why it may
// be right to: what it makes there may be used when the group has ended.
func (p *Pass) parentUses(lit *ast.FuncLit, parent ast.Expr) (uses []ast.Expr, because string) {
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		e, ok := n.(ast.Expr)
		if !ok || !p.Flow.Same(e, parent) {
			return true
		}
		if p.worksUnder(lit, e) {
			uses = append(uses, e)
			if why := p.keepsBeyond(lit, e); why != "" && because == "" {
				because = why
			}
		}
		return false
	})
	return uses, because
}

// mentionsVar reports whether n mentions v.
func (p *Pass) mentionsVar(n ast.Node, v *types.Var) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		found = found || ok && p.Package.Info.Uses[id] == v
		return !found
	})
	return found
}

// worksUnder reports whether the literal works under the context e where it
// stands, as it runs: a call that receives it, or a wait for its Done.
func (p *Pass) worksUnder(lit *ast.FuncLit, e ast.Expr) bool {
	for f := p.Flow.Func(e); f != nil && f.Node != lit; f = f.Outer {
		if f.Wall != flow.Called {
			return false
		}
	}
	works := false
	for _, u := range p.Flow.Reach(e) {
		switch {
		case p.inDefer(u.Node, lit), p.Flow.IsDetached(u.Node):
		case u.Kind == flow.Method:
			works = works || typed.CalleeName(u.Call) == "Done"
		case u.Kind == flow.Arg && !p.Flow.Closes(u.Call):
			works = works || !p.Flow.OnlyLooks(u.Call, u.Node)
		}
	}
	return works
}

// inDefer reports whether n runs in a deferred call of the literal.
func (p *Pass) inDefer(n ast.Node, lit *ast.FuncLit) bool {
	for ; n != nil && n != lit; n = p.Flow.Parent(n) {
		if _, ok := n.(*ast.DeferStmt); ok {
			return true
		}
	}
	return false
}

// keepsBeyond says what made under e may be used when the group has ended.
func (p *Pass) keepsBeyond(lit *ast.FuncLit, e ast.Expr) string {
	for _, u := range p.Flow.Reach(e) {
		if p.Flow.IsDetached(u.Node) {
			continue
		}
		switch u.Kind {
		case flow.Stored, flow.Returned, flow.Captured, flow.Launched:
			return "what it is given to may outlive the group"
		case flow.Arg:
			if flow.IsBuilder(typed.CalleeName(u.Call)) || p.Flow.Retains(u.Call) {
				return typed.CalleeName(u.Call) + " may keep it beyond the Wait of the group"
			}
			if out := p.Flow.LeavesLiteral(u.Call, lit); out != "" {
				return out + " may be used after the Wait of the group"
			}
		}
	}
	return ""
}
