package flow

import (
	"go/ast"
	"go/types"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// Reach returns every place where the context e, or one derived from it, goes
// within the declaration it stands in.
func (p *Package) Reach(e ast.Expr) []Use {
	r := &reach{Package: p, seen: map[*types.Var]bool{}}
	r.follow(e)
	return r.uses
}

// reachVar is Reach for everything that names v.
func (p *Package) reachVar(v *types.Var) []Use {
	r := &reach{Package: p, seen: map[*types.Var]bool{}}
	r.followVar(v)
	return r.uses
}

type reach struct {
	*Package
	seen     map[*types.Var]bool
	uses     []Use
	detached bool // what is followed carries a context without its cancellation
}

func (r *reach) add(kind UseKind, e ast.Expr) {
	r.uses = append(r.uses, Use{Kind: kind, Node: e, Detached: r.detached})
}

// follow notes where the value of expression e goes.
func (r *reach) follow(e ast.Expr) {
	switch parent := r.Parent(e).(type) {
	case *ast.ParenExpr:
		r.follow(parent)
	case *ast.CallExpr:
		r.followCall(parent, e)
	case *ast.SelectorExpr:
		r.followMethod(parent, e)
	case *ast.AssignStmt, *ast.ValueSpec:
		for _, l := range r.assignees(e) {
			r.into(l, e)
		}
	case *ast.ReturnStmt:
		r.add(Returned, e)
	case *ast.CompositeLit, *ast.KeyValueExpr, *ast.SendStmt:
		r.add(Stored, e)
	case *ast.BinaryExpr, *ast.CaseClause, *ast.SwitchStmt:
		r.add(Compared, e)
	default:
		r.add(Other, e)
	}
}

// followCall notes a context given to a call: a derivation goes on with its result.
func (r *reach) followCall(call *ast.CallExpr, e ast.Expr) {
	if d, _ := r.derivation(call); d.parent == e {
		r.followResult(call, d)
		return
	}
	r.followCarrier(call, e)
	u := Use{Kind: Arg, Call: call, Node: e, Detached: r.detached}
	if _, ok := r.Parent(call).(*ast.GoStmt); ok {
		u.Kind = Launched
	}
	r.uses = append(r.uses, u)
}

// followCarrier goes on with a request or command that carries the context e.
func (r *reach) followCarrier(call *ast.CallExpr, e ast.Expr) {
	fn := typed.Callee(r.Info, call)
	if fn == nil {
		return
	}
	results := fn.Signature().Results()
	for i := range results.Len() {
		t := results.At(i).Type()
		if !typed.IsPointerTo(t, "net/http", "Request") && !typed.IsPointerTo(t, "os/exec", "Cmd") {
			continue
		}
		defer func(before bool) { r.detached = before }(r.detached)
		r.detached = r.detached || r.IsDetached(e)
		if results.Len() == 1 {
			r.follow(call)
		} else if assign, ok := r.Parent(call).(*ast.AssignStmt); ok {
			r.into(assign.Lhs[i], call)
		} else if _, ok := r.Parent(call).(*ast.ReturnStmt); ok {
			r.add(Returned, call)
		}
	}
}

// followResult goes on with the context that a derivation returns.
func (r *reach) followResult(call *ast.CallExpr, d derive) {
	sig := typed.Callee(r.Info, call).Signature()
	if sig.Results().Len() == 1 {
		r.follow(call)
		return
	}
	switch parent := r.Parent(call).(type) {
	case *ast.AssignStmt:
		r.into(parent.Lhs[d.result], call)
	case *ast.ValueSpec:
		r.into(parent.Names[d.result], call)
	case *ast.ReturnStmt:
		r.add(Returned, call)
	default:
		r.add(Other, call)
	}
}

func (r *reach) followMethod(sel *ast.SelectorExpr, e ast.Expr) {
	call, ok := r.Parent(sel).(*ast.CallExpr)
	if !ok || call.Fun != sel {
		r.add(Other, e)
		return
	}
	r.uses = append(r.uses, Use{Kind: Method, Call: call, Node: e, Detached: r.detached})
}

// into goes on with the variable a context is assigned to.
func (r *reach) into(lhs ast.Expr, e ast.Expr) {
	v := typed.Var(r.Info, lhs)
	switch {
	case r.ofProvider(lhs):
		return // Have: c.Request = c.Request.WithContext(…); the request goes on with it
	case v == nil:
		if !isBlank(lhs) {
			r.add(Stored, e)
		}
	case v.Kind() == types.PackageVar:
		r.add(Stored, e)
	case v.Kind() == types.ResultVar:
		r.add(Returned, e)
	default:
		r.followVar(v)
	}
}

// ofProvider reports whether e is a field of a parameter that provides a
// request's context.
func (p *Package) ofProvider(e ast.Expr) bool {
	sel, ok := ast.Unparen(e).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	v := typed.Var(p.Info, sel.X)
	if v == nil || !p.isParam(v) {
		return false
	}
	_, ok = p.ProviderOf(v.Type())
	return ok
}

// Rewraps reports whether call gives a provider its request, or its context,
// back: c.SetRequest(r.WithContext(ctx)), c.SetUserContext(ctx).
func (p *Package) Rewraps(call *ast.CallExpr) bool {
	return p.ofProvider(call.Fun) && hasWord(typed.CalleeName(call), []string{"SetRequest", "SetUserContext", "SetContext"})
}

// followVar notes every use of v.
func (r *reach) followVar(v *types.Var) {
	if r.seen[v] {
		return
	}
	r.seen[v] = true
	for _, id := range r.usesOf(v) {
		r.followUse(id, v)
	}
}

// followUse notes one use of a variable; in a literal that is kept or runs on
// its own, that is all that matters.
func (r *reach) followUse(id *ast.Ident, v *types.Var) {
	if r.assigned(id) {
		return
	}
	for f := r.Func(id); !f.Declares(v); f = f.Outer {
		switch f.Wall {
		case Detached:
			r.add(Launched, id)
			return
		case Keeping:
			r.add(Captured, id)
			return
		}
	}
	r.follow(id)
}
