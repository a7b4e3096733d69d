package detect

import (
	_ "embed"
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/ast/inspector"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/typed"
)

//go:embed noctx.md
var noCtxPage string

var noCtxRule = &Rule{
	Name:   "noctx",
	Doc:    "a call that cannot be cancelled, where one that can stands ready",
	Page:   noCtxPage,
	Preset: Recommended,
	Best:   Safe,
	Find:   findNoCtx,
}

// NoCtx is the evidence of noctx: Call becomes a call that takes a context.
// Either it is renamed and gets arguments, or Expr takes its place, or Stmts
// take the place of the statement around it.
type NoCtx struct {
	Call    *ast.CallExpr
	Rename  *flow.Rename  // the parameter to name first, or nil
	Imports []flow.Import // that the new text needs
	Delete  ast.Stmt      // is no longer needed, or nil

	Called *ast.Ident // the name of the function
	Name   string     // its new name
	First  string     // Go source of the new first argument
	Last   []string   // and of those that follow the old ones

	Expr string // Go source; Hole(i) stands for the old argument number i

	Fields map[*ast.Ident]string // names that change, with or without a call

	Lit       *ast.FuncLit // gets the context as its first parameter, or nil
	Param     string
	ParamType string

	Stmt  ast.Stmt   // is replaced by Stmts
	Stmts []CallStep // in order
}

// A CallStep is one of the statements that make up a call: Go source, or a
// copy of a statement of the file.
type CallStep struct {
	Src  string   // with Hole(i) for the old argument number i
	Copy ast.Stmt // instead of Src
}

// Hole is what stands for the argument number i in Go source of NoCtx.
func Hole(i int) string { return "ctxfixArgument" + string(rune('0'+i)) }

func (*NoCtx) evidence() {}

// A variant is what can be called instead of a function without a context.
type variant struct {
	call    *ast.CallExpr
	name    string // "QueryContext"
	to      *types.Func
	family  bool // to may well be made of what is called here
	governs bool // the context rules what the call returns, until that is closed
	strict  bool // only reported in full runs
	safety  Safety
	because string
	given   bool   // a request that gets its context below
	fold    *fold  // and how that moves into the call, or nil
	process bool   // the context rules a process
	goesOn  string // why that may outlive the function, or ""
	// make writes the fix; the finding says why there is none.
	make func(f *Finding, ctx flow.Context) *NoCtx
}

// findNoCtx reports a call, provided:
//   - it is not in a test, but in full runs;
//   - a variant of it takes a context: by the table, or a function of the same
//     package or method set whose name ends in Context, WithContext or Ctx;
//   - a context is live there that lives as long as what the call returns;
//   - it is not given one already, with a request or by its receiver;
//   - it stands in no region where running to the end is right: a closer, a
//     deferred call, compensation, a goroutine nobody waits for;
//   - what it returns does not go on when the function has ended, other than
//     by being returned;
//   - the variant is not made of the very function that would call it.
func findNoCtx(p *Pass) []Finding {
	n := &noCtx{Pass: p, reached: map[string]map[*ast.FuncDecl]bool{}}
	for _, file := range p.Files() {
		for decl := range p.Flow.File(file.Syntax).Children() {
			hears := n.hears(decl)
			for cur := range decl.Preorder((*ast.CallExpr)(nil), (*ast.KeyValueExpr)(nil)) {
				switch m := cur.Node().(type) {
				case *ast.CallExpr:
					if hears || typed.CalleeName(m) == "NewRequest" {
						n.look(m)
					}
				case *ast.KeyValueExpr:
					n.dialField(m)
				}
			}
		}
	}
	return n.findings
}

// hears reports whether a function of the declaration has a parameter that is
// a context or provides one: the others need not be looked at closely.
func (p *noCtx) hears(decl inspector.Cursor) bool {
	for cur := range decl.Preorder((*ast.FuncType)(nil)) {
		for _, field := range cur.Node().(*ast.FuncType).Params.List {
			t := p.Package.Info.TypeOf(field.Type)
			if t == nil {
				continue
			}
			if _, provides := p.Flow.ProviderOf(t); provides || typed.IsContext(t) {
				return true
			}
		}
	}
	return false
}

// noCtx is one run of the rule over a package.
type noCtx struct {
	*Pass
	findings []Finding
	reached  map[string]map[*ast.FuncDecl]bool // by name of the variant: what it is made of
	declared []declared                        // by fixes of this run
}

// look reports the call if it should take a context.
func (p *noCtx) look(call *ast.CallExpr) {
	v := p.variantOf(call)
	if v == nil || !p.Strict() && (v.strict || p.Flow.IsTestFile(call)) {
		return
	}
	// Have: a call with a variant that takes a context.
	if f, ok := p.judge(v); ok {
		p.findings = append(p.findings, f)
	}
}

func (p *noCtx) variantOf(call *ast.CallExpr) *variant {
	fn := typed.Callee(p.Package.Info, call)
	if fn == nil || fn.Pkg() == nil {
		return nil
	}
	for _, form := range []func(*ast.CallExpr, *types.Func) *variant{p.tableForm, p.requestForm, p.httpForm, p.netForm, p.execForm, p.siblingForm} {
		if v := form(call, fn); v != nil {
			v.call = call
			return v
		}
	}
	return nil
}

// judge decides whether the call is reported, and how safe the fix is.
func (p *noCtx) judge(v *variant) (f Finding, report bool) {
	call := v.call
	if _, ok := p.Flow.Parent(call).(*ast.GoStmt); ok {
		return f, false
	}
	if v.given {
		return p.folded(v)
	}
	ctx, none := p.Flow.LiveFor(call, v.governs)
	if none == nil || none.Two {
		if region, why := p.rightWithout(v); why != "" {
			p.leave(call, region, why)
			return f, false
		}
	}
	switch {
	case none == nil:
	case none.Two:
		f = p.finding(v, "any context")
		f.Lower(Manual, none.Reason)
		return f, true
	case none.Dead:
		p.Keep(call, flow.RegionDead)
		return f, false
	default:
		if none.Hidden || none.Detached {
			p.leave(call, flow.NoRegion, none.Reason)
		}
		return f, false
	}
	// Have: a live context.
	f = p.finding(v, ctx.Expr)
	p.weigh(&f, v, ctx)
	ev := v.make(&f, ctx)
	if ev == nil || f.Safety == Manual {
		f.Evidence, f.Touches = nil, nil
		f.Lower(Manual, "there is no fix")
		return f, true
	}
	ev.Call, ev.Rename = call, ctx.Rename
	f.Evidence = ev
	if ctx.Rename != nil {
		f.Touches = append(f.Touches, SpanOf(ctx.Rename.List))
	}
	return f, true
}

func (p *noCtx) finding(v *variant, ctx string) Finding {
	return p.Finding(v.call, "%s does not hear %s: %s does", types.ExprString(v.call.Fun), ctx, v.name)
}

// leave notes that a call is right without a context.
func (p *noCtx) leave(n ast.Node, region flow.Region, because string) {
	p.KeepBecause(n, region, because)
}

// renamed makes the fix that gives the function its other name and ctx, with
// further arguments behind the old ones.
func (p *noCtx) renamed(call *ast.CallExpr, name string, last ...string) func(*Finding, flow.Context) *NoCtx {
	return func(f *Finding, ctx flow.Context) *NoCtx {
		id := calledName(call)
		if id == nil {
			f.Lower(Manual, "the function is not called by its name")
			return nil
		}
		f.Touches = append(f.Touches, SpanOf(id), Span{call.Lparen, call.Lparen + 1})
		if len(last) > 0 {
			f.Touches = append(f.Touches, Span{call.Rparen, call.Rparen + 1})
		}
		return &NoCtx{Called: id, Name: name, First: ctx.Expr, Last: last}
	}
}

// calledName returns the identifier by which call calls its function, or nil.
func calledName(call *ast.CallExpr) *ast.Ident {
	fun := ast.Unparen(call.Fun)
	switch index := fun.(type) {
	case *ast.IndexExpr:
		fun = ast.Unparen(index.X)
	case *ast.IndexListExpr:
		fun = ast.Unparen(index.X)
	}
	switch fun := fun.(type) {
	case *ast.Ident:
		return fun
	case *ast.SelectorExpr:
		return fun.Sel
	}
	return nil
}

// replaced makes the fix that puts an expression in the place of the call.
// src gets the context's source and, for each import path, its name.
func (p *noCtx) replaced(call *ast.CallExpr, importPath string, src func(ctx, pkg string) string) func(*Finding, flow.Context) *NoCtx {
	return func(f *Finding, ctx flow.Context) *NoCtx {
		pkg, add, ok := p.Flow.Import(importPath, call.Pos())
		if !ok {
			f.Lower(Manual, "package "+importPath+" cannot be named here")
			return nil
		}
		ev := &NoCtx{Expr: src(ctx.Expr, qualifier(pkg))}
		if add != nil {
			ev.Imports = append(ev.Imports, *add)
		}
		f.Touches = append(f.Touches, SpanOf(call))
		return ev
	}
}

// qualifier returns what stands before a name of the package called pkg.
func qualifier(pkg string) string {
	if pkg == "." {
		return ""
	}
	return pkg + "."
}
