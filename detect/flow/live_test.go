package flow_test

import (
	"go/ast"
	"testing"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/typed"
)

// live says which context is live at n: its expression, "named" if a
// parameter must be named first, "doubt", "nodone"; or "none", "two",
// "dead", "detached from EXPR".
func live(p *flow.Package, n ast.Node) string {
	ctx, none := p.Live(n)
	switch {
	case none == nil:
	case none.Two:
		return "two"
	case none.Detached && none.Outer != nil:
		return "detached from " + none.Outer.Expr
	case none.Detached:
		return "detached"
	case none.Dead:
		return "dead"
	default:
		return "none"
	}
	s := ctx.Expr
	if ctx.Rename != nil {
		s += " named"
	}
	if ctx.NoDone {
		s += " nodone"
	}
	if ctx.Doubt != "" {
		s += " doubt"
	}
	return s
}

// liveAtRoot is live for the first fresh root in n.
func liveAtRoot(p *flow.Package, n ast.Node) (found string) {
	ast.Inspect(n, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if ok && found == "" && typed.Root(p.Info, call) != "" {
			found = live(p, call)
		}
		return found == ""
	})
	return found
}

func TestLive(t *testing.T) {
	ask(t, map[string]question{"live": live, "root": liveAtRoot}, []source{
		{"parameters", `
import ("context"; "net/http")
func one(ctx context.Context) {
	here() // live: ctx
}
func last(id string, c context.Context) {
	here() // live: c
}
func request(w http.ResponseWriter, r *http.Request) {
	here() // live: r.Context()
}
func contextFirst(r *http.Request, ctx context.Context) {
	here() // live: ctx
}
func two(ctx, other context.Context) {
	here() // live: two
}
func requests(a, b *http.Request) {
	here() // live: two
}
func jump(ctx context.Context) {
	goto end // live: ctx
end:
	here() // live: ctx
}
func blank(_ context.Context) {
	here() // live: ctx named
}
func blankBesideLocal(_ context.Context) {
	ctx := 1
	here(ctx) // live: parent named
}
func blankRequest(http.ResponseWriter, *http.Request) {
	here() // live: r.Context() named
}
func blankBesideRequest(_ context.Context, r *http.Request) {
	here() // live: ctx named
}
func none(id string) {
	here() // live: none
}
`},
		{"receivers", `
import "context"
type app struct{ ctx context.Context }
func (a *app) Context() context.Context { return a.ctx }
func (a *app) work() {
	here() // live: none
}
func (a *app) with(ctx context.Context) {
	here() // live: ctx
}
func borrow(a *app) {
	here() // live: a.Context() doubt
}
func (app) other(a *app) {
	here() // live: a.Context() doubt
}
`},
		{"types", `
import "context"
type userContext interface{ context.Context; User() string }
type call struct{ context.Context }
type lookalike interface{ Done() <-chan struct{}; Err() error }
type lazy struct{}
func (lazy) Context(bool) context.Context { return nil }
func byInterface(c userContext) {
	here() // live: c
}
func byStruct(c *call) {
	here() // live: c
}
func byLookalike(ctx lookalike) {
	here() // live: none
}
func byLazy(l lazy) {
	here() // live: none
}
func pointer(ctx *context.Context) {
	here() // live: none
}
func slice(ctxs ...context.Context) {
	here() // live: none
}
`},
		{"package variable", `
import "context"
var ctx = context.Background()
func none() {
	here() // live: none
}
func mentioned(_ context.Context) {
	here(ctx) // live: parent named
}
func unmentioned(_ context.Context) {
	here() // live: ctx named
}
`},
		{"shadowing", `
import "context"
func byInt(ctx context.Context) {
	{
		ctx := 3
		here(ctx) // live: none
	}
	here() // live: ctx
}
func byParameter(ctx context.Context) {
	f := func(ctx int) {
		here() // live: none
	}
	f(1)
}
func byRange(ctx context.Context, ns []int) {
	for ctx := range ns {
		here(ctx) // live: none
	}
	here() // live: ctx
}
`},
		{"derived", `
import ("context"; "io"; "time"; "net/http")
type key struct{}
func use(ctx context.Context) error { return ctx.Err() }
func shadowed(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	here() // live: ctx
}
func canceled(ctx context.Context) {
	here() // live: ctx
	sub, cancel := context.WithCancel(ctx)
	defer cancel()
	_ = use(sub)
	here() // live: sub
}
func value(ctx context.Context) {
	marked := context.WithValue(ctx, key{}, 1)
	_ = use(marked)
	here() // live: marked
}
func ping(ctx context.Context) {
	pingCtx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	_ = use(pingCtx)
	here() // live: ctx
}
func pingTwice(ctx context.Context) {
	pingCtx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	_ = use(pingCtx)
	_ = use(pingCtx)
	here() // live: two
}
func alias(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	_ = use(ctx)
	here() // live: ctx
}
func cut(ctx context.Context) {
	loose := context.WithoutCancel(ctx)
	_ = use(loose)
	here() // live: ctx
}
func open(ctx context.Context) (io.ReadCloser, error) { return nil, ctx.Err() }
func text(ctx context.Context) (*string, error) { return nil, ctx.Err() }
func stream(ctx context.Context) (io.ReadCloser, error) {
	sub, cancel := context.WithCancel(ctx)
	defer cancel()
	_ = use(sub)
	if body, err := open(context.TODO()); err == nil { // root: ctx
		return body, nil
	}
	return open(context.TODO()) // root: ctx
}
func readHere(ctx context.Context) (*string, error) {
	sub, cancel := context.WithCancel(ctx)
	defer cancel()
	_ = use(sub)
	body, err := open(context.TODO()) // root: sub
	if err != nil {
		return nil, err
	}
	defer body.Close()
	return text(context.TODO()) // root: sub
}
func storedStream(ctx context.Context, s *struct{ body io.ReadCloser }) (err error) {
	sub, cancel := context.WithCancel(ctx)
	defer cancel()
	_ = use(sub)
	s.body, err = open(context.TODO()) // root: ctx
	return err
}
func scope(ctx context.Context) {
	if sub, cancel := context.WithCancel(ctx); sub != nil {
		defer cancel()
		here() // live: sub
	}
	here() // live: ctx
}
`},
		{"unknown origin", `
import "context"
func make() context.Context { return context.Background() }
func fromCall() {
	ctx := make()
	here(ctx) // live: none
}
func fromRoot() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	here(ctx) // live: none
}
func later() {
	here() // live: none
	ctx := make()
	here(ctx)
}
`},
		{"definite assignment", `
import ("context"; "net/http")
func somePaths(r *http.Request, b bool) {
	var ctx context.Context
	if b {
		ctx = r.Context()
	}
	here(ctx) // live: r.Context()
}
func allPaths(r *http.Request, b bool) {
	var ctx context.Context
	if b {
		ctx = r.Context()
	} else {
		ctx = context.WithValue(r.Context(), 1, 2)
	}
	here(ctx) // live: ctx
}
`},
		{"generics and ranges", `
import ("context"; "iter")
func param[C context.Context](ctx C) {
	here() // live: none
}
type box[T any] struct{ v T }
func (b *box[T]) get(_ context.Context) {
	here() // live: ctx named
}
func body(ctx context.Context, seq iter.Seq[int]) {
	for range seq {
		here() // live: ctx
	}
}
func sequence(ctx context.Context) iter.Seq[int] {
	return func(yield func(int) bool) {
		here() // live: none
	}
}
`},
	})
}
