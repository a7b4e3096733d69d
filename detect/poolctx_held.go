package detect

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// A holder looks for what may go on using a value once it lies in its pool.
type holder struct {
	poolFinder
	fields []*types.Var // those of the value that would be nil then
	seen   map[*types.Func]bool
}

// doubt returns why something may use x, or what is in it, when put has run;
// "" if nothing does.
func (h holder) doubt(put *ast.CallExpr, x *types.Var) string {
	fn := h.Flow.Func(put).Outermost().Node
	if h.mayBeNil(fn, x) {
		return x.Name() + " may be nil"
	}
	if to := h.givenTo(fn, put, x); to != "" {
		return x.Name() + " is " + to + ", where it may be used later"
	}
	if h.usedAfter(put, x) || h.callersUse(put, x) {
		return x.Name() + " is used after it was given back"
	}
	return ""
}

// mayBeNil reports whether x is declared in fn without a value.
func (h holder) mayBeNil(fn ast.Node, x *types.Var) (found bool) {
	ast.Inspect(fn, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		found = found || ok && len(spec.Values) == 0 &&
			slices.ContainsFunc(spec.Names, func(id *ast.Ident) bool { return h.Package.Info.Defs[id] == x })
		return !found
	})
	return found
}

// givenTo returns who gets x in fn on a way on which put runs, too, and may
// keep it; "" if nobody does. Any way will do where put is nil.
func (h holder) givenTo(fn ast.Node, put *ast.CallExpr, x *types.Var) (to string) {
	ast.Inspect(fn, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if ok && to == "" && h.Package.Info.Uses[id] == x {
			to = h.taker(id)
			if to != "" && put != nil && h.Flow.Func(id) == h.Flow.Func(put) &&
				!h.Flow.Reachable(id, put) && !h.Flow.Reachable(put, id) {
				to = "" // as in: if bad { pool.Put(x); return nil }; return x
			}
		}
		return to == ""
	})
	return to
}

// taker returns who gets hold of the value by this mention of it, or "".
func (h holder) taker(id *ast.Ident) string {
	e, parent := ast.Expr(id), h.Flow.Parent(id)
	for {
		paren, ok := parent.(*ast.ParenExpr)
		if !ok {
			break
		}
		e, parent = paren, h.Flow.Parent(paren)
	}
	switch parent := parent.(type) {
	case *ast.SelectorExpr:
		if sel := h.Package.Info.Selections[parent]; sel == nil || sel.Kind() != types.MethodVal || len(sel.Index()) > 1 {
			return "" // Have: x.field, also as the way to an embedded one's method
		}
		if call, ok := h.Flow.Parent(parent).(*ast.CallExpr); ok && call.Fun == ast.Expr(parent) {
			return h.callee(call, -1)
		}
		return "bound to a method value"
	case *ast.CallExpr:
		return h.callee(parent, slices.Index(parent.Args, e))
	case *ast.AssignStmt:
		if slices.Contains(parent.Lhs, e) || len(parent.Lhs) == 1 && blank(parent.Lhs[0]) {
			return ""
		}
		return "stored"
	case *ast.StarExpr, *ast.BinaryExpr:
		return ""
	case *ast.ReturnStmt:
		return "returned"
	case *ast.SendStmt:
		return "sent"
	}
	return "stored"
}

// callee returns how the function that call calls keeps the value it gets as
// argument i, or as the receiver for -1; "" if it has done with it at its end.
func (h holder) callee(call *ast.CallExpr, i int) string {
	info := h.Package.Info
	fn := typed.Callee(info, call)
	if fn == nil {
		return "handed to a function that is not known"
	}
	if typed.IsMethod(fn, "sync", "Pool", "Put") || h.seen[fn] {
		return ""
	}
	to := "handed to " + fn.Name()
	pkg, decl := h.Program.Decl(fn)
	if decl == nil || pkg.Types != h.Package.Types || decl.Body == nil {
		return to
	}
	v := fn.Signature().Recv()
	if params := fn.Signature().Params(); i >= 0 {
		if i >= params.Len() || fn.Signature().Variadic() && i >= params.Len()-1 {
			return to
		}
		v = params.At(i)
	}
	h.seen[fn] = true
	if h.inGoroutine(decl, v) || h.givenTo(decl, nil, v) != "" {
		return to
	}
	return ""
}

// inGoroutine reports whether a literal or a go statement of fn mentions v.
func (h holder) inGoroutine(fn ast.Node, v *types.Var) (found bool) {
	ast.Inspect(fn, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.FuncLit, *ast.GoStmt:
			found = found || h.mentions(n, v)
		}
		return !found
	})
	return found
}

// usedAfter reports whether x, but for its other fields, may be used in the
// function of call when that has run.
func (h holder) usedAfter(call *ast.CallExpr, x *types.Var) (found bool) {
	f := h.Flow.Func(call)
	if _, deferred := h.Flow.Parent(call).(*ast.DeferStmt); deferred || f == nil {
		return false
	}
	ast.Inspect(f.Outermost().Node, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok || h.Package.Info.Uses[id] != x || id.Pos() < call.End() || h.isOther(id) {
			return !found
		}
		found = found || h.Flow.Keeps(x, call, id) || h.isBehind(id, call)
		return !found
	})
	return found
}

// isBehind reports whether n stands behind the literal that call stands in and
// that is not deferred.
func (h holder) isBehind(n ast.Node, call *ast.CallExpr) bool {
	f := h.Flow.Func(call)
	if f.Outer == nil || f.Contains(n) {
		return false
	}
	run, _ := h.Flow.Parent(f.Node).(*ast.CallExpr)
	if run == nil {
		return true
	}
	_, deferred := h.Flow.Parent(run).(*ast.DeferStmt)
	return !deferred
}

// isOther reports whether id is the x of x.f, where f is a field that keeps its
// value, or is assigned to.
func (h holder) isOther(id *ast.Ident) bool {
	switch parent := h.Flow.Parent(id).(type) {
	case *ast.SelectorExpr:
		v, ok := h.Package.Info.Uses[parent.Sel].(*types.Var)
		return ok && !slices.Contains(h.fields, v.Origin())
	case *ast.AssignStmt:
		return slices.Contains(parent.Lhs, ast.Expr(id))
	}
	return false
}

// callersUse reports whether x is a parameter or the receiver of the function
// of put, and a caller in the package uses what it has given for it afterwards.
func (h holder) callersUse(put *ast.CallExpr, x *types.Var) bool {
	decl := h.Flow.Func(put).Outermost().Decl()
	if decl == nil {
		return false
	}
	fn, _ := h.Package.Info.Defs[decl.Name].(*types.Func)
	for _, call := range h.callsOf(fn) {
		if y := h.argumentFor(call, fn, x); y != nil && h.usedAfter(call, y) {
			return true
		}
	}
	return false
}

// callsOf returns the calls of fn in the package.
func (p poolFinder) callsOf(fn *types.Func) []*ast.CallExpr {
	if len(p.calls) > 0 {
		return p.calls[fn]
	}
	for _, file := range p.Package.Files {
		ast.Inspect(file.Syntax, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				if to := typed.Callee(p.Package.Info, call); to != nil {
					p.calls[to] = append(p.calls[to], call)
				}
			}
			return true
		})
	}
	return p.calls[fn]
}

// argumentFor returns the variable that call gives fn for its parameter, or
// receiver, x; nil if it is none.
func (h holder) argumentFor(call *ast.CallExpr, fn *types.Func, x *types.Var) *types.Var {
	if fn.Signature().Recv() == x {
		if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
			return typed.Var(h.Package.Info, sel.X)
		}
		return nil
	}
	for i := range min(fn.Signature().Params().Len(), len(call.Args)) {
		if fn.Signature().Params().At(i) == x {
			return typed.Var(h.Package.Info, call.Args[i])
		}
	}
	return nil
}
