package detect

import (
	_ "embed"
	"go/ast"
	"go/token"
	"go/types"
	"sync"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/load"
	"github.com/ctxfix/ctxfix/detect/typed"
)

//go:embed nilctx.md
var nilCtxPage string

var nilCtxRule = &Rule{
	Name:   "nilctx",
	Doc:    "nil in the place of a context",
	Page:   nilCtxPage,
	Preset: Recommended,
	Best:   Unsafe,
	Find:   findNilCtx,
}

// NilCtx is a nil to be replaced by a context.
type NilCtx struct {
	Nil    *ast.Ident
	With   string       // Go source of what takes its place
	Rename *flow.Rename // the parameter to name first, or nil
	Import *flow.Import // to be added for With, or nil
}

func (*NilCtx) evidence() {}

// findNilCtx reports nil, provided:
//   - its place gives it the type context.Context, by no conversion;
//   - it is the argument of a call, or all that a local variable ever is which
//     calls receive; with the rule in full, a field of a composite literal or
//     the only result of a function;
//   - nothing in the main modules that may receive it compares it with nil;
//   - it does not stand in a test.
func findNilCtx(pass *Pass) []Finding {
	p := nilFinder{pass, sync.OnceValue(func() map[string]bool { return resultsTested(pass.Package) })}
	var found []Finding
	for id, parent := range EachIn[*ast.Ident](pass) {
		if _, compared := parent.(*ast.BinaryExpr); compared || id.Name != "nil" || !p.Package.Info.Types[id].IsNil() || p.Flow.IsTestFile(id) {
			continue
		}
		if t := p.Flow.Expected(id); t == nil || !types.IsInterface(t) || !typed.Is(t, "context", "Context") {
			continue
		}
		// Have: nil where a context.Context is wanted
		if f, ok := p.judge(id); ok {
			found = append(found, f)
		}
	}
	return found
}

// A nilFinder is a pass that looks at nil contexts.
type nilFinder struct {
	*Pass
	tested func() map[string]bool // resultsTested of the package
}

// judge tells by the place of a nil what it is.
func (p nilFinder) judge(id *ast.Ident) (Finding, bool) {
	var e ast.Expr = id
	for {
		paren, ok := p.Flow.Parent(e).(*ast.ParenExpr)
		if !ok {
			break
		}
		e = paren
	}
	switch parent := p.Flow.Parent(e).(type) {
	case *ast.CallExpr:
		return p.argument(id, parent, e)
	case *ast.ValueSpec:
		return p.variable(id, parent, e)
	case *ast.KeyValueExpr, *ast.CompositeLit:
		return p.field(id, parent)
	case *ast.ReturnStmt:
		return p.result(id, parent)
	}
	return Finding{}, false
}

// result judges a nil that is all a function returns.
func (p nilFinder) result(id *ast.Ident, ret *ast.ReturnStmt) (Finding, bool) {
	if !p.Strict() || len(ret.Results) != 1 {
		return Finding{}, false
	}
	if f := p.Flow.Func(ret); f.Name() != "" && p.tested()[f.Name()] {
		p.keep(id, "the result of a function called "+f.Name()+" is compared with nil")
		return Finding{}, false
	}
	if p.Flow.Region(ret) == flow.RegionNilFallback {
		p.keep(id, "the function was given nil")
		return Finding{}, false
	}
	f := p.Finding(id, "nil is returned as a context")
	f.Lower(Manual, "a caller may test the result for nil: return context.Background() if none does")
	return f, true
}

// resultsTested returns the names of the functions whose results the package
// compares with nil.
func resultsTested(pkg *load.Package) map[string]bool {
	names := map[string]bool{}
	for _, file := range pkg.Files {
		ast.Inspect(file.Syntax, func(n ast.Node) bool {
			b, ok := n.(*ast.BinaryExpr)
			if !ok || b.Op != token.EQL && b.Op != token.NEQ || !pkg.Info.Types[b.Y].IsNil() {
				return true
			}
			if call, ok := ast.Unparen(b.X).(*ast.CallExpr); ok {
				names[typed.CalleeName(call)] = true
			}
			return true
		})
	}
	return names
}

// argument judges a nil given to a call.
func (p nilFinder) argument(id *ast.Ident, call *ast.CallExpr, arg ast.Expr) (Finding, bool) {
	if why := p.expectsNil(call, arg); why != "" {
		p.keep(id, why)
		return Finding{}, false
	}
	callee := types.ExprString(call.Fun)
	f := p.Finding(id, "nil is passed to %s as its context", callee)
	return p.replace(f, id, callee), true
}

// variable judges var ctx context.Context = nil.
func (p nilFinder) variable(id *ast.Ident, spec *ast.ValueSpec, e ast.Expr) (Finding, bool) {
	i := 0
	for i < len(spec.Values) && spec.Values[i] != e {
		i++
	}
	if i >= len(spec.Names) || p.Flow.Func(spec) == nil {
		return Finding{}, false
	}
	v := typed.Var(p.Package.Info, spec.Names[i])
	if v == nil || len(p.Flow.Assigned(v, nil)) > 0 {
		return Finding{}, false
	}
	// Have: a local variable that is nil for good
	callee := ""
	for _, u := range p.Flow.Reach(e) {
		if u.Kind != flow.Arg || p.expectsNil(u.Call, u.Node) != "" {
			return Finding{}, false
		}
		callee = types.ExprString(u.Call.Fun)
	}
	if callee == "" {
		return Finding{}, false
	}
	f := p.Finding(id, "%s, which %s receives as its context, is nil", v.Name(), callee)
	return p.replace(f, id, callee), true
}

// field judges a nil in a composite literal: what is made may fill it in.
func (p nilFinder) field(id *ast.Ident, parent ast.Node) (Finding, bool) {
	lit, ok := parent.(*ast.CompositeLit)
	if kv, isPair := parent.(*ast.KeyValueExpr); isPair {
		lit, ok = p.Flow.Parent(kv).(*ast.CompositeLit)
	}
	if !ok || !p.Strict() {
		return Finding{}, false
	}
	named := typed.Named(p.Package.Info.TypeOf(lit))
	if named == nil {
		return Finding{}, false
	}
	f := p.Finding(id, "%s is made with nil as its context", named.Obj().Name())
	f.Lower(Manual, "nil may stand for a default: give it a context, or leave the field out, which says the same")
	return f, true
}

func (p nilFinder) keep(n ast.Node, why string) {
	p.Kept = append(p.Kept, Kept{Rule: p.Rule, File: p.Package.FileOf(n.Pos()), Span: SpanOf(n), Because: why})
}

// replace gives the finding its fix: the live context where a fresh root in
// the place of nil would have to be that, else context.TODO().
func (p nilFinder) replace(f Finding, id *ast.Ident, callee string) Finding {
	ev := &NilCtx{Nil: id}
	if ctx, ok := p.live(id); ok {
		ev.With, ev.Rename = ctx.Expr, ctx.Rename
		f.Lower(Unsafe, callee+" may treat nil in a way of its own, and ends with "+ctx.Expr+" now")
	} else {
		src, add, ok := p.Flow.ContextFunc("TODO", id.Pos())
		if !ok {
			f.Lower(Manual, "package context cannot be named here")
			return f
		}
		ev.With, ev.Import = src+"()", add
		f.Lower(Unsafe, callee+" may treat nil in a way of its own; no context that is sure to be right is at hand, which TODO says")
	}
	f.Evidence, f.Touches = ev, []Span{f.Span}
	if ev.Rename != nil {
		f.Touches = append(f.Touches, SpanOf(ev.Rename.List))
	}
	return f
}

// live returns the context that belongs in the place of nil. Where it is
// doubtful which one that is, or whether any is, it returns none: TODO leaves
// the question to be asked again.
func (p nilFinder) live(id *ast.Ident) (flow.Context, bool) {
	ctx, none := p.Flow.Live(id)
	if none != nil {
		return ctx, false
	}
	if region, _ := p.Flow.RootRegion(id); region != flow.NoRegion && region != flow.RegionKept {
		return ctx, false
	}
	uses := p.Flow.Reach(id)
	for _, u := range uses {
		if u.Kind == flow.Launched {
			return ctx, false
		}
	}
	return ctx, p.Flow.Runs(uses) == ""
}
