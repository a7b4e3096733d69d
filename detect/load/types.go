// Package load reads Go packages: their frozen bytes, syntax and types, and
// who may be edited. It can check them again with some files replaced.
package load

import (
	"go/ast"
	"go/token"
	"go/types"
)

// Config says what to load.
type Config struct {
	Dir       string   // working directory; empty: the current one
	Patterns  []string // package patterns and .go files; empty: "."
	Tags      string   // build tags, comma separated
	Mod       string   // value of the go command's -mod flag; empty: its default
	Tests     bool     // test variants too
	Generated bool     // generated files may be edited
	// Header says whether the line of the file at path that calls it generated
	// counts; nil: it does.
	Header   func(path string, line int) bool
	Source   bool     // types of dependencies from source, not from export data
	Auto     bool     // Source is decided by the state of the build cache
	Within   string   // real path of the folder that the main modules to edit must lie in; empty: they may lie anywhere
	Parallel int      // value of the go command's -p flag; 0: its default
	Env      []string // environment of the go command; nil: that of the process
	// SkipUnbuilt leaves out .go files among Patterns that are not in this
	// build, with a warning; else they are an error.
	SkipUnbuilt bool
	// Known says, once all packages are listed, which of the roots need not be
	// looked at, by ID; nil: all are. It is not asked where types come from
	// source, nor with an Overlay.
	Known func(*Listing) map[string]Known
	// Checked, if set, is told of each package that has types now, and of how
	// many there will be, by several goroutines.
	Checked func(all int)
	// Overlay has the contents of files by absolute path, which count instead
	// of those on disk. A file need not be on disk at all.
	Overlay map[string][]byte

	keep int64 // bytes of source of which the syntax is kept; 0: keptSource
}

// A Program is the loaded packages of the main modules, with the state of
// each file as the rounds leave it. It is not safe for concurrent change.
type Program struct {
	Fset     *token.FileSet
	Packages []*Package     // roots of the main modules, sorted by ID
	Only     map[*File]bool // when file operands were given: findings and edits are limited to these; nil: no limit
	Warnings []string
	// Alone says that the program is one package without the others of its
	// module, of which nothing can be found out: see FromUnit.
	Alone   bool
	Ignored int  // files left out for their build tags
	Source  bool // types of dependencies are from source
	Partial bool // some packages were known, and not loaded

	cgo      map[string]bool     // by real path: files that cgo made others of, which were loaded in their place
	variants map[string]*Package // by ID: every package with syntax, roots or between roots
	files    map[string]*File    // by Path
	modules  []*Module           // the main modules, longest directory first
	deps     *deps               // the packages without syntax; shared by clones
	sizes    types.Sizes

	asked  *bool    // notes a question about all packages
	asking *Package // by whom; nil: by nobody in particular

	elsewhere *elsewhere
	funcs     *funcDecls
	byPath    *pathIndex
	folders   folderLocks
}

// A Module is a main module of the build.
type Module struct {
	Path, Dir, GoVersion string // GoVersion like "1.26", empty if unknown
}

// A Package is one variant of a package: plain, or compiled for a test.
type Package struct {
	ID, PkgPath, Name string
	ForTest           string // import path of the package under test, for test variants
	Dir               string
	Module            *Module
	Files             []*File // all compiled Go files
	Owned             []*File // those inspected in this variant, sorted by path; generated ones among them, which are Locked
	// Types and Info are those of [Program.Open]; Info is nil in packages whose
	// bodies are checked in another variant.
	Types  *types.Package
	Info   *types.Info
	Errors []Error // of loading, parsing and, once it was open, type-checking; a package with errors is report-only

	Known bool // it was known, and therefore not loaded

	imports map[string]string // import path as written -> ID
	seen    *types.Package    // what importers see: the first types, until an exported declaration changes
	bodies  bool              // function bodies are to be type-checked: not between roots
	narrow  *Package          // the variant without tests, of which this one has the bodies; or nil
	lacks   map[string]string // import path as written -> why there is no such package
	opening *opening
}

// An Error has a position as "file:line:col" (may be empty) and a message.
type Error struct{ Pos, Msg string }

func (e Error) Error() string {
	if e.Pos == "" || e.Pos == "-" {
		return e.Msg
	}
	return e.Pos + ": " + e.Msg
}

// A File is one Go source file, shared by all variants that compile it.
type File struct {
	Path      string    // absolute, symlinks resolved
	Name      string    // as in the FileSet
	Disk      []byte    // the bytes as read once from disk (frozen); nil for a file to be created
	Bytes     []byte    // the present bytes: Disk, or what the last round left; what Syntax was parsed from, CR and BOM included
	Syntax    *ast.File // of Bytes; nil while no package that has the file is open
	Locked    string    // why it must not be edited; empty: may be edited
	GoVersion string    // effective language version of the file, like "go1.26"

	lines *token.File // where the file is in the FileSet while it has no Syntax
}

// FileOf returns the file of the package that holds pos, or nil.
func (p *Package) FileOf(pos token.Pos) *File {
	for _, f := range p.Files {
		if f.Syntax.FileStart <= pos && pos <= f.Syntax.FileEnd {
			return f
		}
	}
	return nil
}
