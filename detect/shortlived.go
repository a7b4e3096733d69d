package detect

import (
	_ "embed"
	"go/ast"
	"go/token"
	"go/types"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/typed"
)

//go:embed shortlived.md
var shortLivedPage string

var shortLivedRule = &Rule{
	Name:   "shortlived",
	Doc:    "a goroutine works under a context that ends before it can start",
	Page:   shortLivedPage,
	Preset: Recommended,
	Best:   Unsafe,
	Find:   findShortLived,
}

// ShortLived hands a goroutine a context that the end of the function leaves
// alone: as an argument it has already, or as a new parameter of its literal.
type ShortLived struct {
	Arg     ast.Expr // the argument to replace, or nil
	With    string   // Go source
	Imports []flow.Import

	Lit   *ast.FuncLit // gets the parameter Name Type
	Call  *ast.CallExpr
	Name  string
	Type  string
	Asked []ast.Expr // expressions in Lit that become Name
}

func (*ShortLived) evidence() {}

// findShortLived reports a go statement, provided:
//   - nobody in the function waits for the goroutine;
//   - it works under a context that ends when the function returns: of a
//     deadline whose cancel is deferred, or of the request that is handled;
//   - nothing that takes time runs from there to the return, so that the work
//     is cancelled before it has begun;
//   - the goroutine does not wait for the end of that context.
func findShortLived(p *Pass) []Finding {
	var findings []Finding
	for stmt := range Each[*ast.GoStmt](p) {
		if p.Flow.InTestCode(stmt) {
			continue
		}
		if f, ok := p.shortLived(stmt); ok {
			findings = append(findings, f)
		}
	}
	return findings
}

// shortLived judges one go statement.
func (p *Pass) shortLived(stmt *ast.GoStmt) (Finding, bool) {
	fn := p.Flow.Func(stmt)
	if fn == nil {
		return Finding{}, false
	}
	for _, arg := range stmt.Call.Args {
		if p.isRequest(arg) {
			if ends := p.requestEnds(fn, arg, stmt); ends != "" && p.Flow.Detached(stmt) && !p.inTime(fn, stmt) {
				return p.shortRequest(stmt, arg, ends), true
			}
			continue
		}
		if ends := p.endsUnder(fn, arg, stmt); ends != "" {
			if !p.Flow.Detached(stmt) || p.argOnlyLooks(stmt, arg) || p.inTime(fn, stmt) {
				return Finding{}, false
			}
			return p.shortArg(stmt, arg, ends), true
		}
	}
	lit, ok := ast.Unparen(stmt.Call.Fun).(*ast.FuncLit)
	if !ok {
		return Finding{}, false
	}
	uses, ends := p.shortUses(fn, stmt, lit)
	if len(uses) == 0 || !p.Flow.Detached(stmt) || p.inTime(fn, stmt) {
		return Finding{}, false
	}
	return p.shortCapture(stmt, lit, uses, ends), true
}

// endsUnder says what ends the context e when fn returns; "" for nothing, or
// if e is none.
func (p *Pass) endsUnder(fn *flow.Func, e ast.Expr, stmt *ast.GoStmt) string {
	if !typed.IsContext(p.Package.Info.TypeOf(e)) {
		return ""
	}
	return p.Flow.EndsAtReturn(fn, e, stmt)
}

// inTime reports whether fn goes on for a while after the launch.
func (p *Pass) inTime(fn *flow.Func, stmt *ast.GoStmt) bool {
	if p.Flow.AtOnce(fn, stmt) {
		return false
	}
	p.KeepBecause(stmt, flow.NoRegion, "the function goes on for a while, in which the goroutine may do its work")
	return true
}

// argOnlyLooks reports whether the goroutine does nothing with its argument
// that the end of the context would change, or waits for that end.
func (p *Pass) argOnlyLooks(stmt *ast.GoStmt, arg ast.Expr) bool {
	lit, ok := ast.Unparen(stmt.Call.Fun).(*ast.FuncLit)
	if !ok {
		return p.Flow.OnlyLooks(stmt.Call, arg)
	}
	v := p.paramOf(lit, stmt.Call, arg)
	if v == nil {
		return true
	}
	var uses []ast.Expr
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && p.Package.Info.Uses[id] == v {
			uses = append(uses, id)
		}
		return true
	})
	return !p.worksIn(uses)
}

// paramOf returns the parameter of the literal that arg is given to, or nil.
func (p *Pass) paramOf(lit *ast.FuncLit, call *ast.CallExpr, arg ast.Expr) *types.Var {
	sig, ok := p.Package.Info.TypeOf(lit).(*types.Signature)
	if !ok || sig.Variadic() {
		return nil
	}
	for i, a := range call.Args {
		if a == arg && i < sig.Params().Len() {
			return sig.Params().At(i)
		}
	}
	return nil
}

// worksIn reports whether a call works under one of the uses of a context,
// and nothing waits for its end.
func (p *Pass) worksIn(uses []ast.Expr) bool {
	works := false
	for _, e := range uses {
		for _, u := range p.Flow.Reach(e) {
			switch {
			case u.Detached, p.Flow.IsDetached(u.Node):
			case u.Kind == flow.Method && typed.CalleeName(u.Call) == "Done":
				return false
			case u.Kind == flow.Arg && p.Flow.WaitsForDone(u.Call, u.Node):
				return false
			case u.Kind == flow.Arg:
				works = works || !p.Flow.OnlyLooks(u.Call, u.Node)
			}
		}
	}
	return works
}

// shortUses returns the uses of a context of fn in the literal, if the
// literal works under it, and what ends it.
func (p *Pass) shortUses(fn *flow.Func, stmt *ast.GoStmt, lit *ast.FuncLit) (uses []ast.Expr, ends string) {
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		e, ok := n.(ast.Expr)
		if !ok || !p.Flow.Same(e, e) || len(uses) > 0 && !p.Flow.Same(e, uses[0]) {
			return true
		}
		// Have: the name of a value, ctx or r.Context()
		if why := p.endsUnder(fn, e, stmt); why != "" {
			uses, ends = append(uses, e), why
			return false
		}
		return true
	})
	if !p.worksIn(uses) {
		return nil, ""
	}
	return uses, ends
}

func (p *Pass) shortUnder(stmt *ast.GoStmt, ctx, ends string) Finding {
	f := p.Finding(stmt, "the goroutine works under %s, which ends before it can begin: this function returns at once, and %s", ctx, ends)
	f.Span.End = stmt.Call.Lparen
	return f
}

func (p *Pass) shortFinding(stmt *ast.GoStmt, e ast.Expr, ends string) Finding {
	f := p.shortUnder(stmt, types.ExprString(e), ends)
	if p.Flow.LifetimeOf(e) == flow.Deadline && ends == flow.RequestOver {
		f.Lower(Manual, types.ExprString(e)+" has a deadline for the goroutine: derive it from context.WithoutCancel of the request's")
	}
	return f
}

const shortBecause = "the goroutine keeps the values, neither deadline nor cancellation: nothing outside ends it; " +
	"a transaction or span among the values may have ended"

// detachShort fills in context.WithoutCancel.
func (p *Pass) detachShort(f *Finding, fix *ShortLived, stmt *ast.GoStmt, ctx string) {
	src, add, why := p.Flow.WithoutCancel(ctx, stmt)
	if why != "" {
		f.Lower(Manual, "the goroutine outlives the context; "+why)
		return
	}
	fix.With = src
	if add != nil {
		fix.Imports = []flow.Import{*add}
	}
	f.Lower(Unsafe, shortBecause)
}

// shortArg replaces the argument.
func (p *Pass) shortArg(stmt *ast.GoStmt, arg ast.Expr, ends string) Finding {
	f := p.shortFinding(stmt, arg, ends)
	if p.Flow.WaitsForDone(stmt.Call, arg) {
		f.Lower(Manual, types.ExprString(stmt.Call.Fun)+" waits for the end of its context: give it one that somebody cancels")
		return f
	}
	fix := &ShortLived{Arg: arg}
	p.detachShort(&f, fix, stmt, types.ExprString(arg))
	if f.Safety > Manual {
		f.Evidence, f.Touches = fix, []Span{SpanOf(arg)}
	}
	return f
}

// shortCapture gives the literal a parameter.
func (p *Pass) shortCapture(stmt *ast.GoStmt, lit *ast.FuncLit, uses []ast.Expr, ends string) Finding {
	f := p.shortFinding(stmt, uses[0], ends)
	fix := &ShortLived{Lit: lit, Call: stmt.Call}
	if v := typed.Var(p.Package.Info, uses[0]); v != nil {
		fix.Name = v.Name()
		if p.Package.Info.Scopes[lit.Type].Lookup(v.Name()) != nil || len(p.Flow.Assigned(v, lit)) > 0 {
			f.Lower(Manual, v.Name()+" is given another value: pass context.WithoutCancel of it by another name")
			return f
		}
	} else {
		fix.Name, fix.Asked = p.Flow.FreeName(p.Flow.FuncOf(lit), "ctx", "goCtx"), uses
	}
	typ, add, ok := p.Flow.ContextType(lit.Pos())
	if !ok || !token.IsIdentifier(fix.Name) {
		f.Lower(Manual, "context.Context cannot be named here")
		return f
	}
	fix.Type = typ
	p.detachShort(&f, fix, stmt, types.ExprString(uses[0]))
	if add != nil && f.Safety > Manual && len(fix.Imports) == 0 {
		fix.Imports = []flow.Import{*add}
	}
	if f.Safety > Manual {
		f.Evidence = fix
		f.Touches = []Span{SpanOf(lit.Type), {stmt.Call.Lparen, stmt.Call.End()}}
		for _, e := range fix.Asked {
			f.Touches = append(f.Touches, SpanOf(e))
		}
	}
	return f
}
