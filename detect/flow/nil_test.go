package flow

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestMaybeNil asks about the receiver of each Done in testdata/nil.go and
// compares the answer with the comment on its line: "maybe REGEXP", "never"
// or "unknown".
func TestMaybeNil(t *testing.T) {
	const name = "testdata/nil.go"
	src, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	info := &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Implicits: map[ast.Node]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{},
		Scopes: map[ast.Node]*types.Scope{}, Instances: map[*ast.Ident]types.Instance{}, FileVersions: map[*ast.File]string{},
	}
	conf := types.Config{Importer: importer.ForCompiler(fset, "gc", nil)}
	pkg, err := conf.Check("example.com/p", fset, []*ast.File{file}, info)
	if err != nil {
		t.Fatal(err)
	}
	p := New(fset, []*ast.File{file}, pkg, info)
	lines := strings.Split(string(src), "\n")
	asked := 0
	ast.Inspect(file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		sel, ok := call.Fun.(*ast.SelectorExpr)
		if !ok || sel.Sel.Name != "Done" {
			return true
		}
		asked++
		line := fset.Position(call.Pos()).Line
		_, want, ok := strings.Cut(lines[line-1], "// ")
		if !ok {
			t.Errorf("line %d: no comment says what is expected of the Done", line)
			return true
		}
		checkNil(t, line, p, sel.X, want)
		return true
	})
	if asked < 60 {
		t.Errorf("only %d questions asked", asked)
	}
}

func checkNil(t *testing.T, line int, p *Package, x ast.Expr, want string) {
	why, never := p.MaybeNil(x), p.NeverNil(x)
	got := "unknown"
	switch {
	case why != "" && never:
		t.Errorf("line %d: both maybe nil (%s) and never nil", line, why)
	case why != "":
		got = "maybe " + why
	case never:
		got = "never"
	}
	pattern, maybe := strings.CutPrefix(want, "maybe ")
	if maybe {
		if !strings.HasPrefix(got, "maybe") || !regexp.MustCompile(pattern).MatchString(got) {
			t.Errorf("line %d: got %q, want %q", line, got, want)
		}
		return
	}
	if got != want {
		t.Errorf("line %d: got %q, want %q", line, got, want)
	}
}
