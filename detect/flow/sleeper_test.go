package flow_test

import (
	"fmt"
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
	t := time.NewTimer(d) // sleeper: error
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
func after(ctx context.Context, d time.Duration) error {
	if d <= 0 { // sleeper: error
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
	select { // sleeper: false
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}
func interrupted(ctx context.Context, d time.Duration) bool {
	select { // sleeper: true
	case <-time.After(d):
	case <-ctx.Done():
		return true
	}
	return false
}
func swallows(ctx context.Context, d time.Duration) error {
	select { // sleeper: no
	case <-time.After(d):
	case <-ctx.Done():
	}
	return nil
}
func always(ctx context.Context, d time.Duration) error {
	select { // sleeper: no
	case <-time.After(d):
		return errors.New("timeout")
	case <-ctx.Done():
		return ctx.Err()
	}
}
func longer(ctx context.Context, d time.Duration) error {
	d *= 2 // sleeper: no
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
func otherTime(ctx context.Context, d time.Duration) error {
	select { // sleeper: no
	case <-time.After(time.Second):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
func deaf(ctx context.Context, d time.Duration) error {
	time.Sleep(d) // sleeper: no
	return ctx.Err()
}
func both(ctx context.Context, d time.Duration) bool {
	select { // sleeper: no
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return true
	}
}
func looped(ctx context.Context, d time.Duration) error {
	for { // sleeper: no
		select {
		case <-time.After(d):
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
func third(ctx context.Context, d time.Duration, c chan int) error {
	select { // sleeper: no
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
func generic[T any](ctx context.Context, d time.Duration) error {
	select { // sleeper: no
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
`}, {"others", `
import ("context"; "time"; "errors"; "fmt")
var told = make(chan time.Duration)
var last time.Duration
var count int
type stopper interface{ Done() <-chan struct{} }
type clock struct{}
func bad() bool { return true }
func change(*time.Duration) {}
func done() chan struct{} { return nil }
func swallowed(ctx context.Context, d time.Duration) error {
	select { // sleeper: no
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return nil
	}
}
func given(ctx context.Context, d time.Duration) error {
	ch, t := make(chan time.Time, 1), time.After(d) // sleeper: no
	select {
	case ch <- time.Now():
		return nil
	case <-ctx.Done():
		return errors.New((<-t).String())
	}
}
func notWaiting(ctx context.Context, d time.Duration) error {
	select { // sleeper: no
	case <-time.After(d):
		return nil
	default:
		return ctx.Err()
	}
}
func asksOnEnd(ctx context.Context, d time.Duration) bool {
	select { // sleeper: no
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return bad()
	}
}
func asksAfter(ctx context.Context, d time.Duration) bool {
	select { // sleeper: no
	case <-time.After(d):
		return bad()
	case <-ctx.Done():
		return false
	}
}
func three(ctx context.Context, d time.Duration) error {
	select { // sleeper: no
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-done():
		return nil
	}
}
func saysMore(ctx context.Context, d time.Duration) error {
	select { // sleeper: no
	case <-time.After(d):
		println("slept")
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}
func otherEnd(ctx context.Context, d time.Duration) error {
	select { // sleeper: no
	case <-time.After(d):
		return nil
	case <-done():
		return ctx.Err()
	}
}
func otherContext(ctx context.Context, d time.Duration) error {
	other, stop := context.WithCancel(ctx) // sleeper: no
	defer stop()
	select {
	case <-time.After(d):
		return nil
	case <-other.Done():
		return ctx.Err()
	}
}
func otherChannel(ctx context.Context, d time.Duration) error {
	t, c := time.After(d), make(chan int) // sleeper: no
	select {
	case <-c:
		return nil
	case <-ctx.Done():
		return errors.New((<-t).String())
	}
}
func twice(ctx context.Context, d time.Duration) error {
	select { // sleeper: no
	case <-done():
	case <-ctx.Done():
	}
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
func branches(ctx context.Context, d time.Duration) error {
	select { // sleeper: no
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		if d > 9 {
			break
		}
		return ctx.Err()
	}
	return nil
}
func tellsLater(ctx context.Context, d time.Duration) error {
	defer func() { println("done") }() // sleeper: no
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
func launches(ctx context.Context, d time.Duration) error {
	go done() // sleeper: no
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
func ranges(ctx context.Context, d time.Duration) error {
	for range 3 { // sleeper: no
		done()
	}
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
func bare(ctx context.Context, d time.Duration) (err error) {
	select { // sleeper: no
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		err = ctx.Err()
		return
	}
}
func counts(ctx context.Context, d time.Duration) int {
	select { // sleeper: no
	case <-time.After(d):
		return 0
	case <-ctx.Done():
		return 1
	}
}
func stopped(s stopper, d time.Duration) bool {
	select { // sleeper: no
	case <-time.After(d):
		return true
	case <-s.Done():
		return false
	}
}
func (clock) sleep(ctx context.Context, d time.Duration) error {
	select { // sleeper: no
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
func changed(ctx context.Context, d time.Duration) error {
	change(&d) // sleeper: no
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
func stretched(ctx context.Context, d time.Duration) error {
	d++ // sleeper: no
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
func doubled(ctx context.Context, d time.Duration) error {
	d *= 2 // sleeper: no
	n := 1
	n++
	change(nil)
	other := &n
	println(other)
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
func negated(ctx context.Context, d time.Duration) error {
	if -d > 0 { // sleeper: error
		return nil
	}
	n := 1
	_ = &n
	n++
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
func logsFirst(ctx context.Context, d time.Duration) error {
	println("waiting") // sleeper: no
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
func sleepsFirst(ctx context.Context, d time.Duration) error {
	time.Sleep(d) // sleeper: no
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
func callsFirst(ctx context.Context, d time.Duration) error {
	if bad() { // sleeper: no
		return nil
	}
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
func sends(ctx context.Context, d time.Duration) error {
	told <- d // sleeper: no
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
func receives(ctx context.Context, d time.Duration) error {
	<-told // sleeper: no
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
func keeps(ctx context.Context, d time.Duration) error {
	last = d // sleeper: no
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
func keepsMore(ctx context.Context, d time.Duration) error {
	count++ // sleeper: no
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
func keepsIn(ctx context.Context, d time.Duration) error {
	var times [1]time.Duration // sleeper: no
	times[0] = d
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
func explains(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil { // sleeper: error
		return err
	}
	t := time.NewTimer(time.Duration(d))
	t = time.NewTimer(d)
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		if !t.Stop() {
			<-t.C
		}
		return errors.Join(fmt.Errorf("after %v: %w", d.Seconds(), context.Cause(ctx)))
	}
}
func twoTimers(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d) // sleeper: error
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		<-time.After(time.Millisecond)
		return ctx.Err()
	}
}
`}})
}

// TestMaySleep asks which packages are worth a look for a sleeper.
func TestMaySleep(t *testing.T) {
	maySleep := func(p *flow.Package, _ ast.Node) string { return fmt.Sprint(flow.MaySleep(p.Types)) }
	ask(t, map[string]question{"may": maySleep}, []source{{"exported", `
import ("context"; "time")
func Pause(ctx context.Context, d time.Duration) error {
	return nil // may: true
}
`}, {"of its own", `
import ("context"; "time")
func pause(ctx context.Context, d time.Duration) error {
	return nil // may: false
}
`}, {"another type", `
import "context"
func Pause(ctx context.Context, d int) error {
	return nil // may: false
}
`}, {"a method", `
import ("context"; "time")
type Clock struct{}
func (Clock) Pause(ctx context.Context, d time.Duration) error {
	return nil // may: false
}
`}})
}
