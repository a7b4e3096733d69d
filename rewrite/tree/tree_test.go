package tree

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// decorate parses and decorates src, preceded by other files in the set so
// that positions do not start at 1.
func decorate(t testing.TB, src string) *File {
	t.Helper()
	fset := token.NewFileSet()
	fset.AddFile("other.go", fset.Base(), 1000)
	syntax, err := parser.ParseFile(fset, "a.go", src, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	f, err := Decorate(fset, syntax, []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// find returns the first node of type T whose source text starts with prefix;
// of several at that place the one that is prefix, if any is.
func find[T ast.Node](t testing.TB, f *File, prefix string) T {
	t.Helper()
	var found T
	at := token.NoPos
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		if n == nil || at.IsValid() && n.Pos() > at {
			return false
		}
		text := string(f.src[f.fset.Position(n.Pos()).Offset:f.fset.Position(n.End()).Offset])
		if x, is := n.(T); is && strings.HasPrefix(text, prefix) && (!at.IsValid() || text == prefix) {
			found, at = x, n.Pos()
		}
		return true
	})
	if !at.IsValid() {
		t.Fatalf("no %T starts with %q", found, prefix)
	}
	return found
}

// result returns the rewritten file.
func result(t testing.TB, f *File) string {
	t.Helper()
	out, err := f.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func equal(t testing.TB, got, want string) {
	t.Helper()
	if d := cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")); d != "" {
		t.Errorf("-want +got:\n%s\ngot:\n%s", d, got)
	}
}

// must returns v of a call that may not fail.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestRoundTrip(t *testing.T) {
	dirs := []string{"context", "net/http/httptest", "go/ast", "database/sql", "os/exec"}
	if more := os.Getenv("CTXFIX_ROUNDTRIP"); more != "" { // "." for all of GOROOT
		dirs = strings.Split(more, ",")
	}
	files := 0
	for _, dir := range dirs {
		root := filepath.Join(goRoot(t), "src", dir)
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() && d.Name() == "testdata" {
				return fs.SkipDir
			}
			if d.IsDir() || !strings.HasSuffix(path, ".go") {
				return nil
			}
			files++
			src, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			fset := token.NewFileSet()
			syntax, err := parser.ParseFile(fset, path, src, parser.ParseComments)
			if err != nil {
				t.Error(err)
				return nil
			}
			if lineDirective(syntax) != nil {
				return nil
			}
			f, err := Decorate(fset, syntax, src)
			if err != nil {
				t.Error(err)
				return nil
			}
			if !bytes.Equal(f.r0, src) {
				t.Errorf("%s: not restored as it was", path)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if files < 50 {
		t.Errorf("only %d files seen", files)
	}
}

func TestFirstSteps(t *testing.T) {
	f := decorate(t, `package p

import "context"

func f(_ int) {
	// Why.
	work(context.Background()) // after
}
`)
	if err := f.Replace(find[*ast.CallExpr](t, f, "context.Background"), must(Expr("r.Context()"))); err != nil {
		t.Fatal(err)
	}
	stmt := find[ast.Stmt](t, f, "work")
	if err := f.InsertBefore(stmt, must(Stmts("x := 1"))...); err != nil {
		t.Fatal(err)
	}
	if err := f.InsertAfter(stmt, must(Stmts("defer cancel()"))...); err != nil {
		t.Fatal(err)
	}
	if err := f.DropUnusedImports(map[string]string{"context": "context"}, nil); err != nil {
		t.Fatal(err)
	}
	if err := f.Import("time", ""); err != nil {
		t.Fatal(err)
	}
	equal(t, result(t, f), `package p

import "time"

func f(_ int) {
	x := 1
	// Why.
	work(r.Context()) // after
	defer cancel()
}
`)
}

func findExpr(t testing.TB, f *File, prefix string) ast.Expr {
	t.Helper()
	return find[*ast.SelectorExpr](t, f, prefix)
}

// goRoot returns the folder of the Go installation in use, which a test built
// with -trimpath does not know.
func goRoot(t *testing.T) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}
