package flow

import (
	"go/ast"
	"go/types"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// leaves reports whether the result of the call that receives n leaves its
// function alive: a body, rows, a stream or a request that is returned or stored,
// itself or in something made of it.
func (p *Package) leaves(n ast.Node) bool {
	call, ok := p.Parent(n).(*ast.CallExpr)
	if !ok || call.Fun == n || !livingResult(p.Info.TypeOf(call)) {
		return false
	}
	if _, ok := p.derivation(call); ok {
		return false
	}
	return p.getsOut(call, map[*types.Var]bool{})
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
		if _, derives := p.derivation(parent); derives || parent.Fun == e {
			return false
		}
		return typed.IsBuiltin(p.Info, parent, "append") || livingResult(p.Info.TypeOf(parent)) && p.getsOut(parent, seen)
	case *ast.AssignStmt:
		for i, l := range parent.Lhs {
			if (len(parent.Lhs) != len(parent.Rhs) || parent.Rhs[i] == e) && p.takenOut(l, seen) {
				return true
			}
		}
	}
	return false
}

// takenOut reports whether a living value that is assigned to lhs gets out.
func (p *Package) takenOut(lhs ast.Expr, seen map[*types.Var]bool) bool {
	v := typed.Var(p.Info, lhs)
	switch {
	case v == nil:
		return !isBlank(lhs)
	case seen[v] || !livingResult(v.Type()):
		return false
	case v.Kind() == types.ResultVar || v.Parent() == p.Types.Scope():
		return true
	}
	seen[v] = true
	for _, id := range p.usesOf(v) {
		if p.getsOut(id, seen) {
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
	switch parent := p.Parent(call).(type) {
	case *ast.SendStmt, *ast.KeyValueExpr, *ast.CompositeLit:
		return "its result"
	case *ast.AssignStmt:
		for _, l := range parent.Lhs {
			if p.staysAlive(l) {
				return types.ExprString(l)
			}
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
	if v == nil || v.Parent() == p.Types.Scope() {
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

// LeavesLiteral returns the variable outside lit to which call's living result
// is assigned, or "".
func (p *Package) LeavesLiteral(call *ast.CallExpr, lit *ast.FuncLit) string {
	assign, ok := p.Parent(call).(*ast.AssignStmt)
	if !ok || !livingResult(p.Info.TypeOf(call)) {
		return ""
	}
	for _, l := range assign.Lhs {
		v := typed.Var(p.Info, typed.Operand(l))
		if livingResult(p.Info.TypeOf(l)) && v != nil && (v.Pos() < lit.Pos() || lit.End() < v.Pos()) {
			return types.ExprString(l)
		}
	}
	return ""
}
