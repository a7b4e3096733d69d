package load

import (
	"go/ast"
	"go/types"
)

// Decl returns the declaration of fn, with a body, and the package of the
// program that holds it; nil where the program has none, as for functions of
// other modules. The types of an imported function are not those of its
// source: it is found by its name and receiver.
func (p *Program) Decl(fn *types.Func) (*Package, *ast.FuncDecl) {
	if fn == nil || fn.Pkg() == nil {
		return nil, nil
	}
	var far *Package
	for _, pkg := range p.Packages {
		switch {
		case pkg.Types == nil || pkg.Info == nil || pkg.Types.Path() != fn.Pkg().Path():
		case pkg.Types == fn.Pkg(): // the very variant that fn is of
			return pkg, pkg.decl(fn)
		case far == nil || far.decl(fn) == nil:
			far = pkg
		}
	}
	if far == nil {
		return nil, nil
	}
	return far, far.decl(fn)
}

// decl returns the declaration, with a body, of the package's function that
// has the name and receiver of fn, or nil.
func (p *Package) decl(fn *types.Func) *ast.FuncDecl {
	recv := receiverName(fn)
	for _, file := range p.Files {
		if file.Syntax == nil {
			continue
		}
		for _, d := range file.Syntax.Decls {
			d, ok := d.(*ast.FuncDecl)
			if !ok || d.Body == nil || d.Name.Name != fn.Name() {
				continue
			}
			if obj, ok := p.Info.Defs[d.Name].(*types.Func); ok && receiverName(obj) == recv {
				return d
			}
		}
	}
	return nil
}

// Param returns the variable of decl's i-th parameter, which decl may not
// name; nil if it has none.
func (p *Package) Param(decl *ast.FuncDecl, i int) *types.Var {
	fn, ok := p.Info.Defs[decl.Name].(*types.Func)
	if !ok || i >= fn.Signature().Params().Len() {
		return nil
	}
	return fn.Signature().Params().At(i)
}

// receiverName returns the name of the type that fn is a method of, or "".
func receiverName(fn *types.Func) string {
	recv := fn.Signature().Recv()
	if recv == nil {
		return ""
	}
	t := types.Unalias(recv.Type())
	if ptr, ok := t.(*types.Pointer); ok {
		t = types.Unalias(ptr.Elem())
	}
	if named, ok := t.(*types.Named); ok {
		return named.Obj().Name()
	}
	return t.String()
}
