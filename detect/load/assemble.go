package load

import (
	"cmp"
	"go/types"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/tools/go/packages"
)

// assemble makes a Program of what the go command and the type-checker returned.
func assemble(roots []*packages.Package, read *reading, pol policy, cfg Config) *Program {
	frozen := read.frozen
	prog := &Program{
		Fset:     frozen.fset,
		Source:   cfg.Source,
		cgo:      map[string]bool{},
		variants: map[string]*Package{},
		files:    map[string]*File{},
		funcs:    newFuncDecls(),
		byPath:   &pathIndex{},
		folders:  folderLocks{},
		deps:     read.deps,
	}
	prog.elsewhere = &elsewhere{files: prog.leftOut, read: os.ReadFile}
	prog.modules = mainModules(roots, pol.env, cfg.Within)
	isRoot := map[*packages.Package]bool{}
	for _, p := range roots {
		isRoot[p] = true
	}
	ignored := map[string]bool{}
	packages.Visit(roots, nil, func(p *packages.Package) {
		prog.sizes = cmp.Or[types.Sizes](prog.sizes, p.TypesSizes)
		known, isKnown := read.known[p.ID]
		switch {
		case p.TypesInfo == nil && isTestMain(p, pol.env):
			return
		case isKnown:
			prog.deps.add(p)
		case p.TypesInfo == nil || p.PkgPath == "unsafe" || !isRoot[p] && len(p.GoFiles) > 0 && pol.env.installed(realPath(p.GoFiles[0])):
			prog.deps.add(p)
			return
		}
		v := prog.variant(p, frozen, pol)
		prog.opened(v, p, read, isKnown)
		if isKnown {
			prog.unparsed(v, p, frozen, known)
		}
		if !isRoot[p] || v.Module == nil || isTestMain(p, pol.env) {
			return
		}
		prog.Packages = append(prog.Packages, v)
		for _, name := range p.GoFiles {
			if !slices.Contains(p.CompiledGoFiles, name) {
				prog.cgo[realPath(name)] = true
			}
		}
		for _, name := range p.IgnoredFiles {
			if filepath.Ext(name) == ".go" {
				ignored[name] = true
			}
		}
	})
	prog.Ignored = len(ignored)
	prog.Partial = len(read.known) > 0
	slices.SortFunc(prog.Packages, func(a, b *Package) int { return cmp.Compare(a.ID, b.ID) })
	prog.assignOwners()
	prog.pairVariants()
	frozen.forget()
	return prog
}

// mainModules returns the main modules of the roots, longest folder first so
// that the first that contains a path is the one that owns it. Those outside of
// the folder limit, if there is one, are left out.
func mainModules(roots []*packages.Package, env goEnv, limit string) []*Module {
	byPath := map[string]*Module{}
	if std := standardModule(env); std != nil {
		byPath[std.Path] = std
	}
	packages.Visit(roots, nil, func(p *packages.Package) {
		m := p.Module
		if m == nil || !m.Main || m.Replace != nil || byPath[m.Path] != nil {
			return
		}
		if dir := realPath(m.Dir); limit == "" || within(dir, limit) {
			byPath[m.Path] = &Module{Path: m.Path, Dir: dir, GoVersion: m.GoVersion}
		}
	})
	return slices.SortedFunc(maps.Values(byPath), func(a, b *Module) int {
		return cmp.Or(cmp.Compare(len(b.Dir), len(a.Dir)), cmp.Compare(a.Path, b.Path))
	})
}

func (prog *Program) variant(p *packages.Package, frozen *freezer, pol policy) *Package {
	v := &Package{
		ID: p.ID, PkgPath: p.PkgPath, Name: p.Name, ForTest: p.ForTest,
		Types: p.Types, seen: p.Types,
		imports: map[string]string{}, lacks: map[string]string{},
	}
	for path, dep := range p.Imports {
		v.imports[path] = dep.ID
		if len(dep.Errors) > 0 && len(dep.GoFiles) == 0 {
			v.lacks[path] = strings.Join(strings.Fields(dep.Errors[0].Msg), " ")
		}
	}
	if len(p.GoFiles) > 0 {
		v.Dir = realPath(filepath.Dir(p.GoFiles[0]))
	}
	v.Module = prog.mainModule(p, v.Dir)
	for _, e := range p.Errors {
		v.fail(Error{e.Pos, e.Msg})
	}
	for _, syntax := range p.Syntax {
		name := prog.Fset.File(syntax.FileStart).Name()
		path := frozen.path(name)
		f := prog.files[path]
		if f == nil {
			f = &File{Path: path, Name: name, Disk: frozen.read[path].bytes, Bytes: frozen.read[path].bytes}
			prog.files[path] = f
		}
		if f.Syntax == nil && f.lines == nil { // it is new, or that of a known package
			f.Syntax = syntax
			f.Locked = pol.lock(f, frozen.read[path].marks, v.Module, p.GoFiles)
			if frozen.read[path].hollow {
				prog.drop(f)
			}
		}
		f.GoVersion = cmp.Or(f.GoVersion, p.TypesInfo.FileVersions[syntax], v.goVersion())
		v.Files = append(v.Files, f)
	}
	slices.SortFunc(v.Files, func(a, b *File) int { return cmp.Compare(a.Path, b.Path) })
	prog.variants[v.ID] = v
	return v
}

// opened notes whether v, which was p, is open, and what Open is to do. A known
// package stays as it is: nobody looks at it.
func (prog *Program) opened(v *Package, p *packages.Package, read *reading, known bool) {
	v.Known = known
	v.bodies = read.bodies[p]
	v.opening = &opening{mu: prog.folders.of(v.Dir), open: known || read.whole, typed: read.whole, asked: read.whole}
	if v.bodies && read.whole {
		v.Info = p.TypesInfo
	}
}

// pairVariants tells the packages compiled with their tests which others they
// have the bodies of.
func (prog *Program) pairVariants() {
	for _, p := range prog.Packages {
		wide := prog.variants[testVariant(p.PkgPath, p.PkgPath)]
		if p.ForTest == "" && !p.bodies && wide != nil && wide.bodies {
			wide.narrow = p
		}
	}
}

// mainModule returns the main module that p is part of, or nil. The go
// command names no module for packages of the standard library.
func (prog *Program) mainModule(p *packages.Package, dir string) *Module {
	for _, m := range prog.modules {
		switch {
		case p.Module != nil && p.Module.Main && p.Module.Path == m.Path,
			p.Module == nil && isStandard(m.Path) && within(dir, m.Dir):
			return m
		}
	}
	return nil
}

// isStandard reports whether path is a module of the Go distribution.
func isStandard(path string) bool { return path == "std" || path == "cmd" }

// standardModule returns the standard library, or the go command's module, as
// a module when that is where the go command runs.
func standardModule(env goEnv) *Module {
	dir := filepath.Dir(realPath(env.GOMOD))
	if src := filepath.Join(env.GOROOT, "src"); dir != src && dir != filepath.Join(src, "cmd") {
		return nil
	}
	data, err := os.ReadFile(env.GOMOD)
	path := modfile.ModulePath(data)
	if err != nil || !isStandard(path) {
		return nil
	}
	m := &Module{Path: path, Dir: dir}
	if file, err := modfile.ParseLax(env.GOMOD, data, nil); err == nil && file.Go != nil {
		m.GoVersion = file.Go.Version
	}
	return m
}

// goVersion returns the language version of the module, like "go1.26".
func (p *Package) goVersion() string {
	if p.Module == nil || p.Module.GoVersion == "" {
		return ""
	}
	return "go" + p.Module.GoVersion
}

// isTestMain reports whether p is the main package that the go command makes
// to run the tests of a package.
func isTestMain(p *packages.Package, env goEnv) bool {
	return p.Name == "main" && strings.HasSuffix(p.PkgPath, ".test") &&
		len(p.GoFiles) == 1 && within(realPath(p.GoFiles[0]), env.GOCACHE)
}

// assignOwners gives each file to one package: the variant compiled for the
// package's own test where there is one, for it has the most files.
func (prog *Program) assignOwners() {
	byWidth := slices.Clone(prog.Packages)
	slices.SortStableFunc(byWidth, func(a, b *Package) int { return cmp.Compare(len(b.Files), len(a.Files)) })
	owned := map[*File]bool{}
	for _, p := range byWidth {
		for _, f := range p.Files {
			if (f.Locked == "" || f.Locked == generatedFile) && !owned[f] {
				owned[f] = true
				p.Owned = append(p.Owned, f)
			}
		}
	}
}
