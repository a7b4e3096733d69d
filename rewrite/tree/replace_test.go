package tree

import (
	"go/ast"
	"go/token"
	"strings"
	"testing"

	"github.com/dave/dst"
)

func TestReplaceExpr(t *testing.T) {
	run(t, []edit{
		{"argument", "\tf(old(1), 2)\n", "\tf(ctx, 2)\n"},
		{"comments around", "\tf( /* a */ old(1) /* b */, 2) // c\n", "\tf( /* a */ ctx /* b */, 2) // c\n"},
		{"own line", "\tf(\n\t\t// a\n\t\told(1), // b\n\t\t2,\n\t)\n", "\tf(\n\t\t// a\n\t\tctx, // b\n\t\t2,\n\t)\n"},
		{"last on its own line", "\tf(\n\t\told(1), // b\n\t)\n", "\tf(\n\t\tctx, // b\n\t)\n"},
		{"statement comments", "\t// a\n\tx := old(1) // b\n\n\t// c\n\ty()\n", "\t// a\n\tx := ctx // b\n\n\t// c\n\ty()\n"},
		{"in a defer", "\tdefer g(old(1)) // a\n", "\tdefer g(ctx) // a\n"},
		{"in an if", "\tif x := old(1); x { // a\n\t}\n", "\tif x := ctx; x { // a\n\t}\n"},
		{"before else", "\tif y {\n\t\tf(old(1)) // a\n\t\t// b\n\t} else { // c\n\t}\n", "\tif y {\n\t\tf(ctx) // a\n\t\t// b\n\t} else { // c\n\t}\n"},
		{"in a case", "\tswitch {\n\t// a\n\tcase old(1): // b\n\t\tx() // c\n\t// d\n\tcase y:\n\t}\n", "\tswitch {\n\t// a\n\tcase ctx: // b\n\t\tx() // c\n\t// d\n\tcase y:\n\t}\n"},
		{"in a literal", "\tx := T{\n\t\tA: old(1), // a\n\t\t// b\n\t\tBB: 2,\n\t}\n", "\tx := T{\n\t\tA: ctx, // a\n\t\t// b\n\t\tBB: 2,\n\t}\n"},
		{"in a chain", "\told(1).\n\t\t// a\n\t\tg().\n\t\th() // b\n", "\tctx.\n\t\t// a\n\t\tg().\n\t\th() // b\n"},
	}, func(t *testing.T, f *File) error {
		return f.Replace(find[*ast.CallExpr](t, f, "old(1)"), must(Expr("ctx")))
	})
}

// old(1) becomes wrap(old(1)).
func TestWrap(t *testing.T) {
	run(t, []edit{
		{"argument", "\tf(old(1), 2)\n", "\tf(wrap(old(1)), 2)\n"},
		{"comments around", "\tf( /* a */ old(1) /* b */, 2) // c\n", "\tf( /* a */ wrap(old(1)) /* b */, 2) // c\n"},
		{"comments inside", "\tf(old(1 /* a */))\n", "\tf(wrap(old(1 /* a */)))\n"},
		{"own line", "\tf(\n\t\t// a\n\t\told(1), // b\n\t\t2,\n\t)\n", "\tf(\n\t\t// a\n\t\twrap(old(1)), // b\n\t\t2,\n\t)\n"},
	}, func(t *testing.T, f *File) error {
		return f.Wrap(find[*ast.CallExpr](t, f, "old(1"), func(x dst.Expr) dst.Expr {
			return &dst.CallExpr{Fun: dst.NewIdent("wrap"), Args: []dst.Expr{x}}
		})
	})
}

func TestReplaceStmt(t *testing.T) {
	run(t, []edit{
		{"comments around", "\ta()\n\n\t// b\n\tat() // c\n\n\t// d\n\te()\n", "\ta()\n\n\t// b\n\tone()\n\ttwo() // c\n\n\t// d\n\te()\n"},
		{"last of a case", "\tselect {\n\tcase <-x: // a\n\t\tat() // b\n\t\t// c\n\tcase <-y:\n\t}\n", "\tselect {\n\tcase <-x: // a\n\t\tone()\n\t\ttwo() // b\n\t\t// c\n\tcase <-y:\n\t}\n"},
		{"one line", "\tg(func() { at() })\n", "\tg(func() {\n\t\tone()\n\t\ttwo()\n\t})\n"},
	}, func(t *testing.T, f *File) error {
		return f.ReplaceStmt(find[*ast.ExprStmt](t, f, "at"), must(Stmts("one()\ntwo()"))...)
	})
}

// A send moves, comments and all, into the case of a select.
func TestReplaceKeepsParts(t *testing.T) {
	run(t, []edit{
		{"comments around", "\tfor {\n\t\t// a\n\t\tch <- v // b\n\t\t// c\n\t}\n", "\tfor {\n\t\t// a\n\t\tselect {\n\t\tcase ch <- v:\n\t\tcase <-done:\n\t\t\treturn\n\t\t} // b\n\t\t// c\n\t}\n"},
		{"comments inside", "\tch <- f( // a\n\t\tv, // b\n\t)\n", "\tselect {\n\tcase ch <- f( // a\n\t\tv, // b\n\t):\n\tcase <-done:\n\t\treturn\n\t}\n"},
		{"one line", "\tg(func() { ch <- v })\n", "\tg(func() {\n\t\tselect {\n\t\tcase ch <- v:\n\t\tcase <-done:\n\t\t\treturn\n\t\t}\n\t})\n"},
	}, func(t *testing.T, f *File) error {
		stmt := find[*ast.SendStmt](t, f, "ch <-")
		sel := must(Stmts("select {\ncase <-done:\n\treturn\n}"))[0].(*dst.SelectStmt)
		sel.Body.List = append([]dst.Stmt{&dst.CommClause{Comm: must(At[dst.Stmt](f, stmt))}}, sel.Body.List...)
		return f.Replace(stmt, sel)
	})
}

func TestReplaceStmtByOne(t *testing.T) {
	run(t, []edit{
		{"part of another one", "\tif at(); x {\n\t}\n", "\tif new(); x {\n\t}\n"},
	}, func(t *testing.T, f *File) error {
		return f.ReplaceStmt(find[*ast.ExprStmt](t, f, "at"), news(t)...)
	})
}

func TestReplaceStmtByNone(t *testing.T) {
	run(t, []edit{{"deleted", "\ta() // a\n\tat() // c\n", "\ta() // a\n\t// c\n"}}, func(t *testing.T, f *File) error {
		return f.ReplaceStmt(find[*ast.ExprStmt](t, f, "at"))
	})
}

// What is of another file is refused before anything is done, wherever it is
// given.
func TestRefusesOtherFiles(t *testing.T) {
	const text = "\tat(1)\n\tfor {\n\t\tselect {\n\t\tcase <-x:\n\t\t}\n\t}\n\t_ = func(_ C) {}\n"
	f, other := decorate(t, file(text)), decorate(t, file(text))
	call, stmt := find[*ast.CallExpr](t, other, "at"), find[*ast.ExprStmt](t, other, "at")
	list, own := find[*ast.FuncLit](t, other, "func").Type, find[*ast.FuncLit](t, f, "func").Type
	for name, err := range map[string]error{
		"AddArg":         f.AddArg(call, 0, dst.NewIdent("ctx")),
		"AddParam":       f.AddParam(list, 0, "ctx", dst.NewIdent("C")),
		"blank":          f.NameParam(own.Params, own.Params.List[0], list.Params.List[0].Names[0], "ctx"),
		"list":           f.NameParam(list.Params, own.Params.List[0], nil, "ctx"),
		"field":          f.NameParam(own.Params, list.Params.List[0], nil, "ctx"),
		"AddCommClause":  f.AddCommClause(find[*ast.SelectStmt](t, other, "select"), must(Clause("case <-y:")), false),
		"AppendToClause": f.AppendToClause(find[*ast.CommClause](t, other, "case"), news(t)...),
		"Prepend":        f.Prepend(find[*ast.ForStmt](t, other, "for").Body, news(t)...),
		"ReplaceStmt":    f.ReplaceStmt(stmt, must(Stmts("one()\ntwo()"))...),
		"Declare":        f.Declare(other.syntax.Decls[0], "var x int"),
		"Wrap": f.Wrap(call, func(x dst.Expr) dst.Expr {
			x.Decorations().Before = dst.None
			return x
		}),
	} {
		if err == nil || !strings.Contains(err.Error(), "no counterpart of this") {
			t.Errorf("%s: %v, want no counterpart", name, err)
		}
	}
	equal(t, result(t, f), file(text))
}

func TestRefusals(t *testing.T) {
	tests := map[string]struct {
		in   string
		do   func(t *testing.T, f *File) error
		want string
	}{
		"comment inside": {"\tf(old(1 /* why */))\n", func(t *testing.T, f *File) error {
			return f.Replace(find[*ast.CallExpr](t, f, "old"), dst.NewIdent("ctx"))
		}, "why"},
		"comment inside, several": {"\tat(1, // why\n\t\t2)\n", func(t *testing.T, f *File) error {
			return f.ReplaceStmt(find[ast.Stmt](t, f, "at"), must(Stmts("one()\ntwo()"))...)
		}, "why"},
		"comment inside, deleted": {"\tat(1, // why\n\t\t2)\n", func(t *testing.T, f *File) error {
			return f.Delete(find[ast.Stmt](t, f, "at"))
		}, "why"},
		"replaced meanwhile": {"\tf(old(1))\n", func(t *testing.T, f *File) error {
			inner := find[*ast.BasicLit](t, f, "1")
			if err := f.Replace(find[*ast.CallExpr](t, f, "old"), dst.NewIdent("ctx")); err != nil {
				return err
			}
			return f.Replace(inner, dst.NewIdent("x"))
		}, "replaced or deleted by another fix"},
		"node of the tree twice": {"\tf(old(1), old(2))\n", func(t *testing.T, f *File) error {
			other := must(f.Node(find[*ast.CallExpr](t, f, "old(2)")))
			return f.Replace(find[*ast.CallExpr](t, f, "old(1)"), other)
		}, "in two places"},
		"same statement twice": {"\tat()\n", func(t *testing.T, f *File) error {
			n := news(t)[0]
			return f.InsertAfter(find[ast.Stmt](t, f, "at"), n, n)
		}, "in two places"},
		"wrong kind": {"\tgo old(1)\n", func(t *testing.T, f *File) error {
			return f.Replace(find[*ast.CallExpr](t, f, "old"), dst.NewIdent("ctx"))
		}, "replacing failed"},
		"nothing": {"\tat()\n", func(t *testing.T, f *File) error {
			return f.InsertBefore(find[ast.Stmt](t, f, "at"))
		}, "nothing to put here"},
		"nil": {"\tf(old(1))\n", func(t *testing.T, f *File) error {
			var none *dst.CallExpr
			return f.Replace(find[*ast.CallExpr](t, f, "old"), none)
		}, "nothing to put here"},
		"no node": {"\tf(old(1))\n", func(t *testing.T, f *File) error {
			return f.Replace(find[*ast.CallExpr](t, f, "old"), nil)
		}, "nothing to put here"},
		"declared in a function": {"\tvar x int\n", func(t *testing.T, f *File) error {
			return f.Declare(find[*ast.GenDecl](t, f, "var"), "var y int")
		}, "another declaration of the file"},
		"not in a block": {"\tif at(); x {\n\t}\n", func(t *testing.T, f *File) error {
			return f.InsertBefore(find[ast.Stmt](t, f, "at"), news(t)...)
		}, "part of another one"},
		"else if": {"\tif x {\n\t} else if y {\n\t}\n", func(t *testing.T, f *File) error {
			return f.InsertBefore(find[ast.Stmt](t, f, "if y"), news(t)...)
		}, "part of another one"},
		"goto label": {"L:\n\tat()\n\tgoto L\n", func(t *testing.T, f *File) error {
			return f.InsertBefore(find[*ast.ExprStmt](t, f, "at"), news(t)...)
		}, "goto"},
		"before a case": {"\tswitch {\n\tcase x:\n\t}\n", func(t *testing.T, f *File) error {
			return f.InsertBefore(find[*ast.CaseClause](t, f, "case"), news(t)...)
		}, "next to a case"},
		"in place of a case": {"\tswitch {\n\tcase x:\n\t}\n", func(t *testing.T, f *File) error {
			return f.ReplaceStmt(find[*ast.CaseClause](t, f, "case"), news(t)...)
		}, "cannot be replaced"},
		"in front of all cases": {"\tswitch {\n\tcase x:\n\t}\n", func(t *testing.T, f *File) error {
			return f.Prepend(find[*ast.SwitchStmt](t, f, "switch").Body, news(t)...)
		}, "only a case"},
		"before a case of a select": {"\tselect {\n\tcase <-x:\n\t}\n", func(t *testing.T, f *File) error {
			return f.InsertBefore(find[*ast.CommClause](t, f, "case"), news(t)...)
		}, "next to a case"},
		"in front of all cases of types": {"\tswitch x.(type) {\n\tcase y:\n\t}\n", func(t *testing.T, f *File) error {
			return f.Prepend(find[*ast.TypeSwitchStmt](t, f, "switch").Body, news(t)...)
		}, "only a case"},
		"a case, by several": {"\tswitch {\n\tcase x:\n\t}\n", func(t *testing.T, f *File) error {
			return f.ReplaceStmt(find[*ast.CaseClause](t, f, "case"), must(Stmts("one()\ntwo()"))...)
		}, "a case cannot become statements"},
		"labelled, deleted": {"L:\n\tat()\n\tgoto L\n", func(t *testing.T, f *File) error {
			return f.Delete(find[*ast.ExprStmt](t, f, "at"))
		}, "with a label cannot be deleted"},
		"labelled, by several": {"L:\n\tat()\n\tgoto L\n", func(t *testing.T, f *File) error {
			return f.ReplaceStmt(find[*ast.ExprStmt](t, f, "at"), must(Stmts("one()\ntwo()"))...)
		}, "with a label cannot become several"},
		"not in a block, by several": {"\tif at(); x {\n\t}\n", func(t *testing.T, f *File) error {
			return f.ReplaceStmt(find[*ast.ExprStmt](t, f, "at"), must(Stmts("one()\ntwo()"))...)
		}, "part of another one"},
		"several, one of them twice": {"\tat()\n", func(t *testing.T, f *File) error {
			n := news(t)[0]
			return f.ReplaceStmt(find[*ast.ExprStmt](t, f, "at"), n, n)
		}, "in two places"},
		"nothing at the head": {"\tfor {\n\t}\n", func(t *testing.T, f *File) error {
			return f.Prepend(find[*ast.ForStmt](t, f, "for").Body)
		}, "nothing to put here"},
		"same statement twice at the head": {"\tfor {\n\t}\n", func(t *testing.T, f *File) error {
			n := news(t)[0]
			return f.Prepend(find[*ast.ForStmt](t, f, "for").Body, n, n)
		}, "in two places"},
		"nothing at the end of a case": {"\tselect {\n\tcase <-x:\n\t}\n", func(t *testing.T, f *File) error {
			return f.AppendToClause(find[*ast.CommClause](t, f, "case"))
		}, "nothing to put here"},
		"same statement twice at the end of a case": {"\tselect {\n\tcase <-x:\n\t}\n", func(t *testing.T, f *File) error {
			n := news(t)[0]
			return f.AppendToClause(find[*ast.CommClause](t, f, "case"), n, n)
		}, "in two places"},
		"a case that is there": {"\tselect {\n\tcase <-x:\n\t}\n", func(t *testing.T, f *File) error {
			there := must(At[*dst.CommClause](f, find[*ast.CommClause](t, f, "case")))
			return f.AddCommClause(find[*ast.SelectStmt](t, f, "select"), there, false)
		}, "in two places"},
		"an argument that is there": {"\tat(old)\n", func(t *testing.T, f *File) error {
			return f.AddArg(find[*ast.CallExpr](t, f, "at"), 0, must(At[*dst.Ident](f, find[*ast.Ident](t, f, "old"))))
		}, "in two places"},
		"no such argument": {"\tat(1)\n", func(t *testing.T, f *File) error {
			return f.AddArg(find[*ast.CallExpr](t, f, "at"), 2, dst.NewIdent("ctx"))
		}, "no argument 2"},
		"no argument before the first": {"\tat(1)\n", func(t *testing.T, f *File) error {
			return f.AddArg(find[*ast.CallExpr](t, f, "at"), -1, dst.NewIdent("ctx"))
		}, "no argument -1"},
		"no such parameter": {"\t_ = func(a int) {}\n", func(t *testing.T, f *File) error {
			return f.AddParam(find[*ast.FuncLit](t, f, "func").Type, 2, "ctx", dst.NewIdent("C"))
		}, "no parameter 2"},
		"a parameter that is there": {"\t_ = func(a old) {}\n", func(t *testing.T, f *File) error {
			return f.AddParam(find[*ast.FuncLit](t, f, "func").Type, 0, "ctx", must(At[*dst.Ident](f, find[*ast.Ident](t, f, "old"))))
		}, "in two places"},
		"a parameter of another list": {"\t_ = func(func(C), D) {}\n", func(t *testing.T, f *File) error {
			outer, inner := find[*ast.FuncLit](t, f, "func").Type.Params, find[*ast.FuncType](t, f, "func(C)").Params
			return f.NameParam(outer, inner.List[0], nil, "ctx")
		}, "not in the list given"},
		"another file": {"\tat()\n", func(t *testing.T, f *File) error {
			return f.Delete(find[ast.Stmt](t, decorate(t, file("\tat()\n")), "at"))
		}, "no counterpart"},
		"wrong type": {"\tat()\n", func(t *testing.T, f *File) error {
			_, err := At[*dst.IfStmt](f, find[*ast.ExprStmt](t, f, "at"))
			return err
		}, "not a *dst.IfStmt"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			f := decorate(t, file(test.in))
			before := string(must(f.restore()))
			err := test.do(t, f)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("got %v, want an error with %q", err, test.want)
			}
			if !strings.HasPrefix(err.Error(), "a.go:") {
				t.Errorf("%v: no file and line", err)
			}
			if after := string(must(f.restore())); after != before && name != "replaced meanwhile" {
				t.Errorf("the refused change left:\n%s", after)
			}
		})
	}
}

// A declaration of the file has no node around it but the file.
func TestReplaceDecl(t *testing.T) {
	f := decorate(t, "package p\n\n// x\nvar x int\n")
	decl := &dst.GenDecl{Tok: token.VAR, Specs: []dst.Spec{&dst.ValueSpec{Names: []*dst.Ident{dst.NewIdent("y")}, Type: dst.NewIdent("int")}}}
	if err := f.Replace(find[*ast.GenDecl](t, f, "var x"), decl); err != nil {
		t.Fatal(err)
	}
	equal(t, result(t, f), "package p\n\n// x\nvar y int\n")
}

// One statement for another: the comment behind stays, whoever the decorator
// gives it to.
func TestReplaceStmtKeepsTrailing(t *testing.T) {
	run(t, []edit{
		{"in a case", "\tswitch {\n\tcase x:\n\t\tat() // c\n\tcase y:\n\t}\n", "\tswitch {\n\tcase x:\n\t\tone() // c\n\tcase y:\n\t}\n"},
		{"with a label", "L:\n\tat() // c\n\tgoto L\n", "L:\n\tone() // c\n\tgoto L\n"},
	}, func(t *testing.T, f *File) error {
		return f.ReplaceStmt(find[*ast.ExprStmt](t, f, "at"), must(Stmts("one()"))...)
	})
	f := decorate(t, file("\tswitch {\n\tcase x:\n\t\tat() // c\n\t}\n"))
	at := find[*ast.ExprStmt](t, f, "at")
	one := must(Stmts("one()"))[0]
	if err := f.ReplaceStmt(at, one); err != nil {
		t.Fatal(err)
	}
	if end := one.Decorations().End; len(end) != 1 || end[0] != "// c" {
		t.Errorf("what is new ends with %q", end)
	}
}
