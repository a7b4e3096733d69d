package flow_test

import (
	"go/ast"
	"testing"

	"github.com/ctxfix/ctxfix/detect/flow"
)

// sleeper says whether the function of n is one, and how it tells.
func sleeper(p *flow.Package, n ast.Node) string {
	s, ok := flow.SleeperOf(p.Info, p.Func(n).Decl())
	if !ok {
		return "no"
	}
	return [...]string{flow.ByError: "error", flow.ByFalse: "false", flow.ByTrue: "true"}[s.Test]
}

func TestSleeper(t *testing.T) {
	ask(t, map[string]question{"sleeper": sleeper}, []source{{"sleepers", `
import ("context"; "time"; "errors")
func timer(ctx context.Context, d time.Duration) error {
	here() // sleeper: error
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
func after(ctx context.Context, d time.Duration) error {
	here() // sleeper: error
	if d <= 0 {
		return ctx.Err()
	}
	select {
	case <-time.After(d):
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	return nil
}
func slept(ctx context.Context, d time.Duration) bool {
	here() // sleeper: false
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}
func interrupted(ctx context.Context, d time.Duration) bool {
	here() // sleeper: true
	select {
	case <-time.After(d):
	case <-ctx.Done():
		return true
	}
	return false
}
func swallows(ctx context.Context, d time.Duration) error {
	here() // sleeper: no
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
	return nil
}
func always(ctx context.Context, d time.Duration) error {
	here() // sleeper: no
	select {
	case <-time.After(d):
		return errors.New("timeout")
	case <-ctx.Done():
		return ctx.Err()
	}
}
func longer(ctx context.Context, d time.Duration) error {
	here() // sleeper: no
	d *= 2
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
func otherTime(ctx context.Context, d time.Duration) error {
	here() // sleeper: no
	select {
	case <-time.After(time.Second):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
func deaf(ctx context.Context, d time.Duration) error {
	here() // sleeper: no
	time.Sleep(d)
	return ctx.Err()
}
func both(ctx context.Context, d time.Duration) bool {
	here() // sleeper: no
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return true
	}
}
func looped(ctx context.Context, d time.Duration) error {
	here() // sleeper: no
	for {
		select {
		case <-time.After(d):
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
func third(ctx context.Context, d time.Duration, c chan int) error {
	here() // sleeper: no
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
func generic[T any](ctx context.Context, d time.Duration) error {
	here() // sleeper: no
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
`}})
}
