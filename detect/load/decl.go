package load

import (
	"go/ast"
	"go/types"
	"sync"
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
			return pkg, p.decl(pkg, fn)
		case far == nil || p.decl(far, fn) == nil:
			far = pkg
		}
	}
	if far == nil {
		return nil, nil
	}
	return far, p.decl(far, fn)
}

// decl returns the declaration, with a body, of the package's function that has
// the name and receiver of fn, or nil.
func (p *Program) decl(pkg *Package, fn *types.Func) *ast.FuncDecl {
	return p.funcs.in(pkg)[declKey{receiverName(fn), fn.Name()}]
}

// A declKey is how a function of a package is told from the others.
type declKey struct{ recv, name string }

// funcDecls holds the declarations of functions with a body, by the ID of their
// package, and the types they are of. Rules ask from several goroutines.
type funcDecls struct {
	mu sync.Mutex
	of map[string]*types.Package
	by map[string]map[declKey]*ast.FuncDecl
}

func newFuncDecls() *funcDecls {
	return &funcDecls{of: map[string]*types.Package{}, by: map[string]map[declKey]*ast.FuncDecl{}}
}

// in returns the declarations of the package as it is at present.
func (d *funcDecls) in(pkg *Package) map[declKey]*ast.FuncDecl {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.of[pkg.ID] == pkg.Types {
		return d.by[pkg.ID]
	}
	all := map[declKey]*ast.FuncDecl{}
	for _, file := range pkg.Files {
		if file.Syntax == nil {
			continue
		}
		for _, decl := range file.Syntax.Decls {
			decl, ok := decl.(*ast.FuncDecl)
			if !ok || decl.Body == nil {
				continue
			}
			if fn, ok := pkg.Info.Defs[decl.Name].(*types.Func); ok {
				if key := (declKey{receiverName(fn), fn.Name()}); all[key] == nil {
					all[key] = decl
				}
			}
		}
	}
	d.of[pkg.ID], d.by[pkg.ID] = pkg.Types, all
	return all
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
