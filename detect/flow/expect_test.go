package flow_test

import (
	"go/ast"
	"go/types"
	"strconv"
	"testing"

	"github.com/ctxfix/ctxfix/detect/flow"
)

// expected says what type the place of each nil in n gives it.
func expected(p *flow.Package, n ast.Node) string {
	var words []string
	ast.Inspect(n, func(n ast.Node) bool {
		if e, ok := n.(*ast.Ident); ok && e.Name == "nil" {
			word := "none"
			if t := p.Expected(e); t != nil {
				word = types.TypeString(t, types.RelativeTo(p.Types))
			}
			if call, ok := p.Parent(e).(*ast.CallExpr); ok && p.ParamOf(call, e) >= 0 {
				word = "param " + strconv.Itoa(p.ParamOf(call, e)) + " " + word
			}
			words = append(words, word)
		}
		return true
	})
	return sorted(words)
}

func TestExpected(t *testing.T) {
	ask(t, map[string]question{"expected": expected}, []source{{"places", `
import "context"
type C = context.Context
type holder struct{ ctx context.Context; err error }
type T struct{}
func (T) m(n int, c C) {}
func (T) first(c C, n int) {}
type F func(c C)
func f(c C, rest ...error) {}
func list(rest ...C) {}
func of[E any](e E) {}
func args(t T, fn func(error), ch chan C) {
	f(nil, nil) // expected: param 0 C, param 1 error
	f((nil), nil, nil) // expected: C, param 1 error, param 1 error
	list(nil) // expected: param 0 C
	list(nil...) // expected: param 0 []C
	t.m(1, nil) // expected: param 1 C
	T.m(t, 1, nil) // expected: param 1 C
	T.first(t, nil, 1) // expected: param 0 C
	t.first(nil, 1) // expected: param 0 C
	_ = F(nil) // expected: none
	fn(nil) // expected: error
	of[C](nil) // expected: param 0 C
	_ = C(nil) // expected: none
	_ = append([]C{}, nil) // expected: none
	ch <- nil // expected: C
	_ = []C{nil} // expected: C
}
func generic[S chan C](ch S) {
	ch <- nil // expected: none
}
func elsewhere(c C) (C, error) {
	var a C = nil // expected: C
	a, b := c, error(nil) // expected: none
	a, b = nil, nil // expected: C, error
	_ = a == nil && b == nil // expected: none, none
	if c == a {
		return nil, nil // expected: C, error
	}
	_ = holder{nil, nil} // expected: context.Context, error
	_ = &holder{ctx: nil} // expected: context.Context
	_ = []*holder{{ctx: nil}} // expected: context.Context
	_ = map[C]error{nil: nil} // expected: C, error
	_ = [2]C{1: nil} // expected: C
	func() error {
		return nil // expected: error
	}()
	return c, nil // expected: error
}
`}})
}
