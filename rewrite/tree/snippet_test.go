package tree

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"

	"github.com/dave/dst"
)

func TestStmts(t *testing.T) {
	for _, test := range []struct{ name, in, out string }{
		{"one", "a()", "\ta()\n"},
		{"several", "a()\nb()", "\ta()\n\tb()\n"},
		{"empty lines around", "\n\na()\n\n", "\ta()\n"},
		{"empty line between", "a()\n\nb()", "\ta()\n\n\tb()\n"},
		{"comments", "// a\na() // b\n// c\nb() // d\n// e", "\t// a\n\ta() // b\n\t// c\n\tb() // d\n\t// e\n"},
		{"nested", "select {\ncase <-x:\n\t// a\n\treturn\n}", "\tselect {\n\tcase <-x:\n\t\t// a\n\t\treturn\n\t}\n"},
		{"declaration", "var zero T\nreturn zero", "\tvar zero T\n\treturn zero\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			list, err := Stmts(test.in)
			if err != nil {
				t.Fatal(err)
			}
			f := decorate(t, file("\tat()\n\n\tlast()\n"))
			if err := f.InsertBefore(find[*ast.ExprStmt](t, f, "last"), list...); err != nil {
				t.Fatal(err)
			}
			equal(t, result(t, f), file("\tat()\n\n"+test.out+"\tlast()\n"))
		})
	}
}

func TestSnippetErrors(t *testing.T) {
	for _, src := range []string{"", "// a", "a(", "} func g() {", "a() } func g() { b()", "a()\n}\n\nfunc g() {\n\tb()"} {
		if list, err := Stmts(src); err == nil {
			t.Errorf("Stmts(%q) gives %d statements", src, len(list))
		}
	}
	for _, src := range []string{"", "a, b", "a; b()", "a = b", "// a", "var x int", "1 + "} {
		if x, err := Expr(src); err == nil {
			t.Errorf("Expr(%q) gives a %T", src, x)
		}
	}
	for _, src := range []string{"", "a()", "case <-x: a()\ncase <-y: b()", "case x: ; }\nfor {"} {
		if c, err := Clause(src); err == nil {
			t.Errorf("Clause(%q) gives %v", src, c)
		}
	}
}

func TestExpr(t *testing.T) {
	for _, src := range []string{"ctx", "r.Context()", "context.WithoutCancel(ctx)", "func() {\n\t\tx()\n\t}", "a /* b */ + c", "[]int{1}", "<-ch", "*p", "map[string]int"} {
		f := decorate(t, file("\tf(old)\n"))
		if err := f.Replace(find[*ast.Ident](t, f, "old"), must(Expr(src))); err != nil {
			t.Fatal(err)
		}
		equal(t, result(t, f), file("\tf("+src+")\n"))
	}
}

func TestDecorateRefuses(t *testing.T) {
	for name, test := range map[string]struct{ parsed, given, want string }{
		"line directive":        {"package p\n\n//line x.y:1\nvar x int\n", "", "line directive"},
		"inline line directive": {"package p\n\nvar x /*line x.y:1:2*/ int\n", "", "line directive"},
		"other bytes":           {"package p\n", "package p\n\nvar x int\n", "not of the bytes"},
		"other bytes with CR":   {"package p\n\nvar y int\n", "package p\r\n\r\nfunc f() {}\r\n", "not of the bytes"},
		"more bytes with CR":    {"package p\n\nvar y int\n", "package p\r\n\r\nvar y int\r\n\r\nvar z int\r\n", "not of the bytes"},
		"like bytes with CR":    {"package p\n\nvar y int\n", "package p\r\n\r\ntype y int\r\n", "not of the bytes"},
		"bytes with CR, no Go":  {"package p\n", "package p {\r\n", "expected"},
	} {
		t.Run(name, func(t *testing.T) {
			fset := token.NewFileSet()
			syntax, err := parser.ParseFile(fset, "a.go", test.parsed, parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			given := test.given
			if given == "" {
				given = test.parsed
			}
			if _, err := Decorate(fset, syntax, []byte(given)); err == nil || !strings.Contains(err.Error(), test.want) || !strings.HasPrefix(err.Error(), "a.go:") {
				t.Errorf("got %v, want an error with %q", err, test.want)
			}
		})
	}
}

// The tree may have been parsed from the text without its carriage returns.
func TestDecorateOfNormalised(t *testing.T) {
	src := "\ufeffpackage p\r\n\r\nfunc f() {\r\n\tat() // c\r\n}\r\n"
	fset := token.NewFileSet()
	syntax, err := parser.ParseFile(fset, "a.go", normalise([]byte(src)), parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	f, err := Decorate(fset, syntax, []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	stmt := syntax.Decls[0].(*ast.FuncDecl).Body.List[0]
	if err := f.InsertAfter(stmt, news(t)...); err != nil {
		t.Fatal(err)
	}
	equal(t, result(t, f), strings.Replace(src, "// c\r\n", "// c\r\n\tnew()\r\n", 1))
}

// Positions are looked up in the file set the tree was parsed into.
func TestDecorateInOtherFileSet(t *testing.T) {
	src := []byte(file("\tat()\n"))
	syntax, err := parser.ParseFile(token.NewFileSet(), "a.go", src, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Decorate(token.NewFileSet(), syntax, src); err == nil || !strings.Contains(err.Error(), "not in the file set") {
		t.Errorf("%v", err)
	}
}

func TestNothingIsNoPanic(t *testing.T) {
	f := decorate(t, file("\tat()\n"))
	var none *ast.CallExpr
	if f.Replace(nil, dst.NewIdent("x")) == nil || f.Replace(none, dst.NewIdent("x")) == nil || f.AddArg(none, 0, dst.NewIdent("x")) == nil || f.Delete(nil) == nil {
		t.Error("no error for a change at nothing")
	}
}

func TestFill(t *testing.T) {
	for _, test := range []struct{ name, src, hole, out string }{
		{"argument", "f(hole, 1)", "old(1)", "f(old(1), 1)"},
		{"operand", "hole.m()", "old(1)", "old(1).m()"},
		{"operand that needs parentheses", "hole.m()", "*p", "(*p).m()"},
		{"operand of operands", "hole.m()", "a + b", "(a + b).m()"},
		{"operand that is received", "hole.m()", "<-c", "(<-c).m()"},
		{"operand of a literal", "hole.m()", "func() {}", "func() {}.m()"},
		{"field of a literal", "T{A: hole}", "a + b", "T{A: a + b}"},
		{"with a comment", "f(hole)", "old(1) /* a */", "f(old(1) /* a */)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			list := Fill(must(Stmts("x = "+test.src)), map[string]dst.Expr{"hole": must(Expr(test.hole))})
			f := decorate(t, file("\tat()\n"))
			if err := f.InsertBefore(find[*ast.ExprStmt](t, f, "at"), list...); err != nil {
				t.Fatal(err)
			}
			equal(t, result(t, f), file("\tx = "+test.out+"\n\tat()\n"))
		})
	}
}

// What stands around statements is no part of them.
func TestStmtsAlone(t *testing.T) {
	list := must(Stmts(" \n\nf()\n\ng()\n\n "))
	first, last := list[0].Decorations(), list[1].Decorations()
	if first.Before != dst.NewLine || first.After != dst.EmptyLine || last.After != dst.NewLine {
		t.Errorf("spaced by %v, %v and %v", first.Before, first.After, last.After)
	}
}
