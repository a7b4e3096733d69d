package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/ctxfix/ctxfix/cmd/ctxfix/report"
	"github.com/ctxfix/ctxfix/detect/load"
)

// endings returns the signals by which a run is interrupted. A shell has those
// from the keyboard ignored for what is to go on without it, as nohup does.
func endings() []os.Signal {
	signals := []os.Signal{syscall.SIGTERM}
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGHUP} {
		if !signal.Ignored(s) {
			signals = append(signals, s)
		}
	}
	return signals
}

// grace is how long an interrupted run waits for the programs it has started, the
// go command above all, to end and to clear up behind them.
const grace = time.Second

// until returns what work does, or the error of ctx when that ends and work does
// not within the time given. A panic is an error.
func until[T any](ctx context.Context, more time.Duration, work func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	results := make(chan result, 1)
	go func() {
		defer func() {
			if p := recover(); p != nil {
				results <- result{err: newPanicError(p)}
			}
		}()
		value, err := work()
		results <- result{value, err}
	}()
	select {
	case r := <-results:
		return r.value, r.err
	case <-ctx.Done():
	}
	select {
	case r := <-results:
		return r.value, r.err
	case <-time.After(more):
		return *new(T), ctx.Err()
	}
}

// loadUntil loads packages. Reading and type-checking them do not look at ctx.
func loadUntil(ctx context.Context, cfg load.Config) (*load.Program, error) {
	return until(ctx, grace, func() (*load.Program, error) { return load.Load(ctx, cfg) })
}

// A lateInterrupt is an interruption that came when files were being written
// or results printed. Both are brought to their end.
type lateInterrupt struct{ written int }

func (e lateInterrupt) Error() string {
	if e.written == 0 {
		return "interrupted; no file was changed"
	}
	return fmt.Sprintf("interrupted; %s had been written, each as a whole", report.Count(e.written, "file"))
}

// interruptedLate returns verdict, or a lateInterrupt if ctx was cancelled.
func interruptedLate(ctx context.Context, written int, verdict error) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return lateInterrupt{written}
	}
	return verdict
}

// written returns how many files were changed.
func written(set settings, r *report.Run) int {
	if !set.write {
		return 0
	}
	return len(r.Files)
}
