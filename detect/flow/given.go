package flow

import (
	"go/ast"
	"go/types"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// LiveFor is Live for a context that call is to be given in addition. It
// governs the call when what the call returns goes on under it, as the body of
// a response does: if that leaves the function, no context that ends with the
// function will do.
func (p *Package) LiveFor(call *ast.CallExpr, governs bool) (Context, *None) {
	f := p.Func(call)
	if f == nil {
		return Context{}, &None{Reason: "not in a function"}
	}
	q := &liveQuery{Package: p, node: call, pos: call.Pos(), facts: p.factsAt(f, call), leaves: governs && p.Leaves(call)}
	ctx, none := q.in(f)
	return p.unlessRooted(call, ctx, none)
}

// GivenContext reports whether call is given a context already: as an
// argument, with a request, or by the call its receiver comes from.
func (p *Package) GivenContext(call *ast.CallExpr) bool {
	for _, arg := range call.Args {
		t := p.Info.TypeOf(arg)
		if t == nil {
			continue
		}
		if _, provides := p.ProviderOf(t); provides || typed.IsContext(t) {
			return true
		}
	}
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	inner, ok := ast.Unparen(sel.X).(*ast.CallExpr)
	return ok && p.GivenContext(inner)
}

// GivenLater reports whether what call returns is given a context afterwards: by
// a method of it that takes nothing else, as in NewParams().WithContext(ctx).
func (p *Package) GivenLater(call *ast.CallExpr) bool {
	for {
		sel, ok := p.Parent(call).(*ast.SelectorExpr)
		if !ok {
			break
		}
		next, ok := p.Parent(sel).(*ast.CallExpr)
		if !ok || next.Fun != sel {
			break
		}
		if p.givesContext(next) {
			return true
		}
		call = next
	}
	v, f := p.assignedTo(call), p.Func(call)
	if v == nil || f == nil {
		return false
	}
	for _, later := range p.callsIn(f.Body) {
		if later.Pos() > call.End() && p.givesContext(later) && typed.Var(p.Info, baseOfChain(later)) == v {
			return true
		}
	}
	return false
}

// givesContext reports whether call is of a method that takes a context and
// nothing else, and returns nothing or what it is called on.
func (p *Package) givesContext(call *ast.CallExpr) bool {
	fn := typed.Callee(p.Info, call)
	if fn == nil || fn.Signature().Recv() == nil {
		return false
	}
	sig := fn.Signature()
	if sig.Params().Len() != 1 || !typed.IsContext(sig.Params().At(0).Type()) {
		return false
	}
	switch sig.Results().Len() {
	case 0:
		return true
	case 1:
		return types.Identical(sig.Results().At(0).Type(), sig.Recv().Type())
	}
	return false
}

// assignedTo returns the variable that call's first result is assigned to, or nil.
func (p *Package) assignedTo(call *ast.CallExpr) *types.Var {
	lhs := p.assignees(call)
	if len(lhs) == 0 {
		return nil
	}
	return typed.Var(p.Info, lhs[0])
}

// baseOfChain returns v of v.A().B().C().
func baseOfChain(call *ast.CallExpr) ast.Expr {
	for {
		sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
		if !ok {
			return call
		}
		inner, ok := ast.Unparen(sel.X).(*ast.CallExpr)
		if !ok {
			return sel.X
		}
		call = inner
	}
}

// AfterFailure reports whether n stands where an error was found to be not nil.
func (p *Package) AfterFailure(n ast.Node) bool { return p.onErrorPath(n) }

// Terminates reports whether nothing behind the block runs once the block has: its
// last statement leaves.
func (p *Package) Terminates(block *ast.BlockStmt) bool {
	if len(block.List) == 0 {
		return false
	}
	switch last := block.List[len(block.List)-1].(type) {
	case *ast.ReturnStmt, *ast.BranchStmt:
		return true
	case *ast.BlockStmt:
		return p.Terminates(last)
	case *ast.ExprStmt:
		call, ok := ast.Unparen(last.X).(*ast.CallExpr)
		return ok && !p.mayReturn(call)
	case *ast.IfStmt:
		alt, ok := last.Else.(*ast.BlockStmt)
		return ok && p.Terminates(last.Body) && p.Terminates(alt)
	}
	return false
}

// CalledFrom returns the functions and methods of the package that the ones
// named by roots can reach by static calls, themselves included. A call
// through an interface counts as one of every method of that name.
func (p *Package) CalledFrom(roots func(*ast.FuncDecl) bool) map[*ast.FuncDecl]bool {
	var work []*ast.FuncDecl
	byName := map[string][]*ast.FuncDecl{} // methods
	for _, file := range p.Files {
		for _, d := range file.Decls {
			decl, ok := d.(*ast.FuncDecl)
			if !ok || decl.Body == nil {
				continue
			}
			if decl.Recv != nil {
				byName[decl.Name.Name] = append(byName[decl.Name.Name], decl)
			}
			if roots(decl) {
				work = append(work, decl)
			}
		}
	}
	reached := map[*ast.FuncDecl]bool{}
	for len(work) > 0 {
		decl := work[len(work)-1]
		work = work[:len(work)-1]
		if reached[decl] {
			continue
		}
		reached[decl] = true
		ast.Inspect(decl.Body, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			fn := typed.Callee(p.Info, call)
			if fn == nil {
				return true
			}
			if recv := fn.Signature().Recv(); recv != nil && types.IsInterface(recv.Type()) {
				work = append(work, byName[fn.Name()]...)
			} else if to := p.decl(fn); to != nil && to.Body != nil {
				work = append(work, to)
			}
			return true
		})
	}
	return reached
}

// Leaves reports whether what call returns goes on being used by the caller
// or by what it is stored in: a body, rows, a stream or a request.
func (p *Package) Leaves(call *ast.CallExpr) bool {
	return livingResult(p.Info.TypeOf(call)) && p.getsOut(call, map[*types.Var]bool{})
}

// ReachResult returns every place where a result of call goes that may go on
// using a context, by way of local variables.
func (p *Package) ReachResult(call *ast.CallExpr) []Use {
	r := &reach{Package: p, seen: map[*types.Var]bool{}}
	lhs := p.assignees(call)
	if len(lhs) == 0 {
		r.follow(call)
	}
	for _, l := range lhs {
		if livingResult(p.Info.TypeOf(l)) {
			r.into(l, call)
		}
	}
	return r.uses
}
