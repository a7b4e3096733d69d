package flow_test

import (
	"go/ast"
	"strings"
	"testing"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/typed"
)

// chosen says which context is live at n and what is doubtful about it, or in
// words why there is none.
func chosen(p *flow.Package, n ast.Node) string {
	ctx, none := p.Live(n)
	if none != nil {
		return strings.ReplaceAll(none.Reason, ";", ",")
	}
	s := ctx.Expr
	if ctx.Rename != nil {
		s += " named"
	}
	if ctx.NoDone {
		s += " nodone"
	}
	if ctx.Deadline {
		s += " deadline"
	}
	if ctx.Doubt != "" {
		s += " though " + ctx.Doubt
	}
	return s
}

// chosenAtRoot is chosen for the first fresh root in n.
func chosenAtRoot(p *flow.Package, n ast.Node) (found string) {
	ast.Inspect(n, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if ok && found == "" && typed.Root(p.Info, call) != "" {
			found = chosen(p, call)
		}
		return found == ""
	})
	return found
}

func TestLiveChooses(t *testing.T) {
	ask(t, map[string]question{"chosen": chosen, "root": chosenAtRoot}, []source{
		{"among derived contexts", `
import ("context"; "os"; "os/signal"; "time"; "golang.org/x/sync/errgroup")
type key struct{}
type span struct{}
func (span) End() {}
func (span) Finish() {}
func (span) Stop() {}
func (*span) Run(f func()) { f() }
type tracer struct{}
func (tracer) Start(ctx context.Context, name string) (context.Context, *span) { return ctx, nil }
func use(ctx context.Context) error { return ctx.Err() }
func tune(ctx context.Context) context.Context { return ctx }
func twice(a, b context.Context) context.Context { return a }
func pick(n int, ctx context.Context) (context.Context, int) { return ctx, n }
func signals(parent context.Context) {
	ctx, stop := signal.NotifyContext(parent, os.Interrupt)
	defer stop()
	here(ctx) // chosen: ctx
}
func signalsByAnyName(parent context.Context) {
	sig, stop := signal.NotifyContext(parent, os.Interrupt)
	defer stop()
	here(sig) // chosen: sig
}
func alias(parent context.Context) {
	same := parent
	here(same) // chosen: same
}
func siblings(ctx context.Context) {
	first := context.WithValue(ctx, key{}, 1)
	second := context.WithValue(ctx, key{}, 2)
	here(first, second) // chosen: two contexts in scope: first and second
}
func sibling(ctx context.Context) {
	first := context.WithValue(ctx, key{}, 1)
	same := ctx
	here(first, same) // chosen: same
}
func line(ctx context.Context) {
	first := context.WithValue(ctx, key{}, 1)
	second := context.WithValue(first, key{}, 2)
	here(second) // chosen: second
}
func inner(ctx context.Context) {
	sub := context.WithValue(ctx, key{}, 1)
	{
		sub := context.WithValue(ctx, key{}, 2)
		here(sub) // chosen: sub
	}
	here(sub) // chosen: sub
}
func timeoutCalledCtx(parent context.Context) {
	ctx, cancel := context.WithTimeout(parent, time.Second)
	defer cancel()
	here(ctx) // chosen: parent
}
func timeoutOfField(r *request) {
	ctx, cancel := context.WithTimeout(r.Context(), time.Second)
	defer cancel()
	here(ctx) // chosen: ctx deadline
}
func timeoutOfFieldByOtherName(r *request) {
	short, cancel := context.WithTimeout(r.Context(), time.Second)
	defer cancel()
	here(short) // chosen: r.Context() though whose context r holds is not known
}
type request struct{ ctx context.Context }
func (r *request) Context() context.Context { return r.ctx }
func sameName(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	here(ctx) // chosen: ctx deadline
}
func sameNameInside(ctx context.Context, ok bool) {
	if ok {
		ctx, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		here(ctx) // chosen: ctx deadline
	}
	here(ctx) // chosen: ctx
}
func unknownSameName(ctx context.Context) {
	{
		ctx := tune(ctx)
		here(ctx) // chosen: ctx though ctx comes from a function whose result is not known to be cancelled with its argument
	}
}
func unknownOther(ctx context.Context) {
	tuned := tune(ctx)
	here(tuned) // chosen: ctx
}
func secondUnknown(ctx context.Context) {
	ctx, n := pick(1, ctx)
	here(ctx, n) // chosen: ctx though ctx comes from a function whose result is not known to be cancelled with its argument
}
func ofTwo(ctx context.Context) {
	both := twice(ctx, ctx)
	here(both) // chosen: ctx though another context, both, is in scope
}
func spanOpen(ctx context.Context, t tracer) {
	sub, s := t.Start(ctx, "a")
	defer s.End()
	here(sub) // chosen: sub
}
func spanEnded(ctx context.Context, t tracer) {
	sub, s := t.Start(ctx, "a")
	_ = use(sub)
	s.End()
	here(sub) // chosen: ctx
}
func spanFinished(ctx context.Context, t tracer) {
	sub, s := t.Start(ctx, "a")
	_ = use(sub)
	s.Finish()
	here(sub) // chosen: ctx
}
func spanStopped(ctx context.Context, t tracer) {
	sub, s := t.Start(ctx, "a")
	_ = use(sub)
	s.Stop()
	here(sub) // chosen: sub
}
func spanEndedLater(ctx context.Context, t tracer) {
	sub, s := t.Start(ctx, "a")
	here(sub) // chosen: sub
	s.End()
}
func spanEndedOnTheOtherPath(ctx context.Context, t tracer, ok bool) {
	sub, s := t.Start(ctx, "a")
	if ok {
		s.End()
		return
	}
	here(sub) // chosen: sub
	s.End()
}
func spanEndedInALiteral(ctx context.Context, t tracer) {
	sub, s := t.Start(ctx, "a")
	end := func() { s.End() }
	here(sub) // chosen: sub
	end()
}
func otherSpanEnded(ctx context.Context, t tracer, other *span) {
	sub, s := t.Start(ctx, "a")
	defer s.End()
	other.End()
	here(sub) // chosen: sub
}
func spanDropped(ctx context.Context, t tracer) {
	sub, _ := t.Start(ctx, "a")
	here(sub) // chosen: sub
}
func spanEndedAndAnother(ctx context.Context, t tracer) {
	sub, s := t.Start(ctx, "a")
	s.End()
	s.Stop()
	here(sub) // chosen: ctx
}
func groupOutside(ctx context.Context) {
	g, sub := errgroup.WithContext(ctx)
	here(sub) // chosen: ctx
	g.Go(func() error {
		here(sub) // chosen: sub
		return nil
	})
	f := func() error {
		here(sub) // chosen: the function literal may be kept, a context from outside may be done when it runs
		return nil
	}
	g.Go(f)
	func() {
		here(sub) // chosen: ctx
	}()
	_ = g.Wait()
	here(sub) // chosen: ctx though a context derived from it, sub, is done here
}
func groupsSide(ctx context.Context) {
	g, sub := errgroup.WithContext(ctx)
	h, other := errgroup.WithContext(ctx)
	g.Go(func() error {
		here(sub, other) // chosen: sub
		return nil
	})
	_ = g.Wait()
	_ = h.Wait()
}
func groupOfAnother(ctx context.Context, h *errgroup.Group) {
	g, sub := errgroup.WithContext(ctx)
	h.Go(func() error {
		here(sub) // chosen: detached goroutine
		return nil
	})
	_ = g.Wait()
}
func groupInGroup(ctx context.Context) {
	g, sub := errgroup.WithContext(ctx)
	g.Go(func() error {
		func() {
			here(sub) // chosen: sub
		}()
		return nil
	})
	_ = g.Wait()
}
func asked(ctx context.Context) {
	sub, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() { <-sub.Done() }()
	here() // chosen: ctx
}
func givenAndAsked(ctx context.Context) {
	sub, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() { <-sub.Done() }()
	_ = use(sub)
	here() // chosen: sub
}
func neither(ctx context.Context) {
	sub, cancel := context.WithCancel(ctx)
	defer cancel()
	here() // chosen: sub
	_ = sub
}
func launchedWith(ctx context.Context) {
	sub, cancel := context.WithCancel(ctx)
	defer cancel()
	go use(sub)
	here() // chosen: sub
}
func onlyInAGoroutine(ctx context.Context) {
	sub, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() { _ = sub }()
	here() // chosen: ctx
}
`},
		{"beside a rival", `
import ("context"; "io"; "net/http"; "time")
var global = context.Background()
type key struct{}
type app struct{ ctx context.Context }
func use(ctx context.Context) error { return ctx.Err() }
func made() context.Context { return global }
func shadowedBesideDerived(ctx context.Context) {
	sub := context.WithValue(ctx, key{}, 1)
	_ = use(sub)
	{
		ctx := made()
		here(ctx) // chosen: ctx is shadowed
	}
}
func detachedLocal(ctx context.Context) {
	loose := context.WithoutCancel(ctx)
	here(loose) // chosen: ctx
}
func detachedTwice(ctx context.Context) {
	loose := context.WithValue(context.WithoutCancel(ctx), key{}, 1)
	here(loose) // chosen: ctx
}
func rootLocal(ctx context.Context) {
	fresh := context.Background()
	here(fresh) // chosen: ctx
}
func rootLocalOfTheName(ctx context.Context) {
	{
		ctx := context.Background()
		here(ctx) // chosen: ctx is shadowed
	}
}
func fieldLocal(ctx context.Context, a *app) {
	other := a.ctx
	here(other) // chosen: ctx though another context, other, is in scope
}
func fieldLocalOfTheName(ctx context.Context, a *app) {
	{
		ctx := a.ctx
		here(ctx) // chosen: ctx is shadowed
	}
	here() // chosen: ctx
}
func unknownLocal(ctx context.Context) {
	other := made()
	here(other) // chosen: ctx though another context, other, is in scope
}
func unknownLocalOfTheName(ctx context.Context) {
	{
		ctx := made()
		here(ctx) // chosen: ctx is shadowed
	}
}
func unsetLocal(ctx context.Context, ok bool) {
	var other context.Context
	if ok {
		other = made()
	}
	here(other) // chosen: ctx
}
func requestBeside(ctx context.Context, r *http.Request) {
	other := r.Context()
	here(other) // chosen: ctx
}
func requestOfTheName(ctx context.Context, r *http.Request) {
	{
		ctx := r.Context()
		here(ctx) // chosen: ctx is shadowed
	}
}
func outerBeside(outer context.Context) {
	func(ctx context.Context) {
		other := outer
		here(other) // chosen: ctx
	}(outer)
}
func doneLocal(ctx context.Context) {
	sub, cancel := context.WithCancel(ctx)
	_ = use(sub)
	cancel()
	here(sub) // chosen: ctx though a context derived from it, sub, is done here
}
func doneItself(ctx context.Context) {
	<-ctx.Done()
	here() // chosen: ctx is done here
}
func doneOfUnknown(ctx context.Context, err error) {
	if err == context.Canceled {
		here() // chosen: ctx is done here
	}
}
func replaced(ctx context.Context) {
	ctx = made()
	here() // chosen: ctx is not the caller's context everywhere
}
func replacedByRoot(ctx context.Context) {
	ctx = context.Background()
	here() // chosen: ctx is not the caller's context everywhere
}
func replacedByDetached(ctx context.Context) {
	ctx = context.WithoutCancel(ctx)
	here() // chosen: ctx is not the caller's context everywhere
}
func replacedSometimes(ctx context.Context, ok bool) {
	if ok {
		ctx = made()
	}
	here() // chosen: ctx is not the caller's context everywhere
}
func replacedLater(ctx context.Context) {
	here() // chosen: ctx
	ctx = made()
}
func replacedByValue(ctx context.Context) {
	ctx = context.WithValue(ctx, key{}, 1)
	here() // chosen: ctx
}
func replacedByTimeout(ctx context.Context) {
	var cancel context.CancelFunc
	ctx, cancel = context.WithTimeout(ctx, time.Second)
	defer cancel()
	here() // chosen: ctx deadline
}
func readerOf(ctx context.Context) (io.ReadCloser, error) {
	var cancel context.CancelFunc
	ctx, cancel = context.WithTimeout(ctx, time.Second)
	defer cancel()
	return open(context.TODO()) // root: the result outlives ctx, which is cancelled here
}
func open(ctx context.Context) (io.ReadCloser, error) { return nil, ctx.Err() }
func inLiteralWithRoot() {
	func(ctx context.Context) {
		here() // chosen: ctx nodone
	}(context.Background())
}
func inLiteralWithUnknown() {
	func(ctx context.Context) {
		here() // chosen: ctx nodone
	}(made())
}
func inLiteralWithDetached(parent context.Context) {
	func(ctx context.Context) {
		here() // chosen: ctx nodone
	}(context.WithoutCancel(parent))
}
func inLiteralWithParam(parent context.Context) {
	func(n int, ctx context.Context) {
		here() // chosen: ctx
	}(1, parent)
}
func inLiteralWithRequest(r *http.Request) {
	func(q *http.Request) {
		here() // chosen: q.Context()
	}(r)
}
`},
		{"names for a parameter", `
import ("context"; "net/http")
type stream struct{}
func (*stream) Context() context.Context { return nil }
func (*stream) SetTrailer() {}
type Command struct{}
func (*Command) Context() context.Context { return nil }
type other struct{}
func (*other) Context() context.Context { return nil }
type source interface{ Context() context.Context }
func byRequest(*http.Request) {
	here() // chosen: r.Context() named
}
func byRequestBesideR(_ *http.Request, r int) {
	here() // chosen: req.Context() named
}
func byStream(*stream) {
	here() // chosen: srv.Context() named though whose context *stream holds is not known
}
func byCommand(*Command) {
	here() // chosen: cmd.Context() named though whose context *Command holds is not known
}
func byOther(*other) {
	here() // chosen: c.Context() named though whose context *other holds is not known
}
func byInterface(source) {
	here() // chosen: c.Context() named though whose context source holds is not known
}
func byLiteralInterface(interface{ Context() context.Context }) {
	here() // chosen: c.Context() named though whose context interface{Context() context.Context} holds is not known
}
func byContext(context.Context, int) {
	here() // chosen: ctx named
}
func byContextBesideCtx(_ context.Context, ctx int) {
	here() // chosen: parent named
}
func byContexts(...context.Context) {
	here() // chosen: no context in scope
}
`},
		{"for a literal", `
import ("context"; "io"; "net/http"; "sync"; "time")
type key struct{}
var global = context.Background()
func use(ctx context.Context) error { return ctx.Err() }
func made() context.Context { return global }
func keep(func()) {}
func ownTimeout(ctx context.Context) {
	func() {
		ctx, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		here(ctx) // chosen: ctx deadline
	}()
}
func readerOfOwn(ctx context.Context) (io.ReadCloser, error) {
	sub, cancel := context.WithCancel(ctx)
	_, _ = use(sub), cancel
	return open(context.TODO()) // root: ctx
}
func readerOfCancelled(ctx context.Context) (io.ReadCloser, error) {
	sub, cancel := context.WithCancel(ctx)
	defer cancel()
	_ = use(sub)
	return open(context.TODO()) // root: ctx
}
func readerOfValue(ctx context.Context) (io.ReadCloser, error) {
	sub := context.WithValue(ctx, key{}, 1)
	_ = use(sub)
	return open(context.TODO()) // root: sub
}
func open(ctx context.Context) (io.ReadCloser, error) { return nil, ctx.Err() }
func ownTimeoutOtherName(ctx context.Context) {
	func() {
		short, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		here(short) // chosen: ctx
	}()
}
func ownTimeoutCalledCtx(parent context.Context) {
	func() {
		ctx, cancel := context.WithTimeout(parent, time.Second)
		defer cancel()
		here(ctx) // chosen: ctx deadline
	}()
}
func ownCancel(ctx context.Context) {
	func() {
		sub, cancel := context.WithCancel(ctx)
		defer cancel()
		_ = use(sub)
		here(sub) // chosen: sub
	}()
}
func ownSignal(ctx context.Context) {
	func() {
		sub, cancel := context.WithCancel(ctx)
		defer cancel()
		go func() { <-sub.Done() }()
		here() // chosen: ctx
	}()
}
func ownSignalOfTheName(ctx context.Context) {
	func() {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		go func() { <-ctx.Done() }()
		here() // chosen: ctx
	}()
}
func ownRoot(ctx context.Context) {
	func() {
		sub := context.Background()
		here(sub) // chosen: ctx
	}()
}
func ownUnknown(ctx context.Context) {
	func() {
		sub := made()
		here(sub) // chosen: ctx though another context, sub, is in scope
	}()
}
func ownDetached(ctx context.Context) {
	func() {
		sub := context.WithoutCancel(ctx)
		here(sub) // chosen: ctx
	}()
}
func ownUnset(ctx context.Context, ok bool) {
	func() {
		var sub context.Context
		if ok {
			sub = ctx
		}
		here(sub) // chosen: ctx
	}()
}
func kept(ctx context.Context) {
	keep(func() {
		sub := context.WithValue(ctx, key{}, 1)
		here(sub) // chosen: the function literal may be kept, a context from outside may be done when it runs
	})
}
func keptByNobody(n int) {
	keep(func() {
		here() // chosen: the function literal may be kept, a context from outside may be done when it runs
	})
}
func keptInside(ctx context.Context) {
	keep(func() {
		keep(func() {
			here() // chosen: the function literal may be kept, a context from outside may be done when it runs
		})
	})
}
func keptDone(ctx context.Context) {
	<-ctx.Done()
	keep(func() {
		here() // chosen: the function literal may be kept, a context from outside may be done when it runs
	})
}
func detached(ctx context.Context) {
	go func() {
		here() // chosen: detached goroutine
	}()
}
func detachedUsing(ctx context.Context) {
	go func() {
		_ = use(ctx)
		here() // chosen: ctx
	}()
}
func detachedBlank(_ context.Context) {
	go func() {
		here() // chosen: detached goroutine
	}()
}
func detachedRequest(w http.ResponseWriter, r *http.Request) {
	go func() {
		println(r.Method)
		here() // chosen: detached goroutine
	}()
}
func detachedUsingRequest(w http.ResponseWriter, r *http.Request) {
	go func() {
		_ = use(r.Context())
		here() // chosen: detached goroutine
	}()
}
func detachedUntilRequestEnds(w http.ResponseWriter, r *http.Request) {
	go func() {
		here() // chosen: r.Context()
		<-r.Context().Done()
	}()
}
func detachedUntilEndOfCallee(w http.ResponseWriter, r *http.Request) {
	go func() {
		here() // chosen: r.Context()
		untilDone(r.Context())
	}()
}
func untilDone(ctx context.Context) { <-ctx.Done() }
func detachedUnderDeadline(parent context.Context) {
	ctx, cancel := context.WithTimeout(parent, 1)
	defer cancel()
	go func() {
		_ = use(ctx)
		here() // chosen: detached goroutine
	}()
}
func detachedInLiteral(w http.ResponseWriter, r *http.Request) {
	func() {
		go func() {
			_ = use(r.Context())
			here() // chosen: detached goroutine
		}()
	}()
}
func detachedUsingTheRequestAlone(w http.ResponseWriter, r *http.Request) {
	go func() {
		keepRequest(r)
		here() // chosen: detached goroutine
	}()
}
func keepRequest(*http.Request) {}
func joined(ctx context.Context) {
	var wg sync.WaitGroup
	wg.Go(func() {
		here() // chosen: ctx
	})
	wg.Wait()
}
func shadowedLater(ctx context.Context) {
	func() {
		here() // chosen: ctx
		ctx := made()
		_ = ctx
	}()
}
func shadowedByInt(ctx context.Context) {
	sub := context.WithValue(ctx, key{}, 1)
	_ = use(sub)
	{
		sub := 1
		here(sub) // chosen: ctx
	}
}
func assignedInLiteral(ctx context.Context) {
	var sub context.Context
	func() {
		sub = context.WithValue(ctx, key{}, 1)
	}()
	here(sub) // chosen: ctx
}
`},
	})
}
