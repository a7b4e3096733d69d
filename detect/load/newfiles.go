package load

import (
	"fmt"
	"go/ast"
	"go/build"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// place finds the packages that new files belong to, and makes those that do
// not exist yet.
func (c *Check) place(fresh []*File) {
	for _, f := range fresh {
		syntax := c.files[f].syntax
		if syntax == nil {
			c.errors = append(c.errors, parseErrors(c.files[f].err)...)
			continue
		}
		test := strings.HasSuffix(f.Path, "_test.go")
		name := syntax.Name.Name
		placed := false
		for _, v := range c.prog.variants {
			if v.Dir == filepath.Dir(f.Path) && v.Name == name && (!test || v.ForTest != "" && ownTest(v)) {
				c.extra[v] = append(c.extra[v], f)
				placed = true
			}
		}
		if !placed {
			c.placeInNew(f, name, test)
		}
	}
}

// ownTest reports whether v is compiled for the test of its own folder.
func ownTest(v *Package) bool {
	return v.PkgPath == v.ForTest || v.PkgPath == v.ForTest+"_test"
}

func (c *Check) placeInNew(f *File, name string, test bool) {
	mod := c.prog.moduleOf(f.Path)
	if mod == nil {
		c.errors = append(c.errors, Error{f.Path, "a new file outside the main modules"})
		return
	}
	path := mod.importPath(filepath.Dir(f.Path))
	switch {
	case !test:
		c.fromDisk(path)
		c.join(path, path, "", name, mod, f)
	case strings.HasSuffix(name, "_test"):
		c.join(fmt.Sprintf("%s_test [%s.test]", path, path), path+"_test", path, name, mod, f)
	default:
		id := fmt.Sprintf("%s [%s.test]", path, path)
		v := c.join(id, path, path, name, mod, f)
		if plain := c.made[path]; plain != nil && len(v.Files) == 1 {
			v.Files = append(v.Files, plain.Files...)
		}
	}
}

// join adds f to the made package with that ID.
func (c *Check) join(id, path, forTest, name string, mod *Module, f *File) *Package {
	v := c.made[id]
	if v == nil {
		v = &Package{
			ID: id, PkgPath: path, Name: name, ForTest: forTest, Dir: filepath.Dir(f.Path),
			Module: mod, imports: map[string]string{},
		}
		c.made[id] = v
	}
	v.Files = append(v.Files, f)
	return v
}

// fetchImports looks for imports that are new to the packages of the changed
// files, and makes the packages of the main modules that were not loaded.
func (c *Check) fetchImports() {
	var unknown []string
	for _, v := range c.prog.variants {
		for _, f := range c.filesOf(v) {
			if n := c.files[f]; n != nil && n.syntax != nil {
				unknown = append(unknown, newImports(v, n.syntax)...)
			}
		}
	}
	c.serial = len(unknown) > 0
	slices.Sort(unknown)
	for _, path := range slices.Compact(unknown) {
		if c.variant(path) == nil && !c.prog.deps.has(path) {
			c.fromDisk(path)
		}
	}
}

func newImports(v *Package, file *ast.File) []string {
	var paths []string
	for _, imp := range file.Imports {
		path, err := strconv.Unquote(imp.Path.Value)
		if err != nil {
			continue
		}
		if _, ok := v.imports[path]; !ok && path != "unsafe" {
			paths = append(paths, path)
		}
	}
	return paths
}

// moduleOf returns the main module whose folder holds path, or nil.
func (p *Program) moduleOf(path string) *Module { return moduleOf(p.modules, path) }

func moduleOf(modules []*Module, path string) *Module {
	for _, m := range modules {
		if within(path, m.Dir) {
			return m
		}
	}
	return nil
}

// importPath returns the import path of a folder of the module.
func (m *Module) importPath(dir string) string {
	rel, err := filepath.Rel(m.Dir, dir)
	if err != nil || rel == "." {
		return m.Path
	}
	if m.Path == "std" {
		return filepath.ToSlash(rel)
	}
	return m.Path + "/" + filepath.ToSlash(rel)
}

// fromDisk makes a package of a main module that was not loaded out of the
// Go files in its folder. It returns nil if there is no such package.
func (c *Check) fromDisk(path string) *Package {
	for _, m := range c.prog.modules {
		rel, ok := strings.CutPrefix(path+"/", m.Path+"/")
		if !ok {
			continue
		}
		if v := c.readFolder(m, path, filepath.Join(m.Dir, filepath.FromSlash(rel))); v != nil {
			return v
		}
	}
	return nil
}

func (c *Check) readFolder(m *Module, path, dir string) *Package {
	if v := c.variant(path); v != nil {
		return v
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil && dir != m.Dir {
		return nil // another module
	}
	var v *Package
	for _, e := range entries {
		name := e.Name()
		if filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			continue
		}
		if match, err := c.prog.deps.build.MatchFile(dir, name); err != nil || !match {
			continue
		}
		file := filepath.Join(dir, name)
		src, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		syntax, err := parseBytes(c.prog.Fset, file, src)
		if syntax == nil {
			continue
		}
		f := &File{Path: realPath(file), Name: file, Disk: src}
		c.files[f] = &version{bytes: src, syntax: syntax, err: err, fresh: true}
		v = c.join(path, path, "", syntax.Name.Name, m, f)
	}
	return v
}

// buildContext chooses the files of a folder as the go command does.
func buildContext(cfg Config, env goEnv) build.Context {
	ctx := build.Default
	ctx.GOOS, ctx.GOARCH, ctx.GOROOT = env.GOOS, env.GOARCH, env.GOROOT
	ctx.BuildTags = strings.FieldsFunc(cfg.Tags, func(r rune) bool { return r == ',' || r == ' ' })
	return ctx
}

// realPathOf is realPath for a file that need not exist yet.
func realPathOf(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	parent := filepath.Dir(path)
	if parent == path {
		return path
	}
	return filepath.Join(realPathOf(parent), filepath.Base(path))
}
