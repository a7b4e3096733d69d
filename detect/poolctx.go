package detect

import (
	_ "embed"
	"go/ast"
	"go/types"
	"strings"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/typed"
)

//go:embed poolctx.md
var poolCtxPage string

var poolCtxRule = &Rule{
	Name:   "poolctx",
	Doc:    "a value goes back to its pool with a context in it",
	Page:   poolCtxPage,
	Preset: Recommended,
	Best:   Safe,
	Find:   findPoolCtx,
}

// PoolCtx resets fields of a value before it goes back to its pool.
type PoolCtx struct {
	Put    *ast.CallExpr
	Stmt   ast.Stmt // the statement that is the call, or defers it
	Fields []string // Go source of the fields: "x.ctx"
}

func (*PoolCtx) evidence() {}

// findPoolCtx reports x in pool.Put(x), provided:
//   - pool is a sync.Pool and x a variable that points to a struct of this
//     package, which has fields that are contexts or *http.Request;
//   - something in the package gives such a field a value;
//   - nothing the function does to x before resets the field, or *x, itself or
//     in the functions of this package that it calls;
//   - x is the function's own, or nothing in the package ever resets the field:
//     its caller may have.
func findPoolCtx(pass *Pass) []Finding {
	p := poolFinder{pass, map[pooledField]bool{}, map[*types.Var]fieldUse{}, map[*types.Func][]*ast.CallExpr{}}
	var found []Finding
	for call := range Each[*ast.CallExpr](pass) {
		if !typed.IsMethod(typed.Callee(p.Package.Info, call), "sync", "Pool", "Put") || len(call.Args) != 1 {
			continue
		}
		// Have: pool.Put(…)
		if f, ok := p.put(call); ok {
			found = append(found, f)
		}
	}
	return found
}

// A poolFinder is a pass that looks at values in pools.
type poolFinder struct {
	*Pass
	assigned map[pooledField]bool            // what getAssigns has answered
	used     map[*types.Var]fieldUse         // what fieldUse has answered
	calls    map[*types.Func][]*ast.CallExpr // by the function that is called; empty: not looked for yet
}

// A pooledField is one of the values in a pool.
type pooledField struct{ pool, field *types.Var }

// put judges one pool.Put(x).
func (p poolFinder) put(call *ast.CallExpr) (Finding, bool) {
	x := typed.Var(p.Package.Info, call.Args[0])
	if x == nil || x.Parent() == p.Package.Types.Scope() || p.Flow.Func(call) == nil {
		return Finding{}, false
	}
	var left []*types.Var
	for _, field := range p.contextFields(x.Type()) {
		if !p.fieldUse(field).set || p.resetBefore(call, x, field) {
			continue
		}
		if isGiven(p.Flow.Func(call).Outermost(), x) && p.fieldUse(field).reset {
			p.Kept = append(p.Kept, Kept{Rule: p.Rule, File: p.Package.FileOf(call.Pos()), Span: SpanOf(call),
				Because: "the caller may have reset " + x.Name() + "." + field.Name()})
			continue
		}
		left = append(left, field)
	}
	if len(left) == 0 {
		return Finding{}, false
	}
	// Have: fields of x that still hold what they held
	ev := &PoolCtx{Put: call}
	for _, field := range left {
		ev.Fields = append(ev.Fields, x.Name()+"."+field.Name())
	}
	f := p.Finding(call, "%s goes back to the pool and keeps alive what %s held", x.Name(), strings.Join(ev.Fields, " and "))
	p.fix(&f, ev, x, left)
	return f, true
}

// contextFields returns the fields of what t points to that are contexts or
// requests, which have one.
func (p poolFinder) contextFields(t types.Type) (fields []*types.Var) {
	named := typed.Named(t)
	if _, pointer := types.Unalias(t).(*types.Pointer); !pointer || named == nil || named.Obj().Pkg() != p.Package.Types {
		return nil
	}
	s, ok := named.Underlying().(*types.Struct)
	if !ok {
		return nil
	}
	for field := range s.Fields() {
		if field.Name() != "_" && (typed.IsContextInterface(field.Type()) || typed.IsPointerTo(field.Type(), "net/http", "Request")) {
			fields = append(fields, field.Origin())
		}
	}
	return fields
}

// isGiven reports whether x is a parameter or the receiver of fn.
func isGiven(fn *flow.Func, x *types.Var) bool {
	return x.Kind() == types.ParamVar || x.Kind() == types.RecvVar || !fn.Declares(x)
}

// fix gives the finding its evidence and safety.
func (p poolFinder) fix(f *Finding, ev *PoolCtx, x *types.Var, left []*types.Var) {
	switch parent := p.Flow.Parent(ev.Put).(type) {
	case *ast.ExprStmt:
		ev.Stmt = parent
	case *ast.DeferStmt:
		ev.Stmt = parent
		f.Lower(Unsafe, "the call is deferred: what is deferred before it runs after it, and may use the field")
		if len(p.Flow.Assigned(x, nil)) > 0 {
			f.Lower(Manual, x.Name()+" is assigned again, and the deferred call holds its first value")
		}
	}
	if ev.Stmt == nil || p.Flow.Stmt(ev.Stmt) != ev.Stmt {
		f.Lower(Manual, "there is no statement of its own before which to reset it")
	}
	if !p.Flow.Resolves("nil", types.Universe.Lookup("nil"), ev.Put.Pos()) {
		f.Lower(Manual, "nil means something else here")
	}
	if p.mentionedElsewhere(ev, x) {
		f.Lower(Unsafe, "a function literal, goroutine or deferred call has "+x.Name()+", and may use it later")
	}
	if why := (holder{p, left, map[*types.Func]bool{}}).doubt(ev.Put, x); why != "" {
		f.Lower(Unsafe, why)
	}
	for _, field := range left {
		if !p.getAssigns(ev.Put, field) {
			f.Lower(Unsafe, "what takes a value from the pool does not set "+field.Name()+" on every way, and would find nil")
		}
	}
	if f.Safety == Manual {
		return
	}
	f.Evidence, f.Touches = ev, []Span{SpanOf(ev.Stmt)}
}

// mentionedElsewhere reports whether a literal or a deferred call, other than
// the ones that put x back, or a go statement of the function mentions x.
func (p poolFinder) mentionedElsewhere(ev *PoolCtx, x *types.Var) bool {
	found := false
	ast.Inspect(p.Flow.Func(ev.Put).Outermost().Node, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit, *ast.DeferStmt:
			inside := n.Pos() <= ev.Put.Pos() && ev.Put.End() <= n.End()
			found = found || !inside && p.mentions(n, x)
		case *ast.GoStmt:
			found = found || p.mentions(n, x)
		}
		return !found
	})
	return found
}

func (p poolFinder) mentions(n ast.Node, x *types.Var) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		found = found || ok && p.Package.Info.Uses[id] == x
		return !found
	})
	return found
}

func (p poolFinder) isField(e ast.Expr, field *types.Var) bool {
	sel, ok := ast.Unparen(e).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	v, ok := p.Package.Info.Uses[sel.Sel].(*types.Var)
	return ok && v.Origin() == field
}
