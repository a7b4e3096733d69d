package detect

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/ctxfix/ctxfix/detect/load"
)

// moduleImports knows what the packages of the main modules import, loaded
// or not.
type moduleImports struct {
	loaded  map[string]*load.Package // by import path, test variants left out
	modules []*load.Module
}

func newModuleImports(prog *load.Program) *moduleImports {
	m := &moduleImports{loaded: make(map[string]*load.Package)}
	seen := make(map[string]bool)
	for _, pkg := range prog.All() {
		if pkg.ForTest == "" {
			m.loaded[pkg.PkgPath] = pkg
		}
		if pkg.Module != nil && pkg.Module.Dir != "" && !seen[pkg.Module.Dir] {
			seen[pkg.Module.Dir] = true
			m.modules = append(m.modules, pkg.Module)
		}
	}
	return m
}

// reaches reports whether the package from imports the package to, directly
// or not, or is it: then to must not import from.
func (m *moduleImports) reaches(from, to string) bool {
	seen := make(map[string]bool)
	work := []string{from}
	for len(work) > 0 {
		path := work[len(work)-1]
		work = work[:len(work)-1]
		if path == to {
			return true
		}
		if seen[path] {
			continue
		}
		seen[path] = true
		imports, ok := m.importsOf(path)
		if path == from && !ok {
			// Have: a package that is to be made; it imports context alone.
			work = append(work, "context")
			continue
		}
		work = append(work, imports...)
	}
	return false
}

// importsOf returns what a package of the main modules imports; false if there
// is none yet.
func (m *moduleImports) importsOf(path string) (paths []string, ok bool) {
	if pkg := m.loaded[path]; pkg != nil {
		return pkg.Imports(), true
	}
	dir := m.dirOf(path)
	if dir == "" {
		return nil, false
	}
	files := parseFolder(dir, parser.ImportsOnly)
	for _, file := range files {
		for _, spec := range file.Imports {
			if p, err := strconv.Unquote(spec.Path.Value); err == nil {
				paths = append(paths, p)
			}
		}
	}
	return paths, len(files) > 0
}

// dirOf returns the folder of a package of a main module, or "".
func (m *moduleImports) dirOf(path string) string {
	for _, mod := range m.modules {
		rel, ok := path, mod.Path == "std"
		if !ok {
			rel, ok = strings.CutPrefix(path+"/", mod.Path+"/")
		}
		if !ok {
			continue
		}
		dir := filepath.Join(mod.Dir, filepath.FromSlash(rel))
		if info, err := os.Stat(dir); err == nil && info.IsDir() {
			return dir
		}
	}
	return ""
}

// parseFolder parses the non-test Go files of a folder.
func parseFolder(dir string, mode parser.Mode) (files []*ast.File) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	fset := token.NewFileSet()
	for _, e := range entries {
		if filepath.Ext(e.Name()) != ".go" || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		if file, err := parser.ParseFile(fset, filepath.Join(dir, e.Name()), nil, mode); err == nil {
			files = append(files, file)
		}
	}
	return files
}

// accessorOnDisk returns the name of the package in a folder, "" when there
// is none, and the exported accessor it has, if any.
func accessorOnDisk(dir string) (pkg, name string) {
	for _, file := range parseFolder(dir, parser.SkipObjectResolution) {
		pkg = file.Name.Name
		for _, decl := range file.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if ok && fn.Name.IsExported() && isAccessorBody(fn) && writesAccessorTypes(fn.Type) {
				return pkg, fn.Name.Name
			}
		}
	}
	return pkg, ""
}

// writesAccessorTypes reports whether the source of a function's type says
// func(context.Context) <-chan struct{}.
func writesAccessorTypes(fn *ast.FuncType) bool {
	return fn.TypeParams == nil &&
		types.ExprString(fn.Params.List[0].Type) == "context.Context" &&
		types.ExprString(fn.Results.List[0].Type) == "<-chan struct{}"
}

// mayImport reports whether the package importer may import path by the rule
// of internal folders.
func mayImport(importer, path string) bool {
	i := strings.LastIndex("/"+path+"/", "/internal/")
	if i < 0 {
		return true
	}
	parent := strings.TrimSuffix(("/" + path)[:i+1], "/")
	parent = strings.TrimPrefix(parent, "/")
	return parent == "" || importer == parent || strings.HasPrefix(importer, parent+"/")
}
