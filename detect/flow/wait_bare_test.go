package flow_test

import (
	"cmp"
	"go/ast"
	"strings"
	"testing"

	"github.com/ctxfix/ctxfix/detect/flow"
)

// slots lists all that holds of the send or receive as one of a semaphore, or
// as one that need not wait.
func slots(p *flow.Package, n ast.Node) string {
	w := bareWait(p, n)
	if w == nil {
		return "an end"
	}
	sends := w.Cases[0].Sends
	var words []string
	for _, is := range []struct {
		word  string
		holds bool
	}{
		{"acquires", w.Acquires()}, {"gives back", w.GivesBack()}, {"refills", w.Refills()}, {"one result", w.OneResult()},
		{"room", sends && w.HasRoom() != ""}, {"drained", sends && w.Drained() != ""},
	} {
		if is.holds {
			words = append(words, is.word)
		}
	}
	return cmp.Or(strings.Join(words, ", "), "nothing")
}

// room says why the send need not wait for room.
func room(p *flow.Package, n ast.Node) string { return cmp.Or(bareWait(p, n).HasRoom(), "none") }

// starves says who would be left sending.
func starves(p *flow.Package, n ast.Node) string {
	return cmp.Or(bareWait(p, n).Starved(), "nobody")
}

// untold says who would not learn that the wait was given up.
func untold(p *flow.Package, n ast.Node) string {
	w := bareWait(p, n)
	return cmp.Or(w.Untold(), w.JoinDoubt(), w.ReleasedAnyway(), "fine")
}

func TestSlots(t *testing.T) {
	ask(t, map[string]question{"slots": slots, "room": room, "receivers": receivers}, []source{{"taken and given back", `
import "context"
type pool struct{ free chan struct{}; ids chan int; held chan struct{} }
func takesAndGives(ctx context.Context) {
	sem := make(chan struct{}, 4)
	sem <- struct{}{} // slots: acquires, room; receivers: fine
	<-sem // slots: gives back, one result
}
func takesByReceive(ctx context.Context) {
	sem := make(chan struct{}, 1)
	<-sem // slots: nothing
	<-sem // slots: one result
}
func withoutRoom(ctx context.Context) {
	sem := make(chan struct{})
	sem <- struct{}{} // slots: nothing
	go func() { <-sem }()
}
func ofValues(ctx context.Context, n int) {
	sem := make(chan int, 4)
	sem <- n // slots: room
	<-sem // slots: one result
}
func ofConstants(ctx context.Context) {
	sem := make(chan int, 4)
	sem <- 1 // slots: acquires, room
	<-sem // slots: gives back, one result
}
func ofConstantsAndValues(ctx context.Context, n int) {
	sem := make(chan int, 4)
	sem <- 1 // slots: room
	<-sem
	sem <- n // slots: gives back, room
	<-sem
}
func neverSent(ctx context.Context, sem chan int) {
	<-sem // slots: nothing
	<-sem // slots: one result
}
func closed(ctx context.Context) {
	sem := make(chan struct{}, 4)
	sem <- struct{}{} // slots: room
	<-sem
	close(sem)
}
func kept(ctx context.Context) {
	sem := make(chan struct{}, 4)
	sem <- struct{}{} // slots: room
	x := <-sem // slots: nothing
	here(x)
}
func keptByOne(ctx context.Context) {
	sem := make(chan struct{}, 4)
	sem <- struct{}{} // slots: room
	go func() { here(<-sem) }()
	<-sem // slots: gives back, one result
}
func ranged(ctx context.Context) {
	sem := make(chan struct{}, 4)
	sem <- struct{}{} // slots: room
	go func() { for range sem {} }()
	<-sem // slots: gives back, one result
}
func givenBefore(ctx context.Context) {
	sem := make(chan struct{}, 4)
	<-sem // slots: nothing
	sem <- struct{}{} // slots: gives back, one result, room
}
func (p *pool) takes(ctx context.Context) {
	p.free <- struct{}{} // slots: one result
}
func (p *pool) other(ctx context.Context) {
	<-p.free // slots: one result
}
func (p *pool) take(ctx context.Context) {
	p.held <- struct{}{} // slots: acquires, one result
}
func (p *pool) release(ctx context.Context) {
	<-p.held // slots: gives back, one result
}
func (p *pool) put(ctx context.Context, id int) {
	p.ids <- id // slots: one result
}
func (p *pool) get(ctx context.Context) int {
	return <-p.ids // slots: nothing
}
func refill(ctx context.Context) {
	sem := make(chan struct{}, 4)
	for range 8 {
		sem <- struct{}{} // slots: acquires; receivers: fine
		go func() {
			<-sem // slots: gives back, one result
		}()
	}
	for range cap(sem) {
		sem <- struct{}{} // slots: refills; receivers: sem is received from without a look at the context: one value is owed
	}
}
func refillByReceive(ctx context.Context) {
	sem := make(chan struct{}, 4)
	go func() { <-sem }()
	<-sem // slots: one result
}
func refillWithoutRoom(ctx context.Context) {
	sem := make(chan struct{})
	go func() { <-sem }()
	sem <- struct{}{} // slots: one result
}
func refillOfValues(ctx context.Context, n int) {
	sem := make(chan int, 4)
	go func() { <-sem }()
	sem <- n // slots: one result
}
func refillOfConstants(ctx context.Context) {
	sem := make(chan int, 4)
	go func() { <-sem }()
	sem <- 1 // slots: refills, one result
}
func launchedAfter(ctx context.Context, sem chan struct{}) {
	sem <- struct{}{} // slots: nothing
	go func() { here(<-sem) }()
}
func launchedBeforeAndKept(ctx context.Context, sem chan struct{}) {
	go func() { here(<-sem) }()
	sem <- struct{}{} // slots: one result
}
func launchedInTheOther(ctx context.Context, sem chan struct{}, ok bool) {
	if ok {
		go func() { <-sem }()
		return
	}
	sem <- struct{}{} // slots: one result
}
func twoSlots(ctx context.Context) {
	sem := make(chan struct{}, 4)
	sem <- struct{}{} // receivers: fine
	sem <- struct{}{} // receivers: an early return would skip release of sem, release of sem
	<-sem
	<-sem
}
func slotAndOther(ctx context.Context, other chan struct{}) {
	sem := make(chan struct{}, 4)
	sem <- struct{}{} // receivers: fine
	here(1)
	<-sem
	<-other
}
func slotBesideSend(ctx context.Context, other chan int) {
	sem := make(chan struct{}, 4)
	sem <- struct{}{} // receivers: an early return would skip send on other
	other <- 1
	<-sem
}
func oneAfterOther(ctx context.Context, out chan int) {
	out <- 1 // receivers: fine
	out <- 2
}
func receiveThenSend(ctx context.Context, in chan int) {
	<-in // receivers: an early return would skip send on in
	in <- 1
}
func receiveThenSendWithRoom(ctx context.Context) {
	in := make(chan int, 1)
	<-in // receivers: fine
	in <- 1
}
func receiveThenSendWithoutRoom(ctx context.Context) {
	in := make(chan int)
	<-in // receivers: an early return would skip send on in
	in <- 1
}
var locks = make(chan struct{}, 1)
var lock = make(chan struct{})
var first = <-lock
func afterFirst(ctx context.Context) {
	lock <- struct{}{} // slots: one result
}
var late = make(chan struct{}, 1)
var early = <-late
func guardsValue(ctx context.Context) {
	late <- struct{}{} // slots: one result
}
func valuesBack(ctx context.Context) {
	in := make(chan int)
	v := <-in
	in <- v + 1 // slots: nothing
	here()
}
func eventsBack(ctx context.Context) {
	in := make(chan struct{})
	<-in
	in <- struct{}{} // slots: nothing
	here()
}
func oneEachTurn(ctx context.Context, more func() bool) {
	sem := make(chan struct{}, 4)
	for more() {
		sem <- struct{}{} // receivers: fine
		here(ctx)
		<-sem
	}
}
func oneEachTurnAndBehind(ctx context.Context, more func() bool) {
	sem := make(chan struct{}, 4)
	for more() {
		sem <- struct{}{} // receivers: fine
		here(ctx)
		<-sem
	}
	sem <- struct{}{}
	<-sem
}
func twoKinds(ctx context.Context) {
	files, procs := make(chan struct{}, 4), make(chan struct{}, 4)
	files <- struct{}{}
	procs <- struct{}{} // receivers: an early return would skip release of files
	<-procs
	<-files
}
func valuesEachTurn(ctx context.Context, more func() bool) {
	in := make(chan int, 4)
	for more() {
		in <- len("a") + cap(in) // receivers: an early return would skip release of in
		here(ctx, <-in)
	}
}
func inLiteral(ctx context.Context, sem chan struct{}) {
	<-sem
	func() {
		sem <- struct{}{} // slots: gives back, one result
	}()
}
`}, {"room", `
import "context"
func exact(ctx context.Context) {
	out := make(chan int, 1)
	out <- 1 // room: out is filled before anybody else has it
}
func given(ctx context.Context, out chan int) {
	out <- 1 // room: none
}
func exactInLoop(ctx context.Context) {
	out := make(chan int, 1)
	go func() {
		for {
			out <- 1 // room: none
		}
	}()
	here(<-out)
}
func oneOfOne(ctx context.Context) {
	out := make(chan int, 1)
	go func() {
		out <- 1 // room: out has room for all that is sent on it
	}()
	here(<-out)
}
func sized(ctx context.Context, n int) {
	out := make(chan int, n)
	go func() {
		for range n {
			out <- 1 // room: out is made with room for what is to come
		}
	}()
	here(<-out)
}
func sizedSlots(ctx context.Context, n int) {
	out := make(chan struct{}, n)
	for range 8 {
		out <- struct{}{} // room: none
		go func() { <-out }()
	}
}
func sizedAndGiven(ctx context.Context, n int, give func(chan int)) {
	out := make(chan int, n)
	give(out)
	out <- 1 // room: none
}
func sizedOrConstant(ctx context.Context, n int, ok bool) {
	out := make(chan int, n)
	if ok {
		out = make(chan int, 8)
	}
	go func() { here(<-out) }()
	for range 9 {
		out <- 1 // room: out is made with room for what is to come
	}
}
func sizedOrNone(ctx context.Context, n int, ok bool) {
	out := make(chan int, n)
	if ok {
		out = make(chan int)
	}
	go func() { here(<-out) }()
	out <- 1 // room: none
}
func constantRoom(ctx context.Context) {
	out := make(chan int, 8)
	go func() { here(<-out) }()
	for range 9 {
		out <- 1 // room: none
	}
}
func none(ctx context.Context) {
	out := make(chan int)
	out <- 1 // room: none
}
func sharedBefore(ctx context.Context, give func(chan int)) {
	out := make(chan int, 2)
	give(out)
	out <- 1 // room: none
}
func sharedAfter(ctx context.Context, give func(chan int)) {
	out := make(chan int, 2)
	out <- 1 // room: out is filled before anybody else has it
	give(out)
}
func receivedBefore(ctx context.Context, n int) {
	out := make(chan int, 2)
	go func() { here(<-out) }()
	out <- 1 // room: none
	out <- 1
}
func receivedAfter(ctx context.Context, n int) {
	out := make(chan int, 2)
	out <- 1 // room: out is filled before anybody else has it
	out <- 1
	go func() { here(<-out) }()
}
func inGoroutine(ctx context.Context) {
	out := make(chan int, 2)
	go func() {
		for range 3 {
			out <- 1 // room: none
		}
	}()
	here(<-out)
}
func madeInGoroutine(ctx context.Context, give func(chan int)) {
	go func() {
		out := make(chan int, 2)
		for range 3 {
			out <- 1 // room: none
		}
		give(out)
	}()
}
func madeOutside(ctx context.Context, give func(chan int)) {
	out := make(chan int, 2)
	func() {
		out <- 1 // room: none
	}()
	give(out)
}
func fromSource(ctx context.Context, source func() chan int, ok bool) {
	out := make(chan int, 2)
	if ok {
		out = source()
	}
	out <- 1 // room: none
}
type box struct{ out chan int; Out chan int; one chan int }
func newBox() *box { return &box{one: make(chan int, 1)} }
func (b *box) oneForAll(ctx context.Context) {
	go func() {
		b.one <- 1 // room: none
		here()
	}()
}
func (b *box) exported(ctx context.Context) {
	b.Out = make(chan int, 2)
	go func() { here(<-b.Out) }()
	for range 3 {
		b.Out <- 1 // room: none
	}
}
func receivedOutside(ctx context.Context) {
	out := make(chan int, 2)
	go func() { here(<-out) }()
	func() {
		for range 3 {
			out <- 1 // room: none
		}
	}()
}
func field(ctx context.Context, b *box) {
	b.out = make(chan int, 2)
	b.out <- 1 // room: out is filled before anybody else has it
}
`}, {"one result", `
import "context"
func only(ctx context.Context, f func() int) {
	out := make(chan int)
	go func() {
		out <- f() // slots: one result
	}()
	here(<-out)
}
func heardOf(ctx context.Context, f func() int) {
	out := make(chan int)
	go func() {
		out <- f() // slots: nothing
	}()
	select {
	case <-out:
	case <-ctx.Done():
	}
}
func heardOfWithRoom(ctx context.Context, f func() int) {
	out := make(chan int, 1)
	go func() {
		out <- f() // slots: one result, room
	}()
	select {
	case <-out:
	case <-ctx.Done():
	}
}
func heardOfParameter(ctx context.Context, f func() int, out chan int) {
	go func() {
		out <- f() // slots: one result
	}()
	select {
	case <-out:
	case <-ctx.Done():
	}
}
func besideOther(ctx context.Context, f func() int, other chan int) {
	out := make(chan int)
	go func() {
		out <- f() // slots: one result
	}()
	select {
	case <-out:
	case <-other:
	default:
	}
}
func withoutResult(ctx context.Context, out chan int) {
	out <- 1 // slots: one result
}
func withResult(ctx context.Context, out chan int) error {
	out <- 1 // slots: nothing
	return nil
}
func goesOn(ctx context.Context, out chan int) {
	out <- 1 // slots: nothing
	here()
}
func goroutineGoesOn(ctx context.Context, out chan int) {
	go func() {
		out <- 1 // slots: one result
		here()
	}()
}
func goroutineOfResult(ctx context.Context, out chan int, g *group) {
	g.Go(func() error {
		out <- 1 // slots: one result
		return nil
	})
}
type group struct{}
func (*group) Go(f func() error) {}
func twiceInGroup(ctx context.Context, out chan int, g *group) {
	g.Go(func() error {
		out <- 1 // slots: nothing
		out <- 2 // slots: one result
		return nil
	})
}
func goroutineLoops(ctx context.Context, out chan int) {
	go func() {
		for {
			out <- 1 // slots: nothing
			here()
		}
	}()
}
func twice(ctx context.Context, out chan int) {
	go func() {
		out <- 1 // slots: nothing
		out <- 2 // slots: nothing
		here()
	}()
}
func either(ctx context.Context, out chan int, ok bool) {
	go func() {
		if ok {
			out <- 1 // slots: one result
		} else {
			out <- 2 // slots: one result
		}
		here()
	}()
}
func fromTwo(ctx context.Context, out chan int) {
	go func() {
		out <- 1 // slots: one result
		here()
	}()
	out <- 2 // slots: nothing
	here()
}
func again(ctx context.Context, out chan int, more func() bool) {
	go func() {
	again:
		out <- 1 // slots: nothing
		if more() {
			goto again
		}
		here()
	}()
}
func andALaunched(ctx context.Context, out chan int) {
	go func() {
		out <- 1 // slots: one result
		here()
		go func() { out <- 2 }()
	}()
}
type held struct{ out chan int }
func newHeld() *held { return &held{out: make(chan int)} }
func (h *held) takes(ctx context.Context) {
	select {
	case <-h.out:
	case <-ctx.Done():
	}
}
func (h *held) sends(ctx context.Context) {
	h.out <- 1 // slots: one result
}
func nested(ctx context.Context, out chan int, each func(func() error)) {
	go func() {
		each(func() error {
			out <- 1 // slots: nothing
			here()
			return nil
		})
	}()
}
func nestedLast(ctx context.Context, out chan int, each func(func() error)) {
	go func() {
		each(func() error {
			out <- 1 // slots: nothing
			return nil
		})
	}()
}
`}})
}

func TestStarved(t *testing.T) {
	ask(t, map[string]question{"starves": starves}, []source{{"who is not heard of any more", `
import ("context"; "os"; "time")
func source() chan int { return nil }
func under(ctx context.Context) <-chan int { return nil }
func none(ctx context.Context, out chan int) {
	out <- 1 // starves: nobody
}
func loop(ctx context.Context, in, out chan int) {
	for v := range in {
		out <- v // starves: who sends on in is not known, and may be left waiting
	}
}
func loopOfSlice(ctx context.Context, in []int, out chan int) {
	for _, v := range in {
		out <- v // starves: nobody
	}
}
func after(ctx context.Context, in, out chan int) {
	out <- 1 // starves: who sends on in is not known, and may be left waiting
	<-in
}
func before(ctx context.Context, in, out chan int) {
	<-in
	out <- 1 // starves: nobody
}
func twoAfter(ctx context.Context, in, more, out chan int) {
	out <- 1 // starves: who sends on in is not known, and may be left waiting
	<-in
	<-more
}
func addressAfter(ctx context.Context, in, out chan int) {
	out <- 1 // starves: nobody
	here(&in)
}
func inLiteral(ctx context.Context, in, out chan int) {
	out <- 1 // starves: nobody
	go func() { <-in }()
}
func leaves(ctx context.Context, in, out chan int) {
	for v := range in {
		select {
		case <-ctx.Done():
			return
		default:
		}
		out <- v // starves: nobody
	}
}
func leavesInLiteral(ctx context.Context, in, out chan int) {
	go func() {
		select {
		case <-ctx.Done():
			return
		default:
		}
	}()
	for v := range in {
		out <- v // starves: who sends on in is not known, and may be left waiting
	}
}
func leavesOther(ctx context.Context, in, out chan int) {
	for v := range in {
		select {
		case <-in:
			return
		default:
		}
		out <- v // starves: who sends on in is not known, and may be left waiting
	}
}
func breaksOff(ctx context.Context, in, out chan int) {
	for v := range in {
		select {
		case <-ctx.Done():
			here()
		default:
		}
		out <- v // starves: who sends on in is not known, and may be left waiting
	}
}
func emptyCase(ctx context.Context, in, out chan int) {
	for v := range in {
		select {
		case <-ctx.Done():
		default:
		}
		out <- v // starves: who sends on in is not known, and may be left waiting
	}
}
func leavesOnce(ctx context.Context, in, out chan int) {
	for v := range in {
		select {
		case <-ctx.Done():
			return
		default:
		}
		select {
		case <-ctx.Done():
			here()
		default:
		}
		out <- v // starves: nobody
	}
}
func done(ctx context.Context, out chan int) {
	out <- 1 // starves: nobody
	<-ctx.Done()
}
func ticks(ctx context.Context, t *time.Timer, out chan int) {
	out <- 1 // starves: nobody
	<-t.C
}
func signals(ctx context.Context, sig chan os.Signal, out chan int) {
	out <- 1 // starves: nobody
	<-sig
}
func ends(ctx context.Context, quit, out chan int) {
	out <- 1 // starves: nobody
	<-quit
}
func local(ctx context.Context, out chan int) {
	in := make(chan int)
	go func() { in <- 1 }()
	out <- 1 // starves: nobody
	<-in
}
func localOfSource(ctx context.Context, out chan int) {
	in := source()
	out <- 1 // starves: who sends on in is not known, and may be left waiting
	<-in
}
func localUnder(ctx context.Context, out chan int) {
	in := under(ctx)
	out <- 1 // starves: nobody
	<-in
}
func same(ctx context.Context, out chan int) {
	out <- 1 // starves: nobody
	<-out
}
func besideDone(ctx context.Context, in, out chan int) {
	out <- 1 // starves: nobody
	select {
	case <-in:
	case <-ctx.Done():
	}
}
func besideOther(ctx context.Context, in, out chan int) {
	out <- 1 // starves: who sends on in is not known, and may be left waiting
	select {
	case <-in:
	default:
	}
}
func elementAfter(ctx context.Context, in []chan int, out chan int) {
	out <- 1 // starves: who sends on in[0] is not known, and may be left waiting
	<-in[0]
}
func mapAfter(ctx context.Context, in map[int]int, out chan int) {
	out <- 1 // starves: nobody
	for range in {}
}
func elementIsSent(ctx context.Context, outs []chan int) {
	outs[0] <- 1 // starves: who sends on outs[1] is not known, and may be left waiting
	<-outs[1]
}
`}})
}

func TestUntold(t *testing.T) {
	ask(t, map[string]question{"untold": untold, "receivers": receivers}, []source{{"who would not learn it", `
import ("context"; "sync")
type server struct{ loaded chan struct{}; quiet chan int }
func (s *server) Loaded() <-chan struct{} { return s.loaded }
func (s *server) Next() <-chan int { return s.quiet }
func called(ctx context.Context, in chan int) {
	<-in // untold: the function has no result to say that it gave up waiting with
	here()
}
func withError(ctx context.Context, in chan int) error {
	<-in // untold: fine
	return nil
}
func launched(ctx context.Context, in chan int) {
	go func() {
		<-in // untold: fine
		here()
	}()
}
func loops(ctx context.Context, in chan int) {
	for {
		<-in // untold: fine
	}
}
func counts(ctx context.Context, in chan int) {
	for i := 0; i < 3; i++ {
		<-in // untold: the function has no result to say that it gave up waiting with
	}
}
func literalInLoop(ctx context.Context, in chan int) {
	for {
		func() {
			<-in // untold: the function has no result to say that it gave up waiting with
		}()
	}
}
func waitsForObject(ctx context.Context, s *server) error {
	<-s.Loaded() // untold: what s.Loaded() waits for would go on
	return nil
}
func waitsForValue(ctx context.Context, s *server) error {
	<-s.Next() // untold: fine
	return nil
}
func waitsForGoroutine(ctx context.Context, work func()) error {
	in := make(chan int)
	go func() {
		work()
		in <- 1
	}()
	<-in // untold: the goroutine that is waited for would go on
	return nil
}
func waitsForClose(ctx context.Context, work func()) error {
	over := make(chan int)
	in := over
	go func() {
		work()
		close(in)
	}()
	<-in // untold: the goroutine that is waited for would go on
	return nil
}
func waitsForItself(ctx context.Context) error {
	in := make(chan int, 1)
	in <- 1
	<-in // untold: fine
	close(in)
	return nil
}
func waitsInside(ctx context.Context) {
	in := make(chan int, 1)
	go func() {
		in <- 1
		<-in // untold: fine
		here()
	}()
}
func waitsForField(ctx context.Context, s *server) error {
	<-s.quiet // untold: fine
	return nil
}
func (s *server) feeds(ctx context.Context) {
	go func() { s.quiet <- 1 }()
}
func waitsForCalled(ctx context.Context, in chan int) error {
	send := func() { in <- 1 }
	send()
	<-in // untold: fine
	return nil
}
func givenAnyway(ctx context.Context) error {
	sem := make(chan struct{}, 1)
	defer func() { <-sem }()
	sem <- struct{}{} // untold: the receive from sem that is deferred before would give back what was not taken
	return nil
}
func givenAfter(ctx context.Context) error {
	sem := make(chan struct{}, 1)
	sem <- struct{}{} // untold: fine
	defer func() { <-sem }()
	return nil
}
func givenInLiteral(ctx context.Context) error {
	sem := make(chan struct{}, 1)
	f := func() {
		defer func() { <-sem }()
	}
	sem <- struct{}{} // untold: fine
	f()
	return nil
}
func givenByWait(ctx context.Context, wg *sync.WaitGroup) error {
	sem := make(chan struct{}, 1)
	defer wg.Wait()
	sem <- struct{}{} // untold: fine
	<-sem
	return nil
}
`}})
}
