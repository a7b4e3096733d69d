package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"strings"

	"golang.org/x/tools/go/packages"
)

// A mutant is the code without one of its guards.
type mutant struct {
	n    int    // what the guard package calls it
	file string // from the module's root, with slashes
	line int
	fn   string // the function, with its receiver's type
	text string // "if COND", "and COND", "or COND", "case VALUE", "type TYPE"
}

// key names the mutant in the list of survivors: it outlives other lines.
func (m mutant) key() string { return m.file + " " + m.fn + ": " + m.text }

// A finder numbers the guards of the files and notes how to switch them.
type finder struct {
	root    string
	mutants []mutant
	keys    map[string]int
	sources map[string]*source // by path

	pkg *packages.Package
	src *source
	fn  string
}

// find looks at the packages, tests left out.
func find(root string, patterns []string) (*finder, error) {
	pkgs, err := packages.Load(&packages.Config{
		Dir:  root,
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedSyntax | packages.NeedTypes | packages.NeedTypesInfo | packages.NeedImports,
	}, patterns...)
	if err != nil {
		return nil, err
	}
	f := &finder{root: root, keys: map[string]int{}, sources: map[string]*source{}}
	for _, pkg := range pkgs {
		for _, e := range pkg.Errors {
			return nil, e
		}
		f.pkg = pkg
		for i, file := range pkg.Syntax {
			if err := f.file(pkg.CompiledGoFiles[i], file); err != nil {
				return nil, err
			}
		}
	}
	return f, nil
}

func (f *finder) file(path string, file *ast.File) (err error) {
	if f.src, err = read(path); err != nil {
		return err
	}
	f.sources[path] = f.src
	f.src.insert(f.offset(file.Name.End()), `; import guard__ "github.com/ctxfix/ctxfix/testdata/guards/guard"`)
	f.src.insert(len(f.src.bytes), "\nvar _ = guard__.If\n")
	for _, decl := range file.Decls {
		f.fn = nameOf(decl)
		ast.Inspect(decl, f.node)
	}
	return nil
}

func nameOf(decl ast.Decl) string {
	d, ok := decl.(*ast.FuncDecl)
	if !ok {
		return "var"
	}
	if d.Recv == nil {
		return d.Name.Name
	}
	recv := strings.TrimPrefix(types.ExprString(d.Recv.List[0].Type), "*")
	return recv + "." + d.Name.Name
}

func (f *finder) node(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.IfStmt:
		f.bool("If", "if", n.Cond)
	case *ast.BinaryExpr:
		switch n.Op {
		case token.LAND:
			f.operands(n, "And", "and")
		case token.LOR:
			f.operands(n, "If", "or")
		}
	case *ast.SwitchStmt:
		f.cases(n)
	case *ast.TypeSwitchStmt:
		f.types(n)
	case *ast.CallExpr:
		if types.ExprString(n.Fun) == "cmp.Or" && types.Identical(f.pkg.TypesInfo.TypeOf(n), types.Typ[types.String]) {
			for _, arg := range n.Args {
				f.wrap(arg, "guard__.Or(%d, ", f.add(arg.Pos(), "first", types.ExprString(arg)))
			}
		}
	}
	return true
}

// operands takes those that are no chain of the same operator themselves.
func (f *finder) operands(n *ast.BinaryExpr, call, word string) {
	for _, x := range []ast.Expr{n.X, n.Y} {
		if b, ok := x.(*ast.BinaryExpr); !ok || b.Op != n.Op {
			f.bool(call, word, x)
		}
	}
}

func (f *finder) bool(call, word string, x ast.Expr) {
	tv := f.pkg.TypesInfo.Types[x]
	if basic, ok := tv.Type.(*types.Basic); ok && basic.Info()&types.IsBoolean != 0 && tv.Value == nil {
		f.wrap(x, "guard__."+call+"(%d, ", f.add(x.Pos(), word, f.src.text(f.offset(x.Pos()), f.offset(x.End()))))
	}
}

// cases takes the conditions of a switch without a tag, and the strings and
// numbers of one with a tag.
func (f *finder) cases(n *ast.SwitchStmt) {
	for _, clause := range n.Body.List {
		for _, x := range clause.(*ast.CaseClause).List {
			if n.Tag == nil {
				f.bool("If", "case", x)
				continue
			}
			basic, ok := f.pkg.TypesInfo.TypeOf(n.Tag).Underlying().(*types.Basic)
			if ok && basic.Info()&(types.IsString|types.IsInteger) != 0 {
				text := types.ExprString(x)
				f.wrap(n.Tag, "guard__.Case(%d, "+strings.ReplaceAll(text, "%", "%%")+", ", f.add(x.Pos(), "case", text))
			}
		}
	}
}

// types takes the types of a switch, unless its default case uses the value.
func (f *finder) types(n *ast.TypeSwitchStmt) {
	var x ast.Expr
	switch s := n.Assign.(type) {
	case *ast.ExprStmt:
		x = s.X.(*ast.TypeAssertExpr).X
	case *ast.AssignStmt:
		x = s.Rhs[0].(*ast.TypeAssertExpr).X
	}
	var list []ast.Expr
	for _, clause := range n.Body.List {
		clause := clause.(*ast.CaseClause)
		if clause.List == nil && f.usesItsValue(clause) {
			return
		}
		list = append(list, clause.List...)
	}
	for _, typ := range list {
		if f.pkg.TypesInfo.Types[typ].IsNil() {
			return
		}
	}
	for _, typ := range list {
		text := types.ExprString(typ)
		f.wrap(x, "guard__.Type["+text+"](%d, ", f.add(typ.Pos(), "type", text))
	}
}

func (f *finder) usesItsValue(clause *ast.CaseClause) bool {
	v := f.pkg.TypesInfo.Implicits[clause]
	used := false
	for _, s := range clause.Body {
		ast.Inspect(s, func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			used = used || ok && v != nil && f.pkg.TypesInfo.Uses[id] == v
			return true
		})
	}
	return used
}

// add numbers a guard. Guards of a function that read alike are told apart.
func (f *finder) add(pos token.Pos, word, text string) int {
	at := f.pkg.Fset.PositionFor(pos, false)
	rel, err := filepath.Rel(f.root, at.Filename)
	if err != nil {
		rel = at.Filename
	}
	m := mutant{
		n: len(f.mutants) + 1, file: filepath.ToSlash(rel), line: at.Line, fn: f.fn,
		text: word + " " + strings.Join(strings.Fields(text), " "),
	}
	if f.keys[m.key()]++; f.keys[m.key()] > 1 {
		m.text += fmt.Sprintf(" #%d", f.keys[m.key()])
	}
	f.mutants = append(f.mutants, m)
	return m.n
}

func (f *finder) wrap(x ast.Expr, call string, n int) {
	f.src.wrap(f.offset(x.Pos()), f.offset(x.End()), fmt.Sprintf(call, n))
}

func (f *finder) offset(pos token.Pos) int { return f.pkg.Fset.PositionFor(pos, false).Offset }
