package flow_test

import (
	"go/ast"
	"testing"

	"github.com/ctxfix/ctxfix/detect/flow"
)

// wall says how the literal around n is run.
func wall(p *flow.Package, n ast.Node) string {
	return map[flow.Wall]string{
		flow.Declared: "declared", flow.Called: "called", flow.Deferred: "deferred",
		flow.Joined: "joined", flow.Detached: "detached", flow.Keeping: "keeping",
	}[p.Func(n).Wall]
}

func TestWall(t *testing.T) {
	ask(t, map[string]question{"wall": wall, "live": live}, []source{
		{"bound to a variable", `
import "context"
func declared(ctx context.Context) {
	var n, f = 1, func() {
		here() // wall: called; live: ctx
	}
	f()
	here(n)
}
func other(ctx context.Context) {
	var f, g = func() {
		here() // wall: called
	}, func() {
		here() // wall: deferred
	}
	defer g()
	f()
}
func launched(ctx context.Context) {
	f := func() {
		here() // wall: detached
	}
	go f()
}
func deferred(ctx context.Context) {
	f := func() {
		here() // wall: deferred
	}
	defer f()
}
func inTwoWays(ctx context.Context) {
	f := func() {
		here() // wall: keeping; live: none
	}
	f()
	go f()
}
func assignedTwice(ctx context.Context) {
	f := func() {
		here() // wall: keeping; live: none
	}
	f()
	f = nil
}
func recursive(ctx context.Context, n int) {
	var f func(int)
	g := func(n int) {
		here() // wall: called
	}
	f = func(n int) {
		here() // wall: keeping
		f(n - 1)
	}
	f(n)
	g(n)
}
func calledByAKeptOne(ctx context.Context, keep *func()) {
	f := func() {
		here() // wall: keeping; live: none
	}
	*keep = func() { f() }
}
func calledByACalledOne(ctx context.Context) {
	f := func() {
		here() // wall: called; live: ctx
	}
	func() { f() }()
}
func givenAway(ctx context.Context) {
	f := func() {
		here() // wall: called
	}
	each(f)
}
func each(f func()) { f() }
var inPackage = func() {
	here() // wall: declared
}
func bound(ctx context.Context) {
	inPackage = func() {
		here() // wall: keeping; live: none
	}
	inPackage()
}
type hooks struct{ run func() }
func inField(ctx context.Context, h *hooks) {
	h.run = func() {
		here() // wall: keeping; live: none
	}
	h.run()
}
`},
		{"given to a function of the package", `
import "context"
func called(ctx context.Context) {
	each(func() {
		here() // wall: called; live: ctx
	})
	defer each(func() {
		here() // wall: deferred
	})
	ifAny(func() {
		here() // wall: called
	})
	twice(func() {
		here() // wall: called
	})
	inLiteral(func() {
		here() // wall: called
	})
}
func each(f func()) { f() }
func ifAny(f func()) {
	if f != nil {
		f()
	}
	if nil == f {
		return
	}
}
func twice(f func()) { each(f); each(f) }
func inLiteral(f func()) { func() { f() }() }
func kept(ctx context.Context) {
	launch(func() {
		here() // wall: keeping; live: none
	})
	launchLiteral(func() {
		here() // wall: keeping; live: none
	})
	store(func() {
		here() // wall: keeping; live: none
	})
	callAndStore(func() {
		here() // wall: keeping; live: none
	})
	ignore(func() {
		here() // wall: keeping; live: none
	})
	all(func() {
		here() // wall: keeping; live: none
	})
	again(func() {
		here() // wall: keeping; live: none
	}, 3)
	elsewhere(func() {
		here() // wall: keeping; live: none
	})
	second("", func() {
		here() // wall: keeping; live: none
	})
}
func launch(f func()) { go f() }
func launchLiteral(f func()) { go func() { f() }() }
var stored func()
func store(f func()) { stored = f }
func callAndStore(f func()) { stored = f; f() }
func ignore(func()) {}
func all(fs ...func()) { for _, f := range fs { f() } }
func again(f func(), n int) { if n > 0 { f(); again(f, n-1) } }
func elsewhere(f func())
func second(string, func()) {}
`},
		{"given to others", `
import ("context"; "strings"; "sync")
func others(ctx context.Context, g *group) {
	strings.Map(func(r rune) rune {
		here() // wall: called; live: ctx
		return r
	}, "")
	g.Go(func() error {
		here() // wall: detached
		return nil
	})
	g.TryGo(func() error {
		here() // wall: detached
		return nil
	})
	Go(func() error {
		here() // wall: keeping; live: none
		return nil
	})
	_ = strings.FieldsFuncSeq("", func(r rune) bool {
		here() // wall: keeping; live: none
		return false
	})
	_ = sync.OnceFunc(func() {
		here() // wall: keeping; live: none
	})
}
type group struct{}
func (*group) Go(f func() error) {}
func (*group) TryGo(f func() error) bool { return true }
func (*group) Wait() error { return nil }
func Go(f func() error) { held = f }
var held func() error
`},
		{"parameters of a deferred literal", `
import "context"
func direct(ctx context.Context) {
	defer func(c context.Context) {
		here() // live: c nodone
	}(context.Background())
}
func handedOn(ctx context.Context) {
	defer with(context.Background(), func(c context.Context) {
		here() // live: c; wall: deferred
	})
}
func with(ctx context.Context, f func(context.Context)) { f(context.WithValue(ctx, "", 0)) }
`},
	})
}
