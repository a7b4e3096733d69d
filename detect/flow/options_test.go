package flow_test

import (
	"go/ast"
	"go/types"
	"slices"
	"testing"

	"github.com/ctxfix/ctxfix/detect/flow"
)

// What a project says of its own functions: by name, or by package and name.
func TestOptions(t *testing.T) {
	p, file := check(t, head+`
import "context"

type call struct{}
func (call) Base() context.Context       { return nil }
func (call) Both() (context.Context, error) { return nil, nil }
func (call) Of(int) context.Context      { return nil }
func (call) Name() string                { return "" }

type other struct{}
func (other) Base() context.Context { return nil }
func (other) finish()               {}

type field struct{ Base func() context.Context }

func finish() {}

func f(e error, c call, o other, u field, n int, done func()) {
	finish()
	o.finish()
	e.Error()
	done()
	func() {}()
}
`)
	p.Options = flow.Options{
		Closers: []string{"example.com/p.other.finish"},
		Providers: []string{
			"example.com/q.call.Base", "example.com/p.call.Name", "example.com/p.call.Of", "example.com/p.call.Both",
			"example.com/p.field.Base", "example.com/p.call.Base",
		},
	}
	var closes []string
	ast.Inspect(file, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && p.Closes(call) {
			closes = append(closes, types.ExprString(call.Fun))
		}
		return true
	})
	if want := []string{"o.finish"}; !slices.Equal(closes, want) {
		t.Errorf("calls that clean up: %q, want %q", closes, want)
	}
	params := p.Types.Scope().Lookup("f").(*types.Func).Signature().Params()
	for v := range params.Variables() {
		want := ""
		if v.Name() == "c" {
			want = ".Base()"
		}
		if got, ok := p.ProviderOf(v.Type()); got.Suffix != want || ok != (want != "") {
			t.Errorf("%s, a %s, provides a context by %q, want %q", v.Name(), v.Type(), got.Suffix, want)
		}
	}
}
