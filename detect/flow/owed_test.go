package flow_test

import (
	"cmp"
	"go/ast"
	"testing"

	"github.com/ctxfix/ctxfix/detect/flow"
)

// writes names what a goroutine that runs at n may still write.
func writes(p *flow.Package, n ast.Node) string { return cmp.Or(p.Writes(n), "nothing") }

func TestOwedKinds(t *testing.T) {
	ask(t, map[string]question{"owed": owed}, []source{
		{"to those who wait", `
import ("context"; "os"; "sync"; "golang.org/x/sync/errgroup")
var ready = make(chan int)
var shared = func() {}
type pool struct { wg sync.WaitGroup; done chan struct{}; sem chan int; tell func(); mu sync.Mutex; cond *sync.Cond }
type flag struct{}
func (flag) Done() {}
func (flag) Wait() {}
func (flag) Unlock() {}
func work() {}
func doneOfAnother(f flag) {
	here() // owed: none
	f.Done()
}
func plainWait(f flag, c *sync.Cond) {
	here() // owed: none
	f.Wait()
}
func waitForOwn(n int) {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() { defer wg.Done(); work() }()
	here() // owed: wg.Wait()
	wg.Wait()
}
func waitForLater(n int) {
	var wg sync.WaitGroup
	here() // owed: none
	wg.Add(1)
	go func() { defer wg.Done(); work() }()
	wg.Wait()
}
func waitForOthers(wg *sync.WaitGroup) {
	var own sync.WaitGroup
	own.Add(1)
	go func() { defer own.Done(); work() }()
	here() // owed: none
	wg.Wait()
}
func waitForGroup(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { work(); return ctx.Err() })
	here() // owed: g.Wait()
	return g.Wait()
}
func waitForTwoGroups(ctx context.Context) {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { work(); return ctx.Err() })
	g.Go(func() error { work(); return ctx.Err() })
	h, _ := errgroup.WithContext(ctx)
	here() // owed: none
	_ = h.Wait()
}
func receiveJoins(n int) {
	done := make(chan struct{})
	go func() { defer close(done); work() }()
	here() // owed: receive from done
	<-done
}
func receiveOfLater(n int) {
	done := make(chan struct{})
	here() // owed: none
	go func() { defer close(done); work() }()
	<-done
}
func receiveOfOthers(in <-chan int) {
	done := make(chan struct{})
	go func() { defer close(done); work() }()
	here() // owed: none
	<-in
}
func receiveOfCall(f func() chan int) {
	go func() { f() <- 1 }()
	here() // owed: none
	<-f()
}
func receiveOfDone(ctx context.Context) {
	go func() { <-ctx.Done() }()
	here() // owed: none
	<-ctx.Done()
}
func semaphore(p *pool) {
	p.sem <- 1
	here() // owed: release of p.sem
	<-p.sem
}
func semaphoreTakenLater(p *pool) {
	here() // owed: send on p.sem
	p.sem <- 1
	<-p.sem
}
func otherSemaphore(p *pool, in chan int) {
	in <- 1
	here() // owed: none
	<-p.sem
}
func semaphoreOfALiteral(p *pool) {
	f := func() { p.sem <- 1 }
	f()
	here() // owed: none
	<-p.sem
}
func semaphoreRange(p *pool, in chan int) {
	in <- 1
	here() // owed: none
	for range in {
	}
}
func releaseInSelect(p *pool) {
	p.sem <- 1
	here() // owed: none
	select {
	case <-p.sem:
	default:
	}
}
func sendInSelect(p *pool) {
	here() // owed: none
	select {
	case p.sem <- 1:
	default:
	}
}
func locked(p *pool) {
	p.mu.Lock()
	here() // owed: p.mu.Unlock()
	p.mu.Unlock()
}
func lockedLater(p *pool) {
	here() // owed: none
	p.mu.Lock()
	p.mu.Unlock()
}
func lockedBefore(p *pool) {
	p.mu.Lock()
	p.mu.Unlock()
	here() // owed: none
	p.mu.Lock()
	p.mu.Unlock()
}
func lockedOther(p, q *pool) {
	p.mu.Lock()
	here() // owed: p.mu.Unlock()
	q.mu.Lock()
	q.mu.Unlock()
	p.mu.Unlock()
}
func unlockedOther(p, q *pool) {
	p.mu.Lock()
	q.mu.Unlock()
	here() // owed: p.mu.Unlock()
	p.mu.Unlock()
}
func lockedByCall(f func() *pool) {
	f().mu.Lock()
	here() // owed: f().mu.Unlock()
	f().mu.Unlock()
}
func lockedByDefer(p *pool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	here() // owed: none
	work()
}
func relocked(p *pool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mu.Unlock()
	here() // owed: none
	p.mu.Lock()
}
func deferredLater(p *pool) {
	p.mu.Lock()
	here() // owed: p.mu.Unlock()
	defer p.mu.Unlock()
	work()
}
func unlockFlag(f flag) {
	here() // owed: none
	f.Unlock()
}
func calledOnce(tell func()) {
	here() // owed: call of tell
	tell()
}
func calledForItsValue(tell func() int) int {
	here() // owed: none
	n := tell()
	return n
}
func calledInATurn(tell func(), n int) {
	for range n {
		here() // owed: none
		tell()
	}
}
func calledMadeLater(n int) {
	here() // owed: none
	tell := func() {}
	tell()
}
func calledField(p *pool) {
	here() // owed: call of p.tell
	p.tell()
}
func calledGlobal(n int) {
	here() // owed: call of shared
	shared()
}
func calledInside(f func() func()) {
	here() // owed: none
	f()()
}
func cancelLater(ctx context.Context) {
	here() // owed: none
	ctx, cancel := context.WithCancel(ctx)
	cancel()
}
func cancelOfBlock(ctx context.Context, ok bool) {
	if ok {
		_, cancel := context.WithCancel(ctx)
		cancel()
	}
	here() // owed: none
}
func cancelOfGoroutine(ctx context.Context) {
	_, cancel := context.WithCancel(ctx)
	here() // owed: cancel(), which a goroutine calls
	go func() { cancel() }()
}
func cancelInPlace(ctx context.Context) {
	_, cancel := context.WithCancel(ctx)
	here() // owed: cancel()
	func() { cancel() }()
}
func cancelDeferredInPlace(ctx context.Context) {
	_, cancel := context.WithCancel(ctx)
	here() // owed: cancel()
	defer func() {
		func() { (func() { cancel() })() }()
	}()
}
func cancelDeferredTwice(ctx context.Context) {
	_, cancel := context.WithCancel(ctx)
	here() // owed: cancel()
	defer func() {
		defer func() { cancel() }()
	}()
}
func cancelByField(s *struct{ cancel context.CancelFunc }) {
	here() // owed: s.cancel()
	s.cancel()
}
func closesFile(f *os.File) {
	here() // owed: f.Close()
	f.Close()
}
func closesLaterFile(name string) {
	here() // owed: none
	f, _ := os.Open(name)
	f.Close()
}
func closesGlobal(n int) {
	here() // owed: os.Stdin.Close()
	os.Stdin.Close()
}
func deferredByLiteral(p *pool) {
	here() // owed: p.wg.Done()
	defer func() {
		p.wg.Done()
		_ = func() { close(p.done) }
	}()
}
func deferredInPlace(p *pool) {
	here() // owed: close(p.done), p.wg.Done()
	defer func() {
		p.wg.Done()
		func() { close(p.done) }()
	}()
}
func deferredBefore(p *pool) {
	defer p.wg.Done()
	here() // owed: none
}
func wakes(p *pool) {
	here() // owed: p.cond.Broadcast()
	p.cond.Broadcast()
	p.cond.Wait()
}
func inTheStatement(p *pool, in <-chan int) {
	for range in { // owed: close(p.done), p.wg.Done(), send on p.sem
		p.tell()
		p.wg.Done()
		p.mu.Unlock()
		p.sem <- 1
	}
	close(p.done)
}
func afterIf(p *pool, ok bool) {
	if ok { // owed: close(p.done)
		return
	}
	close(p.done)
}
func afterFor(p *pool, n int) {
	for i := 0; i < n; i++ { // owed: close(p.done)
		work()
	}
	close(p.done)
}
func afterSwitch(p *pool, n int) {
	switch n { // owed: close(p.done)
	case 1:
		work()
	}
	close(p.done)
}
func afterSelect(p *pool, in chan int) {
	select { // owed: close(p.done)
	case <-in:
		work()
	}
	close(p.done)
}
func neverAfter(p *pool, in chan int) {
	for { // owed: none
		<-in
	}
}
func inLoopBefore(p *pool, n int) {
	for range n {
		p.sem <- 1
		here() // owed: send on p.sem
	}
}
`},
		{"by the functions called", `
import "sync"
type pool struct { wg sync.WaitGroup; done chan struct{}; out chan int; mu sync.Mutex; cond *sync.Cond }
type flag struct{}
func (flag) Done() {}
var f flag
func (p *pool) finish() { close(p.done) }
func (p *pool) part() { p.wg.Done() }
func (p *pool) partOwn() { p.wg.Add(1); p.wg.Done() }
func (p *pool) partOther(q *pool) { q.wg.Add(1); p.wg.Done() }
func (p *pool) send() { p.out <- 1 }
func (p *pool) sendFirst() { p.out <- 1; p.out <- 2 }
func (p *pool) sendAndClose() { p.out <- 1; close(p.done) }
func (p *pool) firstAndSend() { close(p.done); p.out <- 1 }
func (p *pool) wake() { p.cond.Signal() }
func (p *pool) wakeAndClose() { p.cond.Signal(); close(p.done) }
func (p *pool) sendAndWake() { p.out <- 1; p.cond.Signal() }
func (p *pool) starts() { go func() { close(p.done) }() }
func (p *pool) keeps() func() { return func() { close(p.done) } }
func (p *pool) trySend() { select { case p.out <- 1: default: } }
func (p *pool) ends() { f.Done() }
func own() { c := make(chan int, 1); c <- 1; close(c) }
func ownAfter(c chan int) { c <- 1 }
func finishOnce(p *pool) {
	here() // owed: p.finish(), with a call of close
	p.finish()
}
func finishEachTurn(p *pool, n int) {
	for range n {
		here() // owed: p.finish(), with a call of close
		p.finish()
	}
}
func leaveOnce(p *pool) {
	here() // owed: p.part(), with a call of p.wg.Done, p.partOther(), with a call of p.wg.Done
	p.part()
	p.partOwn()
	p.partOther(p)
}
func sendOnce(p *pool) {
	here() // owed: ownAfter(), with a send on c, p.send(), with a send on p.out, p.sendFirst(), with a send on p.out
	p.send()
	p.sendFirst()
	p.trySend()
	ownAfter(p.out)
}
func sendEachTurn(p *pool, n int) {
	for range n {
		here() // owed: none
		p.send()
	}
}
func both(p *pool) {
	here() // owed: p.firstAndSend(), with a call of close, p.sendAndClose(), with a call of close, p.sendAndWake(), with a send on p.out
	p.sendAndClose()
	p.firstAndSend()
	p.sendAndWake()
}
func wakeOnce(p *pool) {
	here() // owed: p.wake(), with a call of p.cond.Signal, p.wakeAndClose(), with a call of close
	p.wake()
	p.wakeAndClose()
}
func elsewhere(p *pool) {
	here() // owed: none
	p.starts()
	_ = p.keeps()
	p.ends()
	own()
}
`},
		{"to another package", `
import . "flag"
func dotImported() {
	here() // owed: call of Usage
	Usage()
}
`},
		{"by functions of the same names", `
import ("context"; "sync")
func Done() {}
func Wait() {}
func Unlock() {}
func external(c chan int)
func plain(c chan int) {
	here() // owed: Unlock()
	Done()
	Wait()
	Unlock()
	external(c)
}
func lockedByCalls(f func() *sync.Mutex, mu *sync.Mutex) {
	defer mu.Unlock()
	f().Lock()
	here() // owed: f().Unlock()
	f().Unlock()
}
func doneInTheLoop(ctx context.Context, sem chan int) {
	done := ctx.Done()
	sem <- 1
	here() // owed: none
	<-done
}
func otherCallBetween(mu *sync.Mutex) {
	mu.Lock()
	mu.TryLock()
	here() // owed: mu.Unlock()
	mu.Unlock()
}
func twoLocks(a, b *sync.Mutex) {
	b.Lock()
	b.Unlock()
	a.Lock()
	a.Lock()
	here() // owed: a.Unlock()
	a.Unlock()
}
func releasedByALiteral(sem chan int) {
	go func() {
		sem <- 1
		here() // owed: release of sem
		<-sem
	}()
	<-sem
}
func sentByAGoroutine(sem chan int, f func()) {
	f = func() { sem <- 1 }
	here() // owed: none
	<-sem
}
func goroutineThatDoes(wg *sync.WaitGroup) {
	wg.Add(1)
	here() // owed: none
	startsDone(wg)
}
func startsDone(wg *sync.WaitGroup) { go wg.Done() }
func unknownLock(fs []func() *sync.Mutex) {
	here() // owed: fs[0]().Unlock()
	fs[0]().Unlock()
}
`},
		{"a transaction", `
import "database/sql"
type batch struct{}
func (batch) Commit() {}
type work struct{}
func (work) Commit() {}
func (work) Abort() {}
type store struct{ tx *sql.Tx }
func begin() work { return work{} }
func log(...any) {}
func begun(db *sql.DB) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	here() // owed: tx.Commit()
	return tx.Commit()
}
func rolledBack(db *sql.DB) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	here() // owed: none
	return tx.Commit()
}
func otherDefers(db *sql.DB) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer log(err)
	here() // owed: tx.Commit()
	return tx.Commit()
}
func deferredTwice(db *sql.DB) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	defer log(err)
	here() // owed: none
	return tx.Commit()
}
func given(tx *sql.Tx) error {
	here() // owed: none
	return tx.Commit()
}
func field(s *store) error {
	here() // owed: none
	return s.tx.Commit()
}
func later(db *sql.DB) error {
	here() // owed: none
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	return tx.Commit()
}
func ofACall() {
	here() // owed: none
	begin().Commit()
}
func notTakenBack() {
	var b batch
	here() // owed: none
	b.Commit()
}
func withAbort() {
	w := begin()
	here() // owed: w.Commit()
	w.Commit()
}
func around(db *sql.DB) {
	w := begin()
	func() {
		here() // owed: none
		w.Commit()
	}()
}
func ofThePackage(db *sql.DB) error {
	here() // owed: none
	return current.Commit()
}
var current *sql.Tx
func fieldOfLocal(db *sql.DB) error {
	s := &store{}
	s.tx, _ = db.Begin()
	here() // owed: s.tx.Commit()
	return s.tx.Commit()
}
`},
		{"undone", `
import ("sync"; "sync/atomic"; "time")
type server struct { n, m int; busy atomic.Bool; list []int; m2 sync.Map; set *set; inner set; total atomic.Int64; mu sync.Mutex }
type set struct{ keys map[string]bool }
func (s *set) Forget(string) {}
func (s *set) Remove(string) bool { return true }
func (s *set) Add() {}
func (s *set) move(int) {}
func (s *server) get() *set { return s.set }
func other() *server { return nil }
func key() string { return "" }
func storedByFunc(busy *int32) {
	atomic.StoreInt32(busy, 1)
	here() // owed: atomic.StoreInt32(busy, 0)
	atomic.StoreInt32(busy, 0)
}
func loaded(s *server) {
	s.busy.Store(true)
	here() // owed: none
	s.busy.Load()
}
func storedInMap(s *server) {
	s.m2.Store(1, 2)
	here() // owed: none
	s.m2.Store(2, 2)
}
func storedInLoop(s *server) {
	for {
		here() // owed: none
		s.busy.Store(true)
		s.busy.Store(false)
	}
}
func storedInLiteral(s *server) {
	func() { s.busy.Store(true) }()
	here() // owed: none
	s.busy.Store(false)
}
func otherField(s *server) {
	s.n = 1
	here() // owed: none
	s.m = 2
}
func setInLoop(s *server) {
	for {
		here() // owed: none
		s.n = 1
		s.n = 2
	}
}
func setInLiteral(s *server) {
	func() { s.n = 1 }()
	here() // owed: none
	s.n = 0
}
func otherElement(s *server) {
	s.list[0] = 1
	here() // owed: none
	s.list[1] = 2
}
func setTwice(s *server, ok bool) {
	s.n = 1
	if ok {
		goto set
	}
	s.n = 2
	return
set:
	here() // owed: assignment to s.n
	s.n = 0
}
func storedAgain(s *server, ok bool) {
	s.busy.Store(true)
	if ok {
		goto set
	}
	s.busy.Store(true)
	return
set:
	here() // owed: s.busy.Store(false)
	s.busy.Store(false)
}
func (s *server) received() {
	s.n++
	here() // owed: s.n--
	s.n--
}
func deletedOwn(k string) {
	m := map[string]bool{k: true}
	here() // owed: delete(m, k)
	delete(m, k)
}
func countedDown(s *server) {
	s.n++
	here() // owed: s.n--
	s.n--
}
func countedUp(s *server) {
	s.n++
	here() // owed: none
	s.n++
}
func onlyDown(s *server) {
	here() // owed: none
	s.n--
}
func ownCount(s *server) {
	n := 0
	n++
	here() // owed: none
	n--
	n = 1
	println(n)
}
func ownSet(s *server) {
	n := 0
	n = 1
	here(n) // owed: none
	n = 2
}
func globalCount(n int) {
	count++
	here() // owed: count--
	count--
}
func deleted(m map[string]bool, k string) {
	m[k] = true
	here() // owed: delete(m, k)
	delete(m, k)
}
func deletedLater(m map[string]bool) {
	here() // owed: none
	k := key()
	delete(m, k)
}
func redefined(m map[string]bool) {
	m, x := m, 1
	here(x) // owed: none
	m, y := m, 2
	println(y)
}
func forgotten(s *server) {
	here() // owed: s.get().Forget("")
	s.get().Forget("")
}
func forgottenGlobal(s *server) {
	here() // owed: tracked.Forget("")
	tracked.Forget("")
}
func forgottenParam(s set) {
	here() // owed: s.Forget("")
	s.Forget("")
}
func forgottenOwn(k string) {
	var s set
	here() // owed: none
	s.Forget("")
}
func forgottenLater(s *server) {
	here() // owed: none
	t := s.get()
	t.Forget("")
}
func removed(s *server) {
	here() // owed: none
	if s.set.Remove("") {
		return
	}
}
func tick(t *time.Ticker) {
	here() // owed: none
	t.Reset(1)
}
func addedTo(s *server, n int64) {
	here() // owed: none
	s.total.Add(n)
	s.set.Add()
	s.set.move(-1)
}
func takenBack(s *server) {
	here() // owed: s.total.Add(-1)
	s.total.Add(-1)
}
var count int
var tracked set
`},
		{"in other ways", `
import ("context"; "sync")
type pool struct { wg sync.WaitGroup; done chan struct{}; sem chan int; mu sync.RWMutex }
type lock struct{}
func (lock) Lock() bool { return true }
func (lock) Unlock() bool { return true }
type group struct{}
func (*group) TryGo(func()) bool { return true }
func (*group) Wait() {}
func work() {}
func use(...any) bool { return true }
func Done() {}
func Wait() {}
func Unlock() {}
func chans() []chan int { return nil }
func functions(n int) {
	here() // owed: Unlock()
	Done()
	Wait()
	Unlock()
}
func lockedTwice(p *pool) {
	p.mu.Lock()
	here() // owed: p.mu.Unlock(), p.mu.Unlock()
	p.mu.Unlock()
	p.mu.Lock()
	p.mu.Unlock()
}
func otherMethod(p *pool) {
	p.mu.Lock()
	p.mu.RLocker()
	here() // owed: p.mu.Unlock()
	p.mu.Unlock()
}
func unlockedBeside(l lock) {
	l.Lock()
	use(l.Unlock(), use())
	here() // owed: none
	l.Unlock()
}
func startedBeside(g, h *group) {
	use(g.TryGo(work), h.TryGo(work))
	here() // owed: g.Wait()
	g.Wait()
}
func receivedFromCall(n int) {
	chans()[0] <- 1
	here() // owed: none
	<-chans()[0]
}
func receivedOfLiteral(sem chan int) {
	push := func() { sem <- 1 }
	use(push)
	here() // owed: none
	<-sem
}
func receivedOfOwnEnd(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	go func() { work(); cancel() }()
	here() // owed: none
	<-ctx.Done()
}
func closedInBlockBefore(ctx context.Context, ok bool) {
	for {
		if ok {
			ctx, cancel := context.WithCancel(ctx)
			use(ctx)
			cancel()
		}
		here() // owed: none
	}
}
func releasedBefore(sem chan int) {
	for {
		<-sem
		sem <- 1
		here() // owed: release of sem, send on sem
	}
}
func selectInLoop(a, b, out, before, after chan int) {
	for {
		before <- 1
		select { // owed: send on after, send on before, send on out
		case <-a:
			return
		case v := <-b:
			out <- v
		}
		after <- 1
	}
}
func selectNeverBehind(a, b, out chan int) {
	select { // owed: none
	case <-a:
		return
	case <-b:
		return
	}
}
`},
		{"told by functions", `
import "sync"
type tx struct{}
func (*tx) Commit() {}
func (*tx) Rollback() {}
var group sync.WaitGroup
func both(c chan int) { close(c); group.Done() }
func ext()
func later() { go close(late) }
func closesLate() { close(late) }
func get() chan int { return nil }
func closesGot() { close(get()) }
func waits() { group.Wait() }
func calls(c chan int) {
	here() // owed: both(), with a call of close
	both(c)
}
func bodyless(c chan int) {
	here() // owed: none
	ext()
	later()
	closesGot()
	waits()
}
func declaredBehind(c chan int) {
	here() // owed: closesLate(), with a call of close
	closesLate()
}
func commitsShared(c chan int) {
	here() // owed: none
	begun.Commit()
}
var begun *tx
var late = make(chan int)
`},
	})
}

func TestWrites(t *testing.T) {
	ask(t, map[string]question{"writes": writes}, []source{{"of others", `
type point struct{}
func use(...any) {}
func fills(points []point, names []string) {
	go use(points)
	go func() { use(points, names) }()
	here() // writes: nothing
}
`}, {"of its launcher", `
var global int
type text []byte
func fill([]byte) {}
func fillText(text) {}
func look([]int) {}
func size([]byte, int) {}
func assigns(n int) {
	m := 0
	_ = m
	go func() { m = n }()
	here() // writes: m
}
func assignsTwo(n int) {
	a, b := 0, 0
	_, _ = a, b
	go func() { b, a = n, n }()
	here() // writes: b
}
func counts(n int) {
	m := 0
	_ = m
	go func() { m++ }()
	here() // writes: m
}
func ownVariable(n int) {
	go func() {
		m := 0
		m++
		m = n
	}()
	here() // writes: nothing
}
func packageVariable(n int) {
	go func() { global = n }()
	here() // writes: nothing
}
func blank(n int) {
	go func() { _ = n }()
	here() // writes: nothing
}
func startedLater(n int) {
	m := 0
	_ = m
	here() // writes: nothing
	go func() { m = n }()
}
func buffer(b []byte) {
	go func() { fill(b) }()
	here() // writes: b
}
func ownType(b text) {
	go func() { fillText(b) }()
	here() // writes: b
}
func numbers(b []int) {
	go func() { look(b) }()
	here() // writes: nothing
}
func lengths(b []byte) {
	go func() { size(nil, len(b)+cap(b)) }()
	here() // writes: nothing
}
func capacity(b []byte) {
	go func() { println(cap(b)) }()
	here() // writes: nothing
}
func handed(b []byte) {
	go fill(b)
	here() // writes: b
}
func handedNumbers(b []int) {
	go look(b)
	here() // writes: nothing
}
func second(b []byte) {
	m := 0
	_ = m
	go func() {}()
	go func() { m = 1 }()
	here() // writes: m
}
func element(s struct{ n []int }) {
	go func() { s.n[0] = 1 }()
	here() // writes: s
}
`}})
}
