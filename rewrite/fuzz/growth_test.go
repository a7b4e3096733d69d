package fuzz_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ctxfix/ctxfix/rewrite"
)

// TestGrowth runs the rules over programs in which ways double with each step:
// who follows every one of them does not come to an end.
func TestGrowth(t *testing.T) {
	w := newWorld(t)
	for _, shape := range growing {
		t.Run(shape.name, func(t *testing.T) {
			p := program{files: []source{{"a.go", "package p\n\nimport \"context\"\n" + shape.src + "\nfunc use(ctx context.Context) { <-ctx.Done() }\n"}}, version: newestGo}
			prog, err := w.loaded(p)
			if err != nil {
				t.Fatal(err)
			}
			if errs := prog.Packages[0].Errors; (len(errs) > 0) != shape.broken {
				t.Fatalf("errors: %v", errs)
			}
			done := make(chan error, 1)
			go func() {
				_, err := rewrite.Run(prog, modes[len(modes)-1].options())
				done <- err
			}()
			select {
			case err := <-done:
				if err != nil {
					t.Error(err)
				}
			case <-time.After(3 * slowest):
				t.Fatalf("no end after %v", 3*slowest)
			}
		})
	}
}

// growing are programs without their package clause. A broken one does not
// compile.
var growing = []struct {
	name   string
	src    string
	broken bool
}{
	{name: "goroutines in goroutines", src: fmt.Sprintf("func f(ctx context.Context) {\n%suse(ctx)\nuse(context.Background())\n%s}\n",
		strings.Repeat("go func() {\n", 40), strings.Repeat("}()\n", 40))},
	{name: "goroutines that redeclare their context", src: fmt.Sprintf("func f(ctx context.Context) {\n%suse(ctx)\n%s}\nfunc pass(ctx context.Context) context.Context { return ctx }\n",
		strings.Repeat("go func() {\nctx := pass(ctx)\n", 40), strings.Repeat("}()\n", 40))},
	{name: "contexts assigned to each other", src: fmt.Sprintf("func f(ctx context.Context, maybe bool) (a, b, c context.Context) {\n%suse(a)\nuse(context.TODO())\nreturn a, b, c\n}\n",
		strings.Repeat("if maybe {\na = b\n}\nif maybe {\nb = c\n}\nif maybe {\nc = a\n}\n", 9))},
	{name: "conditions", src: fmt.Sprintf("func f(ctx context.Context, a, b bool) {\nvar c context.Context\nif a {\nc = ctx\n}\nif %sa%s {\n<-c.Done()\n}\n}\n",
		strings.Repeat("((", 40), strings.Repeat(" || b) && a)", 40))},
	{name: "calls that hand on a nil", src: "func f() { f0(nil) }\n" + calls("ctx context.Context", "ctx", "_ = ctx")},
	{name: "calls that hand on what goes into a pool", src: `import "sync"

type holder struct {
	ctx context.Context
	n   int
}

var pool = sync.Pool{New: func() any { return new(holder) }}

func put(ctx context.Context) {
	x := pool.Get().(*holder)
	x.ctx = ctx
	f0(x)
	pool.Put(x)
}

func get(ctx context.Context) {
	x := pool.Get().(*holder)
	f0(x)
	use(x.ctx)
}
` + calls("x *holder", "x", "x.n++")},
	{name: "a type that holds itself, only larger", broken: true, src: `
type list[T any] struct {
	one *list[*T]
	two *list[[]T]
}

func from(ctx context.Context) list[int] { return list[int]{} }

func f(ctx context.Context) list[int] {
	ctx, cancel := context.WithCancel(ctx)
	_ = cancel
	return from(ctx)
}
`},
}

// calls are functions that each call the next one twice.
func calls(param, arg, last string) string {
	const n = 40
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "func f%d(%s) {\nf%d(%s)\nf%d(%s)\n}\n", i, param, i+1, arg, i+1, arg)
	}
	fmt.Fprintf(&b, "func f%d(%s) { %s }\n", n, param, last)
	return b.String()
}
