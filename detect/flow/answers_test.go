package flow_test

import (
	"go/ast"
	"go/types"
	"slices"
	"strconv"
	"testing"

	"github.com/ctxfix/ctxfix/detect/directive"
	"github.com/ctxfix/ctxfix/detect/flow"
)

// TestTouches checks that all that leaving changes besides the place counts:
// two fixes that change the same are not made in one go.
func TestTouches(t *testing.T) {
	last := &ast.ExprStmt{}
	group := &flow.GroupGo{Add: &ast.ExprStmt{}, Go: &ast.GoStmt{}}
	loop, join := &ast.ForStmt{}, &ast.ExprStmt{}
	for name, c := range map[string]struct {
		exit flow.Exit
		want []ast.Node
	}{
		"nothing": {flow.Exit{}, nil},
		"defer":   {flow.Exit{Defer: last}, []ast.Node{last}},
		"group":   {flow.Exit{Defer: last, Group: group}, []ast.Node{last, group.Add, group.Go}},
		"break":   {flow.Exit{Break: &flow.Break{Loop: loop, Join: join}}, []ast.Node{loop, join}},
		"no join": {flow.Exit{Break: &flow.Break{Loop: loop}}, []ast.Node{loop}},
	} {
		if got := c.exit.Touches(); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// TestErrOf checks that an error is not written by package context in a file
// that does not import it, even if the project always wants the cause.
func TestErrOf(t *testing.T) {
	ask(t, map[string]question{"error": func(p *flow.Package, n ast.Node) string {
		p.Options.Cause = flow.CauseAlways
		ctx, _ := p.Live(n)
		return p.ErrOf(ctx, n)
	}}, []source{
		{"without the import", `
import "net/http"
func f(r *http.Request) {
	here() // error: r.Context().Err()
}`},
		{"with the import", `
import "context"
func f(ctx context.Context) {
	here() // error: context.Cause(ctx)
}`},
	})
}

// TestIgnoredAt checks which directives count: all of them where nobody says
// which ones do, and of what spans several nodes, those of the one around it.
func TestIgnoredAt(t *testing.T) {
	ask(t, map[string]question{
		"ignored": func(p *flow.Package, n ast.Node) string {
			return strconv.FormatBool(p.Ignored(n, "sleep"))
		},
		"turned down": func(p *flow.Package, n ast.Node) string {
			p.Heed = func(directive.Directive) bool { return false }
			return strconv.FormatBool(!p.Ignored(n, "sleep"))
		},
		"with the next": func(p *flow.Package, n ast.Node) string {
			return strconv.FormatBool(p.IgnoredAt(n.Pos(), n.End()+1, "sleep"))
		},
		"the package": func(p *flow.Package, n ast.Node) string {
			return strconv.FormatBool(p.IgnoredAt(p.Files[0].Package, p.Files[0].Name.End(), "sleep"))
		},
	}, []source{{"above", `
func f() {
	//ctxfix:ignore sleep it must wait
	here() // ignored: true; with the next: false; the package: false
	here() // ignored: false
}`}, {"turned down", `
func f() {
	//ctxfix:ignore sleep it must wait
	here() // turned down: true
}`}})
}

// TestAssigned checks what counts as an assignment, also to what belongs to
// another package.
func TestAssigned(t *testing.T) {
	ask(t, map[string]question{"assigned": func(p *flow.Package, n ast.Node) string {
		v := p.Info.Uses[n.(*ast.CallExpr).Args[0].(*ast.Ident)].(*types.Var)
		return strconv.Itoa(len(p.Assigned(v, nil)))
	}}, []source{{"variables", `
import . "os"
func f(n int) {
	m := 1
	here(m) // assigned: 0
	n++
	here(n) // assigned: 1
	Args = nil
	here(Args) // assigned: 0
}`}})
}
