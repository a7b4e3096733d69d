package flow

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// Expected returns the type that the place of e gives its value: that of the
// parameter, variable, field, element or result it becomes. Nil where the
// place gives none: operands, conversions, arguments of builtins.
func (p *Package) Expected(e ast.Expr) types.Type {
	switch parent := p.Parent(e).(type) {
	case *ast.ParenExpr:
		return p.Expected(parent)
	case *ast.CallExpr:
		return p.expectedArg(parent, e)
	case *ast.AssignStmt:
		i := indexOf(parent.Rhs, e)
		if i >= 0 && parent.Tok == token.ASSIGN && len(parent.Lhs) == len(parent.Rhs) {
			return p.Info.TypeOf(parent.Lhs[i])
		}
	case *ast.ValueSpec:
		if parent.Type != nil {
			return p.Info.TypeOf(parent.Type)
		}
	case *ast.ReturnStmt:
		f := p.Func(parent)
		i := indexOf(parent.Results, e)
		if f != nil && f.Sig != nil && i >= 0 && len(parent.Results) == f.Sig.Results().Len() {
			return f.Sig.Results().At(i).Type()
		}
	case *ast.SendStmt:
		if ch, ok := underlying(p.Info.TypeOf(parent.Chan)).(*types.Chan); ok && parent.Value == e {
			return ch.Elem()
		}
	case *ast.KeyValueExpr:
		if lit, ok := p.Parent(parent).(*ast.CompositeLit); ok {
			return p.expectedPart(lit, parent, e)
		}
	case *ast.CompositeLit:
		return p.expectedPart(parent, e, e)
	}
	return nil
}

// underlying is t.Underlying() that takes nil.
func underlying(t types.Type) types.Type {
	if t == nil {
		return nil
	}
	return t.Underlying()
}

// signatureOf returns the signature that call calls; nil for conversions and builtins.
func (p *Package) signatureOf(call *ast.CallExpr) *types.Signature {
	tv, ok := p.Info.Types[ast.Unparen(call.Fun)]
	if !ok || tv.IsType() || tv.IsBuiltin() {
		return nil
	}
	sig, _ := underlying(tv.Type).(*types.Signature)
	return sig
}

func (p *Package) expectedArg(call *ast.CallExpr, arg ast.Expr) types.Type {
	sig := p.signatureOf(call)
	i := indexOf(call.Args, arg)
	if sig == nil || i < 0 {
		return nil
	}
	last := sig.Params().Len() - 1
	switch {
	case i < last || i == last && (!sig.Variadic() || call.Ellipsis.IsValid()):
		return sig.Params().At(i).Type()
	case sig.Variadic() && !call.Ellipsis.IsValid():
		if list, ok := sig.Params().At(last).Type().(*types.Slice); ok {
			return list.Elem()
		}
	}
	return nil
}

// ParamOf returns the index of the parameter that arg becomes among those of
// the function that call calls, -1 for a receiver or none.
func (p *Package) ParamOf(call *ast.CallExpr, arg ast.Expr) int {
	fn := typed.Callee(p.Info, call)
	i := indexOf(call.Args, arg)
	if fn == nil || i < 0 {
		return -1
	}
	if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
		if s := p.Info.Selections[sel]; s != nil && s.Kind() == types.MethodExpr {
			i-- // Have: T.Method(receiver, …)
		}
	}
	return min(i, fn.Signature().Params().Len()-1)
}

// expectedPart answers for the value e of element, which is one of lit.
func (p *Package) expectedPart(lit *ast.CompositeLit, element, e ast.Expr) types.Type {
	t := underlying(p.Info.TypeOf(lit))
	if ptr, ok := t.(*types.Pointer); ok { // &T{} with T left out
		t = underlying(ptr.Elem())
	}
	kv, keyed := element.(*ast.KeyValueExpr)
	switch t := t.(type) {
	case *types.Struct:
		if !keyed {
			if i := indexOf(lit.Elts, element); i >= 0 && i < t.NumFields() {
				return t.Field(i).Type()
			}
			return nil
		}
		if v := typed.Var(p.Info, kv.Key); v != nil && kv.Value == e {
			return v.Type()
		}
	case *types.Map:
		if keyed && kv.Key == e {
			return t.Key()
		}
		return t.Elem()
	case *types.Slice:
		return t.Elem()
	case *types.Array:
		return t.Elem()
	}
	return nil
}

// ContextFunc renders the function of package context with that name at pos;
// see Import.
func (p *Package) ContextFunc(name string, pos token.Pos) (src string, add *Import, ok bool) {
	pkg, add, ok := p.Import("context", pos)
	if pkg != "." {
		return pkg + "." + name, add, ok
	}
	scope := p.Types.Scope().Innermost(pos)
	if scope == nil {
		return "", nil, false
	}
	_, obj := scope.LookupParent(name, pos)
	return name, nil, obj != nil && obj.Pkg() != nil && obj.Pkg().Path() == "context"
}
