package detect

import (
	_ "embed"
	"go/ast"
	"go/types"
	"slices"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/typed"
)

//go:embed background.md
var backgroundPage string

var backgroundRule = &Rule{
	Name:   "background",
	Doc:    "a fresh root where a live context is at hand",
	Page:   backgroundPage,
	Preset: Recommended,
	Best:   Safe,
	Find:   findBackground,
}

// Background is a root to be replaced by the live context.
type Background struct {
	Root   *ast.CallExpr
	With   string       // Go source of the context to use instead
	Rename *flow.Rename // the parameter to name first, or nil
	Delete ast.Stmt     // the statement that only makes the root: delete it instead
	Pass   *PassIn      // for a goroutine literal: hand the context in, or nil
}

// PassIn hands a detached context to a goroutine's literal as a parameter.
type PassIn struct {
	Lit   *ast.FuncLit
	Call  *ast.CallExpr // of the literal
	Name  string        // the parameter
	Type  string
	Arg   string
	Roots []*ast.CallExpr // every root in the literal that becomes Name
}

func (*Background) evidence() {}

// findBackground reports context.Background() and context.TODO(), provided:
//   - a context is live there, or at the go statement of a goroutine nobody waits for;
//   - the place is none where a fresh root is right (flow.Region);
//   - it is no statement by itself, which nobody gets anything from;
//   - no comment directive says otherwise.
func findBackground(p *Pass) []Finding {
	var findings []Finding
	done := map[*ast.CallExpr]bool{} // roots that another finding mends
	for call := range Each[*ast.CallExpr](p) {
		if typed.Root(p.Package.Info, call) == "" || done[call] || p.discarded(call) {
			continue
		}
		// Have: context.Background() or context.TODO()
		if f, ok := p.background(call, done); ok {
			findings = append(findings, f)
		}
	}
	return findings
}

// discarded reports whether the call is a statement by itself, so that nobody
// gets what it returns.
func (p *Pass) discarded(call *ast.CallExpr) bool {
	switch p.Flow.Parent(call).(type) {
	case *ast.ExprStmt, *ast.GoStmt:
		return true
	}
	return false
}

// background judges one root.
func (p *Pass) background(root *ast.CallExpr, done map[*ast.CallExpr]bool) (Finding, bool) {
	ctx, none := p.Flow.Live(root)
	if none != nil && !none.Two && none.Outer == nil && none.Given == nil {
		p.keepWithout(root, none)
		return Finding{}, false
	}
	region, detail := p.Flow.RootRegion(root)
	switch region {
	case flow.NoRegion, flow.RegionKept, flow.RegionSaid:
	default:
		p.Keep(root, region)
		return Finding{}, false
	}
	var f Finding
	switch {
	case none != nil && none.Two:
		f = p.rootFinding(root, "cancellation", "a context")
		f.Lower(Manual, none.Reason)
	case p.Flow.InTestCode(root) && (none != nil || p.launchedDetached(root)):
		p.KeepBecause(root, flow.NoRegion, "a goroutine of a test that nobody waits for: it has no use for the values of a context")
		return Finding{}, false
	case none != nil && none.Given != nil:
		f = p.withoutCancel(root, *none.Given)
	case none != nil:
		f = p.detachedRoot(root, *none.Outer, done)
	case p.launchedDetached(root):
		f = p.withoutCancel(root, ctx)
	default:
		f = p.replaceRoot(root, ctx)
	}
	if why := p.Flow.Deliberate(root, ctx); why != "" && none == nil && typed.Root(p.Package.Info, root) != "TODO" {
		f.Lower(Unsafe, why)
	}
	if region == flow.RegionSaid {
		f.Lower(Manual, "a comment says why: "+detail)
	}
	if region == flow.RegionKept {
		f.Lower(Unsafe, "it may outlive the request: "+detail)
	}
	if name := p.Flow.Runs(p.Flow.Reach(root)); name != "" {
		f.Lower(Manual, name+" may start work that outlives the request")
	}
	if f.Safety == Manual {
		f.Evidence = nil
	}
	return f, true
}

// keepWithout notes a root for which there is a context that is not to be used.
func (p *Pass) keepWithout(root *ast.CallExpr, none *flow.None) {
	switch region := p.Flow.Region(root); {
	case none.Dead:
		p.Keep(root, flow.RegionDead)
	case !none.Hidden:
	case region != flow.NoRegion:
		p.Keep(root, region)
	default:
		p.KeepBecause(root, region, none.Reason)
	}
}

func (p *Pass) rootFinding(root *ast.CallExpr, what, of string) Finding {
	f := p.Finding(root, "%s() loses the %s of %s", types.ExprString(root.Fun), what, of)
	f.Touches = []Span{f.Span}
	return f
}

// replaceRoot puts the live context in the root's place.
func (p *Pass) replaceRoot(root *ast.CallExpr, ctx flow.Context) Finding {
	f := p.rootFinding(root, "cancellation", ctx.Expr)
	ev := &Background{Root: root, With: ctx.Expr, Rename: ctx.Rename}
	f.Evidence = ev
	if ctx.Rename != nil {
		f.Touches = append(f.Touches, SpanOf(ctx.Rename.List))
	}
	p.assignedTo(&f, ev, ctx)
	if p.detachesRequest(root, ctx) {
		f.Lower(Manual, "it takes the request out of its own context")
	}
	if p.spinsUnder(root) {
		f.Lower(Manual, "a case on its Done, which never comes yet, does not leave its loop: it would spin once "+ctx.Expr+" is done")
	}
	if ctx.Doubt != "" {
		f.Lower(Unsafe, ctx.Doubt)
	}
	p.judgeUses(&f, root, typed.Root(p.Package.Info, root) == "TODO")
	return f
}

// detachesRequest reports whether the root is put in place of the very context
// a request has: r.WithContext(context.Background()).
func (p *Pass) detachesRequest(root *ast.CallExpr, ctx flow.Context) bool {
	call, ok := p.Flow.Parent(root).(*ast.CallExpr)
	if !ok || ctx.Origin != flow.Provider || !typed.IsMethod(typed.Callee(p.Package.Info, call), "net/http", "Request", "WithContext", "Clone") {
		return false
	}
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	return ok && types.ExprString(sel.X)+".Context()" == ctx.Expr
}

// judgeUses lowers the safety by what becomes of the calls the root reaches.
func (p *Pass) judgeUses(f *Finding, root *ast.CallExpr, todo bool) {
	calls := 0
	for _, u := range p.Flow.Reach(root) {
		switch u.Kind {
		case flow.Launched:
			f.Lower(Unsafe, "a goroutine receives it")
		case flow.Stored, flow.Returned, flow.Captured:
			f.Lower(Unsafe, "it may outlive the request")
		case flow.Arg:
			calls++
			p.judgeCall(f, u.Call, todo)
		}
	}
	if calls == 0 && !todo {
		f.Lower(Unsafe, "no call that receives it decides what the function does")
	}
}

// bound are callees whose result lives under the context: the process is
// killed, the transaction rolled back.
var bound = map[string]string{
	"CommandContext": "the process would be killed when the context is done",
	"BeginTx":        "the transaction would be rolled back when the context is done",
	"Conn":           "the connection may be kept",
}

func (p *Pass) judgeCall(f *Finding, call *ast.CallExpr, todo bool) {
	name := typed.CalleeName(call)
	if why := bound[name]; why != "" {
		f.Lower(Unsafe, why)
	}
	if what := p.Flow.Outlives(call); what != "" {
		f.Lower(Unsafe, what+" may be used after the function has returned")
	}
	if todo || p.makesRequest(call) {
		return
	}
	switch p.Flow.Outcome(call) {
	case flow.Dropped:
		f.Lower(Unsafe, "the outcome of "+name+" is dropped: it may be meant to run to its end")
	case flow.Logged:
		f.Lower(Unsafe, "the outcome of "+name+" is only logged: it may be meant to run to its end")
	case flow.Passed:
		f.Lower(Unsafe, "the outcome of "+name+" does not decide what this function does")
	}
}

// makesRequest reports whether call rewraps the request a handler passes on:
// what counts is the handler it is passed to.
func (p *Pass) makesRequest(call *ast.CallExpr) bool {
	fn := typed.Callee(p.Package.Info, call)
	if typed.IsMethod(fn, "net/http", "Handler", "ServeHTTP") || typed.IsMethod(fn, "net/http", "HandlerFunc", "ServeHTTP") {
		return true
	}
	return typed.IsMethod(fn, "net/http", "Request", "WithContext", "Clone") || p.Flow.Rewraps(call)
}

// A rootVar is a variable that is given a root.
type rootVar struct {
	*types.Var
	stmt     ast.Stmt
	alone    bool // stmt gives nothing else a value
	inferred bool // stmt declares it, with the type of the root
}

// assignedTo deals with a root that is given to a variable of the very name
// that the live context bears: `ctx := ctx` says nothing.
func (p *Pass) assignedTo(f *Finding, ev *Background, ctx flow.Context) {
	v := p.rootVar(ev.Root)
	if v == nil {
		return
	}
	declares := v.Pos() >= v.stmt.Pos() && v.Pos() < v.stmt.End()
	if v.Var == ctx.Var {
		f.Lower(Manual, "it takes the place of "+ctx.Expr+": remove the assignment if that is not meant")
		return
	}
	if declares && v.inferred && ctx.Origin != flow.Provider && !types.Identical(ctx.Var.Type(), v.Type()) && len(p.Flow.Assigned(v.Var, nil)) > 0 {
		f.Lower(Manual, v.Name()+" would have the type of "+ctx.Expr+", and gets other contexts, too: declare it as a context.Context")
		return
	}
	if !declares || !v.alone || !p.deletable(v.stmt, v.Var, ctx) {
		return
	}
	ev.Delete = v.stmt
	f.Touches = append(f.Touches, SpanOf(v.stmt))
	if ctx.Rename != nil {
		renamed := *ctx.Rename
		renamed.Name = v.Name()
		ev.Rename, ev.With = &renamed, v.Name()
		f.Message = p.rootFinding(ev.Root, "cancellation", v.Name()).Message
	}
}

// rootVar returns the variable of `v := root`, `v = root` or `var v = root`,
// also among others, or nil.
func (p *Pass) rootVar(root *ast.CallExpr) *rootVar {
	switch parent := p.Flow.Parent(root).(type) {
	case *ast.AssignStmt:
		i := slices.Index(parent.Rhs, ast.Expr(root))
		v := typed.Var(p.Package.Info, parent.Lhs[i])
		if v == nil {
			return nil
		}
		return &rootVar{v, parent, len(parent.Lhs) == 1, true}
	case *ast.ValueSpec:
		i := slices.Index(parent.Values, ast.Expr(root))
		v := typed.Var(p.Package.Info, parent.Names[i])
		decl, _ := p.Flow.Parent(parent).(*ast.GenDecl)
		stmt, ok := p.Flow.Parent(decl).(*ast.DeclStmt)
		if v == nil || !ok {
			return nil
		}
		return &rootVar{v, stmt, len(parent.Names) == 1 && len(decl.Specs) == 1, parent.Type == nil}
	}
	return nil
}

// deletable reports whether the declaration of v can go so that its uses mean
// the live context, which bears the same name or can be given it.
func (p *Pass) deletable(stmt ast.Stmt, v *types.Var, ctx flow.Context) bool {
	if _, inBlock := p.Flow.Parent(stmt).(*ast.BlockStmt); !inBlock || ctx.Origin == flow.Provider {
		return false
	}
	if len(p.Flow.Assigned(v, nil)) > 0 || !types.Identical(v.Type(), ctx.Var.Type()) {
		return false
	}
	if ctx.Rename == nil {
		return v.Name() == ctx.Expr
	}
	only := true
	ast.Inspect(ctx.Rename.Func.Node, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && id.Name == v.Name() && p.Package.Info.ObjectOf(id) != v {
			only = false
		}
		return only
	})
	return only
}
