package flow_test

import (
	"cmp"
	"go/ast"
	"testing"

	"github.com/ctxfix/ctxfix/detect/flow"
)

// TestOutlives asks what of the result of the first call in a statement may
// be used after its function has ended, and what of it leaves the literal
// around.
func TestOutlives(t *testing.T) {
	outlives := func(p *flow.Package, n ast.Node) string { return cmp.Or(p.Outlives(callIn(n)), "nothing") }
	leaves := func(p *flow.Package, n ast.Node) string {
		lit, ok := p.Func(n).Node.(*ast.FuncLit)
		if !ok {
			return "no literal"
		}
		return cmp.Or(p.LeavesLiteral(callIn(n), lit), "nothing")
	}
	ask(t, map[string]question{"outlives": outlives, "leaves": leaves}, []source{
		{"responses", `
import "net/http"
type server struct { resp *http.Response; err error; n int; close func() error }
func get() *http.Response { return nil }
func errs() (error, *http.Response) { return nil, nil }
func count() int { return 0 }
func made() *server { return nil }
func use(*http.Response) {}
var last *http.Response
func kept(s *server, out chan *http.Response, ints chan int) {
	out <- get() // outlives: its result
	ints <- count() // outlives: nothing
	last = get() // outlives: last
	s.resp = get() // outlives: s.resp
	s.n = count() // outlives: nothing
	_ = get() // outlives: nothing
	_ = []*http.Response{get()} // outlives: its result
	_ = server{resp: get()} // outlives: its result
	use(get()) // outlives: nothing
}
func viaVariable(s *server) {
	resp := get() // outlives: resp
	s.resp = resp
	own := get() // outlives: nothing
	own.Body.Close()
	err, other := errs() // outlives: nothing
	s.err = err
	use(other)
}
func captured(s *server) {
	resp := get() // outlives: resp
	s.close = func() error { return resp.Body.Close() }
}
func launched(s *server) {
	resp := get() // outlives: resp
	go use(resp)
}
func provided(w http.ResponseWriter, r *http.Request) {
	r.Response = get() // outlives: nothing
}
func literal(s *server, run func(func())) {
	var resp *http.Response
	var err error
	run(func() {
		resp = get() // leaves: resp
		own := get() // leaves: nothing
		use(own)
		late = get() // leaves: late
		err, own = errs() // leaves: nothing
		s.n = count() // leaves: nothing
		made().resp = get() // leaves: nothing
		use(get()) // leaves: nothing
		s.resp = get() // leaves: s.resp
	})
	use(resp)
	println(err)
}
var late *http.Response
`},
	})
}
