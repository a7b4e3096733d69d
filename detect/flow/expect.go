package flow

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// Expected returns the type that the place of e, which is one value, gives it:
// that of the parameter, variable, field, element or result it becomes. Nil
// where the place gives none: operands, conversions, arguments of builtins.
func (p *Package) Expected(e ast.Expr) types.Type {
	switch parent := p.Parent(e).(type) {
	case *ast.ParenExpr:
		return p.Expected(parent)
	case *ast.CallExpr:
		return p.expectedArg(parent, e)
	case *ast.AssignStmt:
		if i := indexOf(parent.Rhs, e); i >= 0 && i < len(parent.Lhs) {
			return p.Info.TypeOf(parent.Lhs[i])
		}
	case *ast.ValueSpec:
		if parent.Type != nil {
			return p.Info.TypeOf(parent.Type)
		}
	case *ast.ReturnStmt:
		i, sig := indexOf(parent.Results, e), p.Func(parent).Sig
		if sig != nil && i < sig.Results().Len() {
			return sig.Results().At(i).Type()
		}
	case *ast.SendStmt:
		if ch, ok := underlying(p.Info.TypeOf(parent.Chan)).(*types.Chan); ok {
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

// underlying is t.Underlying() that takes nil, as code has that does not compile.
func underlying(t types.Type) types.Type {
	if t == nil {
		return nil
	}
	return t.Underlying()
}

// signatureOf returns the signature that call calls; nil for conversions and builtins.
func (p *Package) signatureOf(call *ast.CallExpr) *types.Signature {
	tv := p.Info.Types[ast.Unparen(call.Fun)]
	if tv.IsType() || tv.IsBuiltin() {
		return nil
	}
	sig, _ := underlying(tv.Type).(*types.Signature)
	return sig
}

func (p *Package) expectedArg(call *ast.CallExpr, arg ast.Expr) types.Type {
	sig := p.signatureOf(call)
	if sig == nil {
		return nil
	}
	i, last := indexOf(call.Args, arg), sig.Params().Len()-1
	switch {
	case i >= last && sig.Variadic() && !call.Ellipsis.IsValid():
		return sig.Params().At(last).Type().(*types.Slice).Elem()
	case i <= last:
		return sig.Params().At(i).Type()
	}
	return nil
}

// ParamOf returns the index of the parameter that arg becomes among those of
// the function that call calls, less than 0 for a receiver or none.
func (p *Package) ParamOf(call *ast.CallExpr, arg ast.Expr) int {
	fn := typed.Callee(p.Info, call)
	if fn == nil {
		return -1
	}
	i := indexOf(call.Args, arg)
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
		t = ptr.Elem().Underlying()
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
		return p.Info.TypeOf(kv.Key)
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
	_, obj := p.Types.Scope().Innermost(pos).LookupParent(name, pos)
	return name, nil, obj.Pkg().Path() == "context"
}
