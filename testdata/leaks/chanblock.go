package main

import (
	"context"
	"sync"
)

var chanBlock = []scenario{
	{"generator", func(ctx context.Context, _ <-chan struct{}) error {
		<-generate(ctx, []int{1, 2, 3})
		return nil
	}},
	{"endless generator", func(ctx context.Context, _ <-chan struct{}) error {
		<-endless(ctx, func(context.Context) (int, bool) { return 1, true })
		return nil
	}},
	{"generator that leaves elsewhere", func(ctx context.Context, _ <-chan struct{}) error {
		batches := make(chan []int, 1)
		batches <- []int{1, 2, 3}
		<-watch(ctx, batches)
		return nil
	}},
	{"group", func(ctx context.Context, _ <-chan struct{}) error {
		return grouped(ctx, []int{1, 2, 3}, func(int) error { return errSlow })
	}},
	{"pipeline", func(ctx context.Context, _ <-chan struct{}) error {
		return squares(ctx, []int{1, 2, 3, 4, 5, 6, 7, 8}, func(int) error { return errSlow })
	}},
	{"slot", func(ctx context.Context, _ <-chan struct{}) error { return busy().do(ctx) }},
	{"slot of a parameter", func(ctx context.Context, _ <-chan struct{}) error { return blank(ctx, busy().slots) }},
	{"result nobody awaits", func(ctx context.Context, release <-chan struct{}) error {
		return abandoned(ctx, func(context.Context) error { <-release; return errSlow })
	}},
	{"statement", func(ctx context.Context, _ <-chan struct{}) error { return step(ctx, never()) }},
	{"worker", func(ctx context.Context, _ <-chan struct{}) error { onEach(ctx, never()); return nil }},
}

func generate(ctx context.Context, vs []int) <-chan int {
	out := make(chan int)
	go func(ctx context.Context) {
		defer close(out)
		for _, v := range vs {
			out <- v
		}
	}(ctx)
	return out
}

func endless(ctx context.Context, next func(context.Context) (int, bool)) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for {
			v, ok := next(ctx)
			if !ok {
				return
			}
			out <- v
		}
	}()
	return out
}

func watch(ctx context.Context, batches <-chan []int) <-chan int {
	out := make(chan int)
	go func() {
		for {
			select {
			case <-ctx.Done():
				return
			case batch := <-batches:
				for _, v := range batch {
					out <- v
				}
			}
		}
	}()
	return out
}

type group struct{ sync.WaitGroup }

func (g *group) Go(f func() error) {
	g.WaitGroup.Go(func() { _ = f() })
}

func grouped(ctx context.Context, vs []int, use func(int) error) error {
	var g group
	out := make(chan int)
	g.Go(func() error {
		defer close(out)
		for _, v := range vs {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			out <- v
		}
		return nil
	})
	for v := range out {
		if err := use(v); err != nil {
			return err
		}
	}
	g.Wait()
	return nil
}

func squares(ctx context.Context, vs []int, use func(int) error) error {
	in, out := make(chan int), make(chan int)
	go func() {
		defer close(in)
		for _, v := range vs {
			in <- pass(ctx, v)
		}
	}()
	var workers sync.WaitGroup
	for range 2 {
		workers.Go(func() {
			for v := range in {
				out <- pass(ctx, v*v)
			}
		})
	}
	go func() {
		workers.Wait()
		close(out)
	}()
	for v := range out {
		if err := use(v); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func pass(_ context.Context, v int) int { return v }

// abandoned gives up at once when it is cancelled.
func abandoned(ctx context.Context, load func(context.Context) error) error {
	errs := make(chan error)
	go func() { errs <- load(ctx) }()
	select {
	case err := <-errs:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

type limiter struct{ slots chan struct{} }

// busy is a limiter without a free slot.
func busy() *limiter {
	l := &limiter{slots: make(chan struct{}, 1)}
	l.slots <- struct{}{}
	return l
}

func (l *limiter) do(ctx context.Context) error {
	l.slots <- struct{}{}
	defer func() { <-l.slots }()
	return nil
}

func blank(_ context.Context, sem chan struct{}) error {
	sem <- struct{}{}
	defer func() { <-sem }()
	return nil
}

func step(ctx context.Context, event <-chan struct{}) error {
	<-event
	return nil
}

func onEach(ctx context.Context, event <-chan struct{}) {
	for {
		<-event
		report()
	}
}
