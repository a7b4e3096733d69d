package flow_test

import (
	"cmp"
	"go/ast"
	"strings"
	"testing"

	"github.com/ctxfix/ctxfix/detect/flow"
)

// hears says why the select n need not hear the live context, why it must not
// be made to, or what would be doubtful about that.
func hears(p *flow.Package, n ast.Node) string {
	sel := n.(*ast.SelectStmt)
	wait := p.SelectWait(sel)
	if wait == nil {
		return "nothing to hear"
	}
	ctx, none := p.Live(sel)
	if none != nil {
		return none.Reason
	}
	if !wait.Deaf(true) {
		return "an end"
	}
	wait.Hear(ctx)
	if _, why := wait.RightToWait(); why != "" {
		return "right: " + why
	}
	release := wait.Release()
	if refused := cmp.Or(wait.Refused(), release.Refuse); refused != "" {
		return "refused: " + refused
	}
	out := strings.Repeat("buffer ", len(release.Buffer)) + strings.Repeat("select ", len(release.Sends))
	return cmp.Or(strings.TrimSpace(out+strings.Join(append(wait.Doubts(), release.Doubts...), ", ")), "fine")
}

func TestSelectGivesUp(t *testing.T) {
	ask(t, map[string]question{"hears": hears}, []source{{"what it does then", `
import ("context"; "errors"; "log"; "net/http"; "sync"; "time")
var late = errors.New("late")
type pool struct {
	sync.Mutex
	n, m int
	words map[string]int
	free chan int
}
func (p *pool) forget() {}
func plain(ctx context.Context, p *pool, t *time.Timer) error {
	select { // hears: what p.free carries may have to be delivered
	case <-p.free:
	case <-t.C:
		return late
	}
	return nil
}
func calls(ctx context.Context, p *pool, t *time.Timer) error {
	select { // hears: what p.free carries may have to be delivered, the case that gives up does more than leave: p.forget()
	case <-p.free:
	case <-t.C:
		p.forget()
		return late
	}
	return nil
}
func assigns(ctx context.Context, p *pool, t *time.Timer) error {
	select { // hears: what p.free carries may have to be delivered, the case that gives up does more than leave: p.n
	case <-p.free:
	case <-t.C:
		p.n, p.m = 1, 2
		return late
	}
	return nil
}
func countsDown(ctx context.Context, p *pool, t *time.Timer) error {
	select { // hears: what p.free carries may have to be delivered, the case that gives up does more than leave: p.n
	case <-p.free:
	case <-t.C:
		p.n--
		return late
	}
	return nil
}
func starts(ctx context.Context, p *pool, t *time.Timer) error {
	select { // hears: what p.free carries may have to be delivered, the case that gives up does more than leave: it starts a goroutine
	case <-p.free:
	case <-t.C:
		go p.forget()
		return late
	}
	return nil
}
func under(ctx context.Context, p *pool, t *time.Timer, ok bool) error {
	select { // hears: what p.free carries may have to be delivered, the case that gives up does more than leave: delete(p.words, "a")
	case <-p.free:
	case <-t.C:
		if ok {
			delete(p.words, "a")
		}
		return late
	}
	return nil
}
func locals(ctx context.Context, p *pool, t *time.Timer) error {
	n := 0
	select { // hears: what p.free carries may have to be delivered
	case <-p.free:
	case <-t.C:
		n++
		n = 3
		f := func() { p.n = 1 }
		defer f()
		log.Print(n)
		t.Stop()
		p.Lock()
		p.Unlock()
		return late
	}
	return nil
}
func replies(w http.ResponseWriter, r *http.Request, p *pool, t *time.Ticker) {
	select { // hears: what p.free carries may have to be delivered
	case <-p.free:
	case <-t.C:
		w.WriteHeader(504)
		http.Error(w, "late", 504)
		t.Stop()
		return
	}
}
func breaksOut(ctx context.Context, p *pool, t *time.Timer) error {
wait:
	for {
		select { // hears: what p.free carries may have to be delivered, the case that gives up does more than leave: p.forget()
		case <-p.free:
		case <-t.C:
			p.forget()
			break wait
		}
	}
	return nil
}
func breaksTheSelect(ctx context.Context, p *pool, t *time.Timer) error {
	select { // hears: what p.free carries may have to be delivered
	case <-p.free:
	case <-t.C:
		p.forget()
		break
	}
	return nil
}
func failsOtherwise(ctx context.Context, p *pool, gone <-chan int) error {
	select { // hears: what p.free carries may have to be delivered, the case that gives up does more than leave: p.forget()
	case <-p.free:
	case <-gone:
		p.forget()
		return late
	}
	return nil
}
func failsWithAValue(ctx context.Context, p *pool, gone <-chan int) error {
	select { // hears: what p.free carries may have to be delivered
	case <-p.free:
	case n := <-gone:
		p.forget()
		log.Print(n)
		return late
	}
	return nil
}
func failsWithTheError(ctx context.Context, p *pool, errs <-chan error) error {
	select { // hears: what p.free carries may have to be delivered, the case that gives up does more than leave: p.forget()
	case <-p.free:
	case err := <-errs:
		p.forget()
		return err
	}
	return nil
}
func succeeds(ctx context.Context, p *pool, gone <-chan int) error {
	select { // hears: what p.free carries may have to be delivered
	case <-p.free:
	case <-gone:
		p.forget()
		return nil
	}
	return nil
}
func hasNoResult(ctx context.Context, p *pool, gone <-chan int) {
	select { // hears: what p.free carries may have to be delivered
	case <-p.free:
	case <-gone:
		p.forget()
		return
	}
}
func sendsInstead(ctx context.Context, p *pool, t *time.Timer, sink chan<- int) error {
	select { // hears: what is sent on sink may have to be delivered
	case sink <- 1:
		p.forget()
		return late
	case <-t.C:
	}
	return nil
}
`}})
}

func TestSelectFeeders(t *testing.T) {
	ask(t, map[string]question{"hears": hears, "released": released}, []source{{"what they would go on to write", `
import ("bytes"; "context"; "errors"; "io"; "time")
var late = errors.New("late")
var count int
type buffer struct{ n int }
func (b *buffer) fill() int { b.n++; return 0 }
func (b buffer) size() int { return b.n }
func fill([]byte) int { return 0 }
func look(any) int { return 0 }
func counts(ctx context.Context) error {
	out := make(chan int, 1)
	n := 0
	go func() {
		n++
		out <- 1
	}()
	select { // hears: the goroutine it waits for may write n, which it would go on to do
	case <-out:
		here(n)
	}
	return nil
}
func pointsTo(ctx context.Context) error {
	out := make(chan int, 1)
	n := 0
	go func() {
		p := &n
		*p = 1
		out <- 1
	}()
	select { // hears: the goroutine it waits for may write n, which it would go on to do
	case <-out:
		here(n)
	}
	return nil
}
func negates(ctx context.Context, n int) error {
	out := make(chan int, 1)
	go func() { out <- -n }()
	select { // hears: fine
	case <-out:
	}
	return nil
}
func slices(ctx context.Context, b []byte) error {
	out := make(chan int, 1)
	go func() { out <- fill(b) }()
	select { // hears: the goroutine it waits for may write b, which it would go on to do
	case <-out:
	}
	return nil
}
func lengths(ctx context.Context, b []byte) error {
	out := make(chan int, 1)
	go func() { out <- len(b) + cap(b) }()
	select { // hears: fine
	case <-out:
	}
	return nil
}
func maps(ctx context.Context, m map[int]int) error {
	out := make(chan int, 1)
	go func() { out <- look(m) }()
	select { // hears: the goroutine it waits for may write m, which it would go on to do
	case <-out:
	}
	return nil
}
func anything(ctx context.Context, v any) error {
	out := make(chan int, 1)
	go func() { out <- look(v) }()
	select { // hears: the goroutine it waits for may write v, which it would go on to do
	case <-out:
	}
	return nil
}
func writer(ctx context.Context, w io.Writer) error {
	out := make(chan int, 1)
	go func() { out <- look(w) }()
	select { // hears: the goroutine it waits for may write w, which it would go on to do
	case <-out:
	}
	return nil
}
func reader(ctx context.Context, r io.Reader) error {
	out := make(chan int, 1)
	go func() { out <- look(r) }()
	select { // hears: fine
	case <-out:
	}
	return nil
}
func pointer(ctx context.Context, n *int) error {
	out := make(chan int, 1)
	go func() { out <- look(n) }()
	select { // hears: the goroutine it waits for may write n, which it would go on to do
	case <-out:
	}
	return nil
}
func structPointer(ctx context.Context, b *buffer) error {
	out := make(chan int, 1)
	go func() { out <- look(b) }()
	select { // hears: the goroutine it waits for may write b, which it would go on to do
	case <-out:
	}
	return nil
}
func structSharedAlready(ctx context.Context, b *buffer, t *time.Timer) error {
	out := make(chan int, 1)
	go func() { out <- look(b) }()
	select { // hears: fine
	case <-out:
	case <-t.C:
		return late
	}
	return nil
}
func intSharedAlready(ctx context.Context, n *int, t *time.Timer) error {
	out := make(chan int, 1)
	go func() { out <- look(n) }()
	select { // hears: the goroutine it waits for may write n, which it would go on to do
	case <-out:
	case <-t.C:
		return late
	}
	return nil
}
func timerThatGoesOn(ctx context.Context, b *buffer, t *time.Timer) error {
	out := make(chan int, 1)
	go func() { out <- look(b) }()
	select { // hears: the goroutine it waits for may write b, which it would go on to do
	case <-out:
	case <-t.C:
		here()
	}
	return nil
}
func ofItsOwn(ctx context.Context) error {
	out := make(chan int, 1)
	b := make([]byte, 8)
	go func() { out <- fill(b) }()
	select { // hears: fine
	case <-out:
	}
	return nil
}
func inside(ctx context.Context) error {
	out := make(chan int, 1)
	go func() {
		n := 0
		n++
		out <- n
	}()
	select { // hears: fine
	case <-out:
	}
	return nil
}
func byMethod(ctx context.Context, b *buffer) error {
	out := make(chan int, 1)
	go func() { out <- b.fill() }()
	select { // hears: the goroutine it waits for may write b, which it would go on to do
	case <-out:
	}
	return nil
}
func (b *buffer) ofReceiver(ctx context.Context) error {
	out := make(chan int, 1)
	go func() { out <- b.fill() }()
	select { // hears: the goroutine it waits for may write b, which it would go on to do
	case <-out:
	}
	return nil
}
func byMethodOfValue(ctx context.Context, b *buffer) error {
	out := make(chan int, 1)
	go func() { out <- b.size() }()
	select { // hears: fine
	case <-out:
	}
	return nil
}
func byMethodOfLocal(ctx context.Context) error {
	out := make(chan int, 1)
	var b buffer
	go func() { out <- b.fill() }()
	select { // hears: fine
	case <-out:
	}
	return nil
}
func byFieldOfPackage(ctx context.Context) error {
	out := make(chan int, 1)
	go func() { out <- bytes.MinRead }()
	select { // hears: fine
	case <-out:
	}
	return nil
}
func byFuncField(ctx context.Context, b *struct{ run func() int }) error {
	out := make(chan int, 1)
	go func() { out <- b.run() }()
	select { // hears: fine
	case <-out:
	}
	return nil
}
`}, {"what would be lost", `
import ("context"; "net"; "net/http"; "os")
type guard struct{ mu *held }
type held struct{ release func() }
type plain struct{ name string; done func(int) }
type list []*os.File
type names map[string]string
type deep struct{ a struct{ b struct{ c struct{ close func() } } } }
func open() net.Conn { return nil }
func conns(ctx context.Context) error {
	out := make(chan net.Conn)
	go func() { out <- open() }()
	select { // hears: select out carries a net.Conn, which nobody would close
	case <-out:
	}
	return nil
}
func roomForConns(ctx context.Context) error {
	out := make(chan net.Conn, 1)
	go func() { out <- open() }()
	select { // hears: fine
	case <-out:
	}
	return nil
}
func responses(ctx context.Context) error {
	out := make(chan *http.Response)
	go func() { out <- nil }()
	select { // hears: select out carries a *net/http.Response, which nobody would close
	case <-out:
	}
	return nil
}
func responseValues(ctx context.Context) error {
	out := make(chan http.Response)
	go func() { out <- http.Response{} }()
	select { // hears: select out carries a net/http.Response, which nobody would close
	case <-out:
	}
	return nil
}
func requests(ctx context.Context) error {
	out := make(chan *http.Request)
	go func() { out <- nil }()
	select { // hears: buffer
	case <-out:
	}
	return nil
}
func cancels(ctx context.Context) error {
	out := make(chan context.CancelFunc)
	go func() { out <- nil }()
	<-out // released: select out carries a context.CancelFunc, which nobody would close
	return nil
}
func causes(ctx context.Context) error {
	out := make(chan context.CancelCauseFunc)
	go func() { out <- nil }()
	<-out // released: select out carries a context.CancelCauseFunc, which nobody would close
	return nil
}
func within(ctx context.Context) error {
	out := make(chan guard)
	go func() { out <- guard{} }()
	select { // hears: select out carries a func(), which nobody would close
	case <-out:
	}
	return nil
}
func files(ctx context.Context) error {
	out := make(chan list)
	go func() { out <- nil }()
	select { // hears: select out carries a *os.File, which nobody would close
	case <-out:
	}
	return nil
}
func arrays(ctx context.Context) error {
	out := make(chan [2]held)
	go func() { out <- [2]held{} }()
	select { // hears: select out carries a func(), which nobody would close
	case <-out:
	}
	return nil
}
func mapped(ctx context.Context) error {
	out := make(chan map[string]held)
	go func() { out <- nil }()
	select { // hears: select out carries a func(), which nobody would close
	case <-out:
	}
	return nil
}
func nothing(ctx context.Context) error {
	out := make(chan plain)
	go func() { out <- plain{} }()
	select { // hears: buffer
	case <-out:
	}
	return nil
}
func texts(ctx context.Context) error {
	out := make(chan names)
	go func() { out <- nil }()
	select { // hears: buffer
	case <-out:
	}
	return nil
}
func tooDeep(ctx context.Context) error {
	out := make(chan deep)
	go func() { out <- deep{} }()
	select { // hears: buffer
	case <-out:
	}
	return nil
}
`}})
}

func TestSelectRightToWait(t *testing.T) {
	ask(t, map[string]question{"hears": hears}, []source{{"who sees to it", `
import ("context"; "io"; "net"; "os"; "time")
type conn struct{ net.Conn }
func (c *conn) watch(context.Context) {}
func (c *conn) Err() error { return nil }
func watchdog(context.Context) bool { return true }
func feed(ctx context.Context, out chan int) {}
func source(ctx context.Context) <-chan int { return nil }
func other() <-chan int { return nil }
func rootOnly() {
	func(ctx context.Context) {
		in := make(chan int)
		select { // hears: right: the context may be one that is never done
		case <-in:
		}
	}(context.Background())
}
func sourced(ctx context.Context) int {
	in := source(ctx)
	select { // hears: right: what it waits for is fed under the same context, and ends with it
	case n := <-in:
		return n
	}
}
func sourcedElsewhere(ctx context.Context, more bool) int {
	in := source(ctx)
	if more {
		in = other()
	}
	select { // hears: who sends on in is not known
	case n := <-in:
		return n
	}
}
func fed(ctx context.Context) int {
	in := make(chan int)
	go feed(ctx, in)
	select { // hears: right: what it waits for is fed under the same context, and ends with it
	case n := <-in:
		return n
	}
}
func fedByOther(ctx context.Context) int {
	in := make(chan int)
	go feed(context.Background(), in)
	select { // hears: refused: in is passed to feed and has no room: who sends on it would be left waiting
	case n := <-in:
		return n
	}
}
func fedAndTimed(ctx context.Context, t *time.Timer) int {
	in := make(chan int)
	go feed(ctx, in)
	select { // hears: right: what it waits for is fed under the same context, and ends with it
	case n := <-in:
		return n
	case <-t.C:
		return 0
	}
}
func fedAndSends(ctx context.Context, out chan int) int {
	in := make(chan int)
	go feed(ctx, in)
	select { // hears: what is sent on out may have to be delivered, in is passed to feed: who sends on it may be left waiting
	case n := <-in:
		return n
	case out <- 1:
		return 0
	}
}
func timedOnly(ctx context.Context, t *time.Timer) error {
	select { // hears: fine
	case <-t.C:
	}
	return nil
}
func copies(ctx context.Context, w io.Writer, r io.Reader) error {
	ended := make(chan error, 1)
	go func() {
		_, err := io.Copy(w, r)
		ended <- err
	}()
	select { // hears: right: it waits for a copy between streams, which ends when they are closed
	case err := <-ended:
		return err
	}
}
func watched(ctx context.Context, c *conn, in chan int) error {
	go func() {
		<-ctx.Done()
		c.Close()
	}()
	select { // hears: right: another goroutine here acts when the context is done
	case <-in:
	}
	return nil
}
func watchedInCase(ctx context.Context, c *conn, in chan int, over chan int) error {
	go func() {
		select {
		case <-ctx.Done():
			c.Close()
		case <-over:
		}
	}()
	select { // hears: right: another goroutine here acts when the context is done
	case <-in:
	}
	return nil
}
func watchedBehindCase(ctx context.Context, c *conn, in chan int, over chan int) error {
	go func() {
		select {
		case <-ctx.Done():
		case <-over:
		}
		c.Close()
	}()
	select { // hears: right: another goroutine here acts when the context is done
	case <-in:
	}
	return nil
}
func onlyAsksWhy(ctx context.Context, c *conn, in chan int, over chan int) error {
	go func() {
		select {
		case <-ctx.Done():
			here(c.Err())
			return
		case <-over:
		}
	}()
	select { // hears: what in carries may have to be delivered
	case <-in:
	}
	return nil
}
func onlyReturns(ctx context.Context, c *conn, in chan int, over chan int) error {
	go func() {
		select {
		case <-ctx.Done():
			return
		case <-over:
		}
	}()
	select { // hears: what in carries may have to be delivered
	case <-in:
	}
	return nil
}
func labeledWatch(ctx context.Context, c *conn, in chan int, over chan int) error {
	go func() {
	wait:
		select {
		case <-ctx.Done():
			break wait
		case <-over:
		}
		c.Close()
	}()
	select { // hears: right: another goroutine here acts when the context is done
	case <-in:
	}
	return nil
}
func afterFunc(ctx context.Context, c *conn, in chan int) error {
	context.AfterFunc(ctx, func() { c.Close() })
	select { // hears: right: another goroutine here acts when the context is done
	case <-in:
	}
	return nil
}
func watcher(ctx context.Context, c *conn, in chan int) error {
	c.watch(ctx)
	select { // hears: right: another goroutine here acts when the context is done
	case <-in:
	}
	return nil
}
func watcherAsked(ctx context.Context, c *conn, in chan int) error {
	here(watchdog(ctx))
	select { // hears: what in carries may have to be delivered
	case <-in:
	}
	return nil
}
func polled(ctx context.Context, in chan int, t *time.Ticker) error {
	for ctx.Err() == nil {
		select { // hears: right: the loop looks at the context between waits that a timer bounds
		case <-in:
		case <-t.C:
		}
	}
	return nil
}
func polledInLiteral(ctx context.Context, in chan int, t *time.Ticker) error {
	for {
		here(func() error { return ctx.Err() })
		select { // hears: what in carries may have to be delivered
		case <-in:
		case <-t.C:
		}
	}
}
func polledWithoutTimer(ctx context.Context, in chan int) error {
	for ctx.Err() == nil {
		select { // hears: what in carries may have to be delivered
		case <-in:
		}
	}
	return nil
}
func polledWhileSending(ctx context.Context, in chan time.Time) error {
	for ctx.Err() == nil {
		select { // hears: what is sent on in may have to be delivered
		case in <- time.Now():
		}
	}
	return nil
}
func maybeDone(ctx context.Context, in chan int, over chan int) error {
	select {
	case <-ctx.Done():
		here()
	case <-over:
	}
	select { // hears: right: on a way to it the context is done already
	case <-in:
	}
	return nil
}
func neverDoneHere(ctx context.Context, in chan int, over chan int) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-over:
	}
	select { // hears: what in carries may have to be delivered
	case <-in:
	}
	return nil
}
func doneInLiteral(ctx context.Context, in chan int, over chan int) error {
	here(func() {
		select {
		case <-ctx.Done():
		case <-over:
		}
	})
	select { // hears: what in carries may have to be delivered
	case <-in:
	}
	return nil
}
func emptySelect(ctx context.Context) {
	select {} // hears: nothing to hear
}
func tries(ctx context.Context, in chan int) {
	select { // hears: nothing to hear
	case <-in:
	default:
	}
}
func ends(ctx context.Context, quit chan int) {
	select { // hears: an end
	case <-quit:
	}
}
func signals(ctx context.Context, sig chan os.Signal) {
	select { // hears: an end
	case <-sig:
	}
}
`}})
}

func TestSelectSenders(t *testing.T) {
	ask(t, map[string]question{"hears": hears, "released": released}, []source{{"who would be left waiting", `
import ("context"; "sync"; "time")
type queue struct {
	in chan int
	Wake chan struct{}
	wake chan struct{}
	data chan int
	slots chan struct{}
}
var wakeAll = make(chan struct{})
func newQueue(n int) *queue {
	return &queue{in: make(chan int), Wake: make(chan struct{}), wake: make(chan struct{}), data: make(chan int, 1), slots: make(chan struct{}, n)}
}
func (q *queue) rouse() { q.wake <- struct{}{} }
func (q *queue) put(v int) {
	select {
	case q.data <- v:
	default:
	}
}
func rouseAll() { wakeAll <- struct{}{} }
func work() int { return 0 }
func use(chan int) {}
func unknown() chan int { return nil }
func (q *queue) roused(ctx context.Context) error {
	select { // hears: refused: a sender on q.wake would be left waiting
	case <-q.wake:
	}
	return nil
}
func rousedAll(ctx context.Context) error {
	select { // hears: refused: a sender on wakeAll would be left waiting
	case <-wakeAll:
	}
	return nil
}
func (q *queue) rousedByOthers(ctx context.Context) error {
	select { // hears: who sends on q.Wake is not known
	case <-q.Wake:
	}
	return nil
}
func (q *queue) taken(ctx context.Context) error {
	select { // hears: what q.data carries may have to be delivered
	case <-q.data:
	}
	return nil
}
func (q *queue) acquires(ctx context.Context) error {
	select { // hears: what is sent on q.slots may have to be delivered
	case q.slots <- struct{}{}:
	}
	return nil
}
func collects(ctx context.Context, t *time.Timer) []int {
	var out []int
	in := make(chan int)
	go func() { for { in <- work() } }()
	for {
		select { // hears: select
		case n := <-in:
			out = append(out, n)
		case <-t.C:
			return out
		}
	}
}
func collectsThenFails(ctx context.Context, t *time.Timer) ([]int, error) {
	var out []int
	in := make(chan int)
	go func() { for { in <- work() } }()
	for {
		select { // hears: select
		case n := <-in:
			out = append(out, n)
		case <-t.C:
			return out, context.DeadlineExceeded
		}
	}
}
func collectsAll(ctx context.Context, t *time.Timer, in chan int) error {
	for {
		select { // hears: what in carries may have to be delivered
		case <-in:
		case <-t.C:
			return nil
		}
	}
}
func collectsAndBreaks(ctx context.Context, t *time.Timer, in chan int) error {
	n := 0
loop:
	for {
		select { // hears: refused: the loop ends by its own timeout and keeps what came until then
		case n = <-in:
		case <-t.C:
			break loop
		}
	}
	here(n)
	return nil
}
func collectsAndGoesOn(ctx context.Context, t *time.Timer, in chan int) error {
	n := 0
loop:
	for {
		select { // hears: what in carries may have to be delivered
		case n = <-in:
			here(n)
		case <-t.C:
			continue loop
		}
	}
}
func takesOnce(ctx context.Context, t *time.Timer, in chan int) error {
	select { // hears: what in carries may have to be delivered
	case n := <-in:
		here(n)
	case <-t.C:
		return nil
	}
	return nil
}
func sendsToOwn(ctx context.Context) error {
	out := make(chan int)
	go func() { here(<-out) }()
	select { // hears: refused: out is received from without a look at the context: one value is owed
	case out <- 1:
	}
	return nil
}
func sendsToLoop(ctx context.Context) error {
	out := make(chan int)
	go func() {
		for v := range out {
			here(v)
		}
	}()
	select { // hears: fine
	case out <- 1:
	}
	return nil
}
func sendsToListener(ctx context.Context) error {
	out := make(chan int)
	go func() {
		select {
		case <-out:
		case <-ctx.Done():
		}
	}()
	select { // hears: fine
	case out <- 1:
	}
	return nil
}
func one(ctx context.Context) error {
	in := make(chan int)
	go func() { in <- work() }()
	select { // hears: buffer
	case <-in:
	}
	return nil
}
func oneOfTwo(ctx context.Context, more bool) error {
	in := make(chan int)
	go func() {
		if more {
			in <- 1
			return
		}
		in <- 2
	}()
	select { // hears: buffer
	case <-in:
	}
	return nil
}
func oneAfterOther(ctx context.Context) error {
	in := make(chan int, 1)
	go func() {
		in <- 1
		in <- 2
	}()
	select { // hears: select select the sender on in would skip what follows its send
	case <-in:
	}
	return nil
}
func eitherWithRoom(ctx context.Context, more bool) error {
	in := make(chan int, 1)
	go func() {
		if more {
			in <- 1
			return
		}
		in <- 2
	}()
	select { // hears: fine
	case <-in:
	}
	return nil
}
func twoWithRoomForOne(ctx context.Context) error {
	in := make(chan int, 1)
	go func() { in <- 1 }()
	go func() { in <- 2 }()
	select { // hears: select select
	case <-in:
	}
	return nil
}
func twoWithRoom(ctx context.Context) error {
	in := make(chan int, 2)
	go func() { in <- 1 }()
	go func() { in <- 2 }()
	select { // hears: fine
	case <-in:
	}
	return nil
}
func roomByLength(ctx context.Context, list []int) error {
	in := make(chan int, len(list))
	for range list {
		go func() { in <- 1 }()
	}
	for range list {
		select { // hears: fine
		case <-in:
		}
	}
	return nil
}
func roomOrNone(ctx context.Context, list []int) error {
	in := make(chan int, len(list))
	if len(list) > 10 {
		in = make(chan int)
	}
	for range list {
		go func() { in <- 1 }()
	}
	select { // hears: select
	case <-in:
	}
	return nil
}
func measured(ctx context.Context) error {
	in := make(chan int)
	go func() { in <- work() }()
	select { // hears: select
	case <-in:
	}
	here(len(in))
	return nil
}
func madeTwice(ctx context.Context, again bool) error {
	in := make(chan int)
	if again {
		in = make(chan int)
	}
	go func() { in <- work() }()
	select { // hears: select
	case <-in:
	}
	return nil
}
func inLoop(ctx context.Context, list []int) error {
	in := make(chan int)
	for range list {
		go func() { in <- work() }()
	}
	select { // hears: select
	case <-in:
	}
	return nil
}
func madeInLoop(ctx context.Context, list []int) error {
	for range list {
		in := make(chan int)
		go func() { in <- work() }()
		select { // hears: buffer
		case <-in:
		}
	}
	return nil
}
func goesOn(ctx context.Context) error {
	in := make(chan int)
	go func() {
		in <- work()
		here()
	}()
	select { // hears: select the sender on in would skip what follows its send
	case <-in:
	}
	return nil
}
func loops(ctx context.Context) error {
	in := make(chan int)
	go func() {
		for {
			in <- work()
		}
	}()
	select { // hears: select
	case <-in:
	}
	return nil
}
func withGroup(ctx context.Context, wg *sync.WaitGroup) error {
	in := make(chan int)
	go func() {
		in <- work()
		wg.Done()
	}()
	select { // hears: select the goroutine it waits for may write wg, which it would go on to do, the sender on in cannot just leave: wg.Done() becomes a defer, which runs on every return
	case <-in:
	}
	return nil
}
func twoWithGroup(ctx context.Context, wg *sync.WaitGroup, more bool) error {
	in := make(chan int)
	go func() {
		if more {
			in <- work()
		}
		in <- work()
		wg.Done()
	}()
	select { // hears: select select the goroutine it waits for may write wg, which it would go on to do, the sender on in cannot just leave: wg.Done() becomes a defer, which runs on every return
	case <-in:
	}
	return nil
}
func underLock(ctx context.Context, mu *sync.Mutex) error {
	in := make(chan int)
	go func() {
		mu.Lock()
		in <- work()
		mu.Unlock()
		here()
	}()
	select { // hears: refused: a sender on in would be left waiting: an early return would skip mu.Unlock(): the lock would stay held
	case <-in:
	}
	return nil
}
func owing(ctx context.Context, other chan int) error {
	in := make(chan int)
	go func() {
		in <- work()
		other <- 1
	}()
	select { // hears: select the sender on in cannot just leave: an early return would skip send on other
	case <-in:
	}
	return nil
}
func inDeafGoroutine(ctx context.Context) error {
	in := make(chan int)
	go func(ctx context.Context) {
		in <- work()
		here()
	}(context.Background())
	select { // hears: refused: a sender on in would be left waiting: it does not see the context
	case <-in:
	}
	return nil
}
func inDeclared(ctx context.Context) error {
	in := make(chan int)
	go use(in)
	go send(in)
	select { // hears: refused: in is passed to use and has no room: who sends on it would be left waiting
	case <-in:
	}
	return nil
}
func send(out chan int) { out <- 1 }
func inOtherSelect(ctx context.Context, other chan int) error {
	in := make(chan int)
	go func() {
		select {
		case in <- 1:
		case other <- 1:
		}
	}()
	select { // hears: fine
	case <-in:
	}
	return nil
}
func closedHere(ctx context.Context) error {
	in := make(chan int)
	go func() { close(in) }()
	select { // hears: fine
	case <-in:
	}
	return nil
}
func receivedTwice(ctx context.Context) error {
	in := make(chan int)
	go func() {
		in <- work()
		in <- work()
	}()
	select { // hears: refused: a sender on in would be left waiting: another receive waits for it
	case <-in:
	}
	<-in
	return nil
}
func feedsAnother(ctx context.Context) error {
	raw, in := make(chan int), make(chan int)
	go func() {
		for {
			raw <- work()
		}
	}()
	go func() {
		for v := range raw {
			in <- v
		}
	}()
	select { // hears: refused: a sender on raw would be left waiting: who receives from it would leave
	case <-in:
	}
	return nil
}
func launchedAfter(ctx context.Context, in2 chan int) error {
	in := make(chan int)
	select { // hears: what in2 carries may have to be delivered
	case <-in:
	case <-in2:
	}
	go func() { in <- work() }()
	return nil
}
func passedOn(ctx context.Context) error {
	in := make(chan int)
	keep(in)
	select { // hears: refused: in is passed to keep and has no room: who sends on it would be left waiting
	case <-in:
	}
	return nil
}
func passedOnWithRoom(ctx context.Context) error {
	in := make(chan int, 1)
	keep(in)
	select { // hears: fine
	case <-in:
	}
	return nil
}
func passedOnWithRoomAndLoop(ctx context.Context) error {
	in := make(chan int, 1)
	keep(in)
	for {
		select { // hears: in is passed to keep: who sends on it may be left waiting
		case <-in:
		}
	}
}
func turnPassedOn(ctx context.Context) error {
	in := make(chan struct{}, 1)
	turns = append(turns, in)
	select { // hears: refused: in is passed to append: a turn that is handed over on it would be lost
	case <-in:
	}
	return nil
}
var turns []chan struct{}
var kept []chan int
func keep(ch chan int) { kept = append(kept, ch) }
func nobody(ctx context.Context) error {
	in := make(chan int)
	select { // hears: fine
	case <-in:
	}
	return nil
}
func fromCall(ctx context.Context) error {
	in := unknown()
	select { // hears: who sends on in is not known
	case <-in:
	}
	return nil
}
func bareSend(ctx context.Context, out chan int) {
	out <- 1 // released: nothing
}
`}})
}
