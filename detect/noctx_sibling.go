package detect

import (
	"go/ast"
	"go/types"
	"strings"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/typed"
)

// suffixes tell the variant of a function that takes a context.
var suffixes = []string{"Context", "WithContext", "Ctx"}

// siblingForm is the form of a function F beside FContext, FWithContext or
// FCtx, in the same package or method set, provided:
//   - the sibling takes a context first, then what F takes, and perhaps
//     options; it returns what F returns;
//   - F takes no context itself, and neither the call nor what it returns is
//     given one otherwise.
func (p *noCtx) siblingForm(call *ast.CallExpr, fn *types.Func) *variant {
	for _, suffix := range suffixes {
		if strings.HasSuffix(fn.Name(), suffix) {
			return nil
		}
	}
	if inTable(fn) || p.Flow.GivenContext(call) || p.Flow.GivenLater(call) {
		return nil
	}
	for _, suffix := range suffixes {
		name := fn.Name() + suffix
		to := p.counterpart(call, name)
		if to == nil || !sameReceiver(to, fn) {
			continue
		}
		if !p.fitsSignature(call, to) {
			continue
		}
		// Have: F(args…), and FContext(ctx, args…) beside it.
		v := &variant{call: call, name: name, to: to, family: true, governs: true, safety: Safe, make: p.renamed(call, name)}
		v.strict = flow.IsTeller(fn.Name())
		p.weighSibling(v, fn)
		return v
	}
	return nil
}

// weighSibling decides how sure it is that the sibling does the same.
func (p *noCtx) weighSibling(v *variant, fn *types.Func) {
	lower := func(s Safety, because string) {
		if s < v.safety {
			v.safety, v.because = s, because
		}
	}
	if !likeSQL(fn) && !p.delegates(fn, v.to) {
		lower(Unsafe, v.name+" may do something else than "+fn.Name())
	}
	if p.Flow.IsTestFile(v.call) {
		lower(Unsafe, "the test may be about "+fn.Name())
	}
	switch {
	case flow.IsRunner(fn.Name()):
		lower(Manual, fn.Name()+" may start work that outlives the request")
	case flow.IsBuilder(fn.Name()):
		lower(Unsafe, "what "+fn.Name()+" makes may outlive the request")
	}
}

// fitsSignature reports whether to takes a context and then what is called
// takes, with one more variadic parameter at most, and returns the same.
func (p *noCtx) fitsSignature(call *ast.CallExpr, to *types.Func) bool {
	id := calledName(call)
	fn, _ := p.Package.Info.Uses[id].(*types.Func)
	if fn == nil {
		return false
	}
	from, sig := fn.Signature(), to.Signature()
	if sig.TypeParams().Len() != from.TypeParams().Len() {
		return false
	}
	if n := from.TypeParams().Len(); n > 0 {
		args := make([]types.Type, n)
		for i := range n {
			args[i] = from.TypeParams().At(i)
		}
		inst, err := types.Instantiate(nil, sig, args, false)
		if err != nil {
			return false
		}
		sig = inst.(*types.Signature)
	}
	in, out := from.Params(), sig.Params()
	if out.Len() == 0 || !typed.IsContextInterface(out.At(0).Type()) {
		return false
	}
	switch {
	case out.Len() == in.Len()+1 && sig.Variadic() == from.Variadic():
	case out.Len() == in.Len()+2 && sig.Variadic() && !from.Variadic():
	default:
		return false
	}
	for i := range in.Len() {
		if typed.IsContext(in.At(i).Type()) || !types.Identical(in.At(i).Type(), out.At(i+1).Type()) {
			return false
		}
	}
	return types.Identical(from.Results(), sig.Results())
}

// likeSQL reports whether fn belongs to an API in the manner of database/sql,
// where Query and QueryContext differ in nothing but the context.
func likeSQL(fn *types.Func) bool {
	if fn.Pkg().Path() == "github.com/jmoiron/sqlx" {
		return true
	}
	for v := range fn.Signature().Results().Variables() {
		for _, name := range []string{"Result", "Rows", "Row", "Stmt"} {
			if typed.Is(v.Type(), "database/sql", name) {
				return true
			}
		}
	}
	return false
}

// delegates reports whether the body of fn, in whichever main module, is a
// call of to with a fresh root and fn's own parameters.
func (p *noCtx) delegates(fn, to *types.Func) bool {
	pkg, decl := p.Program.Decl(fn)
	return decl != nil && handsOn(pkg.Info, decl, to)
}

// handsOn reports whether decl does nothing but to(root, its parameters…).
func handsOn(info *types.Info, decl *ast.FuncDecl, to *types.Func) bool {
	if len(decl.Body.List) != 1 {
		return false
	}
	var call *ast.CallExpr
	switch s := decl.Body.List[0].(type) {
	case *ast.ReturnStmt:
		if len(s.Results) == 1 {
			call, _ = s.Results[0].(*ast.CallExpr)
		}
	case *ast.ExprStmt:
		call, _ = s.X.(*ast.CallExpr)
	}
	if call == nil || !sameFunc(typed.Callee(info, call), to) || len(call.Args) == 0 || typed.Root(info, call.Args[0]) == "" {
		return false
	}
	if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok && decl.Recv != nil {
		names := decl.Recv.List[0].Names
		if len(names) != 1 || typed.Var(info, sel.X) != info.Defs[names[0]] {
			return false
		}
	}
	var params []*types.Var
	for _, field := range decl.Type.Params.List {
		for _, name := range field.Names {
			v, _ := info.Defs[name].(*types.Var)
			params = append(params, v)
		}
	}
	if len(call.Args) != len(params)+1 {
		return false
	}
	for i, v := range params {
		if v == nil || typed.Var(info, call.Args[i+1]) != v {
			return false
		}
	}
	return true
}

// sameFunc reports whether both are one function, which is another object where
// it comes from export data, or from a variant of its package.
func sameFunc(a, b *types.Func) bool {
	return a == b || a != nil && b != nil && a.Origin().FullName() == b.Origin().FullName()
}

// madeOf says that the variant is made of the function which would call it,
// so that it would call itself without end; or "".
func (p *noCtx) madeOf(v *variant) string {
	if !v.family && v.to.Pkg() != p.Package.Types {
		return ""
	}
	f := p.Flow.Func(v.call)
	decl := f.Decl()
	if decl == nil {
		return ""
	}
	name := typed.CalleeName(v.call)
	family := []string{name, v.name}
	for _, suffix := range suffixes {
		family = append(family, name+suffix)
	}
	is := func(d *ast.FuncDecl) bool {
		for _, n := range family {
			if d.Name.Name == n {
				return true
			}
		}
		return false
	}
	if is(decl) {
		return decl.Name.Name + " may be what " + v.name + " is made of"
	}
	if v.to.Pkg() != p.Package.Types {
		return ""
	}
	reached, known := p.reached[name]
	if !known {
		reached = p.Flow.CalledFrom(func(d *ast.FuncDecl) bool { return d.Name.Name != name && is(d) })
		p.reached[name] = reached
	}
	if reached[decl] {
		return v.name + " calls " + decl.Name.Name + ": it would call itself without end"
	}
	return ""
}
