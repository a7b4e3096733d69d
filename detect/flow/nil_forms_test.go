package flow_test

import (
	"cmp"
	"go/ast"
	"strings"
	"testing"

	"github.com/ctxfix/ctxfix/detect/flow"
)

// nilContext says whether the first argument of here may be nil, and why.
func nilContext(p *flow.Package, n ast.Node) string {
	e := n.(*ast.CallExpr).Args[0]
	never := "unknown"
	if p.NeverNil(e) {
		never = "never"
	}
	if p.IsNil(e) {
		never = "always"
	}
	why := p.MaybeNil(e)
	return cmp.Or(strings.TrimPrefix(why, "it "), never)
}

func TestNilForms(t *testing.T) {
	ask(t, map[string]question{"nil": nilContext}, []source{
		{"circle", `
import "context"
func circle() {
	a := context.Background()
	b := a
	a = b
	here(a) // nil: unknown
	if a != nil {
		here(b) // nil: never
	}
}
`},
		{"text", `
func text(err error) {
	var v any = err.Error()
	here(v) // nil: never
}
`},
		{"required", `
import ("context"; "example.com/testify/require")
type s struct{ ctx context.Context }
func get() context.Context { return context.Background() }
func notNil(t any) {
	var ctx, other context.Context
	if t != nil { ctx, other = get(), get() }
	require.New(t)
	require.NotNil(t, other)
	here(ctx) // nil: is declared without a value and not set on every path to here
	require.NotNil(t, ctx, "none")
	here(ctx) // nil: never
}
func isTrue(t any, n int) {
	var ctx context.Context
	if n > 1 { ctx = context.Background() }
	here(ctx) // nil: is declared without a value and not set on every path to here
	require.True(t, ctx != nil)
	here(ctx) // nil: never
}
func isFalse(t any, n int) {
	var ctx context.Context
	if n > 1 { ctx = context.Background() }
	require.Falsef(t, ctx == nil, "%d", n)
	here(ctx) // nil: never
}
`},
		{"conditions", `
import "context"
func get() context.Context { return context.Background() }
func greater(n int) {
	var ctx context.Context
	if n > 3 {
		ctx = get()
	}
	if 3 < n {
		here(ctx) // nil: unknown
	}
	if n <= 3 {
		here(ctx) // nil: is declared without a value and not set on every path to here
	}
	if n >= 3 {
		here(ctx) // nil: is declared without a value and not set on every path to here
	}
}
func atLeast(n int) {
	var ctx context.Context
	if n >= 3 {
		ctx = get()
	}
	if n < 3 {
		here(ctx) // nil: is declared without a value and not set on every path to here
		return
	}
	here(ctx) // nil: unknown
}
func unequal(n int) {
	var ctx context.Context
	if n != 3 {
		ctx = get()
	}
	if n == 3 {
		here(ctx) // nil: is declared without a value and not set on every path to here
		return
	}
	here(ctx) // nil: unknown
}
func changed(n int) {
	var ctx context.Context
	if n > 3 {
		ctx = get()
	}
	n++
	if n > 3 {
		here(ctx) // nil: is declared without a value and not set on every path to here
	}
}
func changedByPlus(n int) {
	var ctx context.Context
	if n > 3 {
		ctx = get()
	}
	n += 2
	if n > 3 {
		here(ctx) // nil: is declared without a value and not set on every path to here
	}
}
func ofReceive(in chan bool) {
	var ctx context.Context
	if <-in {
		ctx = get()
	}
	if <-in {
		here(ctx) // nil: is declared without a value and not set on every path to here
	}
}
func negated(on bool) {
	var ctx context.Context
	if !on {
		ctx = get()
	}
	if on {
		here(ctx) // nil: is declared without a value and not set on every path to here
		return
	}
	here(ctx) // nil: unknown
}
func negatedUnequal(a, b int) {
	var ctx context.Context
	if !(a != b) {
		ctx = get()
	}
	if a == b {
		here(ctx) // nil: unknown
	}
}
func byPointer(on *bool) {
	var ctx context.Context
	if *on {
		ctx = get()
	}
	if *on {
		here(ctx) // nil: unknown
	}
}
func byElement(on []bool, i, j int) {
	var ctx context.Context
	if on[i] {
		ctx = get()
	}
	if on[j] {
		here(ctx) // nil: is declared without a value and not set on every path to here
	}
	if on[i] {
		here(ctx) // nil: unknown
	}
}
func byCall(on func(int) bool) {
	var ctx context.Context
	if on(1) {
		ctx = get()
	}
	if on(2) {
		here(ctx) // nil: is declared without a value and not set on every path to here
	}
	if on(1) {
		here(ctx) // nil: unknown
	}
}
func byTwo(a, b, c bool) {
	var ctx context.Context
	if a == b {
		ctx = get()
	}
	if a == c {
		here(ctx) // nil: is declared without a value and not set on every path to here
	}
	if a == b {
		here(ctx) // nil: unknown
	}
}
type options struct{ on, off bool }
func byField(o, q options) {
	var ctx context.Context
	if o.on {
		ctx = get()
	}
	if o.off {
		here(ctx) // nil: is declared without a value and not set on every path to here
	}
	if q.on {
		here(ctx) // nil: is declared without a value and not set on every path to here
	}
	if o.on {
		here(ctx) // nil: unknown
	}
	o.on = true
	if o.on {
		here(ctx) // nil: is declared without a value and not set on every path to here
	}
}
func byMinus(n int) {
	var ctx context.Context
	if -n == 1 {
		ctx = get()
	}
	if n == 1 {
		here(ctx) // nil: is declared without a value and not set on every path to here
	}
	if -n == 1 {
		here(ctx) // nil: unknown
	}
}
func bySum(n, m int) {
	var ctx context.Context
	if n+m == 1 {
		ctx = get()
	}
	if n-m == 1 {
		here(ctx) // nil: is declared without a value and not set on every path to here
	}
	if n+m == 1 {
		here(ctx) // nil: unknown
	}
}
func counted(n int) {
	var ctx context.Context
	for i := 0; i < 3; i++ {
		if i == 0 {
			ctx = get()
		}
	}
	here(ctx) // nil: unknown
}
func countedUp(n int) {
	var ctx context.Context
	var i int
	for i >= 0 {
		ctx = get()
		i = -1
	}
	here(ctx) // nil: unknown
}
func countedOther(n int) {
	var ctx context.Context
	i := 0
	for n < 3 {
		ctx = get()
		n = i
	}
	here(ctx) // nil: is declared without a value and not set on every path to here
}
func noComparison(n int) {
	var ctx context.Context
	i := 4
	if i&3 == 0 {
		ctx = get()
	}
	if i != 4 {
		here(ctx) // nil: unknown
	}
	here(ctx) // nil: is declared without a value and not set on every path to here
}
func decided(n int) {
	var ctx context.Context
	i := 4
	if i <= 4 {
		ctx = get()
	}
	here(ctx) // nil: unknown
}
func decidedNot(n int) {
	var ctx context.Context
	i := 4
	if i > 4 {
		ctx = get()
	}
	here(ctx) // nil: is declared without a value and not set on every path to here
}
func flagged(n int) {
	var ctx context.Context
	var set bool
	if n > 1 {
		ctx, set = get(), true
	}
	if set {
		here(ctx) // nil: unknown
		return
	}
	here(ctx) // nil: is declared without a value and not set on every path to here
}
func noted(ctx context.Context) {
	none := ctx == nil
	if none {
		ctx = get()
	}
	here(ctx) // nil: unknown
}
func notedSome(ctx context.Context) {
	some := ctx != nil
	if !some {
		ctx = get()
	}
	here(ctx) // nil: unknown
}
func notedNilFirst(ctx context.Context) {
	none := nil == ctx
	if none {
		return
	}
	here(ctx) // nil: unknown
}
func notedOther(ctx, other context.Context) {
	none := other == nil
	if ctx == nil {
		println()
	}
	if none {
		return
	}
	here(ctx) // nil: this function compares it with nil and goes on
}
func notedEqual(ctx, other context.Context) {
	same := ctx == other
	if ctx == nil {
		println()
	}
	if same {
		return
	}
	here(ctx) // nil: this function compares it with nil and goes on
}
func copied(ctx context.Context) {
	c := ctx
	if ctx == nil {
		return
	}
	here(c) // nil: unknown
}
func copiedElse(on bool) {
	var ctx context.Context
	if on {
		ctx = get()
	}
	c := ctx
	if ctx != nil {
		here(c) // nil: unknown
		return
	}
	here(c) // nil: is declared without a value and not set on every path to here
}
func nilFirst(ctx context.Context) {
	if nil == ctx {
		here(ctx) // nil: this function compares it with nil and goes on
		return
	}
	here(ctx) // nil: never
}
func equalToOther(ctx, other context.Context) {
	if ctx == other {
		here(ctx) // nil: unknown
		return
	}
	here(ctx) // nil: unknown
}
func comparedOnly(ctx context.Context) {
	if ctx != nil {
		println()
	}
	here(ctx) // nil: this function compares it with nil and goes on
}
func comparedWithOther(ctx, other context.Context) {
	if ctx != other {
		println()
	}
	here(ctx) // nil: unknown
}
func comparedInALiteral(ctx context.Context) {
	f := func() bool { return ctx == nil }
	_ = f
	here(ctx) // nil: unknown
}
func comparedAndReplaced(ctx context.Context) {
	if ctx == nil {
		ctx = get()
	}
	here(ctx) // nil: unknown
}
func insideAnd(ctx context.Context) {
	_ = ctx != nil && holds(here2(ctx))
	if ctx == nil || holds(ctx) {
		println()
	}
	here(ctx) // nil: this function compares it with nil and goes on
}
func here2(ctx context.Context) context.Context { return ctx }
func holds(ctx context.Context) bool { return ctx.Err() == nil }
func rightOfAnd(ctx context.Context, on bool) {
	if on && context.Cause(ctx) == nil {
		println()
	}
	if ctx == nil {
		println()
	}
	here(ctx) // nil: this function compares it with nil and goes on
}
func rightOfOr(ctx context.Context, on bool) {
	if on || context.Cause(ctx) == nil {
		println()
	}
	if ctx == nil {
		println()
	}
	here(ctx) // nil: this function compares it with nil and goes on
}
func leftOfOr(ctx context.Context, on bool) {
	if ctx == nil {
		println()
	}
	if context.Cause(ctx) == nil || on {
		println()
	}
	here(ctx) // nil: never
}
func rightAssigned(ctx context.Context, on bool) {
	if ctx == nil {
		println()
	}
	ok := on && context.Cause(ctx) == nil
	here(ctx) // nil: this function compares it with nil and goes on
	here(ctx, ok) // nil: this function compares it with nil and goes on
}
func inLiteral(ctx context.Context) {
	if ctx == nil {
		println()
	}
	f := func() error { return context.Cause(ctx) }
	here(ctx) // nil: this function compares it with nil and goes on
	_ = f
}
`},
		{"switches and loops", `
import "context"
type own struct{ context.Context }
func get() context.Context { return context.Background() }
func try() (context.Context, error) { return nil, nil }
func byTag(ctx context.Context) {
	switch ctx {
	case nil:
		here(ctx) // nil: this function compares it with nil and goes on
	default:
		here(ctx) // nil: never
	}
}
func byCase(ctx context.Context) {
	switch {
	case ctx == nil:
		here(ctx) // nil: this function compares it with nil and goes on
	case ctx.Err() == nil:
		here(ctx) // nil: never
	}
}
func empty(ctx context.Context, on bool) {
	if ctx == nil {
		println()
	}
	switch {
	}
	here(ctx) // nil: this function compares it with nil and goes on
}
func byType(ctx context.Context) {
	switch ctx.(type) {
	case nil:
		here(ctx) // nil: unknown
	case own:
		here(ctx) // nil: never
	default:
		here(ctx) // nil: never
	}
}
func byTypes(ctx context.Context) {
	if ctx == nil {
		println()
	}
	switch c := ctx.(type) {
	case own, *own:
		here(ctx) // nil: never
		here(c) // nil: unknown
	case nil, interface{ Lost() }:
		here(ctx) // nil: this function compares it with nil and goes on
	default:
		here(ctx) // nil: never
	}
}
func byTypeOfOther(ctx context.Context, v any) {
	if ctx == nil {
		println()
	}
	switch c := v.(type) {
	case context.Context:
		here(c) // nil: never
		here(ctx) // nil: this function compares it with nil and goes on
	case nil:
		here(ctx) // nil: this function compares it with nil and goes on
	}
}
func ranged(all []context.Context) {
	var ctx context.Context
	for _, ctx = range all {
		here(ctx) // nil: unknown
	}
	here(ctx) // nil: is declared without a value and not set on every path to here
}
func rangedKey(all map[context.Context]int) {
	var ctx context.Context
	for ctx = range all {
		here(ctx) // nil: unknown
	}
	here(ctx) // nil: is declared without a value and not set on every path to here
}
func rangedOwn(all []context.Context) {
	for _, ctx := range all {
		here(ctx) // nil: unknown
	}
	for i := range all {
		here(all[i]) // nil: is an element of a slice or array that may not be filled
	}
}
func rangedOther(all []int) {
	var ctx context.Context
	for i := range all {
		here(ctx) // nil: is declared without a value and not set on every path to here
		if i == 3 {
			ctx = get()
		}
	}
	for range 3 {
		here(ctx) // nil: is declared without a value and not set on every path to here
	}
}
func received(in chan context.Context, stop chan int) {
	var ctx context.Context
	select {
	case ctx = <-in:
		here(ctx) // nil: unknown
	case <-stop:
		here(ctx) // nil: is declared without a value and not set on every path to here
	default:
		here(ctx) // nil: is declared without a value and not set on every path to here
	}
	here(ctx) // nil: is declared without a value and not set on every path to here
}
func cycle(n int) {
	var a, b context.Context
	for range n {
		a, b = b, a
	}
	here(a) // nil: is declared without a value and not set on every path to here
}
func unreachable() {
	var ctx context.Context
	return
	here(ctx) // nil: never
}
func declaredWith(on bool) {
	var a, b context.Context = nil, get()
	var c, err = try()
	here(a) // nil: is set to nil on a path to here
	here(b) // nil: unknown
	here(c) // nil: unknown
	_ = err
}
func results(on bool) (ctx context.Context, err error) {
	if on {
		here(ctx) // nil: is declared without a value and not set on every path to here
		ctx, err = try()
		here(ctx) // nil: unknown
		ctx, _ = context.WithCancel(get())
		here(ctx) // nil: never
		ctx = own{}
		here(ctx) // nil: never
		ctx = (*own)(nil)
		here(ctx) // nil: never
		ctx = context.Context(nil)
		here(ctx) // nil: is set to nil on a path to here
	}
	return
}
func pairs(m map[int]context.Context, v any) {
	a, _ := m[1]
	here(a) // nil: is an element of a map, nil where the key is missing
	b, _ := v.(context.Context)
	here(b) // nil: comes from a type assertion whose ok is not looked at
	c, ok := m[2]
	if ok {
		here(c) // nil: unknown
	}
	if !ok {
		here(c) // nil: is an element of a map, nil where the key is missing
	}
	d, found := v.(context.Context)
	here(d) // nil: comes from a type assertion whose ok is not looked at
	if found {
		here(d) // nil: never
	}
	e, had := m[3]
	here(e, had) // nil: unknown
	f, _ := try()
	here(f) // nil: unknown
	g := v.(context.Context)
	here(g) // nil: never
	h := m[4]
	here(h) // nil: is an element of a map, nil where the key is missing
}
func pairsTested(m map[int]context.Context, n int) {
	a, ok := m[1]
	for ok {
		here(a) // nil: unknown
		ok = false
	}
	b, had := m[2]
	switch {
	case had:
		here(b) // nil: unknown
	}
	c, has := m[3]
	_ = has
	if n > 2 && (has) {
		here(c) // nil: unknown
	}
	d, is := m[4]
	n, is = n, n > 2
	if is {
		here(d) // nil: is an element of a map, nil where the key is missing
	}
	e, was := m[5]
	kept := was
	if kept {
		here(e) // nil: unknown
	}
	var f, got = m[6]
	if got {
		here(f) // nil: unknown
	}
}
`},
		{"fields, elements and literals", `
import ("cmp"; "context"; "net/http"; "os"; "os/signal"; "golang.org/x/sync/errgroup")
type server struct{ ctx context.Context; next *server }
var global context.Context
func get() context.Context { return context.Background() }
func run(func()) {}
func set(*context.Context) {}
func give([]context.Context) {}
func field(s *server) {
	here(s.ctx) // nil: unknown
	if s.ctx == nil {
		here(s.ctx) // nil: unknown
		s.ctx = get()
		here(s.ctx) // nil: unknown
	}
	s.ctx = nil
	here(s.ctx) // nil: is set to nil on a path to here
	s = s.next
	here(s.ctx) // nil: unknown
}
func fieldFound(s *server) {
	if s.ctx != nil {
		here(s.ctx) // nil: never
		s.next = nil
		here(s.ctx) // nil: never
	}
}
func packageVariable(on bool) {
	here(global) // nil: unknown
	global = nil
	here(global) // nil: is set to nil on a path to here
}
func pointed(p *context.Context) {
	here(*p) // nil: unknown
	*p = nil
	here(*p) // nil: is set to nil on a path to here
}
func addressed(on bool) {
	var ctx context.Context
	set(&ctx)
	here(ctx) // nil: unknown
}
func addressedOther(on bool) {
	var ctx, other context.Context
	set(&other)
	here(ctx) // nil: is declared without a value and not set on every path to here
}
func negatedOther(n int) {
	var ctx context.Context
	println(-n)
	here(ctx) // nil: is declared without a value and not set on every path to here
}
func setInside(on bool) {
	var ctx context.Context
	run(func() { ctx = get() })
	here(ctx) // nil: unknown
}
func otherSetInside(on bool) {
	var ctx, other context.Context
	run(func() { other = get() })
	here(ctx) // nil: is declared without a value and not set on every path to here
	_ = other
}
func captured(ctx context.Context) {
	run(func() {
		here(ctx) // nil: unknown
	})
}
func capturedUnset(on bool) {
	var ctx context.Context
	run(func() {
		here(ctx) // nil: is declared without a value and not set on every path to here
	})
}
func capturedAndSetLater(on bool) {
	var ctx context.Context
	run(func() {
		here(ctx) // nil: unknown
	})
	ctx = get()
}
func capturedAndConstructedLater(on bool) {
	ctx := context.Background()
	run(func() {
		here(ctx) // nil: never
	})
	ctx = context.TODO()
}
func capturedAndConstructedLaterUnset(on bool) {
	var ctx context.Context
	run(func() {
		here(ctx) // nil: unknown
	})
	ctx = context.TODO()
}
func capturedAndUnknownLater(in chan context.Context) {
	ctx := context.Background()
	run(func() {
		here(ctx) // nil: unknown
	})
	ctx, _ = <-in
}
func capturedTwice(on bool) {
	ctx := context.Background()
	run(func() {
		run(func() {
			here(ctx) // nil: never
		})
	})
}
func capturedTwiceSetLater(on bool) {
	ctx := context.Background()
	run(func() {
		run(func() {
			here(ctx) // nil: unknown
		})
	})
	ctx = get()
}
func capturedSetBefore(on bool) {
	ctx := get()
	ctx = context.Background()
	run(func() {
		here(ctx) // nil: never
	})
}
func argument(on bool) {
	func(ctx context.Context) {
		here(ctx) // nil: is set to nil on a path to here
	}(nil)
	func(n int, ctx context.Context) {
		here(ctx) // nil: never
	}(1, context.Background())
	func(ctxs ...context.Context) {
		here(ctxs[0]) // nil: is an element of a slice or array that may not be filled
	}()
}
func elements(all []context.Context, m map[string]context.Context, n int) {
	here(all[0]) // nil: is an element of a slice or array that may not be filled
	here(m["a"]) // nil: is an element of a map, nil where the key is missing
	made := make([]context.Context, n)
	here(made[0]) // nil: is an element of a slice or array that may not be filled
	filled := make([]context.Context, n)
	filled[0] = get()
	here(filled[0]) // nil: unknown
	here(filled[1]) // nil: unknown
	given := make([]context.Context, n)
	give(given)
	here(given[1]) // nil: unknown
	pointed := make([]context.Context, n)
	set(&pointed[0])
	here(pointed[1]) // nil: unknown
	counted := make([]context.Context, n, 4)
	println(len(counted), cap(counted))
	here(counted[1]) // nil: is an element of a slice or array that may not be filled
	ranged := make([]context.Context, n)
	for i, ranged[0] = range all {
		_ = i
	}
	here(ranged[1]) // nil: unknown
	read := make([]context.Context, n)
	for range read {
	}
	println(read[0])
	here(read[1]) // nil: is an element of a slice or array that may not be filled
	var none []context.Context
	here(none[1]) // nil: is an element of a slice or array that may not be filled
	var two = []context.Context{get(), get()}
	here(two[1]) // nil: unknown
	var empty = []context.Context{}
	here(empty[1]) // nil: is an element of a slice or array that may not be filled
	var array [2]context.Context
	here(array[1]) // nil: is an element of a slice or array that may not be filled
	grown := append(all, nil)
	here(grown[1]) // nil: unknown
	same := all
	here(same[1]) // nil: is an element of a slice or array that may not be filled
	ofField := table.all
	here(ofField[1]) // nil: is an element of a slice or array that may not be filled
	ofElement := table.alls[0]
	here(ofElement[1]) // nil: is an element of a slice or array that may not be filled
	here(table.all[1]) // nil: is an element of a slice or array that may not be filled
	f := func() {
		here(all[0]) // nil: is an element of a slice or array that may not be filled
		here(filled[0]) // nil: unknown
	}
	f()
}
var i int
var table struct { all []context.Context; alls [][]context.Context }
func calls(r *http.Request, t interface{ Context() context.Context }) {
	a, stop := signal.NotifyContext(get(), os.Interrupt)
	here(a, stop) // nil: never
	g, b := errgroup.WithContext(get())
	here(b, g) // nil: never
	here(r.Context()) // nil: never
	here(t.Context()) // nil: unknown
	here(cmp.Or(a, context.Background())) // nil: never
	here(cmp.Or(a, nil)) // nil: unknown
	here(context.WithValue(a, 1, 2)) // nil: never
	here(get()) // nil: unknown
}
func proven(a, b, c, d, e, f, g context.Context, r *http.Request) {
	if a == nil || b == nil || c == nil || d == nil || e == nil || f == nil || g == nil {
		println()
	}
	_, _ = signal.NotifyContext(a, os.Interrupt)
	here(a) // nil: never
	_, _ = errgroup.WithContext(b)
	here(b) // nil: never
	_, _ = http.NewRequestWithContext(c, "GET", "", nil)
	here(c) // nil: never
	_ = r.WithContext(d)
	here(d) // nil: never
	_ = r.Clone(e)
	here(e) // nil: never
	<-f.Done()
	here(f) // nil: this function compares it with nil and goes on
	_ = g.Err()
	here(g) // nil: never
}
func fatal(s string, ctx context.Context) {
	if ctx == nil {
		Fatalf("no context")
	}
	here(ctx) // nil: never
}
func fatalWithResult(s string, ctx context.Context) {
	if ctx == nil {
		FatalError("no context")
	}
	here(ctx) // nil: this function compares it with nil and goes on
}
func Fatalf(string) { os.Exit(1) }
func FatalError(string) error { return nil }
`},
		{"evaluated twice", `
import ("context"; "os")
func get() context.Context { return context.Background() }
func callOfReceive(on func(bool) bool, in chan bool) {
	var ctx context.Context
	if on(<-in) {
		ctx = get()
	}
	if on(<-in) {
		here(ctx) // nil: is declared without a value and not set on every path to here
	}
}
func fieldOfReceive(in chan struct{ on bool }) {
	var ctx context.Context
	if (<-in).on {
		ctx = get()
	}
	if (<-in).on {
		here(ctx) // nil: is declared without a value and not set on every path to here
	}
}
func elementOfReceive(in chan []bool) {
	var ctx context.Context
	if (<-in)[0] {
		ctx = get()
	}
	if (<-in)[0] {
		here(ctx) // nil: is declared without a value and not set on every path to here
	}
}
func elementAtReceive(on []bool, in chan int) {
	var ctx context.Context
	if on[<-in] {
		ctx = get()
	}
	if on[<-in] {
		here(ctx) // nil: is declared without a value and not set on every path to here
	}
}
func pointerReceived(in chan *bool) {
	var ctx context.Context
	if *<-in {
		ctx = get()
	}
	if *<-in {
		here(ctx) // nil: is declared without a value and not set on every path to here
	}
}
func minusReceived(in chan int) {
	var ctx context.Context
	if -<-in == 1 {
		ctx = get()
	}
	if -<-in == 1 {
		here(ctx) // nil: is declared without a value and not set on every path to here
	}
}
func notReceived(in chan bool) {
	var ctx context.Context
	if !(<-in == true) {
		ctx = get()
	}
	if !(<-in == true) {
		here(ctx) // nil: is declared without a value and not set on every path to here
	}
}
func receivedLeft(in chan int, n int) {
	var ctx context.Context
	if <-in == n {
		ctx = get()
	}
	if <-in == n {
		here(ctx) // nil: is declared without a value and not set on every path to here
	}
}
func receivedRight(in chan int, n int) {
	var ctx context.Context
	if n == <-in {
		ctx = get()
	}
	if n == <-in {
		here(ctx) // nil: is declared without a value and not set on every path to here
	}
}
func receivedUnequal(in chan int, n int) {
	var ctx context.Context
	if n != <-in {
		ctx = get()
	}
	if n != <-in {
		here(ctx) // nil: is declared without a value and not set on every path to here
	}
}
func receivedCalled(in chan func() bool) {
	var ctx context.Context
	if (<-in)() {
		ctx = get()
	}
	if (<-in)() {
		here(ctx) // nil: is declared without a value and not set on every path to here
	}
}
func minusAndNot(in chan bool) {
	var ctx context.Context
	if !<-in {
		ctx = get()
	}
	if !<-in {
		here(ctx) // nil: is declared without a value and not set on every path to here
	}
}
func signs(a, b bool) {
	var ctx context.Context
	if a == !b {
		ctx = get()
	}
	if a == b {
		here(ctx) // nil: is declared without a value and not set on every path to here
	}
	if a == !b {
		here(ctx) // nil: unknown
	}
}
func brackets(m [][]bool, i, j int) {
	var ctx context.Context
	if m[i][j] {
		ctx = get()
	}
	if m[j][i] {
		here(ctx) // nil: is declared without a value and not set on every path to here
	}
	if m[i][j] {
		here(ctx) // nil: unknown
	}
}
func chain(f func(int, int) bool, i, j int) {
	var ctx context.Context
	if f(i, j) {
		ctx = get()
	}
	if f(j, i) {
		here(ctx) // nil: is declared without a value and not set on every path to here
	}
	if f(i, j) {
		here(ctx) // nil: unknown
	}
}
func deref(p **bool, q *bool) {
	var ctx context.Context
	if **p {
		ctx = get()
	}
	if *q {
		here(ctx) // nil: is declared without a value and not set on every path to here
	}
	if **p {
		here(ctx) // nil: unknown
	}
}
func sides(a, b, c int) {
	var ctx context.Context
	if a == b-c {
		ctx = get()
	}
	if a-b == c {
		here(ctx) // nil: is declared without a value and not set on every path to here
	}
	if a == b-c {
		here(ctx) // nil: unknown
	}
}
func unequalSides(a, b, c bool) {
	var ctx context.Context
	if (a != b) == c {
		ctx = get()
	}
	if (a == b) == c {
		here(ctx) // nil: is declared without a value and not set on every path to here
	}
	if (a != b) == c {
		here(ctx) // nil: unknown
	}
}
func more(a, b int) {
	var ctx context.Context
	if a > b {
		ctx = get()
	}
	if a >= b {
		here(ctx) // nil: is declared without a value and not set on every path to here
	}
	if a > b {
		here(ctx) // nil: unknown
	}
}
func moreTurned(a, b int) {
	var ctx context.Context
	if a > b {
		ctx = get()
	}
	if b > a {
		here(ctx) // nil: is declared without a value and not set on every path to here
	}
	if a > b {
		here(ctx) // nil: unknown
	}
}
func packageOf(n int) {
	var ctx context.Context
	if os.O_RDWR == n {
		ctx = get()
	}
	if os.O_WRONLY == n {
		here(ctx) // nil: is declared without a value and not set on every path to here
	}
	if os.O_RDWR == n {
		here(ctx) // nil: unknown
	}
}
func lessEqual(a, b int) {
	var ctx context.Context
	if a <= b {
		ctx = get()
	}
	if a < b {
		here(ctx) // nil: is declared without a value and not set on every path to here
	}
	if a <= b {
		here(ctx) // nil: unknown
	}
}
func lessEqualTurned(a, b int) {
	var ctx context.Context
	if a <= b {
		ctx = get()
	}
	if b >= a {
		here(ctx) // nil: unknown
	}
	if a <= b {
		here(ctx) // nil: unknown
	}
}
func assignedInARange(all []context.Context) {
	var ctx context.Context
	run(func() {
		for _, ctx = range all {
		}
	})
	here(ctx) // nil: unknown
}
func assignedInARangeKey(all map[context.Context]int) {
	var ctx context.Context
	run(func() {
		for ctx = range all {
		}
	})
	here(ctx) // nil: unknown
}
func otherInARange(all []context.Context) {
	var ctx, other context.Context
	run(func() {
		for _, other = range all {
		}
	})
	here(ctx) // nil: is declared without a value and not set on every path to here
	_ = other
}
func negatedInside(n int) {
	var ctx context.Context
	run(func() { println(-n, !(ctx == nil)) })
	here(ctx) // nil: is declared without a value and not set on every path to here
}
func run(func()) {}
func replacedParam(ctx context.Context, on bool) {
	if on {
		here(ctx) // nil: unknown
		ctx = get()
	}
	if ctx != nil {
		println()
	}
	here(ctx) // nil: this function compares it with nil and goes on
}
func nilOnTheLeft(ctx context.Context) {
	if nil != ctx {
		println()
	}
	here(ctx) // nil: this function compares it with nil and goes on
}
func byLess(ctx context.Context, n int) {
	if n < 3 || ctx == nil {
		println()
	}
	here(ctx) // nil: this function compares it with nil and goes on
}
func before(ctx context.Context) {
	if both(here, ctx == nil) || ctx != nil {
		println()
	}
}
func both(any, bool) bool { return true }
func plainContext() context.Context { return nil }
func Context() context.Context { return nil }
func ofPlainCalls(f func() context.Context) {
	here(Context()) // nil: unknown
	here(f()) // nil: unknown
	here(func() context.Context { return nil }()) // nil: unknown
	here(context.Context(get())) // nil: unknown
	here((context.Context)(nil)) // nil: is set to nil on a path to here
	here(id(nil)) // nil: unknown
	here(*new(context.Context)) // nil: unknown
}
func id(ctx context.Context) context.Context { return ctx }
func ofType[C context.Context](c C, e error, ch chan int, m map[int]int, p *int, f func(), s []int, n int) {
	here(c) // nil: unknown
	e, ch, m, p, f, s = nil, nil, nil, nil, nil, nil
	var zero C
	here(zero) // nil: is declared without a value and not set on every path to here
	here(e) // nil: is set to nil on a path to here
	here(ch) // nil: is set to nil on a path to here
	here(m) // nil: is set to nil on a path to here
	here(p) // nil: is set to nil on a path to here
	here(f) // nil: is set to nil on a path to here
	here(s) // nil: is set to nil on a path to here
	here(n) // nil: unknown
	here(nil) // nil: is set to nil on a path to here
}
func loopOfPairs(m map[int]context.Context, on bool) {
	var ctx context.Context
	var ok bool
	for ctx, ok = m[1]; ok; ctx, ok = m[2] {
		here(ctx) // nil: unknown
	}
	here(ctx) // nil: is an element of a map, nil where the key is missing
}
func pairOfFields(m map[int]context.Context, s *struct{ ok bool }) {
	ctx, ok := m[1]
	s.ok = ok
	if s.ok {
		here(ctx) // nil: unknown
	}
	other, ok := m[2]
	both(other, ok)
	if ok {
		here(other) // nil: unknown
	}
	third, _ := m[3]
	third, s.ok = m[3]
	if s.ok {
		here(third) // nil: unknown
	}
}
func threeValues(on bool) {
	a, b, c := three()
	here(b) // nil: unknown
	a, b, c = get(), nil, on
	here(b) // nil: is set to nil on a path to here
	here(a, c) // nil: unknown
}
func three() (a, b context.Context, c bool) { return nil, nil, false }
func swapped(on bool) {
	var a context.Context
	b := get()
	a, on = b, on
	here(a) // nil: unknown
	a, on = nil, on
	here(a) // nil: is set to nil on a path to here
}
func requiredFirst(ctx context.Context, on bool) {
	if ctx == nil {
		println()
	}
	ctx.Err()
	if on {
		ctx = nil
	}
	here(ctx) // nil: is set to nil on a path to here
}
`},
	})
}
