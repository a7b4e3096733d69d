package flow_test

import (
	"fmt"
	"go/ast"
	"testing"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/typed"
)

// whose says what ends the context given to the call n of here, and which
// parameter it comes from.
func whose(p *flow.Package, n ast.Node) string {
	arg := n.(*ast.CallExpr).Args[0]
	words := map[flow.Lifetime]string{flow.Unknown: "unknown", flow.Caller: "caller", flow.Peer: "peer", flow.Itself: "itself", flow.Deadline: "deadline"}
	s := words[p.LifetimeOf(arg)]
	if base := p.BaseOf(arg); base != nil {
		s += " of " + base.Name()
	}
	return s
}

// reads counts the places that may read the variable that the call n of here
// is given, after it.
func reads(p *flow.Package, n ast.Node) string {
	return fmt.Sprint(len(p.ReadAfter(typed.Var(p.Info, n.(*ast.CallExpr).Args[0]), n)))
}

// derives says how the value of the assignment n comes from a context.
func derives(p *flow.Package, n ast.Node) string {
	d, ok := p.DerivationOf(n.(*ast.AssignStmt).Rhs[0])
	if !ok {
		return "not"
	}
	return fmt.Sprintf("result %d, value %t, cancel %t", d.Result, d.Value, d.Cancel)
}

func TestDerived(t *testing.T) {
	ask(t, map[string]question{"whose": whose, "reads": reads, "derives": derives}, []source{
		{"contexts", `
import ("context"; "net/http"; "time"; "golang.org/x/sync/errgroup")
type server struct{ ctx context.Context }
func get() context.Context { return nil }
func param(ctx context.Context, s *server, r *http.Request) {
	here(ctx) // whose: caller of ctx
	here(r.Context()) // whose: peer of r
	here(s.ctx) // whose: unknown
	here(get()) // whose: unknown
	here(context.Background()) // whose: unknown
	here(context.WithoutCancel(ctx)) // whose: unknown
}
func derived(ctx context.Context) {
	v := context.WithValue(ctx, 1, 2) // derives: result 0, value true, cancel false
	here(v) // whose: caller of ctx
	c, cancel := context.WithCancel(v) // derives: result 0, value false, cancel true
	defer cancel()
	here(c) // whose: itself of ctx
	d, stop := context.WithTimeout(c, time.Second) // derives: result 0, value false, cancel true
	defer stop()
	here(d) // whose: deadline of ctx
	g, gctx := errgroup.WithContext(ctx) // derives: result 1, value false, cancel false
	here(gctx, g) // whose: itself of ctx
	w := context.WithoutCancel(ctx) // derives: not
	here(w) // whose: unknown
}
func readers(ctx context.Context, run func(func()), x bool) {
	here(ctx) // reads: 3
	ctx = context.WithValue(ctx, 1, 2)
	if x {
		here(ctx) // reads: 1
		run(func() { here(ctx) })
	}
}
`},
	})
}
