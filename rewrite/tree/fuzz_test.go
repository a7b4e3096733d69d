package tree

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"testing"
)

// FuzzBytes decorates any file, and takes one statement out of it: either is
// refused, or done without harm to the rest.
func FuzzBytes(f *testing.F) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		src, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src, 3)
		f.Add(bytes.ReplaceAll(src, []byte("\n"), []byte("\r\n")), 5)
	}
	f.Add([]byte("\ufeffpackage p;func f(){;;/*a*/f();f()//b\n}"), 0)
	f.Fuzz(func(t *testing.T, src []byte, n int) {
		fset := token.NewFileSet()
		syntax, err := parser.ParseFile(fset, "a.go", src, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return
		}
		file, err := Decorate(fset, syntax, src)
		if err != nil {
			return
		}
		if out, err := file.Bytes(); err != nil || !bytes.Equal(out, src) {
			t.Fatalf("a file that nobody has changed is another one: %v\n%q\n%q", err, src, out)
		}
		stmts := exprStmts(syntax)
		if len(stmts) == 0 || n < 0 {
			return
		}
		stmt := stmts[n%len(stmts)]
		if file.Delete(stmt) != nil {
			return
		}
		out, err := file.Bytes()
		if err != nil {
			return
		}
		if again, err := parser.ParseFile(fset, "b.go", out, parser.ParseComments); err != nil || len(exprStmts(again)) != len(stmts)-len(exprStmts(stmt)) {
			t.Fatalf("%v\n%q\n%q", err, src, out)
		}
	})
}

// exprStmts returns the statements below n that are expressions.
func exprStmts(n ast.Node) []ast.Stmt {
	var out []ast.Stmt
	ast.Inspect(n, func(m ast.Node) bool {
		if s, ok := m.(*ast.ExprStmt); ok {
			out = append(out, s)
		}
		return true
	})
	return out
}
