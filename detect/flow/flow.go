// Package flow answers the questions about contexts that every rule asks:
// which context is live at a position, where a fresh root is right, how a
// function can be left early, who still waits for it, and where a context
// goes. Answers are flow-sensitive (golang.org/x/tools/go/cfg) and read-only.
//
// Where an answer is doubtful it says so in words: Doubt means "at most
// unsafe, because …", Refuse means "manual, because …".
package flow

import (
	"cmp"
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ast/inspector"

	"github.com/ctxfix/ctxfix/detect/directive"
)

// A Package is the type-checked syntax that questions are asked about.
// It is not safe for concurrent use.
type Package struct {
	Fset  *token.FileSet
	Files []*ast.File
	Types *types.Package
	Info  *types.Info
	// Options are set before the first question.
	Options Options
	// Heed, if set, says whether a directive counts. It is set before the
	// first question.
	Heed func(directive.Directive) bool
	// Elsewhere, if set, reports whether a file of the package that is not
	// among Files declares a name. It is set before the first question.
	Elsewhere func(name string) bool

	inspect    *inspector.Inspector
	cursors    map[*ast.File]inspector.Cursor     // filled on first use
	parents    map[ast.Node]map[ast.Node]ast.Node // by top-level declaration, filled on demand
	funcs      map[ast.Node]*Func                 // by declaration or literal
	defs       map[ast.Node]definitions           // by outermost function
	decls      map[*types.Func]*ast.FuncDecl      // filled on first use
	retains    map[paramKey]bool
	keeping    map[paramKey]*Departure
	notes      map[*ast.File][]note
	directives map[*ast.File][]directive.Directive
	cause      *bool
	channels   *channelIndex
	calls      map[*types.Func][]*ast.CallExpr // static ones, filled on first use
	late       map[*types.Func]*ast.CallExpr
	lines      map[lineKey]lineage
	around     map[*Func]answer // of the functions around, at the literal
	memo
}

// New prepares the questions about one package.
func New(fset *token.FileSet, files []*ast.File, pkg *types.Package, info *types.Info) *Package {
	return &Package{
		Fset: fset, Files: files, Types: pkg, Info: info,
		inspect:    inspector.New(files),
		funcs:      map[ast.Node]*Func{},
		defs:       map[ast.Node]definitions{},
		retains:    map[paramKey]bool{},
		keeping:    map[paramKey]*Departure{},
		notes:      map[*ast.File][]note{},
		directives: map[*ast.File][]directive.Directive{},
		late:       map[*types.Func]*ast.CallExpr{},
		lines:      map[lineKey]lineage{},
		around:     map[*Func]answer{},
		memo:       newMemo(),
	}
}

// Inspector returns the package's traversal index.
func (p *Package) Inspector() *inspector.Inspector { return p.inspect }

// File returns the file, which is one of the package's, in the index.
func (p *Package) File(file *ast.File) inspector.Cursor {
	if p.cursors == nil {
		p.cursors = map[*ast.File]inspector.Cursor{}
		for cur := range p.inspect.Root().Children() {
			p.cursors[cur.Node().(*ast.File)] = cur
		}
	}
	return p.cursors[file]
}

// A Func is a function declaration or literal with a body.
type Func struct {
	Node  ast.Node // *ast.FuncDecl or *ast.FuncLit
	Type  *ast.FuncType
	Body  *ast.BlockStmt
	Sig   *types.Signature
	Outer *Func         // the function a literal stands in, or nil
	Wall  Wall          // how a literal is run
	Go    *ast.GoStmt   // the go statement of a Joined or Detached literal, or nil
	Site  ast.Node      // where a literal is run when that is one place: the call, defer or go statement; else the literal
	args  *ast.CallExpr // the call that runs the literal directly, or nil

	graph *graph
	parts *parts
}

// Wall is how a function literal is run, seen from the function it stands in.
type Wall uint8

const (
	Declared Wall = iota // not a literal, or one of a package variable
	Called               // called at once, or by a callee before it returns
	Deferred             // by a defer statement
	Joined               // in a goroutine somebody in the outer function waits for
	Detached             // in a goroutine nobody in the outer function waits for
	Keeping              // returned, stored, or given to a callee that may keep it
)

// Name returns the declared name, or "" for a literal.
func (f *Func) Name() string {
	if d, ok := f.Node.(*ast.FuncDecl); ok {
		return d.Name.Name
	}
	return ""
}

// Decl returns the declaration f stands in, or nil for a literal of a package variable.
func (f *Func) Decl() *ast.FuncDecl {
	for f.Outer != nil {
		f = f.Outer
	}
	d, _ := f.Node.(*ast.FuncDecl)
	return d
}

// Outermost returns the declaration (or package-level literal) f stands in.
func (f *Func) Outermost() *Func {
	for f.Outer != nil {
		f = f.Outer
	}
	return f
}

// Contains reports whether n stands within f.
func (f *Func) Contains(n ast.Node) bool {
	return f.Node.Pos() <= n.Pos() && n.End() <= f.Node.End()
}

// Declares reports whether v is declared within f, as a parameter, a result or
// a local of f or of a literal in it. Whether v comes before f says less: a
// package variable may be in a file that was read earlier or later.
func (f *Func) Declares(v types.Object) bool {
	return f.Node.Pos() <= v.Pos() && v.Pos() < f.Node.End()
}

// ComparePos orders positions by file and offset. As numbers, those of
// different files are in the order in which the files happened to be read.
func (p *Package) ComparePos(a, b token.Pos) int {
	if p.Fset.File(a) == p.Fset.File(b) {
		return cmp.Compare(a, b)
	}
	return cmp.Compare(p.Fset.File(a).Name(), p.Fset.File(b).Name())
}

// Stmt returns the innermost statement of a block or clause that holds n.
func (p *Package) Stmt(n ast.Node) ast.Stmt {
	for n != nil {
		parent := p.Parent(n)
		if s, ok := n.(ast.Stmt); ok {
			switch parent := parent.(type) { // not a label: it belongs to the statement
			case *ast.BlockStmt:
				return s
			case *ast.CaseClause:
				return s
			case *ast.CommClause:
				if parent.Comm != s {
					return s
				}
			}
		}
		n = parent
	}
	return nil
}

// Func returns the innermost function that contains n. A literal is not
// contained in itself. Nil outside functions.
func (p *Package) Func(n ast.Node) *Func {
	return p.FuncOf(p.funcNode(n))
}

// FuncOf returns the function of a *ast.FuncDecl or *ast.FuncLit; nil if it
// has no body.
func (p *Package) FuncOf(n ast.Node) *Func {
	if f, ok := p.funcs[n]; ok {
		return f
	}
	f := &Func{Node: n, Site: n}
	switch n := n.(type) {
	case *ast.FuncDecl:
		if n.Body == nil {
			return nil
		}
		f.Type, f.Body = n.Type, n.Body
		if obj, ok := p.Info.Defs[n.Name].(*types.Func); ok {
			f.Sig = obj.Signature()
		}
	case *ast.FuncLit:
		f.Type, f.Body = n.Type, n.Body
		f.Sig, _ = p.Info.TypeOf(n).(*types.Signature)
		f.Outer = p.Func(n)
	default:
		return nil
	}
	p.funcs[n] = f
	if f.Outer != nil {
		p.setWall(f, n.(*ast.FuncLit))
	}
	return f
}

// FileOf returns the file that holds n.
func (p *Package) FileOf(n ast.Node) *ast.File {
	return p.fileAt(n.Pos())
}

// IsTestFile reports whether n stands in a _test.go file.
func (p *Package) IsTestFile(n ast.Node) bool {
	return strings.HasSuffix(p.Fset.File(n.Pos()).Name(), "_test.go")
}

// Version returns the Go minor version of n's file: 21 for go1.21. Unknown
// versions count as the newest.
func (p *Package) Version(n ast.Node) int {
	const newest = 1 << 10
	v := p.Info.FileVersions[p.FileOf(n)]
	if v == "" {
		v = p.Types.GoVersion()
	}
	minor, err := strconv.Atoi(digits(strings.TrimPrefix(v, "go1.")))
	if err != nil {
		return newest
	}
	return minor
}

// digits returns the leading decimal digits of s.
func digits(s string) string {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return s[:i]
		}
	}
	return s
}

// decl returns the declaration of fn in this package, or nil.
func (p *Package) decl(fn *types.Func) *ast.FuncDecl {
	if p.decls == nil {
		p.decls = map[*types.Func]*ast.FuncDecl{}
		for _, file := range p.Files {
			for _, d := range file.Decls {
				if d, ok := d.(*ast.FuncDecl); ok {
					if obj, ok := p.Info.Defs[d.Name].(*types.Func); ok {
						p.decls[obj] = d
					}
				}
			}
		}
	}
	if fn == nil {
		return nil
	}
	return p.decls[fn.Origin()]
}
