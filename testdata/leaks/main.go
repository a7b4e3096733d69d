package main

import (
	"context"
	"fmt"
	"runtime"
	"time"
)

// Each line tells of one scenario whether its function returned when its
// context was cancelled, and how many goroutines were left in the end.
func main() {
	for _, s := range scenarios {
		before := runtime.NumGoroutine()
		returned := cancelled(s.run)
		left := settle(before)
		fmt.Printf("%s: returned %v, left %d\n", s.name, returned, left)
	}
}

// cancelled runs the scenario, cancels its context, and reports whether it
// returned. Then it lets go what the scenario waits for.
func cancelled(run scenario) bool {
	ctx, cancel := context.WithCancel(context.Background())
	release, returned := make(chan struct{}), make(chan struct{})
	go func() {
		_ = run(ctx, release)
		close(returned)
	}()
	time.Sleep(20 * time.Millisecond)
	cancel()
	defer close(release)
	select {
	case <-returned:
		return true
	case <-time.After(500 * time.Millisecond):
		return false
	}
}

// settle waits until no more goroutines run than before, and returns how
// many more there are when it gives up.
func settle(before int) int {
	for range 50 {
		if runtime.NumGoroutine() <= before {
			return 0
		}
		time.Sleep(10 * time.Millisecond)
	}
	return runtime.NumGoroutine() - before
}
