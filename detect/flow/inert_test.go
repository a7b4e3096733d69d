package flow_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
	"testing"

	"github.com/ctxfix/ctxfix/detect/flow"
)

// A type without end does not compile, and is asked about all the same.
func TestInertWithoutEnd(t *testing.T) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "p.go", head+"type pair[P any] struct{ rest *pair[[]P] }\nvar v pair[int]\n", 0)
	if err != nil {
		t.Fatal(err)
	}
	conf := types.Config{Error: func(error) {}}
	pkg, err := conf.Check("p", fset, []*ast.File{file}, nil)
	if err == nil {
		t.Fatal("it compiles")
	}
	if flow.Inert(pkg.Scope().Lookup("v").Type()) {
		t.Error("a type is inert whose parts never end")
	}
}

func TestInert(t *testing.T) {
	p, _ := check(t, head+`
import ("context"; "database/sql"; "net")

type proto interface{ ProtoReflect() int }

type message struct{ ctx context.Context }
func (message) ProtoReflect() int { return 0 }

type closer struct{ n int }
func (closer) Close() error { return nil }

type list struct { next *list; n int }
type kept struct { next *kept; ctx context.Context }

var (
	yesNumber  int
	yesError   error
	yesCancel  context.CancelFunc
	yesMessage message
	yesPointer *message
	yesResult  sql.Result
	yesAddr    *net.Addr
	yesList    list
	yesArray   [2]string
	yesMap     map[string][]int

	noMessage proto
	noCloser  closer
	noKept    kept
	noFunc    func()
	noChan    chan int
	noAny     any
	noArray   [2]any
	noKey     map[any]int
	noElem    map[int]any
)

func yesTuple() (int, error) { return 0, nil }
func noTuple() (int, any)    { return 0, nil }
func noParam[T any](v T)     {}
`)
	scope := p.Types.Scope()
	for _, name := range scope.Names() {
		typ := scope.Lookup(name).Type()
		if fn, ok := scope.Lookup(name).(*types.Func); ok {
			if typ = fn.Signature().Results(); fn.Signature().TypeParams().Len() > 0 {
				typ = fn.Signature().TypeParams().At(0)
			}
		}
		want := strings.HasPrefix(name, "yes")
		if !want && !strings.HasPrefix(name, "no") {
			continue
		}
		if got := flow.Inert(typ); got != want {
			t.Errorf("Inert of %s, %s, is %t", name, typ, got)
		}
	}
	if !flow.Inert(nil) {
		t.Error("the blank identifier has no type, and holds nothing")
	}
}
