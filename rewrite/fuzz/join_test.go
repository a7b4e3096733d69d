package fuzz_test

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// join puts two programs into one. Names of the second that the first has too
// are changed.
func join(a, b *checked) (program, bool) {
	taken := map[string]bool{}
	for _, pkg := range a.pkgs {
		for _, name := range pkg.Scope().Names() {
			taken[name] = true
		}
	}
	for _, f := range a.syntax {
		for _, spec := range f.Imports {
			if spec.Name != nil {
				taken[spec.Name.Name] = true
			}
		}
	}
	m := &mutant{checked: b}
	for _, pkg := range b.pkgs {
		for _, name := range pkg.Scope().Names() {
			if taken[name] {
				m.rename(pkg.Scope().Lookup(name), fresh(name, taken))
			}
		}
	}
	renamed, ok := m.result()
	if !ok {
		return program{}, false
	}
	out := a.clone()
	out.version = min(a.version, b.version)
	for i, f := range renamed.files {
		into := out.file(f.name)
		if into == nil {
			out.files = append(out.files, f)
			continue
		}
		merged, ok := merge(into.src, f.src, b.syntax[i], b)
		if !ok {
			return program{}, false
		}
		into.src = merged
	}
	out.sort()
	return out, true
}

func fresh(name string, taken map[string]bool) string {
	for i := 2; ; i++ {
		if to := fmt.Sprintf("%s%d", name, i); !taken[to] {
			return to
		}
	}
}

// merge appends what stands behind the imports of the second file, whose
// syntax is that of before it was renamed, and imports what is missing.
func merge(src, other string, syntax *ast.File, c *checked) (string, bool) {
	_, rest, ok := strings.Cut(other, "package "+syntax.Name.Name)
	if !ok || strings.Contains(other, "//go:build") {
		return "", false
	}
	imports := ""
	for _, decl := range syntax.Decls {
		gen, ok := decl.(*ast.GenDecl)
		if !ok || gen.Tok != token.IMPORT {
			continue
		}
		text := c.text(gen)
		if !strings.Contains(rest, text) {
			return "", false
		}
		rest = strings.Replace(rest, text, "", 1)
		for _, spec := range gen.Specs {
			if text := c.text(spec); !strings.Contains(src, text) {
				imports += "import " + text + "\n"
			}
		}
	}
	clause := strings.Index(src, "\npackage ") + 1
	end := clause + strings.IndexByte(src[clause:], '\n') + 1
	return src[:end] + "\n" + imports + src[end:] + "\n" + strings.TrimLeft(rest, "\n"), true
}

// rename changes the name of an object wherever it stands.
func (m *mutant) rename(obj types.Object, to string) {
	same := func(o types.Object) bool {
		return o != nil && o.Pkg() == obj.Pkg() && o.Pos() == obj.Pos() && o.Name() == obj.Name()
	}
	for _, f := range m.syntax {
		ast.Inspect(f, func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			if ok && id.Name == obj.Name() && (id.Pos() == obj.Pos() || same(m.info.Uses[id]) || same(m.info.Defs[id])) {
				m.replace(id.Pos(), id.End(), to)
			}
			return true
		})
	}
}
