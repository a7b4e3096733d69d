package flow_test

import (
	"cmp"
	"go/ast"
	"testing"

	"github.com/ctxfix/ctxfix/detect/flow"
)

// quick says whether all that runs after n takes no time.
func quick(p *flow.Package, n ast.Node) string {
	if p.AtOnce(p.Func(n), n) {
		return "yes"
	}
	return "no"
}

// until says what ends the context that here is given, when the function returns.
func until(p *flow.Package, n ast.Node) string {
	return cmp.Or(p.EndsAtReturn(p.Func(n), callIn(n).Args[0], n), "unknown")
}

// waits says whether the function called waits for the Done of the argument.
func waits(p *flow.Package, n ast.Node) string {
	call := callIn(n)
	if p.WaitsForDone(call, call.Args[len(call.Args)-1]) {
		return "yes"
	}
	return "no"
}

func TestAtOnceNames(t *testing.T) {
	ask(t, map[string]question{"quick": quick, "until": until, "waits": waits}, []source{
		{"quick", `
import ("context"; "errors"; "fmt"; "net/http"; "os"; "strings"; "sync"; "time")
type counter struct{ n int; c chan int }
func (c *counter) Count() int { return c.n }
func (c *counter) GetAll() []int { return nil }
func (c *counter) Load(int) []int
func pure(n int) int { return n + 1 }
func deep1() { deep2() }
func deep2() { deep3() }
func deep3() { deep4() }
func deep4() { deep5() }
func deep5() { pure(1) }
func bodyless()
func channel() chan int { return nil }
func wait(c chan int) int { return <-c }
type celsius float64
func names(w http.ResponseWriter, r *http.Request, cancel context.CancelFunc, err error, c *counter) {
	here() // quick: yes
	s := strings.ToUpper(err.Error())
	cancel()
	w.Header().Set("a", s)
	w.WriteHeader(200)
	http.Error(w, s, 500)
	d := time.Since(time.Now()).Seconds()
	println(len(s), celsius(d), pure(c.Count()), c.GetAll())
	deep3()
	for range 3 {
	}
	for range c.GetAll() {
	}
}
func sleeps(n int) {
	here() // quick: no
	time.Sleep(1)
}
func after(n int) {
	here() // quick: no
	println(time.After(1))
}
func closing(n int) {
	here() // quick: yes
	println(time.Now().Year(), time.Duration(n).String())
}
func rounds(d time.Duration) {
	here() // quick: yes
	println(d.Round(1), time.Now().Add(d))
}
func headers(h http.Header) {
	here() // quick: yes
	h.Add("a", "b")
}
func notFound(w http.ResponseWriter, r *http.Request) {
	here() // quick: yes
	http.NotFound(w, r)
}
func tooDeep(n int) {
	here() // quick: no
	deep1()
}
func noBody(n int) {
	here() // quick: no
	bodyless()
}
func noBodyMethod(c *counter) {
	here() // quick: no
	c.Load(1)
}
func value(f func()) {
	here() // quick: no
	f()
}
func reads(n int) {
	here() // quick: no
	fmt.Sscan("", &n)
}
func file(n int) {
	here() // quick: no
	os.ReadFile("a")
}
func sends(c chan int) {
	here() // quick: no
	c <- 1
}
func receives(c chan int) {
	here() // quick: no
	<-c
}
func ranges(c chan int) {
	here() // quick: no
	for range c {
	}
}
func rangesField(c *counter) {
	here() // quick: no
	for range c.c {
	}
}
func rangesChannels(list []chan int) {
	here() // quick: yes
	var c chan int
	for _, c = range list {
	}
	println(c)
}
func rangesCall(c *counter) {
	here() // quick: no
	for range channel() {
	}
}
func selects(c chan int) {
	here() // quick: no
	select {
	case <-c:
	}
}
func calleeSelects(c chan int) {
	here() // quick: no
	selectsOn(c)
}
func selectsOn(c chan int) {
	select {
	}
}
func calleeRanges(c chan int) {
	here() // quick: no
	rangesOn(c)
}
func rangesOn(c chan int) {
	for range c {
	}
}
func calleeRangesCall(c chan int) {
	here() // quick: no
	rangesOnCall()
}
func rangesOnCall() {
	for range channel() {
	}
}
func launches(c chan int) {
	here() // quick: yes
	go wait(c)
}
func launchesWith(c chan int) {
	here() // quick: no
	go pure(wait(c))
}
func calleeLaunches(c chan int) {
	here() // quick: yes
	launchesWait(c)
}
func launchesWait(c chan int) {
	go wait(c)
}
func defers(c chan int) {
	defer wait(c)
	here() // quick: no
}
func defersQuick(mu *sync.Mutex) {
	defer mu.Unlock()
	here() // quick: yes
}
func calleeDefersWith(c chan int) {
	here() // quick: no
	defersWith(c)
}
func defersWith(c chan int) {
	defer pure(wait(c))
	pure(1)
}
func calleeDefers(c chan int) {
	here() // quick: no
	defersLiteral(c)
}
func defersLiteral(c chan int) {
	defer func() { <-c }()
	pure(1)
}
func calleeDefersQuick(c chan int) {
	here() // quick: yes
	defersQuickLiteral(c)
}
func defersQuickLiteral(c chan int) {
	defer func() { pure(1) }()
}
func calleeWaitsThenLaunches(c chan int) {
	here() // quick: no
	waitsThenLaunches(c)
}
func waitsThenLaunches(c chan int) {
	c <- 1
	go pure(1)
}
func waitsThenNegates(c chan int) {
	here() // quick: no
	println(<-c, -c1)
}
var c1 int
func waitsThenCalls(c chan int) {
	here() // quick: no
	println(wait(c), pure(1))
}
func keeps(c chan int) {
	here() // quick: yes
	f := func() { <-c }
	println(f == nil)
}
func makesError(err error) {
	here() // quick: yes
	err = errors.New(err.Error())
}
`},
		{"ends", `
import ("context"; "net/http"; "os/exec"; "time")
func work(context.Context) {}
func handler(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	work(ctx) // until: the request is over then
	work(r.Context()) // until: the request is over then
	sub, cancel := context.WithCancel(ctx)
	defer cancel()
	work(sub) // until: the request is over then
	work(context.WithValue(sub, 1, 2)) // until: the request is over then
	work(context.WithoutCancel(ctx)) // until: unknown
}
func helper(r *http.Request) {
	work(r.Context()) // until: unknown
}
func counting(w http.ResponseWriter, r *http.Request) int {
	work(r.Context()) // until: unknown
	return 0
}
func three(w http.ResponseWriter, r *http.Request, n int) {
	work(r.Context()) // until: unknown
}
func captured(w http.ResponseWriter, r *http.Request) {
	func() {
		work(r.Context()) // until: unknown
	}()
}
func reassigned(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	work(ctx) // until: unknown
	ctx = context.Background()
}
func declared(w http.ResponseWriter, r *http.Request) {
	var ctx context.Context
	work(ctx) // until: unknown
}
func deadline(parent context.Context) {
	ctx, cancel := context.WithTimeout(parent, time.Second)
	defer cancel()
	work(ctx) // until: cancel() is deferred
	work(context.WithValue(ctx, 1, 2)) // until: cancel() is deferred
}
func notDeferred(parent context.Context) {
	ctx, cancel := context.WithTimeout(parent, time.Second)
	work(ctx) // until: unknown
	cancel()
}
func dropped(parent context.Context) {
	ctx, _ := context.WithTimeout(parent, time.Second)
	defer println()
	work(ctx) // until: unknown
}
func otherDeferred(parent context.Context, other func()) {
	ctx, cancel := context.WithTimeout(parent, time.Second)
	defer other()
	work(ctx) // until: unknown
	cancel()
}
func cancelAssigned(parent context.Context, other func()) {
	ctx, cancel := context.WithTimeout(parent, time.Second)
	defer cancel()
	work(ctx) // until: unknown
	cancel = other
}
func inLiteral(parent context.Context) {
	ctx, cancel := context.WithTimeout(parent, time.Second)
	func() { defer cancel() }()
	work(ctx) // until: unknown
}
func command(ctx context.Context, cmd *exec.Cmd) {
	work(ctx) // until: unknown
}
func parameter(ctx context.Context) {
	work(ctx) // until: unknown
}
`},
		{"waits for Done", `
import "context"
func loop(n int, ctx context.Context) { <-ctx.Done() }
func looks(n int, ctx context.Context) { println(ctx.Err()) }
func passes(n int, ctx context.Context) { println(ctx) }
func blank(n int, _ context.Context) {}
func both(first, second context.Context) { <-first.Done() }
func bodyless(n int, ctx context.Context)
func calls(ctx context.Context, f func(int, context.Context)) {
	loop(1, ctx) // waits: yes
	looks(1, ctx) // waits: no
	passes(1, ctx) // waits: no
	blank(1, ctx) // waits: no
	both(context.TODO(), ctx) // waits: no
	bodyless(1, ctx) // waits: no
	f(1, ctx) // waits: no
}
`},
	})
}
