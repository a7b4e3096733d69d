package tree

import (
	"go/ast"
	"strings"
	"testing"
)

func TestDeclare(t *testing.T) {
	const src = `package p

import "io"

// A heading.

// v is a variable.
var v io.Reader // this one

func f() {}
`
	for name, test := range map[string]struct {
		before int
		want   string
	}{
		"first":  {1, "import \"io\"\n\n// t is a type.\ntype t int\n\n// A heading.\n\n// v is"},
		"middle": {2, "// this one\n\n// t is a type.\ntype t int\n\nfunc f() {}\n"},
	} {
		t.Run(name, func(t *testing.T) {
			f := decorate(t, src)
			if err := f.Declare(f.syntax.Decls[test.before], "// t is a type.\ntype t int"); err != nil {
				t.Fatal(err)
			}
			out, err := f.Bytes()
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(out), test.want) {
				t.Errorf("got\n%s\nwant %q in it", out, test.want)
			}
		})
	}
}

func TestDeclareRefuses(t *testing.T) {
	f := decorate(t, "package p\n\nfunc f() { var x int; _ = x }\n")
	local := f.syntax.Decls[0].(*ast.FuncDecl).Body.List[0].(*ast.DeclStmt).Decl
	if err := f.Declare(local, "type t int"); err == nil {
		t.Error("declared inside a function")
	}
	for _, bad := range []string{"type", "type t int\ntype u int", ""} {
		if err := f.Declare(f.syntax.Decls[0], bad); err == nil {
			t.Errorf("%q was declared", bad)
		}
	}
}
