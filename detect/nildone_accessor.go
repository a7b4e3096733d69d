package detect

import (
	_ "embed"
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/load"
	"github.com/ctxfix/ctxfix/detect/typed"
)

// The accessor's package, as a fix makes it.
var (
	//go:embed nildone.ctxsafe.txt
	ctxsafeSource []byte
	//go:embed nildone.ctxsafe_test.txt
	ctxsafeTest []byte
)

// An accessor is a function that returns the Done channel of a context, and
// a nil channel for a nil context.
type accessor struct {
	path, pkgName, name string
	files               []NewFile // when it has to be made
}

// An accessorFinder finds the accessor for the fixes of one package.
type accessorFinder struct {
	pass   *Pass
	graph  *moduleImports // nil: not looked for yet
	usable []*accessor    // best first
	reason string         // why there is none
	names  map[*load.File]map[string]bool
}

// finding reports x.Done() with the best fix there is.
func (a *accessorFinder) finding(call *ast.CallExpr, x ast.Expr, why string) Finding {
	f := a.pass.Finding(call, "%s panics if %s is nil: %s", types.ExprString(call), types.ExprString(x), why)
	if a.graph == nil {
		a.graph = newModuleImports(a.pass.Program)
		a.usable, a.reason = a.choose()
	}
	for _, use := range a.usable {
		name, add, ok := a.nameAt(use, call.Pos())
		if !ok {
			a.reason = "the name of the function " + use.name + " means something else here"
			continue
		}
		f.Evidence = &NilDone{Call: call, Context: x, Accessor: name, Import: add, Files: use.files}
		f.Touches = []Span{SpanOf(call)}
		if len(use.files) > 0 {
			f.Lower(Unsafe, "it adds the package "+use.path+" to the module")
		}
		return f
	}
	f.Lower(Manual, a.reason)
	return f
}

// doneType matches what an accessor returns, with any white space and comments.
var doneType = regexp.MustCompile(strings.Join([]string{"<-", "chan", "struct", "{", "}"}, `(?:\s|/\*(?s:.*?)\*/|//.*)*`))

// choose returns the accessors that the package may use: the configured one,
// those that are there, or one to be made; or why there is none.
func (a *accessorFinder) choose() ([]*accessor, string) {
	if name := a.pass.Options.NilDoneAccessor; name != "" {
		return a.configured(name)
	}
	var found []*accessor
	for _, pkg := range a.pass.Program.Mentioning(doneType) {
		if pkg.ForTest == "" && pkg.Types != nil && pkg.Module == a.pass.Package.Module {
			found = append(found, a.accessorsIn(pkg)...)
		}
	}
	if len(found) == 0 {
		return a.own()
	}
	slices.SortStableFunc(found, func(x, y *accessor) int { return a.rank(x) - a.rank(y) })
	return found, ""
}

// rank prefers the package's own accessor, then the one in the place where a
// fix would make it.
func (a *accessorFinder) rank(x *accessor) int {
	switch {
	case x.path == a.pass.Package.PkgPath:
		return 0
	case x.path == ctxsafePath(a.pass.Package.Module):
		return 1
	default:
		return 2
	}
}

// accessorsIn returns the accessors of pkg that the inspected package may use.
func (a *accessorFinder) accessorsIn(pkg *load.Package) (found []*accessor) {
	local := pkg.PkgPath == a.pass.Package.PkgPath && !strings.HasSuffix(a.pass.Package.Name, "_test")
	for _, name := range pkg.Types.Scope().Names() {
		fn, ok := pkg.Types.Scope().Lookup(name).(*types.Func)
		if !ok || !local && (!fn.Exported() || pkg.Name == "main") || !typed.IsDoneAccessor(fn.Signature()) {
			continue
		}
		decl := declOf(pkg, fn)
		if decl == nil || !isAccessorBody(decl) {
			continue
		}
		if local || a.mayUse(pkg.PkgPath) {
			found = append(found, &accessor{path: pkg.PkgPath, pkgName: pkg.Name, name: name})
		}
	}
	return found
}

// mayUse reports whether the inspected package may import path.
func (a *accessorFinder) mayUse(path string) bool {
	importer := strings.TrimSuffix(a.pass.Package.PkgPath, "_test")
	return mayImport(importer, path) && !a.graph.reaches(path, a.pass.Package.PkgPath)
}

// configured returns the accessor that the user named.
func (a *accessorFinder) configured(full string) ([]*accessor, string) {
	dot := strings.LastIndex(full, ".")
	if dot <= strings.LastIndex(full, "/") {
		return nil, "the accessor " + full + " is not of the form import/path.Func"
	}
	path, name := full[:dot], full[dot+1:]
	local := path == a.pass.Package.PkgPath
	if !local && !a.mayUse(path) {
		return nil, "this package may not import " + path
	}
	pkg := a.pass.Program.TypesOf(path)
	if pkg == nil && a.graph.dirOf(path) == "" {
		return nil, "the package " + path + " of the accessor is not part of the build"
	}
	if pkg == nil {
		return []*accessor{{path: path, pkgName: lastElement(path), name: name}}, ""
	}
	fn, ok := pkg.Scope().Lookup(name).(*types.Func)
	if !ok || !local && !fn.Exported() || !typed.IsDoneAccessor(fn.Signature()) {
		return nil, full + " is not a func(context.Context) <-chan struct{}"
	}
	return []*accessor{{path: path, pkgName: pkg.Name(), name: name}}, ""
}

// ctxsafePath is the import path of the package that a fix makes.
func ctxsafePath(mod *load.Module) string {
	switch {
	case mod == nil || mod.Dir == "":
		return ""
	case mod.Path == "std":
		return "internal/ctxsafe"
	default:
		return mod.Path + "/internal/ctxsafe"
	}
}

// own returns the accessor in the place where fixes make it: there on disk
// but not loaded, or to be made.
func (a *accessorFinder) own() ([]*accessor, string) {
	path := ctxsafePath(a.pass.Package.Module)
	if a.pass.Program.Alone {
		return nil, "only this package was looked at, and a function to use in its place belongs in another: run ctxfix ./..."
	}
	if path == "" {
		return nil, "the file is not part of a module, where a function to use in its place could be put"
	}
	if !a.mayUse(path) {
		return nil, "this package may not import " + path + ", where the function to use in its place belongs"
	}
	dir := filepath.Join(a.pass.Package.Module.Dir, "internal", "ctxsafe")
	pkgName, name := accessorOnDisk(dir)
	switch {
	case name != "":
		return []*accessor{{path: path, pkgName: pkgName, name: name}}, ""
	case pkgName != "":
		return nil, "the package " + path + " is there and has no function Done for a context that may be nil"
	}
	return []*accessor{{path: path, pkgName: "ctxsafe", name: "Done", files: []NewFile{
		{filepath.Join(dir, "ctxsafe.go"), path, ctxsafeSource},
		{filepath.Join(dir, "ctxsafe_test.go"), path, ctxsafeTest},
	}}}, ""
}

// nameAt returns how the accessor is written at pos, and the import to add.
// The name of a new import is free in the whole file, so that all fixes of
// the file agree on it.
func (a *accessorFinder) nameAt(c *accessor, pos token.Pos) (name string, add *flow.Import, ok bool) {
	pkg := a.pass.Package
	scope := pkg.Types.Scope().Innermost(pos)
	if scope == nil {
		return "", nil, false
	}
	if c.path == pkg.PkgPath {
		_, obj := scope.LookupParent(c.name, pos)
		return c.name, nil, obj != nil && obj == pkg.Types.Scope().Lookup(c.name)
	}
	file := pkg.FileOf(pos)
	for _, spec := range file.Syntax.Imports {
		imported := pkg.Info.PkgNameOf(spec)
		if imported == nil || imported.Imported().Path() != c.path || imported.Name() == "_" || imported.Name() == "." {
			continue
		}
		if _, obj := scope.LookupParent(imported.Name(), pos); obj == imported {
			return imported.Name() + "." + c.name, nil, true
		}
	}
	alias := a.freeInFile(file, c.pkgName)
	add = &flow.Import{Path: c.path}
	if alias != c.pkgName || c.pkgName != lastElement(c.path) {
		add.Name = alias
	}
	return alias + "." + c.name, add, true
}

// freeInFile returns name, or name with a suffix, such that nothing in the
// file or the package scope has it.
func (a *accessorFinder) freeInFile(file *load.File, name string) string {
	pkg, taken := a.pass.Package, a.namesIn(file)
	for _, candidate := range []string{name, "safectx", name + "2", name + "3"} {
		if !taken[candidate] && pkg.Types.Scope().Lookup(candidate) == nil && !a.pass.Program.DeclaredElsewhere(pkg, candidate) {
			return candidate
		}
	}
	return name + "_"
}

// namesIn returns the names that the file mentions or imports.
func (a *accessorFinder) namesIn(file *load.File) map[string]bool {
	names := a.names[file]
	if names != nil {
		return names
	}
	names = map[string]bool{}
	a.names[file] = names
	ast.Inspect(file.Syntax, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			names[id.Name] = true
		}
		return true
	})
	for _, spec := range file.Syntax.Imports {
		if imported := a.pass.Package.Info.PkgNameOf(spec); imported != nil {
			names[imported.Name()] = true
		}
	}
	return names
}

func lastElement(path string) string { return path[strings.LastIndex(path, "/")+1:] }

func declOf(pkg *load.Package, fn *types.Func) *ast.FuncDecl {
	file := pkg.FileOf(fn.Pos())
	if file == nil || strings.HasSuffix(file.Name, "_test.go") {
		return nil
	}
	for _, d := range file.Syntax.Decls {
		if d, ok := d.(*ast.FuncDecl); ok && d.Recv == nil && d.Name.Name == fn.Name() {
			return d
		}
	}
	return nil
}

// isAccessorBody reports whether decl compares its only parameter with nil,
// and returns nil for nil and the parameter's Done() otherwise.
func isAccessorBody(decl *ast.FuncDecl) bool {
	if decl.Recv != nil || decl.Body == nil || decl.Type.Params.NumFields() != 1 || decl.Type.Results.NumFields() != 1 {
		return false
	}
	names := decl.Type.Params.List[0].Names
	if len(names) != 1 || len(decl.Body.List) == 0 || len(decl.Body.List) > 2 {
		return false
	}
	test, ok := decl.Body.List[0].(*ast.IfStmt)
	if !ok || test.Init != nil || len(test.Body.List) != 1 {
		return false
	}
	cmp, ok := ast.Unparen(test.Cond).(*ast.BinaryExpr)
	if !ok || !isIdent(cmp.X, names[0].Name) || !isIdent(cmp.Y, "nil") {
		return false
	}
	rest := decl.Body.List[1:]
	if block, ok := test.Else.(*ast.BlockStmt); ok && len(rest) == 0 {
		rest = block.List
	}
	if len(rest) != 1 {
		return false
	}
	missing, there := test.Body.List[0], rest[0]
	if cmp.Op == token.NEQ {
		missing, there = there, missing
	}
	return returnsNil(missing) && returnsDone(there, names[0].Name)
}

func isIdent(e ast.Expr, name string) bool {
	id, ok := ast.Unparen(e).(*ast.Ident)
	return ok && id.Name == name
}

func returned(s ast.Stmt) ast.Expr {
	if ret, ok := s.(*ast.ReturnStmt); ok && len(ret.Results) == 1 {
		return ast.Unparen(ret.Results[0])
	}
	return nil
}

func returnsNil(s ast.Stmt) bool {
	e := returned(s)
	return e != nil && isIdent(e, "nil")
}

func returnsDone(s ast.Stmt, param string) bool {
	call, ok := returned(s).(*ast.CallExpr)
	if !ok || len(call.Args) != 0 {
		return false
	}
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	return ok && sel.Sel.Name == "Done" && isIdent(sel.X, param)
}
