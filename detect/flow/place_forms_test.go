package flow_test

import (
	"go/ast"
	"go/types"
	"testing"

	"github.com/ctxfix/ctxfix/detect/flow"
)

// dies says what ends the first argument of here, where it is done.
func dies(p *flow.Package, n ast.Node) string {
	d := p.DeadAt(n.(*ast.CallExpr).Args[0])
	if d == nil {
		return "no"
	}
	s := types.ExprString(d.Ctx)
	if d.Parent != nil {
		s += " of " + types.ExprString(d.Parent)
	}
	if d.Waited {
		s += " waited"
	}
	if d.Cancelled {
		s += " cancelled"
	}
	if d.Deferred {
		s += " deferred"
	}
	return s
}

func TestDeaths(t *testing.T) {
	ask(t, map[string]question{"dead": dies}, []source{
		{"by conditions", `
import ("context"; "errors"; . "context")
var canceled = errors.New("canceled")
func either(ctx context.Context, on bool) {
	if ctx.Err() != nil || on {
		here(ctx) // dead: no
		return
	}
	here(ctx) // dead: no
}
func eitherNot(ctx context.Context, on bool) {
	if ctx.Err() == nil || on {
		here(ctx) // dead: no
		return
	}
	here(ctx) // dead: ctx
}
func both(ctx context.Context, on bool) {
	if ctx.Err() != nil && on {
		here(ctx) // dead: ctx
		return
	}
	here(ctx) // dead: no
}
func bothNot(ctx context.Context, on bool) {
	if ctx.Err() == nil && on {
		return
	}
	here(ctx) // dead: no
}
func not(ctx context.Context) {
	if !(ctx.Err() == nil) {
		here(ctx) // dead: ctx
		return
	}
	here(ctx) // dead: no
}
func minus(ctx context.Context, n int) {
	if -n == 0 {
		here(ctx) // dead: no
	}
}
func nilFirst(ctx context.Context) {
	if nil != ctx.Err() {
		here(ctx) // dead: ctx
		return
	}
	here(ctx) // dead: no
}
func canceledFirst(ctx context.Context) {
	if context.Canceled == ctx.Err() {
		here(ctx) // dead: ctx
		return
	}
	here(ctx) // dead: no
}
func isCanceled(ctx context.Context) {
	if errors.Is(ctx.Err(), context.Canceled) {
		here(ctx) // dead: ctx
		return
	}
	here(ctx) // dead: no
}
func isNotCanceled(ctx context.Context) {
	if !errors.Is(ctx.Err(), context.Canceled) {
		here(ctx) // dead: no
		return
	}
	here(ctx) // dead: ctx
}
func isOther(ctx context.Context) {
	if errors.Is(ctx.Err(), canceled) {
		here(ctx) // dead: no
	}
}
func isBy(ctx context.Context, is func(a, b error) bool) {
	if is(ctx.Err(), context.Canceled) {
		here(ctx) // dead: no
	}
}
func isLate(ctx context.Context) {
	if errors.Is(ctx.Err(), DeadlineExceeded) {
		here(ctx) // dead: ctx
	}
}
func isTODO(ctx context.Context) {
	if ctx == context.TODO() {
		here(ctx) // dead: no
	}
}
func otherVariable(ctx context.Context) {
	if ctx.Err() == canceled {
		here(ctx) // dead: no
		return
	}
	here(ctx) // dead: no
}
func unequalToCanceled(ctx context.Context) {
	if ctx.Err() != context.Canceled {
		here(ctx) // dead: no
		return
	}
	here(ctx) // dead: ctx
}
func cause(ctx context.Context) {
	if context.Cause(ctx) != nil {
		here(ctx) // dead: ctx
	}
}
func causeKept(ctx, other context.Context) {
	err := context.Cause(ctx)
	two := other.Err()
	if err != nil {
		here(ctx) // dead: ctx
		here(other) // dead: no
	}
	if two != nil {
		here(ctx) // dead: no
		here(other) // dead: other
	}
}
func causeReplaced(ctx context.Context) {
	err := ctx.Err()
	err = canceled
	if err != nil {
		here(ctx) // dead: no
	}
}
func causeOfWrapped(ctx context.Context, f func(context.Context) error) {
	if f(ctx) != nil {
		here(ctx) // dead: no
	}
}
func byTag(ctx context.Context) {
	switch ctx.Err() {
	case nil:
		here(ctx) // dead: no
	case context.Canceled:
		here(ctx) // dead: ctx
	default:
		here(ctx) // dead: ctx
	}
}
func byNoTag(ctx context.Context, ok bool) {
	switch {
	case ctx.Err() != nil:
		here(ctx) // dead: ctx
	case ok:
		here(ctx) // dead: no
	}
}
func inLoop(ctx context.Context) {
	for ctx.Err() == nil {
		here(ctx) // dead: no
	}
	here(ctx) // dead: ctx
}
func inSelect(ctx context.Context, in chan int) {
	select {
	case n, ok := <-in:
		here(ctx, n, ok) // dead: no
	case _, ok := <-ctx.Done():
		here(ctx, ok) // dead: ctx
	case in <- 1:
		here(ctx) // dead: no
	}
	here(ctx) // dead: no
}
func ranged(ctx context.Context) {
	for range ctx.Done() {
		here(ctx) // dead: no
	}
	here(ctx) // dead: no
}
`},
		{"by what ends it", `
import ("context"; "time"; "golang.org/x/sync/errgroup"; "net/http")
type server struct{ ctx context.Context; cancel context.CancelFunc; next *server }
var global context.Context
func tune(ctx context.Context) context.Context { return ctx }
func run(func()) {}
func set(*context.Context) {}
func otherCancel(parent context.Context) {
	a, cancelA := context.WithCancel(parent)
	b, cancelB := context.WithCancel(parent)
	cancelA()
	here(a) // dead: a of parent cancelled
	here(b) // dead: no
	cancelB()
	here(b) // dead: b of parent cancelled
}
func cancelOfParent(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	sub := context.WithValue(ctx, 1, 2)
	loose := context.WithoutCancel(ctx)
	odd := tune(ctx)
	cancel()
	here(ctx) // dead: ctx cancelled
	here(sub) // dead: no
	here(loose) // dead: no
	here(odd) // dead: no
	here(context.WithValue(ctx, 1, 2)) // dead: no
}
func derivedOfReplaced(parent context.Context) {
	ctx, cancel := context.WithCancel(parent)
	sub := context.WithValue(ctx, 1, 2)
	ctx, cancel = context.WithCancel(parent)
	cancel()
	here(ctx) // dead: ctx cancelled
	here(sub) // dead: no
}
func derivedTwice(parent context.Context, on bool) {
	ctx, cancel := context.WithCancel(parent)
	sub := context.WithValue(ctx, 1, 2)
	if on {
		sub = parent
	}
	cancel()
	here(sub) // dead: no
}
func ofPackage(parent context.Context) {
	<-global.Done()
	here(global) // dead: no
	sub := context.WithValue(global, 1, 2)
	here(sub) // dead: no
}
func ofRequest(r *http.Request) {
	sub := context.WithValue(r.Context(), 1, 2)
	<-r.Context().Done()
	here(r.Context()) // dead: r.Context()
	here(sub) // dead: r.Context()
}
func ofCall(f func() context.Context) {
	<-f().Done()
	here(f()) // dead: no
}
func ofMethod(t interface{ Make() context.Context; Context() context.Context }) {
	<-t.Make().Done()
	here(t.Make()) // dead: no
	<-t.Context().Done()
	here(t.Context()) // dead: t.Context()
}
func ofElement(all []context.Context) {
	<-all[0].Done()
	here(all[0]) // dead: no
}
func (s *server) ofField() {
	<-s.ctx.Done()
	here(s.ctx) // dead: no
	s.ctx = nil
	here(s.ctx) // dead: no
}
type once struct{ lost context.Context }
func (o *once) ofOnce() {
	<-o.lost.Done()
	here(o.lost) // dead: o.lost
}
func newOnce(ctx context.Context) *once {
	o := &once{}
	o.lost = ctx
	return o
}
type two struct{ left, right context.Context }
func (o *two) begin(ctx context.Context) { o.left, o.right = ctx, ctx }
func (o *two) again(ctx context.Context) { o.left = ctx }
func (o *two) endTwo() {
	<-o.left.Done()
	here(o.left) // dead: no
	<-o.right.Done()
	here(o.right) // dead: o.right
}
type self struct{ mine context.Context }
func (o *self) endSelf(ctx context.Context) {
	<-o.mine.Done()
	here(o.mine) // dead: no
	o.mine = ctx
}
func ofNext(s *server) {
	<-s.next.ctx.Done()
	here(s.next.ctx) // dead: s.next.ctx
	here(s.ctx) // dead: no
	s.next = nil
	here(s.next.ctx) // dead: no
}
func setInside(ctx context.Context) {
	<-ctx.Done()
	run(func() { ctx = global })
	here(ctx) // dead: no
}
func setByAddress(ctx context.Context) {
	<-ctx.Done()
	set(&ctx)
	here(ctx) // dead: no
}
func inKept(ctx context.Context) {
	run(func() {
		<-ctx.Done()
		here(ctx) // dead: no
	})
	ctx = global
}
func inCalled(ctx context.Context) {
	func() {
		<-ctx.Done()
		here(ctx) // dead: ctx
	}()
	ctx = global
}
func inDeferred(ctx context.Context) {
	defer func() {
		<-ctx.Done()
		here(ctx) // dead: ctx
	}()
	ctx = global
}
func inGoroutine(ctx context.Context) {
	go func() {
		<-ctx.Done()
		here(ctx) // dead: no
	}()
	ctx = global
}
func waits(parent context.Context) {
	g, ctx := errgroup.WithContext(parent)
	h, other := errgroup.WithContext(parent)
	_ = h.Wait()
	here(ctx) // dead: no
	here(other) // dead: other of parent waited
	_ = g.Wait()
	here(ctx) // dead: ctx of parent waited
}
func done(parent context.Context) {
	ctx, cancel := context.WithCancel(parent)
	stop := ctx.Done()
	cancel()
	<-stop
	here(ctx) // dead: ctx of parent cancelled
}
func doneOfOld(parent context.Context) {
	ctx := parent
	stop := ctx.Done()
	ctx = global
	<-stop
	here(ctx) // dead: no
}
func causeAgain(parent context.Context) {
	ctx, cancel := context.WithCancelCause(parent)
	late, end := context.WithTimeoutCause(parent, time.Second, nil)
	at, finish := context.WithDeadlineCause(parent, time.Time{}, nil)
	cancel(nil)
	here(ctx) // dead: ctx of parent cancelled
	end()
	here(late) // dead: late of parent cancelled
	finish()
	here(at) // dead: at of parent cancelled
}
`},
		{"by a deferred cancel", `
import "context"
var global context.Context
func set(*context.Context) {}
func work() {}
func plain(parent context.Context) {
	ctx, cancel := context.WithCancel(parent)
	defer here(ctx) // dead: ctx of parent cancelled deferred
	work()
	defer cancel()
}
func inLiteral(parent context.Context) {
	ctx, cancel := context.WithCancel(parent)
	defer func() {
		here(ctx) // dead: ctx of parent cancelled deferred
	}()
	defer cancel()
}
func before(parent context.Context) {
	ctx, cancel := context.WithCancel(parent)
	defer cancel()
	defer here(ctx) // dead: no
}
func leavesBefore(parent context.Context, on bool) {
	ctx, cancel := context.WithCancel(parent)
	if on {
		defer cancel()
		return
	}
	defer here(ctx) // dead: ctx of parent cancelled deferred
	defer cancel()
}
func leavesBetween(parent context.Context, on bool) {
	ctx, cancel := context.WithCancel(parent)
	defer here(ctx) // dead: no
	if on {
		return
	}
	defer cancel()
}
func leavesInside(parent context.Context, on bool) {
	ctx, cancel := context.WithCancel(parent)
	defer here(ctx) // dead: ctx of parent cancelled deferred
	f := func() { return }
	f()
	defer cancel()
}
func continues(parent context.Context, n int) {
	for i := range n {
		ctx, cancel := context.WithCancel(parent)
		defer here(ctx) // dead: no
		if i == 3 {
			continue
		}
		defer cancel()
	}
}
func eachTurn(parent context.Context, n int) {
	ctx, cancel := context.WithCancel(parent)
	for range n {
		defer here(ctx) // dead: no
		defer cancel()
	}
}
func otherCancelAgain(parent context.Context) {
	ctx, cancel := context.WithCancel(parent)
	other, end := context.WithCancel(parent)
	defer here(ctx) // dead: no
	defer end()
	defer here(other) // dead: no
	cancel()
}
func ofAnother(parent context.Context, cancels []func()) {
	ctx, cancel := context.WithCancel(parent)
	defer here(ctx) // dead: no
	defer cancels[0]()
	cancel()
}
func replaced(parent context.Context) {
	ctx, cancel := context.WithCancel(parent)
	defer func() {
		here(ctx) // dead: no
	}()
	defer cancel()
	ctx = global
}
func replacedBefore(parent context.Context) {
	ctx := parent
	ctx, cancel := context.WithCancel(ctx)
	defer here(ctx) // dead: ctx cancelled deferred
	defer cancel()
}
func addressed(parent context.Context) {
	ctx, cancel := context.WithCancel(parent)
	set(&ctx)
	defer here(ctx) // dead: no
	defer cancel()
}
func setInsideAgain(parent context.Context) {
	ctx, cancel := context.WithCancel(parent)
	f := func() { ctx = global }
	defer here(ctx) // dead: no
	defer cancel()
	f()
}
func ofOuter(parent context.Context) {
	ctx, cancel := context.WithCancel(parent)
	func() {
		defer here(ctx) // dead: no
		defer cancel()
	}()
}
func aliasOfParent(parent context.Context) {
	ctx := parent
	{
		ctx, cancel := context.WithCancel(ctx)
		defer here(ctx) // dead: ctx of ctx cancelled deferred
		defer cancel()
	}
}
func notDeferred(parent context.Context) {
	ctx, cancel := context.WithCancel(parent)
	here(ctx) // dead: no
	defer cancel()
}
`},
	})
}

func TestPlaces(t *testing.T) {
	ask(t, map[string]question{"region": region, "root": root, "detached": detached}, []source{
		{"regions", `
import ("context"; "cmp"; "errors"; "net/http"; "os"; "strconv"; "sync"; "time")
type server struct{ ctx context.Context }
func call(ctx context.Context) error { return ctx.Err() }
func send(r *http.Request) error { return nil }
func two(ctx context.Context) (int, error) { return 0, ctx.Err() }
func keep(func()) {}
var global context.Context
func main() {
	here() // region: none
}
func (server) init() {
	here() // region: R12
}
func TestMain() {
	here() // region: none
}
func fieldDead(ctx context.Context, s *server) {
	<-s.ctx.Done()
	here() // region: R1
}
func localDead(ctx context.Context) {
	other := global
	<-other.Done()
	here() // region: R1
}
func requestDead(ctx context.Context, r *http.Request) {
	<-r.Context().Done()
	here() // region: R1
}
func otherParamDead(ctx, other context.Context) {
	<-other.Done()
	here() // region: R1
}
func aliasDead(r *http.Request) {
	ctx := context.WithValue(r.Context(), 1, 2)
	<-ctx.Done()
	here() // region: none
}
func unknownDead(ctx context.Context, err error) {
	if errors.Is(err, context.Canceled) {
		here() // region: R1
	}
}
func noneDead(err error) {
	if errors.Is(err, context.Canceled) {
		here() // region: R1
	}
}
func rootDead(n int) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	<-ctx.Done()
	here() // region: R1
}
func cleanups(ctx context.Context, t interface{ Cleanup(func()); AfterFunc(func()); OnCloseDo(func()); OnStopDo(func()); RegisterOnShutdownOf(func()); OnClick(func()) }) {
	t.Cleanup(func() {
		here() // region: R2
	})
	t.AfterFunc(func() {
		here() // region: R2
	})
	t.OnCloseDo(func() {
		here() // region: R2
	})
	t.OnStopDo(func() {
		here() // region: R2
	})
	t.RegisterOnShutdownOf(func() {
		here() // region: R2
	})
	t.OnClick(func() {
		here() // region: none
	})
	t.Cleanup(func() {
		keep(func() {
			here() // region: none
		})
		func() {
			here() // region: R2
		}()
	})
	time.AfterFunc(1, func() {
		here() // region: R2
	})
	func() {
		here() // region: none
	}()
}
func nils(ctx, other context.Context, r *http.Request, n *int, on bool) {
	if ctx == nil {
		here() // region: R3
	} else {
		here() // region: none
	}
	if ctx != nil {
		here() // region: none
	} else {
		here() // region: R3
	}
	if nil == ctx {
		here() // region: R3
	}
	if ctx == other {
		here() // region: none
	}
	if n == nil {
		here() // region: none
	}
	if r == nil {
		here() // region: R3
	}
	if on && ctx == nil {
		here() // region: R3
	}
	if ctx == nil || on {
		here() // region: R3
	}
	if on == (n != nil) {
		here() // region: none
	}
	if ctx == nil {
		func() {
			here() // region: R3
		}()
	}
	switch {
	case ctx == nil:
		here() // region: R3
	case n == nil:
		here() // region: none
	}
	switch ctx {
	case nil:
		here() // region: R3
	case other:
		here() // region: none
	}
	switch n {
	case nil:
		here() // region: none
	}
	cmp.Or(n, nil)
	_ = cmp.Or(ctx, context.Background()) // root: R3
	_ = errors.Join(nil, call(context.Background())) // root: none
}
func nilBefore(ctx context.Context) context.Context {
	here() // region: none
	if ctx != nil {
		return ctx
	}
	here() // region: R3
	return nil
}
func nilBeforeElse(ctx context.Context, on bool) context.Context {
	if ctx != nil {
		return ctx
	} else if on {
		return nil
	}
	here() // region: R3
	return nil
}
func nilBeforeEmpty(ctx context.Context) {
	if ctx != nil {
	}
	here() // region: none
}
func nilBeforeGoesOn(ctx context.Context) {
	if ctx != nil {
		println()
	}
	here() // region: none
}
func nilBeforeInCase(ctx context.Context, n int, in chan int) {
	switch n {
	case 1:
		if ctx != nil {
			return
		}
		here() // region: R3
	}
	select {
	case <-in:
		if ctx != nil {
			return
		}
		here() // region: R3
	}
	here() // region: none
}
func nilBeforeLater(ctx context.Context) {
	here() // region: none
	if ctx != nil {
		return
	}
}
func nilAround(ctx context.Context) {
	if ctx != nil {
		return
	}
	keep(func() {
		here() // region: none
	})
}
type group struct{}
func (group) Do(string, func()) {}
func (group) DoChan(string, func()) {}
func do(f func()) { f() }
func shares(ctx context.Context, o *sync.Once, g group, c *http.Client) {
	g.Do("", func() {
		here() // region: R5
	})
	g.DoChan("", func() {
		here() // region: R5
	})
	o.Do(func() {
		func() {
			here() // region: R5
		}()
	})
	do(func() {
		here() // region: none
	})
	func() {
		here() // region: none
	}()
}
func fails(ctx context.Context, r *http.Request, s string) {
	err := send(r)
	if err != nil {
		here() // region: R11
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		here(n) // region: none
	}
	n, err = two(ctx)
	if err != nil || n > 0 {
		here() // region: R11
	}
	if nil != err {
		here() // region: R11
	}
	if err != os.ErrExist {
		here() // region: none
	}
	if err == nil {
		here() // region: none
	} else {
		here() // region: R11
	}
	err = call(context.Background())
	if err != nil {
		here() // region: none
	}
	switch {
	case err == nil, n > 3:
		here() // region: none
	}
	err = two2(ctx).do()
	if err != nil {
		func() {
			here() // region: R11
		}()
		keep(func() {
			here() // region: none
		})
	}
	switch {
	case err != nil:
		here() // region: R11
	case n == 3:
		here() // region: none
	}
	switch err != nil {
	case true:
		here() // region: none
	}
	p := &n
	p, err = pointer(ctx)
	if p != nil {
		here() // region: none
	}
	var unset error
	if unset != nil {
		here() // region: none
	}
	unset = call(ctx)
	unset = errors.New(s)
	if unset != nil {
		here() // region: none
	}
}
func pointer(ctx context.Context) (*int, error) { return nil, ctx.Err() }
type doer struct{}
func (doer) do() error { return nil }
func two2(ctx context.Context) doer { return doer{} }
func failsAtOnce(ctx context.Context) {
	if call(ctx) != nil {
		here() // region: R11
	}
}
func failsGiven(ctx context.Context, err error) {
	if err != nil {
		here() // region: none
	}
}
func failsLater(ctx context.Context, err error) {
	if err != nil {
		here() // region: none
	}
	err = call(ctx)
}
`},
		{"starters", `
import ("context"; "net/http")
type hook struct{ OnStart, OnStop func(context.Context) }
type svc struct{}
func add(hook) {}
func keep(func(context.Context)) {}
func (svc) Start(ctx context.Context) {
	here() // region: R12
}
func StartRequest(r *http.Request) {
	here() // region: none
}
func NewThing(ctx context.Context) *svc {
	here() // region: R12
	return nil
}
func NewNothing(ctx context.Context) {
	here() // region: none
}
func OpenThing(ctx context.Context) *svc {
	here() // region: R12
	return nil
}
var started = func(ctx context.Context) {
	here() // region: none
}
func hooks(ctx context.Context) {
	add(hook{
		OnStart: func(ctx context.Context) {
			here() // region: R12
		},
		OnStop: func(ctx context.Context) {
			here() // region: none
		},
	})
	_ = map[string]func(context.Context){"OnStart": func(ctx context.Context) {
		here() // region: none
	}}
	keep(func(ctx context.Context) {
		here() // region: none
	})
}
`},
		{"who waits", `
import ("sync"; "golang.org/x/sync/errgroup")
type lookalike struct{}
func (lookalike) Done() {}
func (lookalike) Wait() {}
type group interface{ Wait() }
func work(...any) {}
func argument(n int) {
	c := make(chan int)
	go work(c) // detached: false
	<-c
}
func argumentGroup(n int) {
	var wg sync.WaitGroup
	go work(&wg) // detached: false
	wg.Wait()
}
func argumentInside(n int) {
	var wg sync.WaitGroup
	c := make(chan int)
	go func() { work(&wg) }() // detached: false
	wg.Wait()
	go func() { work(c) }() // detached: false
	<-c
}
func argumentOther(n int) {
	var l lookalike
	go work(l) // detached: true
	l.Wait()
}
func doneOfLookalike(n int) {
	var l lookalike
	go func() { l.Done() }() // detached: true
	l.Wait()
}
func otherMethod(n int) {
	var wg sync.WaitGroup
	go func() { wg.Add(1) }() // detached: true
	wg.Wait()
}
func parameter(n int) {
	done := make(chan int)
	go func(c chan int) { close(c) }(done) // detached: false
	<-done
}
func parameterSend(n int) {
	done, other := make(chan int), make(chan int)
	go func(c chan int, n int) { c <- n }(done, n) // detached: false
	<-done
	go func(c, d chan int) { c <- <-d }(done, other) // detached: false
	<-other
}
func parameterOfCall(f func() chan int) {
	go func(c chan int) { c <- 1 }(f()) // detached: true
	<-f()
}
func rangedAgain(n int) {
	out := make(chan int)
	go func() { defer close(out); out <- 1 }() // detached: false
	for range out {
	}
}
func rangedOther(all []int) {
	out := make(chan int)
	go func() { defer close(out); out <- 1 }() // detached: true
	for range all {
	}
}
func rangedField(s *struct{ out chan int }) {
	go func() { s.out <- 1 }() // detached: false
	for range s.out {
	}
}
func waitInALiteral(n int) {
	done := make(chan int)
	go func() { close(done) }() // detached: true
	_ = func() { <-done }
}
func waitInAGoroutine(n int) {
	done := make(chan int)
	go func() { close(done) }() // detached: true
	go func() { <-done }()
}
func waitInADeferredLiteral(n int) {
	done := make(chan int)
	defer func() { work(); <-done }()
	go func() { close(done) }() // detached: false
}
func waitInAKeptLiteral(keep func(func())) {
	done := make(chan int)
	keep(func() { defer func() { <-done }() })
	go func() { close(done) }() // detached: true
}
func passedOn(n int) {
	var wg sync.WaitGroup
	out := make(chan int)
	wg.Add(1)
	go func() { defer wg.Done(); work() }() // detached: false
	go func() { wg.Wait(); close(out) }()
	<-out
}
func passedOnByCall(n int) {
	var wg sync.WaitGroup
	out := make(chan int)
	wg.Add(1)
	go func() { defer wg.Done(); work() }() // detached: true
	go work(&wg, out)
	<-out
}
func passedNowhere(n int) {
	var wg sync.WaitGroup
	out := make(chan int)
	wg.Add(1)
	go func() { defer wg.Done(); work() }() // detached: true
	go func() { wg.Wait(); work() }()
	go func() { close(out) }()
	<-out
}
func negated(n int) {
	done := make(chan int)
	go func() { done <- 1 }() // detached: true
	work(-n, done)
}
func twoWaits(n int) {
	done := make(chan int)
	go func() { done <- 1 }() // detached: false
	<-done
	work(-n)
	for range n {
	}
	var l lookalike
	l.Wait()
}
func errgroups(n int) {
	var g errgroup.Group
	go work(&g) // detached: false
	_ = g.Wait()
}
func interfaces(g group) {
	go work(g) // detached: true
	g.Wait()
}
`},
	})
}
