package load

import (
	"go/token"
	"strings"
	"sync"
)

// An opening is whether a package has its syntax and types at present. A tree
// may have so many packages that only some of them can have that at once.
type opening struct {
	mu    *sync.Mutex // of the folder, whose packages share files
	open  bool
	typed bool // it was open before: its errors are known
	asked bool // Open was called, and Close was not
	held  bool // others may refer to what it has
	users int  // that visit it
}

// Open gives a package the syntax of its files, types and, if its bodies are
// checked in this variant, Info. It may be called by several goroutines.
func (p *Program) Open(pkg *Package) {
	o := pkg.opening
	o.mu.Lock()
	defer o.mu.Unlock()
	o.asked = true
	p.open(pkg)
}

// Visit opens a package for as long as f looks at it, and for good if f says so.
func (p *Program) Visit(pkg *Package, f func() (keep bool)) {
	o := pkg.opening
	o.mu.Lock()
	o.users++
	p.open(pkg)
	o.mu.Unlock()
	keep := f()
	o.mu.Lock()
	defer o.mu.Unlock()
	o.users--
	o.held = o.held || keep
	p.close(pkg)
}

func (p *Program) open(pkg *Package) {
	if pkg.opening.open {
		return
	}
	pkg.opening.open = true
	for _, f := range pkg.Files {
		p.parsed(f)
	}
	if !pkg.bodies {
		p.declarations(pkg)
		return
	}
	r := (&Check{prog: p}).typeCheck(pkg, false)
	pkg.Types, pkg.Info = r.types, r.info
	if pkg.opening.typed {
		return
	}
	pkg.opening.typed = true
	pkg.fail(r.errors...)
	for _, f := range pkg.Files {
		if v := r.info.FileVersions[f.Syntax]; v != "" {
			f.GoVersion = v
		}
	}
	if pkg.narrow != nil && len(pkg.Errors) > 0 {
		p.bodiesToo(pkg.narrow)
	}
}

// declarations gives a package types without bodies.
func (p *Program) declarations(pkg *Package) {
	if pkg.Types = pkg.seen; pkg.Types == nil {
		pkg.seen = (&Check{prog: p}).typeCheck(pkg, false).types
		pkg.Types = pkg.seen
	}
}

// bodiesToo looks for what does not compile in the bodies of a package whose
// variant with tests does not: there it may be in the tests.
func (p *Program) bodiesToo(pkg *Package) {
	whole := *pkg
	whole.bodies = true
	pkg.fail((&Check{prog: p}).typeCheck(&whole, false).errors...)
}

// fail notes what does not compile. Of an import that is not there the go
// command knows more than the type-checker.
func (pkg *Package) fail(errors ...Error) {
	for _, e := range errors {
		e.Msg = strings.TrimSpace(e.Msg)
		if rest, ok := strings.CutPrefix(e.Msg, "could not import "); ok {
			path, _, _ := strings.Cut(rest, " (")
			if why := pkg.lacks[path]; why != "" {
				e.Msg = "could not import " + path + ": " + why
			}
		}
		pkg.Errors = append(pkg.Errors, e)
	}
}

// HasBodies reports whether bodies of functions are type-checked in this variant of
// the package.
func (pkg *Package) HasBodies() bool { return pkg.bodies }

// Close takes from a package what Open gave it, unless others asked for that,
// too. What refers to its syntax and types is good for nothing from then on.
func (p *Program) Close(pkg *Package) {
	o := pkg.opening
	o.mu.Lock()
	defer o.mu.Unlock()
	o.asked = false
	p.close(pkg)
}

// close closes a package that nobody needs.
func (p *Program) close(pkg *Package) {
	o := pkg.opening
	if !o.open || o.asked || o.held || o.users > 0 || !pkg.bodies {
		return
	}
	o.open = false
	p.funcs.forget(pkg)
	pkg.Types, pkg.Info = pkg.seen, nil
	for _, f := range pkg.Files {
		p.drop(f)
	}
}

// drop takes the syntax from a file.
func (p *Program) drop(f *File) {
	if f.Syntax != nil {
		f.lines, f.Syntax = p.Fset.File(f.Syntax.FileStart), nil
	}
}

// hold opens a package for another one's sake.
func (p *Program) hold(pkg *Package) {
	if pkg == p.asking {
		return // it is open
	}
	o := pkg.opening
	o.mu.Lock()
	defer o.mu.Unlock()
	o.held = true
	p.open(pkg)
}

// parsed gives the file its syntax, at the positions where it was before.
func (p *Program) parsed(f *File) {
	if f.Syntax != nil || f.lines == nil {
		return
	}
	f.Syntax, _ = parseBytes(before(f.lines.Base()), f.Name, f.Bytes)
}

// before returns a file set in which the next file starts at base.
func before(base int) *token.FileSet {
	fset := token.NewFileSet()
	if base > fset.Base() {
		fset.AddFile("", fset.Base(), base-fset.Base()-1)
	}
	return fset
}

// folderLocks has a lock for each folder, whose packages share files.
type folderLocks map[string]*sync.Mutex

func (l folderLocks) of(dir string) *sync.Mutex {
	if l[dir] == nil {
		l[dir] = new(sync.Mutex)
	}
	return l[dir]
}
