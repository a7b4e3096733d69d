package detect

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/typed"
)

// droppedValue reports context.WithValue(ctx, k, v) as a statement.
func (p deriver) droppedValue(stmt *ast.ExprStmt, call *ast.CallExpr) (Finding, bool) {
	if !typed.IsFunc(typed.Callee(p.Package.Info, call), "context", "WithValue") || len(call.Args) != 3 {
		return Finding{}, false
	}
	parent := types.ExprString(call.Args[0])
	f := p.Finding(stmt, "context.WithValue returns a context that nobody keeps: %s has no new value", parent)
	v := typed.Var(p.Package.Info, call.Args[0])
	fn := p.Flow.Func(stmt)
	switch {
	case v == nil || !types.AssignableTo(p.Package.Info.TypeOf(call), v.Type()):
		f.Lower(Manual, "there is no variable to keep it in")
	case v.Pos() < fn.Node.Pos() || fn.Node.End() <= v.Pos():
		f.Lower(Manual, v.Name()+" is not this function's own: others would see the new value")
	case len(p.Flow.ReadAfter(v, stmt)) == 0:
		f.Lower(Manual, v.Name()+" is not used afterwards")
	case p.Flow.LoopedSince(v, stmt):
		f.Lower(Manual, "kept in "+v.Name()+", it would grow with each turn of the loop")
	default:
		f.Lower(Unsafe, "what uses "+v.Name()+" below may not expect the value")
		f.Evidence = &WithContext{Kept: stmt, In: v.Name()}
		f.Touches = []Span{SpanOf(stmt)}
	}
	return f, true
}

// blankContext reports _, cancel := context.WithTimeout(ctx, d): nothing
// runs under the context that is made.
func (p deriver) blankContext(assign *ast.AssignStmt) (Finding, bool) {
	if len(assign.Lhs) != 2 || len(assign.Rhs) != 1 || p.Flow.IsTestFile(assign) {
		return Finding{}, false // tests count what a derivation leaves behind
	}
	d, ok := p.Flow.DerivationOf(assign.Rhs[0])
	if !ok || !d.Cancel || !blank(assign.Lhs[d.Result]) || blank(assign.Lhs[1-d.Result]) {
		return Finding{}, false
	}
	f := p.Finding(assign, "nothing runs under the context that %s makes: it is thrown away", types.ExprString(d.Call.Fun))
	use, why := p.onlyUse(assign, d)
	if why != "" {
		f.Lower(Manual, why)
		return f, true
	}
	// Have: one use of the parent, below.
	name := types.ExprString(d.Parent)
	fix := &WithContext{}
	if typed.Var(p.Package.Info, d.Parent) == nil {
		name = p.Flow.FreeName(p.Flow.Func(assign), "ctx", "derived")
		fix.Uses = append(fix.Uses, Instead{use, name})
	}
	fix.Uses = append(fix.Uses, Instead{assign.Lhs[d.Result], name})
	f.Lower(Unsafe, "what uses "+types.ExprString(d.Parent)+" below would end with the new context")
	f.Evidence = fix
	for _, u := range fix.Uses {
		f.Touches = append(f.Touches, SpanOf(u.Old))
	}
	return f, true
}

func blank(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == "_"
}

// onlyUse returns the one place below the assignment where a context is used,
// which is the parent of the new one, or why there is no such place.
func (p deriver) onlyUse(assign *ast.AssignStmt, d flow.Derivation) (ast.Expr, string) {
	const none = "no single use of the parent below tells what should run under it"
	if assign.Tok != token.DEFINE || typed.Root(p.Package.Info, d.Parent) != "" {
		return nil, none
	}
	parent := types.ExprString(d.Parent)
	owner := typed.Var(p.Package.Info, ownerOf(d.Parent))
	block := p.Flow.Parent(assign)
	if owner == nil || block == nil {
		return nil, none
	}
	if v := typed.Var(p.Package.Info, d.Parent); v != nil && !typed.Is(v.Type(), "context", "Context") {
		return nil, v.Name() + " is no context.Context, and cannot hold the new one"
	}
	var uses []ast.Expr
	for _, id := range p.Flow.ReadAfter(owner, assign) {
		if id.Pos() < assign.End() || block.End() <= id.Pos() {
			continue
		}
		use := p.contextAt(id)
		if use == nil {
			continue
		}
		if types.ExprString(use) != parent || p.Flow.Func(id) != p.Flow.Func(assign) {
			return nil, none
		}
		uses = append(uses, use)
	}
	if len(uses) != 1 || !p.isArgument(uses[0]) || p.usesOther(assign, block, owner) {
		return nil, none
	}
	return uses[0], ""
}

// contextAt returns the context that the mention id of a variable is, or is
// asked for: r.Context() of r. Nil if it is none.
func (p deriver) contextAt(id *ast.Ident) ast.Expr {
	var e ast.Expr = id
	for {
		if typed.IsContext(p.Package.Info.TypeOf(e)) {
			return e
		}
		switch parent := p.Flow.Parent(e).(type) {
		case *ast.SelectorExpr:
			e = parent
		case *ast.CallExpr:
			if parent.Fun != e {
				return nil
			}
			e = parent
		default:
			return nil
		}
	}
}

// isArgument reports whether e is an argument of a call that runs at once and
// does more than make another context.
func (p deriver) isArgument(e ast.Expr) bool {
	call, ok := p.Flow.Parent(e).(*ast.CallExpr)
	if !ok || call.Fun == e {
		return false
	}
	if _, derives := p.Flow.DerivationOf(call); derives {
		return false
	}
	switch p.Flow.Parent(call).(type) {
	case *ast.GoStmt, *ast.DeferStmt:
		return false
	}
	return true
}

// usesOther reports whether another context than owner's is used in the block
// below the assignment.
func (p deriver) usesOther(assign *ast.AssignStmt, block ast.Node, owner *types.Var) bool {
	other := false
	ast.Inspect(block, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if ok && id.Pos() > assign.End() {
			v, _ := p.Package.Info.Uses[id].(*types.Var)
			other = other || v != nil && v != owner && typed.IsContext(v.Type())
		}
		return !other
	})
	return other
}
