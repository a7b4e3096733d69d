package typed

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"testing"
)

const source = `package p

import (
	"context"
	"net/http"
	"testing"
)

type embeds struct{ context.Context }
type named interface{ context.Context }
type alias = context.Context
type flow interface{ Done() <-chan struct{} }
type stream interface {
	Context() context.Context
	SetTrailer(int)
	SendHeader(int) error
	RecvMsg(any) error
}
type clientStream interface {
	stream
	CloseSend() error
}
type message struct{}
func (message) Context() context.Context { return nil }
type suite struct{ *testing.T }

var (
	std     context.Context
	byName  named
	byAlias alias
	byValue embeds
	pointer *embeds
	partial flow
	request *http.Request
	value   http.Request
	server  stream
	client  clientStream
	msg     message
	tester  *testing.T
	tests   suite
)
`

// check type-checks the source above.
func check(t *testing.T) *types.Scope {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "p.go", source, 0)
	if err != nil {
		t.Fatal(err)
	}
	conf := types.Config{Importer: importer.ForCompiler(fset, "source", nil)}
	pkg, err := conf.Check("p", fset, []*ast.File{file}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return pkg.Scope()
}

func TestTypes(t *testing.T) {
	scope := check(t)
	for _, c := range []struct {
		name     string
		context  bool
		provider string
		unknown  bool
	}{
		{name: "std", context: true},
		{name: "byName", context: true},
		{name: "byAlias", context: true},
		{name: "byValue", context: true},
		{name: "pointer", context: true},
		{name: "partial"},
		{name: "request", provider: ".Context()"},
		{name: "value"},
		{name: "server", provider: ".Context()"},
		{name: "client"},
		{name: "msg", provider: ".Context()", unknown: true},
		{name: "tester"},
		{name: "tests"},
	} {
		typ := scope.Lookup(c.name).Type()
		if got := IsContext(typ); got != c.context {
			t.Errorf("IsContext(%s) = %t", c.name, got)
		}
		prov, ok := ProviderOf(typ)
		if ok != (c.provider != "") || prov.Suffix != c.provider || prov.Unknown != c.unknown {
			t.Errorf("ProviderOf(%s) = %+v, %t; want %q, unknown %t", c.name, prov, ok, c.provider, c.unknown)
		}
	}
}

func TestSamePath(t *testing.T) {
	for _, c := range []struct {
		have, want string
		same       bool
	}{
		{"context", "context", true},
		{"github.com/a/b/v3", "github.com/a/b", true},
		{"github.com/a/b/v3x", "github.com/a/b", false},
		{"github.com/a/b/c", "github.com/a/b", false},
		{"example.com/vendor/context", "context", true},
		{"mycontext", "context", false},
	} {
		if got := samePath(c.have, c.want); got != c.same {
			t.Errorf("samePath(%q, %q) = %t", c.have, c.want, got)
		}
	}
}
