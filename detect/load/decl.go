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
	for _, pkg := range p.withPath(fn.Pkg().Path()) {
		if !pkg.bodies {
			continue
		}
		p.hold(pkg)
		switch {
		case pkg.Types == fn.Pkg(): // the very variant that fn is of
			return pkg, p.decl(pkg, fn)
		case far == nil || p.decl(far, fn) == nil:
			far = pkg
		}
	}
	if far == nil {
		p.missed(fn.Pkg().Path())
		return nil, nil
	}
	return far, p.decl(far, fn)
}

// A pathIndex holds the packages of a program by their import paths. Rules ask
// from several goroutines, about each call.
type pathIndex struct {
	once sync.Once
	of   map[string][]*Package
}

// withPath returns the packages of the program with an import path: the
// variants of one, sorted by ID.
func (p *Program) withPath(path string) []*Package {
	p.byPath.once.Do(func() {
		p.byPath.of = map[string][]*Package{}
		for _, pkg := range p.Packages {
			p.byPath.of[pkg.PkgPath] = append(p.byPath.of[pkg.PkgPath], pkg)
		}
	})
	return p.byPath.of[path]
}

// Bodies returns the package with an import path, in a variant whose function
// bodies are known: it may hold the files of the package's tests, too. It is
// nil if the program has none.
func (p *Program) Bodies(path string) *Package {
	for _, pkg := range p.withPath(path) {
		if pkg.bodies && (pkg.ForTest == "" || pkg.ForTest == path) {
			p.hold(pkg)
			return pkg
		}
	}
	p.missed(path)
	return nil
}

// missed notes that something was asked about a package which is known, and
// therefore was not loaded.
func (p *Program) missed(path string) {
	if p.Partial && len(p.withPath(path)) > 0 {
		p.ask()
	}
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

// forget drops what is known of a package.
func (d *funcDecls) forget(pkg *Package) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.of, pkg.ID)
	delete(d.by, pkg.ID)
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
