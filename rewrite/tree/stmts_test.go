package tree

import (
	"go/ast"
	"testing"

	"github.com/dave/dst"
)

// body puts statements into a file, and out is what the file must become.
func file(body string) string { return "package p\n\nfunc f() {\n" + body + "}\n" }

type edit struct{ name, in, out string }

func run(t *testing.T, tests []edit, do func(t *testing.T, f *File) error) {
	t.Helper()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f := decorate(t, file(test.in))
			if err := do(t, f); err != nil {
				t.Fatal(err)
			}
			equal(t, result(t, f), file(test.out))
		})
	}
}

func news(t testing.TB) []dst.Stmt {
	t.Helper()
	list, err := Stmts("new()")
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestInsertBefore(t *testing.T) {
	run(t, []edit{
		{"only", "\tat()\n", "\tnew()\n\tat()\n"},
		{"comment above", "\t// c\n\tat()\n", "\tnew()\n\t// c\n\tat()\n"},
		{"trailing comment", "\tat() // c\n", "\tnew()\n\tat() // c\n"},
		{"empty line above", "\ta()\n\n\tat()\n\tb()\n", "\ta()\n\n\tnew()\n\tat()\n\tb()\n"},
		{"comment and empty line above", "\ta()\n\n\t// c\n\tat()\n", "\ta()\n\n\tnew()\n\t// c\n\tat()\n"},
		{"comment apart", "\ta()\n\n\t// c\n\n\tat()\n", "\ta()\n\n\tnew()\n\t// c\n\n\tat()\n"},
		{"trailing comment of the one before", "\ta() // a\n\tat()\n", "\ta() // a\n\tnew()\n\tat()\n"},
		{"after a brace comment", "\tif x { // c\n\t\tat()\n\t}\n", "\tif x { // c\n\t\tnew()\n\t\tat()\n\t}\n"},
		{"block comment before", "\t/* c */ at()\n", "\tnew()\n\t/* c */ at()\n"},
		{"end of block", "\tat()\n\t// end\n", "\tnew()\n\tat()\n\t// end\n"},
		{"in a case", "\tswitch {\n\tcase x:\n\t\t// c\n\t\tat() // d\n\t// e\n\tcase y:\n\t}\n", "\tswitch {\n\tcase x:\n\t\tnew()\n\t\t// c\n\t\tat() // d\n\t// e\n\tcase y:\n\t}\n"},
		{"case with a comment", "\tswitch {\n\tcase x: // c\n\t\tat()\n\t}\n", "\tswitch {\n\tcase x: // c\n\t\tnew()\n\t\tat()\n\t}\n"},
		{"labelled", "\ta()\nL:\n\t// c\n\tat()\n\tfor {\n\t\tbreak L\n\t}\n", "\ta()\n\tnew()\nL:\n\t// c\n\tat()\n\tfor {\n\t\tbreak L\n\t}\n"},
		{"labelled, a goto elsewhere", "L:\n\tat()\n\tgoto M\nM:\n\tb()\n", "\tnew()\nL:\n\tat()\n\tgoto M\nM:\n\tb()\n"},
		{"one line", "\tg(func() { at() })\n", "\tg(func() {\n\t\tnew()\n\t\tat()\n\t})\n"},
		{"one line of several", "\tg(func() { a(); at(); b() }, 1)\n", "\tg(func() {\n\t\ta()\n\t\tnew()\n\t\tat()\n\t\tb()\n\t}, 1)\n"},
		{"one line case", "\tswitch {\n\tcase x: at()\n\tcase y:\n\t}\n", "\tswitch {\n\tcase x:\n\t\tnew()\n\t\tat()\n\tcase y:\n\t}\n"},
	}, func(t *testing.T, f *File) error {
		return f.InsertBefore(find[*ast.ExprStmt](t, f, "at"), news(t)...)
	})
}

func TestInsertAfter(t *testing.T) {
	run(t, []edit{
		{"only", "\tat()\n", "\tat()\n\tnew()\n"},
		{"trailing comment", "\tat() // c\n", "\tat() // c\n\tnew()\n"},
		{"trailing block comment", "\tat() /* c */\n\tb()\n", "\tat() /* c */\n\tnew()\n\tb()\n"},
		{"empty line below", "\tat()\n\n\tb()\n", "\tat()\n\tnew()\n\n\tb()\n"},
		{"empty line and comment below", "\tat() // a\n\n\t// b\n\tb()\n", "\tat() // a\n\tnew()\n\n\t// b\n\tb()\n"},
		{"comment above the next", "\tat()\n\t// b\n\tb()\n", "\tat()\n\tnew()\n\t// b\n\tb()\n"},
		{"end of block", "\tat()\n\t// end\n", "\tat()\n\tnew()\n\t// end\n"},
		{"end of block after a line", "\tat() // c\n\n\t// end\n", "\tat() // c\n\tnew()\n\n\t// end\n"},
		{"several lines", "\tat(1,\n\t\t2) // c\n\tb()\n", "\tat(1,\n\t\t2) // c\n\tnew()\n\tb()\n"},
		{"last of a case", "\tswitch {\n\tcase x:\n\t\tat() // c\n\tcase y:\n\t}\n", "\tswitch {\n\tcase x:\n\t\tat() // c\n\t\tnew()\n\tcase y:\n\t}\n"},
		{"last of a case, comments below", "\tswitch {\n\tcase x:\n\t\tat() // c\n\t\t// d\n\t// e\n\tcase y:\n\t}\n", "\tswitch {\n\tcase x:\n\t\tat() // c\n\t\tnew()\n\t\t// d\n\t// e\n\tcase y:\n\t}\n"},
		{"last of the last case", "\tselect {\n\tcase <-x:\n\t\tat() // c\n\t\t// d\n\t}\n", "\tselect {\n\tcase <-x:\n\t\tat() // c\n\t\tnew()\n\t\t// d\n\t}\n"},
		{"one line", "\tg(func() { at() })\n", "\tg(func() {\n\t\tat()\n\t\tnew()\n\t})\n"},
		{"before else", "\tif x {\n\t\tat() // c\n\t} else {\n\t\tb()\n\t}\n", "\tif x {\n\t\tat() // c\n\t\tnew()\n\t} else {\n\t\tb()\n\t}\n"},
		{"before else, comment below", "\tif x {\n\t\tat()\n\t\t// c\n\t} else {\n\t\tb()\n\t}\n", "\tif x {\n\t\tat()\n\t\tnew()\n\t\t// c\n\t} else {\n\t\tb()\n\t}\n"},
		{"comment behind the block", "\t{\n\t\tat()\n\t} // c\n", "\t{\n\t\tat()\n\t\tnew()\n\t} // c\n"},
		{"labelled", "L:\n\tat() // c\n\tfor {\n\t\tgoto L\n\t}\n", "L:\n\tat() // c\n\tnew()\n\tfor {\n\t\tgoto L\n\t}\n"},
	}, func(t *testing.T, f *File) error {
		return f.InsertAfter(find[*ast.ExprStmt](t, f, "at"), news(t)...)
	})
}

func TestInsertBeforeLabel(t *testing.T) {
	run(t, []edit{
		{"goto", "L:\n\tat()\n\tgoto L\n", "\tnew()\nL:\n\tat()\n\tgoto L\n"},
	}, func(t *testing.T, f *File) error {
		return f.InsertBefore(find[*ast.LabeledStmt](t, f, "L"), news(t)...)
	})
}

func TestInsertTwice(t *testing.T) {
	run(t, []edit{
		{"end of a case", "\tswitch {\n\tcase x:\n\t\tat() // a\n\t\t// b\n\tcase y:\n\t}\n", "\tswitch {\n\tcase x:\n\t\tat() // a\n\t\tnew()\n\t\tnew()\n\t\t// b\n\tcase y:\n\t}\n"},
	}, func(t *testing.T, f *File) error {
		at := find[*ast.ExprStmt](t, f, "at")
		if err := f.InsertAfter(at, news(t)...); err != nil {
			return err
		}
		return f.InsertAfter(at, news(t)...)
	})
}

func TestDelete(t *testing.T) {
	run(t, []edit{
		{"only", "\tfor {\n\t\tat()\n\t}\n", "\tfor {\n\t}\n"},
		{"first", "\tat()\n\tb()\n", "\tb()\n"},
		{"first, empty line below", "\tat()\n\n\tb()\n", "\tb()\n"},
		{"middle", "\ta()\n\tat()\n\tb()\n", "\ta()\n\tb()\n"},
		{"empty line above", "\ta()\n\n\tat()\n\tb()\n", "\ta()\n\n\tb()\n"},
		{"empty line below", "\ta()\n\tat()\n\n\tb()\n", "\ta()\n\n\tb()\n"},
		{"last", "\ta()\n\n\tat()\n", "\ta()\n"},
		{"comments, next", "\ta()\n\t// c\n\tat() // d\n\t// e\n\tb()\n", "\ta()\n\t// c\n\t// d\n\t// e\n\tb()\n"},
		{"comments, previous", "\ta() // a\n\t// c\n\tat() // d\n\t// e\n", "\ta() // a\n\t// c\n\t// d\n\t// e\n"},
		{"comments, alone", "\t// c\n\tat() // d\n\t// e\n", "\t// c\n\t// d\n\t// e\n"},
		{"comments, alone after a brace comment", "\tif x { // b\n\t\t// c\n\t\tat() // d\n\t}\n", "\tif x { // b\n\t\t// c\n\t\t// d\n\t}\n"},
		{"block comments", "\ta()\n\t/* c */ at() /* d */\n\tb()\n", "\ta()\n\t/* c */\n\t/* d */\n\tb()\n"},
		{"alone in a case", "\tswitch {\n\tcase x:\n\t\tat() // c\n\tcase y:\n\t}\n", "\tswitch {\n\tcase x:\n\t\t// c\n\tcase y:\n\t}\n"},
		{"last in a case", "\tswitch {\n\tcase x:\n\t\ta()\n\t\tat() // c\n\tcase y:\n\t}\n", "\tswitch {\n\tcase x:\n\t\ta()\n\t\t// c\n\tcase y:\n\t}\n"},
		{"alone, more below the case", "\tswitch {\n\tcase x:\n\t\t// b\n\t\tat() // c\n\t\t// d\n\tcase y:\n\t}\n", "\tswitch {\n\tcase x:\n\t\t// b\n\t\t// c\n\t\t// d\n\tcase y:\n\t}\n"},
		{"before else", "\tif x {\n\t\tat() // c\n\t} else {\n\t\tb()\n\t}\n", "\tif x {\n\t\t// c\n\t} else {\n\t\tb()\n\t}\n"},
		{"one line", "\tg(func() { at() })\n", "\tg(func() {})\n"},
	}, func(t *testing.T, f *File) error {
		return f.Delete(find[*ast.ExprStmt](t, f, "at"))
	})
}

func TestPrepend(t *testing.T) {
	run(t, []edit{
		{"empty", "\tfor {\n\t}\n", "\tfor {\n\t\tnew()\n\t}\n"},
		{"empty with a comment", "\tfor {\n\t\t// c\n\t}\n", "\tfor {\n\t\t// c\n\t\tnew()\n\t}\n"},
		{"empty with a brace comment", "\tfor { // c\n\t}\n", "\tfor { // c\n\t\tnew()\n\t}\n"},
		{"comment on the first", "\tfor { // c\n\t\t// d\n\t\tb() // e\n\t}\n", "\tfor { // c\n\t\tnew()\n\t\t// d\n\t\tb() // e\n\t}\n"},
		{"declarations", "\tfor {\n\t\tvar x int // c\n\t\tconst y = 1\n\t}\n", "\tfor {\n\t\tnew()\n\t\tvar x int // c\n\t\tconst y = 1\n\t}\n"},
		{"empty line first", "\tfor {\n\n\t\tb()\n\t}\n", "\tfor {\n\t\tnew()\n\n\t\tb()\n\t}\n"},
	}, func(t *testing.T, f *File) error {
		return f.Prepend(find[*ast.ForStmt](t, f, "for").Body, news(t)...)
	})
}

func TestAddCommClause(t *testing.T) {
	const first, last = true, false
	for _, test := range []struct {
		edit
		first bool
	}{
		{edit{"empty", "\tselect {}\n", "\tselect {\n\tcase <-done:\n\t\treturn\n\t}\n"}, last},
		{edit{"empty with a comment", "\tselect {\n\t// c\n\t}\n", "\tselect {\n\t// c\n\tcase <-done:\n\t\treturn\n\t}\n"}, last},
		{edit{"last", "\tselect {\n\tcase <-x:\n\t\ta()\n\t}\n", "\tselect {\n\tcase <-x:\n\t\ta()\n\tcase <-done:\n\t\treturn\n\t}\n"}, last},
		{edit{"last, comments", "\tselect { // a\n\t// b\n\tcase <-x: // c\n\t\t// d\n\t\ta() // e\n\t\t// f\n\t} // g\n", "\tselect { // a\n\t// b\n\tcase <-x: // c\n\t\t// d\n\t\ta() // e\n\t\t// f\n\tcase <-done:\n\t\treturn\n\t} // g\n"}, last},
		{edit{"last, empty body with a comment", "\tselect {\n\tcase <-x: // c\n\t}\n", "\tselect {\n\tcase <-x: // c\n\tcase <-done:\n\t\treturn\n\t}\n"}, last},
		{edit{"last, empty body, comment below", "\tselect {\n\tcase <-x:\n\t\t// c\n\t}\n", "\tselect {\n\tcase <-x:\n\t\t// c\n\tcase <-done:\n\t\treturn\n\t}\n"}, last},
		{edit{"last, comment at the closing brace", "\tselect {\n\tcase <-x:\n\t\ta()\n\t// c\n\t}\n", "\tselect {\n\tcase <-x:\n\t\ta()\n\t// c\n\tcase <-done:\n\t\treturn\n\t}\n"}, last},
		{edit{"first", "\tselect {\n\tcase <-x:\n\t\ta()\n\t}\n", "\tselect {\n\tcase <-done:\n\t\treturn\n\tcase <-x:\n\t\ta()\n\t}\n"}, first},
		{edit{"first of none", "\tselect {}\n", "\tselect {\n\tcase <-done:\n\t\treturn\n\t}\n"}, first},
		{edit{"last, only the second set apart", "\tselect {\n\tcase <-x:\n\n\tcase <-y:\n\tcase <-z:\n\t}\n", "\tselect {\n\tcase <-x:\n\n\tcase <-y:\n\tcase <-z:\n\tcase <-done:\n\t\treturn\n\t}\n"}, last},
		{edit{"last, only the third set apart", "\tselect {\n\tcase <-x:\n\tcase <-y:\n\n\tcase <-z:\n\t}\n", "\tselect {\n\tcase <-x:\n\tcase <-y:\n\n\tcase <-z:\n\tcase <-done:\n\t\treturn\n\t}\n"}, last},
		{edit{"first, comments", "\tselect { // a\n\t// b\n\tcase <-x: // c\n\t\ta()\n\t}\n", "\tselect { // a\n\tcase <-done:\n\t\treturn\n\t// b\n\tcase <-x: // c\n\t\ta()\n\t}\n"}, first},
		{edit{"last, set apart", "\tselect {\n\tcase <-x:\n\t\ta()\n\n\tcase <-y:\n\t\tb()\n\t}\n", "\tselect {\n\tcase <-x:\n\t\ta()\n\n\tcase <-y:\n\t\tb()\n\n\tcase <-done:\n\t\treturn\n\t}\n"}, last},
		{edit{"first, set apart", "\tselect {\n\tcase <-x:\n\t\ta()\n\n\tcase <-y:\n\t\tb()\n\t}\n", "\tselect {\n\tcase <-done:\n\t\treturn\n\n\tcase <-x:\n\t\ta()\n\n\tcase <-y:\n\t\tb()\n\t}\n"}, first},
	} {
		run(t, []edit{test.edit}, func(t *testing.T, f *File) error {
			clause := must(Clause("case <-done:\n\treturn"))
			return f.AddCommClause(find[*ast.SelectStmt](t, f, "select"), clause, test.first)
		})
	}
}

func TestAppendToClause(t *testing.T) {
	run(t, []edit{
		{"empty", "\tselect {\n\tcase <-at:\n\tcase <-y:\n\t}\n", "\tselect {\n\tcase <-at:\n\t\tnew()\n\tcase <-y:\n\t}\n"},
		{"on the line", "\tselect {\n\tcase <-at: // c\n\tcase <-y:\n\t}\n", "\tselect {\n\tcase <-at: // c\n\t\tnew()\n\tcase <-y:\n\t}\n"},
		{"inside", "\tselect {\n\tcase <-at:\n\t\t// c\n\n\t// above\n\tcase <-y:\n\t}\n", "\tselect {\n\tcase <-at:\n\t\t// c\n\t\tnew()\n\n\t// above\n\tcase <-y:\n\t}\n"},
		{"last", "\tselect {\n\tcase <-y:\n\tcase <-at: // c\n\t\t// d\n\t} // e\n", "\tselect {\n\tcase <-y:\n\tcase <-at: // c\n\t\t// d\n\t\tnew()\n\t} // e\n"},
		{"behind a statement", "\tselect {\n\tcase <-at:\n\t\ta() // c\n\t\t// d\n\tcase <-y:\n\t}\n", "\tselect {\n\tcase <-at:\n\t\ta() // c\n\t\tnew()\n\t\t// d\n\tcase <-y:\n\t}\n"},
		{"one line", "\tselect {\n\tcase <-at: a()\n\t}\n", "\tselect {\n\tcase <-at: a()\n\t\tnew()\n\t}\n"},
	}, func(t *testing.T, f *File) error {
		return f.AppendToClause(find[*ast.CommClause](t, f, "case <-at"), news(t)...)
	})
}
