package rewrite_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// A growth is a way to make code longer, and how many times as much twice the
// length may cost.
type growth struct {
	name  string
	limit float64
	write func(fn function, n int) string
}

var growths = []growth{
	{"functions", 2.4, func(fn function, n int) string {
		text := fn.head + fn.name + fn.sig + fn.body + "}\n"
		if fn.name == "init" || fn.name == "main" {
			return text
		}
		for i := range n {
			text += fmt.Sprintf("\n%s%sCopy%d%s%s}\n", fn.head, fn.name, i, fn.sig, fn.body)
		}
		return text
	}},
	{"statements", 3.6, func(fn function, n int) string {
		return fn.with(strings.Repeat("\nif MAYBE {"+fn.body+"\n}\n", n))
	}},
	{"blocks", 4, func(fn function, n int) string {
		return fn.with(strings.Repeat("\nif MAYBE {"+fn.body, n) + strings.Repeat("\n}\n", n))
	}},
	{"loops", 3.6, func(fn function, n int) string {
		return fn.with(strings.Repeat("\nfor MAYBE { if !MAYBE { continue } else {\n", n) + fn.body + strings.Repeat("\n}}\n", n))
	}},
}

// A function is the text of a declaration: "func ", its name, "() {", its body
// and "}".
type function struct{ head, name, sig, body string }

// with returns the function with text before its body.
func (fn function) with(text string) string {
	return fn.head + fn.name + fn.sig + text + fn.body + "}\n"
}

// layGrown writes what becomes of the case by each growth, in two sizes.
func (c *testCase) layGrown(t *testing.T, root string) {
	for _, g := range growths {
		for size, n := range map[string]int{"small": 8, "large": 16} {
			for name, text := range c.input {
				if strings.HasSuffix(name, ".go") {
					text = g.apply(t, name, string(text), n)
				}
				writeFile(t, filepath.Join(root, g.name, c.folder, c.name, size, name), text)
			}
		}
	}
}

// apply makes every function of the file longer but those with labels, which
// may not be there twice. What is added depends on a variable of the file.
func (g growth) apply(t *testing.T, name, text string, n int) []byte {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", text, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	part := func(from, to token.Pos) string {
		return text[fset.PositionFor(from, false).Offset:fset.PositionFor(to, false).Offset]
	}
	var out strings.Builder
	at := file.FileStart
	for _, decl := range file.Decls {
		d, ok := decl.(*ast.FuncDecl)
		if !ok || d.Body == nil || hasLabel(d) {
			continue
		}
		fn := function{part(d.Pos(), d.Name.Pos()), d.Name.Name, part(d.Name.End(), d.Body.Lbrace+1), part(d.Body.Lbrace+1, d.Body.Rbrace)}
		out.WriteString(part(at, d.Pos()) + g.write(fn, n))
		at = d.End()
	}
	out.WriteString(part(at, file.FileEnd))
	maybe := "maybe" + strings.NewReplacer(".go", "", "_", "", "-", "").Replace(name)
	return []byte(strings.ReplaceAll(out.String(), "MAYBE", maybe) + "\nvar " + maybe + " bool\n")
}

func hasLabel(d *ast.FuncDecl) (found bool) {
	ast.Inspect(d, func(n ast.Node) bool {
		_, label := n.(*ast.LabeledStmt)
		found = found || label
		return !found
	})
	return found
}
