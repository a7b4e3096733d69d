package main

import (
	"context"
	"sync"
	"time"
)

var selectDoneUnsafe = []scenario{
	{"caller's memory", func(ctx context.Context, release <-chan struct{}) error {
		return read(ctx, never(), make([]byte, 1), release)
	}},
	{"receiver's memory", func(ctx context.Context, release <-chan struct{}) error {
		return (&state{}).reload(ctx, never(), release)
	}},
	{"connection", func(ctx context.Context, release <-chan struct{}) error {
		_, err := accept(ctx, never(), func() *conn { <-release; return &conn{} })
		return err
	}},
	{"last close", func(ctx context.Context, _ <-chan struct{}) error {
		out := make(chan int)
		go produce(ctx, never(), never(), out)
		for range out {
		}
		return nil
	}},
	{"submit", func(ctx context.Context, _ <-chan struct{}) error { return newQueue().submit(ctx, never(), 1) }},
	{"next", func(ctx context.Context, _ <-chan struct{}) error { return newInbox().next(ctx, never()) }},
	{"one case with a value", func(ctx context.Context, _ <-chan struct{}) error { return nextOf(ctx, make(chan int)) }},
	{"more to do", func(ctx context.Context, _ <-chan struct{}) error { stepwise(ctx, never(), never()); return nil }},
	{"spawning loop", func(ctx context.Context, release <-chan struct{}) error {
		return spawn(ctx, never(), []int{1, 2}, func() { <-release })
	}},
	{"joined by hand", func(ctx context.Context, release <-chan struct{}) error {
		return joined(ctx, never(), never(), func() { <-release })
	}},
	{"taken back", func(ctx context.Context, _ <-chan struct{}) error {
		return (&book{pending: map[int]chan int{}}).entry(ctx, never(), 1)
	}},
	{"cancel handed over", func(ctx context.Context, _ <-chan struct{}) error {
		handOver(ctx, never(), func(context.Context) {})
		return nil
	}},
	{"sender with more to do", func(ctx context.Context, release <-chan struct{}) error {
		return sendAndMore(ctx, closed(), func() int { <-release; return 1 })
	}},
}

// handOver leaves the cancel func to a goroutine that it may not come to start.
func handOver(parent context.Context, wake <-chan struct{}, work func(context.Context)) {
	ctx, cancel := context.WithTimeout(parent, time.Minute)
	select {
	case <-wake:
		go func() {
			defer cancel()
			work(ctx)
		}()
	}
}

// read waits for a goroutine that writes into buf, however late.
func read(ctx context.Context, slow <-chan struct{}, buf []byte, release <-chan struct{}) error {
	ch := make(chan int, 1)
	go func() {
		<-release
		ch <- copy(buf, "x")
	}()
	select {
	case <-ch:
		return nil
	case <-slow:
		return errSlow
	}
}

type state struct{ n int }

func (s *state) load(release <-chan struct{}) error {
	<-release
	s.n++
	return nil
}

func (s *state) reload(ctx context.Context, tick, release <-chan struct{}) error {
	errs := make(chan error, 1)
	go func() { errs <- s.load(release) }()
	for {
		select {
		case err := <-errs:
			return err
		case <-tick:
		}
	}
}

type conn struct{}

func (*conn) Close() error { return nil }

func accept(ctx context.Context, slow <-chan struct{}, load func() *conn) (*conn, error) {
	ch := make(chan *conn)
	go func() {
		ch <- load()
	}()
	select {
	case c := <-ch:
		return c, nil
	case <-slow:
		return nil, errSlow
	}
}

func produce(ctx context.Context, a, b <-chan struct{}, out chan<- int) {
	for range 10 {
		select {
		case <-a:
		case <-b:
		}
	}
	close(out)
}

type queue struct{ jobs chan int }

func newQueue() *queue { return &queue{make(chan int)} }

func (q *queue) submit(ctx context.Context, slow <-chan struct{}, j int) error {
	select {
	case q.jobs <- j:
		return nil
	case <-slow:
		return errSlow
	}
}

// An inbox is filled by somebody unknown.
type inbox struct{ values chan int }

func newInbox() *inbox { return &inbox{make(chan int)} }

func (b *inbox) next(ctx context.Context, slow <-chan struct{}) error {
	select {
	case <-b.values:
		return nil
	case <-slow:
		return errSlow
	}
}

func nextOf(ctx context.Context, in <-chan int) error {
	select {
	case v := <-in:
		_ = v
		return nil
	}
}

func stepwise(ctx context.Context, a, b <-chan struct{}) {
	select {
	case <-a:
	case <-b:
	}
	report()
}

func report() {}

func spawn(ctx context.Context, wake <-chan struct{}, ids []int, work func()) error {
	var wg sync.WaitGroup
	for range ids {
		select {
		case <-wake:
		case <-never():
		}
		wg.Go(work)
	}
	wg.Wait()
	return nil
}

func joined(ctx context.Context, a, b <-chan struct{}, work func()) error {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		work()
	}()
	select {
	case <-a:
	case <-b:
	}
	wg.Wait()
	return nil
}

type book struct{ pending map[int]chan int }

func (b *book) entry(ctx context.Context, slow <-chan struct{}, id int) (err error) {
	ch := make(chan int, 1)
	b.pending[id] = ch
	select {
	case <-ch:
	case <-slow:
		err = errSlow
	}
	delete(b.pending, id)
	return err
}

func sendAndMore(ctx context.Context, slow <-chan struct{}, load func() int) error {
	ch := make(chan int)
	go func() {
		ch <- load()
		report()
	}()
	select {
	case <-ch:
		return nil
	case <-slow:
		return errSlow
	}
}
