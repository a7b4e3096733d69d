package main

import (
	"context"
	"net/http"
	"sync"
)

var chanBlockUnsafe = []scenario{
	{"definition", late(defined)},
	{"comma ok", late(commaOK)},
	{"assignment", late(assigned)},
	{"result", late(returned)},
	{"argument", late(handedOn)},
	{"type parameter", late(generic[int])},
	{"last close", func(ctx context.Context, _ <-chan struct{}) error {
		<-closing(ctx, []int{1, 2, 3})
		return nil
	}},
	{"last done", func(ctx context.Context, _ <-chan struct{}) error {
		return closedByJoiner(ctx, []int{1, 2, 3}, func(int) error { return errSlow })
	}},
	{"spawning loop", func(ctx context.Context, _ <-chan struct{}) error { return spawnLimited(ctx, busy().slots, 3, report) }},
	{"generator without a close", func(ctx context.Context, _ <-chan struct{}) error {
		<-polled(ctx)
		return nil
	}},
	{"put", func(ctx context.Context, _ <-chan struct{}) error { return newQueue().put(ctx, 1) }},
	{"get", func(ctx context.Context, _ <-chan struct{}) error { return newInbox().get(ctx) }},
	{"stage", func(ctx context.Context, _ <-chan struct{}) error {
		<-stage(ctx, generate(ctx, []int{1, 2, 3}))
		return nil
	}},
	{"connections", func(ctx context.Context, _ <-chan struct{}) error {
		<-connections(ctx)
		return nil
	}},
	{"event of an object", func(ctx context.Context, _ <-chan struct{}) error { return (&server{}).flush(ctx) }},
	{"caller's memory", func(ctx context.Context, release <-chan struct{}) error {
		return fill(ctx, make([]byte, 1), release)
	}},
	{"handler's slot", func(ctx context.Context, _ <-chan struct{}) error { return serve(ctx, busy().ServeHTTP) }},
}

// late makes a scenario of a function whose load returns when it has given up.
func late(f func(context.Context, func() int) (int, error)) func(context.Context, <-chan struct{}) error {
	return func(ctx context.Context, release <-chan struct{}) error {
		_, err := f(ctx, func() int { <-release; return 1 })
		return err
	}
}

func defined(ctx context.Context, load func() int) (int, error) {
	ch := make(chan int)
	go func() { ch <- load() }()
	v := <-ch
	return v, nil
}

func commaOK(ctx context.Context, load func() int) (int, error) {
	ch := make(chan int)
	go func() { ch <- load() }()
	v, ok := <-ch
	if !ok {
		return 0, errSlow
	}
	return v, nil
}

func assigned(ctx context.Context, load func() int) (n int, err error) {
	ch := make(chan int)
	go func() { ch <- load() }()
	n = <-ch
	return n, nil
}

func returned(ctx context.Context, load func() int) (int, error) {
	return 0, result(ctx, func() error { load(); return nil })
}

func result(ctx context.Context, run func() error) error {
	errc := make(chan error)
	go func() { errc <- run() }()
	return <-errc
}

func handedOn(ctx context.Context, load func() int) (int, error) {
	ch := make(chan int)
	go func() { ch <- load() }()
	use("n", <-ch)
	return 0, nil
}

func use(string, int) {}

func generic[T any](ctx context.Context, load func() T) (T, error) {
	ch := make(chan T)
	go func() { ch <- load() }()
	v := <-ch
	return v, nil
}

func closing(ctx context.Context, vs []int) <-chan int {
	out := make(chan int)
	go func() {
		for _, v := range vs {
			out <- pass(ctx, v)
		}
		close(out)
	}()
	return out
}

func polled(ctx context.Context) <-chan int {
	out := make(chan int)
	go func() {
		for i := 0; ; i++ {
			out <- pass(ctx, i)
		}
	}()
	return out
}

func closedByJoiner(ctx context.Context, vs []int, use func(int) error) error {
	out := make(chan int)
	var wg sync.WaitGroup
	for _, v := range vs {
		wg.Add(1)
		go func() {
			for i := range v {
				out <- pass(ctx, i)
			}
			wg.Done()
		}()
	}
	go func() {
		wg.Wait()
		close(out)
	}()
	for v := range out {
		if err := use(v); err != nil {
			return err
		}
	}
	return nil
}

func spawnLimited(ctx context.Context, slots chan struct{}, n int, work func()) error {
	var wg sync.WaitGroup
	for range n {
		slots <- struct{}{}
		wg.Add(1)
		go func() {
			defer wg.Done()
			defer func() { <-slots }()
			work()
		}()
	}
	wg.Wait()
	return nil
}

func (q *queue) put(ctx context.Context, j int) error {
	q.jobs <- j
	return nil
}

func (b *inbox) get(ctx context.Context) error {
	j := <-b.values
	_ = j
	return nil
}

func stage(ctx context.Context, in <-chan int) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for v := range in {
			out <- pass(ctx, v)
		}
	}()
	return out
}

func connections(ctx context.Context) <-chan *conn {
	out := make(chan *conn)
	go func() {
		defer close(out)
		for range 3 {
			pass(ctx, 1)
			out <- &conn{}
		}
	}()
	return out
}

func (s *server) Flushed() <-chan struct{} { return never() }

func (s *server) flush(ctx context.Context) error {
	<-s.Flushed()
	return nil
}

func fill(ctx context.Context, buf []byte, release <-chan struct{}) error {
	filled := make(chan int, 1)
	go func() {
		<-release
		filled <- copy(buf, "x")
	}()
	<-filled
	return nil
}

func (l *limiter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l.slots <- struct{}{}
	defer func() { <-l.slots }()
	report()
}
