package flow_test

import (
	"go/ast"
	"testing"

	"github.com/ctxfix/ctxfix/detect/flow"
)

func TestStaysBehind(t *testing.T) {
	behind := func(p *flow.Package, n ast.Node) string {
		if how := p.StaysBehind(callIn(n)); how != "" {
			return how
		}
		return "no"
	}
	ask(t, map[string]question{"behind": behind}, []source{
		{"rows and bodies", `
import ("database/sql"; "io"; "net/http")
type it struct { rows *sql.Rows; next *it }
type s struct { body io.Closer; list []*http.Response }
func returned(db *sql.DB) (*sql.Rows, error) {
	return db.Query("") // behind: no
}
func wrapped(db *sql.DB) (*it, error) {
	rows, err := db.Query("") // behind: no
	x := &it{rows: rows}
	return x, err
}
func deep(db *sql.DB, to *it) error {
	rows, err := db.Query("") // behind: stored in to.next
	to.next = &it{rows: rows}
	return err
}
func field(c *http.Client, to *s) error {
	resp, err := c.Get("") // behind: stored in to.body
	to.body = resp.Body
	return err
}
func request(c *http.Client, to *s) error {
	req, err := http.NewRequest("", "", nil) // behind: stored in to.list
	resp, err := c.Do(req)
	to.list = append(to.list, resp)
	return err
}
func goes(c *http.Client) error {
	resp, err := c.Get("") // behind: handed to a goroutine that nobody waits for
	go io.ReadAll(resp.Body)
	return err
}
func captured(c *http.Client) error {
	resp, err := c.Get("") // behind: used by a goroutine that nobody waits for
	go func() { resp.Body.Close() }()
	return err
}
func sent(c *http.Client, out chan<- *http.Response) error {
	resp, err := c.Get("") // behind: sent on out
	out <- resp
	return err
}
func queued(q interface{ Enqueue(*http.Request) }) error {
	req, err := http.NewRequest("", "", nil) // behind: handed to Enqueue
	q.Enqueue(req)
	return err
}
func read(c *http.Client) ([]byte, error) {
	resp, err := c.Get("") // behind: no
	if err != nil { return nil, err }
	defer resp.Body.Close()
	return io.ReadAll(resp.Body)
}
`},
		{"in other ways", `
import ("context"; "database/sql"; "io"; "net/http")
type it struct { rows *sql.Rows; next *it }
type s struct { body io.Closer; list []*http.Response; key *http.Request }
type keeper interface { Start(*http.Response); Wrap(*http.Response) io.Closer; Size(*http.Response) int }
func (i *it) Close() error { return nil }
func get(c *http.Client) *http.Response { return nil }
func err(c *http.Client) (error, *http.Response) { return nil, nil }
var last *http.Response
var all []*http.Response
func inVar(c *http.Client, to *s) {
	var resp = get(c) // behind: stored in to.body
	to.body = resp.Body
}
func inVars(c *http.Client, to *s) {
	var resp, _ = c.Get("") // behind: stored in last
	last = resp
}
func besideInVar(c *http.Client, to *s) {
	var resp, other = get(c), http.NoBody // behind: no
	to.body = other
	_ = resp
}
func inParentheses(c *http.Client) {
	last = (get(c)) // behind: stored in last
}
func copied(c *http.Client, to *http.Response) {
	resp := get(c) // behind: stored in *to
	*to = *resp
}
func asserted(c *http.Client, to *s) {
	resp := get(c) // behind: stored in to.body
	to.body = resp.Body.(io.Closer)
}
func listed(c *http.Client, to *s) {
	to.list = []*http.Response{get(c)} // behind: stored in to.list
}
func asKey(c *http.Client, to *s) {
	resp := get(c) // behind: no
	all := map[*http.Response]int{resp: 1}
	_ = all
}
func keyOf(c *http.Client, to *s) {
	resp := get(c) // behind: no
	seen = map[*http.Response]io.Closer{resp: nil}
}
var seen map[*http.Response]io.Closer
func measured(c *http.Client, k keeper, to *int) {
	resp := get(c) // behind: no
	*to = k.Size(resp)
}
func wrapped(c *http.Client, k keeper, to *s) {
	resp := get(c) // behind: stored in to.body
	to.body = k.Wrap(resp)
}
func started(c *http.Client, k keeper) {
	resp := get(c) // behind: handed to Start
	k.Start(resp)
}
func keptByLiteral(c *http.Client, to *func()) {
	resp := get(c) // behind: captured by a function literal that may be kept
	*to = func() { resp.Body.Close() }
}
func named(c *http.Client) (resp *http.Response, err error) {
	resp, err = c.Get("") // behind: no
	return
}
func intoRequest(w http.ResponseWriter, r *http.Request) {
	r.Response = get(nil) // behind: no
}
func request(w http.ResponseWriter, r *http.Request) {
	r = r.WithContext(r.Context()) // behind: no
}
func calledThrough(c *http.Client, to *s) {
	resp := get(c) // behind: no
	n, _ := resp.Body.Read(nil)
	to.list = to.list[:n]
}
func cloned(r *http.Request, to *s, ctx context.Context) {
	req := r.Clone(ctx) // behind: stored in to.key
	to.key = req.WithContext(ctx)
}
`},
	})
}
