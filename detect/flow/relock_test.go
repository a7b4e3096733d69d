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
type telling struct{}
func (telling) Lock() bool { return true }
func (telling) Unlock() bool { return true }
func lockedBeside(ctx context.Context, mu telling) error {
	mu.Lock()
	defer mu.Unlock()
	mu.Unlock()
	use(mu.Lock(), telling{}.Lock())
	here() // exit: return ctx.Err()
	return nil
}
func unlockedWithin(ctx context.Context, mu telling) error {
	use(mu.Unlock())
	here() // exit: refused
	mu.Lock()
	return nil
}
type guarded struct{}
func (guarded) Lock(int) {}
func (guarded) Unlock(int) {}
func get() *sync.Mutex { return nil }
func use(...any) {}
func otherCalled(ctx context.Context, a, b *sync.Mutex) error {
	b.Unlock()
	a.Lock()
	a.Unlock()
	here() // exit: return ctx.Err()
	a.Lock()
	a.Unlock()
	return nil
}
func calledAmongOthers(ctx context.Context, a, b *sync.Mutex) error {
	a.Unlock()
	here() // exit: refused
	a.Lock()
	b.Lock()
	b.Unlock()
	return nil
}
func balancedForReading(ctx context.Context, mu *sync.RWMutex) error {
	defer func() {
		mu.RLock()
		mu.RUnlock()
	}()
	mu.Lock()
	mu.Unlock()
	here() // exit: return ctx.Err()
	return nil
}
func deferredForReading(ctx context.Context, mu *sync.RWMutex) error {
	mu.RLock()
	defer mu.RUnlock()
	mu.RUnlock()
	here() // exit: refused
	mu.RLock()
	return nil
}
func deferredAmongOthers(ctx context.Context, mu *sync.Mutex) error {
	mu.Lock()
	defer println("done")
	defer mu.Unlock()
	defer println("done")
	mu.Unlock()
	here() // exit: refused
	mu.Lock()
	return nil
}
func withArgument(ctx context.Context, mu guarded) error {
	mu.Unlock(1)
	here() // exit: return ctx.Err()
	mu.Lock(1)
	return nil
}
func unlockKept(ctx context.Context, mu *sync.Mutex) error {
	mu.Lock()
	defer mu.Unlock()
	f := func() { mu.Unlock() }
	use(f)
	here() // exit: return ctx.Err()
	return nil
}
func otherMethod(ctx context.Context, mu *sync.RWMutex) error {
	mu.Lock()
	defer mu.Unlock()
	mu.Unlock()
	mu.RLocker()
	here() // exit: refused
	mu.Lock()
	return nil
}
func otherLocked(ctx context.Context, a, b *sync.Mutex) error {
	a.Lock()
	defer a.Unlock()
	a.Unlock()
	b.Lock()
	defer b.Unlock()
	here() // exit: refused
	a.Lock()
	return nil
}
func ofCall(ctx context.Context) error {
	defer get().Unlock()
	get().Unlock()
	here() // exit: return ctx.Err()
	return nil
}
func inRange(ctx context.Context, mu *sync.Mutex, n int) error {
	mu.Lock()
	defer mu.Unlock()
	mu.Unlock()
	for range n {
		mu.Lock()
		here() // exit: return ctx.Err()
		mu.Unlock()
	}
	mu.Lock()
	return nil
}
`}})
}
