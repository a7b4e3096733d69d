package detect

import (
	_ "embed"
	"go/ast"
	"go/token"
	"go/types"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/typed"
)

//go:embed doneerr.md
var doneErrPage string

// doneErrRule finds functions that report success because their context is
// done.
var doneErrRule = &Rule{
	Name:   "doneerr",
	Doc:    "a cancelled function that returns a nil error",
	Page:   doneErrPage,
	Preset: Recommended,
	Best:   Safe,
	Find:   findDoneErr,
}

// DoneErr returns Err in place of Result, which is nil.
type DoneErr struct {
	Result ast.Expr
	Err    string // Go source
}

func (*DoneErr) evidence() {}

// A doneReturn is a return statement that runs because a context is done.
type doneReturn struct {
	*Pass
	ret   *ast.ReturnStmt
	fn    *flow.Func
	at    ast.Stmt // the case or the if statement
	ctx   ast.Expr
	err   *types.Var // the variable by which the condition asks for the context's error, or nil
	last  ast.Expr   // the nil result
	named bool       // last is a variable
}

// findDoneErr reports a return statement, provided:
//   - it ends a case on the Done of a context, or the branch of an if
//     statement that found the context's Err or Cause to be not nil;
//   - the last result of its function is exactly error, and the function is no
//     literal of a go or defer statement, whose results nobody gets;
//   - it returns an error variable that is nil on every path to there; or,
//     when the rule runs in full, the literal nil, where only the caller ends
//     the context, no other failure is passed over, and the function can
//     succeed in another way, too.
func findDoneErr(p *Pass) []Finding {
	var findings []Finding
	visit := func(r *doneReturn, body []ast.Stmt) {
		if len(body) == 0 {
			return
		}
		ret, ok := body[len(body)-1].(*ast.ReturnStmt)
		if !ok || len(ret.Results) == 0 {
			return
		}
		r.Pass, r.ret, r.fn = p, ret, p.Flow.Func(ret)
		if f, ok := r.finding(); ok {
			findings = append(findings, f)
		}
	}
	for n := range p.Nodes((*ast.CommClause)(nil), (*ast.IfStmt)(nil)) {
		switch n := n.(type) {
		case *ast.CommClause:
			if ch, sends := flow.Comm(n); ch != nil && !sends && p.Flow.DoneOf(ch) != nil {
				visit(&doneReturn{at: n, ctx: p.Flow.DoneOf(ch)}, n.Body)
			}
		case *ast.IfStmt:
			if ctx, err := p.foundDone(n); ctx != nil {
				visit(&doneReturn{at: n, ctx: ctx, err: err}, n.Body.List)
			}
		}
	}
	return findings
}

// foundDone returns the context that the condition of an if statement finds
// to be done, and the variable that holds its error if there is one.
func (p *Pass) foundDone(s *ast.IfStmt) (ctx ast.Expr, err *types.Var) {
	cond, ok := ast.Unparen(s.Cond).(*ast.BinaryExpr)
	if !ok || cond.Op != token.NEQ || !p.Package.Info.Types[cond.Y].IsNil() {
		return nil, nil
	}
	if ctx := p.Flow.ErrSource(cond.X); ctx != nil {
		return ctx, nil // Have: if ctx.Err() != nil
	}
	init, ok := s.Init.(*ast.AssignStmt)
	v := typed.Var(p.Package.Info, cond.X)
	if !ok || v == nil || len(init.Lhs) != 1 || len(init.Rhs) != 1 || typed.Var(p.Package.Info, init.Lhs[0]) != v {
		return nil, nil
	}
	return p.Flow.ErrSource(init.Rhs[0]), v // Have: if err := ctx.Err(); err != nil
}

func (r *doneReturn) finding() (Finding, bool) {
	results := r.fn.Sig.Results()
	if results.Len() != len(r.ret.Results) || !typed.IsError(results.At(results.Len()-1).Type()) {
		return Finding{}, false
	}
	if r.unheard() {
		return Finding{}, false
	}
	r.last = ast.Unparen(r.ret.Results[results.Len()-1])
	v := typed.Var(r.Package.Info, r.last)
	literal := r.Package.Info.Types[r.last].IsNil()
	r.named = v != nil && typed.IsError(v.Type())
	if !literal && !r.named || literal && !r.Strict() || !r.Flow.IsNil(r.last) {
		return Finding{}, false
	}
	// Have: case <-ctx.Done(): return …, nil
	if literal && r.meant() {
		return Finding{}, false
	}
	ctx := types.ExprString(r.ctx)
	f := r.Finding(r.ret, "%s is done, and nil is returned as the error", ctx)
	if r.named {
		f.Message = v.Name() + " is nil here: " + ctx + " is done, and the function reports success"
	}
	if why := r.refused(v); why != "" {
		f.Lower(Manual, why)
		return f, true
	}
	for _, doubt := range r.doubts() {
		if doubt != "" {
			f.Lower(Unsafe, doubt)
		}
	}
	fix := &DoneErr{Result: r.last}
	if r.holds() {
		fix.Err = r.err.Name()
	} else {
		fix.Err = r.Flow.ErrOf(flow.Context{Expr: ctx}, r.ret)
	}
	f.Evidence, f.Touches = fix, []Span{SpanOf(r.last)}
	return f, true
}

// holds reports whether the variable of the condition still means the context's
// error at the return: err, that another err hides there, does not.
func (r *doneReturn) holds() bool {
	return r.err != nil && r.Flow.Resolves(r.err.Name(), r.err, r.ret.Pos()) && len(r.Flow.Assigned(r.err, r.at.(*ast.IfStmt).Body)) == 0
}
