package load

import (
	"cmp"
	"go/token"
	"go/types"
	"io/fs"
	"os"
	"regexp"
	"slices"

	"golang.org/x/tools/go/packages"
)

// A Listing is the packages that the go command has found for a run, before
// any of them is parsed.
type Listing struct {
	// Roots are the packages named, sorted by ID, the main packages of tests left
	// out. Their imports lead to all others.
	Roots []*packages.Package

	env    goEnv
	frozen *freezer
}

// Platform is what the packages are built for, like "linux/amd64".
func (l *Listing) Platform() string { return l.env.platform() }

// Read returns the file as the whole run will see it, whatever happens on disk
// meanwhile.
func (l *Listing) Read(name string) ([]byte, error) { return l.frozen.bytes(name) }

// A Known package is one that nobody has to look at again. It is neither
// parsed nor type-checked, unless others need it.
type Known struct {
	Locked map[string]string // of its files, by path: as File.Locked
}

// withoutTestMains returns the roots that are a person's, sorted by ID.
func withoutTestMains(roots []*packages.Package, env goEnv) []*packages.Package {
	var own []*packages.Package
	for _, p := range roots {
		if !isTestMain(p, env) {
			own = append(own, p)
		}
	}
	slices.SortFunc(own, func(a, b *packages.Package) int { return cmp.Compare(a.ID, b.ID) })
	return own
}

// bytes returns the file as it was when it was read first.
func (z *freezer) bytes(name string) ([]byte, error) {
	path := z.path(name)
	z.mu.Lock()
	src, ok := z.raw[path]
	z.mu.Unlock()
	if ok {
		return src, nil
	}
	src, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	z.mu.Lock()
	defer z.mu.Unlock()
	if first, ok := z.raw[path]; ok {
		return first, nil
	}
	z.raw[path] = src
	return src, nil
}

// unparsed adds the files of a known package.
func (prog *Program) unparsed(v *Package, p *packages.Package, frozen *freezer, known Known) {
	for _, name := range p.CompiledGoFiles {
		path := frozen.path(name)
		f := prog.files[path]
		if f == nil {
			src, _ := frozen.bytes(name) // it was read to know the package
			f = &File{Path: path, Name: name, Disk: src, Bytes: src, Locked: known.Locked[path]}
			prog.files[path] = f
		}
		v.Files = append(v.Files, f)
	}
	slices.SortFunc(v.Files, func(a, b *File) int { return cmp.Compare(a.Path, b.Path) })
}

// Span returns the positions of two offsets in the file, which was not rewritten
// so far.
func (p *Program) Span(f *File, from, to int) (pos, end token.Pos) {
	if f.Syntax != nil {
		return f.Syntax.FileStart + token.Pos(from), f.Syntax.FileStart + token.Pos(to)
	}
	if f.lines == nil {
		f.lines = p.Fset.AddFile(f.Name, -1, len(f.Disk))
		f.lines.SetLinesForContent(f.Disk)
	}
	return f.lines.Pos(from), f.lines.Pos(to)
}

// All returns the packages, open or not, for a question about each of them.
// What is found then depends on all: see Asked.
func (p *Program) All() []*Package {
	p.ask()
	return p.Packages
}

// Mentioning is All, but for the packages of which no file has the text
// anywhere. Those returned are open.
func (p *Program) Mentioning(text *regexp.Regexp) (found []*Package) {
	for _, pkg := range p.All() {
		if slices.ContainsFunc(pkg.Files, func(f *File) bool { return text.Match(f.Bytes) }) {
			p.hold(pkg)
			found = append(found, pkg)
		}
	}
	return found
}

// Variants returns the packages of the program with an import path, open.
func (p *Program) Variants(path string) []*Package {
	found := p.withPath(path)
	for _, pkg := range found {
		p.hold(pkg)
	}
	if slices.ContainsFunc(found, func(pkg *Package) bool { return pkg.Known }) {
		p.ask()
	}
	return found
}

// TypesOf returns the types of the package with an import path if it is part of
// the program or imported by it, at any remove; else nil.
func (p *Program) TypesOf(path string) *types.Package {
	for _, pkg := range p.Variants(path) {
		if pkg.ForTest == "" {
			return pkg.Types
		}
	}
	pkg, err := p.deps.named(path)
	if err != nil {
		return nil
	}
	return pkg
}

// ask notes a question about all packages.
func (p *Program) ask() {
	if p.asked != nil {
		*p.asked = true
	}
}

// Asked returns the program as a package sees it that is open, with a note
// whether All was called, or Unbuilt.
func (p *Program) Asked(by *Package) (seen *Program, asked *bool) {
	q := *p
	q.asking, q.asked = by, new(bool)
	return &q, q.asked
}

// EachFile names the Go files of the main modules, part of the build or not.
func (l *Listing) EachFile(note func(path string, info fs.FileInfo)) {
	eachGoFile(mainModules(l.Roots, l.env, ""), func(path string, d fs.DirEntry) {
		if info, err := d.Info(); err == nil {
			note(path, info)
		}
	})
}
