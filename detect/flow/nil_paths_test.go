package flow_test

import "testing"

// TestNilPaths asks where one thing alone tells what is known of a context.
func TestNilPaths(t *testing.T) {
	ask(t, map[string]question{"nil": nilContext}, []source{
		{"paths", `
import ("context"; "log")
func get() context.Context { return nil }
func conditionOfOnePath(a bool, n int) {
	var ctx context.Context
	if a {
		if n > 3 {
			return
		}
	}
	if n > 3 {
		here(ctx) // nil: is declared without a value and not set on every path to here
	}
}
func afterTheEnd(x bool) {
	ctx := context.Background()
	if x {
		log.Fatal("x")
		ctx = nil
	}
	here(ctx) // nil: never
}
func notReached() {
	ctx := get()
	return
	here(ctx) // nil: never
}
func stillNil() {
	var ctx context.Context
	if ctx == nil {
		here(ctx) // nil: is declared without a value and not set on every path to here
	}
}
func comparedFirst(ctx context.Context) {
	if nil == ctx {
		println("nil")
	}
	here(ctx) // nil: this function compares it with nil and goes on
}
func comparedWithOther(ctx, other context.Context) {
	if other == nil || ctx == other {
		println("nil")
	}
	here(ctx) // nil: unknown
}
`},
		{"literals", `
import "context"
func get() context.Context { return nil }
func run(f func()) { f() }
func pair() (int, context.Context) { return 0, nil }
func riap() (context.Context, int) { return nil, 0 }
func setTwiceLater() {
	ctx := context.Background()
	run(func() {
		here(ctx) // nil: unknown
	})
	ctx = get()
	ctx = context.Background()
}
func setLater() {
	ctx := context.Background()
	run(func() {
		here(ctx) // nil: never
	})
	ctx = context.TODO()
}
func ofRange(all []context.Context) {
	for _, ctx := range all {
		if ctx == nil {
			continue
		}
		run(func() {
			here(ctx) // nil: never
		})
	}
}
func spread() {
	func(n int, ctx context.Context) {
		here(ctx) // nil: unknown
	}(pair())
	func(ctx context.Context, n int) {
		here(ctx) // nil: unknown
	}(riap())
}
func inLiteral() {
	run(func() {
		var ctx context.Context
		run(func() {
			here(ctx) // nil: is declared without a value and not set on every path to here
		})
	})
}
var kept = func(ctx context.Context) {
	here(ctx) // nil: unknown
}
`},
		{"type switches", `
import "context"
func f(ctx context.Context) {
	switch c := ctx.(type) {
	case nil:
		here(c) // nil: unknown
	case interface{ Extra() }:
		here(c) // nil: never
	}
}
`},
		{"variables of the package", `
import "context"
var base context.Context
func get() context.Context { return nil }
func f() {
	if base == nil {
		here(base) // nil: unknown
	}
}
func filledLater(i int) {
	later[0] = get()
	here(later[i]) // nil: is an element of a slice or array that may not be filled
}
var later []context.Context
`},
		{"elements", `
import "context"
func get() context.Context { return nil }
func filledFirst(i int) {
	all := make([]context.Context, 3)
	all[0] = get()
	println(len(all))
	here(all[i]) // nil: unknown
}
func asserted(x any, i int) {
	all, ok := x.([]context.Context)
	println(ok)
	here(all[i]) // nil: is an element of a slice or array that may not be filled
}
func asKey(m map[[2]context.Context]int, i int) {
	var two [2]context.Context
	m[two] = 1
	here(two[i]) // nil: is an element of a slice or array that may not be filled
}
`},
		{"told by another", `
import ("context"; "errors")
func three() (int, int, bool) { return 0, 0, true }
func use(bool) {}
func givenOn(v any) {
	ctx, ok := v.(context.Context)
	use(ok)
	if !ok {
		return
	}
	here(ctx) // nil: unknown
}
func and(v any, on bool) {
	ctx, ok := v.(context.Context)
	if ok && on {
		here(ctx) // nil: never
	}
	if (ok) {
		here(ctx) // nil: never
	}
}
func inCase(v any) {
	ctx, ok := v.(context.Context)
	switch {
	case ok:
		here(ctx) // nil: never
	}
}
func setAmongThree(v any) {
	ctx, ok := v.(context.Context)
	_, _, ok = three()
	if ok {
		here(ctx) // nil: comes from a type assertion whose ok is not looked at
	}
}
func besideAnother(v any) {
	ctx, n := v.(context.Context), 1
	println(n)
	here(ctx) // nil: never
}
func okOfAnElement(v any, oks []bool) {
	var ctx context.Context
	ctx, oks[0] = v.(context.Context)
	here(ctx) // nil: unknown
}
func flagOfAMap(flags map[string]bool) {
	var ctx context.Context
	flags["x"] = true
	here(ctx) // nil: is declared without a value and not set on every path to here
}
func otherIsNil(other context.Context) {
	var ctx context.Context
	had := other != nil
	if had {
		here(ctx) // nil: is declared without a value and not set on every path to here
	}
}
func sameAsOther(other context.Context) {
	var ctx context.Context
	same := ctx == other
	if !same {
		here(ctx) // nil: is declared without a value and not set on every path to here
	}
}
func otherCalls(err error) {
	var ctx context.Context
	println(err.Error(), errors.New("x").Error())
	here(ctx) // nil: is declared without a value and not set on every path to here
}
func copied() {
	var other context.Context
	ctx := other
	if other != nil {
		here(ctx) // nil: never
		return
	}
	here(ctx) // nil: is declared without a value and not set on every path to here
}
`},
	})
}

// TestIsNilPaths asks the same of results that are certainly nil.
func TestIsNilPaths(t *testing.T) {
	ask(t, map[string]question{"nil": lastNil}, []source{
		{"paths", `
type failure struct{}
func (*failure) Error() string { return "" }
type server struct{ err error }
func neverHere(x bool) error {
	var err error
	if x {
		err = &failure{}
		if err != nil {
			return err // nil: false
		}
	}
	return err // nil: true
}
func neverBoth(x bool) error {
	var err error
	if x {
		err = &failure{}
		if !(err == nil && err != nil) {
			return err // nil: false
		}
	}
	return err // nil: true
}
func toldAgain(x bool) error {
	var err error
	if x {
		err = &failure{}
	}
	if err == nil {
		return err // nil: true
	}
	return err // nil: false
}
func ofField(s *server) error {
	s.err = nil
	if s.err == nil {
		return s.err // nil: true
	}
	return s.err // nil: false
}
func unreached() error {
	var err error
	panic("x")
	return err // nil: false
}
`},
		{"types", `
func channel(x bool) chan int {
	var ch chan int
	if x {
		<-ch
	}
	return ch // nil: true
}
func pointer() *int {
	var p *int
	return p // nil: true
}
func table() map[int]int {
	var m map[int]int
	return m // nil: true
}
func function() func() {
	var f func()
	return f // nil: true
}
func number() int {
	var n int
	return n // nil: false
}
func parameter[T interface{ M() }]() T {
	var t T
	return t // nil: false
}
`},
	})
}
