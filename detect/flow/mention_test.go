package flow_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"testing"

	"github.com/ctxfix/ctxfix/detect/flow"
)

// lost says how many lines below the statement a path ends on which the
// second variable that it assigns is not mentioned, "never" if there is none.
// A third one is an error.
func lost(p *flow.Package, n ast.Node) string {
	lhs := n.(*ast.AssignStmt).Lhs
	v := func(i int) *types.Var {
		if i >= len(lhs) {
			return nil
		}
		return p.Info.ObjectOf(lhs[i].(*ast.Ident)).(*types.Var)
	}
	end := p.Unmentioned(v(1), v(0), v(2), n)
	if end == nil {
		return "never"
	}
	line := func(n ast.Node) int { return p.Fset.Position(n.Pos()).Line }
	return "+" + strconv.Itoa(line(end)-line(n))
}

// ends says which call may end the program after n, and whether one does on
// every path.
func ends(p *flow.Package, n ast.Node) string {
	call, always := p.Ends(n)
	switch {
	case call == nil:
		return "no"
	case always:
		return "always"
	}
	return types.ExprString(call.Fun)
}

func TestMention(t *testing.T) {
	ask(t, map[string]question{"lost": lost, "ends": ends}, []source{{"paths", `
import ("context"; "log"; "os")
func try(ctx context.Context) (context.Context, context.CancelFunc, error) { return ctx, nil, nil }
func work(context.Context) error { return nil }
func deferred(p context.Context) error {
	ctx, cancel := context.WithCancel(p) // lost: never; ends: no
	defer cancel()
	return work(ctx)
}
func onError(p context.Context) error {
	ctx, cancel := context.WithCancel(p) // lost: +5
	if err := work(ctx); err != nil {
		cancel()
		return err
	}
	return nil
}
func toEnd(p context.Context, quick bool) {
	ctx, cancel := context.WithCancel(p) // lost: +5
	_ = cancel; _ = ctx
	if quick {
		cancel()
	}
}
func turns(p context.Context) {
	for {
		ctx, cancel := context.WithCancel(p) // lost: +0
		if work(ctx) != nil {
			continue
		}
		cancel()
	}
}
func failed(p context.Context) error {
	ctx, cancel, err := try(p) // lost: never
	if err != nil {
		return err
	}
	cancel()
	return ctx.Err()
}
func failedLater(p context.Context) error {
	ctx, cancel, err := try(p) // lost: +3
	err = work(ctx)
	if err != nil {
		return err
	}
	cancel()
	return nil
}
func bare(p context.Context) (ctx context.Context, cancel context.CancelFunc) {
	ctx, cancel = context.WithCancel(p) // lost: never
	return
}
func ended(p context.Context, wake <-chan int) {
	ctx, cancel := context.WithCancel(p) // lost: never
	select {
	case <-wake:
		cancel()
	case <-ctx.Done():
	}
}
func sent(p context.Context, stops chan<- context.CancelFunc, wake <-chan int) {
	ctx, cancel := context.WithCancel(p) // lost: never
	select {
	case stops <- cancel:
	case <-ctx.Done():
	}
}
func notSent(p context.Context, stops chan<- context.CancelFunc, wake <-chan int) {
	ctx, cancel := context.WithCancel(p) // lost: +6
	_ = ctx
	select {
	case stops <- cancel:
	case <-wake:
	}
}
func endedLater(p context.Context, wait bool) error {
	ctx, cancel := context.WithCancel(p) // lost: never
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if wait {
		<-ctx.Done()
		return nil
	}
	cancel()
	return nil
}
func fatal(p context.Context) error {
	ctx, cancel := context.WithCancel(p) // lost: never; ends: log.Fatal
	if err := work(ctx); err != nil {
		log.Fatal(err)
	}
	cancel()
	return nil
}
func exit(p context.Context) {
	ctx, cancel := context.WithCancel(p) // lost: never; ends: always
	if work(ctx) != nil {
		os.Exit(1)
	}
	os.Exit(0)
	cancel()
}
func logged(p context.Context, l *log.Logger) {
	ctx, cancel := context.WithCancel(p) // lost: never; ends: l.Fatalf
	if work(ctx) != nil {
		l.Fatalf("x")
	}
	cancel()
}
func exits(p context.Context, n int) {
	ctx, cancel := context.WithCancel(p) // lost: never; ends: os.Exit
	if n > 0 {
		log.Fatal(work(ctx))
	}
	if n > 1 {
		os.Exit(1)
	}
	cancel()
}
func panics(p context.Context) {
	ctx, cancel := context.WithCancel(p) // lost: never; ends: no
	cancel()
	work(ctx)
	panic("x")
}
func awaitsOther(p, other context.Context) error {
	ctx, cancel := context.WithCancel(p) // lost: +4
	if work(ctx) != nil {
		<-other.Done()
		<-make(chan int)
		return nil
	}
	cancel()
	return nil
}
func offered(p context.Context, stops chan context.CancelFunc) error {
	ctx, cancel := context.WithCancel(p) // lost: +6
	work(ctx)
	select {
	case stops <- cancel:
		return nil
	default:
		return nil
	}
}
func offeredOr(p context.Context, stops chan context.CancelFunc, c chan int) {
	ctx, cancel := context.WithCancel(p) // lost: never
	work(ctx)
	select {
	case stops <- cancel:
	case <-c:
		cancel()
	}
}
func second(p context.Context, n int) error {
	ctx, cancel := context.WithCancel(p) // lost: +3
	work(ctx)
	if n > 1 {
		return nil
	} else if n > 0 {
		return nil
	}
	cancel()
	return nil
}
func manyWays(p context.Context, n int) error {
	ctx, cancel, err := try(p) // lost: +4
	work(ctx)
	switch {
	case n > 0:
		return nil
	case err != nil:
		return err
	}
	cancel()
	return nil
}
func blankUse(p context.Context, n int) {
	ctx, cancel := context.WithCancel(p) // lost: +4
	work(ctx)
	_ = cancel
	if n > 0 {
		return
	}
	_, _ = cancel, n
}
func result(p context.Context) (ctx context.Context, cancel context.CancelFunc) {
	ctx, cancel = context.WithCancel(p) // lost: never
	return
}
func resultElse(p context.Context) (ctx context.Context, cancel context.CancelFunc) {
	ctx, cancel = context.WithCancel(p) // lost: +1
	return ctx, nil
}
func onlyLocal(p context.Context) (n int) {
	ctx, cancel := context.WithCancel(p) // lost: +2
	work(ctx)
	return
	cancel()
	return
}
`}})
}

// Of a variable of another package, which a dot import names like its own, no use
// is listed.
func TestUsesOfOtherPackage(t *testing.T) {
	p, file := check(t, head+`
import . "os"
func read() { here(Stdin) }
`+tail)
	ast.Inspect(file, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && id.Name == "Stdin" {
			if uses := p.Uses(p.Info.Uses[id].(*types.Var)); len(uses) > 0 {
				t.Errorf("%d uses", len(uses))
			}
		}
		return true
	})
}

// Files need not come in the order in which they were parsed.
func TestUsesInAnyOrderOfFiles(t *testing.T) {
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range []string{"b", "a"} {
		file, err := parser.ParseFile(fset, name+".go", "package p\nfunc "+name+"() { x := 1; println(x) }\n", 0)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	slices.Reverse(files)
	info := newInfo()
	pkg, err := new(types.Config).Check("p", fset, files, info)
	if err != nil {
		t.Fatal(err)
	}
	p := flow.New(fset, files, pkg, info)
	for id, obj := range info.Defs {
		if v, ok := obj.(*types.Var); ok && len(p.Uses(v)) != 1 {
			t.Errorf("%s: %d uses of %s", fset.Position(id.Pos()), len(p.Uses(v)), v.Name())
		}
	}
}
