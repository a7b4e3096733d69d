package flow_test

import (
	"go/ast"
	"strconv"
	"testing"

	"github.com/ctxfix/ctxfix/detect/flow"
)

// detached says whether nobody waits for the go statement n stands in.
func detached(p *flow.Package, n ast.Node) string {
	for ; n != nil; n = p.Parent(n) {
		if g, ok := n.(*ast.GoStmt); ok {
			return strconv.FormatBool(p.Detached(g))
		}
	}
	return "no go statement"
}

func TestDetached(t *testing.T) {
	ask(t, map[string]question{"detached": detached}, []source{
		{"nobody waits", `
import ("context"; "sync")
func plain(ctx context.Context, f func()) {
	go f() // detached: true
}
func literal(ctx context.Context) {
	go func() { here() }() // detached: true
}
func waitedElsewhere(ctx context.Context, wg *sync.WaitGroup) {
	wg.Add(1)
	go func() { defer wg.Done() }() // detached: true
}
func waitBefore(ctx context.Context) {
	var wg sync.WaitGroup
	wg.Wait()
	wg.Add(1)
	go func() { defer wg.Done() }() // detached: true
}
func otherGroup(ctx context.Context) {
	var a, b sync.WaitGroup
	a.Add(1)
	go func() { defer a.Done() }() // detached: true
	b.Wait()
}
func otherChannel(ctx context.Context, in <-chan int) {
	done := make(chan int)
	go func() { close(done) }() // detached: true
	<-in
}
func producer(ctx context.Context) <-chan int {
	out := make(chan int)
	go func() { // detached: true
		defer close(out)
		out <- 1
	}()
	return out
}
`},
		{"somebody waits", `
import ("context"; "sync"; "golang.org/x/sync/errgroup"; "time")
func group(ctx context.Context, n int) {
	var wg sync.WaitGroup
	for range n {
		wg.Add(1)
		go func() { defer wg.Done() }() // detached: false
	}
	wg.Wait()
}
func deferredWait(ctx context.Context) {
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Add(1)
	go func() { wg.Done() }() // detached: false
}
func pointer(ctx context.Context, work func(*sync.WaitGroup)) {
	var wg sync.WaitGroup
	wg.Add(1)
	go work(&wg) // detached: false
	wg.Wait()
}
func received(ctx context.Context) int {
	c := make(chan int)
	go func() { c <- 1 }() // detached: false
	return <-c
}
func closed(ctx context.Context) {
	done := make(chan struct{})
	go func() { defer close(done) }() // detached: false
	<-done
}
func ranged(ctx context.Context) (sum int) {
	c := make(chan int)
	go func() { // detached: false
		defer close(c)
		c <- 1
	}()
	for v := range c {
		sum += v
	}
	return sum
}
func selected(ctx context.Context) error {
	errc := make(chan error, 1)
	go func() { errc <- nil }() // detached: false
	select {
	case err := <-errc:
		return err
	case <-time.After(time.Second):
		return nil
	}
}
func passed(ctx context.Context, work func(chan<- int)) int {
	c := make(chan int)
	go work(c) // detached: false
	return <-c
}
func waiterCloses(ctx context.Context) (n int) {
	var wg sync.WaitGroup
	c := make(chan int)
	wg.Add(1)
	go func() { // detached: false
		defer wg.Done()
		c <- 1
	}()
	go func() { // detached: false
		wg.Wait()
		close(c)
	}()
	for v := range c {
		n += v
	}
	return n
}
func insideGroup(ctx context.Context) error {
	var g errgroup.Group
	g.Go(func() error {
		go here() // detached: true
		return nil
	})
	return g.Wait()
}
`},
	})
}
