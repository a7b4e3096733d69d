// Package typed answers small questions about types: what is a context, who
// is called, which parameter carries a request's context.
package typed

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/types/typeutil"
)

// pooled contexts are recycled by their framework after the request; they are
// never a context here although their method set says so.
var pooled = [][2]string{
	{"github.com/gin-gonic/gin", "Context"},
	{"github.com/valyala/fasthttp", "RequestCtx"},
	{"github.com/gofiber/fiber", "Ctx"},
	{"github.com/cloudwego/hertz/pkg/app", "RequestContext"},
	{"github.com/kataras/iris", "Context"},
}

// IsContext reports whether a value of type t can be handed on as a
// context.Context: t is that interface, or implements it and is not a pooled
// framework context.
func IsContext(t types.Type) bool {
	if t == nil {
		return false
	}
	if named, ok := types.Unalias(t).(*types.Named); ok && isNamed(named, "context", "Context") {
		return true
	}
	if _, ok := types.Unalias(t).(*types.TypeParam); ok {
		return false
	}
	return !isPooled(t) && hasContextMethods(t)
}

// IsContextInterface reports whether t is an interface that is a context.
func IsContextInterface(t types.Type) bool {
	return t != nil && types.IsInterface(t) && IsContext(t)
}

// IsDoneAccessor reports whether sig is that of a function, not a method,
// from a context to a channel like that of Done.
func IsDoneAccessor(sig *types.Signature) bool {
	if sig.Recv() != nil || sig.TypeParams().Len() > 0 || sig.Variadic() || sig.Params().Len() != 1 || sig.Results().Len() != 1 {
		return false
	}
	result, ok := sig.Results().At(0).Type().Underlying().(*types.Chan)
	if !ok || result.Dir() != types.RecvOnly {
		return false
	}
	elem, ok := result.Elem().Underlying().(*types.Struct)
	param := types.Unalias(sig.Params().At(0).Type())
	return ok && elem.NumFields() == 0 && types.IsInterface(param) && Is(param, "context", "Context")
}

func hasContextMethods(t types.Type) bool {
	return method(t, "Deadline", 0, "time.Time", "bool") &&
		method(t, "Done", 0, "<-chan struct{}") &&
		method(t, "Err", 0, "error") &&
		method(t, "Value", 1, "any")
}

// method reports whether t has a method of that name, parameter count and
// results, callable on a value of type t.
func method(t types.Type, name string, params int, results ...string) bool {
	obj, _, _ := types.LookupFieldOrMethod(t, false, nil, name)
	fn, ok := obj.(*types.Func)
	if !ok {
		return false
	}
	sig := fn.Signature()
	if sig.Params().Len() != params || sig.Results().Len() != len(results) {
		return false
	}
	for i := range params { // the only ones asked for are of type any
		if name := typeString(sig.Params().At(i).Type()); name != "any" {
			return false
		}
	}
	for i, want := range results {
		if typeString(sig.Results().At(i).Type()) != want {
			return false
		}
	}
	return true
}

func typeString(t types.Type) string {
	s := types.TypeString(types.Unalias(t), nil)
	if s == "interface{}" {
		return "any"
	}
	return s
}

func isPooled(t types.Type) bool {
	named := Named(t)
	return named != nil && slices.ContainsFunc(pooled, func(p [2]string) bool {
		return isNamed(named, p[0], p[1])
	})
}

// Named returns the named type of t or of what t points to, or nil.
func Named(t types.Type) *types.Named {
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	named, _ := t.(*types.Named)
	return named
}

// Is reports whether t, or what it points to, is the named type pkg.name.
// A major version suffix of the package path is ignored.
func Is(t types.Type, pkg, name string) bool {
	named := Named(t)
	return named != nil && isNamed(named, pkg, name)
}

// IsPointerTo reports whether t is *pkg.name.
func IsPointerTo(t types.Type, pkg, name string) bool {
	_, ok := types.Unalias(t).(*types.Pointer)
	return ok && Is(t, pkg, name)
}

func isNamed(named *types.Named, pkg, name string) bool {
	obj := named.Obj()
	return obj.Name() == name && obj.Pkg() != nil && samePath(obj.Pkg().Path(), pkg)
}

// samePath compares import paths up to a major version suffix and vendoring.
func samePath(have, want string) bool {
	if have == want {
		return true
	}
	if i := strings.LastIndex(have, "/vendor/"); i >= 0 {
		have = have[i+len("/vendor/"):]
	}
	rest, ok := strings.CutPrefix(have, want)
	if !ok {
		return false
	}
	if rest == "" {
		return true
	}
	digits, ok := strings.CutPrefix(rest, "/v")
	return ok && digits != "" && strings.Trim(digits, "0123456789") == ""
}

// IsError reports whether t is exactly the predeclared type error.
func IsError(t types.Type) bool {
	return types.Identical(t, types.Universe.Lookup("error").Type())
}

// IsCancelFunc reports whether t is context.CancelFunc or CancelCauseFunc.
func IsCancelFunc(t types.Type) bool {
	return Is(t, "context", "CancelFunc") || Is(t, "context", "CancelCauseFunc")
}

// Callee returns the function or method that call calls, static or through
// an interface; nil for func values, conversions and builtins.
func Callee(info *types.Info, call *ast.CallExpr) *types.Func {
	fn, _ := typeutil.Callee(info, call).(*types.Func)
	if fn != nil {
		fn = fn.Origin()
	}
	return fn
}

// CalleeName returns the bare name that call calls, also of func values and
// builtins; "" when there is none.
func CalleeName(call *ast.CallExpr) string {
	switch fun := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		return fun.Name
	case *ast.SelectorExpr:
		return fun.Sel.Name
	case *ast.IndexExpr:
		return CalleeName(&ast.CallExpr{Fun: fun.X})
	case *ast.IndexListExpr:
		return CalleeName(&ast.CallExpr{Fun: fun.X})
	}
	return ""
}

// IsFunc reports whether fn is the package-level function pkg.name for one of
// the names; with no names, any of the package.
func IsFunc(fn *types.Func, pkg string, names ...string) bool {
	if fn == nil || fn.Pkg() == nil || fn.Signature().Recv() != nil || !samePath(fn.Pkg().Path(), pkg) {
		return false
	}
	return len(names) == 0 || slices.Contains(names, fn.Name())
}

// IsMethod reports whether fn is a method of pkg.typ (or a pointer to it)
// with one of the names; with no names, any.
func IsMethod(fn *types.Func, pkg, typ string, names ...string) bool {
	if fn == nil || fn.Signature().Recv() == nil || !Is(fn.Signature().Recv().Type(), pkg, typ) {
		return false
	}
	return len(names) == 0 || slices.Contains(names, fn.Name())
}

// IsBuiltin reports whether call calls the predeclared function name.
func IsBuiltin(info *types.Info, call *ast.CallExpr, name string) bool {
	id, ok := ast.Unparen(call.Fun).(*ast.Ident)
	if !ok {
		return false
	}
	b, ok := info.Uses[id].(*types.Builtin)
	return ok && b.Name() == name
}

// Root returns "Background" or "TODO" when e is that call of package context, else "".
func Root(info *types.Info, e ast.Expr) string {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok {
		return ""
	}
	if fn := Callee(info, call); IsFunc(fn, "context", "Background", "TODO") {
		return fn.Name()
	}
	return ""
}

// Var returns the variable that e names, or nil.
func Var(info *types.Info, e ast.Expr) *types.Var {
	id, ok := ast.Unparen(e).(*ast.Ident)
	if !ok {
		return nil
	}
	v, _ := info.ObjectOf(id).(*types.Var)
	return v
}

// Operand returns the innermost operand that e is a part of: x of x.f[i],
// x[1:], *x.
func Operand(e ast.Expr) ast.Expr {
	for {
		switch x := ast.Unparen(e).(type) {
		case *ast.SelectorExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.SliceExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		default:
			return x
		}
	}
}

// PackageOf returns the package that e names, as net in net.Dial.
func PackageOf(info *types.Info, e ast.Expr) (*types.Package, bool) {
	id, ok := ast.Unparen(e).(*ast.Ident)
	if !ok {
		return nil, false
	}
	name, ok := info.Uses[id].(*types.PkgName)
	if !ok {
		return nil, false
	}
	return name.Imported(), true
}
