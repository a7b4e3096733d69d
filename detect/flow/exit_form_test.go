package flow_test

import (
	"cmp"
	"go/ast"
	"go/types"
	"strings"
	"testing"

	"github.com/ctxfix/ctxfix/detect/flow"
)

// form says how the function is left at n when something is owed there: why
// not, or with which statements, what becomes a defer or Go of a group, and
// what follows a loop that is left.
func form(p *flow.Package, n ast.Node) string {
	ctx, none := p.Live(n)
	if none != nil {
		return none.Reason
	}
	e := p.Exit(p.Stmt(n), ctx)
	if e.Refuse != "" {
		return "refused: " + e.Refuse
	}
	s := strings.Join(e.Stmts, " / ")
	switch {
	case e.Group != nil:
		s += ", in " + types.ExprString(e.Group.Group) + ".Go"
	case e.Defer != nil:
		s += ", defer " + types.ExprString(e.Defer.X)
	case e.Break != nil:
		s += ", then " + cmp.Or(strings.Join(e.Break.After, " "), "nothing")
	case e.Doubt != "":
		s += ": " + e.Doubt
	}
	return s
}

func TestExitForm(t *testing.T) {
	ask(t, map[string]question{"form": form}, []source{
		{"what is owed last becomes a defer", `
import ("context"; "sync")
func closes(ctx context.Context, out chan int) {
	here() // form: return, defer close(out)
	close(out)
}
func closesItsOwn(ctx context.Context, use func(chan int)) {
	out := make(chan int)
	use(out)
	here() // form: refused: an early return would skip close(out), which others wait for
	close(out)
}
func closesBoth(ctx context.Context, out, more chan int) {
	here() // form: refused: an early return would skip close(more), which others wait for
	close(more)
	close(out)
}
func closesThenWorks(ctx context.Context, out chan int) {
	here() // form: refused: an early return would skip close(out), which others wait for
	close(out)
	here()
}
func unlocksThenCloses(ctx context.Context, out chan int, mu *sync.Mutex) {
	mu.Lock()
	here() // form: refused: an early return would skip close(out), which others wait for
	mu.Unlock()
	close(out)
}
func sendsThenCloses(ctx context.Context, out chan int) {
	here() // form: return, defer close(out)
	out <- 1
	close(out)
}
`},
		{"Done of a group", `
import ("context"; "sync")
type job struct{ wg sync.WaitGroup }
func (j *job) Add(int) {}
func launches(ctx context.Context, wg, other *sync.WaitGroup, n int) {
	wg.Add(1)
	go func() {
		here() // form: return, in wg.Go
		wg.Done()
	}()
	wg.Add(2)
	go func() {
		here() // form: return, defer wg.Done()
		wg.Done()
	}()
	wg.Add(n)
	go func() {
		here() // form: return, defer wg.Done()
		wg.Done()
	}()
	other.Add(1)
	go func() {
		here() // form: return, defer wg.Done()
		wg.Done()
	}()
	wg.Add(1)
	here()
	go func() {
		here() // form: return, defer wg.Done()
		wg.Done()
	}()
	wg.Add(1)
	go func(int) {
		here() // form: return, defer wg.Done()
		wg.Done()
	}(1)
	wg.Wait()
}
func otherAdd(ctx context.Context, j *job) {
	j.Add(1)
	go func() {
		here() // form: return, defer j.wg.Done()
		j.wg.Done()
	}()
	j.wg.Wait()
}
func first(ctx context.Context, wg *sync.WaitGroup) {
	go func() {
		here() // form: return, defer wg.Done()
		wg.Done()
	}()
	wg.Wait()
}
func inCase(ctx context.Context, wg *sync.WaitGroup, n int) {
	switch n {
	case 1:
		go func() {
			here() // form: return, defer wg.Done()
			wg.Done()
		}()
	}
	wg.Wait()
}
func assignedBefore(ctx context.Context, wg *sync.WaitGroup, n int) {
	n = 1
	go func() {
		here() // form: return, defer wg.Done()
		wg.Done()
	}()
	wg.Wait()
}
`},
		{"a loop that starts what is waited for", `
import ("context"; "sync")
func worker() {}
func waits(ctx context.Context, list []int) {
	var wg sync.WaitGroup
	for range list {
		here() // form: break spawn, then nothing
		wg.Go(worker)
	}
	wg.Wait()
}
func waitsThenGoesOn(ctx context.Context, list []int) {
	var wg sync.WaitGroup
	for range list {
		here() // form: break spawn, then if ctx.Err() != nil { return }
		wg.Go(worker)
	}
	wg.Wait()
	worker()
}
func waitsThenReturns(ctx context.Context, list []int) error {
	var wg sync.WaitGroup
	for range list {
		here() // form: break spawn, then if ctx.Err() != nil { return ctx.Err() }
		wg.Go(worker)
	}
	wg.Wait()
	return nil
}
func labelled(ctx context.Context, list []int) {
	var wg sync.WaitGroup
each:
	for range list {
		if len(list) > 3 {
			continue each
		}
		here() // form: break each, then nothing
		wg.Go(worker)
	}
	wg.Wait()
}
func worksBeforeItWaits(ctx context.Context, list []int) {
	var wg sync.WaitGroup
	for range list {
		here() // form: refused: the loop starts goroutines that are waited for after it: leave the loop, wait, then return
		wg.Go(worker)
	}
	worker()
	wg.Wait()
}
func deferredWait(ctx context.Context, list []int) {
	var wg sync.WaitGroup
	defer wg.Wait()
	for range list {
		here() // form: return
		wg.Go(worker)
	}
}
func inBranch(ctx context.Context, list []int) {
	var wg sync.WaitGroup
	switch len(list) {
	case 1:
		for range list {
			here() // form: refused: the loop starts goroutines that are waited for after it: leave the loop, wait, then return
			wg.Go(worker)
		}
		wg.Wait()
	}
}
func startsInLiteral(ctx context.Context, list []int, later func(func())) {
	var wg sync.WaitGroup
	for range list {
		here() // form: return: an early return would skip wg.Wait()
		later(func() { wg.Go(worker) })
	}
	wg.Wait()
}
func zero[T any](ctx context.Context, list []int) (T, error) {
	var wg sync.WaitGroup
	for range list {
		here() // form: refused: the loop starts goroutines that are waited for after it: leave the loop, wait, then return
		wg.Go(worker)
	}
	wg.Wait()
	var t T
	return t, nil
}
`},
		{"counted, and not started", `
import ("context"; "sync")
func worker() {}
func addsFirst(ctx context.Context, wg *sync.WaitGroup) {
	wg.Add(1)
	here() // form: refused: wg.Add has counted what would not be started: who waits for it would hang
	go func() {
		defer wg.Done()
		worker()
	}()
}
func addsForDefer(ctx context.Context, wg *sync.WaitGroup) {
	wg.Add(1)
	defer wg.Done()
	here() // form: return
}
func addsForOtherDefer(ctx context.Context, wg *sync.WaitGroup) {
	wg.Add(1)
	defer worker()
	here() // form: refused: wg.Add has counted what would not be started: who waits for it would hang
	go func() {
		defer wg.Done()
	}()
}
func addsAndIsDone(ctx context.Context, wg *sync.WaitGroup) {
	wg.Add(1)
	wg.Done()
	here() // form: return
}
func addsAndWorks(ctx context.Context, wg *sync.WaitGroup) {
	wg.Add(1)
	worker()
	here() // form: refused: wg.Add has counted what would not be started: who waits for it would hang
	go wg.Done()
}
func addsAfter(ctx context.Context, wg *sync.WaitGroup) {
	here() // form: return
	wg.Add(1)
	go wg.Done()
}
func addsInLiteral(ctx context.Context, wg *sync.WaitGroup) {
	here(func() { wg.Add(1) })
	here() // form: return
}
func addsPerhaps(ctx context.Context, wg *sync.WaitGroup, more bool) {
	wg.Add(1)
	if more {
		go wg.Done()
	} else {
		worker()
	}
	here() // form: refused: wg.Add has counted what would not be started: who waits for it would hang
}
`},
		{"never", `
import ("context"; "testing")
var ctx = context.TODO()
type suite struct{}
func init() {
	ctx := context.TODO()
	here() // form: no context in scope
	_ = ctx
}
func (suite) init(ctx context.Context) {
	here() // form: return
}
func TestMain(m *testing.M) {
	func(ctx context.Context) {
		here() // form: return
	}(ctx)
}
`},
	})
}
