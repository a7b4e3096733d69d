package flow

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// calledLate returns the call by which the declared function around f gets a
// context that may be done, to do what has to be done all the same; or nil.
// What does not listen to that context yet works there, and would not if it
// did. The call may stand further out: a helper serves whoever calls it.
func (p *Package) calledLate(f *Func) *ast.CallExpr {
	fn := p.declaredAround(f)
	if late, known := p.late[fn]; known || fn == nil {
		return late
	}
	p.late[fn] = p.lateCall(fn, map[*types.Func]bool{fn: true})
	return p.late[fn]
}

// lateCall is calledLate for the function fn. It goes on to the functions that
// call it, but to none of those seen on the way.
func (p *Package) lateCall(fn *types.Func, seen map[*types.Func]bool) *ast.CallExpr {
	for _, call := range p.callsOf(fn) {
		if !p.passesLive(call) {
			continue
		}
		if p.isLate(call) {
			return call
		}
		caller := p.declaredAround(p.Func(call))
		if caller == nil || seen[caller] {
			continue
		}
		seen[caller] = true
		if late := p.lateCall(caller, seen); late != nil {
			return late
		}
	}
	return nil
}

// declaredAround returns the declared function that f is, or that runs the
// literal f where it stands; or nil.
func (p *Package) declaredAround(f *Func) *types.Func {
	for f.Outer != nil && f.Wall != Keeping {
		f = f.Outer
	}
	decl, ok := f.Node.(*ast.FuncDecl)
	if !ok {
		return nil
	}
	fn, _ := p.Info.Defs[decl.Name].(*types.Func)
	return fn
}

// callsOf returns the static calls of fn, which is one of the package's, outside of tests.
func (p *Package) callsOf(fn *types.Func) []*ast.CallExpr {
	if p.calls == nil {
		p.calls = map[*types.Func][]*ast.CallExpr{}
		p.inspect.Preorder([]ast.Node{(*ast.CallExpr)(nil)}, func(n ast.Node) {
			to := typed.Callee(p.Info, n.(*ast.CallExpr))
			if to != nil && !p.IsTestFile(n) {
				p.calls[to.Origin()] = append(p.calls[to.Origin()], n.(*ast.CallExpr))
			}
		})
	}
	return p.calls[fn.Origin()]
}

// passesLive reports whether the call is given a context that the function
// around it was given, a part of one, or what provides one.
func (p *Package) passesLive(call *ast.CallExpr) bool {
	return slices.ContainsFunc(call.Args, func(arg ast.Expr) bool {
		l := p.lineageOf(arg)
		return !l.detached && (l.kind == fromParam || l.kind == fromProvider)
	})
}

// isLate reports whether the call is made although its context may be done: it
// is deferred, stands where the context or the service has ended, does
// something about another call's failure or tells of it, or is the goroutine
// of a request that nobody waits for.
func (p *Package) isLate(call *ast.CallExpr) bool {
	f := p.Func(call)
	if launch, ok := p.Parent(call).(*ast.GoStmt); ok {
		return p.ofRequest(call) && p.Detached(launch)
	}
	if p.isDeferred(f, call) || p.isDeadAt(f, call) || p.factsAt(f, call)[fact{kind: served}] {
		return true
	}
	return !p.makesValue(call) && (p.compensates(call) || p.tellsFailure(f, call) != "")
}

// ofRequest reports whether the call is given a request, or its context.
func (p *Package) ofRequest(call *ast.CallExpr) bool {
	return slices.ContainsFunc(call.Args, func(arg ast.Expr) bool { return p.lineageOf(arg).kind == fromProvider })
}

// makesValue reports whether the call returns more than an error: it takes
// the place of what failed, and does not tell of it.
func (p *Package) makesValue(call *ast.CallExpr) bool {
	for v := range typed.Callee(p.Info, call).Signature().Results().Variables() {
		if !typed.IsError(v.Type()) {
			return true
		}
	}
	return false
}
