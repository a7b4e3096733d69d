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
