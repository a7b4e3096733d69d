package flow_test

import (
	"go/ast"
	"strings"
	"testing"

	"github.com/ctxfix/ctxfix/detect/flow"
)

// exit says how the function may be left at n under the live context:
// the statements joined with " / ", "doubt" and "refused" marked.
func exit(p *flow.Package, n ast.Node) string {
	ctx, none := p.Live(n)
	if none != nil {
		return "no context: " + none.Reason
	}
	e := p.Exit(p.Stmt(n), ctx)
	if e.Refuse != "" {
		if len(e.Stmts) > 0 {
			return "refused, and yet " + strings.Join(e.Stmts, " / ")
		}
		return "refused"
	}
	s := strings.Join(e.Stmts, " / ")
	for _, imp := range e.Imports {
		s += " importing " + imp.Path
	}
	if e.Doubt != "" {
		s += " doubt"
	}
	return s
}

// owed names the owed operations from n on.
func owed(p *flow.Package, n ast.Node) string {
	var words []string
	for _, o := range p.Owed(n) {
		words = append(words, o.What)
	}
	return sorted(words)
}

func TestExit(t *testing.T) {
	ask(t, map[string]question{"exit": exit}, []source{
		{"results", `
import ("context"; "time"; "io"; "net/http")
type point struct{ x, y int }
type failure struct{}
func (*failure) Error() string { return "" }
func none(ctx context.Context) {
	here() // exit: return
}
func failing(ctx context.Context) error {
	here() // exit: return ctx.Err()
	return nil
}
func basic(ctx context.Context) (int, string, bool, float64, error) {
	here() // exit: return 0, "", false, 0, ctx.Err()
	return 1, "", true, 1, nil
}
func nils(ctx context.Context) (*point, []int, map[string]int, chan int, func(), any, io.Reader, error) {
	here() // exit: return nil, nil, nil, nil, nil, nil, nil, ctx.Err()
	return nil, nil, nil, nil, nil, nil, nil, nil
}
func composite(ctx context.Context) (point, [2]int, time.Time, time.Duration, error) {
	here() // exit: return point{}, [2]int{}, time.Time{}, 0, ctx.Err()
	return point{}, [2]int{}, time.Time{}, 0, nil
}
func param[T any](ctx context.Context) (T, error) {
	here() // exit: var zero T / return zero, ctx.Err()
	var t T
	return t, nil
}
func count(ctx context.Context) (n int, err error) {
	n = 3
	here() // exit: return n, ctx.Err()
	return n, nil
}
func noError(ctx context.Context) int {
	here() // exit: refused
	return 0
}
func errorFirst(ctx context.Context) (error, int) {
	here() // exit: refused
	return nil, 0
}
func otherError(ctx context.Context) *failure {
	here() // exit: refused
	return nil
}
func ok(ctx context.Context) (int, bool) {
	here() // exit: refused
	return 0, false
}
func handler(w http.ResponseWriter, r *http.Request) {
	here() // exit: return
}
func errors(w http.ResponseWriter, r *http.Request) error {
	here() // exit: return r.Context().Err()
	return nil
}
func literal(ctx context.Context) error {
	f := func(ctx context.Context) (int, error) {
		here() // exit: return 0, ctx.Err()
		return 1, nil
	}
	_, err := f(ctx)
	return err
}
`},
		{"results that cannot be named", `
import "context"
type point struct{ x, y int }
func blank(ctx context.Context) (_ int, err error) {
	here() // exit: return 0, ctx.Err()
	return 1, nil
}
func shadowed(ctx context.Context) (n int, err error) {
	n = 3
	if n := "three"; n != "" {
		here() // exit: return 0, ctx.Err()
	}
	return n, nil
}
func typeShadowed(ctx context.Context) (p point, err error) {
	{
		p, point := 1, 2
		here(p, point) // exit: refused
	}
	return p, nil
}
func twoParams[A, B any](ctx context.Context) (A, B, error) {
	here() // exit: refused
	var a A
	var b B
	return a, b, nil
}
`},
		{"what has come so far", `
import ("context"; "errors")
var bad = errors.New("bad")
var total int
func number(ctx context.Context, more func() bool) (int, error) {
	if !more() {
		return -1, bad
	}
	n := 0
	for more() {
		n++
		here() // exit: return n, ctx.Err()
		if n > 9 {
			return (n), bad
		}
	}
	return n, nil
}
func names(ctx context.Context, more func() bool) (map[string]bool, error) {
	m := map[string]bool{}
	for more() {
		here() // exit: return m, ctx.Err()
		if len(m) > 9 {
			return m, bad
		}
	}
	return m, nil
}
func text(ctx context.Context, more func() bool) (string, error) {
	s := ""
	for more() {
		here() // exit: return "", ctx.Err()
		if len(s) > 9 {
			return s, bad
		}
	}
	return s, nil
}
func global(ctx context.Context, more func() bool) (int, error) {
	for more() {
		here() // exit: return 0, ctx.Err()
		if total > 9 {
			return total, bad
		}
	}
	return total, nil
}
func sum(ctx context.Context, more func() bool) (int, error) {
	n := 0
	for more() {
		here() // exit: return 0, ctx.Err()
		if n > 9 {
			return n + 1, bad
		}
	}
	return n, nil
}
func inner(ctx context.Context, more func() bool) (int, error) {
	here() // exit: return 0, ctx.Err()
	if n := 1; more() {
		here() // exit: return n, ctx.Err()
		return n, bad
	}
	return 0, nil
}
func notAlways(ctx context.Context, more func() bool) (int, error) {
	n := 0
	for more() {
		here() // exit: return 0, ctx.Err()
		if n > 9 {
			return n, bad
		}
		if n > 5 {
			return 0, bad
		}
	}
	return n, nil
}
`},
		{"init and TestMain", `
import "context"
type server struct{}
func (s *server) init(ctx context.Context) {
	here() // exit: return
}
func (s *server) TestMain(ctx context.Context) {
	here() // exit: return
}
func TestMain(ctx context.Context) {
	here() // exit: refused
}
`},
		{"cause of something else", `
import "context"
func Cause(err error) error { return err }
func failing(ctx context.Context) error {
	here() // exit: return ctx.Err()
	return Cause(nil)
}
`},
		{"cause that cannot be named", `
import "context"
func other(ctx context.Context) error { return context.Cause(ctx) }
func failing(ctx context.Context) error {
	{
		context := 1
		here(context) // exit: return ctx.Err()
	}
	return nil
}
`},
		{"cause", `
import "context"
func other(ctx context.Context) error { return context.Cause(ctx) }
func failing(ctx context.Context) error {
	here() // exit: return context.Cause(ctx)
	return nil
}
`},
		{"owed", `
import ("context"; "sync")
func closing(ctx context.Context, out chan<- int) {
	here() // exit: return doubt
	close(out)
}
func deferredClose(ctx context.Context, out chan<- int) {
	defer close(out)
	here() // exit: return
}
func afterClose(ctx context.Context, out chan<- int) {
	close(out)
	here() // exit: return
}
func locked(ctx context.Context, mu *sync.Mutex) error {
	mu.Lock()
	here() // exit: refused
	mu.Unlock()
	return nil
}
func lockedDeferred(ctx context.Context, mu *sync.Mutex) error {
	mu.Lock()
	defer mu.Unlock()
	here() // exit: return ctx.Err()
	return nil
}
func joining(ctx context.Context, f func()) error {
	var wg sync.WaitGroup
	wg.Go(f)
	here() // exit: return ctx.Err() doubt
	wg.Wait()
	return nil
}
`},
		{"never", `
import "context"
func deferred(ctx context.Context) {
	defer func() {
		here() // exit: refused
	}()
}
`},
	})
}

func TestOwed(t *testing.T) {
	ask(t, map[string]question{"owed": owed}, []source{
		{"operations", `
import ("context"; "sync"; "os")
func done(ctx context.Context, wg *sync.WaitGroup) {
	here() // owed: wg.Done()
	wg.Done()
	here() // owed: none
}
func several(ctx context.Context, wg *sync.WaitGroup, out chan<- int) {
	here() // owed: close(out), wg.Done()
	close(out)
	here() // owed: wg.Done()
	wg.Done()
}
func deferred(ctx context.Context, wg *sync.WaitGroup, mu *sync.RWMutex) {
	defer wg.Done()
	mu.RLock()
	defer func() { mu.RUnlock() }()
	here() // owed: none
}
func unlock(ctx context.Context, mu *sync.RWMutex) {
	mu.RLock()
	here() // owed: mu.RUnlock()
	mu.RUnlock()
}
func cancels(ctx context.Context) {
	sub, cancel := context.WithCancel(ctx)
	here(sub) // owed: cancel()
	cancel()
}
func sends(ctx context.Context, results chan<- int) {
	here() // owed: send on results
	results <- 1
}
func otherPath(ctx context.Context, out chan<- int, b bool) {
	if b {
		close(out)
		return
	}
	here() // owed: none
}
func loop(ctx context.Context, out chan<- int, n int) {
	for range n {
		here() // owed: close(out)
	}
	close(out)
}
func file(ctx context.Context) error {
	f, err := os.Open("x")
	if err != nil {
		return err
	}
	here() // owed: f.Close()
	return f.Close()
}
func nothing(ctx context.Context, in <-chan int) {
	here() // owed: none
	println(1)
}
`},
		{"in goroutines", `
import ("context"; "sync")
func launch(ctx context.Context, out chan<- int) {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		here() // owed: wg.Done()
		wg.Done()
	}()
	wg.Wait()
	go func() {
		defer close(out)
		here() // owed: none
	}()
}
`},
	})
}
