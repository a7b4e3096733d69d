package flow_test

import (
	"go/ast"
	"go/types"
	"testing"

	"github.com/ctxfix/ctxfix/detect/flow"
)

var kinds = map[flow.UseKind]string{
	flow.Arg: "arg", flow.Method: "method", flow.Returned: "returned", flow.Stored: "stored",
	flow.Compared: "compared", flow.Launched: "launched", flow.Captured: "captured", flow.Other: "other",
}

// reach says where the first fresh root in n goes: the callees that receive
// it, and the other kinds of use.
func reach(p *flow.Package, n ast.Node) string {
	var words []string
	ast.Inspect(n, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || words != nil {
			return words == nil
		}
		sel, ok := call.Fun.(*ast.SelectorExpr)
		if !ok || sel.Sel.Name != "Background" {
			return true
		}
		words = []string{}
		for _, u := range p.Reach(call) {
			w := kinds[u.Kind]
			if u.Kind == flow.Arg || u.Kind == flow.Method {
				w = types.ExprString(u.Call.Fun)
			}
			words = append(words, w)
		}
		return false
	})
	return sorted(words)
}

func TestReach(t *testing.T) {
	ask(t, map[string]question{"reach": reach}, []source{
		{"arguments", `
import ("context"; "time")
type key struct{}
func a(ctx context.Context) error { return ctx.Err() }
func b(n int, ctx context.Context) error { return ctx.Err() }
func direct() {
	_ = a(context.Background()) // reach: a
}
func variable() {
	ctx := context.Background() // reach: a, b
	_ = a(ctx)
	_ = b(1, ctx)
}
func derived() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second) // reach: a
	defer cancel()
	_ = a(ctx)
}
func chained() {
	ctx := context.Background() // reach: a, b, b
	_ = a(ctx)
	marked := context.WithValue(ctx, key{}, 1)
	_ = b(1, marked)
	short, cancel := context.WithTimeout(marked, time.Second)
	defer cancel()
	_ = b(2, short)
}
func reassigned() {
	ctx := context.Background() // reach: a
	ctx = context.WithValue(ctx, key{}, 1)
	_ = a(ctx)
}
func declared() {
	var ctx context.Context = context.Background() // reach: a
	_ = a(ctx)
}
func unused() {
	_ = context.Background() // reach: none
}
`},
		{"elsewhere", `
import "context"
type holder struct{ ctx context.Context }
var global context.Context
func a(ctx context.Context) error { return ctx.Err() }
func returned() context.Context {
	return context.Background() // reach: returned
}
func returnedLater() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background()) // reach: returned
	return ctx, cancel
}
func field(h *holder) {
	h.ctx = context.Background() // reach: stored
}
func composite() *holder {
	return &holder{ctx: context.Background()} // reach: stored
}
func toGlobal() {
	global = context.Background() // reach: stored
}
func toMap(m map[string]context.Context) {
	m["a"] = context.Background() // reach: stored
}
func sent(c chan<- context.Context) {
	c <- context.Background() // reach: stored
}
func compared(ctx context.Context) bool {
	return ctx == context.Background() // reach: compared
}
func launched() {
	ctx := context.Background() // reach: launched
	go a(ctx)
}
func kept() func() error {
	ctx := context.Background() // reach: captured
	return func() error { return a(ctx) }
}
func method() error {
	ctx := context.Background() // reach: ctx.Err
	return ctx.Err()
}
`},
	})
}
