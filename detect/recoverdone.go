package detect

import (
	_ "embed"
	"go/ast"
	"go/token"
	"go/types"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/typed"
)

//go:embed recoverdone.md
var recoverDonePage string

// recoverDoneRule finds functions that recover from a panic and report
// success although their context may be done.
var recoverDoneRule = &Rule{
	Name:   "recoverdone",
	Doc:    "a recovered panic leaves the error nil although the context may be done",
	Page:   recoverDonePage,
	Preset: Strict,
	Best:   Unsafe,
	Find:   findRecoverDone,
}

// RecoverDone sets the error at the end of what runs after a panic.
type RecoverDone struct {
	Block *ast.BlockStmt // what runs after a panic
	Err   string         // the named result
	Done  string         // Go source of the context's error
}

func (*RecoverDone) evidence() {}

// A recovery is a deferred literal that recovers from panics.
type recovery struct {
	*Pass
	lit   *ast.FuncLit
	outer *flow.Func     // the function it is deferred in
	err   *types.Var     // its last result
	call  *ast.CallExpr  // recover()
	block *ast.BlockStmt // what runs after a panic alone, or nil
	rest  []ast.Stmt     // its statements that run after a panic
}

// findRecoverDone reports a deferred literal that calls recover, when the
// rule runs in full, provided:
//   - the last result of its function is a named error, which no deferred
//     literal sets or hands on;
//   - a parameter of the function is a context or provides one;
//   - after a panic, it does nothing but write log lines.
func findRecoverDone(p *Pass) []Finding {
	if !p.Strict() {
		return nil
	}
	var findings []Finding
	for stmt := range Each[*ast.DeferStmt](p) {
		if p.Flow.IsTestFile(stmt) {
			continue
		}
		if lit, ok := ast.Unparen(stmt.Call.Fun).(*ast.FuncLit); ok {
			r := &recovery{Pass: p, lit: lit, outer: p.Flow.Func(stmt)}
			if f, ok := r.finding(); ok {
				findings = append(findings, f)
			}
		}
	}
	return findings
}

func (r *recovery) finding() (Finding, bool) {
	results := r.outer.Sig.Results()
	if results.Len() == 0 {
		return Finding{}, false
	}
	r.err = results.At(results.Len() - 1)
	if !typed.IsError(r.err.Type()) || r.err.Name() == "" || r.err.Name() == "_" || r.deferredUse() || !r.recovers() {
		return Finding{}, false
	}
	// Have: (…, err error) { defer func() { … recover() … }()
	r.afterPanic()
	if !r.onlyLogs() {
		return Finding{}, false
	}
	ctx, none := r.Flow.Live(r.call)
	if none != nil || ctx.NoDone || ctx.Rename != nil {
		return Finding{}, false
	}
	f := r.Finding(r.call, "a panic ends here, and %s stays nil: the function reports success, also when %s is done", r.err.Name(), ctx.Expr)
	switch {
	case r.block == nil:
		f.Lower(Manual, "whether there was a panic is not looked at")
		return f, true
	case !r.Flow.Resolves(r.err.Name(), r.err, r.block.Rbrace):
		f.Lower(Manual, r.err.Name()+" is hidden there by another variable of that name")
		return f, true
	case ctx.Origin == flow.Derived || len(r.Flow.Assigned(ctx.Var, nil)) > 0:
		f.Lower(Manual, ctx.Expr+" may have been cancelled by the function itself by then")
		return f, true
	case !r.Flow.Resolves(ctx.Var.Name(), ctx.Var, r.block.Rbrace):
		f.Lower(Manual, ctx.Var.Name()+" is hidden there by another variable of that name")
		return f, true
	}
	f.Lower(Unsafe, "passing over the panic may be meant, whatever became of "+ctx.Expr)
	f.Evidence = &RecoverDone{Block: r.block, Err: r.err.Name(), Done: r.Flow.ErrOf(ctx, r.call)}
	f.Touches = []Span{SpanOf(r.block)}
	return f, true
}

// deferredUse reports whether a deferred call of the function mentions the
// error: it sets it, hands it on, or looks at it.
func (r *recovery) deferredUse() bool {
	used := false
	ast.Inspect(r.outer.Body, func(n ast.Node) bool {
		stmt, ok := n.(*ast.DeferStmt)
		if !ok {
			return !used
		}
		ast.Inspect(stmt, func(m ast.Node) bool {
			id, ok := m.(*ast.Ident)
			used = used || ok && r.Package.Info.Uses[id] == r.err
			return !used
		})
		return !used
	})
	return used
}

// recovers finds the call of recover in the literal itself; where there are
// two, what runs after a panic is not looked for.
func (r *recovery) recovers() bool {
	found := 0
	ast.Inspect(r.lit.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.CallExpr:
			if typed.IsBuiltin(r.Package.Info, n, "recover") {
				r.call = n
				found++
			}
		}
		return true
	})
	return found == 1
}

// afterPanic finds what runs after a panic alone: the branch of an if
// statement, or the rest of the literal where it returns without one.
func (r *recovery) afterPanic() {
	list := r.lit.Body.List
	r.rest = list
	for i, stmt := range list {
		s, ok := stmt.(*ast.IfStmt)
		if !ok || s.Else != nil {
			continue
		}
		cond, ok := ast.Unparen(s.Cond).(*ast.BinaryExpr)
		if !ok || !r.Package.Info.Types[cond.Y].IsNil() || !r.isRecovered(s, cond.X) {
			continue
		}
		switch {
		case cond.Op == token.NEQ && i == len(list)-1:
			r.block, r.rest = s.Body, append(append([]ast.Stmt{}, list[:i]...), s.Body.List...)
		case cond.Op == token.EQL && s.Init == nil && i < len(list)-1 && onlyReturns(s.Body):
			r.block, r.rest = r.lit.Body, append(append([]ast.Stmt{}, list[:i]...), list[i+1:]...)
		}
		return
	}
}

// isRecovered reports whether e is what recover returned: its call, or the
// variable that holds it.
func (r *recovery) isRecovered(s *ast.IfStmt, e ast.Expr) bool {
	if ast.Unparen(e) == r.call {
		return true
	}
	v := typed.Var(r.Package.Info, e)
	assign, ok := r.Flow.Parent(r.call).(*ast.AssignStmt)
	if v == nil || !ok || len(assign.Lhs) != 1 || typed.Var(r.Package.Info, assign.Lhs[0]) != v {
		return false
	}
	return s.Init == nil || s.Init == assign
}

func onlyReturns(block *ast.BlockStmt) bool {
	if len(block.List) != 1 {
		return false
	}
	_, ok := block.List[0].(*ast.ReturnStmt)
	return ok
}

// onlyLogs reports whether nothing but log lines, and what they need, comes
// of a panic.
func (r *recovery) onlyLogs() bool {
	for _, stmt := range r.rest {
		switch stmt := stmt.(type) {
		case *ast.AssignStmt:
			if stmt.Tok != token.DEFINE && !blank(stmt.Lhs[0]) {
				return false
			}
		case *ast.ExprStmt:
			call, ok := ast.Unparen(stmt.X).(*ast.CallExpr)
			fn := (*types.Func)(nil)
			if ok {
				fn = typed.Callee(r.Package.Info, call)
			}
			if !ok || call != r.call && !flow.IsTeller(typed.CalleeName(call)) && !typed.IsFunc(fn, "runtime/debug") {
				return false
			}
		case *ast.ReturnStmt, *ast.DeclStmt, *ast.EmptyStmt:
		default:
			return false
		}
	}
	return true
}
