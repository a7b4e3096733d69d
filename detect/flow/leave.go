package flow

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// leaves reports whether the result of the call that receives n leaves its
// function alive: a body, rows, a stream or a request that is returned or stored,
// itself or in something made of it.
func (p *Package) leaves(n ast.Node) bool {
	call, ok := p.Parent(n).(*ast.CallExpr)
	return ok && p.Leaves(call)
}

// getsOut reports whether the living value of e is returned or stored: as it
// is, as a field of it, in a literal, or in what another call makes of it.
func (p *Package) getsOut(e ast.Expr, seen map[*types.Var]bool) bool {
	switch parent := p.Parent(e).(type) {
	case *ast.ReturnStmt, *ast.SendStmt, *ast.KeyValueExpr, *ast.CompositeLit:
		return true
	case *ast.ParenExpr, *ast.StarExpr, *ast.UnaryExpr, *ast.TypeAssertExpr:
		return p.getsOut(parent.(ast.Expr), seen)
	case *ast.SelectorExpr:
		if call, ok := p.Parent(parent).(*ast.CallExpr); ok && call.Fun == parent {
			return livingResult(p.Info.TypeOf(call)) && p.getsOut(call, seen)
		}
		return livingResult(p.Info.TypeOf(parent)) && p.getsOut(parent, seen)
	case *ast.CallExpr:
		return typed.IsBuiltin(p.Info, parent, "append") || livingResult(p.Info.TypeOf(parent)) && p.getsOut(parent, seen)
	}
	return slices.ContainsFunc(p.assignees(e), func(l ast.Expr) bool { return p.takenOut(l, seen) })
}

// assignees returns what e, or if it is a call, its results are assigned to.
func (p *Package) assignees(e ast.Expr) []ast.Expr {
	var lhs, rhs []ast.Expr
	e, parent := p.operand(e)
	switch parent := parent.(type) {
	case *ast.AssignStmt:
		lhs, rhs = parent.Lhs, parent.Rhs
	case *ast.ValueSpec:
		lhs, rhs = identExprs(parent.Names), parent.Values
	}
	i := slices.Index(rhs, e)
	switch {
	case i < 0:
		return nil
	case len(lhs) == len(rhs):
		return lhs[i : i+1]
	}
	return lhs
}

// takenOut reports whether a living value that is assigned to lhs gets out.
func (p *Package) takenOut(lhs ast.Expr, seen map[*types.Var]bool) bool {
	v := typed.Var(p.Info, lhs)
	switch {
	case v == nil:
		return !isBlank(lhs)
	case seen[v] || !livingResult(v.Type()):
		return false
	case v.Kind() == types.ResultVar || v.Kind() == types.PackageVar:
		return true
	}
	seen[v] = true
	return slices.ContainsFunc(p.usesOf(v), func(id *ast.Ident) bool { return p.usedBeyond(id, v) || p.getsOut(id, seen) })
}

// usedBeyond reports whether the use id of v stands in a literal that may run
// when the function that declares v has ended.
func (p *Package) usedBeyond(id *ast.Ident, v *types.Var) bool {
	for f := p.Func(id); !f.Declares(v); f = f.Outer {
		if f.Wall == Detached || f.Wall == Keeping {
			return true
		}
	}
	return false
}

func isBlank(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == "_"
}

// livingResult reports whether t is, or among results holds, something that
// goes on using the context it was made with.
func livingResult(t types.Type) bool {
	switch t := t.(type) {
	case nil:
		return false
	case *types.Tuple:
		for i := range t.Len() {
			if livingResult(t.At(i).Type()) {
				return true
			}
		}
		return false
	}
	if isChan(t) || typed.IsPointerTo(t, "net/http", "Response") || typed.IsPointerTo(t, "net/http", "Request") || typed.IsPointerTo(t, "os/exec", "Cmd") || typed.IsPointerTo(t, "database/sql", "Row") || typed.IsPointerTo(t, "database/sql", "Tx") {
		return true
	}
	for _, name := range []string{"Close", "Recv", "RecvMsg"} {
		obj, _, _ := types.LookupFieldOrMethod(t, true, nil, name)
		if _, ok := obj.(*types.Func); ok {
			return true
		}
	}
	return false
}

// Outlives says what of call's result may be used after the function has
// ended: a stream or a connection that is stored, or that a goroutine nobody
// waits for goes on with. "" for nothing.
func (p *Package) Outlives(call *ast.CallExpr) string {
	if !livingResult(p.Info.TypeOf(call)) {
		return ""
	}
	switch p.Parent(call).(type) {
	case *ast.SendStmt, *ast.KeyValueExpr, *ast.CompositeLit:
		return "its result"
	}
	for _, l := range p.assignees(call) {
		if p.staysAlive(l) {
			return types.ExprString(l)
		}
	}
	return ""
}

// staysAlive reports whether what is assigned to lhs may be used after the
// function has ended, other than by its caller.
func (p *Package) staysAlive(lhs ast.Expr) bool {
	if !livingResult(p.Info.TypeOf(lhs)) || p.ofProvider(lhs) {
		return false
	}
	v := typed.Var(p.Info, lhs)
	if v == nil || v.Kind() == types.PackageVar {
		return !isBlank(lhs)
	}
	for _, u := range p.reachVar(v) {
		switch u.Kind {
		case Stored, Launched, Captured:
			return true
		}
	}
	return false
}

// LeavesLiteral returns what outside lit call's living result is assigned to,
// or "".
func (p *Package) LeavesLiteral(call *ast.CallExpr, lit *ast.FuncLit) string {
	for _, l := range p.assignees(call) {
		v := typed.Var(p.Info, typed.Operand(l))
		if livingResult(p.Info.TypeOf(l)) && (v == nil || v.Pos() < lit.Pos() || lit.End() < v.Pos()) {
			return types.ExprString(l)
		}
	}
	return ""
}
