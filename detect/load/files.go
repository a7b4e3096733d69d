package load

import (
	"bytes"
	"cmp"
	"go/ast"
	"go/types"
	"maps"
	"slices"
	"strconv"
)

// File returns the file with that path, or nil.
func (p *Program) File(path string) *File {
	if f := p.files[path]; f != nil { // a real path already: links take long to resolve
		return f
	}
	return p.files[realPathOf(path)]
}

// Changed returns the files whose bytes are not those of the disk, sorted by
// path: what a run has to write.
func (p *Program) Changed() []*File {
	var out []*File
	for _, f := range p.files {
		if f.Disk == nil || !bytes.Equal(f.Disk, f.Bytes) {
			out = append(out, f)
		}
	}
	slices.SortFunc(out, func(a, b *File) int { return cmp.Compare(a.Path, b.Path) })
	return out
}

// Imports returns the paths that the package imports, as they are written there,
// sorted.
func (p *Package) Imports() []string { return slices.Sorted(maps.Keys(p.imports)) }

// ImportNames returns the package name of each import of the file, by the
// path as it is written there.
func (p *Package) ImportNames(f *File) map[string]string {
	names := map[string]string{}
	for _, spec := range f.Syntax.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		var obj types.Object
		if spec.Name != nil {
			obj = p.Info.Defs[spec.Name]
		} else {
			obj = p.Info.Implicits[spec]
		}
		if name, ok := obj.(*types.PkgName); ok {
			names[path] = name.Imported().Name()
		}
	}
	return names
}

// DotNames returns what the file uses of each package it imports by ".", by
// the path as it is written there.
func (p *Package) DotNames(f *File) map[string][]string {
	var used map[string][]string
	for _, spec := range f.Syntax.Imports {
		if spec.Name == nil || spec.Name.Name != "." {
			continue
		}
		name, ok := p.Info.Defs[spec.Name].(*types.PkgName)
		path, err := strconv.Unquote(spec.Path.Value)
		if !ok || err != nil {
			continue
		}
		if used == nil {
			used = map[string][]string{}
		}
		ast.Inspect(f.Syntax, func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			if ok && p.Info.Uses[id] != nil && p.Info.Uses[id].Pkg() == name.Imported() {
				used[path] = append(used[path], id.Name)
			}
			return true
		})
	}
	return used
}
