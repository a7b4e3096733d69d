package flow

import (
	"fmt"
	"go/ast"
	"go/types"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// A key names a value by the variable it starts from and the fields and
// niladic calls that lead on: ctx, s.ctx, r.Context(). The zero key names
// nothing. Two expressions with one key denote the same value as long as
// nothing on the path is assigned.
type key struct {
	base types.Object
	path string
}

// anyContext stands for "some context, not known which".
var anyContext = key{path: "*"}

func (k key) valid() bool { return k != key{} }

// keyOf returns the key of e, or the zero key.
func keyOf(info *types.Info, e ast.Expr) key {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		switch obj := info.ObjectOf(e).(type) {
		case *types.Var:
			return key{base: obj}
		}
	case *ast.SelectorExpr:
		if v, ok := info.Uses[e.Sel].(*types.Var); ok && !v.IsField() {
			return key{base: v} // pkg.Var
		}
		if k := keyOf(info, e.X); k.valid() {
			k.path += "." + e.Sel.Name
			return k
		}
	case *ast.CallExpr:
		sel, ok := ast.Unparen(e.Fun).(*ast.SelectorExpr)
		if !ok || len(e.Args) != 0 {
			return key{}
		}
		if k := keyOf(info, sel.X); k.valid() {
			k.path += "." + sel.Sel.Name + "()"
			return k
		}
	case *ast.StarExpr:
		return keyOf(info, e.X)
	case *ast.UnaryExpr:
		if e.Op.String() == "&" {
			return keyOf(info, e.X)
		}
	case *ast.IndexExpr:
		k, i := keyOf(info, e.X), keyOf(info, e.Index)
		if k.valid() && i.valid() && i.path == "" {
			k.path += indexBy(i.base)
			return k
		}
	}
	return key{}
}

// indexBy is the part of a path that leads to the element whose index is v.
func indexBy(v types.Object) string { return fmt.Sprintf("[%p]", v) }

// contextOf returns the context x of a call x.method(), or nil.
func (p *Package) contextOf(e ast.Expr, method string) ast.Expr {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok || len(call.Args) != 0 {
		return nil
	}
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != method || !isContextLike(p.Info.TypeOf(sel.X)) {
		return nil
	}
	return sel.X
}

// isContextLike accepts pooled framework contexts too: their Done is one.
func isContextLike(t types.Type) bool {
	if t == nil {
		return false
	}
	for _, name := range []string{"Deadline", "Done", "Err", "Value"} {
		obj, _, _ := types.LookupFieldOrMethod(t, true, nil, name)
		if _, ok := obj.(*types.Func); !ok {
			return false
		}
	}
	return true
}

// doneCall returns the context x of x.Done(), or of a call f(x) of a function
// that returns such a channel for a context, as those that guard against a
// nil context do; or nil.
func (p *Package) doneCall(e ast.Expr) ast.Expr {
	if x := p.contextOf(e, "Done"); x != nil {
		return x
	}
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok {
		return nil
	}
	fn := typed.Callee(p.Info, call)
	if fn == nil || !typed.IsDoneAccessor(fn.Signature()) {
		return nil
	}
	return call.Args[0]
}

// DoneOf returns the context whose Done channel e is, or nil. A variable
// that is only ever assigned x.Done() counts.
func (p *Package) DoneOf(e ast.Expr) ast.Expr {
	if x := p.doneCall(e); x != nil {
		return x
	}
	v := typed.Var(p.Info, e)
	if v == nil {
		return nil
	}
	var done ast.Expr
	for _, d := range p.definitionsOf(v) {
		x := p.doneCall(d.rhs)
		if x == nil {
			return nil
		}
		done = x
	}
	return done
}

// isChan reports whether t is a channel type; nil is none.
func isChan(t types.Type) bool {
	_, ok := underlying(t).(*types.Chan)
	return ok
}
