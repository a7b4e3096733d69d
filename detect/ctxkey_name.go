package detect

import (
	"go/types"
	"slices"
)

// mayReuse reports whether a type that serves as key is of this package, and
// made of the same built-in type.
func (k *keyType) mayReuse(name *types.TypeName, exported bool) bool {
	basic, ok := name.Type().Underlying().(*types.Basic)
	return ok && basic.Name() == k.kind && name.Pkg() != nil && name.Pkg().Path() == k.home.PkgPath &&
		name.Parent() == name.Pkg().Scope() && (!exported || name.Exported())
}

// known reports whether the type can be named at every use.
func (k *keyType) known(uses []keyUse) bool {
	return !slices.ContainsFunc(uses, func(u keyUse) bool {
		if u.pkg.PkgPath != k.home.PkgPath {
			return false // asked of the import later
		}
		_, obj := u.pkg.Types.Scope().Innermost(u.expr.Pos()).LookupParent(k.name, u.expr.Pos())
		return obj == nil || obj.Parent() != u.pkg.Types.Scope() || !u.inTest() && isTestFile(u.pkg.FileOf(obj.Pos()))
	})
}

// taken reports whether the name means something in the package or one of its
// files.
func (k *keyType) taken(name string) bool {
	for _, p := range k.all.prog.Variants(k.home.PkgPath) {
		if p.Types.Scope().Lookup(name) != nil || k.all.prog.DeclaredElsewhere(p, name) {
			return true
		}
		for _, f := range p.Files {
			if f.Syntax != nil && p.Info != nil && p.Info.Scopes[f.Syntax].Lookup(name) != nil {
				return true
			}
		}
	}
	return false
}

// free reports whether the name means nothing yet in the package, its files,
// and at every use.
func (k *keyType) free(uses []keyUse) bool {
	if k.taken(k.name) {
		return false
	}
	return !slices.ContainsFunc(uses, func(u keyUse) bool {
		if u.pkg.PkgPath != k.home.PkgPath {
			return false
		}
		_, obj := u.pkg.Types.Scope().Innermost(u.expr.Pos()).LookupParent(k.name, u.expr.Pos())
		return obj != nil
	})
}
