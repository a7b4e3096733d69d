package load

import (
	"errors"
	"go/ast"
	"go/build"
	"go/token"
	"go/types"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/tools/go/packages"
)

// A Unit is one package as a build system hands it over: parsed, type-checked
// and without errors.
type Unit struct {
	Fset      *token.FileSet
	Files     []*ast.File // with comments
	Types     *types.Package
	Info      *types.Info
	Sizes     types.Sizes
	Module    string   // path of its module; may be empty
	GoVersion string   // language version of the module, like "1.26"; may be empty
	Generated bool     // generated files may be edited
	Ignored   []string // Go files that are left out of this build
	ReadFile  func(name string) ([]byte, error)
}

// FromUnit makes a program of one package. What other packages of its module
// hold is not known: see [Program.Alone]. It runs no command, reads nothing
// but the files of the unit, and type-checks with the imports of the unit: a
// change that needs the types of any other package does not compile there.
func FromUnit(u Unit) (*Program, error) {
	prog := &Program{
		Fset:     u.Fset,
		Alone:    true,
		cgo:      map[string]bool{},
		variants: map[string]*Package{},
		files:    map[string]*File{},
		funcs:    newFuncDecls(),
		byPath:   &pathIndex{},
		deps:     &deps{fset: u.Fset, closed: true, build: build.Default, byID: map[string]*packages.Package{}, byPath: map[string]*types.Package{}},
		sizes:    u.Sizes,
	}
	prog.elsewhere = &elsewhere{files: func(*Package) []string { return u.Ignored }, read: u.ReadFile}
	v := u.variant()
	for _, syntax := range u.Files {
		f, err := u.file(syntax)
		if err != nil {
			return nil, err
		}
		prog.files[f.Path] = f
		v.Files = append(v.Files, f)
		for path, imported := range importedBy(u.Info, syntax) {
			v.imports[path] = imported.Path()
			prog.deps.addTypes(imported)
		}
	}
	if len(v.Files) == 0 {
		return nil, errors.New("a package without Go files")
	}
	v.Dir = filepath.Dir(v.Files[0].Path)
	prog.variants[v.ID] = v
	prog.Packages = []*Package{v}
	prog.assignOwners()
	return prog, nil
}

// Apart returns the program as it is to who sees the package alone, as in
// FromUnit. It shares its files with p.
func (p *Program) Apart(pkg *Package) *Program {
	alone := *p
	alone.Packages, alone.byPath, alone.Alone = []*Package{pkg}, &pathIndex{}, true
	return &alone
}

// variant returns the package without its files. The go command writes the
// path of a package compiled for a test as "p [p.test]".
func (u Unit) variant() *Package {
	path, variant, _ := strings.Cut(u.Types.Path(), " [")
	forTest, _, _ := strings.Cut(variant, ".test]")
	return &Package{
		ID: u.Types.Path(), PkgPath: path, Name: u.Types.Name(), ForTest: forTest,
		Module: &Module{Path: u.Module, GoVersion: strings.TrimPrefix(u.GoVersion, "go")},
		Types:  u.Types, Info: u.Info, seen: u.Types, bodies: true,
		imports: map[string]string{},
		opening: &opening{mu: new(sync.Mutex), open: true, typed: true, asked: true},
	}
}

func (u Unit) file(syntax *ast.File) (*File, error) {
	tf := u.Fset.File(syntax.FileStart)
	src, err := u.ReadFile(tf.Name())
	if err != nil {
		return nil, err
	}
	f := &File{Path: realPath(tf.Name()), Name: tf.Name(), Disk: src, Bytes: src, Syntax: syntax}
	f.GoVersion = u.Info.FileVersions[syntax]
	switch {
	case len(src) != tf.Size():
		f.Locked = "changed since it was parsed"
	case importsC(syntax):
		f.Locked = "processed by cgo"
	case lineDirective(syntax):
		f.Locked = movedPositions
	case ast.IsGenerated(syntax) && !u.Generated:
		f.Locked = generatedFile
	}
	return f, nil
}

func importsC(file *ast.File) bool {
	for _, spec := range file.Imports {
		if spec.Path.Value == `"C"` {
			return true
		}
	}
	return false
}

// importedBy returns the packages that the file imports, by path as written.
func importedBy(info *types.Info, file *ast.File) map[string]*types.Package {
	found := map[string]*types.Package{}
	for _, spec := range file.Imports {
		obj := info.Implicits[spec]
		if spec.Name != nil {
			obj = info.Defs[spec.Name]
		}
		path, err := strconv.Unquote(spec.Path.Value)
		if name, ok := obj.(*types.PkgName); ok && err == nil {
			found[path] = name.Imported()
		}
	}
	return found
}

// addTypes makes the package and all it imports known.
func (d *deps) addTypes(p *types.Package) {
	if d.byPath[p.Path()] != nil {
		return
	}
	d.add(&packages.Package{ID: p.Path(), PkgPath: p.Path(), Types: p})
	for _, imported := range p.Imports() {
		d.addTypes(imported)
	}
}
