package flow_test

import (
	"go/ast"
	"go/parser"
	"go/types"
	"testing"

	"github.com/ctxfix/ctxfix/detect/flow"
)

// TestBroken asks about all of a package that does not compile, which is
// reported as far as its types allow.
func TestBroken(t *testing.T) {
	const src = head + `
import ("context"; "os")
type pair struct{ ctx context.Context; n int }
func work(ctx context.Context, n int) error { return nil }
func receives(ctx context.Context) {
	<-missing
	select {
	case <-missing:
	case s := <-lost.Done():
		_ = s
	}
	var sig chan os.Signal
	<-sig
}
func assigns(ctx context.Context) {
	a, b := nil, ctx, nil
	a = nil, nil
	a, b = ctx.Err(), ctx.Err(), ctx.Err()
	x, y, z := two()
	for 1 {
		select {
		case <-ctx.Done():
		}
	}
}
func compares(ctx context.Context, err error) error {
	if err == missing || missing == err || err == missing.Canceled {
		err = context.Cause()
		return err
	}
	if context.Cause(ctx, nil) != nil {
		return nil, nil
	}
	return missing(nil)
}
func two() (int, int) { return 0, 0 }
func twice() error { return nil }
func twice() (err error) {
	err = nil
	go func() { println(err) }()
	return nil
}
func ends(ctx context.Context) {
	sub := context.WithTimeout(ctx, 1)
	none, cancel := context.WithCancel()
	cancel()
	work(none, 1)
	work(sub, 1)
	work(missing, 1)
	missing(sub)
}
func gives(ctx context.Context) {
	missing <- nil
	missing(nil)
	work(ctx, 1, nil)
	work()
	_ = pair{nil, 1, nil}
	_ = pair{ctx: nil, other: nil}
	_ = map[string]error{nil}
	_ = missing{nil}
	_ = []missing{nil}
}
`
	std.Lock()
	defer std.Unlock()
	file, err := parser.ParseFile(std.fset, "broken.go", src, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	info := newInfo()
	errors := 0
	conf := types.Config{Importer: &std, Error: func(error) { errors++ }}
	pkg, _ := conf.Check("example.com/broken", std.fset, []*ast.File{file}, info)
	if errors < 20 {
		t.Errorf("%d errors: what is this to show?", errors)
	}
	p := flow.New(std.fset, []*ast.File{file}, pkg, info)
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			if n.Name == "nil" {
				p.Expected(n)
			}
			if v, ok := info.Uses[n].(*types.Var); ok && p.Func(n) != nil {
				p.AssignedAfter(v, n, nil)
			}
		case *ast.CallExpr:
			p.GivenContext(n)
			p.Outcome(n)
			for _, arg := range n.Args {
				p.OnlyLooks(n, arg)
				p.EndsAtReturn(p.Func(n), arg, n)
			}
		case *ast.CommClause:
			p.TurnOf(n, nil)
		case *ast.BlockStmt:
		case ast.Stmt:
			p.Live(n)
			p.Region(n)
		}
		return true
	})
}
