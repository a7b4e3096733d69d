package tree

import (
	"go/ast"
	"slices"
	"testing"

	"github.com/dave/dst"
)

func TestCommentsMove(t *testing.T) {
	for _, test := range []struct {
		name, in, out string
		do            func(t *testing.T, f *File) error
	}{
		{"what stood apart above what is deleted stands together", "\ta()\n\n\t// one\n\n\t// two\n\tat()\n\tb()\n", "\ta()\n\n\t// one\n\t// two\n\tb()\n", remove},
		{"and behind the one before, if it is the last", "\ta()\n\t// one\n\n\t// two\n\tat()\n", "\ta()\n\t// one\n\t// two\n", remove},
		{"and behind the one before, apart from it", "\ta()\n\n\t// one\n\n\t// two\n\tat()\n", "\ta()\n\t// one\n\t// two\n", remove},
		{"what is inserted stands close to what follows", "\tat() // a\n\tb()\n", "\tat() // a\n\tnew()\n\tb()\n", after},
		{"below a comment in the line", "\ta() /* a */\n\tat() // one\n", "\ta() /* a */\n\t// one\n", remove},
		{"below those that are below", "\ta()\n\tat() // one\n\t// two\n", "\ta()\n\t// one\n\t// two\n", remove},
		{"what is inserted takes those below", "\tat() /* a */\n\t// two\n", "\tat() /* a */\n\tnew()\n\t// two\n", after},
		{"what is inserted stands below a line comment", "\tat() // a\n", "\tat() // a\n\tnew()\n", after},
		{"what is inserted stands between line comments", "\tat() // a\n\t// two\n", "\tat() // a\n\tnew()\n\t// two\n", after},
		{"comments of both stand above", "\t// one\n\tat()\n", "\t// one\n\t// two\n\tnew()\n", func(t *testing.T, f *File) error {
			return f.ReplaceStmt(find[*ast.ExprStmt](t, f, "at"), must(Stmts("// two\nnew()"))...)
		}},
		{"comments go with what is built around", "\t// one\n\tat() // two\n", "\t// one\n\tif x {\n\t\tat()\n\t}\n\tb() // two\n", func(t *testing.T, f *File) error {
			stmt := find[*ast.ExprStmt](t, f, "at")
			around := must(Stmts("if x {\n}\nb()"))
			around[0].(*dst.IfStmt).Body.List = []dst.Stmt{must(f.Node(stmt)).(dst.Stmt)}
			return f.ReplaceStmt(stmt, around...)
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := decorate(t, file(test.in))
			if err := test.do(t, f); err != nil {
				t.Fatal(err)
			}
			equal(t, result(t, f), file(test.out))
		})
	}
}

func remove(t *testing.T, f *File) error { return f.Delete(find[*ast.ExprStmt](t, f, "at")) }

func after(t *testing.T, f *File) error {
	return f.InsertAfter(find[*ast.ExprStmt](t, f, "at"), news(t)...)
}

// TestFirstLost checks that of several comments that would be lost, it is
// always the same that is named.
func TestFirstLost(t *testing.T) {
	for range 20 {
		if lost, found := missing(map[string]int{"// c": 1, "// a": 1, "// b": 2}, map[string]int{"// a": 1, "// b": 1}); lost != "// b" || !found {
			t.Fatalf("%q, want // b", lost)
		}
	}
}

// TestTakeTrailing checks that nothing moves where there is no comment.
func TestTakeTrailing(t *testing.T) {
	s := must(Stmts("f()"))[0]
	s.Decorations().After = dst.None
	if decs := TakeTrailing(s); decs != nil || s.Decorations().After != dst.None {
		t.Errorf("took %q, and left the spacing %v", decs, s.Decorations().After)
	}
}

// TestHandOn checks that the line break of a comment goes with what is below
// it, if anything is.
func TestHandOn(t *testing.T) {
	for _, test := range []struct{ end, line, below dst.Decorations }{
		{dst.Decorations{"// a"}, dst.Decorations{"// a"}, nil},
		{dst.Decorations{"// a", "// b"}, dst.Decorations{"// a"}, dst.Decorations{"\n", "// b"}},
		{dst.Decorations{"/* a */", "\n", "// b"}, dst.Decorations{"/* a */"}, dst.Decorations{"\n", "// b"}},
	} {
		if line, below := handOn(test.end); !slices.Equal(line, test.line) || !slices.Equal(below, test.below) {
			t.Errorf("%q: %q and %q, want %q and %q", test.end, line, below, test.line, test.below)
		}
	}
}
