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
	})
}
