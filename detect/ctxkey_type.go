package detect

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ctxfix/ctxfix/detect/load"
)

// homeOf returns the package to declare the type in: the one that all others
// among those that use the key import; or why there is none.
func homeOf(uses []keyUse) (*load.Package, string) {
	var pkgs []*load.Package
	for _, u := range uses {
		if !slices.ContainsFunc(pkgs, func(p *load.Package) bool { return p.PkgPath == u.pkg.PkgPath }) {
			pkgs = append(pkgs, u.pkg)
		}
	}
	if len(pkgs) == 1 {
		return pkgs[0], ""
	}
	for _, p := range pkgs {
		if strings.HasSuffix(p.Name, "_test") {
			return nil, "it is used in the test package " + p.PkgPath + ", too: the type would have to be exported for a test alone"
		}
	}
	for _, home := range pkgs {
		fits := home.Name != "main"
		for _, p := range pkgs {
			fits = fits && (p == home || importsPackage(p, home.PkgPath))
		}
		if fits {
			return home, ""
		}
	}
	return nil, fmt.Sprintf("it is used in %s and %s, none of which is imported by all others: declare a key type in a package they share",
		pkgs[0].PkgPath, pkgs[1].PkgPath)
}

func importsPackage(p *load.Package, path string) bool {
	return p.Types != nil && slices.ContainsFunc(p.Types.Imports(), func(i *types.Package) bool { return i.Path() == path })
}

// A keyType is the type that a key gets.
type keyType struct {
	all    *keyUses
	home   *load.Package
	name   string
	kind   string
	there  bool // it is declared already
	typing bool // the constant is only used as a key: it gets the type
	object *types.Const
}

// keyTypeFor chooses the type: one that serves the package already, or a new
// one whose name means nothing else wherever it is written.
func keyTypeFor(home *load.Package, v keyValue, uses []keyUse, all *keyUses) (*keyType, string) {
	exported := slices.ContainsFunc(uses, func(u keyUse) bool { return u.pkg.PkgPath != home.PkgPath })
	names := []string{"contextKey", "ctxKey", "contextKeyType"}
	if exported {
		names = []string{"ContextKey", "CtxKey", "ContextKeyType"}
	}
	k := &keyType{all: all, home: home, kind: v.kind}
	k.object, k.typing = onlyConst(home, uses)
	for _, key := range slices.Sorted(maps.Keys(all.types)) {
		t := all.types[key]
		if !k.there && k.mayReuse(t.name, exported) && !t.values[v.exact] && !t.values["?"] {
			k.name, k.there = t.name.Name(), true
		}
	}
	if k.there {
		if k.known(uses) {
			return k, ""
		}
		k.there = false
	}
	if k.taken(k.kind) {
		return nil, k.kind + " means something else in package " + home.PkgPath
	}
	for _, name := range names {
		if k.name = name; k.free(uses) {
			return k, ""
		}
	}
	return nil, "every name for a key type is taken in package " + home.PkgPath
}

// onlyConst returns the one constant that all uses in the package name, and
// whether it serves nothing else, so that it can have the type itself.
func onlyConst(home *load.Package, uses []keyUse) (object *types.Const, typing bool) {
	at := map[token.Pos]bool{}
	for _, u := range uses {
		if u.object == nil {
			continue
		}
		if object != nil && object.Pos() != u.object.Pos() {
			return nil, false
		}
		object = u.object
		at[keyName(u.expr).Pos()] = true
	}
	if object == nil || object.Parent() != object.Pkg().Scope() || object.Pkg().Path() != home.PkgPath {
		return nil, false
	}
	for _, u := range uses {
		for id, obj := range u.pkg.Info.Uses {
			if obj.Pos() == object.Pos() && obj.Name() == object.Name() && !at[id.Pos()] {
				return object, false
			}
		}
	}
	return object, true
}

func keyName(e ast.Expr) *ast.Ident {
	switch e := ast.Unparen(e).(type) {
	case *ast.SelectorExpr:
		return e.Sel
	case *ast.Ident:
		return e
	}
	return nil
}

// evidence returns the fix.
func (k *keyType) evidence(uses []keyUse) (*CtxKey, string) {
	ev := &CtxKey{Type: k.name}
	if k.typing {
		ev.Const = k.spec(ev)
	}
	if ev.Const == nil || isTestFile(ev.Home.File) && !isTestFile(k.firstFile(uses).File) {
		ev.Const = nil
		ev.Home = k.firstFile(uses)
	}
	if !k.there {
		ev.Declare = fmt.Sprintf("// %s is the type of the keys of context values.\ntype %s %s", k.name, k.name, k.kind)
		ev.Before = k.place(ev)
		if ev.Before == nil {
			return nil, "there is no place for the type in " + filepath.Base(ev.Home.File.Path)
		}
	}
	if why := k.all.uneditable(ev.Home.Package, ev.Home.File); why != "" {
		return nil, "it is declared in " + filepath.Base(ev.Home.File.Path) + ", " + why
	}
	ev.Edited = []Part{ev.Home}
	for _, u := range uses {
		if ev.Const != nil && u.object != nil {
			continue
		}
		use, why := k.convert(u)
		if why != "" {
			return nil, why
		}
		ev.Uses = append(ev.Uses, use)
		if !slices.Contains(ev.Edited, Part{u.pkg, u.file}) {
			ev.Edited = append(ev.Edited, Part{u.pkg, u.file})
		}
	}
	return ev, changes(uses)
}

// firstFile returns where the first use in the package is, before those in its
// tests: what these declare is not there without them.
func (k *keyType) firstFile(uses []keyUse) Part {
	home := Part{uses[0].pkg, uses[0].file}
	found := false
	for _, u := range uses {
		if u.pkg.PkgPath != k.home.PkgPath {
			continue
		}
		if !u.inTest() {
			return Part{u.pkg, u.file}
		}
		if !found {
			home, found = Part{u.pkg, u.file}, true
		}
	}
	return home
}

// spec returns the declaration of the constant, if it can have a type there.
func (k *keyType) spec(ev *CtxKey) *ast.ValueSpec {
	for _, p := range k.all.prog.Variants(k.home.PkgPath) {
		for _, file := range p.Owned {
			if file.Syntax == nil {
				continue
			}
			for _, decl := range file.Syntax.Decls {
				if s := typeable(decl, k.object); s != nil {
					ev.Home = Part{p, file}
					return s
				}
			}
		}
	}
	return nil
}

// typeable returns the specification of the constant if it declares nothing
// else and no other repeats it.
func typeable(decl ast.Decl, object *types.Const) *ast.ValueSpec {
	gen, ok := decl.(*ast.GenDecl)
	if !ok || gen.Tok != token.CONST {
		return nil
	}
	for i, s := range gen.Specs {
		s := s.(*ast.ValueSpec)
		if len(s.Names) != 1 || len(s.Values) != 1 || s.Names[0].Pos() != object.Pos() {
			continue
		}
		if i+1 < len(gen.Specs) && len(gen.Specs[i+1].(*ast.ValueSpec).Values) == 0 {
			return nil
		}
		return s
	}
	return nil
}

// place returns the declaration that the type is declared before: that of the
// constant, or else the file's first that is no import.
func (k *keyType) place(ev *CtxKey) ast.Decl {
	for _, decl := range ev.Home.File.Syntax.Decls {
		gen, ok := decl.(*ast.GenDecl)
		switch {
		case ok && gen.Tok == token.IMPORT:
		case ev.Const == nil, decl.Pos() <= ev.Const.Pos() && ev.Const.End() <= decl.End():
			return decl
		}
	}
	return nil
}

// convert makes a key a conversion to the type.
func (k *keyType) convert(u keyUse) (ConvertedKey, string) {
	use := ConvertedKey{Key: u.expr, Type: k.name}
	if u.pkg.PkgPath == k.home.PkgPath {
		return use, ""
	}
	name, add, ok := k.all.questions(u.pkg).Import(k.home.PkgPath, u.expr.Pos())
	switch {
	case !ok:
		return use, "the name of package " + k.home.PkgPath + " means something else in " + filepath.Base(u.file.Path)
	case name != ".":
		use.Type = name + "." + k.name
	}
	use.Import = add
	return use, ""
}
