package flow

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// A Lifetime says what may end a context.
type Lifetime uint8

const (
	Unknown  Lifetime = iota // a field, a root, a call
	Caller                   // whoever called the function that has the parameter, and nobody else
	Peer                     // the other end of a request or stream that is a parameter
	Itself                   // that function too: it cancels it, or it is a group's
	Deadline                 // a deadline that it sets
)

// LifetimeOf returns what may end the context e: the function's caller or peer
// alone, or the function itself as well.
func (p *Package) LifetimeOf(e ast.Expr) Lifetime {
	switch l := p.lineageOf(e); {
	case l.deadline:
		return Deadline
	case l.ends:
		return Itself
	case l.detached || l.unsure != "" || l.kind != fromParam && l.kind != fromProvider:
		return Unknown
	case l.kind == fromProvider:
		return Peer
	}
	return Caller
}

// ErrSource returns the context whose Err or Cause e is, or nil.
func (p *Package) ErrSource(e ast.Expr) ast.Expr { return p.errSource(e) }

// A Derivation is a call that makes one context from another.
type Derivation struct {
	Call   *ast.CallExpr
	Parent ast.Expr
	Result int  // which result the context is
	Value  bool // by context.WithValue: it ends with its parent
	Cancel bool // the other result is its cancel func
}

// DerivationOf returns what e makes of a context, or false.
func (p *Package) DerivationOf(e ast.Expr) (Derivation, bool) {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok {
		return Derivation{}, false
	}
	d, ok := p.derivation(call)
	if !ok || d.how == byDetach || d.how == byUnknown {
		return Derivation{}, false
	}
	value := typed.IsFunc(typed.Callee(p.Info, call), "context", "WithValue")
	return Derivation{call, d.parent, d.result, value, d.cancel}, true
}

// BaseOf returns the parameter that the context e comes from: a context, or
// what provides one, without a detachment on the way. Nil if there is none.
func (p *Package) BaseOf(e ast.Expr) *types.Var {
	l := p.lineageOf(e)
	if l.detached || l.unsure != "" {
		return nil
	}
	return l.base
}

// ReadAfter returns the places that may read v once n has run, n itself
// excluded. What a function literal reads always counts.
func (p *Package) ReadAfter(v *types.Var, n ast.Node) []*ast.Ident {
	return slices.DeleteFunc(p.usesOf(v), func(id *ast.Ident) bool {
		if contains(n, id) {
			return true
		}
		if assign, ok := p.Parent(id).(*ast.AssignStmt); ok && slices.Contains(assign.Lhs, ast.Expr(id)) {
			return true // Have: v = …
		}
		return p.Func(id) == p.Func(n) && !p.Reachable(n, id)
	})
}

// OfProvider reports whether e is a field of a parameter that provides a
// request's context: c.Request.
func (p *Package) OfProvider(e ast.Expr) bool { return p.ofProvider(e) }

// LoopedSince reports whether n stands in a loop of its function that v is
// declared outside of: what is assigned to v there is seen by the next turn.
func (p *Package) LoopedSince(v *types.Var, n ast.Node) bool {
	for loop := p.loopAround(n); loop != nil; loop = p.loopAround(loop) {
		if !contains(loop, point(v.Pos())) {
			return true
		}
	}
	return false
}
