package flow

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// A DeadUse is a context that is done where a call receives it to work under.
type DeadUse struct {
	Expr    ast.Expr // the context, an argument of Call
	Call    *ast.CallExpr
	Death   *Death
	Derives bool            // Call derives a context from it, which Works receive
	Timed   bool            // and gives that one a deadline
	Works   []*ast.CallExpr // what works under it: Call itself, or what receives the derived one
}

// DeadUses returns the dead uses of contexts in a declaration. Calls that only
// look at the context are none.
func (p *Package) DeadUses(decl ast.Decl) []DeadUse {
	if !p.endsContexts(decl) {
		return nil
	}
	var uses []DeadUse
	ast.Inspect(decl, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		for _, arg := range call.Args {
			if !typed.IsContext(p.Info.TypeOf(arg)) {
				continue
			}
			if u, ok := p.deadUse(call, arg); ok {
				uses = append(uses, u)
			}
		}
		return true
	})
	return uses
}

// endsContexts reports whether anything in the declaration can tell that a
// context is done. Most declarations need no further look.
func (p *Package) endsContexts(decl ast.Decl) bool {
	found := false
	ast.Inspect(decl, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || found {
			return !found
		}
		switch typed.CalleeName(call) {
		case "Err", "Cause", "Wait":
			found = true
		default:
			t := p.Info.TypeOf(call.Fun)
			found = t != nil && typed.IsCancelFunc(t) || p.doneCall(call) != nil
		}
		return !found
	})
	return found
}

func (p *Package) deadUse(call *ast.CallExpr, arg ast.Expr) (DeadUse, bool) {
	death := p.DeadAt(arg)
	if death == nil || p.derivedDead(arg) {
		return DeadUse{}, false
	}
	u := DeadUse{Expr: arg, Call: call, Death: death}
	d, _ := p.derivation(call)
	switch {
	case d.parent != arg:
		u.Works = []*ast.CallExpr{call}
		return u, !p.OnlyLooks(call, arg)
	case d.how == byUnknown:
		return DeadUse{}, false
	}
	u.Derives, u.Timed = true, d.how == byDeadline
	waits := false
	for _, use := range p.Reach(arg) {
		switch {
		case !p.canPrecede(call, use.Node), p.IsDetached(use.Node):
		case use.Kind == Arg && !p.OnlyLooks(use.Call, use.Node), use.Kind == Launched && use.Call != nil:
			u.Works = append(u.Works, use.Call)
		case use.Kind == Method && typed.CalleeName(use.Call) == "Done", use.Kind == Launched:
			waits = true
		}
	}
	return u, waits || len(u.Works) > 0
}

// derivedDead reports whether e was derived from a context that was done
// already: what is wrong is wrong there.
func (p *Package) derivedDead(e ast.Expr) bool {
	for range maxLineage {
		parent := p.derivedFrom(e)
		if parent == nil {
			return false
		}
		if p.DeadAt(parent) != nil {
			return true
		}
		e = parent
	}
	return false
}

// UsedBeside reports whether the variable that u's context is has a use that is
// none of the dead ones: without it, it could not be replaced everywhere. What
// is no local variable needs none.
func (p *Package) UsedBeside(u DeadUse, all []DeadUse) bool {
	v := typed.Var(p.Info, u.Expr)
	if v.Kind() != types.LocalVar {
		return true
	}
	return slices.ContainsFunc(p.Uses(v), func(id *ast.Ident) bool {
		return !slices.ContainsFunc(all, func(d DeadUse) bool { return contains(d.Expr, id) })
	})
}

// ParentAt renders the parent of a context that has ended as it can be named
// at e, with the import that takes. ok is false when it cannot, is done as
// well, or was given another value since.
func (p *Package) ParentAt(d *Death, e ast.Expr) (src string, add *Import, ok bool) {
	if root := typed.Root(p.Info, d.Parent); root != "" {
		src, add, ok = p.ContextFunc(root, e.Pos())
		return src + "()", add, ok
	}
	k := keyOf(p.Info, d.Parent)
	v, _ := k.base.(*types.Var)
	if !p.unchanged(d.Parent) || !p.Resolves(v.Name(), v, e.Pos()) {
		return "", nil, false
	}
	if p.deathIn(p.factsAt(p.Func(e), e), d.Parent) != nil {
		return "", nil, false
	}
	return types.ExprString(d.Parent), nil, true
}

// WithoutCancel renders context.WithoutCancel(ctx) at n, with the import that
// takes, or says why it cannot be written there.
func (p *Package) WithoutCancel(ctx string, n ast.Node) (src string, add *Import, why string) {
	if p.Version(n) < 21 {
		return "", nil, "context.WithoutCancel needs go1.21"
	}
	src, add, ok := p.ContextFunc("WithoutCancel", n.Pos())
	if !ok {
		return "", nil, "package context cannot be named here"
	}
	return src + "(" + ctx + ")", add, ""
}
