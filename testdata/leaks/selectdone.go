package main

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"
)

var errSlow = errors.New("too slow")

var selectDone = []scenario{
	{"event", func(ctx context.Context, _ <-chan struct{}) error {
		return wait(ctx, make(chan struct{}), make(chan struct{}))
	}},
	{"done case first", func(ctx context.Context, _ <-chan struct{}) error { return waitFirst(ctx, never(), never()) }},
	{"blank parameter", func(ctx context.Context, _ <-chan struct{}) error { return waitBlank(ctx, make(chan struct{})) }},
	{"one case", func(ctx context.Context, _ <-chan struct{}) error { return waitOne(ctx, make(chan struct{})) }},
	{"worker", func(ctx context.Context, _ <-chan struct{}) error { worker(ctx, make(chan struct{})); return nil }},
	{"labelled loop", func(ctx context.Context, _ <-chan struct{}) error {
		return labelled(ctx, make(chan struct{}), make(chan struct{}))
	}},
	{"close notify", func(ctx context.Context, _ <-chan struct{}) error { return serve(ctx, watched) }},
	{"handler literal", func(ctx context.Context, _ <-chan struct{}) error { return serve(ctx, literal(make(chan struct{}))) }},
	{"lock with a deferred unlock", func(ctx context.Context, _ <-chan struct{}) error {
		return locked(ctx, new(sync.Mutex), make(chan struct{}))
	}},
	{"sender", func(ctx context.Context, release <-chan struct{}) error {
		_, err := fetch(ctx, nil, func() int { <-release; return 1 })
		return err
	}},
	{"sender after timeout", func(ctx context.Context, release <-chan struct{}) error {
		_, err := fetch(ctx, closed(), func() int { <-release; return 1 })
		return err
	}},
	{"generic sender", func(ctx context.Context, release <-chan struct{}) error {
		_, err := fetchAny(ctx, closed(), func() string { <-release; return "" })
		return err
	}},
	{"sender per turn", func(ctx context.Context, release <-chan struct{}) error {
		return perTurn(ctx, closed(), func() int { <-release; return 1 })
	}},
	{"senders", func(ctx context.Context, release <-chan struct{}) error {
		_, err := sum(ctx, closed(), []func() int{
			func() int { <-release; return 1 },
			func() int { <-release; return 2 },
		})
		return err
	}},
	{"poller", func(ctx context.Context, _ <-chan struct{}) error { return poller(ctx, make(chan struct{})) }},
	{"values and their end", func(ctx context.Context, release <-chan struct{}) error {
		return pump(ctx, closed(), func() (string, error) { <-release; return "", errSlow })
	}},
	{"reply with room", func(ctx context.Context, release <-chan struct{}) error {
		s := &server{}
		return s.ask(ctx, make(chan struct{}), release)
	}},
	{"semaphore", func(ctx context.Context, _ <-chan struct{}) error {
		return busyPool().acquire(ctx, never())
	}},
	{"wake", func(ctx context.Context, _ <-chan struct{}) error {
		newPool().loop(ctx, make(chan struct{}))
		return nil
	}},
}

// closed is an event that is over already.
func closed() <-chan struct{} {
	ch := make(chan struct{})
	close(ch)
	return ch
}

// never is an event that does not come.
func never() <-chan struct{} { return make(chan struct{}) }

func wait(ctx context.Context, event, slow <-chan struct{}) error {
	select {
	case <-event:
		return nil
	case <-slow:
		return errSlow
	}
}

func waitBlank(_ context.Context, event <-chan struct{}) error {
	select {
	case <-event:
		return nil
	case <-never():
		return errSlow
	}
}

func waitOne(ctx context.Context, event <-chan struct{}) error {
	select {
	case <-event:
	}
	return nil
}

func worker(ctx context.Context, rarely <-chan struct{}) {
	often := time.NewTicker(time.Millisecond)
	defer often.Stop()
	for {
		select {
		case <-often.C:
		case <-rarely:
		}
	}
}

func labelled(ctx context.Context, a, b <-chan struct{}) error {
loop:
	for {
		select {
		case <-a:
			continue loop
		case <-b:
			break loop
		}
	}
	return nil
}

// serve calls the handler with a request of the context.
func serve(ctx context.Context, h http.HandlerFunc) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "/", nil)
	if err != nil {
		return err
	}
	h(recorder{}, r)
	return nil
}

// A recorder is a response nobody reads.
type recorder struct{ http.ResponseWriter }

func (recorder) CloseNotify() <-chan bool { return make(chan bool) }

func watched(w http.ResponseWriter, r *http.Request) {
	event := make(<-chan struct{})
	select {
	case <-w.(http.CloseNotifier).CloseNotify():
	case <-event:
	}
}

func literal(event <-chan struct{}) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-event:
		case <-never():
		}
	}
}

func locked(ctx context.Context, mu *sync.Mutex, event <-chan struct{}) error {
	mu.Lock()
	defer mu.Unlock()
	select {
	case <-event:
	case <-never():
	}
	return nil
}

func fetch(ctx context.Context, slow <-chan struct{}, load func() int) (int, error) {
	ch := make(chan int)
	go func() {
		ch <- load()
	}()
	select {
	case n := <-ch:
		return n, nil
	case <-slow:
		return 0, errSlow
	}
}

func fetchAny[T any](ctx context.Context, slow <-chan struct{}, load func() T) (T, error) {
	ch := make(chan T)
	go func() { ch <- load() }()
	select {
	case v := <-ch:
		return v, nil
	case <-slow:
		var zero T
		return zero, errSlow
	}
}

func perTurn(ctx context.Context, slow <-chan struct{}, load func() int) error {
	for range 3 {
		ch := make(chan int)
		go func() { ch <- load() }()
		select {
		case <-ch:
		case <-slow:
		}
	}
	return nil
}

func sum(ctx context.Context, slow <-chan struct{}, loads []func() int) (int, error) {
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
		case <-slow:
			return 0, errSlow
		}
	}
	return total, nil
}

// poller sends what it finds, one at a time, to a caller that loses patience.
func poller(ctx context.Context, slow <-chan struct{}) error {
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
		case <-slow:
			return errSlow
		}
	}
}

func pump(ctx context.Context, slow <-chan struct{}, read func() (string, error)) error {
	lines, errs := make(chan string), make(chan error)
	go func() {
		for {
			s, err := read()
			if err != nil {
				errs <- err
				return
			}
			lines <- s
		}
	}()
	for {
		select {
		case <-lines:
		case err := <-errs:
			return err
		case <-slow:
			return errSlow
		}
	}
}

type server struct{}

// ask waits for a reply that comes when nobody waits for it any more.
func (s *server) ask(ctx context.Context, slow, release <-chan struct{}) error {
	reply := make(chan int, 1)
	go s.answer(reply, release)
	select {
	case <-reply:
		return nil
	case <-slow:
		return errSlow
	}
}

func (s *server) answer(reply chan int, release <-chan struct{}) {
	<-release
	reply <- 1
}

type pool struct {
	slots chan struct{}
	wake  chan struct{}
}

func newPool() *pool { return &pool{slots: make(chan struct{}, 1), wake: make(chan struct{}, 1)} }

// busyPool is one without a free slot.
func busyPool() *pool {
	p := newPool()
	p.slots <- struct{}{}
	return p
}

func (p *pool) release() { <-p.slots }

func (p *pool) acquire(ctx context.Context, slow <-chan struct{}) error {
	select {
	case p.slots <- struct{}{}:
		return nil
	case <-slow:
		return errSlow
	}
}

func (p *pool) notify() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

func (p *pool) loop(ctx context.Context, often <-chan struct{}) {
	for {
		select {
		case <-p.wake:
		case <-often:
		}
	}
}
