package tree

import (
	"go/ast"
	"go/format"
	"strings"
	"testing"

	"github.com/dave/dst"
)

// change makes the three kinds of change to a file that has "old()" and a
// statement "at()".
func change(t testing.TB, f *File) {
	t.Helper()
	if err := f.Replace(find[*ast.CallExpr](t, f, "old()"), must(Expr("new()"))); err != nil {
		t.Fatal(err)
	}
	if err := f.InsertAfter(find[*ast.ExprStmt](t, f, "at("), must(Stmts("if x {\n\treturn // r\n}"))...); err != nil {
		t.Fatal(err)
	}
	if err := f.Delete(find[*ast.ExprStmt](t, f, "gone(")); err != nil {
		t.Fatal(err)
	}
}

const neat = `// Doc.
package p

// F is.
func F() {
	a(old(), 1) // c

	at() // d
	b(` + "`raw\n\n  text`" + `)
	gone() // e
	/* f
	   g */
	last()
}
`

const neatChanged = `// Doc.
package p

// F is.
func F() {
	a(new(), 1) // c

	at() // d
	if x {
		return // r
	}
	b(` + "`raw\n\n  text`" + `)
	// e
	/* f
	   g */
	last()
}
`

func TestBytesKeepsEndings(t *testing.T) {
	crlf := func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }
	same := func(s string) string { return s }
	for name, as := range map[string]func(string) string{
		"as it is":         same,
		"CRLF":             crlf,
		"BOM":              func(s string) string { return "\ufeff" + s },
		"BOM and CRLF":     func(s string) string { return "\ufeff" + crlf(s) },
		"no final newline": func(s string) string { return strings.TrimSuffix(s, "\n") },
		"CRLF, no final newline": func(s string) string {
			return strings.TrimSuffix(crlf(s), "\r\n")
		},
		"empty lines at the end": func(s string) string { return s + "\n\n" },
		"spaces":                 func(s string) string { return strings.ReplaceAll(s, "\tat()", "   at()") },
		"space at line ends":     func(s string) string { return strings.ReplaceAll(s, " // d\n", " // d  \n") },
		"CR that keeps a comment from ending": func(s string) string {
			return strings.ReplaceAll(s, "// F is.", "/* *\r/ F\r is. */")
		},
		"CRLF in a part": func(s string) string {
			head, tail, _ := strings.Cut(s, "// F is.")
			return head + crlf("// F is."+tail)
		},
		"LF in a part": func(s string) string {
			head, tail, _ := strings.Cut(s, "// F is.")
			return crlf(head) + "// F is." + tail
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := decorate(t, as(neat))
			change(t, f)
			equal(t, result(t, f), as(neatChanged))
		})
	}
}

func TestBytesUnchanged(t *testing.T) {
	for _, src := range []string{neat, "package p;import (\"b\";\"a\")\r\nfunc F( ){ }", "\ufeffpackage p"} {
		if got := result(t, decorate(t, src)); got != src {
			t.Errorf("got %q, want %q", got, src)
		}
	}
}

func TestBytesOfUnformatted(t *testing.T) {
	for _, test := range []struct{ name, in, out string }{
		{
			"indented by spaces",
			"package p\nfunc F( ) {\n    a( old() ,1 )   // c\n    at()\n    gone()\n    last()\n}\n",
			"package p\nfunc F( ) {\n    a( new() ,1 )   // c\n    at()\n    if x {\n    \treturn // r\n    }\n    last()\n}\n",
		}, {
			"semicolons",
			"package p\nfunc F() { a(old()); at(); gone(); last() }\n",
			"package p\nfunc F() { a(new()); at();\n\tif x {\n\t\treturn // r\n\t}; last() }\n",
		}, {
			"unsorted imports",
			"package p\n\nimport (\n\t\"b\"\n\t\"a\"\n)\n\nfunc F() {\n\ta(old())\n\tat()\n\tgone()\n}\n",
			"package p\n\nimport (\n\t\"b\"\n\t\"a\"\n)\n\nfunc F() {\n\ta(new())\n\tat()\n\tif x {\n\t\treturn // r\n\t}\n}\n",
		}, {
			"carriage returns in a changed line",
			"package p\nfunc F() {\n\ta(`x\ry`,\r old())\r\n\tat()\r\n\tgone()\n}\n",
			"package p\nfunc F() {\n\ta(`x\ry`,\r new())\r\n\tat()\r\n\tif x {\r\n\t\treturn // r\r\n\t}\n}\n",
		}, {
			"a comment that formatting moves, elsewhere",
			"package p\nvar g /* a */ int /* b */ = 1\nfunc F() {\n\ta(old())\n\tat()\n\tgone()\n}\n",
			"package p\nvar g /* a */ int /* b */ = 1\nfunc F() {\n\ta(new())\n\tat()\n\tif x {\n\t\treturn // r\n\t}\n}\n",
		}, {
			"semicolon before a comment",
			"package p\nfunc F() {\n\ta(old()); // a\n\tat(); // b\n\tgone()\n\tlast(); // c\n}\n",
			"package p\nfunc F() {\n\ta(new()); // a\n\tat(); // b\n\tif x {\n\t\treturn // r\n\t}\n\tlast(); // c\n}\n",
		}, {
			"one change that does not fit in, and one that does",
			"package p\nfunc F() { at(); a( old() , 1 )\n gone() }\n",
			"package p\nfunc F() { at();\n\tif x {\n\t\treturn // r\n\t}\n\ta( new() , 1 ) }\n",
		}, {
			"comma before the closing",
			"package p\nfunc F() {\n\tat(1,2,);\n\ta([]int{1,2,}, old())\n\tgone()\n}\n",
			"package p\nfunc F() {\n\tat(1,2,);\n\tif x {\n\t\treturn // r\n\t}\n\ta([]int{1,2,}, new())\n}\n",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := decorate(t, test.in)
			change(t, f)
			got := result(t, f)
			if test.name == "semicolons" { // where the line breaks go is free
				a, errA := format.Source([]byte(got))
				b, errB := format.Source([]byte(test.out))
				if errA != nil || errB != nil || string(a) != string(b) {
					t.Errorf("got %q, want something like %q (%v, %v)", got, test.out, errA, errB)
				}
				return
			}
			equal(t, got, test.out)
		})
	}
}

func TestBytesFormatsWhatWasFormatted(t *testing.T) {
	src := "package p\n\nvar T = []X{\n\t{A: old(), BBBB: 1}, // a\n\t{A: 1, B: 2},        // b\n}\n"
	f := decorate(t, src)
	if err := f.Replace(find[*ast.CallExpr](t, f, "old()"), must(Expr("muchLonger(1, 2, 3)"))); err != nil {
		t.Fatal(err)
	}
	got := result(t, f)
	if again, err := format.Source([]byte(got)); err != nil || string(again) != got {
		t.Errorf("not formatted: %v\n%s", err, got)
	}
}

func TestBytesRefuses(t *testing.T) {
	tests := map[string]struct {
		in   string
		do   func(f *File)
		want string
	}{
		"lost comment": {"package p\n\nfunc f() {\n\t// c\n\tat()\n}\n", func(f *File) {
			f.dst.Decls[0].(*dst.FuncDecl).Body.List[0].Decorations().Start = nil
		}, "would be lost"},
		"node twice": {"package p\n\nfunc f() {\n\tat()\n}\n", func(f *File) {
			body := f.dst.Decls[0].(*dst.FuncDecl).Body
			body.List = append(body.List, body.List[0])
		}, "duplicate node"},
		"no syntax": {"package p\n\nfunc f() {\n\tat()\n}\n", func(f *File) {
			f.dst.Decls[0].(*dst.FuncDecl).Name.Name = "1x"
		}, "does not parse"},
		"not formattable": {"package p\n\nfunc f() (int) {\n\tfor ;; {\n\tat()}\n}\n", func(f *File) {
			f.dst.Decls[0].(*dst.FuncDecl).Name.Name = "g"
		}, "gofmt"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			f := decorate(t, test.in)
			test.do(f)
			out, err := f.Bytes()
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.HasPrefix(err.Error(), "a.go:") {
				t.Errorf("got %q, %v; want an error with %q", out, err, test.want)
			}
		})
	}
}

// Layouts that the change does not touch stay, at the ends of the file, too.
func TestBytesOfOddLayouts(t *testing.T) {
	insert := func(t *testing.T, f *File) {
		if err := f.InsertAfter(find[*ast.ExprStmt](t, f, "at("), must(Stmts("new()"))...); err != nil {
			t.Fatal(err)
		}
	}
	raw := func(t *testing.T, f *File) {
		if err := f.InsertAfter(find[*ast.ExprStmt](t, f, "at("), must(Stmts("if x {\n\tnew(`a\n\tb`)\n}"))...); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		name, in, out string
		do            func(t *testing.T, f *File)
	}{
		{"unchanged", "\n\n package p\nfunc f( ) { }", "\n\n package p\nfunc f( ) { }", func(*testing.T, *File) {}},
		{"unchanged, where formatting takes parentheses away", "package p\nfunc f() {\n\tif ((x)) { at() }\n}\n", "package p\nfunc f() {\n\tif ((x)) { at() }\n}\n", func(*testing.T, *File) {}},
		{"a lone carriage return", "package p\r\n\r\n// a\rb\r\nfunc f() {\r\n\tat()\r\n}\r\n", "package p\r\n\r\n// a\rb\r\nfunc f() {\r\n\tat()\r\n\tnew()\r\n}\r\n", insert},
		{"a raw string keeps its text", "package p\nfunc f() {\n  at()\n  b( )\n}\n", "package p\nfunc f() {\n  at()\n\tif x {\n\t\tnew(`a\n\tb`)\n\t}\n\tb( )\n}\n", raw},
		{"one line", "package p; func f( ) { at() }", "package p; func f( ) { at()\n\tnew() }", insert},
		{"one line with its ending", "package p; func f( ) { at() }\r\n", "package p; func f( ) { at()\r\n\tnew() }\r\n", insert},
		{"below an empty line", "\npackage p; func f( ) { at() }\n", "\npackage p; func f( ) { at()\n\tnew() }\n", insert},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := decorate(t, test.in)
			test.do(t, f)
			equal(t, result(t, f), test.out)
		})
	}
}

// Where formatting would move a comment, or more than layout, beside the
// change, it is not told apart from that.
func TestBytesRefusesUnformatted(t *testing.T) {
	for name, in := range map[string]string{
		"move a comment":   "package p\nfunc f() {\n\tat() /* c */; b()\n}\n",
		"more than layout": "package p\nfunc f() {\n\tif ((x)) { at() }\n}\n",
	} {
		f := decorate(t, in)
		if err := f.InsertAfter(find[*ast.ExprStmt](t, f, "at("), must(Stmts("new()"))...); err != nil {
			t.Fatal(err)
		}
		if out, err := f.Bytes(); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
}
