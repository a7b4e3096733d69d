package flow_test

import (
	"go/ast"
	"go/types"
	"strings"
	"testing"

	"github.com/ctxfix/ctxfix/detect/flow"
)

// TestDeadAt asks whether the first argument of here is done, by what, and
// what it was derived from.
func TestDeadAt(t *testing.T) {
	ask(t, map[string]question{"dead": func(p *flow.Package, n ast.Node) string {
		d := p.DeadAt(n.(*ast.CallExpr).Args[0])
		if d == nil {
			return "no"
		}
		words := []string{types.ExprString(d.Ctx)}
		for word, is := range map[string]bool{"waited": d.Waited, "cancelled": d.Cancelled, "deferred": d.Deferred} {
			if is {
				words = append(words, word)
			}
		}
		if d.Parent != nil {
			words = append(words, "of "+types.ExprString(d.Parent))
		}
		return words[0] + ": " + sorted(words[1:])
	}}, []source{
		{"done", `
import "context"
type server struct{ ctx context.Context }
func received(ctx context.Context, s *server) {
	here(ctx) // dead: no
	<-ctx.Done()
	here(ctx) // dead: ctx: none
	here(s.ctx) // dead: no
	<-s.ctx.Done()
	here(s.ctx) // dead: s.ctx: none
	sub := context.WithValue(ctx, 1, 2)
	here(sub) // dead: ctx: none
	here(context.WithoutCancel(ctx)) // dead: no
}
func again(ctx context.Context) {
	<-ctx.Done()
	ctx = context.Background()
	here(ctx) // dead: no
}
func tested(ctx context.Context) {
	if ctx.Err() != nil {
		here(ctx) // dead: ctx: none
		return
	}
	here(ctx) // dead: no
}
func kept(ctx context.Context, keep func(func())) {
	keep(func() {
		<-ctx.Done()
		here(ctx) // dead: ctx: none
	})
	here(ctx) // dead: no
}
`},
		{"fields", `
import "context"
type server struct{ ctx context.Context; cancel context.CancelFunc }
func (s *server) reset() {
	<-s.ctx.Done()
	s.ctx, s.cancel = context.WithCancel(context.Background())
	here(s.ctx) // dead: no
}
func (s *server) other() {
	<-s.ctx.Done()
	here(s.ctx) // dead: s.ctx: none
}
`},
		{"cancelled", `
import ("context"; "time")
func own(parent context.Context) {
	ctx, cancel := context.WithTimeout(parent, time.Second)
	here(ctx) // dead: no
	cancel()
	here(ctx) // dead: ctx: cancelled, of parent
	here(parent) // dead: no
}
func order(parent context.Context) {
	ctx, cancel := context.WithCancel(parent)
	defer here(ctx) // dead: ctx: cancelled, deferred, of parent
	defer cancel()
	defer here(ctx) // dead: no
	here(ctx) // dead: no
}
func leaves(parent context.Context, b bool) {
	ctx, cancel := context.WithCancel(parent)
	defer here(ctx) // dead: no
	if b {
		return
	}
	defer cancel()
}
`},
		{"waited", `
import ("context"; "golang.org/x/sync/errgroup")
func group(parent context.Context) {
	g, ctx := errgroup.WithContext(parent)
	g.Go(func() error {
		here(ctx) // dead: no
		return nil
	})
	_ = g.Wait()
	here(ctx) // dead: ctx: of parent, waited
}
`},
	})
}

// TestTimeoutsAround asks for the constant timeouts that the first argument of
// here derives from.
func TestTimeoutsAround(t *testing.T) {
	ask(t, map[string]question{"timeouts": func(p *flow.Package, n ast.Node) string {
		var words []string
		for _, t := range p.TimeoutsAround(n.(*ast.CallExpr).Args[0]) {
			words = append(words, t.After.String())
		}
		if words == nil {
			return "none"
		}
		return strings.Join(words, " in ")
	}}, []source{
		{"values", `
import ("context"; "time")
func chain(ctx context.Context, d time.Duration) {
	here(ctx) // timeouts: none
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	here(ctx) // timeouts: 1s
	ctx, cancel2 := context.WithTimeout(context.WithValue(ctx, 1, 2), 3*time.Second)
	defer cancel2()
	here(ctx) // timeouts: 3s in 1s
	sub, cancel3 := context.WithTimeout(ctx, d)
	defer cancel3()
	here(sub) // timeouts: 3s in 1s
	here(context.WithoutCancel(sub)) // timeouts: none
	func() {
		here(sub) // timeouts: 3s in 1s
		here(ctx) // timeouts: none
	}()
}
func paths(ctx context.Context, b bool) {
	if b {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Second)
		defer cancel()
		here(ctx) // timeouts: 1s
	}
	here(ctx) // timeouts: none
}
func loop(ctx context.Context) {
	for {
		here(ctx) // timeouts: none
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Second)
		defer cancel()
		here(ctx) // timeouts: 1s
	}
}
`},
	})
}

// TestOnlyLooks asks whether the call on the line only looks at its first
// argument.
func TestOnlyLooks(t *testing.T) {
	ask(t, map[string]question{"looks": func(p *flow.Package, n ast.Node) string {
		call := n.(*ast.ExprStmt).X.(*ast.CallExpr)
		if p.OnlyLooks(call, call.Args[0]) {
			return "yes"
		}
		return "no"
	}}, []source{
		{"callees", `
import ("context"; "log/slog"; "net"; "errors")
type logger struct{}
func (logger) Infof(ctx context.Context, s string) {}
type repo interface {
	Count(ctx context.Context, s string) (int, error)
	Leader(ctx context.Context) bool
	Wait(ctx context.Context) bool
	UserFromContext(ctx context.Context, key string) (string, error)
	toError(ctx context.Context, err error) error
}
func value(ctx context.Context) any { return ctx.Value(1) }
func waits(ctx context.Context) { <-ctx.Done() }
func passes(ctx context.Context) { waits(ctx) }
func blank(_ context.Context) {}
func detaches(ctx context.Context) { waits(context.WithoutCancel(ctx)) }
func use(ctx context.Context, l logger, r repo, d net.Dialer) {
	context.Cause(ctx) // looks: yes
	slog.InfoContext(ctx, "x") // looks: yes
	l.Infof(ctx, "x") // looks: yes
	r.Count(ctx, "x") // looks: no
	r.Leader(ctx) // looks: yes
	r.Wait(ctx) // looks: no
	r.UserFromContext(ctx, "x") // looks: yes
	r.toError(ctx, errors.New("x")) // looks: yes
	d.DialContext(ctx, "tcp", "x") // looks: no
	value(ctx) // looks: yes
	waits(ctx) // looks: yes
	passes(ctx) // looks: yes
	blank(ctx) // looks: yes
	detaches(ctx) // looks: yes
}
`},
	})
}

// TestAtOnce asks of a go statement whether its function returns at once, and
// what ends the first argument of its call then.
func TestAtOnce(t *testing.T) {
	ask(t, map[string]question{"after": func(p *flow.Package, n ast.Node) string {
		g := p.Parent(n).(*ast.GoStmt)
		f := p.Func(g)
		ends := p.EndsAtReturn(f, g.Call.Args[0], g)
		if ends == "" {
			return "lives on"
		}
		if !p.AtOnce(f, g) {
			ends += ", in time"
		}
		return ends
	}}, []source{
		{"functions", `
import ("context"; "fmt"; "net/http"; "time")
func handler(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	go here(ctx) // after: the request is over then
	go here(r.Context()) // after: the request is over then
	fmt.Fprintln(w, "x")
}
func slow(w http.ResponseWriter, r *http.Request) {
	go here(r.Context()) // after: the request is over then, in time
	time.Sleep(1)
}
func helper(r *http.Request) {
	go here(r.Context()) // after: lives on
}
func deadline(ctx context.Context, c chan int) {
	go here(ctx) // after: lives on
	ctx, cancel := context.WithTimeout(ctx, 1)
	defer cancel()
	if c != nil {
		go here(ctx) // after: cancel() is deferred, in time
		<-c
		return
	}
	for range 3 {
		go here(ctx) // after: cancel() is deferred
	}
}
func cancel(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go here(ctx) // after: lives on
}
`},
	})
}
