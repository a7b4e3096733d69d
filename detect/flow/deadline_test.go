package flow_test

import (
	"go/ast"
	"testing"

	"github.com/ctxfix/ctxfix/detect/flow"
)

// deadline says which context is live at n, and "own" if this function set a
// deadline on it.
func deadline(p *flow.Package, n ast.Node) string {
	ctx, none := p.Live(n)
	switch {
	case none != nil:
		return "none"
	case ctx.Deadline:
		return ctx.Expr + " own"
	}
	return ctx.Expr
}

func TestDeadline(t *testing.T) {
	ask(t, map[string]question{"deadline": deadline}, []source{{"whose", `
import ("context"; "time")
func caller(ctx context.Context) {
	here() // deadline: ctx
	sub, cancel := context.WithCancel(ctx)
	defer cancel()
	here(sub) // deadline: sub
}
func own(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	here() // deadline: ctx own
	v := context.WithValue(ctx, 1, 2)
	here(v) // deadline: v own
}
func until(parent context.Context) {
	here() // deadline: parent
	parent, cancel := context.WithDeadline(parent, time.Now())
	defer cancel()
	here() // deadline: parent own
}
func detached(ctx context.Context) {
	free := context.WithoutCancel(ctx)
	here(free) // deadline: ctx
}
`}})
}
