package main

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"
)

var errStopped = errors.New("the pool has stopped")

// A Job is work that nobody waits for.
type Job struct {
	Name    string
	Request string // the request it came from, if any
	Run     func(context.Context) error
}

// A Pool runs jobs on a fixed number of workers.
type Pool struct {
	log    *slog.Logger
	size   int
	jobs   chan Job
	quit   chan struct{}
	wg     sync.WaitGroup
	cancel context.CancelFunc
}

// NewPool returns a pool of n workers. Start starts them.
func NewPool(n int, log *slog.Logger) *Pool {
	return &Pool{log: log, size: n, jobs: make(chan Job, n), quit: make(chan struct{})}
}

// Start starts the workers. They go on after ctx has ended, until Drain.
func (p *Pool) Start(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	life, cancel := context.WithCancel(context.Background())
	p.cancel = cancel
	for range p.size {
		p.wg.Add(1)
		go p.work(life)
	}
	return nil
}

func (p *Pool) work(ctx context.Context) {
	defer p.wg.Done()
	for {
		select {
		case j := <-p.jobs:
			p.do(ctx, j)
		case <-p.quit:
			return
		}
	}
}

func (p *Pool) do(ctx context.Context, j Job) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	if err := j.Run(ctx); err != nil {
		p.log.Error("job failed", "job", j.Name, "request", j.Request, "err", err)
	}
}

// Submit hands j to the workers. Without a context it waits for a free place
// as long as it takes.
func (p *Pool) Submit(ctx context.Context, j Job) error {
	if ctx != nil {
		j.Request = requestID(ctx)
	}
	select {
	case p.jobs <- j:
		return nil
	case <-p.quit:
		return errStopped
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Drain stops the pool and waits for the jobs that run, but not longer than
// limit; 0 means as long as it takes.
func (p *Pool) Drain(limit time.Duration) error {
	close(p.quit)
	var ctx context.Context
	if limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(context.Background(), limit)
		defer cancel()
	}
	idle := make(chan struct{})
	go func() {
		p.wg.Wait()
		close(idle)
	}()
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
		p.cancel()
		return ctx.Err()
	}
}
