package load

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// elsewhere knows what the files declare that belong to packages and are not
// part of the program. Clones share it: these files are not rewritten.
type elsewhere struct {
	files func(pkg *Package) []string
	read  func(path string) ([]byte, error)

	mu    sync.Mutex
	names map[string]map[string]bool // by folder and name of the package
}

// DeclaredElsewhere reports whether a file of the package that is not part of
// this build, for another platform as a rule, declares name on package level:
// there, a new import or declaration of that name would not compile.
func (p *Program) DeclaredElsewhere(pkg *Package, name string) bool {
	e := p.elsewhere
	e.mu.Lock()
	defer e.mu.Unlock()
	key := pkg.Dir + "\x00" + pkg.Name
	names, known := e.names[key]
	if !known {
		names = e.namesOf(pkg)
		if e.names == nil {
			e.names = map[string]map[string]bool{}
		}
		e.names[key] = names
	}
	return names[name]
}

func (e *elsewhere) namesOf(pkg *Package) map[string]bool {
	names := map[string]bool{}
	for _, path := range e.files(pkg) {
		src, err := e.read(path)
		if err != nil {
			continue
		}
		file, _ := parser.ParseFile(token.NewFileSet(), path, src, parser.SkipObjectResolution)
		if file == nil || file.Name.Name != pkg.Name {
			continue
		}
		for _, decl := range file.Decls {
			declared(decl, names)
		}
	}
	return names
}

// leftOut returns the Go files in the folder of the package that are not part
// of the program.
func (p *Program) leftOut(pkg *Package) (paths []string) {
	entries, err := os.ReadDir(pkg.Dir)
	if err != nil {
		return nil
	}
	for _, entry := range entries {
		path := filepath.Join(pkg.Dir, entry.Name())
		if strings.HasSuffix(path, ".go") && entry.Type().IsRegular() && p.File(path) == nil {
			paths = append(paths, path)
		}
	}
	return paths
}

// Unseen reports whether fn is of a package of the main modules that is not
// part of the program: with all packages loaded, its body would be known.
func (p *Program) Unseen(fn *types.Func) bool {
	if fn == nil || fn.Pkg() == nil {
		return false
	}
	path := fn.Pkg().Path()
	if len(p.withPath(path)) > 0 {
		return false
	}
	if p.Alone {
		own := p.Packages[0].Module
		return own != nil && own.Path != "" && strings.HasPrefix(path, own.Path+"/")
	}
	for _, m := range p.modules {
		if rel, ok := strings.CutPrefix(path+"/", m.Path+"/"); ok && p.moduleOf(filepath.Join(m.Dir, rel)) == m {
			return m.holds(rel)
		}
	}
	return false
}

// holds reports whether the folder, relative to that of the module, is there
// and in no module of its own.
func (m *Module) holds(rel string) bool {
	dir := filepath.Join(m.Dir, filepath.FromSlash(rel))
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return false
	}
	for ; dir != m.Dir; dir = filepath.Dir(dir) {
		if isModule(dir) {
			return false
		}
	}
	return true
}

// declared adds the package-level names of a declaration.
func declared(decl ast.Decl, names map[string]bool) {
	switch decl := decl.(type) {
	case *ast.FuncDecl:
		if decl.Recv == nil {
			names[decl.Name.Name] = true
		}
	case *ast.GenDecl:
		for _, spec := range decl.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				names[spec.Name.Name] = true
			case *ast.ValueSpec:
				for _, id := range spec.Names {
					names[id.Name] = true
				}
			}
		}
	}
}
