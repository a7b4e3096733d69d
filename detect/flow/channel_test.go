package flow_test

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"
	"testing"

	"github.com/ctxfix/ctxfix/detect/flow"
)

// channelIn type-checks src and describes the channel of the marked
// expression: the operand of the call mark(ch).
func channelIn(t *testing.T, src string) (*flow.Package, *flow.Channel) {
	t.Helper()
	p, file := check(t, "package p\n"+src+"\nfunc mark(any) {}\n")
	var marked ast.Expr
	ast.Inspect(file, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			if id, ok := call.Fun.(*ast.Ident); ok && id.Name == "mark" {
				marked = call.Args[0]
			}
		}
		return true
	})
	c := p.Channel(marked)
	if c == nil {
		t.Fatal("not a channel")
	}
	return p, c
}

// summary renders what the tests look at, mark(ch) itself left out.
func summary(c *flow.Channel) string {
	var b strings.Builder
	fmt.Fprintf(&b, "kind %d", c.Kind)
	for _, m := range c.Makes {
		fmt.Fprintf(&b, " make %d", m.Cap)
	}
	if n := len(c.Sources); n > 0 {
		fmt.Fprintf(&b, " sources %d", n)
	}
	ops := func(name string, ops []flow.ChannelOp) {
		for _, op := range ops {
			fmt.Fprintf(&b, " %s", name)
			if op.Launch != nil {
				b.WriteString("/go")
				if !op.Direct() {
					b.WriteString("/nested")
				}
			}
			if op.Loop {
				b.WriteString("/loop")
			}
			if op.Comm != nil {
				b.WriteString("/case")
			}
		}
	}
	ops("send", c.Sends)
	ops("receive", c.Receives)
	ops("close", c.Closes)
	for _, e := range c.Escapes {
		if e.How != "passed to mark" {
			fmt.Fprintf(&b, " [%s]", e.How)
			if e.Launch != nil {
				b.WriteString("/go")
			}
		}
	}
	if n := len(c.Measured); n > 0 {
		fmt.Fprintf(&b, " measured %d", n)
	}
	return b.String()
}

func TestChannel(t *testing.T) {
	local, param, field, global, call, other := flow.LocalChannel, flow.ParamChannel, flow.FieldChannel, flow.GlobalChannel, flow.CallChannel, flow.OtherChannel
	kind := func(k flow.ChannelKind, rest string) string { return fmt.Sprintf("kind %d%s", k, rest) }
	for _, test := range []struct{ name, src, want string }{
		{"unbuffered", `func f() { ch := make(chan int); go func() { ch <- 1 }(); <-ch; mark(ch) }`,
			kind(local, " make 0 send/go receive")},
		{"buffered", `const n = 2; func f() { ch := make(chan int, n+1); ch <- 1; close(ch); mark(ch) }`,
			kind(local, " make 3 send close")},
		{"unknown capacity", `func f(n int) { var ch = make(chan int, n); for range n { ch <- 1 }; for range ch {}; mark(ch) }`,
			kind(local, " make -1 send/loop receive")},
		{"select", `func f() { ch := make(chan int); select { case ch <- 1: case v := <-ch: _ = v; case <-(ch): }; mark(ch) }`,
			kind(local, " make 0 send/case receive/case receive/case")},
		{"in the body of a case", `func f() { ch := make(chan int); select { default: <-ch }; mark(ch) }`,
			kind(local, " make 0 receive")},
		{"bound parameter", `func f() { ch := make(chan int); go func(out chan<- int) { out <- 1 }(ch); mark(ch) }`,
			kind(local, " make 0 send/go")},
		{"seen from the bound parameter", `func f() { ch := make(chan int); go func(out chan<- int) { mark(out); out <- 1 }(ch); <-ch }`,
			kind(local, " make 0 send/go receive")},
		{"copied", `func f() { ch := make(chan int); in := ch; <-in; var out chan<- int = ch; out <- 1; mark(ch) }`,
			kind(local, " make 0 send receive")},
		{"seen from the copy", `func f() { ch := make(chan int, 1); in := ch; mark(in); ch <- 1 }`,
			kind(local, " make 1 send")},
		{"two makes", `func f(b bool) { ch := make(chan int); if b { ch = make(chan int, 4) }; mark(ch) }`,
			kind(local, " make 0 make 4")},
		{"nil and declared", `func f() { var ch chan int; ch = nil; mark(ch) }`, kind(local, "")},
		{"nested literal", `func f(each func(func(int))) { ch := make(chan int); go func() { each(func(v int) { ch <- v }) }(); mark(ch) }`,
			kind(local, " make 0 send/go/nested")},
		{"launched by name", `func f() { ch := make(chan int); send := func(v int) { ch <- v }; go send(1); mark(ch) }`,
			kind(local, " make 0 send/go/nested")},
		{"wait group", `import "sync"; func f() { var wg sync.WaitGroup; ch := make(chan int); wg.Go(func() { ch <- 1 }); mark(ch) }`,
			kind(local, " make 0 send/go")},
		{"escapes", `type s struct{ c chan int }; func f(o chan chan int, m map[int]chan int) chan int { ch := make(chan int); g(ch); o <- ch; m[1] = ch; _ = s{c: ch}; _ = &ch; mark(ch); return ch }; func g(chan int)`,
			kind(local, " make 0 [passed to g] [sent on another channel] [stored] [stored] [referred to by a pointer] [returned]")},
		{"measured and compared", `func f() { ch := make(chan int, 2); if ch != nil { _ = len(ch) + cap(ch) }; mark(ch) }`,
			kind(local, " make 2 measured 2")},
		{"conversion", `func f() { ch := make(chan int); in := (<-chan int)(ch); <-in; mark(ch) }`,
			kind(local, " make 0 receive")},
		{"from a call", `func g() chan int; func f() { ch := g(); mark(ch) }`, kind(local, " sources 1")},
		{"from one of two results", `func g() (chan int, error); func f() { ch, err := g(); _ = err; mark(ch) }`, kind(local, " sources 1")},
		{"parameter", `func f(ch chan int) { <-ch; mark(ch) }`, kind(param, " receive")},
		{"parameter with a default", `func f(ch chan int) { if ch == nil { ch = make(chan int) }; mark(ch) }`, kind(param, " make 0")},
		{"field", `type s struct{ c chan int }; func n() *s { return &s{c: make(chan int, 1)} }; func (x *s) put() { x.c <- 1 }; func (x *s) get() { <-x.c; mark(x.c) }`,
			kind(field, " make 1 send receive")},
		{"field without a key", `type s struct{ n int; c chan int }; func f() { x := s{1, make(chan int)}; mark(x.c) }`, kind(field, " make 0")},
		{"field of a generic type", `type s[T any] struct{ c chan T }; func (x *s[T]) put(v T) { x.c <- v }; func f(x *s[int]) { x.c = make(chan int); mark(x.c) }`,
			kind(field, " make 0 send")},
		{"package variable", `var c = make(chan int); func f() { c <- 1; mark(c) }`, kind(global, " make 0 send")},
		{"call", `func g() chan int; func f() { mark(g()) }`, kind(call, "")},
		{"element", `func f(m map[int]chan int) { mark(m[1]) }`, kind(other, "")},
		{"just made", `func f() { mark(make(chan int, 2)) }`, kind(call, " make 2")},
		{"receive in parentheses", `func f(ch chan int) { select { case (<-ch): }; select { case v := (<-ch): _ = v }; mark(ch) }`, kind(param, " receive/case receive/case")},
		{"other function called Go", `func Go(f func()); func f(ch chan int) { Go(func() { ch <- 1 }); mark(ch) }`, kind(param, " send")},
		{"other method", `type g struct{}; func (g) Run(f func()); func f(ch chan int, w g) { w.Run(func() { ch <- 1 }); mark(ch) }`, kind(param, " send")},
		{"method Go with more", `type g struct{}; func (g) Go(n int, f func()); func f(ch chan int, w g) { w.Go(1, func() { ch <- 1 }); mark(ch) }`, kind(param, " send")},
		{"method TryGo", `type g struct{}; func (g) TryGo(f func()); func f(ch chan int, w g) { w.TryGo(func() { ch <- 1 }); mark(ch) }`, kind(param, " send/go")},
		{"method Go by name", `type g struct{}; func (g) Go(f func()); func f(ch chan int, w g) { send := func() { ch <- 1 }; w.Go(send); mark(ch) }`, kind(param, " send/go/nested")},
		{"other method by name", `type g struct{}; func (g) Run(f func()); func f(ch chan int, w g) { send := func() { ch <- 1 }; w.Run(send); mark(ch) }`, kind(param, " send")},
		{"method Go with more, by name", `type g struct{}; func (g) Go(f func(), n int); func f(ch chan int, w g) { send := func() { ch <- 1 }; w.Go(send, 1); mark(ch) }`, kind(param, " send")},
		{"called by name", `func f(ch chan int) { send := func() { ch <- 1 }; send(); mark(ch) }`, kind(param, " send")},
		{"launched by the name of a declaration", `func f(ch chan int) { var n, send = 1, func() { ch <- 1 }; go send(); _ = n; mark(ch) }`, kind(param, " send/go/nested")},
		{"passed on by a launch", `func g(chan int); func f(ch chan int) { go g(ch); g(ch); mark(ch) }`, kind(param, " [passed to g]/go [passed to g]")},
		{"passed to an element", `func f(ch chan int, fs []func(chan int)) { fs[0](ch); mark(ch) }`, kind(param, " [passed to fs]")},
		{"dropped", `func f(ch chan int) { _ = ch; mark(ch) }`, kind(param, "")},
		{"kept in a variable of the package", `var kept chan int; func f(ch chan int) { kept = ch; mark(ch) }`, kind(param, " [stored]")},
		{"method of the channel", `type q chan int; func (q) put() {}; func f() { ch := make(q); ch.put(); mark(ch) }`, kind(local, " make 0 [stored]")},
		{"result", `func f() (ch chan int) { ch = make(chan int); mark(ch); return ch }`, kind(param, " make 0 [returned]")},
		{"receiver", `type q chan int; func (x q) put() { x <- 1; mark(x) }`, kind(param, " send")},
		{"from a range", `func f(chs []chan int) { for _, ch := range chs { <-ch; mark(ch) } }`, kind(local, " sources 1 receive/loop")},
		{"from a range over what is made", `func f() { for _, ch := range make([]chan int, 3) { <-ch; mark(ch) } }`, kind(local, " sources 1 receive/loop")},
		{"variadic parameter", `func f(ch chan int) { func(chs ...chan int) { <-chs[0] }(ch); mark(ch) }`, kind(param, " [passed to a function]")},
		{"in a slice", `func f(ch chan int) { _ = []chan int{ch}; mark(ch) }`, kind(param, " [stored]")},
		{"field of elements", `type s struct{ n int; c chan int }; func f() { x := []*s{{c: make(chan int, 1)}, {2, make(chan int, 2)}}; mark(x[0].c) }`, kind(field, " make 1 make 2")},
		{"closed by a function", `func safeClose(chan int); func f(ch chan int) { safeClose(ch); close(ch); mark(ch) }`, kind(param, " close close")},
		{"passed to one who closes", `func closeSoon(chan int, int); func f(ch chan int) { closeSoon(ch, 1); mark(ch) }`, kind(param, " [passed to closeSoon]")},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, c := channelIn(t, test.src)
			if got := summary(c); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestChannelCapacity(t *testing.T) {
	for _, test := range []struct {
		name, src  string
		n          int64
		known      bool
		unbuffered bool
	}{
		{"unbuffered", `func f() { ch := make(chan int); mark(ch) }`, 0, true, true},
		{"zero", `func f() { ch := make(chan int, 0); mark(ch) }`, 0, true, true},
		{"either", `func f(b bool) { ch := make(chan int); if b { ch = make(chan int, 1) }; mark(ch) }`, 0, true, false},
		{"computed", `func f(n int) { ch := make(chan int, n); mark(ch) }`, -1, false, false},
		{"not made here", `func g() chan int; func f() { ch := g(); mark(ch) }`, 0, false, false},
		{"parameter", `func f(ch chan int) { if ch == nil { ch = make(chan int) }; mark(ch) }`, 0, false, false},
		{"exported field", `type S struct{ C chan int }; func f() { s := S{C: make(chan int)}; mark(s.C) }`, 0, false, false},
		{"exported local", `func f() { Ch := make(chan int, 3); mark(Ch) }`, 3, true, false},
		{"just made", `func f() { mark(make(chan int, 3)) }`, 3, true, false},
		{"or from a call", `func g() chan int; func f(b bool) { ch := make(chan int, 3); if b { ch = g() }; mark(ch) }`, 0, false, false},
		{"own field", `type s struct{ c chan int }; func f() { x := s{c: make(chan int, 3)}; mark(x.c) }`, 3, true, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, c := channelIn(t, test.src)
			n, known := c.Capacity()
			if n != test.n || known != test.known || c.Unbuffered() != test.unbuffered {
				t.Errorf("got %d, %v, unbuffered %v", n, known, c.Unbuffered())
			}
		})
	}
}

func TestChannelPrivate(t *testing.T) {
	for src, want := range map[string]bool{
		`func f(b bool) { ch := make(chan int); if b { ch = make(chan int, 1) }; go func() { ch <- 1 }(); <-ch }`: true,
		`func f() { ch := make(chan int); h(ch); <-ch }`:                                                          false,
		`func f(b bool) { ch := make(chan int); if b { ch = g() }; <-ch }`:                                        false,
		`func f() { var ch chan int; <-ch }`:                                                                      false,
		`func f(ch chan int) { if ch == nil { ch = make(chan int) }; <-ch }`:                                      false,
	} {
		p, file := check(t, "package p\nfunc g() chan int\nfunc h(chan int)\n"+src)
		ast.Inspect(file, func(n ast.Node) bool {
			if u, ok := n.(*ast.UnaryExpr); ok {
				if got := p.Channel(u.X).Private(); got != want {
					t.Errorf("%s: got %v", src, got)
				}
			}
			return true
		})
	}
}

func TestChannelNames(t *testing.T) {
	for name, want := range map[string]bool{
		"done": true, "doneCh": true, "donec": true, "Done": true, "serverDone": true, "stop_chan": true, "STOP": true,
		"quitChan": true, "isClosed": true, "Dying": true, "readych": true, "HTTPDone": true, "serverQUIT": true, "term": true,
		"data": false, "undone": false, "terms": false, "stopwatch": false, "doneness": false, "c": false, "ch": false,
		"closer": false, "indeed": false, "results": false,
	} {
		c := &flow.Channel{Name: name}
		if got := c.Ending(); got != want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

func TestChannelElements(t *testing.T) {
	_, c := channelIn(t, `import "time"; func f() { mark(time.After(1)) }`)
	if !c.Ticks() || c.OSSignals() || c.Event() || c.Name != "After" {
		t.Errorf("time.After: %+v", c)
	}
	_, c = channelIn(t, `import "os"; func f(c chan os.Signal) { mark(c) }`)
	if c.Ticks() || !c.OSSignals() || c.Event() {
		t.Errorf("chan os.Signal: %+v", c)
	}
	_, c = channelIn(t, `func f(done []chan int) { mark(done[0]) }`)
	if c.Name != "done" || !c.Ending() {
		t.Errorf("done[0]: %+v", c)
	}
	_, c = channelIn(t, `func f(c <-chan struct{}) { mark(c) }`)
	if !c.Event() || c.Dir != types.RecvOnly {
		t.Errorf("chan struct{}: %+v", c)
	}
}

func TestChannelCanLeave(t *testing.T) {
	p, c := channelIn(t, `func f(other chan int) {
		ch := make(chan int)
		ch <- 1
		select { case ch <- 2: }
		select { case ch <- 3: default: }
		select { case ch <- 4: case <-other: }
		mark(ch)
	}`)
	want := []bool{false, false, true, true}
	for i, op := range c.Sends {
		if got := p.CanLeave(op); got != want[i] {
			t.Errorf("send %d: got %v", i+1, got)
		}
	}
	if len(c.Sends) != len(want) {
		t.Errorf("%d sends", len(c.Sends))
	}
}

func TestLast(t *testing.T) {
	for src, want := range map[string]bool{
		`func f(ch chan int) { mark(ch); ch <- 1 }`:                                     true,
		`func f(ch chan int) error { mark(ch); ch <- 1; return nil }`:                   true,
		`func f(ch chan int) { mark(ch); defer close(ch); ch <- 1 }`:                    true,
		`func f(ch chan int, b bool) { mark(ch); if b { ch <- 1; return }; println() }`: true,
		`func f(ch chan int) { mark(ch); ch <- 1; println() }`:                          false,
		`func f(ch chan int) { mark(ch); ch <- 1; close(ch) }`:                          false,
		`func f(ch chan int) { mark(ch); for { ch <- 1 } }`:                             false,
		`func g() int; func f(ch chan int) int { mark(ch); ch <- 1; return g() }`:       false,
	} {
		p, c := channelIn(t, src)
		if got := p.Last(c.Sends[0].Node); got != want {
			t.Errorf("%s: got %v", src, got)
		}
	}
}
