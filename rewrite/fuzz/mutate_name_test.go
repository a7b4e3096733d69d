package fuzz_test

import (
	"fmt"
	"go/ast"
	"go/types"
	"path"
	"slices"
	"strings"
)

var nameMutators = []mutator{
	{"rename", renameObject}, {"rename", renameObject}, {"rename context", renameContext}, {"import name", importName}, {"version", version},
}

// meaningful are names that code made by a fix may have too.
var meaningful = strings.Fields(`ctx context err cancel time _ ok done sync http errors req resp timer ticker t select nil true string
	new len close error make any panic cause stop parent sub net sql exec log os key ctxKey ctx2 cancel2 r g gctx group Context Done wg`)

func renameObject(m *mutant) bool {
	objects := m.objects(func(types.Object) bool { return true })
	if len(objects) == 0 {
		return false
	}
	m.rename(oneOf(m, objects), oneOf(m, meaningful))
	return true
}

// renameContext gives a context or the function that ends it another name.
func renameContext(m *mutant) bool {
	objects := m.objects(func(obj types.Object) bool {
		_, ok := obj.(*types.Var)
		return ok && slices.Contains([]string{"context.Context", "context.CancelFunc", "error"}, obj.Type().String())
	})
	if len(objects) == 0 {
		return false
	}
	m.rename(oneOf(m, objects), oneOf(m, meaningful))
	return true
}

func (m *mutant) objects(fits func(types.Object) bool) []types.Object {
	var out []types.Object
	for _, id := range nodes[*ast.Ident](m.checked) {
		obj := m.info.Defs[id]
		if obj == nil || obj.Name() == "_" || obj.Name() == "init" || strings.HasPrefix(obj.Name(), "Test") {
			continue
		}
		if _, pkg := obj.(*types.PkgName); !pkg && fits(obj) {
			out = append(out, obj)
		}
	}
	return out
}

// importName gives an imported package another name in the file, or none.
func importName(m *mutant) bool {
	spec, ok := some[*ast.ImportSpec](m)
	if !ok {
		return false
	}
	file := m.syntax[m.at(spec.Pos())]
	base := path.Base(importPath(spec))
	to := oneOf(m, []string{".", base + "pkg", "ctx", "context", "std" + strings.ReplaceAll(base, ".", ""), "err", base, "errors"})
	start := spec.Path.Pos()
	if spec.Name != nil {
		if spec.Name.Name == "_" || spec.Name.Name == "." {
			return false
		}
		start = spec.Name.Pos()
	}
	m.replace(start, spec.End(), to+" "+spec.Path.Value)
	ast.Inspect(file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		id, ok := sel.X.(*ast.Ident)
		if !ok {
			return true
		}
		name := m.packageName(id)
		if name == nil || name.Imported().Path() != importPath(spec) {
			return true
		}
		if to == "." {
			m.replace(id.Pos(), sel.Sel.Pos(), "")
		} else {
			m.replace(id.Pos(), id.End(), to)
		}
		return true
	})
	return true
}

// version makes the program one of an older language, or adds the package
// that is named like context.
func version(m *mutant) bool {
	if m.chance(50) {
		f := oneOf(m, m.syntax)
		m.insert(f.Name.End(), fmt.Sprintf("\n\nimport other %q\n\nvar _ other.Context\n", otherContext))
		return true
	}
	c := *m.checked
	m.checked = &c
	m.program.version = oneOf(m, []string{"1.20", "1.21", "1.22", "1.23", "1.25"})
	return true
}
