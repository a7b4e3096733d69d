package detect

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/load"
)

// A sleeper is a function of the program that sleeps until a context ends.
type sleeper struct {
	flow.Sleeper
	name string // as it is named at the place
	file *load.File
}

// sleeper returns the function that can be called at the place instead: of
// this package, or else exported by a package of the program that the file
// imports; one that returns an error before one that returns a bool.
func (p *sleepFinder) sleeper(fix *Sleep) (sleeper, bool) {
	if !p.looked {
		p.own, p.looked = sleepersIn(p.Package), true
	}
	var best *sleeper
	consider := func(s sleeper) {
		if best == nil || s.Test < best.Test {
			best = &s
		}
	}
	at := p.Package.FileOf(fix.Stmt.Pos())
	decl := p.Flow.Func(fix.Stmt).Decl()
	for _, s := range p.own {
		if decl != nil && p.Package.Info.Defs[decl.Name] == s.Func {
			return sleeper{}, false // Nope: it would call itself
		}
		if s.name = s.Func.Name(); p.usable(s, at) && p.Flow.Resolves(s.name, s.Func, fix.Stmt.Pos()) {
			consider(s)
		}
	}
	if best != nil {
		return *best, true
	}
	for _, s := range p.imported(at, fix.Stmt.Pos()) {
		consider(s)
	}
	if best == nil {
		return sleeper{}, false
	}
	return *best, true
}

// usable reports whether the sleeper is there whenever the file is.
func (p *sleepFinder) usable(s sleeper, at *load.File) bool {
	if s.file == at {
		return true
	}
	return !strings.HasSuffix(s.file.Name, "_test.go") && !constrained(s.file)
}

// constrained reports whether a build constraint may leave the file out.
func constrained(f *load.File) bool {
	for _, group := range f.Syntax.Comments {
		for _, c := range group.List {
			if c.Pos() < f.Syntax.Package && strings.HasPrefix(c.Text, "//go:build") {
				return true
			}
		}
	}
	return false
}

// sleepersIn returns the sleepers that the package declares.
func sleepersIn(pkg *load.Package) []sleeper {
	var found []sleeper
	for _, file := range pkg.Files {
		if file.Syntax == nil {
			continue
		}
		for _, d := range file.Syntax.Decls {
			decl, ok := d.(*ast.FuncDecl)
			if !ok || decl.Recv != nil || decl.Name.Name == "_" {
				continue
			}
			if s, ok := flow.SleeperOf(pkg.Info, decl); ok {
				found = append(found, sleeper{Sleeper: s, file: file})
			}
		}
	}
	return found
}

// imported returns the sleepers exported by packages of the program that the
// file imports.
func (p *sleepFinder) imported(file *load.File, pos token.Pos) []sleeper {
	if file == nil {
		return nil
	}
	var found []sleeper
	for _, spec := range file.Syntax.Imports {
		path := strings.Trim(spec.Path.Value, "\"`")
		if !p.maySleep(path) { // it need not be opened
			continue
		}
		pkg := p.Program.Bodies(path)
		if pkg == nil || len(pkg.Errors) > 0 {
			continue
		}
		name, add, ok := p.Flow.Import(path, pos)
		if !ok || add != nil {
			continue
		}
		for _, s := range sleepersIn(pkg) {
			if !s.Func.Exported() || !p.usable(s, file) {
				continue
			}
			if s.name = name + "." + s.Func.Name(); name == "." {
				s.name = s.Func.Name()
				if !p.dotResolves(s.name, path, pos) {
					continue
				}
			}
			found = append(found, s)
		}
	}
	return found
}

// maySleep reports whether the imported package has a function with the
// signature of a sleeper.
func (p *sleepFinder) maySleep(path string) bool {
	for _, pkg := range p.Package.Types.Imports() {
		if pkg.Path() == path {
			return flow.MaySleep(pkg)
		}
	}
	return true
}

// dotResolves reports whether name means a function of the package at path,
// which is imported with a dot.
func (p *sleepFinder) dotResolves(name, path string, pos token.Pos) bool {
	scope := p.Package.Types.Scope().Innermost(pos)
	if scope == nil {
		return false
	}
	_, obj := scope.LookupParent(name, pos)
	fn, ok := obj.(*types.Func)
	return ok && fn.Pkg() != nil && fn.Pkg().Path() == path
}
