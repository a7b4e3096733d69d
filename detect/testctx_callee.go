package detect

import (
	"go/ast"
	"go/types"

	"github.com/ctxfix/ctxfix/detect/load"
	"github.com/ctxfix/ctxfix/detect/typed"
)

// A keeping is what a function does with a context beyond its own end.
type keeping uint8

const (
	keepsNothing keeping = iota
	keepsValue           // hands it to a parameter that takes any value
	keepsIt              // stores it, returns it, or gives it to a goroutine or literal
	keepsCleanup         // registers a Cleanup
)

// keeps says what the function that call calls does with arg, one of its
// arguments, as far as the program has its body.
func (p *testFinder) keeps(call *ast.CallExpr, arg ast.Expr) keeping {
	fn := typed.Callee(p.Package.Info, call)
	i := p.Flow.ParamOf(call, arg)
	if fn == nil || i < 0 {
		return keepsNothing
	}
	return keeper{p.Program, map[*types.Func]bool{}}.of(fn, i)
}

// A keeper looks into functions of the program.
type keeper struct {
	program *load.Program
	seen    map[*types.Func]bool
}

// of says what fn does with its i-th parameter, itself and in what it calls.
func (k keeper) of(fn *types.Func, i int) keeping {
	pkg, decl := k.program.Decl(fn)
	if decl == nil || k.seen[fn] {
		return keepsNothing
	}
	k.seen[fn] = true
	v := pkg.Param(decl, i)
	worst := keepsNothing
	note := func(kept keeping) { worst = max(worst, kept) }
	ast.Inspect(decl.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if isCleanup(n) {
				note(keepsCleanup)
			}
			for j, arg := range n.Args {
				if v == nil || typed.Var(pkg.Info, arg) != v {
					continue
				}
				note(k.of(typed.Callee(pkg.Info, n), j))
				if takesAny(pkg.Info, n, j) {
					note(keepsValue)
				}
			}
		case *ast.AssignStmt:
			for j, rhs := range n.Rhs {
				if !isLocal(pkg, n.Lhs[min(j, len(n.Lhs)-1)]) && names(pkg.Info, rhs, v) {
					note(keepsIt)
				}
			}
		case *ast.CompositeLit, *ast.ReturnStmt, *ast.SendStmt:
			if partOf(pkg.Info, n, v) {
				note(keepsIt)
			}
		case *ast.GoStmt, *ast.FuncLit:
			if names(pkg.Info, n, v) {
				note(keepsIt)
			}
		}
		return worst < keepsCleanup
	})
	return worst
}

// isLocal reports whether e, which something is assigned to, is a variable of
// the function, or blank.
func isLocal(pkg *load.Package, e ast.Expr) bool {
	id, ok := ast.Unparen(e).(*ast.Ident)
	if !ok {
		return false
	}
	v := typed.Var(pkg.Info, id)
	return v == nil || v.Kind() != types.PackageVar
}

// takesAny reports whether the i-th argument of call becomes a value of type any.
func takesAny(info *types.Info, call *ast.CallExpr, i int) bool {
	sig, ok := info.TypeOf(call.Fun).(*types.Signature)
	if !ok || sig.Params().Len() == 0 {
		return false
	}
	t := sig.Params().At(min(i, sig.Params().Len()-1)).Type()
	if list, ok := t.(*types.Slice); ok && sig.Variadic() && i >= sig.Params().Len()-1 {
		t = list.Elem()
	}
	iface, ok := t.Underlying().(*types.Interface)
	return ok && iface.Empty()
}

// names reports whether n mentions v.
func names(info *types.Info, n ast.Node, v *types.Var) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		found = found || ok && v != nil && info.Uses[id] == v
		return !found
	})
	return found
}

// partOf reports whether v itself is an element, result or value of n.
func partOf(info *types.Info, n ast.Node, v *types.Var) bool {
	var parts []ast.Expr
	switch n := n.(type) {
	case *ast.CompositeLit:
		for _, e := range n.Elts {
			if kv, ok := e.(*ast.KeyValueExpr); ok {
				e = kv.Value
			}
			parts = append(parts, e)
		}
	case *ast.ReturnStmt:
		parts = n.Results
	case *ast.SendStmt:
		parts = append(parts, n.Value)
	}
	for _, e := range parts {
		if v != nil && typed.Var(info, e) == v {
			return true
		}
	}
	return false
}
