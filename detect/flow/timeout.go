package flow

import (
	"go/ast"
	"go/constant"
	"go/types"
	"slices"
	"time"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// A Timeout is a call of context.WithTimeout or WithTimeoutCause with a
// constant duration.
type Timeout struct {
	Call  *ast.CallExpr
	After time.Duration
}

// TimeoutOf returns the call as a timeout, nil if it is none.
func (p *Package) TimeoutOf(call *ast.CallExpr) *Timeout {
	if !typed.IsFunc(typed.Callee(p.Info, call), "context", "WithTimeout", "WithTimeoutCause") || len(call.Args) < 2 {
		return nil
	}
	n, exact := constant.Int64Val(constant.ToInt(p.Info.Types[call.Args[1]].Value))
	if !exact {
		return nil
	}
	return &Timeout{call, time.Duration(n)}
}

// DeadlineOf returns the call as a timeout if it is one that is written as a
// deadline, else nil: context.WithDeadline(ctx, time.Now().Add(d)).
func (p *Package) DeadlineOf(call *ast.CallExpr) *Timeout {
	if !typed.IsFunc(typed.Callee(p.Info, call), "context", "WithDeadline", "WithDeadlineCause") || len(call.Args) < 2 {
		return nil
	}
	add, ok := ast.Unparen(call.Args[1]).(*ast.CallExpr)
	if !ok || !typed.IsMethod(typed.Callee(p.Info, add), "time", "Time", "Add") {
		return nil
	}
	now, ok := ast.Unparen(ast.Unparen(add.Fun).(*ast.SelectorExpr).X).(*ast.CallExpr)
	if !ok || !typed.IsFunc(typed.Callee(p.Info, now), "time", "Now") {
		return nil
	}
	n, exact := constant.Int64Val(constant.ToInt(p.Info.Types[add.Args[0]].Value))
	if !exact {
		return nil
	}
	return &Timeout{call, time.Duration(n)}
}

// TimeoutsAround yields the constant timeouts that the context e, as it is
// where it stands, derives from in this function, innermost first. What comes
// from a variable that may hold several values, from functions outside package
// context or from WithoutCancel is not followed.
func (p *Package) TimeoutsAround(e ast.Expr) []*Timeout {
	var around []*Timeout
	for range maxLineage {
		d, call := p.derivedHere(e)
		if call == nil || d.how == byDetach {
			return around
		}
		if t := p.TimeoutOf(call); t != nil {
			around = append(around, t)
		} else if t := p.DeadlineOf(call); t != nil {
			around = append(around, t)
		}
		e = d.parent
	}
	return around
}

// derivedHere returns the call of a known function that the context e, as it
// is where it stands, was derived by.
func (p *Package) derivedHere(e ast.Expr) (derive, *ast.CallExpr) {
	d, made, _ := p.derivedAt(e, e)
	return d, made
}

// derivedAt is derivedHere for the value that the context e has when n runs,
// and returns the assignment too.
func (p *Package) derivedAt(e ast.Expr, n ast.Node) (derive, *ast.CallExpr, definition) {
	def, ok := p.valueAt(typed.Var(p.Info, e), n)
	if ok {
		e = def.rhs
	}
	made, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok {
		return derive{}, nil, def
	}
	fn := typed.Callee(p.Info, made)
	if !typed.IsFunc(fn, "context") && !typed.IsFunc(fn, "golang.org/x/sync/errgroup") && !typed.IsFunc(fn, "os/signal") {
		return derive{}, nil, def
	}
	d, _ := p.derivation(made)
	return d, made, def
}

// TimeoutAbove returns the constant timeout that the statement of call follows
// directly, and what goes with it: the statement that makes it and the defer
// of its cancel func; provided its context is only the first argument of call.
func (p *Package) TimeoutAbove(call *ast.CallExpr) (*Timeout, []ast.Stmt) {
	stmt := p.Stmt(call)
	if stmt == nil {
		return nil, nil // the value of a variable of the package
	}
	list := Statements(p.Parent(stmt))
	i := slices.Index(list, stmt)
	if i < 2 {
		return nil, nil
	}
	assign, made := list[i-2].(*ast.AssignStmt)
	deferred, defers := list[i-1].(*ast.DeferStmt)
	if !made || !defers {
		return nil, nil
	}
	outer, ok := ast.Unparen(assign.Rhs[0]).(*ast.CallExpr)
	if !ok || p.TimeoutOf(outer) == nil {
		return nil, nil
	}
	// Have: ctx, cancel := context.WithTimeout(parent, d); defer …
	ctx, cancel := typed.Var(p.Info, assign.Lhs[0]), typed.Var(p.Info, assign.Lhs[1])
	if !p.onlyUse(ctx, call.Args[0]) || !p.onlyUse(cancel, deferred.Call.Fun) {
		return nil, nil
	}
	k := keyOf(p.Info, outer.Args[0])
	v, isVar := k.base.(*types.Var)
	named := isVar && (v.Name() == ctx.Name() || p.Resolves(v.Name(), v, call.Pos()))
	if typed.Root(p.Info, outer.Args[0]) == "" && !named {
		return nil, nil
	}
	return p.TimeoutOf(outer), []ast.Stmt{assign, deferred}
}

// onlyUse reports whether e is all that uses v, which nothing is assigned to
// but where it is declared.
func (p *Package) onlyUse(v *types.Var, e ast.Expr) bool {
	if v == nil {
		return false
	}
	uses := p.usesOf(v)
	return len(uses) == 1 && ast.Unparen(e) == uses[0]
}

// LoopBetween reports whether n stands in a loop that outer stands outside of.
func (p *Package) LoopBetween(outer, n ast.Node) bool {
	for m := p.Parent(n); !contains(m, outer); m = p.Parent(m) {
		switch m.(type) {
		case *ast.ForStmt, *ast.RangeStmt:
			return true
		}
	}
	return false
}
