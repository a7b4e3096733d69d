package flow_test

import (
	"cmp"
	"go/ast"
	"go/token"
	"strings"
	"testing"

	"github.com/ctxfix/ctxfix/detect/flow"
)

// bareWait returns the wait of the send or receive that the statement n holds.
func bareWait(p *flow.Package, n ast.Node) *flow.Wait {
	var wait *flow.Wait
	stmt := p.Stmt(n)
	ast.Inspect(n, func(m ast.Node) bool {
		switch m := m.(type) {
		case *ast.SendStmt:
			wait = p.BareWait(stmt, m.Chan, true)
		case *ast.UnaryExpr:
			if m.Op == token.ARROW {
				wait = p.BareWait(stmt, m.X, false)
			}
		}
		return wait == nil
	})
	if wait == nil || !wait.Deaf(true) {
		return nil
	}
	if ctx, none := p.Live(n); none == nil {
		wait.Hear(ctx)
	}
	return wait
}

// idle says why the operation need not wait.
func idle(p *flow.Package, n ast.Node) string {
	w := bareWait(p, n)
	switch {
	case w == nil:
		return "an end"
	case w.Acquires():
		return "acquires"
	case w.GivesBack():
		return "gives back"
	case w.Refills():
		return "refills"
	case w.OneResult():
		return "one result"
	}
	return cmp.Or(w.HasRoom(), w.Drained(), "no")
}

// receivers says what becomes of those who receive.
func receivers(p *flow.Package, n ast.Node) string {
	w := bareWait(p, n)
	ctx, none := p.Live(n)
	if none != nil {
		return none.Reason
	}
	exit := p.ExitBut(p.Stmt(n), ctx, w.Settled)
	refuse, doubt := w.Receivers(exit)
	return cmp.Or(exit.Refuse, refuse, doubt, exit.Doubt, "fine")
}

// released says what the function's own senders get.
func released(p *flow.Package, n ast.Node) string {
	r := bareWait(p, n).Release()
	out := strings.Repeat("buffer ", len(r.Buffer)) + strings.Repeat("select ", len(r.Sends))
	return cmp.Or(strings.TrimSpace(out+cmp.Or(r.Refuse, strings.Join(r.Doubts, ", "))), "nothing")
}

func TestWait(t *testing.T) {
	ask(t, map[string]question{"idle": idle, "receivers": receivers, "released": released}, []source{
		{"whether it waits", `
import "context"
func drained(ctx context.Context, vs []int) {
	out := make(chan int)
	go func() {
		defer close(out)
		for _, v := range vs {
			out <- v // idle: whoever receives from out takes everything that is sent
		}
	}()
	for range out {
	}
}
func mayNotCome(ctx context.Context, vs []int) error {
	out := make(chan int)
	go func() {
		defer close(out)
		for _, v := range vs {
			out <- v // idle: no
		}
	}()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	for range out {
	}
	return nil
}
func mayStop(ctx context.Context, vs []int) error {
	out := make(chan int)
	go func() {
		defer close(out)
		for _, v := range vs {
			out <- v // idle: no
		}
	}()
	for v := range out {
		switch v {
		case 1:
			break
		case 2:
			return nil
		}
	}
	return nil
}
func sized(ctx context.Context, vs []int) {
	out := make(chan int, len(vs))
	for _, v := range vs {
		out <- v // idle: out is filled before anybody else has it
	}
	here(out)
}
func slots(ctx context.Context, vs []int) {
	sem := make(chan struct{}, 4)
	for range vs {
		sem <- struct{}{} // idle: acquires
		go func() {
			<-sem // idle: gives back
		}()
	}
	for range cap(sem) {
		sem <- struct{}{} // idle: refills
	}
}
func result(ctx context.Context, f func() error) chan error {
	errs := make(chan error)
	go func() {
		errs <- f() // idle: one result
	}()
	return errs
}
func ends(ctx context.Context, quit chan int) {
	<-quit // idle: an end
}
`},
		{"who receives", `
import "context"
func generator(ctx context.Context, vs []int) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for _, v := range vs {
			here(ctx)
			out <- v // receivers: fine
		}
	}()
	return out
}
func neverClosed(ctx context.Context, vs []int) {
	out := make(chan int)
	go func() {
		for _, v := range vs {
			here(ctx)
			out <- v // receivers: out is received from until it is closed, which nobody would do
		}
	}()
	for range out {
	}
}
func counted(ctx context.Context, vs []int) {
	out := make(chan int)
	go func() {
		defer close(out)
		for _, v := range vs {
			here(ctx)
			out <- v // receivers: out is received from without a look at the context: one value is owed
		}
	}()
	for range vs {
		here(<-out)
	}
}
`},
		{"who sends", `
import "context"
func one(ctx context.Context, f func() int) {
	ch := make(chan int)
	go func() { ch <- f() }()
	here(1)
	<-ch // released: buffer
}
func twice(ctx context.Context, f func() int) {
	ch := make(chan int)
	go func() { here(ctx); ch <- f(); ch <- f() }()
	here(1)
	<-ch // released: a sender on ch would be left waiting: another receive waits for it
	<-ch
}
func room(ctx context.Context, f func() int) {
	ch := make(chan int, 2)
	go func() { ch <- f() }()
	here(1)
	<-ch // released: nothing
}
func stored(ctx context.Context, all []chan int) {
	ch := make(chan int)
	all[0] = ch
	here(1)
	<-ch // released: ch is stored and has no room: who sends on it would be left waiting
}
`},
		{"what was counted", `
import ("context"; "sync")
func before(ctx context.Context, wg *sync.WaitGroup, out chan int) error {
	wg.Add(1)
	out <- 1 // receivers: wg.Add has counted what would not be started: who waits for it would hang
	go func() { defer wg.Done() }()
	return nil
}
func after(ctx context.Context, wg *sync.WaitGroup, out chan int) error {
	wg.Add(1)
	go func() { defer wg.Done() }()
	out <- 1 // receivers: fine
	return nil
}
`},
	})
}
