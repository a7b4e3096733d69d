package flow_test

import (
	"go/ast"
	"strconv"
	"strings"
	"testing"

	"github.com/ctxfix/ctxfix/detect/flow"
)

func skips(p *flow.Package, n ast.Node) string { return strconv.FormatBool(p.Skips(p.Stmt(n))) }

func succeeds(p *flow.Package, n ast.Node) string {
	ret, where := p.SucceedsWhenDone(p.Func(n))
	return strings.TrimSpace(strconv.FormatBool(len(where) > 0) + " " + ret)
}

func maybeDone(p *flow.Package, n ast.Node) string {
	ctx, none := p.Live(n)
	if none != nil {
		return "no context: " + none.Reason
	}
	return strconv.FormatBool(p.MaybeDone(n, ctx))
}

func doneFirst(p *flow.Package, n ast.Node) string { return strconv.FormatBool(p.DoneFirst(n)) }

func inTest(p *flow.Package, n ast.Node) string { return strconv.FormatBool(p.InTest(n)) }

func TestSkip(t *testing.T) {
	ask(t, map[string]question{"skips": skips, "succeeds": succeeds, "maybe": maybeDone, "first": doneFirst, "test": inTest}, []source{
		{"what follows", `
import "context"
func last(ctx context.Context, f func()) {
	f()
	here() // skips: false
}
func more(ctx context.Context, f func()) {
	here() // skips: true
	f()
}
func turn(ctx context.Context, f func()) {
	for {
		here() // skips: false
		f()
	}
}
func afterLoop(ctx context.Context, f func() bool) {
	for f() {
		here() // skips: true
	}
	f()
}
func otherBranch(ctx context.Context, f func() bool) {
	if f() {
		here() // skips: false
	} else {
		f()
	}
}
`},
		{"what runs on the way", `
import "context"
func rangeAround(ctx context.Context, f func()) {
	for range 3 {
		here() // skips: false
		f()
	}
}
func jumps(ctx context.Context, f func() bool) {
	for f() {
		if f() {
			here() // skips: false
			continue
		}
	}
	return
}
func empty(ctx context.Context, f func()) {
	here() // skips: false
	;
	{
	}
}
func before(ctx context.Context, f func()) {
	f()
	for {
		f()
		here() // skips: false
	}
}
func outerLoopAround(ctx context.Context, f func()) {
	for range 3 {
		f()
		for range 3 {
			here() // skips: false
		}
		f()
	}
}
func inCase(ctx context.Context, n int, f func()) {
	switch n {
	case 1:
		here() // skips: false
	case 2:
		f()
	default:
		f()
	}
}
func inComm(ctx context.Context, c chan int, f func()) {
	select {
	case <-c:
		here() // skips: false
	default:
		f()
	}
}
func behindLabel(ctx context.Context, f func()) {
	here() // skips: true
again:
	for {
		f()
		break again
	}
}
func labelAround(ctx context.Context, f func() bool) {
again:
	for {
		here() // skips: false
		if f() {
			continue again
		}
	}
}
func twoBehind(ctx context.Context, f func() bool) {
	if f() {
		here() // skips: true
	} else {
		f()
	}
	f()
	if f() {
		return
	}
}
func onlyLiteral(ctx context.Context, f func()) {
	here() // skips: true
	_ = func() { f() }
}
func blockBehind(ctx context.Context, f func()) {
	here() // skips: true
	{
		f()
	}
}
func ofLiteral(ctx context.Context, f func()) {
	func() {
		here() // skips: false
	}()
	f()
}
`},
		{"nil when done among others", `
import ("context"; "errors")
func literal(ctx context.Context, f func() error) (int, error) {
	if ctx.Err() != nil {
		g := func() (int, error) { return 1, nil }
		g()
		return 0, f()
	}
	here() // succeeds: false
	return 1, nil
}
func first(ctx context.Context, f func() error) error {
	if ctx.Err() != nil {
		if f() == nil {
			return nil
		}
		return errors.New("late")
	}
	here() // succeeds: true
	return f()
}
func two(ctx context.Context, f func() bool) (bool, error) {
	if ctx.Err() != nil {
		if f() {
			return true, nil
		}
		return false, nil
	}
	here() // succeeds: true
	return f(), nil
}
func same(ctx context.Context, f func() bool) (bool, error) {
	if ctx.Err() != nil {
		if f() {
			return false, nil
		}
		return false, nil
	}
	here() // succeeds: true return false, nil
	return f(), nil
}
func pair() (bool, error) { return true, nil }
func handed(ctx context.Context) (bool, error) {
	if ctx.Err() != nil {
		return pair()
	}
	here() // succeeds: false
	return true, nil
}
func flag(ctx context.Context) (error, bool) {
	if ctx.Err() != nil {
		return nil, false
	}
	here() // succeeds: false
	return nil, true
}
func pointer(ctx context.Context) *int {
	if ctx.Err() != nil {
		return nil
	}
	here() // succeeds: false
	return new(int)
}
`},
		{"nil when done", `
import ("context"; "errors")
func yes(ctx context.Context) error {
	for ctx.Err() == nil {
		here() // succeeds: true return nil; maybe: false
	}
	return nil
}
func no(ctx context.Context) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	here() // succeeds: false
	return nil
}
func other(ctx context.Context) error {
	if ctx.Err() != nil {
		return errors.New("late")
	}
	here() // succeeds: false
	return nil
}
func several(ctx context.Context, f func() error) (int, bool, error) {
	if ctx.Err() != nil {
		return 0, false, nil
	}
	here() // succeeds: true return 0, false, nil
	return 1, true, f()
}
func differ(ctx context.Context, n int) (int, error) {
	if ctx.Err() != nil {
		return n, nil
	}
	here() // succeeds: true
	return 0, nil
}
func none(ctx context.Context) {
	if ctx.Err() != nil {
		return
	}
	here() // succeeds: false
}
func goesOn(ctx context.Context, f func() error) {
	for f() != nil {
		if ctx.Err() != nil {
			f()
		}
		here() // maybe: true
	}
}
`},
		{"done first", `
import "context"
func a(ctx context.Context, c chan int) {
	select { // first: true
	case <-ctx.Done():
	case <-c:
	}
}
`},
		{"done last", `
import ("context"; "testing")
func a(ctx context.Context, c chan int) {
	select { // first: false; test: false
	case <-c:
	case <-ctx.Done():
	}
}
func wait(t testing.TB, c chan int) {
	here() // test: true
	func() {
		here() // test: true
	}()
}
`},
	})
}
