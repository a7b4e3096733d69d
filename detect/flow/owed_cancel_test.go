package flow_test

import "testing"

// TestOwedCancel asks for cancel funcs that are called, or handed on, in the
// place itself or behind it.
func TestOwedCancel(t *testing.T) {
	ask(t, map[string]question{"owed": owed}, []source{
		{"cancel funcs", `
import ("context"; "time")
func work(ctx context.Context) {}
func keep(context.CancelFunc) {}
func of(ctx context.Context) (int, context.CancelFunc) { return 0, func() {} }
func inCase(ctx context.Context, in chan int) {
	sub, cancel := context.WithCancel(ctx)
	work(sub)
	select { // owed: cancel()
	case <-in:
		cancel()
	}
}
func deferredInCase(ctx context.Context, in chan int) {
	var sub, cancel = context.WithCancel(ctx)
	work(sub)
	select { // owed: cancel()
	case <-in:
		defer cancel()
	}
}
func inLiteralOfCase(ctx context.Context, in chan int) {
	_, cancel := context.WithCancel(ctx)
	select { // owed: cancel()
	case <-in:
		defer func() { cancel() }()
	}
}
func inCaseAndBehind(ctx context.Context, in chan int) {
	_, cancel := context.WithCancel(ctx)
	select { // owed: cancel()
	case <-in:
		cancel()
		return
	}
	cancel()
}
func calledAndKeptBehind(ctx context.Context, in chan int) {
	_, cancel := context.WithCancel(ctx)
	select { // owed: cancel()
	case <-in:
	}
	cancel()
	keep(cancel)
}
func inTwoCases(ctx context.Context, in, out chan int) {
	_, cancel := context.WithCancel(ctx)
	select { // owed: the handing over of cancel
	case <-in:
		cancel()
	case <-out:
		keep(cancel)
	}
}
func inLoop(ctx context.Context, in []int) {
	_, cancel := context.WithCancelCause(ctx)
	for _, n := range in { // owed: cancel()
		if n > 0 {
			cancel(nil)
			return
		}
	}
}
func handedOverInCase(ctx context.Context, in chan int) {
	_, cancel := context.WithCancel(ctx)
	select { // owed: the handing over of cancel
	case <-in:
		keep(cancel)
	}
}
func sent(ctx context.Context, stops chan context.CancelFunc) {
	_, cancel := context.WithCancel(ctx)
	select { // owed: the handing over of cancel
	case stops <- cancel:
	}
}
func returned(ctx context.Context) (context.Context, context.CancelFunc) {
	sub, cancel := context.WithCancel(ctx)
	here() // owed: the handing over of cancel
	return sub, cancel
}
func returnedByName(ctx context.Context) (sub context.Context, cancel context.CancelFunc) {
	sub, cancel = context.WithCancel(ctx)
	here() // owed: none
	return sub, cancel
}
func ofOther(ctx context.Context, in chan int) {
	n, cancel := of(ctx)
	select { // owed: cancel()
	case in <- n:
		cancel()
	}
}
func perhapsCalled(ctx context.Context, in chan int, ok bool) {
	_, cancel := context.WithCancel(ctx)
	if ok {
		cancel()
	}
	select { // owed: cancel()
	case <-in:
		cancel()
	}
}
func calledBefore(ctx context.Context, in chan int) {
	_, cancel := context.WithCancel(ctx)
	cancel()
	select { // owed: none
	case <-in:
		cancel()
	}
}
func deferredBefore(ctx context.Context, in chan int) {
	_, cancel := context.WithCancel(ctx)
	defer cancel()
	select { // owed: none
	case <-in:
		cancel()
	}
}
func ownedElsewhere(ctx context.Context, in chan int) {
	_, cancel := context.WithCancel(ctx)
	time.AfterFunc(1, cancel)
	select { // owed: none
	case <-in:
		cancel()
	}
}
func madeByTheCase(ctx context.Context, in chan int) {
	select { // owed: none
	case <-in:
		_, cancel := context.WithCancel(ctx)
		cancel()
	}
}
func madeInTheLoop(ctx context.Context, in []int) {
	var cancel context.CancelFunc
	for range in { // owed: none
		ctx, cancel = context.WithCancel(ctx)
		cancel()
	}
}
func madeBehind(ctx context.Context, in chan int) {
	select { // owed: none
	case <-in:
	}
	_, cancel := context.WithCancel(ctx)
	keep(cancel)
}
func given(ctx context.Context, cancel context.CancelFunc, in chan int) {
	select { // owed: none
	case <-in:
		cancel()
	}
}
func ofTheFunctionAround(ctx context.Context, in chan int) {
	_, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select { // owed: none
		case <-in:
			cancel()
		}
	}()
}
func madeAround(ctx context.Context, in chan int) {
	var cancel context.CancelFunc
	go func() {
		_, cancel = context.WithCancel(ctx)
		select { // owed: none
		case <-in:
			cancel()
		}
	}()
}
func madeByALiteral(ctx context.Context, in chan int) {
	var cancel context.CancelFunc
	renew := func() { ctx, cancel = context.WithCancel(ctx) }
	renew()
	select { // owed: none
	case <-in:
		cancel()
	}
}
func ofAnother(ctx context.Context, stop func() context.CancelFunc, in chan int) {
	cancel := stop()
	select { // owed: none
	case <-in:
		cancel()
	}
}
func lostAnyway(ctx context.Context, in chan int) {
	_, cancel := context.WithCancel(ctx)
	select { // owed: none
	case <-in:
	}
	_ = cancel
}
func calledEarlierOnly(ctx context.Context, in chan int, ok bool) {
	_, cancel := context.WithCancel(ctx)
	if ok {
		cancel()
		return
	}
	select { // owed: none
	case <-in:
	}
}
`},
	})
}
