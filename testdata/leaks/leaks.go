// Program leaks calls functions that wait, cancels their context, and counts
// the goroutines that are left.
package main

import (
	"context"
	"errors"
	"time"
)

var errSlow = errors.New("too slow")

// A scenario waits until its context is cancelled, or ought to. What it waits
// for goes on once release is closed.
type scenario func(ctx context.Context, release chan struct{}) error

var scenarios = []struct {
	name string
	run  scenario
}{
	{"event", event},
	{"tickers", tickers},
	{"sender", sender},
	{"sender after timeout", senderAfterTimeout},
	{"senders", senders},
	{"semaphore", semaphore},
	{"poller", poller},
}

// event waits for something that does not come.
func event(ctx context.Context, release chan struct{}) error {
	return wait(ctx, make(chan struct{}))
}

func wait(ctx context.Context, event <-chan struct{}) error {
	select {
	case <-event:
		return nil
	case <-time.After(time.Hour):
		return errSlow
	}
}

// tickers is a worker that nothing stops.
func tickers(ctx context.Context, release chan struct{}) error {
	work(ctx)
	return nil
}

func work(ctx context.Context) {
	often, rarely := time.NewTicker(time.Millisecond), time.NewTicker(time.Hour)
	defer often.Stop()
	defer rarely.Stop()
	for {
		select {
		case <-often.C:
		case <-rarely.C:
		}
	}
}

// sender has one goroutine that sends one result when the caller may be gone.
func sender(ctx context.Context, release chan struct{}) error {
	_, err := fetch(ctx, time.Hour, func() int { <-release; return 1 })
	return err
}

// senderAfterTimeout is gone already when its goroutine sends.
func senderAfterTimeout(ctx context.Context, release chan struct{}) error {
	_, err := fetch(ctx, time.Millisecond, func() int { <-release; return 1 })
	return err
}

func fetch(ctx context.Context, patience time.Duration, load func() int) (int, error) {
	ch := make(chan int)
	go func() {
		ch <- load()
	}()
	select {
	case n := <-ch:
		return n, nil
	case <-time.After(patience):
		return 0, errSlow
	}
}

// senders has several goroutines that send on one channel.
func senders(ctx context.Context, release chan struct{}) error {
	_, err := sum(ctx, []func() int{
		func() int { <-release; return 1 },
		func() int { <-release; return 2 },
		func() int { return 3 },
		func() int { return 4 },
	})
	return err
}

func sum(ctx context.Context, loads []func() int) (int, error) {
	ch := make(chan int)
	for _, load := range loads {
		go func() {
			ch <- load()
		}()
	}
	total := 0
	for range loads {
		select {
		case n := <-ch:
			total += n
		case <-time.After(time.Hour):
			return 0, errSlow
		}
	}
	return total, nil
}

// semaphore wants a slot while there is none.
func semaphore(ctx context.Context, release chan struct{}) error {
	slots := make(chan struct{}, 1)
	slots <- struct{}{}
	select {
	case slots <- struct{}{}:
		return nil
	case <-time.After(time.Hour):
		return errSlow
	}
}

// poller sends what it finds, one at a time, to a caller that loses patience.
func poller(ctx context.Context, release chan struct{}) error {
	found := make(chan int)
	go func() {
		for i := range 3 {
			found <- i
		}
	}()
	for {
		select {
		case n := <-found:
			if n == 1 {
				return errSlow
			}
		case <-time.After(time.Hour):
			return errSlow
		}
	}
}
