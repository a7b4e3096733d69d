package flow_test

import "testing"

// TestExitOfLoops asks who is left alone when a loop is left, and what a
// later turn would have done again.
func TestExitOfLoops(t *testing.T) {
	ask(t, map[string]question{"exit": exit}, []source{{"turns", `
import ("context"; "bytes"; "time")
func buffers(ctx context.Context, shared *bytes.Buffer, t *time.Timer) error {
	var buf bytes.Buffer
	buf.WriteString("x")
	t.Reset(1)
	here() // exit: return ctx.Err()
	buf.Reset()
	t.Reset(2)
	return nil
}
func sharedBuffer(ctx context.Context, shared *bytes.Buffer) error {
	here() // exit: return ctx.Err() doubt
	shared.Reset()
	return nil
}
func each(ctx context.Context, f, done func()) {
	for {
		f()
		here() // exit: return
	}
}
func consume(ctx context.Context, in <-chan int, tick chan struct{}) {
	for range in {
		here() // exit: return doubt
	}
	for range tick {
		here() // exit: return
	}
	for {
		<-in
		here() // exit: return doubt
	}
}
func leaves(ctx context.Context, in <-chan int) {
	for range in {
		if ctx.Err() != nil {
			return
		}
		here() // exit: return
	}
}
func own(ctx context.Context) {
	in := make(chan int)
	go func() {
		defer close(in)
		for {
			select {
			case in <- 1:
			case <-ctx.Done():
				return
			}
		}
	}()
	for range in {
		here() // exit: return
	}
}
func last(ctx context.Context, f func() bool, done func()) {
	for f() {
		here() // exit: return doubt
	}
	done()
}
`}})
}
