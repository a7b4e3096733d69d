package load

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// elsewhere knows what the files declare that lie in the folders of packages
// and are not part of the program. Clones share it: it is read from disk.
type elsewhere struct {
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
		names = p.namesElsewhere(pkg)
		if e.names == nil {
			e.names = map[string]map[string]bool{}
		}
		e.names[key] = names
	}
	return names[name]
}

func (p *Program) namesElsewhere(pkg *Package) map[string]bool {
	names := map[string]bool{}
	entries, err := os.ReadDir(pkg.Dir)
	if err != nil {
		return names
	}
	for _, entry := range entries {
		path := filepath.Join(pkg.Dir, entry.Name())
		if !strings.HasSuffix(path, ".go") || !entry.Type().IsRegular() || p.File(path) != nil {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil && file == nil || file.Name.Name != pkg.Name {
			continue
		}
		for _, decl := range file.Decls {
			declared(decl, names)
		}
	}
	return names
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
