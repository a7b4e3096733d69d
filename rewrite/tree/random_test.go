package tree

import (
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dave/dst"
	"pgregory.net/rapid"
)

// Any changes at any places of real files, as they are and with other line
// endings and indentation: each is carried out or refused, what comes out
// parses, is formatted if the file was, and has every comment.
func TestRandomChanges(t *testing.T) {
	var sources []string
	for _, name := range []string{"context/context.go", "context/x_test.go", "time/tick_test.go", "net/http/cgi/host.go", "sync/waitgroup.go", "net/rpc/server.go"} {
		src, err := os.ReadFile(filepath.Join(goRoot(t), "src", name))
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, string(src))
	}
	layouts := []func(string) string{
		func(s string) string { return s },
		func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
		func(s string) string { return strings.ReplaceAll(s, "\n\t", "\n    ") },
	}
	done := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		src := rapid.SampledFrom(sources).Draw(t, "file")
		layout := rapid.IntRange(0, len(layouts)-1).Draw(t, "layout")
		src = layouts[layout](src)
		fset := token.NewFileSet()
		syntax, err := parser.ParseFile(fset, "a.go", src, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		f, err := Decorate(fset, syntax, []byte(src))
		if err != nil {
			t.Fatal(err)
		}
		kinds := changeable(syntax)
		for range rapid.IntRange(1, 6).Draw(t, "changes") {
			nodes := kinds[rapid.IntRange(0, len(kinds)-1).Draw(t, "kind")]
			n := rapid.SampledFrom(append(nodes, syntax.Name)).Draw(t, "node")
			if what := randomChange(t, f, n); what != "" {
				t.Logf("%s at %v", what, fset.Position(n.Pos()))
				done[what]++
			}
		}
		out, err := f.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		if again, err := format.Source(out); err != nil || layout == 0 && string(again) != string(out) {
			t.Fatalf("not formatted: %v\n%s", err, diffLines(string(out), string(again)))
		}
		if got := strings.Count(string(out), "\r\n"); layout == 1 && got != strings.Count(string(out), "\n") {
			t.Fatal("line endings are mixed")
		}
	})
	for _, what := range []string{"before", "after", "delete", "two", "wrap", "arg", "param", "prepend", "clause"} {
		if done[what] == 0 {
			t.Errorf("%s was never carried out", what)
		}
	}
}

// changeable returns the nodes that randomChange does something to, by kind.
func changeable(file *ast.File) [5][]ast.Node {
	var out [5][]ast.Node
	for _, n := range flatten(file) {
		switch n.(type) {
		case *ast.BlockStmt:
			out[0] = append(out[0], n)
		case *ast.SelectStmt:
			out[1] = append(out[1], n)
		case *ast.FuncType:
			out[2] = append(out[2], n)
		case *ast.CallExpr:
			out[3] = append(out[3], n)
		case ast.Stmt:
			out[4] = append(out[4], n)
		}
	}
	return out
}

// randomChange does something that can be done to n, and says what.
func randomChange(t *rapid.T, f *File, n ast.Node) (what string) {
	var err error
	switch n := n.(type) {
	case *ast.BlockStmt:
		what, err = "prepend", f.Prepend(n, must(Stmts("// new\nnew()"))...)
	case *ast.SelectStmt:
		first := rapid.Bool().Draw(t, "first")
		what, err = "clause", f.AddCommClause(n, must(Clause("case <-new:\n\treturn")), first)
	case *ast.FuncType:
		what, err = "param", f.AddParam(n, 0, "added", dst.NewIdent("New"))
	case *ast.CallExpr:
		if rapid.Bool().Draw(t, "wrap") {
			what, err = "wrap", f.Wrap(n, func(x dst.Expr) dst.Expr {
				return &dst.CallExpr{Fun: dst.NewIdent("wrapped"), Args: []dst.Expr{x}}
			})
			break
		}
		what, err = "arg", f.AddArg(n, rapid.IntRange(0, len(n.Args)).Draw(t, "index"), dst.NewIdent("added"))
	case ast.Stmt:
		switch rapid.IntRange(0, 3).Draw(t, "how") {
		case 0:
			what, err = "before", f.InsertBefore(n, must(Stmts("new() // new"))...)
		case 1:
			what, err = "after", f.InsertAfter(n, must(Stmts("if new() {\n\treturn\n}"))...)
		case 2:
			what, err = "delete", f.Delete(n)
		case 3:
			what, err = "two", f.ReplaceStmt(n, must(Stmts("new()\nnew()"))...)
		}
	}
	if err != nil {
		return ""
	}
	return what
}

func diffLines(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range x {
		if i >= len(y) || x[i] != y[i] {
			return strings.Join(x[max(0, i-5):min(len(x), i+5)], "\n") + "\n---\n" + strings.Join(y[max(0, i-5):min(len(y), i+5)], "\n")
		}
	}
	return ""
}
