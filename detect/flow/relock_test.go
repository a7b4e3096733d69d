package flow_test

import "testing"

func TestRelocked(t *testing.T) {
	ask(t, map[string]question{"exit": exit}, []source{{"locks", `
import ("context"; "sync")
func deferred(ctx context.Context, mu *sync.Mutex) error {
	mu.Lock()
	defer mu.Unlock()
	here() // exit: return ctx.Err()
	mu.Unlock()
	here() // exit: refused
	mu.Lock()
	here() // exit: return ctx.Err()
	return nil
}
func called(ctx context.Context, mu *sync.RWMutex) error {
	mu.RUnlock()
	here() // exit: refused
	mu.RLock()
	return nil
}
func unlocks(ctx context.Context, mu *sync.Mutex) error {
	mu.Unlock()
	here() // exit: return ctx.Err()
	return nil
}
func own(ctx context.Context, mu *sync.Mutex, ok func() bool) error {
	mu.Lock()
	for !ok() {
		mu.Unlock()
		here() // exit: return ctx.Err()
		mu.Lock()
	}
	mu.Unlock()
	here() // exit: return ctx.Err()
	return nil
}
func balanced(ctx context.Context, mu *sync.Mutex) error {
	defer func() {
		mu.Lock()
		mu.Unlock()
	}()
	mu.Lock()
	mu.Unlock()
	here() // exit: return ctx.Err()
	return nil
}
func other(ctx context.Context, a, b *sync.Mutex) error {
	a.Lock()
	defer a.Unlock()
	b.Lock()
	b.Unlock()
	here() // exit: return ctx.Err()
	return nil
}
`}})
}
