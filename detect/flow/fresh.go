package flow

import (
	"cmp"
	"go/ast"
	"go/token"
	"go/types"
	"path"
	"slices"
	"sort"
	"strconv"
	"strings"
)

// FreeName returns the first of names that is neither declared in f nor
// mentioned in its body or literals by any object, and is no package-level
// name that f's signature uses. When none is free, the last one with a number.
func (p *Package) FreeName(f *Func, names ...string) string {
	used := p.usedNames(f)
	for _, name := range names {
		if !used[name] {
			return name
		}
	}
	last := names[len(names)-1]
	for i := 1; ; i++ {
		if name := last + strconv.Itoa(i); !used[name] {
			return name
		}
	}
}

// usedNames returns the names that f declares or mentions.
func (p *Package) usedNames(f *Func) map[string]bool {
	used := p.names[f.Node]
	if used != nil {
		return used
	}
	used = map[string]bool{}
	p.names[f.Node] = used
	ast.Inspect(f.Node, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			if sel, ok := p.Info.Uses[id].(*types.Var); ok && sel.IsField() {
				return true // Have: x.ctx; a field is reached through x
			}
			used[id.Name] = true
		}
		return true
	})
	return used
}

// Resolves reports whether name means obj at pos.
func (p *Package) Resolves(name string, obj types.Object, pos token.Pos) bool {
	scope := p.Types.Scope().Innermost(pos)
	if scope == nil {
		return false
	}
	_, found := scope.LookupParent(name, pos)
	return found == obj
}

// Import says how the package at path is named at pos: through an import the
// file has (name is "." for a dot import), or through one that must be added.
// ok is false where no import can be added because the name is taken.
func (p *Package) Import(importPath string, pos token.Pos) (name string, add *Import, ok bool) {
	file := p.fileAt(pos)
	if file == nil {
		return "", nil, false
	}
	shadowed := false
	for _, spec := range file.Imports {
		if specPath(spec) != importPath {
			continue
		}
		switch {
		case spec.Name == nil:
			name = p.importedName(spec, importPath)
		case spec.Name.Name == "_":
			continue
		case spec.Name.Name == ".":
			return ".", nil, true
		default:
			name = spec.Name.Name
		}
		if p.namesPackage(name, pos) {
			return name, nil, true
		}
		shadowed = true
	}
	if shadowed {
		return "", nil, false
	}
	name = path.Base(importPath)
	if p.isTaken(file, name) {
		return "", nil, false
	}
	return name, &Import{Path: importPath}, true
}

func specPath(spec *ast.ImportSpec) string {
	s, _ := strconv.Unquote(spec.Path.Value)
	return s
}

func (p *Package) importedName(spec *ast.ImportSpec, importPath string) string {
	if obj, ok := p.Info.Implicits[spec].(*types.PkgName); ok {
		return obj.Name()
	}
	return path.Base(importPath)
}

// namesPackage reports whether name means a package at pos: of the file that
// imports it by that name, it is the one.
func (p *Package) namesPackage(name string, pos token.Pos) bool {
	scope := p.Types.Scope().Innermost(pos)
	if scope == nil {
		return false
	}
	_, obj := scope.LookupParent(name, pos)
	_, ok := obj.(*types.PkgName)
	return ok
}

// isTaken reports whether any identifier of the file or object of the package
// bears the name, also one for another platform.
func (p *Package) isTaken(file *ast.File, name string) bool {
	if p.Types.Scope().Lookup(name) != nil || p.Elsewhere != nil && p.Elsewhere(name) {
		return true
	}
	taken := p.taken[file]
	if taken != nil {
		return taken[name]
	}
	taken = map[string]bool{}
	p.taken[file] = taken
	ast.Inspect(file, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		if v, ok := p.Info.ObjectOf(id).(*types.Var); ok && v.IsField() {
			return true
		}
		if _, ok := p.Info.ObjectOf(id).(*types.Func); ok {
			return true // Have: a method, or an object of the package
		}
		taken[id.Name] = true
		return true
	})
	return taken[name]
}

func (p *Package) fileAt(pos token.Pos) *ast.File {
	if len(p.inOrder) != len(p.Files) {
		p.inOrder = slices.SortedFunc(slices.Values(p.Files), func(a, b *ast.File) int { return cmp.Compare(a.FileStart, b.FileStart) })
	}
	i := sort.Search(len(p.inOrder), func(i int) bool { return pos <= p.inOrder[i].FileEnd })
	if i == len(p.inOrder) || pos < p.inOrder[i].FileStart {
		return nil
	}
	return p.inOrder[i]
}

// TypeString renders t as Go source at pos, with the imports it needs; ok is
// false when the type cannot be written there.
func (p *Package) TypeString(t types.Type, pos token.Pos) (src string, imports []Import, ok bool) {
	ok = p.writable(t, pos)
	src = types.TypeString(t, func(pkg *types.Package) string {
		if pkg == p.Types {
			return ""
		}
		name, add, found := p.Import(pkg.Path(), pos)
		if !found {
			ok = false
			return pkg.Name()
		}
		if add != nil {
			imports = append(imports, *add)
		}
		if name == "." {
			return ""
		}
		return name
	})
	return src, imports, ok && !strings.Contains(src, "invalid type")
}

// writable reports whether every name in t can be written at pos.
func (p *Package) writable(t types.Type, pos token.Pos) bool {
	switch t := t.(type) {
	case *types.Alias:
		return p.nameable(t.Obj(), pos)
	case *types.Named:
		for i := range t.TypeArgs().Len() {
			if !p.writable(t.TypeArgs().At(i), pos) {
				return false
			}
		}
		return p.nameable(t.Obj(), pos)
	case *types.TypeParam:
		return p.Resolves(t.Obj().Name(), t.Obj(), pos)
	case *types.Pointer:
		return p.writable(t.Elem(), pos)
	case *types.Slice:
		return p.writable(t.Elem(), pos)
	case *types.Array:
		return p.writable(t.Elem(), pos)
	case *types.Chan:
		return p.writable(t.Elem(), pos)
	case *types.Map:
		return p.writable(t.Key(), pos) && p.writable(t.Elem(), pos)
	case *types.Signature:
		for _, v := range append(varsOf(t.Params()), varsOf(t.Results())...) {
			if !p.writable(v.Type(), pos) {
				return false
			}
		}
		return true
	case *types.Basic:
		return t.Kind() == types.UnsafePointer || p.universal(t.Name(), pos)
	case *types.Interface, *types.Struct:
		return true
	}
	return false
}

func (p *Package) nameable(obj *types.TypeName, pos token.Pos) bool {
	if obj.Pkg() != nil && obj.Pkg() != p.Types {
		return obj.Exported() && (!strings.Contains(obj.Pkg().Path()+"/", "/internal/") || p.importsDirectly(obj.Pkg()))
	}
	return p.Resolves(obj.Name(), obj, pos)
}

func (p *Package) importsDirectly(pkg *types.Package) bool {
	for _, imp := range p.Types.Imports() {
		if imp == pkg {
			return true
		}
	}
	return false
}

// ContextType renders context.Context at pos; see TypeString.
func (p *Package) ContextType(pos token.Pos) (src string, add *Import, ok bool) {
	name, add, ok := p.Import("context", pos)
	if name == "." {
		return "Context", nil, ok
	}
	return name + ".Context", add, ok
}

// zero renders the zero value of t at pos; decl is a statement that must
// stand before it, or "".
func (p *Package) zero(t types.Type, pos token.Pos) (expr, decl string, imports []Import, ok bool) {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		switch {
		case u.Info()&types.IsBoolean != 0:
			return "false", "", nil, p.universal("false", pos)
		case u.Info()&types.IsNumeric != 0:
			return "0", "", nil, true
		case u.Info()&types.IsString != 0:
			return `""`, "", nil, true
		}
		return "nil", "", nil, p.universal("nil", pos)
	case *types.Struct, *types.Array:
		src, imports, ok := p.TypeString(t, pos)
		return src + "{}", "", imports, ok
	case *types.Interface:
		if _, param := types.Unalias(t).(*types.TypeParam); !param {
			return "nil", "", nil, p.universal("nil", pos)
		}
		src, imports, ok := p.TypeString(t, pos)
		return "zero", "var zero " + src, imports, ok
	}
	return "nil", "", nil, p.universal("nil", pos)
}

func (p *Package) universal(name string, pos token.Pos) bool {
	return p.Resolves(name, types.Universe.Lookup(name), pos)
}
