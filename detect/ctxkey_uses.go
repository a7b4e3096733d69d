package detect

import (
	"bytes"
	"cmp"
	"go/ast"
	"go/types"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/load"
	"github.com/ctxfix/ctxfix/detect/typed"
)

// A keyValue identifies a key of built-in type; exact is empty if the key is
// computed.
type keyValue struct{ kind, exact string }

// A keyUse is a place that writes or reads a context value.
type keyUse struct {
	expr   ast.Expr
	value  keyValue
	writes bool
	pooled bool // read from something that has values besides those of a context
	object *types.Const
	pkg    *load.Package
	file   *load.File
}

func (u *keyUse) constant() bool { return u.value.exact != "" }

func (u *keyUse) inTest() bool { return isTestFile(u.file) }

func isTestFile(f *load.File) bool { return f != nil && strings.HasSuffix(f.Path, "_test.go") }

// keyUses is the uses of keys of built-in types, and of keys that may be.
type keyUses struct {
	prog             *load.Program
	opts             Options
	writers, readers []keyUse
	types            map[string]*namedKey // by qualified name
	flow             map[*load.Package]*flow.Package
}

// A namedKey is a named type that serves as key, with the constants used: "?"
// stands for computed ones.
type namedKey struct {
	name   *types.TypeName
	values map[string]bool
}

func (k *keyUses) writes() bool { return len(k.writers) > 0 }

func (k *keyUses) add(other *keyUses) {
	k.writers = append(k.writers, other.writers...)
	k.readers = append(k.readers, other.readers...)
	for _, t := range other.types {
		for value := range t.values {
			k.noteType(t.name, value)
		}
	}
}

// keysFound is what was found of keys in the packages that were open so far.
type keysFound struct {
	mu sync.Mutex
	in map[*load.Package]*keyUses
}

// of returns the uses in a package, which stays open if there are any, or if
// nothing is kept: it would be opened each time.
func (k *keysFound) of(prog *load.Program, pkg *load.Package) *keyUses {
	if known := k.known(pkg); known != nil {
		return known
	}
	var uses *keyUses
	if !slices.ContainsFunc(pkg.Owned, mentionsValue) {
		uses = &keyUses{prog: prog}
	} else {
		prog.Visit(pkg, func() bool {
			uses = keysIn(prog, pkg)
			return k == nil || len(uses.writers)+len(uses.readers) > 0
		})
	}
	if k != nil {
		k.mu.Lock()
		defer k.mu.Unlock()
		k.in[pkg] = uses
	}
	return uses
}

func (k *keysFound) known(pkg *load.Package) *keyUses {
	if k == nil {
		return nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.in[pkg]
}

// mentionsValue reports whether the file may write or read a context value:
// calls of WithValue and Value alone count.
func mentionsValue(f *load.File) bool { return bytes.Contains(f.Bytes, []byte("Value")) }

// allKeys returns the uses in the main modules, writers in file order.
func allKeys(prog *load.Program, opts Options) *keyUses {
	all := &keyUses{prog: prog, opts: opts, types: map[string]*namedKey{}}
	for _, pkg := range prog.All() {
		all.add(opts.keys.of(prog, pkg))
	}
	for _, list := range [][]keyUse{all.writers, all.readers} {
		slices.SortFunc(list, func(a, b keyUse) int {
			return cmp.Or(cmp.Compare(a.file.Path, b.file.Path), cmp.Compare(a.expr.Pos(), b.expr.Pos()))
		})
	}
	return all
}

// keysIn returns the uses in the files that the package owns.
func keysIn(prog *load.Program, pkg *load.Package) *keyUses {
	uses := &keyUses{prog: prog, types: map[string]*namedKey{}}
	if pkg.Info == nil {
		return uses
	}
	for _, file := range pkg.Owned {
		if file.Syntax == nil || !mentionsValue(file) {
			continue
		}
		for _, decl := range file.Syntax.Decls {
			fn, _ := decl.(*ast.FuncDecl)
			ast.Inspect(decl, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok {
					uses.call(pkg, file, fn, call)
				}
				return true
			})
		}
	}
	return uses
}

// call notes a call that writes or reads a context value.
func (k *keyUses) call(pkg *load.Package, file *load.File, in *ast.FuncDecl, call *ast.CallExpr) {
	use := keyUse{pkg: pkg, file: file}
	callee := typed.Callee(pkg.Info, call)
	switch {
	case typed.IsFunc(callee, "context", "WithValue") && len(call.Args) == 3:
		use.expr, use.writes = ast.Unparen(call.Args[1]), true
	case isValueMethod(callee) && len(call.Args) == 1:
		use.expr = ast.Unparen(call.Args[0])
		sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
		use.pooled = !ok || !typed.IsContext(pkg.Info.TypeOf(sel.X))
	default:
		return
	}
	tv := pkg.Info.Types[use.expr]
	if tv.Type == nil {
		return
	}
	t := types.Unalias(tv.Type)
	if named, ok := t.(*types.Named); ok && !types.IsInterface(t) {
		value := "?"
		if tv.Value != nil {
			value = tv.Value.ExactString()
		}
		k.noteType(named.Obj(), value)
		return
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		if use.value.kind = u.Name(); u.Kind() == types.UntypedNil {
			return // which panics
		}
	case *types.Interface:
		if use.writes || forwards(pkg.Info, in, use.expr) {
			return
		}
	default:
		return
	}
	if tv.Value != nil {
		use.value.exact = tv.Value.ExactString()
		use.object = constOf(pkg.Info, use.expr)
	}
	if use.writes {
		k.writers = append(k.writers, use)
	} else {
		k.readers = append(k.readers, use)
	}
}

func (k *keyUses) noteType(name *types.TypeName, value string) {
	if name.Pkg() == nil {
		return
	}
	key := name.Pkg().Path() + "." + name.Name()
	if k.types[key] == nil {
		k.types[key] = &namedKey{name, map[string]bool{}}
	}
	k.types[key].values[value] = true
}

// isValueMethod reports whether fn is the method Value of a context.
func isValueMethod(fn *types.Func) bool {
	if fn == nil || fn.Name() != "Value" || fn.Signature().Recv() == nil {
		return false
	}
	sig := fn.Signature()
	if sig.Params().Len() != 1 || sig.Results().Len() != 1 {
		return false
	}
	in, out := sig.Params().At(0).Type(), sig.Results().At(0).Type()
	return isAny(in) && isAny(out)
}

func isAny(t types.Type) bool {
	i, ok := t.Underlying().(*types.Interface)
	return ok && i.Empty()
}

// forwards reports whether the function is a method Value that hands its own
// key on, as every context that wraps another does.
func forwards(info *types.Info, fn *ast.FuncDecl, key ast.Expr) bool {
	if fn == nil || fn.Recv == nil || fn.Name.Name != "Value" || len(fn.Type.Params.List) != 1 {
		return false
	}
	names := fn.Type.Params.List[0].Names
	v := typed.Var(info, key)
	return v != nil && len(names) == 1 && info.Defs[names[0]] == v && !comparesKey(fn, info, v)
}

// comparesKey reports whether the function looks at what its key is.
func comparesKey(fn *ast.FuncDecl, info *types.Info, key *types.Var) bool {
	found := false
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BinaryExpr:
			found = found || builtinAgainst(info, key, n.X, n.Y) || builtinAgainst(info, key, n.Y, n.X)
		case *ast.SwitchStmt:
			found = found || n.Tag != nil && typed.Var(info, n.Tag) == key
		case *ast.TypeAssertExpr:
			found = found || typed.Var(info, n.X) == key
		}
		return !found
	})
	return found
}

func builtinAgainst(info *types.Info, key *types.Var, x, y ast.Expr) bool {
	if typed.Var(info, x) != key {
		return false
	}
	_, builtin := types.Unalias(info.TypeOf(y)).(*types.Basic)
	return builtin
}

func constOf(info *types.Info, e ast.Expr) *types.Const {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		c, _ := info.Uses[e].(*types.Const)
		return c
	case *ast.SelectorExpr:
		c, _ := info.Uses[e.Sel].(*types.Const)
		return c
	}
	return nil
}

// testOf reports whether u stands in a test of a package that does not use the
// key: what it tests is something else.
func testOf(u keyUse, uses []keyUse) bool {
	return u.inTest() && !slices.ContainsFunc(uses, func(other keyUse) bool {
		return filepath.Dir(other.file.Path) == filepath.Dir(u.file.Path)
	})
}

// uneditable says why a file cannot be part of a fix.
func (k *keyUses) uneditable(pkg *load.Package, file *load.File) string {
	switch {
	case file.Locked != "":
		return "which must not be edited: " + file.Locked
	case len(pkg.Errors) > 0:
		return "which does not compile"
	case k.prog.Only != nil && !k.prog.Only[file]:
		return "which is not among the files named"
	}
	return ""
}

// questions returns the flow questions of a package.
func (k *keyUses) questions(pkg *load.Package) *flow.Package {
	if q := k.flow[pkg]; q != nil {
		return q
	}
	if k.flow == nil {
		k.flow = map[*load.Package]*flow.Package{}
	}
	k.flow[pkg] = newQuestions(k.prog, pkg, k.opts)
	return k.flow[pkg]
}

// first returns the first writer of the key in file order.
func (k *keyUses) first(v keyValue) keyUse {
	i := slices.IndexFunc(k.writers, func(u keyUse) bool { return u.value == v })
	return k.writers[i]
}

// of returns the writers and readers of the key.
func (k *keyUses) of(v keyValue) (uses []keyUse) {
	for _, u := range slices.Concat(k.writers, k.readers) {
		if u.value == v {
			uses = append(uses, u)
		}
	}
	return uses
}

// onlyInTests reports whether nobody but tests writes the key.
func (k *keyUses) onlyInTests(w keyUse) bool {
	return !slices.ContainsFunc(k.writers, func(u keyUse) bool {
		return (u.value == w.value && u.constant() || u.expr == w.expr) && !u.inTest()
	})
}

// unfit says why the key cannot change its type; uses is who writes and reads
// it.
func (k *keyUses) unfit(v keyValue, uses []keyUse) string {
	for _, u := range uses {
		where := "it is used in " + filepath.Base(u.file.Path)
		if why := k.uneditable(u.pkg, u.file); why != "" {
			return where + ", " + why
		}
		switch {
		case k.questions(u.pkg).Ignored(u.expr, "ctxkey"):
			return where + ", and a comment there says to leave it"
		case u.pooled:
			return where + " to ask something that has values besides those of a context"
		case u.object != nil && u.object.Exported():
			return "the constant " + u.object.Name() + " is exported: other modules may use it"
		}
	}
	for _, u := range slices.Concat(k.writers, k.readers) {
		if !u.constant() && (u.value.kind == v.kind || u.value.kind == "") && !testOf(u, uses) {
			return "keys are computed in " + filepath.Base(u.file.Path) + ": this one may be among them"
		}
	}
	return ""
}
