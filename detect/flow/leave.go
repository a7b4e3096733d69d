package flow

import (
	"go/ast"
	"go/types"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// leaves reports whether the result of the call that receives n leaves f
// alive: a body, rows, a stream or a request that is returned or stored.
func (p *Package) leaves(f *Func, n ast.Node) bool {
	call, ok := p.Parent(n).(*ast.CallExpr)
	if !ok || call.Fun == n || !livingResult(p.Info.TypeOf(call)) {
		return false
	}
	if _, ok := p.derivation(call); ok {
		return false
	}
	switch parent := p.Parent(call).(type) {
	case *ast.ReturnStmt, *ast.SendStmt, *ast.KeyValueExpr, *ast.CompositeLit:
		return true
	case *ast.AssignStmt:
		for _, l := range parent.Lhs {
			v := typed.Var(p.Info, l)
			if v == nil && !isBlank(l) || v != nil && livingResult(v.Type()) && p.returned(f, v) {
				return true
			}
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
	if isChan(t) || typed.IsPointerTo(t, "net/http", "Response") || typed.IsPointerTo(t, "net/http", "Request") || typed.IsPointerTo(t, "os/exec", "Cmd") {
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

// returned reports whether f returns v itself.
func (p *Package) returned(f *Func, v *types.Var) bool {
	if v.Kind() == types.ResultVar {
		return true
	}
	found := false
	ast.Inspect(f.Body, func(n ast.Node) bool {
		ret, ok := n.(*ast.ReturnStmt)
		if !ok {
			return !found
		}
		for _, e := range ret.Results {
			found = found || typed.Var(p.Info, e) == v
		}
		return !found
	})
	return found
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
