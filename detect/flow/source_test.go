package flow_test

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/ctxfix/ctxfix/detect/flow"
)

// The sources of these tests are one package each. A comment at the end of a
// line asks questions about the first call of here on that line, or about
// the first statement that starts there, and holds the answers:
//
//	here() // live: ctx; exit: return ctx.Err()
//
// A source has its imports and declarations; the package clause and here are
// added.
const (
	head = "package p\n"
	tail = "\nfunc here(...any) {}\n"
)

// A source is one package with its questions.
type source struct{ name, src string }

// A question asks p about n and puts the answer into words.
type question func(p *flow.Package, n ast.Node) string

// ask runs the questions of every source and compares the answers. A source
// without a question is an error.
func ask(t *testing.T, questions map[string]question, sources []source) {
	for _, s := range sources {
		t.Run(s.name, func(t *testing.T) {
			p, file := check(t, head+s.src+tail)
			asked := 0
			for _, group := range file.Comments {
				for _, c := range group.List {
					asked += askLine(t, p, file, c, questions)
				}
			}
			if asked == 0 {
				t.Fatal("the source asks nothing")
			}
		})
	}
}

func askLine(t *testing.T, p *flow.Package, file *ast.File, c *ast.Comment, questions map[string]question) (asked int) {
	for part := range strings.SplitSeq(strings.TrimPrefix(c.Text, "//"), ";") {
		word, want, ok := strings.Cut(strings.TrimSpace(part), ": ")
		q := questions[word]
		if !ok || q == nil {
			continue
		}
		line := p.Fset.Position(c.Pos()).Line
		n := nodeOn(p.Fset, file, line)
		if n == nil {
			t.Fatalf("line %d: nothing to ask about", line)
		}
		asked++
		if got := q(p, n); got != want {
			t.Errorf("%s: %s:\n got %s\nwant %s", strings.TrimSpace(lineOf(p.Fset, file, line, n)), word, got, want)
		}
	}
	return asked
}

// nodeOn returns the call of here that starts on the line, else the first
// statement that does.
func nodeOn(fset *token.FileSet, file *ast.File, line int) (found ast.Node) {
	var call, stmt ast.Node
	ast.Inspect(file, func(n ast.Node) bool {
		if n == nil || fset.Position(n.Pos()).Line != line {
			return true
		}
		switch n := n.(type) {
		case *ast.CallExpr:
			if id, ok := n.Fun.(*ast.Ident); ok && id.Name == "here" && call == nil {
				call = n
			}
		case *ast.BlockStmt:
		case ast.Stmt:
			if stmt == nil {
				stmt = n
			}
		}
		return true
	})
	if call != nil {
		return call
	}
	return stmt
}

// lineOf names a question's place: the function and the line in it.
func lineOf(fset *token.FileSet, file *ast.File, line int, n ast.Node) string {
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Pos() <= n.Pos() && n.Pos() < f.End() {
			return fmt.Sprintf("func %s, line %d of it", f.Name.Name, line-fset.Position(f.Pos()).Line+1)
		}
	}
	return fmt.Sprintf("line %d", line)
}

func check(t *testing.T, src string) (*flow.Package, *ast.File) {
	t.Helper()
	std.Lock()
	defer std.Unlock()
	file, err := parser.ParseFile(std.fset, t.Name()+".go", src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	info := newInfo()
	conf := types.Config{Importer: &std, GoVersion: "go1.26"}
	pkg, err := conf.Check("example.com/p", std.fset, []*ast.File{file}, info)
	if err != nil {
		t.Fatal(err)
	}
	return flow.New(std.fset, []*ast.File{file}, pkg, info), file
}

func newInfo() *types.Info {
	return &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{},
		Uses: map[*ast.Ident]types.Object{}, Implicits: map[ast.Node]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{}, Scopes: map[ast.Node]*types.Scope{},
		Instances: map[*ast.Ident]types.Instance{}, FileVersions: map[*ast.File]string{},
	}
}

// std imports the standard library, each package once for all tests, and
// stand-ins for others.
var std = imports{fset: token.NewFileSet(), others: map[string]*types.Package{}}

type imports struct {
	sync.Mutex
	fset   *token.FileSet
	std    types.Importer
	others map[string]*types.Package
}

func (i *imports) Import(path string) (*types.Package, error) {
	if i.std == nil {
		i.std = importer.ForCompiler(i.fset, "gc", nil)
	}
	src, ok := stands[path]
	if !ok {
		return i.std.Import(path)
	}
	if pkg := i.others[path]; pkg != nil {
		return pkg, nil
	}
	file, err := parser.ParseFile(i.fset, path+".go", src, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	conf := types.Config{Importer: i}
	i.others[path], err = conf.Check(path, i.fset, []*ast.File{file}, nil)
	return i.others[path], err
}

// stands are the packages outside the standard library that sources import.
var stands = map[string]string{
	"golang.org/x/sync/errgroup": `package errgroup

import "context"

type Group struct{ err error }

func WithContext(ctx context.Context) (*Group, context.Context) { return &Group{}, ctx }
func (g *Group) Go(f func() error)                              { g.err = f() }
func (g *Group) Wait() error                                    { return g.err }
`,
	"example.com/lib": `package lib

import (
	"example.com/lib/internal/part"
	"example.com/lib/internal/whole"
)

func Whole() whole.Whole { return whole.Whole{} }
func Part() part.Part    { return part.Part{} }
`,
	"example.com/lib/internal/part":  "package part\n\ntype Part struct{}\n",
	"example.com/lib/internal/whole": "package whole\n\ntype Whole struct{}\n",
	"golang.org/x/time/rate": `package rate

import "context"

type Limiter struct{}

func (*Limiter) Wait(ctx context.Context) error { return ctx.Err() }
`,
	"example.com/testify/require": `package require

func NotNil(t, v any, msg ...any) {}
func True(t any, v bool, msg ...any) {}
func False(t any, v bool, msg ...any) {}
func Falsef(t any, v bool, msg string, args ...any) {}
func New(t any) any { return t }
`,
}

// sorted joins the words of an answer whose order means nothing.
func sorted(words []string) string {
	if len(words) == 0 {
		return "none"
	}
	slices.Sort(words)
	return strings.Join(words, ", ")
}
