package load

import (
	"go/ast"
	"go/types"
	"testing"
)

// TestDecl finds the declarations of functions that another package calls.
func TestDecl(t *testing.T) {
	prog := mustLoad(t, Config{Patterns: []string{"./..."}, Dir: write(t, `
-- go.mod --
module example.com/m

go 1.26
-- a/a.go --
package a

import (
	"strings"

	"example.com/m/b"
)

func use(l *b.List[int]) {
	b.Func()
	l.Method()
	b.Method()
	strings.ToUpper("")
}
-- b/b.go --
package b

type List[T any] struct{}

func (*List[T]) Method() {}
func Func()              {}
func Method()            {}
`)})
	want := map[string]bool{"Func": false, "List.Method": false, "Method": false}
	for _, pkg := range prog.Packages {
		for _, obj := range pkg.Info.Uses {
			fn, ok := obj.(*types.Func)
			if !ok {
				continue
			}
			in, decl := prog.Decl(fn)
			if fn.Name() == "ToUpper" {
				if decl != nil {
					t.Error("found the declaration of a function of another module")
				}
				continue
			}
			name := fn.Name()
			if decl != nil && decl.Recv != nil {
				name = decl.Recv.List[0].Type.(*ast.StarExpr).X.(*ast.IndexExpr).X.(*ast.Ident).Name + "." + name
			}
			if decl == nil || in.PkgPath != "example.com/m/b" {
				t.Errorf("Decl(%s) = %v", fn, decl)
				continue
			}
			want[name] = true
		}
	}
	for name, found := range want {
		if !found {
			t.Errorf("no declaration of %s was found", name)
		}
	}
}
