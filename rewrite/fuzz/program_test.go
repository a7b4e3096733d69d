package fuzz_test

import (
	"cmp"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/txtar"
)

const newestGo = "1.26"

// A program is one package with its tests.
type program struct {
	files   []source // sorted by name
	version string   // of the language
}

type source struct{ name, src string }

func (p *program) sort() {
	slices.SortFunc(p.files, func(a, b source) int { return cmp.Compare(a.name, b.name) })
}

func (p *program) file(name string) *source {
	for i := range p.files {
		if p.files[i].name == name {
			return &p.files[i]
		}
	}
	return nil
}

func (p program) clone() program { return program{slices.Clone(p.files), p.version} }

// format returns the program as the text of a case.
func (p program) format(comment string) string {
	archive := &txtar.Archive{Comment: []byte(comment)}
	if p.version != newestGo {
		archive.Files = append(archive.Files, txtar.File{Name: "go.mod", Data: []byte("module example.com/p\n\ngo " + p.version + "\n")})
	}
	for _, f := range p.files {
		archive.Files = append(archive.Files, txtar.File{Name: f.name, Data: []byte(f.src)})
	}
	return string(txtar.Format(archive))
}

// A checked is a program with syntax and types.
type checked struct {
	program
	fset   *token.FileSet
	syntax []*ast.File // of program.files
	info   *types.Info // of all variants but the one without tests
	pkgs   []*types.Package
	errs   []types.Error
}

// check parses and type-checks every variant of the program, apart from the
// code under test: with go/types and export data alone. Of a program that
// does not parse it returns nil.
func (w *world) check(p program, dir string) *checked {
	c := &checked{program: p, fset: token.NewFileSet(), info: newInfo()}
	var plain, inside, outside []*ast.File
	for _, f := range p.files {
		if path.Dir(f.name) != dir {
			c.syntax = append(c.syntax, nil)
			continue
		}
		syntax, err := parser.ParseFile(c.fset, f.name, f.src, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil
		}
		c.syntax = append(c.syntax, syntax)
		switch {
		case strings.HasSuffix(syntax.Name.Name, "_test"):
			outside = append(outside, syntax)
		case strings.HasSuffix(f.name, "_test.go"):
			inside = append(inside, syntax)
		default:
			plain = append(plain, syntax)
		}
	}
	ownPath := path.Join(ownImport, dir)
	others := map[string]*types.Package{}
	if dir == "." {
		for _, other := range p.dirs() {
			made := w.check(p, other)
			if made == nil {
				return nil
			}
			c.errs = append(c.errs, made.errs...)
			others[path.Join(ownImport, other)] = made.pkgs[0]
		}
	}
	whole := c.variant(w, ownPath, slices.Concat(plain, inside), others, c.info)
	if len(inside) > 0 && len(plain) > 0 {
		c.variant(w, ownPath, plain, others, nil)
	}
	if len(outside) > 0 {
		others = maps.Clone(others)
		others[ownPath] = whole
		c.variant(w, ownPath+"_test", outside, others, c.info)
	}
	return c
}

// dirs returns the folders below that of the program.
func (p program) dirs() []string {
	var dirs []string
	for _, f := range p.files {
		if dir := path.Dir(f.name); dir != "." && !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

func (c *checked) variant(w *world, path string, files []*ast.File, others map[string]*types.Package, info *types.Info) *types.Package {
	conf := types.Config{
		GoVersion: "go" + c.version,
		Importer:  &siblings{w, others},
		Sizes:     types.SizesFor("gc", "amd64"),
		Error: func(err error) {
			if e := (types.Error{}); errors.As(err, &e) {
				c.errs = append(c.errs, e)
			}
		},
	}
	pkg, _ := conf.Check(path, c.fset, files, info) // errors come one by one
	c.pkgs = append(c.pkgs, pkg)
	return pkg
}

// siblings imports the packages of a program, and all others from the world.
type siblings struct {
	*world
	own map[string]*types.Package
}

func (s *siblings) Import(path string) (*types.Package, error) {
	if pkg := s.own[path]; pkg != nil {
		return pkg, nil
	}
	return s.world.importer.Import(path)
}

func newInfo() *types.Info {
	return &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Implicits: map[ast.Node]types.Object{}, Instances: map[*ast.Ident]types.Instance{}, Scopes: map[ast.Node]*types.Scope{},
		Selections: map[*ast.SelectorExpr]*types.Selection{}, FileVersions: map[*ast.File]string{},
	}
}

// offset is a position as an offset into its file.
func (c *checked) offset(pos token.Pos) int { return c.fset.PositionFor(pos, false).Offset }

// at returns the index of the file that holds pos.
func (c *checked) at(pos token.Pos) int {
	return slices.IndexFunc(c.syntax, func(f *ast.File) bool { return f != nil && f.FileStart <= pos && pos <= f.FileEnd })
}

func (c *checked) text(n ast.Node) string {
	i := c.at(n.Pos())
	return c.files[i].src[c.offset(n.Pos()):c.offset(n.End())]
}

// packageName returns the imported package that id names, or nil.
func (c *checked) packageName(id *ast.Ident) *types.PkgName {
	name, _ := c.info.Uses[id].(*types.PkgName)
	return name
}

func importPath(spec *ast.ImportSpec) string {
	path, err := strconv.Unquote(spec.Path.Value)
	if err != nil {
		return ""
	}
	return path
}
