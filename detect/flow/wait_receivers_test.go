package flow_test

import (
	"fmt"
	"strings"
	"testing"
)

// TestDrainedBody asks which loop takes everything that is sent.
func TestDrainedBody(t *testing.T) {
	const src = `
import ("context"; "os"; "sync")
var _ sync.Mutex
var _ = os.Exit
func drains(ctx context.Context, vs []int, other chan int, v any) {
	out := make(chan int)
	go func() {
		defer close(out)
		for _, v := range vs {
			out <- v // slots: %s
		}
	}()
%s
	for n := range out {
		_ = n
		%s
	}
}
`
	for _, test := range []struct{ name, body, want string }{
		{"calls", `here(n)`, "drained"},
		{"continues", `if n > 1 { continue }`, "drained"},
		{"returns", `if n > 1 { return }`, ""},
		{"returns and goes on", `if n > 1 { return }; here(n); for {}; if n > 2 { continue }; here(-n)`, ""},
		{"returns or continues", `if n > 1 { return }; continue`, ""},
		{"receives and negates", `here(<-other, -n)`, ""},
		{"receives and calls", `here(<-other, len(vs))`, ""},
		{"returns from a literal", `func() { return }()`, "drained"},
		{"breaks", `if n > 1 { break }`, ""},
		{"breaks and goes on", `if n > 1 { break }; here(-n); if n > 2 { continue }`, ""},
		{"breaks out by the label", `if n > 1 { break loop }`, ""},
		{"goes elsewhere", `if n > 1 { goto end }; end: here()`, ""},
		{"continues by the label", `for range n { continue loop }`, ""},
		{"breaks an inner loop", `for i := range n { if i > 1 { break } }`, "drained"},
		{"breaks an inner for", `for i := 0; i < n; i++ { if i > 1 { break } }`, "drained"},
		{"breaks a switch", `switch n { case 1: break; default: here() }`, "drained"},
		{"breaks a type switch", `switch v.(type) { case int: break; default: here() }`, "drained"},
		{"breaks a switch in a loop", `for range n { switch n { case 1: break } }`, "drained"},
		{"returns from an inner loop", `for range n { return }`, ""},
		{"leaves from an inner loop", `for range n { break loop }`, ""},
		{"sends", `other <- n`, ""},
		{"receives", `<-other`, ""},
		{"receives and goes on", `<-other; here(-n); if n > 1 { continue }`, ""},
		{"negates", `here(-n)`, "drained"},
		{"selects", `select { case n = <-other: default: }`, ""},
		{"waits for ever", `select {}`, ""},
		{"panics", `if n > 1 { panic(n) }`, ""},
		{"ends the program and goes on", `if n > 1 { os.Exit(1) }; here(-n)`, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			want := test.want
			if want == "" {
				want = "nothing"
			}
			label := ""
			if strings.Contains(test.body, " loop") {
				label = "loop:"
			}
			src := fmt.Sprintf(src, want, label, test.body)
			ask(t, map[string]question{"slots": slots}, []source{{"drained", src}})
		})
	}
}

func TestDrained(t *testing.T) {
	ask(t, map[string]question{"slots": slots}, []source{{"who comes to the loop", `
import ("context"; "errors"; "sync")
func another(ctx context.Context, vs []int) {
	out := make(chan int)
	go func() {
		for range out {}
	}()
	for _, v := range vs {
		out <- v // slots: drained
	}
	here()
}
func anotherAfter(ctx context.Context, vs []int) {
	out := make(chan int)
	for _, v := range vs {
		out <- v // slots: nothing
	}
	go func() {
		for range out {}
	}()
	here()
}
func anotherMaybe(ctx context.Context, vs []int) error {
	out := make(chan int)
	go func() {
		if len(vs) == 0 {
			return
		}
		for range out {}
	}()
	for _, v := range vs {
		out <- v // slots: nothing
	}
	return nil
}
func another2(ctx context.Context, vs []int) error {
	out := make(chan int)
	go func() {
		for range out {}
	}()
	go func() {
		for _, v := range vs {
			out <- v // slots: drained
			here()
		}
	}()
	return nil
}
func another2Behind(ctx context.Context, vs []int) error {
	out := make(chan int)
	go func() {
		for _, v := range vs {
			out <- v // slots: drained
			here()
		}
	}()
	go func() {
		for range out {}
	}()
	return nil
}
func another2BehindMaybe(ctx context.Context, vs []int) error {
	out := make(chan int)
	go func() {
		for _, v := range vs {
			out <- v // slots: nothing
			here()
		}
	}()
	if len(vs) == 0 {
		return errors.New("none")
	}
	go func() {
		for range out {}
	}()
	return nil
}
type tries struct{}
func (tries) TryGo(f func() bool) bool { return f() }
var _ = tries{}.TryGo(func() bool {
	out := make(chan int)
	func() {
		for {
			out <- 1 // slots: nothing
			here()
		}
	}()
	for range out {}
	return true
})
func receivesItself(ctx context.Context) {
	out := make(chan int)
	for {
		go func() {
			out <- 1 // slots: one result
			here()
			for range out {}
		}()
	}
}
func anotherBehindAnother(ctx context.Context, vs []int) {
	out := make(chan int)
	go func() {
		for _, v := range vs {
			out <- v // slots: nothing
			here()
		}
	}()
	go func() {
		if len(vs) == 0 {
			return
		}
		go func() {
			for range out {}
		}()
	}()
}
func anotherInOther(ctx context.Context, vs []int) error {
	out := make(chan int)
	go func() {
		go func() {
			for range out {}
		}()
	}()
	for _, v := range vs {
		out <- v // slots: nothing
	}
	return nil
}
func anotherNested(ctx context.Context, vs []int, each func(func())) error {
	out := make(chan int)
	go func() {
		each(func() {
			for range out {}
		})
	}()
	for _, v := range vs {
		out <- v // slots: nothing
	}
	return nil
}
func called(ctx context.Context, vs []int, each func(func())) error {
	out := make(chan int)
	each(func() {
		for range out {}
	})
	for _, v := range vs {
		out <- v // slots: nothing
	}
	return nil
}
func itself(ctx context.Context, vs []int) error {
	out := make(chan int)
	for _, v := range vs {
		out <- v // slots: nothing
	}
	for range out {}
	return nil
}
func nobody(ctx context.Context, vs []int) error {
	out := make(chan int)
	for _, v := range vs {
		out <- v // slots: nothing
	}
	return nil
}
func given(ctx context.Context, vs []int, out chan int) error {
	go func() { for range out {} }()
	for _, v := range vs {
		out <- v // slots: nothing
	}
	return nil
}
func onceMore(ctx context.Context, vs []int) error {
	out := make(chan int)
	go func() { for range out {} }()
	go func() { here(<-out) }()
	for _, v := range vs {
		out <- v // slots: nothing
	}
	return nil
}
func bySecond(ctx context.Context, vs []int) error {
	out := make(chan int)
	go func() { for range out {} }()
	go func() { for range out { return } }()
	for _, v := range vs {
		out <- v // slots: nothing
	}
	return nil
}
func senderNested(ctx context.Context, vs []int, each func(func(int))) error {
	out := make(chan int)
	go func() {
		defer close(out)
		each(func(v int) {
			out <- v // slots: drained
			here()
		})
	}()
	for range out {}
	return nil
}
func byReceiver(ctx context.Context, vs []int) error {
	out := make(chan int)
	func() {
		for _, v := range vs {
			out <- v // slots: nothing
		}
		here()
	}()
	for range out {}
	return nil
}
var lines = make(chan int)
func ofPackage(ctx context.Context, vs []int) error {
	go func() { for range lines {} }()
	for _, v := range vs {
		lines <- v // slots: nothing
	}
	return nil
}
func waited(ctx context.Context, vs []int) error {
	out := make(chan int)
	var wg sync.WaitGroup
	wg.Go(func() { for range out {} })
	for _, v := range vs {
		out <- v // slots: drained
	}
	return nil
}
`}})
}

func TestReceivers(t *testing.T) {
	ask(t, map[string]question{"receivers": receivers}, []source{{"who receives", `
import ("context"; "sync")
func byDefer(ctx context.Context, vs []int) {
	out := make(chan int)
	go func() {
		defer close(out)
		for _, v := range vs {
			here(ctx)
			out <- v // receivers: fine
		}
	}()
	for v := range out { here(v) }
}
func byDeferAsking(ctx context.Context, vs []int) {
	out := make(chan int)
	go func() {
		defer close(out)
		for _, v := range vs {
			out <- v // receivers: fine
			here(ctx)
		}
	}()
	v, ok := <-out
	here(v, ok)
}
func byDeferNotAsking(ctx context.Context, vs []int) {
	out := make(chan int)
	go func() {
		defer close(out)
		for _, v := range vs {
			out <- v // receivers: out is received from without a look at the context: one value is owed
			here(ctx)
		}
	}()
	v, _ := <-out
	here(v)
}
func byDeferAskingInParens(ctx context.Context, vs []int) {
	out := make(chan int)
	go func() {
		defer close(out)
		for _, v := range vs {
			out <- v // receivers: fine
			here(ctx)
		}
	}()
	v, ok := (<-out)
	here(v, ok)
}
func byDeferTwoAtOnce(ctx context.Context, vs []int) {
	out, more := make(chan int), make(chan int)
	go func() {
		defer close(out)
		for _, v := range vs {
			out <- v // receivers: out is received from without a look at the context: one value is owed
			here(ctx)
		}
	}()
	v, w := <-out, <-more
	here(v, w)
}
func notClosed(ctx context.Context, vs []int) {
	out := make(chan int)
	go func() {
		for _, v := range vs {
			out <- v // receivers: out is received from without a look at the context: one value is owed
			here(ctx)
		}
	}()
	v, ok := <-out
	here(v, ok)
}
func besideOther(ctx context.Context, vs []int, other chan int) {
	out := make(chan int)
	go func() {
		for _, v := range vs {
			out <- v // receivers: out is received from without a look at the context: the receiver would go on waiting
			here(ctx)
		}
	}()
	select {
	case <-out:
	case <-other:
	}
}
func besideOtherClosed(ctx context.Context, vs []int, other chan int) {
	out := make(chan int)
	go func() {
		defer close(out)
		for _, v := range vs {
			out <- v // receivers: out is received from without a look at the context: the receiver would go on waiting
			here(ctx)
		}
	}()
	select {
	case <-out:
	case <-other:
	}
}
func besideDone(ctx context.Context, vs []int) {
	out := make(chan int)
	go func() {
		for _, v := range vs {
			out <- v // receivers: fine
			here(ctx)
		}
	}()
	select {
	case <-out:
	case <-ctx.Done():
	}
}
func takesItself(ctx context.Context, vs []int) {
	out := make(chan int, 1)
	go func() {
		for _, v := range vs {
			out <- v // receivers: an early return would skip release of out
			here(ctx, <-out)
		}
	}()
}
func closedOtherwise(ctx context.Context, vs []int) {
	out := make(chan int)
	go func() {
		for _, v := range vs {
			out <- v // receivers: out is received from until it is closed, which nobody would do
			here(ctx)
		}
	}()
	go func() { close(out) }()
	for v := range out { here(v) }
}
func closedAtTheEnd(ctx context.Context, vs []int) {
	out := make(chan int)
	go func() {
		for _, v := range vs {
			out <- v // receivers: close(out) becomes a defer, which runs on every return
			here(ctx)
		}
		close(out)
	}()
	for v := range out { here(v) }
}
func closedAtTheEndWithMore(ctx context.Context, vs []int, more chan int) {
	out := make(chan int)
	go func() {
		for _, v := range vs {
			out <- v // receivers: out is received from until it is closed, which nobody would do
			here(ctx)
		}
		close(more)
	}()
	go func() { close(out) }()
	for v := range out { here(v) }
}
func closedByJoiner(ctx context.Context, vs []int) {
	var wg sync.WaitGroup
	out := make(chan int)
	wg.Add(1)
	go func() {
		defer wg.Done()
		for _, v := range vs {
			out <- v // receivers: fine
			here(ctx)
		}
	}()
	go func() {
		wg.Wait()
		close(out)
	}()
	for v := range out { here(v) }
}
func closedByJoinerOfOther(ctx context.Context, vs []int) {
	var wg, other sync.WaitGroup
	out := make(chan int)
	wg.Add(1)
	go func() {
		defer wg.Done()
		for _, v := range vs {
			out <- v // receivers: out is received from until it is closed, which nobody would do
			here(ctx)
		}
	}()
	go func() {
		other.Wait()
		close(out)
	}()
	for v := range out { here(v) }
}
func closedByJoinerOfBoth(ctx context.Context, vs []int) {
	var wg, other sync.WaitGroup
	out := make(chan int)
	wg.Add(1)
	go func() {
		defer wg.Done()
		for _, v := range vs {
			out <- v // receivers: fine
			here(ctx)
		}
	}()
	go func() {
		wg.Wait()
		other.Wait()
		here(len(vs))
		close(out)
	}()
	for v := range out { here(v) }
}
func closedBeforeJoin(ctx context.Context, vs []int) {
	var wg sync.WaitGroup
	out := make(chan int)
	wg.Add(1)
	go func() {
		defer wg.Done()
		for _, v := range vs {
			out <- v // receivers: out is received from until it is closed, which nobody would do
			here(ctx)
		}
	}()
	go func() {
		close(out)
		wg.Wait()
	}()
	for v := range out { here(v) }
}
func closedBesideJoin(ctx context.Context, vs []int) {
	var wg sync.WaitGroup
	out := make(chan int)
	wg.Add(1)
	go func() {
		defer wg.Done()
		for _, v := range vs {
			out <- v // receivers: out is received from until it is closed, which nobody would do
			here(ctx)
		}
	}()
	go func() {
		go func() { wg.Wait() }()
		close(out)
	}()
	for v := range out { here(v) }
}
func closedAfterAdd(ctx context.Context, vs []int) {
	var wg sync.WaitGroup
	out := make(chan int)
	wg.Add(1)
	go func() {
		defer wg.Done()
		for _, v := range vs {
			out <- v // receivers: out is received from until it is closed, which nobody would do
			here(ctx)
		}
	}()
	go func() {
		wg.Add(0)
		close(out)
	}()
	for v := range out { here(v) }
}
func closedByJoinerOfGroup(ctx context.Context, vs []int) {
	var wg sync.WaitGroup
	out := make(chan int)
	wg.Go(func() {
		for _, v := range vs {
			out <- v // receivers: fine
			here(ctx)
		}
	})
	go func() {
		wg.Wait()
		close(out)
	}()
	for v := range out { here(v) }
}
type joined struct{}
func (*joined) Go(f func() error) {}
func (*joined) Wait() error { return nil }
func closedAfterTelling(ctx context.Context, vs []int, g *joined) {
	out := make(chan int)
	g.Go(func() error {
		for _, v := range vs {
			out <- v // receivers: fine
			here(ctx)
		}
		return nil
	})
	go func() {
		here(g.Wait(), len(vs))
		close(out)
	}()
	for v := range out { here(v) }
}
func sendsInTheFunction(ctx context.Context, vs []int, wg *sync.WaitGroup) {
	out := make(chan int)
	go func() {
		wg.Wait()
		close(out)
	}()
	go func() { for v := range out { here(v) } }()
	for _, v := range vs {
		out <- v // receivers: out is received from until it is closed, which nobody would do
		here(ctx)
	}
}
func deferredAround(ctx context.Context, vs []int) {
	out := make(chan int)
	go func() { for v := range out { here(v) } }()
	defer close(out)
	func() {
		for _, v := range vs {
			out <- v // receivers: fine
			here(ctx)
		}
	}()
}
func deferredAroundLaunch(ctx context.Context, vs []int) {
	out := make(chan int)
	go func() { for v := range out { here(v) } }()
	defer close(out)
	go func() {
		for _, v := range vs {
			out <- v // receivers: out is received from until it is closed, which nobody would do
			here(ctx)
		}
	}()
}
func closedAfterCall(ctx context.Context, vs []int) {
	out := make(chan int)
	go func() { for v := range out { here(v) } }()
	func() {
		for _, v := range vs {
			out <- v // receivers: fine
			here(ctx)
		}
	}()
	close(out)
}
func closedBeforeCall(ctx context.Context, vs []int, early bool) {
	out := make(chan int)
	go func() { for v := range out { here(v) } }()
	if early {
		close(out)
		return
	}
	func() {
		for _, v := range vs {
			out <- v // receivers: out is received from until it is closed, which nobody would do
			here(ctx)
		}
	}()
}
func closedInLiteralAfterCall(ctx context.Context, vs []int) {
	out := make(chan int)
	go func() { for v := range out { here(v) } }()
	func() {
		for _, v := range vs {
			out <- v // receivers: out is received from until it is closed, which nobody would do
			here(ctx)
		}
	}()
	_ = func() { close(out) }
}
func closedAfterLaunch(ctx context.Context, vs []int) {
	out := make(chan int)
	go func() { for v := range out { here(v) } }()
	go func() {
		for _, v := range vs {
			out <- v // receivers: out is received from until it is closed, which nobody would do
			here(ctx)
		}
	}()
	close(out)
}
func deferredTwice(ctx context.Context, vs []int) {
	out := make(chan int)
	go func() {
		defer close(out)
		defer here()
		for _, v := range vs {
			out <- v // receivers: fine
			here(ctx)
		}
	}()
	for v := range out { here(v) }
}
`}, {"who else holds it", `
import ("context"; "io"; "net")
type conn struct{ out chan int }
func feed(out chan<- int) {}
func feeds(n int, out chan<- int) {}
func eat(in <-chan int) {}
func both(ch chan int) {}
func many(chs ...chan<- int) {}
func few(ctx context.Context, n int, chs ...chan<- int) {}
func anything(v any) {}
func generic[T any](v T) {}
func onlySends(ctx context.Context) {
	out := make(chan int)
	feed(out)
	out <- 1 // receivers: fine
	here(1)
}
func onlySendsSecond(ctx context.Context) {
	out := make(chan int)
	feeds(1, out)
	out <- 1 // receivers: fine
}
func onlyReceives(ctx context.Context) {
	out := make(chan int)
	eat(out)
	out <- 1 // receivers: out is passed to eat: who receives from it may be left waiting
}
func doesBoth(ctx context.Context) {
	out := make(chan int)
	both(out)
	out <- 1 // receivers: out is passed to both: who receives from it may be left waiting
}
func variadic(ctx context.Context) {
	out := make(chan int)
	many(out)
	out <- 1 // receivers: out is passed to many: who receives from it may be left waiting
}
func variadicMore(ctx context.Context) {
	out := make(chan int)
	few(ctx, 1, nil, out)
	out <- 1 // receivers: out is passed to few: who receives from it may be left waiting
}
func asAny(ctx context.Context) {
	out := make(chan int)
	anything(out)
	out <- 1 // receivers: out is passed to anything: who receives from it may be left waiting
}
func asAnyClosed(ctx context.Context) {
	out := make(chan int)
	defer close(out)
	anything(out)
	out <- 1 // receivers: out is passed to anything, where every value may count
}
type feeder func(chan<- int)
func ofNamedFunction(ctx context.Context, f feeder) {
	out := make(chan int)
	f(out)
	out <- 1 // receivers: out is passed to f: who receives from it may be left waiting
}
func ofGeneric(ctx context.Context) {
	out := make(chan int)
	generic(out)
	out <- 1 // receivers: out is passed to generic: who receives from it may be left waiting
}
func converted(ctx context.Context) {
	out := make(chan int)
	anything(any(out))
	out <- 1 // receivers: out is passed to anything: who receives from it may be left waiting
}
func builtin(ctx context.Context, all []chan int) {
	out := make(chan int)
	all = append(all, out)
	out <- 1 // receivers: out is passed to append: who receives from it may be left waiting
}
func returns(ctx context.Context, vs []int) chan int {
	out := make(chan int)
	go func() {
		for range vs {
			out <- 1 // receivers: out is returned: who receives from it may be left waiting
			here(ctx)
		}
	}()
	return out
}
func returnsClosed(ctx context.Context, vs []int) chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for range vs {
			out <- 1 // receivers: fine
			here(ctx)
		}
	}()
	return out
}
func storesClosed(ctx context.Context, vs []int, c *conn) {
	out := make(chan int)
	go func() {
		defer close(out)
		for range vs {
			out <- 1 // receivers: out is stored, where every value may count
			here(ctx)
		}
	}()
	c.out = out
}
func storesAndLeaves(ctx context.Context, vs []int, c *conn) {
	out := make(chan int)
	go func() {
		for range vs {
			select {
			case <-ctx.Done():
				return
			default:
			}
			out <- 1 // receivers: fine
			here(ctx)
		}
	}()
	c.out = out
}
func storesAndLeavesByOneOfTwo(ctx context.Context, vs []int, c *conn) {
	out := make(chan int)
	done := ctx.Done()
	go func() {
		for range vs {
			select {
			case <-done:
				return
			case <-ctx.Done():
				here()
			default:
			}
			out <- 1 // receivers: fine
			here(ctx)
		}
	}()
	c.out = out
}
func storesAndReturnsConns(ctx context.Context, vs []net.Conn, c *struct{ out chan net.Conn }) {
	out := make(chan net.Conn)
	go func() {
		for _, v := range vs {
			out <- v // receivers: out is stored: who receives from it may be left waiting
			here(ctx)
		}
	}()
	c.out = out
}
func sendsConns(ctx context.Context, vs []net.Conn) {
	out := make(chan net.Conn)
	go func() {
		defer close(out)
		for _, v := range vs {
			out <- v // receivers: out carries a net.Conn, which nobody would close
			here(ctx)
		}
	}()
	for v := range out { v.Close() }
}
func sendsReaders(ctx context.Context, vs []io.Reader) {
	out := make(chan io.Reader)
	go func() {
		defer close(out)
		for _, v := range vs {
			out <- v // receivers: fine
			here(ctx)
		}
	}()
	for v := range out { here(v) }
}
func ofParameter(ctx context.Context, out chan net.Conn, c net.Conn) {
	here(1)
	out <- c // receivers: fine
}
func leavesAndCases(ctx context.Context, in chan int) {
	out := make(chan int)
	anything(out)
	select {
	case <-ctx.Done():
		return
	case <-in:
	default:
	}
	select {
	case in <- 1:
		here()
	default:
		here()
	}
	out <- 1 // receivers: fine
}
`}})
}

func TestWholeness(t *testing.T) {
	ask(t, map[string]question{"receivers": receivers}, []source{{"an early end", `
import ("context"; "errors"; "sync")
func produce() (int, error) { return 0, nil }
func whole(ctx context.Context, vs []int) (all []int) {
	out := make(chan int)
	go func() {
		defer close(out)
		for _, v := range vs {
			out <- v // receivers: whoever receives from out would take an early end for the whole
			here(ctx)
		}
	}()
	for v := range out { all = append(all, v) }
	return all
}
func wholeThenAsks(ctx context.Context, vs []int) ([]int, error) {
	out := make(chan int)
	go func() {
		defer close(out)
		for _, v := range vs {
			out <- v // receivers: fine
			here(ctx)
		}
	}()
	for v := range out { vs = append(vs, v) }
	return vs, ctx.Err()
}
func wholeThenAsksCause(ctx context.Context, vs []int) ([]int, error) {
	out := make(chan int)
	go func() {
		defer close(out)
		for _, v := range vs {
			out <- v // receivers: fine
			here(ctx)
		}
	}()
	for v := range out { vs = append(vs, v) }
	return vs, context.Cause(ctx)
}
func asksCauseBefore(ctx context.Context, vs []int) ([]int, error) {
	if err := context.Cause(ctx); err != nil { return nil, err }
	out := make(chan int)
	go func() {
		defer close(out)
		for _, v := range vs {
			out <- v // receivers: whoever receives from out would take an early end for the whole
			here(ctx)
		}
	}()
	for v := range out { vs = append(vs, v) }
	return vs, nil
}
func asksBefore(ctx context.Context, vs []int) ([]int, error) {
	if ctx.Err() != nil { return nil, ctx.Err() }
	out := make(chan int)
	go func() {
		defer close(out)
		for _, v := range vs {
			out <- v // receivers: whoever receives from out would take an early end for the whole
			here(ctx)
		}
	}()
	for v := range out { vs = append(vs, v) }
	return vs, nil
}
func asksDone(ctx context.Context, vs []int) ([]int, error) {
	out := make(chan int)
	go func() {
		defer close(out)
		for _, v := range vs {
			out <- v // receivers: fine
			here(ctx)
		}
	}()
	for v := range out { vs = append(vs, v) }
	select {
	case <-ctx.Done(): return nil, errors.New("over")
	default:
	}
	return vs, nil
}
func asksValue(ctx context.Context, vs []int) ([]int, error) {
	out := make(chan int)
	go func() {
		defer close(out)
		for _, v := range vs {
			out <- v // receivers: whoever receives from out would take an early end for the whole
			here(ctx)
		}
	}()
	for v := range out { vs = append(vs, v) }
	here(ctx.Value(1))
	return vs, nil
}
type scanner struct{}
func (scanner) Err() error { return nil }
func asksAnother(ctx context.Context, vs []int, s scanner) ([]int, error) {
	out := make(chan int)
	go func() {
		defer close(out)
		for _, v := range vs {
			out <- v // receivers: whoever receives from out would take an early end for the whole
			here(ctx)
		}
	}()
	for v := range out { vs = append(vs, v) }
	return vs, s.Err()
}
func asksBoth(ctx context.Context, vs []int, s scanner) ([]int, error) {
	out := make(chan int)
	go func() {
		defer close(out)
		for _, v := range vs {
			out <- v // receivers: fine
			here(ctx)
		}
	}()
	for v := range out { vs = append(vs, v) }
	return vs, errors.Join(ctx.Err(), s.Err())
}
func selectReturn(ctx context.Context, vs []int) []int {
	out := make(chan int)
	go func() {
		defer close(out)
		for _, v := range vs {
			select {
			case <-ctx.Done(): return
			default:
			}
			out <- v // receivers: fine
			here(ctx)
		}
	}()
	for v := range out { vs = append(vs, v) }
	return vs
}
func selectBreak(ctx context.Context, vs []int) []int {
	out := make(chan int)
	go func() {
		defer close(out)
	loop:
		for _, v := range vs {
			select {
			case <-ctx.Done(): break loop
			default:
			}
			out <- v // receivers: fine
			here(ctx)
		}
	}()
	for v := range out { vs = append(vs, v) }
	return vs
}
func untoldThenBreak(ctx context.Context, vs []int) []int {
	out := make(chan int)
	go func() {
		defer close(out)
		for _, v := range vs {
			if ctx.Err() != nil { return }
			out <- v // receivers: fine
			break
		}
		here(ctx)
	}()
	for v := range out { vs = append(vs, v) }
	return vs
}
func untoldThenReturn(ctx context.Context, vs []int) []int {
	out := make(chan int)
	go func() {
		defer close(out)
		if ctx.Err() != nil { return }
		here(ctx)
		out <- 1 // receivers: fine
		here(ctx)
		return
	}()
	for v := range out { vs = append(vs, v) }
	return vs
}
func returnsAtTheEnd(ctx context.Context, vs []int) []int {
	out := make(chan int)
	go func() {
		defer close(out)
		for _, v := range vs {
			out <- v // receivers: whoever receives from out would take an early end for the whole
			here(ctx)
		}
		return
	}()
	for v := range out { vs = append(vs, v) }
	return vs
}
func hearsDoneFromBefore(ctx context.Context, vs []int) []int {
	done := ctx.Done()
	out := make(chan int)
	go func() {
		defer close(out)
		for _, v := range vs {
			out <- v // receivers: fine
			here(ctx)
		}
	}()
	for {
		select {
		case v, ok := <-out:
			if !ok { return vs }
			vs = append(vs, v)
		case <-done:
			return nil
		}
	}
}
func senderAsks(ctx context.Context, vs []int) []int {
	out := make(chan int)
	go func() {
		defer close(out)
		for _, v := range vs {
			out <- v // receivers: whoever receives from out would take an early end for the whole
			here(ctx.Err(), context.Cause(ctx))
		}
	}()
	for v := range out { vs = append(vs, v) }
	return vs
}
func asksThenMore(ctx context.Context, vs []int) ([]int, error) {
	out := make(chan int)
	go func() {
		defer close(out)
		for _, v := range vs {
			out <- v // receivers: fine
			here(ctx)
		}
	}()
	for v := range out { vs = append(vs, v) }
	if ctx.Err() != nil { here(errors.New("over").Error()) }
	here(errors.New("").Error())
	return vs, nil
}
func untoldReturn(ctx context.Context, vs []int) []int {
	out := make(chan int)
	go func() {
		defer close(out)
		for _, v := range vs {
			if ctx.Err() != nil { return }
			out <- v // receivers: fine
			here(ctx)
		}
	}()
	for v := range out { vs = append(vs, v) }
	return vs
}
func untoldReturnBesides(ctx context.Context, vs []int) []int {
	out := make(chan int)
	go func() {
		defer close(out)
		for _, v := range vs {
			if ctx.Err() != nil { return }
			if v > 7 { break }
			if v > 9 { return }
			out <- v // receivers: fine
			here(ctx)
		}
	}()
	for v := range out { vs = append(vs, v) }
	return vs
}
func ownReturn(ctx context.Context, vs []int) []int {
	out := make(chan int)
	go func() {
		defer close(out)
		for _, v := range vs {
			if v > 3 { return }
			out <- v // receivers: whoever receives from out would take an early end for the whole
			here(ctx)
		}
	}()
	for v := range out { vs = append(vs, v) }
	return vs
}
func untoldBreak(ctx context.Context, vs []int) []int {
	out := make(chan int)
	go func() {
		defer close(out)
		for _, v := range vs {
			if ctx.Err() != nil { break }
			out <- v // receivers: fine
			here(ctx)
		}
	}()
	for v := range out { vs = append(vs, v) }
	return vs
}
func untoldContinue(ctx context.Context, vs []int) []int {
	out := make(chan int)
	go func() {
		defer close(out)
		for _, v := range vs {
			if ctx.Err() != nil { continue }
			out <- v // receivers: whoever receives from out would take an early end for the whole
			here(ctx)
		}
	}()
	for v := range out { vs = append(vs, v) }
	return vs
}
func ownBreak(ctx context.Context, vs []int) []int {
	out := make(chan int)
	go func() {
		defer close(out)
		for _, v := range vs {
			if v > 3 { break }
			out <- v // receivers: whoever receives from out would take an early end for the whole
			here(ctx)
		}
	}()
	for v := range out { vs = append(vs, v) }
	return vs
}
func failureReturn(ctx context.Context, vs []int) []int {
	out := make(chan int)
	go func() {
		defer close(out)
		for {
			v, err := produce()
			if err != nil { return }
			out <- v // receivers: fine
			here(ctx)
		}
	}()
	for v := range out { vs = append(vs, v) }
	return vs
}
func failureBreak(ctx context.Context, vs []int) []int {
	out := make(chan int)
	go func() {
		defer close(out)
		for {
			v, err := produce()
			if err != nil { break }
			out <- v // receivers: fine
			here(ctx)
		}
	}()
	for v := range out { vs = append(vs, v) }
	return vs
}
func failureContinue(ctx context.Context, vs []int) []int {
	out := make(chan int)
	go func() {
		defer close(out)
		for {
			v, err := produce()
			if err != nil { continue }
			out <- v // receivers: whoever receives from out would take an early end for the whole
			here(ctx)
		}
	}()
	for v := range out { vs = append(vs, v) }
	return vs
}
func successReturn(ctx context.Context, vs []int) []int {
	out := make(chan int)
	go func() {
		defer close(out)
		for {
			v, err := produce()
			if err == nil { return }
			out <- v // receivers: whoever receives from out would take an early end for the whole
			here(ctx)
		}
	}()
	for v := range out { vs = append(vs, v) }
	return vs
}
func elseReturn(ctx context.Context, vs []int) []int {
	out := make(chan int)
	go func() {
		defer close(out)
		for {
			v, err := produce()
			if err != nil { here() } else { return }
			out <- v // receivers: whoever receives from out would take an early end for the whole
			here(ctx)
		}
	}()
	for v := range out { vs = append(vs, v) }
	return vs
}
func pointerReturn(ctx context.Context, vs []int, next func() *int) []int {
	out := make(chan int)
	go func() {
		defer close(out)
		for {
			p := next()
			if p != nil { return }
			out <- 1 // receivers: whoever receives from out would take an early end for the whole
			here(ctx)
		}
	}()
	for v := range out { vs = append(vs, v) }
	return vs
}
func sentinelReturn(ctx context.Context, vs []int, end error) []int {
	out := make(chan int)
	go func() {
		defer close(out)
		for {
			v, err := produce()
			if err != end { return }
			out <- v // receivers: whoever receives from out would take an early end for the whole
			here(ctx)
		}
	}()
	for v := range out { vs = append(vs, v) }
	return vs
}
func boolReturn(ctx context.Context, vs []int, more func() bool) []int {
	out := make(chan int)
	go func() {
		defer close(out)
		for {
			if more() { return }
			out <- 1 // receivers: whoever receives from out would take an early end for the whole
			here(ctx)
		}
	}()
	for v := range out { vs = append(vs, v) }
	return vs
}
func literalReturn(ctx context.Context, vs []int, do func(func())) []int {
	out := make(chan int)
	go func() {
		defer close(out)
		for {
			do(func() {
				_, err := produce()
				if err != nil { return }
				here()
			})
			out <- 1 // receivers: whoever receives from out would take an early end for the whole
			here(ctx)
		}
	}()
	for v := range out { vs = append(vs, v) }
	return vs
}
func returnsError(ctx context.Context, vs []int, g *group) []int {
	out := make(chan int)
	g.Go(func() error {
		defer close(out)
		for _, v := range vs {
			out <- v // receivers: fine
			here(ctx)
		}
		return nil
	})
	for v := range out { vs = append(vs, v) }
	return vs
}
type group struct{}
func (*group) Go(f func() error) {}
func worker(ctx context.Context, vs []int) (sum int) {
	out := make(chan int)
	go func() {
		defer close(out)
		for _, v := range vs {
			out <- v // receivers: whoever receives from out would take an early end for the whole
			here(ctx)
		}
	}()
	var wg sync.WaitGroup
	wg.Go(func() { for v := range out { sum += v } })
	wg.Wait()
	return sum
}
func workerOfNobody(ctx context.Context, vs []int) {
	out := make(chan int)
	go func() {
		defer close(out)
		for _, v := range vs {
			out <- v // receivers: fine
			here(ctx)
		}
	}()
	go func() { for v := range out { here(v) } }()
}
func workerWithResult(ctx context.Context, vs []int) {
	out := make(chan int)
	go func() {
		defer close(out)
		for _, v := range vs {
			out <- v // receivers: whoever receives from out would take an early end for the whole
			here(ctx)
		}
	}()
	f := func() (sum int) { for v := range out { sum += v }; return sum }
	here(f())
}
func pipes(ctx context.Context, vs []int) <-chan int {
	out, twice := make(chan int), make(chan int)
	go func() {
		defer close(out)
		for _, v := range vs {
			out <- v // receivers: fine
			here(ctx)
		}
	}()
	go func() {
		defer close(twice)
		for v := range out { twice <- 2 * v }
	}()
	return twice
}
func takesItToo(ctx context.Context, vs []int) []int {
	out := make(chan int, 8)
	func() {
		defer close(out)
		for _, v := range vs {
			out <- v // receivers: an early return would skip release of out
			here(<-out)
		}
	}()
	return vs
}
func hearsToo(ctx context.Context, vs []int) []int {
	out := make(chan int)
	go func() {
		defer close(out)
		for _, v := range vs {
			out <- v // receivers: fine
			here(ctx)
		}
	}()
	for {
		select {
		case v, ok := <-out:
			if !ok { return vs }
			vs = append(vs, v)
		case <-ctx.Done():
			return nil
		}
	}
}
`}})
}

// TestBreaks asks whether a sender already leaves its loop when the context is
// done, without a word.
func TestBreaks(t *testing.T) {
	const src = `
import "context"
func whole(ctx context.Context, vs []int, other chan int, a, b bool) []int {
	out := make(chan int)
	go func() {
		defer close(out)
	loop:
		for i, v := range vs {
			%s
			out <- v // receivers: %s
			here(ctx)
			if i < 0 { continue loop }
		}
	}()
	for v := range out { vs = append(vs, v) }
	return vs
}
`
	const early = "whoever receives from out would take an early end for the whole"
	for _, test := range []struct{ name, body, want string }{
		{"in a case", `select { case <-ctx.Done(): break loop; default: }`, "fine"},
		{"in another case", `select { case <-ctx.Done(): here(); case <-other: break loop; default: }`, early},
		{"behind the case", `select { case <-ctx.Done(): here(); default: }; if a { break loop }`, early},
		{"in a then of the case", `select { case <-ctx.Done(): if a { break loop }; default: }`, "fine"},
		{"in an else of the case", `select { case <-ctx.Done(): if a { here() } else { break loop }; default: }`, "fine"},
		{"in a then", `if err := ctx.Err(); nil != err { break loop }`, "fine"},
		{"in an else", `if ctx.Err() == nil { here() } else { break loop }`, "fine"},
		{"in the other branch", `if ctx.Err() == nil { break loop } else { here() }`, "ctx is done here"},
		{"in a then of an else", `if ctx.Err() == nil { here() } else if a { break loop }`, "fine"},
		{"in a switch", `switch { case ctx.Err() != nil: break loop; case b: here() }`, "fine"},
		{"in another case of a switch", `switch { case ctx.Err() != nil: here(); case b: break loop }`, early},
		{"in a for", `select { case <-ctx.Done(): for { break loop }; default: }`, "fine"},
		{"in a for of its own", `for a { select { case <-ctx.Done(): here(); default: }; break loop }`, early},
		{"in a range", `select { case <-ctx.Done(): for range vs { break loop }; default: }`, "fine"},
		{"in a for with a done around", `if ctx.Err() != nil { for a { break loop } }`, "fine"},
		{"in a range with a done around", `if ctx.Err() != nil { for range vs { break loop } }`, "fine"},
	} {
		t.Run(test.name, func(t *testing.T) {
			ask(t, map[string]question{"receivers": receivers}, []source{{"break", fmt.Sprintf(src, test.body, test.want)}})
		})
	}
}
