package flow_test

import (
	"go/ast"
	"testing"

	"github.com/ctxfix/ctxfix/detect/flow"
)

// blocks says what the first call in the statement at n waits for.
func blocks(p *flow.Package, n ast.Node) string {
	what := "no call"
	ast.Inspect(n, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && what == "no call" {
			if what = p.Blocks(call); what == "" {
				what = "nothing"
			}
		}
		return true
	})
	return what
}

func TestBlocks(t *testing.T) {
	ask(t, map[string]question{"blocks": blocks}, []source{{"calls", `
import ("context"; "time"; "sync"; "net/http"; "strings")
func sleeps()               { time.Sleep(1) }
func deep()                 { sleeps() }
func recursive(n int)       { recursive(n - 1) }
func fetches() error        { _, err := http.Get("x"); return err }
func launches()             { go sleeps() }
func defers()               { defer sleeps() }
func closure() func()       { return func() { time.Sleep(1) } }
func receives(c chan int)   { <-c }
func polls(c chan int)      { select { case <-c: default: } }
func selects(c chan int)    { select { case <-c: } }
func waits(w *sync.WaitGroup) { w.Wait() }
func bound(ctx context.Context) { time.Sleep(1) }
type s struct{ ctx context.Context }
func (s s) own()            { <-s.ctx.Done() }
func computes() string      { return strings.Repeat("x", 3) }
func all(c chan int, w *sync.WaitGroup, v s, f func()) {
	sleeps()        // blocks: time.Sleep
	deep()          // blocks: time.Sleep
	recursive(1)    // blocks: nothing
	_ = fetches()   // blocks: http.Get
	launches()      // blocks: nothing
	defers()        // blocks: nothing
	closure()       // blocks: nothing
	receives(c)     // blocks: receive from c
	polls(c)        // blocks: nothing
	selects(c)      // blocks: a select
	waits(w)        // blocks: w.Wait
	bound(nil)      // blocks: nothing
	v.own()         // blocks: nothing
	_ = computes()  // blocks: nothing
	f()             // blocks: nothing
}
`}})
}
