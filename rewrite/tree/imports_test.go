package tree

import (
	"go/ast"
	"strings"
	"testing"

	"github.com/dave/dst"
)

func TestImport(t *testing.T) {
	for _, test := range []struct{ name, in, path, as, out string }{
		{"none", "package p\n\nvar x int\n", "context", "", "package p\n\nimport \"context\"\n\nvar x int\n"},
		{"none, comments", "// Doc.\npackage p // a\n\n// b\n\n// X is.\nvar X int\n", "context", "", "// Doc.\npackage p // a\n\nimport \"context\"\n\n// b\n\n// X is.\nvar X int\n"},
		{"none, nothing", "package p\n", "context", "", "package p\n\nimport \"context\"\n"},
		{"single", "package p\n\nimport \"time\"\n\nvar x int\n", "context", "", "package p\n\nimport (\n\t\"context\"\n\t\"time\"\n)\n\nvar x int\n"},
		{"single, comments", "package p\n\n// a\nimport \"time\" // b\n\nvar x int\n", "context", "", "package p\n\n// a\nimport (\n\t\"context\"\n\t\"time\" // b\n)\n\nvar x int\n"},
		{"there", "package p\n\nimport \"context\"\n\nvar x int\n", "context", "", "package p\n\nimport \"context\"\n\nvar x int\n"},
		{"there under another name", "package p\n\nimport c \"context\"\n\nvar x int\n", "context", "", "package p\n\nimport (\n\t\"context\"\n\tc \"context\"\n)\n\nvar x int\n"},
		{"named", "package p\n\nimport (\n\t\"time\"\n)\n", "context", "stdctx", "package p\n\nimport (\n\tstdctx \"context\"\n\t\"time\"\n)\n"},
		{"middle", "package p\n\nimport (\n\t\"bytes\" // a\n\t// b\n\t\"time\"\n)\n", "context", "", "package p\n\nimport (\n\t\"bytes\" // a\n\t\"context\"\n\t// b\n\t\"time\"\n)\n"},
		{"last", "package p\n\nimport (\n\t\"bytes\" // a\n)\n", "context", "", "package p\n\nimport (\n\t\"bytes\" // a\n\t\"context\"\n)\n"},
		{"standard group", "package p\n\nimport (\n\t\"bytes\"\n\n\t\"example.com/x\"\n)\n", "context", "", "package p\n\nimport (\n\t\"bytes\"\n\t\"context\"\n\n\t\"example.com/x\"\n)\n"},
		{"standard group second", "package p\n\nimport (\n\t\"example.com/x\"\n\n\t\"time\"\n)\n", "context", "", "package p\n\nimport (\n\t\"example.com/x\"\n\n\t\"context\"\n\t\"time\"\n)\n"},
		{"no standard group", "package p\n\nimport (\n\t\"example.com/x\" // a\n)\n", "context", "", "package p\n\nimport (\n\t\"context\"\n\n\t\"example.com/x\" // a\n)\n"},
		{"own group", "package p\n\nimport (\n\t\"time\"\n\n\t\"github.com/a/b\"\n\n\t\"example.com/me/x\"\n)\n", "example.com/me/a", "", "package p\n\nimport (\n\t\"time\"\n\n\t\"github.com/a/b\"\n\n\t\"example.com/me/a\"\n\t\"example.com/me/x\"\n)\n"},
		{"no group of others", "package p\n\nimport (\n\t\"time\"\n)\n", "example.com/me/a", "", "package p\n\nimport (\n\t\"time\"\n\n\t\"example.com/me/a\"\n)\n"},
		{"cgo", "package p\n\n// #include <x.h>\nimport \"C\"\n\nimport (\n\t\"time\"\n)\n", "context", "", "package p\n\n// #include <x.h>\nimport \"C\"\n\nimport (\n\t\"context\"\n\t\"time\"\n)\n"},
		{"cgo alone", "package p\n\n// #include <x.h>\nimport \"C\"\n\nvar x int\n", "context", "", "package p\n\n// #include <x.h>\nimport \"C\"\n\nimport \"context\"\n\nvar x int\n"},
		{"several declarations", "package p\n\nimport \"bytes\"\nimport \"time\"\n\nvar x int\n", "context", "", "package p\n\nimport (\n\t\"bytes\"\n\t\"context\"\n)\nimport \"time\"\n\nvar x int\n"},
		{"side effects", "package p\n\nimport (\n\t_ \"embed\"\n\t\"time\"\n)\n", "context", "", "package p\n\nimport (\n\t\"context\"\n\t_ \"embed\"\n\t\"time\"\n)\n"},
		{"side effects of the same", "package p\n\nimport _ \"unsafe\"\n", "unsafe", "", "package p\n\nimport (\n\t\"unsafe\"\n\t_ \"unsafe\"\n)\n"},
		{"build tag", "//go:build linux\n\npackage p\n\nvar x int\n", "context", "", "//go:build linux\n\npackage p\n\nimport \"context\"\n\nvar x int\n"},
		{"heading", "package p\n\nimport (\n\t// standard\n\t\"time\"\n\n\t// others\n\t\"example.com/x\"\n)\n", "unicode", "", "package p\n\nimport (\n\t// standard\n\t\"time\"\n\t\"unicode\"\n\n\t// others\n\t\"example.com/x\"\n)\n"},
		{"heading, first", "package p\n\nimport (\n\t// standard\n\t\"time\"\n\n\t// others\n\t\"example.com/x\"\n)\n", "context", "", "package p\n\nimport (\n\t// standard\n\t\"context\"\n\t\"time\"\n\n\t// others\n\t\"example.com/x\"\n)\n"},
		{"comment of the first", "package p\n\nimport (\n\t// for x\n\t\"time\"\n)\n", "context", "", "package p\n\nimport (\n\t\"context\"\n\t// for x\n\t\"time\"\n)\n"},
		{"end of block", "package p\n\nimport (\n\t\"bytes\"\n\t// end\n)\n", "context", "", "package p\n\nimport (\n\t\"bytes\"\n\t\"context\"\n\t// end\n)\n"},
		{"empty block", "package p\n\nimport ()\n\nvar x int\n", "context", "", "package p\n\nimport (\n\t\"context\"\n)\n\nvar x int\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := decorate(t, test.in)
			if err := f.Import(test.path, test.as); err != nil {
				t.Fatal(err)
			}
			equal(t, result(t, f), test.out)
		})
	}
}

func TestDropUnusedImports(t *testing.T) {
	const use = "\nvar x = drop.X + keep.X\n"
	for _, test := range []struct{ name, in, out string }{
		{"block", "import (\n\t\"drop\"\n\t\"keep\"\n)\n", "import (\n\t\"keep\"\n)\n"},
		{"last of block", "import (\n\t\"keep\"\n\t\"x/drop\"\n)\n", "import (\n\t\"keep\"\n)\n"},
		{"group", "import (\n\t\"keep\"\n\n\t\"x/drop\"\n\n\t\"other\"\n)\n", "import (\n\t\"keep\"\n\n\t\"other\"\n)\n"},
		{"first group", "import (\n\t\"drop\"\n\n\t\"x.y/keep\"\n)\n", "import (\n\t\"x.y/keep\"\n)\n"},
		{"single", "import \"drop\"\n", ""},
		{"single of two", "import \"drop\"\nimport \"keep\"\n", "import \"keep\"\n"},
		{"alias", "import (\n\tdrop \"other\"\n\t\"keep\"\n)\n", "import (\n\t\"keep\"\n)\n"},
		{"alone in a block", "import (\n\t\"drop\"\n)\n", ""},
		{"blank and dot stay", "import (\n\t. \"drop\"\n\t_ \"x/drop\"\n)\n", "import (\n\t. \"drop\"\n\t_ \"x/drop\"\n)\n"},
		{"other alias stays", "import (\n\tdrip \"drop\"\n)\n", "import (\n\tdrip \"drop\"\n)\n"},
		{"cgo stays", "// #include <x.h>\nimport \"C\"\n\nimport \"drop\"\n", "// #include <x.h>\nimport \"C\"\n"},
		{"comments of others", "import (\n\t\"a\" // a\n\t\"drop\"\n\t// b\n\t\"keep\" // k\n\t// end\n)\n", "import (\n\t\"a\" // a\n\t// b\n\t\"keep\" // k\n\t// end\n)\n"},
		{"heading", "import (\n\t// standard\n\t\"drop\"\n\t\"keep\"\n)\n", "import (\n\t// standard\n\t\"keep\"\n)\n"},
		{"its own comment", "import (\n\t\"drop\" // for x\n\t\"keep\"\n)\n", "refused"},
		{"its own comment above", "import (\n\t\"aaa\"\n\t// for x\n\t\"drop\"\n\t\"keep\"\n)\n", "refused"},
		{"comment of the declaration", "// for x\nimport \"drop\"\n", "refused"},
		{"comment in the empty block", "import ( // for x\n\t\"drop\"\n)\n", "refused"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := decorate(t, "package p\n\n"+test.in+use)
			if err := f.Replace(findExpr(t, f, "drop.X"), must(Expr("y"))); err != nil {
				t.Fatal(err)
			}
			before := string(must(f.restore()))
			err := f.DropUnusedImports(map[string]string{"drop": "drop", "x/drop": "drop", "keep": "keep", "x.y/keep": "keep", "other": "other", "C": "drop"}, nil)
			if test.out == "refused" {
				if err == nil || !strings.Contains(err.Error(), "for x") {
					t.Errorf("got %v, want a refusal", err)
				}
				if after := string(must(f.restore())); after != before {
					t.Errorf("the refused change left:\n%s", after)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			want := "package p\n\n" + test.out + strings.Replace(use, "drop.X", "y", 1)
			equal(t, result(t, f), strings.Replace(want, "\n\n\n", "\n\n", 1))
		})
	}
}

// An import that was unused all along stays; one whose name is still there,
// but as a variable's, goes.
func TestDropOnlyWhatWentUnused(t *testing.T) {
	src := "package p\n\nimport (\n\t\"a\"\n\t\"b\"\n\t\"c\"\n)\n\nfunc f(b T) { b.X() }\n\nfunc g() { b.X(); c.X() }\n\nfunc h(c T) { c.X() }\n"
	f := decorate(t, src)
	if err := f.Replace(find[*ast.CallExpr](t, f, "c.X()"), must(Expr("y()"))); err != nil {
		t.Fatal(err)
	}
	if err := f.DropUnusedImports(map[string]string{"a": "a", "b": "b", "c": "c"}, nil); err != nil {
		t.Fatal(err)
	}
	equal(t, result(t, f), strings.Replace(strings.Replace(src, "c.X()", "y()", 1), "\t\"c\"\n", "", 1))
}

func TestImportIntoLittle(t *testing.T) {
	for _, test := range []struct{ name, in, path, out string }{
		{"no declarations", "package p\n", "a", "package p\n\nimport \"a\"\n"},
		{"cgo among others", "package p\n\nimport (\n\t\"C\"\n\t\"z\"\n)\n\nvar x int\n", "a", "package p\n\nimport (\n\t\"C\"\n\t\"z\"\n)\n\nimport \"a\"\n\nvar x int\n"},
		{"parent of the others", "package p\n\nimport (\n\t\"a.b/c/d\"\n)\n", "a.b/c", "package p\n\nimport (\n\t\"a.b/c\"\n\t\"a.b/c/d\"\n)\n"},
		{"child of the others", "package p\n\nimport (\n\t\"a.b/c\"\n)\n", "a.b/c/d", "package p\n\nimport (\n\t\"a.b/c\"\n\t\"a.b/c/d\"\n)\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := decorate(t, test.in)
			if err := f.Import(test.path, ""); err != nil {
				t.Fatal(err)
			}
			equal(t, result(t, f), test.out)
		})
	}
}

// What keeps its place keeps its comment, once.
func TestDropBehindHeading(t *testing.T) {
	src := "package p\n\nimport (\n\t\"a\"\n\n\t// Ours.\n\t\"b\"\n\t\"c\"\n)\n\nvar x = a.X + b.X + c.X\n"
	f := decorate(t, src)
	if err := f.Replace(findExpr(t, f, "c.X"), must(Expr("y"))); err != nil {
		t.Fatal(err)
	}
	if err := f.DropUnusedImports(map[string]string{"a": "a", "b": "b", "c": "c"}, nil); err != nil {
		t.Fatal(err)
	}
	equal(t, result(t, f), strings.Replace(strings.Replace(src, "c.X", "y", 1), "\t\"c\"\n", "", 1))
}

// A dot import stays while a name may come from it: one that the file did not
// use before, and that is exported.
func TestDropDotImport(t *testing.T) {
	for by, stays := range map[string]bool{"y": false, "Y": true, "Used": false, "Drop": true} {
		src := "package p\n\nimport . \"a\"\n\nvar x, z = Drop, Used\n"
		f := decorate(t, src)
		if err := f.Replace(find[*ast.Ident](t, f, "Drop"), must(Expr(by))); err != nil {
			t.Fatal(err)
		}
		if err := f.DropUnusedImports(nil, map[string][]string{"a": {"Drop"}}); err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(result(t, f), "import"); got != stays {
			t.Errorf("with %s the import stays: %v", by, got)
		}
	}
}

func TestDropRefuses(t *testing.T) {
	const src = "package p\n\nimport \"drop\" // for x\n\nvar x = drop.X\n"
	for name, test := range map[string]struct {
		do   func(f *File)
		want string
	}{
		"comment":       {func(*File) {}, "a.go:3: an import here"},
		"no syntax":     {func(f *File) { f.dst.Decls[1].(*dst.GenDecl).Specs[0].(*dst.ValueSpec).Names[0].Name = "1x" }, "does not parse"},
		"not printable": {func(f *File) { f.dst.Decls = append(f.dst.Decls, f.dst.Decls[1]) }, "duplicate node"},
	} {
		f := decorate(t, src)
		if err := f.Replace(findExpr(t, f, "drop.X"), must(Expr("y"))); err != nil {
			t.Fatal(err)
		}
		test.do(f)
		if err := f.DropUnusedImports(map[string]string{"drop": "drop"}, nil); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %s", name, err, test.want)
		}
	}
}
