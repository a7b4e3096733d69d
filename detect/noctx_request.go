package detect

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/typed"
)

// requestForm is the form of http.NewRequest. The request may be given its
// context below: right after it was made, that moves into the call.
func (p *noCtx) requestForm(call *ast.CallExpr, fn *types.Func) *variant {
	const name = "NewRequestWithContext"
	if !typed.IsFunc(fn, "net/http", "NewRequest") || p.Flow.Version(call) < 13 {
		return nil
	}
	to := p.counterpart(call, name)
	if to == nil || to.Pkg() != fn.Pkg() {
		return nil
	}
	v := &variant{name: name, to: to, governs: true, safety: Safe, make: p.renamed(call, name)}
	rewraps, with := p.requestUses(call)
	switch {
	case rewraps != nil:
		v.given = true
		if with, stmt := p.foldable(call, rewraps); stmt != nil {
			v.fold = &fold{with, stmt}
		}
	case with != "":
		v.safety, v.because = Unsafe, with+" receives the request together with a context, which it may give it"
	}
	return v
}

// A fold is a request's context that moves into the call that makes it.
type fold struct {
	with ast.Expr
	stmt *ast.AssignStmt // req = req.WithContext(with)
}

// requestUses returns the first call that gives the request another context,
// and the name of a function that receives it together with one.
func (p *noCtx) requestUses(call *ast.CallExpr) (rewraps *ast.CallExpr, with string) {
	for _, u := range p.Flow.ReachResult(call) {
		switch u.Kind {
		case flow.Method:
			if typed.IsMethod(typed.Callee(p.Package.Info, u.Call), "net/http", "Request", "WithContext", "Clone") && rewraps == nil {
				rewraps = u.Call
			}
		case flow.Arg:
			for _, arg := range u.Call.Args {
				if t := p.Package.Info.TypeOf(arg); t != nil && typed.IsContext(t) && with == "" {
					with = typed.CalleeName(u.Call)
				}
			}
		}
	}
	return rewraps, with
}

// foldable returns the context that rewraps gives the request, and its
// statement, provided:
//   - it is req = req.WithContext(x) in the block where req is made;
//   - nothing stands between but the check of the error and uses of req's
//     fields and methods;
//   - x is a variable, or asked from one, that means the same at call.
func (p *noCtx) foldable(call, rewraps *ast.CallExpr) (ast.Expr, *ast.AssignStmt) {
	made, ok := p.Flow.Parent(call).(*ast.AssignStmt)
	if !ok || len(made.Lhs) != 2 || typed.CalleeName(rewraps) != "WithContext" || len(rewraps.Args) != 1 {
		return nil, nil
	}
	req := typed.Var(p.Package.Info, made.Lhs[0])
	stmt, ok := p.Flow.Parent(rewraps).(*ast.AssignStmt)
	if !ok || req == nil || stmt.Tok != token.ASSIGN || len(stmt.Lhs) != 1 || typed.Var(p.Package.Info, stmt.Lhs[0]) != req {
		return nil, nil
	}
	// Have: req, err := http.NewRequest(…); …; req = req.WithContext(x)
	list := flow.Statements(p.Flow.Parent(made))
	from, to := slices.Index(list, ast.Stmt(made)), slices.Index(list, ast.Stmt(stmt))
	if from < 0 || to < from {
		return nil, nil
	}
	for i, between := range list[from+1 : to] {
		if check, ok := between.(*ast.IfStmt); i == 0 && ok && check.Init == nil && check.Else == nil && p.Flow.Terminates(check.Body) {
			continue
		}
		if !p.setsPart(between, req) {
			return nil, nil
		}
	}
	if !p.meansSame(rewraps.Args[0], call, stmt) {
		return nil, nil
	}
	return rewraps.Args[0], stmt
}

// setsPart reports whether the statement only sets something in req, as a
// header.
func (p *noCtx) setsPart(stmt ast.Stmt, req *types.Var) bool {
	switch s := stmt.(type) {
	case *ast.ExprStmt:
		call, ok := s.X.(*ast.CallExpr)
		return ok && p.partOf(call.Fun, req)
	case *ast.AssignStmt:
		return len(s.Lhs) == 1 && s.Tok == token.ASSIGN && p.partOf(s.Lhs[0], req)
	}
	return false
}

func (p *noCtx) partOf(e ast.Expr, req *types.Var) bool {
	_, selects := ast.Unparen(e).(*ast.SelectorExpr)
	return selects && typed.Var(p.Package.Info, typed.Operand(e)) == req
}

// meansSame reports whether the context x, a variable or r.Context(), is the
// same at call as at the later statement.
func (p *noCtx) meansSame(x ast.Expr, call *ast.CallExpr, later ast.Stmt) bool {
	e := ast.Unparen(x)
	if asked, ok := e.(*ast.CallExpr); ok {
		sel, ok := ast.Unparen(asked.Fun).(*ast.SelectorExpr)
		if !ok || len(asked.Args) > 0 || sel.Sel.Name != "Context" {
			return false
		}
		e = ast.Unparen(sel.X)
	}
	v := typed.Var(p.Package.Info, e)
	if v == nil || v.IsField() || !p.Flow.Resolves(v.Name(), v, call.Pos()) || v.Pos() > call.Pos() {
		return false
	}
	for _, a := range p.Flow.Assigned(v, nil) {
		if a.Pos() > call.Pos() && a.Pos() < later.End() || p.Flow.Func(a) != p.Flow.Func(call) {
			return false
		}
	}
	return true
}

// folded is the fix that moves the context into the call.
func (p *noCtx) folded(v *variant) (Finding, bool) {
	if v.fold == nil {
		p.leave(v.call, flow.NoRegion, "the request is given its context below")
		return Finding{}, false
	}
	f := p.Finding(v.call, "%s is given its context only below: %s takes it", types.ExprString(v.call.Fun), v.name)
	ev := p.renamed(v.call, v.name)(&f, flow.Context{Expr: types.ExprString(v.fold.with)})
	ev.Call, ev.Delete = v.call, v.fold.stmt
	f.Evidence = ev
	f.Touches = append(f.Touches, SpanOf(v.fold.stmt))
	return f, true
}
