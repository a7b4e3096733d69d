package flow

import (
	"go/ast"
	"go/types"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// Options are what a project says of its own functions, in addition to the
// lists of this package. Functions are named as Name, which stands for every
// function and method whose name begins with that word, import/path.Name, or
// import/path.Type.Name.
type Options struct {
	Cause     Cause
	Closers   []string // clean up (R4)
	Retainers []string // keep the context they are given (R8)
	Providers []string // import/path.Type.Method: methods that return a request's context
}

// Cause says where an early return gives context.Cause(ctx), not ctx.Err().
type Cause uint8

const (
	CauseWhereUsed Cause = iota // in packages that ask contexts for their cause
	CauseAlways
	CauseNever
)

// lists reports whether one of the names stands for a function that is called
// name in the source, and is fn if that is known.
func lists(names []string, name string, fn *types.Func) bool {
	for _, n := range names {
		switch {
		case strings.Contains(n, "."):
			if fn != nil && n == qualified(fn) {
				return true
			}
		case hasWord(name, []string{capitalized(n)}):
			return true
		}
	}
	return false
}

func capitalized(name string) string {
	r, size := utf8.DecodeRuneInString(name)
	return string(unicode.ToUpper(r)) + name[size:]
}

// qualified returns import/path.Name, or import/path.Type.Name of a method.
func qualified(fn *types.Func) string {
	if fn.Pkg() == nil {
		return fn.Name()
	}
	name := fn.Pkg().Path() + "."
	if recv := fn.Signature().Recv(); recv != nil {
		if named := typed.Named(recv.Type()); named != nil {
			name += named.Obj().Name() + "."
		}
	}
	return name + fn.Name()
}

// cleansUp reports whether a function cleans up: by the name it is called by,
// or because the project says so of fn, which may be nil.
func (p *Package) cleansUp(name string, fn *types.Func) bool {
	return IsCloser(name) || lists(p.Options.Closers, name, fn)
}

// Closes reports whether the callee cleans up.
func (p *Package) Closes(call *ast.CallExpr) bool {
	return p.cleansUp(typed.CalleeName(call), typed.Callee(p.Info, call))
}

// CleansUp reports whether f is a declared function that cleans up.
func (p *Package) CleansUp(f *Func) bool {
	decl, ok := f.Node.(*ast.FuncDecl)
	if !ok {
		return false
	}
	fn, _ := p.Info.Defs[decl.Name].(*types.Func)
	return p.cleansUp(decl.Name.Name, fn)
}

// Retains reports whether the project says that the callee keeps the context
// it is given.
func (p *Package) Retains(call *ast.CallExpr) bool {
	return lists(p.Options.Retainers, typed.CalleeName(call), typed.Callee(p.Info, call))
}

// ProviderOf returns how a parameter of type t provides a request's context,
// or false. What the project says goes before what is known of frameworks.
func (p *Package) ProviderOf(t types.Type) (typed.Provider, bool) {
	if method := p.namedProvider(t); method != "" {
		return typed.Provider{Suffix: "." + method + "()"}, true
	}
	return typed.ProviderOf(t)
}

// namedProvider returns the method of t that the project names, provided it
// returns a context and needs nothing for that.
func (p *Package) namedProvider(t types.Type) string {
	named := typed.Named(t)
	if named == nil || named.Obj().Pkg() == nil {
		return ""
	}
	for _, provider := range p.Options.Providers {
		method := strings.TrimPrefix(provider, named.Obj().Pkg().Path()+"."+named.Obj().Name()+".")
		obj, _, _ := types.LookupFieldOrMethod(t, false, p.Types, method)
		fn, ok := obj.(*types.Func)
		if ok && fn.Signature().Params().Len() == 0 && fn.Signature().Results().Len() == 1 && typed.IsContext(fn.Signature().Results().At(0).Type()) {
			return method
		}
	}
	return ""
}
