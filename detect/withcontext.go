package detect

import (
	_ "embed"
	"go/ast"
	"go/types"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/typed"
)

//go:embed withcontext.md
var withContextPage string

// withContextRule finds contexts, and requests that carry one, that are made
// and thrown away.
var withContextRule = &Rule{
	Name:   "withcontext",
	Doc:    "a derived context, or the request that carries it, is thrown away",
	Page:   withContextPage,
	Preset: Recommended,
	Best:   Safe,
	Find:   findWithContext,
}

// WithContext keeps what is thrown away. Of its parts, those that are set
// count.
type WithContext struct {
	Kept   *ast.ExprStmt // a statement whose value is kept
	In     string        // Go source of the variable it is assigned to, or
	By     string        // of the method that is called with it
	Uses   []Instead
	Before ast.Stmt // Insert goes before it
	Insert string   // Go source of a statement
}

// Instead replaces an expression by Go source.
type Instead struct {
	Old ast.Expr
	New string
}

func (*WithContext) evidence() {}

// A deriver is a pass that looks at derived contexts.
type deriver struct{ *Pass }

// findWithContext reports
//   - a statement that is nothing but r.WithContext(ctx) of a request;
//   - a statement that is nothing but context.WithValue(…);
//   - _, cancel := context.WithTimeout(…) or the like;
//   - an assignment of a derived context to a variable that nobody reads
//     afterwards, provided that its parent, or the request it comes from, is
//     handed on to a handler afterwards;
//   - a context made by context.WithValue alone that is used here, but not
//     for the request that is handed on.
func findWithContext(pass *Pass) []Finding {
	p := deriver{pass}
	var findings []Finding
	add := func(f Finding, ok bool) {
		if ok {
			findings = append(findings, f)
		}
	}
	for n := range p.Nodes((*ast.ExprStmt)(nil), (*ast.AssignStmt)(nil)) {
		switch n := n.(type) {
		case *ast.ExprStmt:
			if call, ok := ast.Unparen(n.X).(*ast.CallExpr); ok {
				add(p.droppedRequest(n, call))
				add(p.droppedValue(n, call))
			}
		case *ast.AssignStmt:
			add(p.blankContext(n))
			add(p.lostContext(n))
		}
	}
	return findings
}

// droppedRequest reports r.WithContext(ctx) as a statement: it changes
// nothing, as it returns a copy of the request.
func (p deriver) droppedRequest(stmt *ast.ExprStmt, call *ast.CallExpr) (Finding, bool) {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok || len(call.Args) != 1 || !typed.IsMethod(typed.Callee(p.Package.Info, call), "net/http", "Request", "WithContext") {
		return Finding{}, false
	}
	r := types.ExprString(ast.Unparen(sel.X))
	f := p.Finding(stmt, "%s.WithContext returns a request that nobody keeps: %s has its old context", r, r)
	fix := &WithContext{Kept: stmt, In: r}
	if setter := p.setter(sel.X); setter != "" {
		fix.In, fix.By = "", setter
	}
	owner := typed.Var(p.Package.Info, ownerOf(sel.X))
	switch {
	case owner == nil || fix.By == "" && !p.assignable(sel.X):
		f.Lower(Manual, "what becomes of "+r+" cannot be told")
		return f, true
	case len(p.Flow.ReadAfter(owner, stmt)) == 0:
		f.Lower(Manual, owner.Name()+" is not used afterwards")
		return f, true
	}
	// Have: a request that is used below, and can be replaced by its copy.
	if fn := p.Flow.Func(stmt); owner.Pos() < fn.Node.Pos() || fn.Node.End() <= owner.Pos() {
		f.Lower(Unsafe, r+" is not this function's own: others see the new request")
	}
	if _, field := ast.Unparen(sel.X).(*ast.SelectorExpr); field && !p.Flow.OfProvider(sel.X) {
		f.Lower(Unsafe, r+" is a field: others see the new request")
	}
	if why := p.heldElsewhere(owner, stmt); why != "" && fix.By == "" {
		f.Lower(Unsafe, why)
	}
	if p.Flow.LoopedSince(owner, stmt) {
		f.Lower(Unsafe, "the next turn of the loop starts from the new request")
	}
	if why := p.endsEarly(call.Args[0]); why != "" {
		f.Lower(Unsafe, why)
	}
	if p.runsOn(stmt, call.Args[0]) {
		f.Lower(Unsafe, "the function literal may run on after "+types.ExprString(call.Args[0])+" has ended")
	}
	f.Evidence, f.Touches = fix, []Span{SpanOf(stmt)}
	return f, true
}

// assignable reports whether e is a variable or a field.
func (p deriver) assignable(e ast.Expr) bool {
	switch ast.Unparen(e).(type) {
	case *ast.Ident, *ast.SelectorExpr:
		return p.Package.Info.Types[ast.Unparen(e)].Addressable()
	}
	return false
}

// setter returns the method that takes the request that e, a call, asks for:
// c.SetRequest for c.Request(). "" if there is none.
func (p deriver) setter(e ast.Expr) string {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok || len(call.Args) != 0 || typed.CalleeName(call) != "Request" {
		return ""
	}
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok || !setsRequest(p.Package.Info.TypeOf(sel.X)) {
		return ""
	}
	return types.ExprString(sel.X) + ".SetRequest"
}

// setsRequest reports whether t has the method SetRequest(*http.Request).
func setsRequest(t types.Type) bool {
	if t == nil {
		return false
	}
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, "SetRequest")
	fn, ok := obj.(*types.Func)
	return ok && fn.Signature().Params().Len() == 1 && typed.IsPointerTo(fn.Signature().Params().At(0).Type(), "net/http", "Request")
}

// ownerOf returns the operand that e starts with: c of c.Request().
func ownerOf(e ast.Expr) ast.Expr {
	for {
		e = typed.Operand(e)
		call, ok := e.(*ast.CallExpr)
		if !ok {
			return e
		}
		e = call.Fun
	}
}

// endsEarly says why a request that carries ctx may end before one without.
func (p deriver) endsEarly(ctx ast.Expr) string {
	name := types.ExprString(ctx)
	switch p.Flow.LifetimeOf(ctx) {
	case flow.Deadline:
		return name + " has a deadline, which the request gets"
	case flow.Itself:
		return name + " is cancelled here, and the request with it"
	case flow.Unknown:
		return "who ends " + name + " is not known"
	}
	return ""
}

// runsOn reports whether stmt stands in a literal that may run when the
// function that ctx comes from has returned.
func (p deriver) runsOn(stmt ast.Stmt, ctx ast.Expr) bool {
	base := p.Flow.BaseOf(ctx)
	for fn := p.Flow.Func(stmt); fn != nil && base != nil; fn = fn.Outer {
		if fn.Declares(base) {
			return fn.Wall == flow.Detached && base.Pos() < fn.Body.Pos() // Have: go func(ctx …) { … }(…)
		}
		if fn.Wall == flow.Detached || fn.Wall == flow.Keeping {
			return true
		}
	}
	return false
}
