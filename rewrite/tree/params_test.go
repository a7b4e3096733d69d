package tree

import (
	"go/ast"
	"strings"
	"testing"

	"github.com/dave/dst"
)

func TestAddParam(t *testing.T) {
	for _, test := range []struct {
		name, in string
		index    int
		out      string // "" for a refusal
	}{
		{"none", "func g() {}", 0, "func g(ctx context.Context) {}"},
		{"first", "func g(a int) {}", 0, "func g(ctx context.Context, a int) {}"},
		{"last", "func g(a int) {}", 1, "func g(a int, ctx context.Context) {}"},
		{"before a variadic", "func g(a ...int) {}", 0, "func g(ctx context.Context, a ...int) {}"},
		{"after a variadic", "func g(a ...int) {}", 1, ""},
		{"too far", "func g(a int) {}", 2, ""},
		{"negative", "func g(a int) {}", -1, ""},
		{"between names", "func g(a, b int) {}", 1, "func g(a int, ctx context.Context, b int) {}"},
		{"unnamed", "func g(int, string) {}", 0, "func g(ctx context.Context, _ int, _ string) {}"},
		{"comments", "func g( /* a */ x int /* b */) {}", 0, "func g( /* a */ ctx context.Context, x int /* b */) {}"},
		{"stacked, first", "func g(\n\t// a\n\tx int, // b\n\ty int,\n) {\n}", 0, "func g(\n\tctx context.Context,\n\t// a\n\tx int, // b\n\ty int,\n) {\n}"},
		{"stacked, last", "func g(\n\tx int,\n\ty int, // b\n) {\n}", 2, "func g(\n\tx int,\n\ty int, // b\n\tctx context.Context,\n) {\n}"},
		{"wrapped", "func g(x int,\n\ty int) {\n}", 0, "func g(ctx context.Context, x int,\n\ty int) {\n}"},
		{"wrapped, last", "func g(x int,\n\ty int) {\n}", 2, "func g(x int,\n\ty int, ctx context.Context) {\n}"},
		{"stacked, the parenthesis behind", "func g(\n\tx int,\n\ty int) {\n}", 2, "func g(\n\tx int,\n\ty int,\n\tctx context.Context) {\n}"},
		{"comment between names", "func g(a, /* why */ b int) {}", 1, ""},
		{"literal", "var g = func() {}", 0, "var g = func(ctx context.Context) {}"},
		{"method of an interface", "type T interface {\n\t// a\n\tg(int) // b\n}", 0, "type T interface {\n\t// a\n\tg(ctx context.Context, _ int) // b\n}"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := decorate(t, "package p\n\n"+test.in+"\n")
			err := f.AddParam(find[*ast.FuncType](t, f, ""), test.index, "ctx", must(Expr("context.Context")))
			if test.out == "" {
				if err == nil {
					t.Errorf("not refused: %s", result(t, f))
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			equal(t, result(t, f), "package p\n\n"+test.out+"\n")
		})
	}
}

func TestAddUnnamedParam(t *testing.T) {
	for _, test := range []struct{ name, in, out string }{
		{"none", "func g() {}", "func g(context.Context) {}"},
		{"unnamed", "func g(int) {}", "func g(context.Context, int) {}"},
		{"named", "func g(a int) {}", "func g(_ context.Context, a int) {}"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := decorate(t, "package p\n\n"+test.in+"\n")
			if err := f.AddParam(find[*ast.FuncType](t, f, ""), 0, "", must(Expr("context.Context"))); err != nil {
				t.Fatal(err)
			}
			equal(t, result(t, f), "package p\n\n"+test.out+"\n")
		})
	}
}

func TestAddArg(t *testing.T) {
	for _, test := range []struct {
		name, in string
		index    int
		out      string // "" for a refusal
	}{
		{"none", "at()", 0, "at(ctx)"},
		{"none, comment", "at( /* a */ )", 0, "at( /* a */ ctx)"},
		{"first", "at(1)", 0, "at(ctx, 1)"},
		{"last", "at(1)", 1, "at(1, ctx)"},
		{"middle", "at(1, 2)", 1, "at(1, ctx, 2)"},
		{"before a spread", "at(x...)", 0, "at(ctx, x...)"},
		{"after a spread", "at(x...)", 1, ""},
		{"too far", "at(1)", 2, ""},
		{"comments", "at( /* a */ 1 /* b */) // c", 0, "at( /* a */ ctx, 1 /* b */) // c"},
		{"stacked, first", "at(\n\t\t// a\n\t\t1, // b\n\t\t2, // c\n\t)", 0, "at(\n\t\tctx,\n\t\t// a\n\t\t1, // b\n\t\t2, // c\n\t)"},
		{"stacked, last", "at(\n\t\t1, // b\n\t\t2, // c\n\t)", 2, "at(\n\t\t1, // b\n\t\t2, // c\n\t\tctx,\n\t)"},
		{"stacked, alone", "at(\n\t\t1, // b\n\t)", 0, "at(\n\t\tctx,\n\t\t1, // b\n\t)"},
		{"stacked, the parenthesis behind", "at(\n\t\t1,\n\t\t2)", 2, "at(\n\t\t1,\n\t\t2,\n\t\tctx)"},
		{"wrapped, the parenthesis below", "at(1,\n\t\t2,\n\t)", 2, "at(1,\n\t\t2, ctx,\n\t)"},
		{"wrapped, comment on the last", "at(1,\n\t\t2, // b\n\t)", 2, "at(1,\n\t\t2, // b\n\t\tctx,\n\t)"},
		{"wrapped", "at(1,\n\t\t2)", 0, "at(ctx, 1,\n\t\t2)"},
		{"two on a line", "at(\n\t\t1, 2,\n\t)", 0, "at(\n\t\tctx, 1, 2,\n\t)"},
		{"literal", "at(func() {\n\t\tx() // a\n\t})", 0, "at(ctx, func() {\n\t\tx() // a\n\t})"},
		{"call of a literal", "func() {\n\t\tx() // a\n\t}()", 0, "func() {\n\t\tx() // a\n\t}(ctx)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := decorate(t, file("\t"+test.in+"\n"))
			err := f.AddArg(find[*ast.CallExpr](t, f, strings.SplitAfter(test.in, "(")[0]), test.index, dst.NewIdent("ctx"))
			if test.out == "" {
				if err == nil {
					t.Errorf("not refused: %s", result(t, f))
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			equal(t, result(t, f), file("\t"+test.out+"\n"))
		})
	}
}

func TestNameParam(t *testing.T) {
	for _, test := range []struct {
		name, in     string
		field, ident int // ident -1: none
		out          string
	}{
		{"blank", "func g(_ C, a int) {}", 0, 0, "func g(ctx C, a int) {}"},
		{"blank by its field", "func g(_ C, a int) {}", 0, -1, "func g(ctx C, a int) {}"},
		{"one of several", "func g(_, _, a C) {}", 0, 1, "func g(_, ctx, a C) {}"},
		{"unnamed", "func g(C, int) {}", 0, -1, "func g(ctx C, _ int) {}"},
		{"unnamed, comments", "func g( /* a */ C /* b */, int) {}", 0, -1, "func g( /* a */ ctx C /* b */, _ int) {}"},
		{"unnamed, last", "func g(int, C) {}", 1, -1, "func g(_ int, ctx C) {}"},
		{"named", "func g(a C) {}", 0, 0, ""},
		{"named field", "func g(a C) {}", 0, -1, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := decorate(t, "package p\n\n"+test.in+"\n")
			list := find[*ast.FuncType](t, f, "").Params
			field := list.List[test.field]
			var blank *ast.Ident
			if test.ident >= 0 {
				blank = field.Names[test.ident]
			}
			err := f.NameParam(list, field, blank, "ctx")
			if test.out == "" {
				if err == nil {
					t.Errorf("not refused: %s", result(t, f))
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			equal(t, result(t, f), "package p\n\n"+test.out+"\n")
		})
	}
}
