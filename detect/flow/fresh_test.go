package flow_test

import (
	"go/ast"
	"go/types"
	"testing"

	"github.com/ctxfix/ctxfix/detect/flow"
)

// added says how what is named at a place comes by its imports.
func added(src string, imports []flow.Import, ok bool) string {
	for _, add := range imports {
		src += " with " + add.Path
	}
	if !ok {
		return src + ", not here"
	}
	return src
}

// written renders the type of the first argument of the call n of here.
func written(p *flow.Package, n ast.Node) string {
	src, imports, ok := p.TypeString(p.Info.TypeOf(n.(*ast.CallExpr).Args[0]), n.Pos())
	return added(src, imports, ok)
}

// contextType renders context.Context at n.
func contextType(p *flow.Package, n ast.Node) string {
	src, add, ok := p.ContextType(n.Pos())
	if add != nil {
		return added(src, []flow.Import{*add}, ok)
	}
	return added(src, nil, ok)
}

// imported says how the package time is named at n.
func imported(p *flow.Package, n ast.Node) string {
	name, add, ok := p.Import("time", n.Pos())
	if add != nil {
		return added(name, []flow.Import{*add}, ok)
	}
	return added(name, nil, ok)
}

// free returns a name for a context in the function of n.
func free(p *flow.Package, n ast.Node) string { return p.FreeName(p.Func(n), "ctx", "c") }

func TestFresh(t *testing.T) {
	ask(t, map[string]question{"type": written, "context": contextType, "time": imported, "free": free}, []source{
		{"types of this package", `
type local struct{}
type alias = local
type box[T any] struct{ t T }
func f(a local, b alias, c box[local], d *local, e []local, g [2]local, h chan local, i map[local]*local, j func(local) error, k interface{ M() }, l struct{ n int }) {
	here(a) // type: local
	here(b) // type: alias
	here(c) // type: box[local]
	here(d) // type: *local
	here(e) // type: []local
	here(g) // type: [2]local
	here(h) // type: chan local
	here(i) // type: map[local]*local
	here(j) // type: func(local) error
	here(k) // type: interface{M()}
	here(l) // type: struct{n int}
}
func hidden(a local, c box[local], d *local, e []local, g [2]local, h chan local, i map[local]int, j map[int]local, k func(local), l func() local) {
	type local int
	here(a) // type: local, not here
	here(c) // type: box[local], not here
	here(d) // type: *local, not here
	here(e) // type: []local, not here
	here(g) // type: [2]local, not here
	here(h) // type: chan local, not here
	here(i) // type: map[local]int, not here
	here(j) // type: map[int]local, not here
	here(k) // type: func(local), not here
	here(l) // type: func() local, not here
}
type list struct{ next *list }
func twice(f func(*list, *list) *list) {
	here(f) // type: func(*list, *list) *list
}
func basic(n int, s string, e error) {
	here(n) // type: int
	here(e) // type: error
	type int string
	here(n) // type: int, not here
	here(s) // type: string
	{
		type error string
		here(e) // type: error, not here
	}
}
func param[T any](t T, all []T) {
	here(t) // type: T
	here(all) // type: []T
	{
		type T int
		here(t) // type: T, not here
	}
}
`},
		{"types of other packages", `
import ("net/http"; "unsafe"; "os"; "go/ast"; "sync"; "reflect"; "strings")
func f(r *http.Request, p unsafe.Pointer, w http.ResponseWriter, m *sync.Mutex) {
	here(r) // type: *http.Request
	here(r.URL) // type: *url.URL with net/url
	here(p) // type: unsafe.Pointer
	here(w) // type: http.ResponseWriter
	{
		http := 1
		here(r, http) // type: *http.Request, not here
	}
	{
		Pointer := 1
		here(p, Pointer) // type: unsafe.Pointer
	}
	here(reflect.TypeOf(1)) // type: reflect.Type
	here(strings.NewReplacer()) // type: *strings.Replacer
	here(os.DirFS("x")) // type: fs.FS with io/fs
	here(ast.NewIdent("x").Obj) // type: *ast.Object
}
`},
		{"not called as its path ends", `
import "math/rand/v2"
func f(r *rand.Rand) {
	here(r) // type: *rand.Rand
}
`},
		{"of internal packages", `
import ("example.com/lib"; "example.com/lib/internal/part")
var known part.Part
func f() {
	here(lib.Whole()) // type: whole.Whole with example.com/lib/internal/whole, not here
	here(lib.Part()) // type: part.Part
}
`},
		{"context imported with a dot", `
import . "context"
func f(ctx Context) {
	here(ctx) // type: Context; context: Context
}
`},
		{"context by another name", `
import stdctx "context"
func f(ctx stdctx.Context) {
	here(ctx) // type: stdctx.Context; context: stdctx.Context
	stdctx := 1
	here(stdctx) // context: .Context, not here
}
`},
		{"nothing imported", `
func f() {
	here() // time: time with time; context: context.Context with context
}
`},
		{"only for its effects", `
import _ "time"
func f() {
	here() // time: time with time
}
`},
		{"both ways", `
import (_ "time"; clock "time")
func f() {
	here(clock.Now()) // time: clock
}
`},
		{"another package of the name", `
import time "strings"
func f() {
	here(time.ToUpper("x")) // time: , not here
}
`},
		{"declared in the package", `
func time() {}
func f() {
	here() // time: , not here
}
`},
		{"declared in the function", `
func f() {
	time := 1
	here(time) // time: , not here
}
`},
		{"field and method of the name", `
type clock struct{ time int }
type watch struct{}
func (watch) time() {}
func f(c clock, w watch) {
	w.time()
	here(c.time) // time: time with time
}
`},
		{"free names", `
type server struct{ ctx int }
func f(s server) {
	here(s.ctx) // free: ctx
}
func g(ctx int) {
	here() // free: c
}
func h(ctx, c int) {
	here() // free: c1
}
func i(ctx, c, c1 int) {
	here() // free: c2
}
`},
	})
}

// A type that could not be found out is not written, whatever is wrong there.
func TestInvalidType(t *testing.T) {
	p, file := check(t, head)
	if src, _, ok := p.TypeString(types.NewSlice(types.Typ[types.Invalid]), file.Name.End()); ok {
		t.Errorf("an invalid type is written as %s", src)
	}
}

// A file for another platform may declare the name.
func TestDeclaredElsewhere(t *testing.T) {
	p, file := check(t, head)
	p.Elsewhere = func(name string) bool { return name == "time" }
	if _, _, ok := p.Import("time", file.Name.End()); ok {
		t.Error("time is imported, which the package declares")
	}
	if _, _, ok := p.Import("context", file.Name.End()); !ok {
		t.Error("context is not imported")
	}
}
