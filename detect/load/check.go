package load

import (
	"cmp"
	"errors"
	"go/ast"
	"go/scanner"
	"go/types"
	"maps"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"
)

// A Check is the program type-checked again with some files replaced. It
// leaves the program as it is until Commit.
type Check struct {
	prog    *Program
	files   map[*File]*version // the replaced and the new files
	extra   map[*Package][]*File
	made    map[string]*Package // packages first seen in this check, by ID
	results map[string]*result  // by ID
	renewed map[string]bool     // IDs of packages whose importers must see the new types
	serial  bool                // imports are new: packages may be found while checking
	errors  []Error             // of files that belong to no package
	undo    []func()
}

// A version is a file with other bytes.
type version struct {
	bytes  []byte
	syntax *ast.File
	err    error // of parsing
	fresh  bool  // the program has no such file yet
}

type result struct {
	pkg     *Package
	types   *types.Package
	info    *types.Info
	errors  []Error
	imports map[string]string // those the package did not have before
}

// Check parses the changed files (absolute path to bytes; new files too) and
// type-checks, in process, every variant of a package that holds one of
// them. When a declaration that importers can see has changed, everything
// loaded that imports it is checked too, in dependency order.
func (p *Program) Check(changed map[string][]byte) *Check {
	c := &Check{
		prog:    p,
		files:   map[*File]*version{},
		extra:   map[*Package][]*File{},
		made:    map[string]*Package{},
		results: map[string]*result{},
		renewed: map[string]bool{},
	}
	var fresh []*File
	for _, path := range slices.Sorted(maps.Keys(changed)) {
		f := p.files[realPathOf(path)]
		v := &version{bytes: changed[path], fresh: f == nil}
		if f == nil {
			f = &File{Path: realPathOf(path), Name: path}
			fresh = append(fresh, f)
		}
		v.syntax, v.err = parseBytes(p.Fset, f.Name, v.bytes)
		c.files[f] = v
	}
	c.place(fresh)
	c.fetchImports()
	todo := c.affected()
	for id, v := range todo {
		if c.made[id] == nil {
			p.hold(v) // it stays: the check is of what it is made of
		}
	}
	c.run(todo)
	return c
}

// affected returns the variants to check: holders of a changed file, and the
// importers of those whose api has changed.
func (c *Check) affected() map[string]*Package {
	todo := map[string]*Package{}
	for id, v := range c.prog.variants {
		for _, f := range c.filesOf(v) {
			if n := c.files[f]; n != nil {
				todo[id] = v
				c.prog.parsed(f)
				if api(f.Syntax) != api(n.syntax) {
					c.renewed[id] = true
				}
			}
		}
	}
	for id, v := range c.made {
		todo[id] = v
	}
	for grown := true; grown; {
		grown = false
		for id, v := range c.prog.variants {
			if c.renewed[id] {
				continue
			}
			for _, dep := range v.imports {
				if c.renewed[dep] {
					todo[id], c.renewed[id], grown = v, true, true
					break
				}
			}
		}
	}
	return todo
}

// run checks the variants: one after the other in dependency order if some
// may see new types of others, else at once.
func (c *Check) run(todo map[string]*Package) {
	ids := slices.Sorted(maps.Keys(todo))
	if c.serial || len(c.renewed)+len(c.made) > 0 {
		done := map[string]bool{}
		var visit func(id string)
		visit = func(id string) {
			v := todo[id]
			if v == nil || done[id] {
				return
			}
			done[id] = true
			for _, dep := range slices.Sorted(maps.Values(v.imports)) {
				visit(dep)
			}
			c.check(v)
		}
		for _, id := range slices.Sorted(maps.Keys(c.made)) {
			visit(id)
		}
		for _, id := range ids {
			visit(id)
		}
		return
	}
	all := make([]*result, len(ids))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, id := range ids {
		group.Go(func() error {
			all[i] = c.typeCheck(todo[id], true)
			return nil
		})
	}
	group.Wait() // no goroutine returns an error
	for _, r := range all {
		c.results[r.pkg.ID] = r
	}
}

// check type-checks v and keeps the result.
func (c *Check) check(v *Package) *result {
	if r := c.results[v.ID]; r != nil {
		return r
	}
	r := c.typeCheck(v, true)
	c.results[v.ID] = r
	if c.made[v.ID] != nil {
		maps.Copy(v.imports, r.imports)
	}
	return r
}

func (c *Check) typeCheck(v *Package, replaced bool) *result {
	r := &result{pkg: v, imports: map[string]string{}}
	var files []*ast.File
	holds := false
	for _, f := range c.filesOf(v) {
		n := c.files[f]
		if n == nil || !replaced {
			if f.Syntax != nil {
				files = append(files, f.Syntax)
			}
			continue
		}
		holds = true
		if n.err != nil {
			r.errors = append(r.errors, parseErrors(n.err)...)
			continue
		}
		files = append(files, n.syntax)
	}
	conf := &types.Config{
		GoVersion:        v.goVersion(),
		Sizes:            c.prog.sizes,
		Importer:         &importer{c, v, r},
		IgnoreFuncBodies: !v.bodies && !holds,
		Error: func(err error) {
			var e types.Error
			if errors.As(err, &e) {
				r.errors = append(r.errors, Error{e.Fset.Position(e.Pos).String(), e.Msg})
				return
			}
			r.errors = append(r.errors, Error{Msg: err.Error()})
		},
	}
	r.types = types.NewPackage(v.PkgPath, v.Name)
	if v.bodies {
		r.info = newInfo(sizeOf(files))
	}
	err := types.NewChecker(conf, c.prog.Fset, r.types, r.info).Files(files)
	if err != nil && len(r.errors) == 0 {
		r.errors = append(r.errors, Error{Msg: err.Error()})
	}
	return r
}

// newInfo makes room for what the type-checker says of so many bytes of source,
// for growing step by step costs it a tenth of its time. In the standard
// library and in golang.org/x/tools an expression takes 13 bytes, a use 23.
func newInfo(size int) *types.Info {
	return &types.Info{
		Types:        make(map[ast.Expr]types.TypeAndValue, size/14),
		Defs:         make(map[*ast.Ident]types.Object, size/120),
		Uses:         make(map[*ast.Ident]types.Object, size/24),
		Implicits:    map[ast.Node]types.Object{},
		Instances:    map[*ast.Ident]types.Instance{},
		Scopes:       make(map[ast.Node]*types.Scope, size/150),
		Selections:   make(map[*ast.SelectorExpr]*types.Selection, size/160),
		FileVersions: map[*ast.File]string{},
	}
}

// sizeOf returns how many bytes of source the files have.
func sizeOf(files []*ast.File) (size int) {
	for _, f := range files {
		size += int(f.FileEnd - f.FileStart)
	}
	return size
}

func parseErrors(err error) []Error {
	var list scanner.ErrorList
	if !errors.As(err, &list) {
		return []Error{{Msg: err.Error()}}
	}
	var out []Error
	for _, e := range list {
		out = append(out, Error{e.Pos.String(), e.Msg})
	}
	return out
}

// Errors returns what does not compile now and did before, sorted. Packages
// that had errors already are left out.
func (c *Check) Errors() []Error {
	out := slices.Clone(c.errors)
	for _, id := range slices.Sorted(maps.Keys(c.results)) {
		r := c.results[id]
		if len(r.errors) == 0 || len(r.pkg.Errors) > 0 || c.made[id] != nil && c.onlyRead(r.pkg) {
			continue
		}
		fresh := r.errors
		if !r.pkg.bodies && c.made[id] == nil {
			// Its bodies were not looked at before.
			old := (&Check{prog: c.prog}).typeCheck(r.pkg, false)
			fresh = slices.DeleteFunc(slices.Clone(fresh), func(e Error) bool {
				return slices.ContainsFunc(old.errors, func(o Error) bool { return o.Msg == e.Msg })
			})
		}
		for _, e := range fresh {
			if !slices.Contains(out, e) {
				out = append(out, e)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Error) int { return cmp.Compare(a.Pos, b.Pos) })
	return out
}

// Packages returns the roots that were checked, sorted by ID.
func (c *Check) Packages() []*Package {
	var out []*Package
	for _, p := range c.prog.Packages {
		if c.results[p.ID] != nil {
			out = append(out, p)
		}
	}
	return out
}

// Commit makes the checked state the present one.
func (c *Check) Commit() {
	for f, n := range c.files {
		old := *f
		c.undo = append(c.undo, func() { *f = old })
		f.Bytes, f.Syntax = n.bytes, n.syntax
		if n.fresh {
			c.prog.files[f.Path] = f
			c.undo = append(c.undo, func() { delete(c.prog.files, f.Path) })
		}
	}
	for id, v := range c.made {
		c.prog.variants[id] = v
		c.undo = append(c.undo, func() { delete(c.prog.variants, id) })
	}
	for id, r := range c.results {
		v, old := r.pkg, *r.pkg
		c.undo = append(c.undo, func() { *v = old })
		v.Types, v.Files = r.types, c.filesOf(v)
		if r.info != nil {
			v.Info = r.info
		}
		if c.renewed[id] || v.seen == nil {
			v.seen = r.types
		}
		if len(r.imports) > 0 {
			v.imports = maps.Clone(v.imports)
			maps.Copy(v.imports, r.imports)
		}
	}
}

// Revert undoes Commit.
func (c *Check) Revert() {
	for _, undo := range slices.Backward(c.undo) {
		undo()
	}
	c.undo = nil
}

// onlyRead reports whether all files of v are as they are on disk.
func (c *Check) onlyRead(v *Package) bool {
	return !slices.ContainsFunc(v.Files, func(f *File) bool { return f.Disk == nil })
}

// filesOf returns the files of v with those the check adds.
func (c *Check) filesOf(v *Package) []*File {
	if len(c.extra[v]) == 0 {
		return v.Files
	}
	files := slices.Concat(v.Files, c.extra[v])
	slices.SortFunc(files, func(a, b *File) int { return cmp.Compare(a.Path, b.Path) })
	return files
}
