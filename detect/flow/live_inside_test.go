package flow_test

import "testing"

// TestLiveInside asks inside literals and goroutines, and where a context may
// be done.
func TestLiveInside(t *testing.T) {
	ask(t, map[string]question{"live": live, "root": liveAtRoot}, []source{
		{"literals", `
import ("context"; "net/http"; "slices"; "sync"; "time"; "path/filepath"; "io/fs")
func atOnce(ctx context.Context) {
	func() {
		here() // live: ctx
	}()
}
func own(ctx context.Context, mux *http.ServeMux) {
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		here() // live: r.Context()
		func() {
			here() // live: r.Context()
		}()
	})
}
func synchronous(ctx context.Context, ids []string) {
	slices.SortFunc(ids, func(a, b string) int {
		here() // live: ctx
		return 0
	})
	_ = filepath.WalkDir(".", func(string, fs.DirEntry, error) error {
		here() // live: ctx
		return nil
	})
}
func returned(ctx context.Context) func() {
	return func() {
		here() // live: none
	}
}
func kept(ctx context.Context, once *sync.Once) {
	once.Do(func() {
		here() // live: none
	})
	time.AfterFunc(time.Second, func() {
		here() // live: none
	})
	context.AfterFunc(ctx, func() {
		here() // live: none
	})
}
func unknown(ctx context.Context, register func(func())) {
	register(func() {
		here() // live: none
	})
}
func deferred(ctx context.Context) {
	defer func() {
		here() // live: ctx
	}()
}
`},
		{"goroutines", `
import ("context"; "sync"; "golang.org/x/sync/errgroup")
func use(ctx context.Context) error { return ctx.Err() }
func detached(ctx context.Context) {
	go func() {
		here() // live: detached from ctx
	}()
}
func detachedCall(ctx context.Context) {
	go here() // live: ctx
}
func usesIt(ctx context.Context) {
	go func() {
		_ = use(ctx)
		here() // live: ctx
	}()
}
func takesIt(ctx context.Context) {
	go func(c context.Context) {
		here() // live: c
	}(ctx)
}
func takesLoose(ctx context.Context) {
	go func(c context.Context) {
		here() // live: c nodone
	}(context.WithoutCancel(ctx))
}
func joined(ctx context.Context) {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		here() // live: ctx
	}()
	wg.Wait()
}
func joinedByGo(ctx context.Context) {
	var wg sync.WaitGroup
	wg.Go(func() {
		here() // live: ctx
	})
	wg.Wait()
}
func group(ctx context.Context) error {
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		here(gctx) // live: gctx
		return nil
	})
	return g.Wait()
}
func plainGroup(ctx context.Context) error {
	var g errgroup.Group
	g.Go(func() error {
		here() // live: ctx
		return nil
	})
	return g.Wait()
}
func afterWait(ctx context.Context) error {
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() error { return use(gctx) })
	err := g.Wait()
	here() // live: ctx doubt
	return err
}
`},
		{"dead", `
import ("context"; "errors"; "time")
func use(ctx context.Context) error { return ctx.Err() }
func received(ctx context.Context) {
	here() // live: ctx
	<-ctx.Done()
	here() // live: dead
}
func alias(ctx context.Context) {
	done := ctx.Done()
	here() // live: ctx
	<-done
	here() // live: dead
}
func inCase(ctx context.Context, in <-chan int) {
	select {
	case <-in:
		here() // live: ctx
	case <-ctx.Done():
		here() // live: dead
	}
	here() // live: ctx
}
func loop(ctx context.Context, in <-chan int) {
	for {
		select {
		case <-in:
			here() // live: ctx
			continue
		case <-ctx.Done():
		}
		break
	}
	here() // live: dead
}
func condition(ctx context.Context) {
	for ctx.Err() == nil {
		here() // live: ctx
	}
	here() // live: dead
}
func tested(ctx context.Context) {
	if err := ctx.Err(); err != nil {
		here() // live: dead
		return
	}
	here() // live: ctx
}
func spelled(ctx context.Context) {
	if context.Cause(ctx) != nil {
		here() // live: dead
	}
	err := use(ctx)
	if errors.Is(err, context.Canceled) {
		here() // live: dead
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		here() // live: dead
	case ctx.Err() != nil:
		here() // live: dead
	default:
		here() // live: ctx
	}
}
func child(ctx context.Context) {
	sub, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	<-sub.Done()
	here() // live: ctx doubt
}
func ended(ctx context.Context) {
	sub, cancel := context.WithCancel(ctx)
	_ = use(sub)
	here() // live: sub
	cancel()
	here() // live: ctx doubt
}
`},
	})
}
