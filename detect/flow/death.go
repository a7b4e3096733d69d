package flow

import (
	"go/ast"
	"go/types"
	"strings"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// An ending is what a context is known to be done by.
type ending string

const (
	byDone      ending = "done"   // a receive from its Done
	byErr       ending = "err"    // its Err is not nil
	byOwnCancel ending = "cancel" // a call of its cancel func
	byGroupWait ending = "wait"   // the Wait of its group
)

// A Death says since when a context is done.
type Death struct {
	Ctx       ast.Expr // the context that ended: the one asked about, or one it derives from
	Waited    bool     // by the Wait of its errgroup
	Cancelled bool     // by its own cancel func
	Deferred  bool     // by a deferred call of it that runs earlier
	Parent    ast.Expr // what Ctx was derived from, when that is known; or nil
}

// DeadAt returns the death of the context e, if it is certainly done where e
// stands. What a literal that runs at another time may see replaced does not
// count, nor does a field that several functions set.
func (p *Package) DeadAt(e ast.Expr) *Death {
	f := p.Func(e)
	if f == nil {
		return nil
	}
	if d := p.deathIn(p.factsAt(f, e), e); d != nil {
		return d
	}
	return p.deathByDefer(f, e)
}

// DeadAtLaunch reports whether the context e was done already when the literal
// that it stands in was run, which is to be one in a function.
func (p *Package) DeadAtLaunch(e ast.Expr) bool {
	f := p.Func(e)
	return p.factsAt(f.Outer, f.Site)[fact{kind: dead, a: keyOf(p.Info, e)}]
}

// deathIn looks e up among the facts, then what e derives from.
func (p *Package) deathIn(at facts, e ast.Expr) *Death {
	k := keyOf(p.Info, e)
	if at[fact{kind: dead, a: k}] {
		if !p.stillHolds(k, e) {
			return nil
		}
		d := p.death(e)
		d.Waited = at[fact{doneBy, k, key{path: string(byGroupWait)}}]
		d.Cancelled = at[fact{doneBy, k, key{path: string(byOwnCancel)}}]
		return d
	}
	if parent := p.derivedFrom(e); p.unchanged(parent) {
		return p.deathIn(at, parent)
	}
	return nil
}

func (p *Package) death(e ast.Expr) *Death {
	d := &Death{Ctx: e}
	if v := typed.Var(p.Info, e); v != nil {
		if dv := p.soleDerivation(v); typed.Var(p.Info, dv.parent) != v {
			d.Parent = dv.parent
		}
	}
	return d
}

// derivedFrom returns what the variable e was derived from, when it has one
// value only; else nil.
func (p *Package) derivedFrom(e ast.Expr) ast.Expr {
	v := typed.Var(p.Info, e)
	if v == nil || p.isParam(v) {
		return nil
	}
	d := p.soleDerivation(v)
	if d.how == byDetach || d.how == byUnknown {
		return nil
	}
	return d.parent
}

// soleDerivation returns the only assignment to v, if that derives a context;
// else one without a parent.
func (p *Package) soleDerivation(v *types.Var) derive {
	defs := p.definitionsOf(v)
	if len(defs) != 1 {
		return derive{}
	}
	call, ok := ast.Unparen(defs[0].rhs).(*ast.CallExpr)
	if !ok {
		return derive{}
	}
	d, _ := p.derivation(call)
	if defs[0].index != d.result {
		return derive{}
	}
	return d
}

// unchanged reports whether e denotes the same value all along: a variable
// that is set once, or what a request's parameter is asked for.
func (p *Package) unchanged(e ast.Expr) bool {
	if v := typed.Var(p.Info, e); v != nil {
		return v.Kind() != types.PackageVar && len(p.Assigned(v, nil)) == 0
	}
	_, asked := p.providerIn(e)
	return asked
}

// stillHolds reports whether what k names cannot have become another context
// behind the back of the function that e stands in.
func (p *Package) stillHolds(k key, e ast.Expr) bool {
	v := k.base.(*types.Var)
	switch {
	case v.Parent() == v.Pkg().Scope():
		return false
	case k.path == "":
		return p.setIn(v, p.Func(e))
	case strings.HasSuffix(k.path, "()"):
		return strings.HasSuffix(k.path, ".Context()")
	}
	return !p.fieldSet(k, p.Func(e))
}

// setIn reports whether the function f or one of its literals sees every
// assignment to v: they stand in the function that declares it, and f runs in
// step with that one.
func (p *Package) setIn(v *types.Var, f *Func) bool {
	again := p.Assigned(v, nil)
	for ; !f.Declares(v); f = f.Outer {
		if f.Wall != Called && f.Wall != Deferred && len(again) > 0 {
			return false
		}
	}
	for _, n := range again {
		if isAddress(n) || p.Func(n) != f {
			return false
		}
	}
	return true
}

// fieldSet reports whether some other function of the package that f may call
// sets the field k ends with, or f itself does.
func (p *Package) fieldSet(k key, f *Func) bool {
	name := k.path[strings.LastIndex(k.path, ".")+1:]
	set := 0
	for _, file := range p.Files {
		ast.Inspect(file, func(n ast.Node) bool {
			assign, ok := n.(*ast.AssignStmt)
			if !ok {
				return true
			}
			for _, l := range assign.Lhs {
				sel, ok := ast.Unparen(l).(*ast.SelectorExpr)
				if !ok || sel.Sel.Name != name {
					continue
				}
				if p.Func(assign).Outermost() == f.Outermost() {
					set += 2
				}
				set++
			}
			return true
		})
	}
	return set > 1
}

// deathByDefer finds a cancel func that is deferred behind a deferred call
// that uses its context: defers run last in, first out.
func (p *Package) deathByDefer(f *Func, e ast.Expr) *Death {
	v := typed.Var(p.Info, e)
	if v == nil {
		return nil
	}
	first, outer := p.deferOf(f, e)
	if first == nil || !outer.Declares(v) || p.LoopedSince(v, first) {
		return nil
	}
	for _, n := range p.Assigned(v, nil) {
		if isAddress(n) || p.Func(n) != outer || n.End() > first.Pos() {
			return nil // Have no: ctx, cancel := context.WithCancel(ctx), before
		}
	}
	list := Statements(p.Parent(first))
	for i, stmt := range list {
		later, ok := stmt.(*ast.DeferStmt)
		if !ok || stmt.Pos() <= first.Pos() || !p.cancelsDeferred(outer, later, v) {
			continue
		}
		// Have: defer f(ctx) … defer cancel()
		for _, between := range list[:i] {
			if between.Pos() > first.Pos() && p.mayLeave(between) {
				return nil
			}
		}
		d := p.death(e)
		d.Cancelled, d.Deferred = true, true
		return d
	}
	return nil
}

// deferOf returns the defer statement that e runs in, and the function that
// defers; nil if e runs when the defer statement itself does not.
func (p *Package) deferOf(f *Func, e ast.Expr) (*ast.DeferStmt, *Func) {
	if f.Wall == Deferred {
		stmt, _ := f.Site.(*ast.DeferStmt)
		return stmt, f.Outer
	}
	for n := p.Parent(e); n != f.Node; n = p.Parent(n) {
		if stmt, ok := n.(*ast.DeferStmt); ok {
			return stmt, f
		}
	}
	return nil, nil
}

// cancelsDeferred reports whether the deferred call is that of v's cancel func.
func (p *Package) cancelsDeferred(f *Func, stmt *ast.DeferStmt, v *types.Var) bool {
	k := keyOf(p.Info, stmt.Call.Fun)
	return p.factsAt(f, stmt)[fact{cancels, k, key{base: v}}]
}

// mayLeave reports whether stmt holds a return of its own function.
func (p *Package) mayLeave(stmt ast.Stmt) bool {
	leaves := false
	ast.Inspect(stmt, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt, *ast.BranchStmt:
			leaves = true
		}
		return !leaves
	})
	return leaves
}
