package load

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"sync"
)

// A freezer parses files and keeps the bytes each was parsed from: what is
// decided, rewritten and compared later are these bytes, whatever happens on
// disk meanwhile. They are parsed as they stand: go/scanner copes with CR and
// BOM, so that positions are offsets into them.
type freezer struct {
	fset *token.FileSet
	// bodiless, if set, tells the files of which only the declarations count.
	bodiless func(path string) bool
	began    func() // if set, called when the first files are parsed

	mu   sync.Mutex
	read map[string]frozen // by real path
	raw  map[string][]byte // likewise, of files that may not be parsed
	dirs map[string]string // folder -> real path
}

type frozen struct {
	bytes  []byte
	syntax *ast.File
	err    error // of parsing
	marks  marks
	hollow bool // of the syntax, only what hollowed leaves is there
}

func newFreezer() *freezer {
	return &freezer{fset: token.NewFileSet(), read: map[string]frozen{}, raw: map[string][]byte{}, dirs: map[string]string{}}
}

// parse is called by several goroutines. A file that is reached under two
// names is parsed once.
func (z *freezer) parse(fset *token.FileSet, name string, src []byte) (*ast.File, error) {
	if z.began != nil {
		z.began()
	}
	path := z.path(name)
	z.mu.Lock()
	f, ok := z.read[path]
	z.mu.Unlock()
	if ok {
		return f.syntax, f.err
	}
	f = frozen{bytes: src}
	f.syntax, f.err = parseBytes(fset, name, src)
	f.marks = marksOf(f.syntax, src)
	if f.syntax != nil && z.bodiless != nil && z.bodiless(path) {
		dropBodies(f.syntax)
	}
	z.mu.Lock()
	defer z.mu.Unlock()
	if first, ok := z.read[path]; ok {
		return first.syntax, first.err
	}
	z.read[path] = f
	return f.syntax, f.err
}

// hollow lets go of a file's declarations and comments, and returns the rest.
func (z *freezer) hollow(name string) *ast.File {
	path := z.path(name)
	z.mu.Lock()
	defer z.mu.Unlock()
	f := z.read[path]
	if !f.hollow && f.syntax != nil {
		f.syntax, f.hollow = hollowed(f.syntax), true
		z.read[path] = f
	}
	return f.syntax
}

// hollowed returns what tells a file and its place, and what it imports.
func hollowed(f *ast.File) *ast.File {
	return &ast.File{Package: f.Package, Name: f.Name, FileStart: f.FileStart, FileEnd: f.FileEnd, Imports: f.Imports, GoVersion: f.GoVersion}
}

// whole returns the syntax of a file that was parsed before, as it was then.
func (z *freezer) whole(name string) *ast.File {
	path := z.path(name)
	z.mu.Lock()
	f := z.read[path]
	z.mu.Unlock()
	if !f.hollow {
		return f.syntax
	}
	syntax, _ := parseBytes(before(int(f.syntax.FileStart)), name, f.bytes)
	return syntax
}

// forget lets go of the syntax.
func (z *freezer) forget() {
	z.mu.Lock()
	defer z.mu.Unlock()
	for path, f := range z.read {
		f.syntax = nil
		z.read[path] = f
	}
}

// path returns the real path of a file. Folders are resolved once: resolving
// each file from the root down would cost as much as reading it.
func (z *freezer) path(name string) string {
	if info, err := os.Lstat(name); err != nil || info.Mode()&os.ModeSymlink != 0 {
		return realPath(name)
	}
	dir := filepath.Dir(name)
	z.mu.Lock()
	real, ok := z.dirs[dir]
	z.mu.Unlock()
	if !ok {
		real = realPath(dir)
		z.mu.Lock()
		z.dirs[dir] = real
		z.mu.Unlock()
	}
	return filepath.Join(real, filepath.Base(name))
}

func parseBytes(fset *token.FileSet, name string, src []byte) (*ast.File, error) {
	return parser.ParseFile(fset, name, src, parser.AllErrors|parser.ParseComments|parser.SkipObjectResolution)
}

// dropBodies leaves the declarations alone; what they mean does not change.
func dropBodies(file *ast.File) {
	for _, d := range file.Decls {
		if d, ok := d.(*ast.FuncDecl); ok {
			d.Body = nil
		}
	}
	file.Comments = nil
}
