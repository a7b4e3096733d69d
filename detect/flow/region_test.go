package flow_test

import (
	"go/ast"
	"testing"

	"github.com/ctxfix/ctxfix/detect/flow"
)

// region says in which region n stands, by its number, or "none".
func region(p *flow.Package, n ast.Node) string {
	if r := p.Region(n); r != flow.NoRegion {
		return r.Code()
	}
	return "none"
}

// root does the same for the first fresh root in n, callee included.
func root(p *flow.Package, n ast.Node) string {
	var found string
	ast.Inspect(n, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || found != "" {
			return found == ""
		}
		if sel, ok := call.Fun.(*ast.SelectorExpr); ok && (sel.Sel.Name == "Background" || sel.Sel.Name == "TODO") {
			r, _ := p.RootRegion(call)
			found = "none"
			if r != flow.NoRegion {
				found = r.Code()
			}
		}
		return true
	})
	return found
}

func TestRegion(t *testing.T) {
	ask(t, map[string]question{"region": region}, []source{
		{"dead and deferred", `
import "context"
func dead(ctx context.Context) {
	here() // region: none
	<-ctx.Done()
	here() // region: R1
}
func deadCase(ctx context.Context, in <-chan int) {
	select {
	case <-ctx.Done():
		here() // region: R1
	case <-in:
		here() // region: none
	}
}
func deadGoroutine(ctx context.Context) {
	go func() {
		<-ctx.Done()
		here() // region: R1
	}()
}
func deferred(ctx context.Context) {
	defer here() // region: R2
	defer func() {
		here() // region: R2
		func() {
			here() // region: R2
		}()
	}()
	here() // region: none
}
func childDead(ctx context.Context) {
	sub, cancel := context.WithCancel(ctx)
	defer cancel()
	<-sub.Done()
	here() // region: none
}
`},
		{"shared", `
import ("context"; "sync")
func once(ctx context.Context, o *sync.Once) {
	o.Do(func() {
		here() // region: R5
	})
	f := sync.OnceValue(func() int {
		here() // region: R5
		return 1
	})
	here(f()) // region: none
}
`},
		{"program_test", `
import "context"
func init() {
	here() // region: R6
}
func ExampleUse() {
	here() // region: R6
}
func use(ctx context.Context) {
	here() // region: none
}
var value = func(ctx context.Context) {
	here() // region: none
}
`},
		{"compensation", `
import ("context"; "errors"; "strconv")
func call(ctx context.Context) error { return ctx.Err() }
func failed(ctx context.Context) {
	if err := call(ctx); err != nil {
		here() // region: R11
	}
	here() // region: none
}
func failedBefore(ctx context.Context) error {
	err := call(ctx)
	here() // region: none
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		here() // region: R11
		return err
	}
	return nil
}
func otherFailure(ctx context.Context, s string) {
	if _, err := strconv.Atoi(s); err != nil {
		here() // region: none
	}
}
func success(ctx context.Context) {
	if err := call(ctx); err == nil {
		here() // region: none
	}
	if err := call(ctx); err != nil {
		here() // region: R11
	} else {
		here() // region: none
	}
}
`},
		{"starters", `
import ("context"; "net/http")
type svc struct{}
func (svc) Start(ctx context.Context) {
	here() // region: R12
}
func (svc) OnStart(ctx context.Context) {
	go func() {
		here() // region: R12
	}()
}
func (svc) Restarted(ctx context.Context) {
	here() // region: none
}
func NewHandler(ctx context.Context) http.HandlerFunc {
	here() // region: R12
	return func(w http.ResponseWriter, r *http.Request) {
		here() // region: none
	}
}
func Newest(ctx context.Context) {
	here() // region: none
}
func newThing(ctx context.Context) int {
	here() // region: R12
	return 0
}
func newline(ctx context.Context) int {
	here() // region: none
	return 0
}
`},
		{"after serve", `
import ("context"; "net/http"; "os"; "os/signal"; "golang.org/x/time/rate")
func limited(ctx context.Context, l *rate.Limiter) {
	_ = l.Wait(ctx)
	here() // region: none
}
func serve(ctx context.Context, srv *http.Server) {
	here() // region: none
	err := srv.ListenAndServe()
	here(err) // region: R13
}
func signaled(ctx context.Context) {
	c := make(chan os.Signal, 1)
	signal.Notify(c, os.Interrupt)
	here() // region: none
	<-c
	here() // region: R13
}
func background(ctx context.Context, srv *http.Server) {
	go func() { _ = srv.ListenAndServe() }()
	here() // region: none
}
func onePath(ctx context.Context, srv *http.Server, b bool) {
	if b {
		_ = srv.ListenAndServe()
		here() // region: R13
		return
	}
	here() // region: none
}
`},
		{"said", `
import "context"
func above(ctx context.Context) {
	// This must not be cancelled.
	here() // region: R15
}
func block(ctx context.Context) {
	// Outlive the request.
	go func() {
		here() // region: R15
	}()
}
func leadIn(ctx context.Context) {
	// Ignore the context, which will be canceled.
	c := 1
	here(c) // region: R15
}
func paragraph(ctx context.Context) {
	// Cancel the first.
	here()
	here() // region: none
}
func unrelated(ctx context.Context) {
	// Count the rows.
	here() // region: none
}
// documented mentions background in its comment alone.
func documented(ctx context.Context) {
	here() // region: none
}
`},
	})
}

func TestRootRegion(t *testing.T) {
	ask(t, map[string]question{"root": root}, []source{
		{"callees", `
import ("context"; "net/http"; "strconv"; "time")
type store interface {
	Close(context.Context) error
	Delete(context.Context, string) error
	Save(context.Context, string) error
	Find(context.Context, string) error
	Newer(context.Context) error
}
func closers(ctx context.Context, s store, srv *http.Server) error {
	_ = s.Close(context.Background()) // root: R4
	c, cancel := context.WithTimeout(context.Background(), time.Second) // root: R4
	defer cancel()
	return srv.Shutdown(c)
}
func deletes(ctx context.Context, s store) error {
	if err := s.Find(ctx, "a"); err != nil {
		return s.Delete(context.Background(), "a") // root: R11
	}
	if s == nil {
		return nil
	} else if _, err := strconv.Atoi("a"); err != nil {
		return s.Delete(context.Background(), "a") // root: R4
	}
	return s.Delete(context.Background(), "a") // root: none
}
func queue(ctx context.Context, s store) error {
	_ = s.Save(context.Background(), "a") // root: R14
	return s.Save(context.Background(), "a") // root: none
}
func words(ctx context.Context, s store) error {
	return s.Newer(context.Background()) // root: none
}
func finds(ctx context.Context, s store) error {
	return s.Find(context.TODO(), "a") // root: none
}
`},
		{"values", `
import ("context"; "net/http"; "os"; "os/signal"; "cmp")
type opts struct{ ctx context.Context }
type loose struct {
	context.Context
	from context.Context
}
var global context.Context
func fallback(ctx context.Context) {
	if ctx == nil {
		ctx = context.Background() // root: R3
	}
	_ = cmp.Or(ctx, context.Background()) // root: R3
	here(ctx)
}
func maybe(r *http.Request) {
	ctx := context.Background() // root: R7
	if r != nil {
		ctx = r.Context()
	}
	here(ctx)
}
func early(r *http.Request) {
	if r != nil {
		here(r.Context())
		return
	}
	here(context.Background()) // root: R3
}
func tagged(ctx context.Context) {
	switch ctx {
	case nil:
		ctx = context.Background() // root: R3
	case context.TODO(): // root: R7
	}
	here(ctx)
}
func inverted(ctx context.Context, async bool) {
	use := ctx
	if async {
		use = context.Background() // root: R7
	}
	here(use)
}
func reassigned(_ context.Context, b bool) {
	ctx := context.Background() // root: none
	if b {
		ctx = context.WithValue(ctx, 1, 2)
	}
	here(ctx)
}
func values(ctx context.Context) {
	here(ctx == context.Background()) // root: R7
	o := opts{ctx: context.Background()} // root: R7
	here(loose{Context: context.Background()}, &loose{context.TODO(), nil}) // root: R7
	o.ctx = context.Background() // root: R8
	global = context.TODO() // root: R8
	c, stop := signal.NotifyContext(context.Background(), os.Interrupt) // root: R7
	defer stop()
	here(o, c)
}
func returned(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithCancel(context.Background()) // root: R8
}
`},
	})
}
