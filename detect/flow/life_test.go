package flow_test

import (
	"go/ast"
	"go/types"
	"strconv"
	"strings"
	"testing"

	"github.com/ctxfix/ctxfix/detect/flow"
)

// life says what becomes of the first variable that the statement assigns:
// what leaves the function, or "stays"; a doubt behind "?".
func life(p *flow.Package, n ast.Node) string {
	l := lifeAt(p, n)
	var words []string
	for _, d := range l.Departures {
		w := d.String()
		if d.Test {
			w += " (test)"
		}
		words = append(words, w)
	}
	if l.Doubt != "" {
		words = append(words, "?"+l.Doubt)
	}
	if len(words) == 0 {
		return "stays"
	}
	return strings.Join(words, ", ")
}

func lifeAt(p *flow.Package, n ast.Node) flow.Life {
	id := n.(*ast.AssignStmt).Lhs[0].(*ast.Ident)
	return p.Life(p.Info.ObjectOf(id).(*types.Var), n)
}

// last is the line, counted from the statement, of the last use, and how many
// uses are deferred.
func last(p *flow.Package, n ast.Node) string {
	l := lifeAt(p, n)
	if len(l.Uses) == 0 {
		return "none"
	}
	line := func(n ast.Node) int { return p.Fset.Position(n.Pos()).Line }
	s := "+" + strconv.Itoa(line(l.Uses[len(l.Uses)-1])-line(n))
	if len(l.Deferred) > 0 {
		s += " deferred " + strconv.Itoa(len(l.Deferred))
	}
	return s
}

func TestLife(t *testing.T) {
	ask(t, map[string]question{"life": life, "last": last}, []source{
		{"stays", `
import ("context"; "database/sql"; "encoding/json"; "io"; "net/http"; "os/exec"; "time"; "net"; "sync"; "golang.org/x/sync/errgroup")
type user struct{ name string; at time.Time; mu sync.Mutex }
type store struct{ db *sql.DB }
func find(ctx context.Context, id int) (*user, error) { return &user{}, ctx.Err() }
func asked(parent context.Context) error {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: stays; last: +5
	if _, ok := ctx.Deadline(); ok {
		println(ctx.Value(1))
	}
	<-ctx.Done()
	return ctx.Err()
}
func data(parent context.Context) (*user, error) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: stays; last: +1
	return find(ctx, 1)
}
func body(parent context.Context, url string) (string, error) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: stays; last: +10 deferred 1
	req, err := http.NewRequestWithContext(ctx, "GET", url, nil)
	if err != nil {
		return "", err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return string(b), err
}
func decoded(parent context.Context, req *http.Request) (u user, err error) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: stays; last: +6
	resp, err := http.DefaultClient.Do(req.WithContext(ctx))
	if err != nil {
		return u, err
	}
	dec := json.NewDecoder(resp.Body)
	err = dec.Decode(&u)
	return u, err
}
func rows(parent context.Context, db *sql.DB) (n int, err error) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: stays; last: +8
	rows, err := db.QueryContext(ctx, "")
	if err != nil {
		return 0, err
	}
	for rows.Next() {
		err = rows.Scan(&n)
	}
	return n, rows.Err()
}
func result(parent context.Context, db *sql.DB) (sql.Result, error) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: stays
	return db.ExecContext(ctx, "")
}
func dialed(parent context.Context, d *net.Dialer) (net.Conn, error) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: stays
	return d.DialContext(ctx, "tcp", "")
}
func derived(parent context.Context) error {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: stays; last: +4
	inner, cancel := context.WithCancel(context.WithValue(ctx, 1, 2))
	defer cancel()
	ctx = nil
	_, err := find(inner, 2)
	return err
}
func process(parent context.Context) ([]byte, error) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: stays
	cmd := exec.CommandContext(ctx, "ls")
	return cmd.Output()
}
func run(parent context.Context) error {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: stays
	return exec.CommandContext(ctx, "ls").Run()
}
func literal(parent context.Context, db *sql.DB) error {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: stays
	return func() error { return db.PingContext(ctx) }()
}
func retry(f func() (*http.Response, error)) (*http.Response, error) { return f() }
func retried(parent context.Context, req *http.Request) (int, error) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: stays; last: +7
	resp, err := retry(func() (*http.Response, error) {
		return http.DefaultClient.Do(req.WithContext(ctx))
	})
	if err != nil {
		return 0, err
	}
	return resp.StatusCode, nil
}
func own(parent context.Context) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: stays
	start(ctx)
}
func start(ctx context.Context) { <-ctx.Done() }
func detached(parent context.Context) context.Context {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: stays
	return context.WithoutCancel(ctx)
}
func inside(parent context.Context, req *http.Request) int {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: stays; last: +5
	x := &struct{ resp *http.Response }{}
	resp, _ := http.DefaultClient.Do(req.WithContext(ctx))
	x.resp = resp
	list := append([]*http.Response(nil), x.resp)
	return len(list)
}
func local(parent context.Context, addr string) error {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: ?NewSession may keep ctx for what it builds
	s := sessions.NewSession(ctx, addr)
	return s.Err()
}
var sessions maker
type maker interface{ NewSession(context.Context, string) session; OpenAll(context.Context) error; Lookup(context.Context) any }
type session interface{ Err() error }
func served(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, _ := context.WithTimeout(r.Context(), time.Second) // life: stays; last: +2
		r = r.WithContext(ctx)
		next.ServeHTTP(w, r)
	})
}
func waited(parent context.Context) error {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: stays; last: +7
	var wg sync.WaitGroup
	wg.Go(func() { start(ctx) })
	for range 3 {
		wg.Add(1)
		go func() { defer wg.Done(); start(ctx) }()
	}
	wg.Wait()
	return nil
}
func waitedFirst(parent context.Context) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: stays
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() { start(ctx) })
}
func grouped(parent context.Context) error {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: stays; last: +5
	g, ctx := errgroup.WithContext(ctx)
	for range 3 {
		g.Go(func() error { start(ctx); return nil })
	}
	return g.Wait()
}
func traced(parent context.Context) any {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: stays
	return SpanFromContext(ctx)
}
func SpanFromContext(ctx context.Context) any { return ctx.Value(1) }
func shape(parent context.Context) int {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: stays; last: +3
	switch x := sessions.Lookup(ctx).(type) {
	case io.Reader:
		n, _ := x.Read(nil)
		return n
	case string:
		return len(x)
	}
	return 0
}
`},
		{"leaves", `
import ("context"; "database/sql"; "io"; "net/http"; "os/exec"; "sync"; "time"; "testing")
type server struct{ ctx context.Context; resp *http.Response }
var global context.Context
var pending []*http.Response
func find(ctx context.Context) error { return ctx.Err() }
func returned(parent context.Context) context.Context {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: the result of context.WithValue is returned
	return context.WithValue(ctx, 1, 2)
}
func body(parent context.Context, req *http.Request) (io.ReadCloser, error) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: resp.Body is returned
	resp, err := http.DefaultClient.Do(req.WithContext(ctx))
	if err != nil {
		return nil, err
	}
	return resp.Body, nil
}
func direct(parent context.Context, db *sql.DB) (*sql.Rows, error) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: the result of db.QueryContext is returned
	return db.QueryContext(ctx, "")
}
func named(parent context.Context, db *sql.DB) (rows *sql.Rows, err error) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: the result of db.QueryContext is returned
	rows, err = db.QueryContext(ctx, "")
	return
}
func field(parent context.Context, s *server) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: ctx is stored in s.ctx
	s.ctx = ctx
}
func toGlobal(parent context.Context) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: ctx is stored in global
	global = ctx
}
func appended(parent context.Context, req *http.Request) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: the result of append is stored in pending
	resp, _ := http.DefaultClient.Do(req.WithContext(ctx))
	pending = append(pending, resp)
}
func composite(parent context.Context) *server {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: s is returned
	s := &server{ctx: ctx}
	return s
}
func sent(parent context.Context, c chan context.Context) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: ctx is sent on the channel c
	c <- ctx
}
func launched(parent context.Context) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: ctx is used by a goroutine
	go find(ctx)
}
func launchedLiteral(parent context.Context) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: ctx is used by a goroutine
	go func() { _ = find(ctx) }()
}
func someWait(parent context.Context, quick bool) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: ctx is used by a goroutine
	var wg sync.WaitGroup
	wg.Go(func() { _ = find(ctx) })
	if quick {
		return
	}
	wg.Wait()
}
func waitBefore(parent context.Context) {
	var wg sync.WaitGroup
	defer wg.Wait()
	ctx, _ := context.WithTimeout(parent, time.Second) // life: ctx is used by a goroutine
	wg.Go(func() { _ = find(ctx) })
}
func kept(parent context.Context) func() error {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: ctx is used by a function literal that is kept
	return func() error { return find(ctx) }
}
func handler(parent context.Context, mux *http.ServeMux) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: ctx is used by the function literal given to HandleFunc
	mux.HandleFunc("/", func(http.ResponseWriter, *http.Request) { _ = find(ctx) })
}
func afterFunc(parent context.Context, f func()) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: ctx is given to AfterFunc
	context.AfterFunc(ctx, f)
}
func process(parent context.Context) *exec.Cmd {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: the result of exec.CommandContext is returned
	return exec.CommandContext(ctx, "ls")
}
func started(parent context.Context) error {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: cmd is given to Start
	cmd := exec.CommandContext(ctx, "ls")
	return cmd.Start()
}
type engine interface{ Start(context.Context) error; Open(context.Context) error; SetContext(context.Context); Put(any) }
func byName(parent context.Context, e engine) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: ctx is given to Start, ctx is given to Open, ctx is stored in e
	_ = e.Start(ctx)
	_ = e.Open(ctx)
	e.SetContext(ctx)
}
func own(parent context.Context, s *server) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: ctx is given to adopt, where ctx is stored in s.ctx, ctx is given to watch, where ctx is used by a goroutine
	s.adopt(ctx)
	watch(ctx, 2)
}
func (s *server) adopt(ctx context.Context) { s.ctx = ctx }
func watch(ctx context.Context, n int) { if n > 0 { watch(ctx, n-1) }; go find(ctx) }
func intoParam(parent context.Context, s *server, req *http.Request) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: the result of http.DefaultClient.Do is stored in s.resp
	s.resp, _ = http.DefaultClient.Do(req.WithContext(ctx))
}
func cleanup(t *testing.T) {
	ctx, _ := context.WithCancel(context.Background()) // life: ctx is used by the function literal given to Cleanup (test), ctx is used by a parallel subtest (test)
	t.Cleanup(func() { _ = find(ctx) })
	t.Run("", func(t *testing.T) { t.Parallel(); _ = find(ctx) })
}
func deferredBefore(parent context.Context, db *sql.DB) (err error) {
	var rows *sql.Rows
	defer func() { _ = rows.Close() }()
	ctx, _ := context.WithTimeout(parent, time.Second) // life: rows is used by a call deferred before it is made
	rows, err = db.QueryContext(ctx, "")
	return err
}
func outer(parent context.Context) {
	ctx := parent
	func() {
		ctx, _ = context.WithTimeout(parent, time.Second) // life: ctx is stored in ctx of the function around
	}()
	_ = find(ctx)
}
`},
		{"stays in what is made", `
import ("context"; "crypto/tls"; "database/sql"; "iter"; "net"; "net/http"; "sync"; "time"; "golang.org/x/sync/errgroup")
type server struct{ ctx context.Context; name string; Run func() }
type Run context.Context
var global any
var pending []*http.Response
func find(ctx context.Context) error { return ctx.Err() }
func fill(*server) {}
func newServer() *server { return &server{} }
type engine interface{
	Setup(context.Context) error
	SetParent(context.Context)
	Hold(context.Context) *holder
}
type holder struct{ ctx context.Context }
func (h *holder) Value() any { return h.ctx }
func (h *holder) Start() {}
func receiver(parent context.Context, e engine) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: h is given to Start
	h := e.Hold(ctx)
	(*holder).Start(h)
}
func tlsDialed(parent context.Context, d *tls.Dialer) (net.Conn, error) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: stays
	return d.DialContext(ctx, "tcp", "")
}
func listening(parent context.Context, c *net.ListenConfig) (net.Listener, error) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: stays
	return c.Listen(ctx, "tcp", "")
}
func prepared(parent context.Context, db *sql.DB) (*sql.Stmt, error) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: stays
	return db.PrepareContext(ctx, "")
}
func preparedOn(parent context.Context, c *sql.Conn) (*sql.Stmt, error) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: stays
	return c.PrepareContext(ctx, "")
}
func SpanFromCtx(ctx context.Context) any { return ctx.Value(1) }
func traced(parent context.Context) any {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: stays
	return SpanFromCtx(ctx)
}
func asked(parent context.Context) any {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: stays
	return ctx.Value(1)
}
func converted(parent context.Context) error {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: stays
	x := Run(ctx)
	return x.Err()
}
func reset(parent context.Context) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: stays; last: none
	ctx = parent
	if parent != nil {
		global = ctx
	}
}
func cleared(parent context.Context) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: stays; last: +1
	_ = find(ctx)
	ctx = nil
}
func given(parent context.Context) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: stays
	_ = ctx
}
func clearedLater(parent context.Context, req *http.Request) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: stays; last: +2
	resp, _ := http.DefaultClient.Do(req.WithContext(ctx))
	println(resp.StatusCode)
	resp = nil
}
func keptBefore(parent context.Context, req *http.Request) {
	var resp *http.Response
	global = resp
	ctx, _ := context.WithTimeout(parent, time.Second) // life: stays
	resp, _ = http.DefaultClient.Do(req.WithContext(ctx))
}
func deferredByCallee(parent context.Context) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: stays
	asksAtEnd(ctx)
}
func asksAtEnd(ctx context.Context) { defer find(ctx) }
func deferredInCalled(parent context.Context) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: stays; last: +1
	func() { defer find(ctx) }()
}
func waitedByCallee(parent context.Context) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: stays
	both(ctx)
	bothDeferred(ctx)
}
func both(ctx context.Context) {
	var wg sync.WaitGroup
	wg.Go(func() { _ = find(ctx) })
	wg.Wait()
}
func bothDeferred(ctx context.Context) {
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() { _ = find(ctx) })
}
func deferredLiteralWaits(parent context.Context) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: stays; last: +3 deferred 1
	var wg sync.WaitGroup
	defer func() { wg.Wait() }()
	wg.Go(func() { _ = find(ctx) })
}
func derivedInJoined(parent context.Context) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: stays
	var wg sync.WaitGroup
	wg.Go(func() {
		inner := context.WithValue(ctx, 1, 2)
		_ = find(inner)
	})
	wg.Wait()
}
func returnedByDeferred(parent context.Context) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: stays
	defer func() context.Context { return ctx }()
}
func several(parent context.Context, s *server) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: stays
	var x any
	s.Run, x = nil, ctx
	println(x)
}
func madeLocally(parent context.Context) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: stays
	m := make(map[int]context.Context)
	m[1] = ctx
	s := new(server)
	s.ctx = ctx
	var list []*server = []*server{}
	list = append(list, &server{})
	list[0].ctx = ctx
	own := server{}
	fill(&own)
	own.ctx = ctx
}
func parented(parent context.Context, e engine) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: stays
	e.SetParent(ctx)
}
func runs(parent context.Context) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: stays
	j := &server{ctx: ctx}
	j.Run()
}
func calledValue(parent context.Context, wrap func(context.Context) func() error) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: stays
	start := wrap(ctx)
	_ = start()
}
func index(parent context.Context, byCtx map[context.Context]*http.Response) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: stays
	global = byCtx[ctx]
}
func declaredBeside(parent context.Context) any {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: stays
	var a, b = any(1), ctx
	_ = find(b)
	return a
}
func rangedInto(parent context.Context, req *http.Request, all iter.Seq2[any, *http.Response]) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: stays
	resp, _ := http.DefaultClient.Do(req.WithContext(ctx))
	println(resp.StatusCode)
	for global, resp = range all {
	}
}
func setUp(parent context.Context, e engine) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: ?Setup may start something that goes on with ctx
	_ = e.Setup(ctx)
}
func grouped(parent context.Context) error {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: stays
	var g errgroup.Group
	g.Go(func() error { return find(ctx) })
	return g.Wait()
}
func shape(parent context.Context, look func(context.Context) any) int {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: stays
	switch x := look(ctx).(type) {
	case string:
		global = x
	default:
		println(x)
	}
	return 0
}
`},
		{"leaves otherwise", `
import ("context"; "io"; "net/http"; "sync"; "time"; "testing"; "golang.org/x/sync/errgroup")
type server struct{ ctx context.Context; resp *http.Response; name string }
type app struct{}
func (app) Cleanup(func()) {}
var global any
var pending []*http.Response
func find(ctx context.Context) error { return ctx.Err() }
func Watch(ctx context.Context)
func newServer() *server
func get() *server
type engine interface{
	SetCtx(context.Context)
	SetContext(*http.Request)
	Hold(context.Context) *holder
	Put(any)
	Responses(context.Context) chan *http.Response
}
type holder struct{ ctx context.Context }
func (h *holder) Value() any { return h.ctx }
func (h *holder) Loop() {}
type tracker struct{}
func (*tracker) Done() {}
func (*tracker) Wait() {}
func bodyless(parent context.Context) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: ctx is given to Watch
	Watch(ctx)
}
func appCleanup(parent context.Context, a app) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: ctx is used by the function literal given to Cleanup
	a.Cleanup(func() { _ = find(ctx) })
}
func registered(parent context.Context, onDone func(func())) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: ctx is used by the function literal given to onDone
	onDone(func() { _ = find(ctx) })
}
func fuzzed(f *testing.F) {
	ctx, _ := context.WithCancel(context.Background()) // life: ctx is used by the function literal given to Fuzz
	f.Fuzz(func(t *testing.T, s string) { _ = find(ctx) })
}
func composite(parent context.Context) *server {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: the server is returned
	return &server{ctx: ctx}
}
func received(parent context.Context, e engine, s *server) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: <-c is stored in s.resp
	c := e.Responses(ctx)
	s.resp = <-c
}
func tracked(parent context.Context) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: ctx is used by a goroutine
	var t tracker
	go func() { defer t.Done(); _ = find(ctx) }()
	t.Wait()
}
func notDone(parent context.Context, wg *sync.WaitGroup) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: ctx is used by a goroutine
	go func() { _ = find(ctx); wg.Add(1) }()
	wg.Wait()
}
func inCalled(parent context.Context) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: ctx is used by a goroutine
	var wg sync.WaitGroup
	func() {
		wg.Go(func() { _ = find(ctx) })
	}()
	wg.Wait()
}
func forever(parent context.Context) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: ctx is used by a goroutine
	go func() { _ = find(ctx) }()
	for {
	}
}
func waitedSometimes(parent context.Context, quick bool) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: ctx is used by a goroutine
	var wg sync.WaitGroup
	if quick {
		defer wg.Wait()
	}
	wg.Go(func() { _ = find(ctx) })
}
func otherDefer(parent context.Context) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: ctx is used by a goroutine
	var wg sync.WaitGroup
	defer println("done")
	wg.Go(func() { _ = find(ctx) })
}
func deferredTooLate(parent context.Context, quick bool) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: ctx is used by a goroutine
	var wg sync.WaitGroup
	wg.Go(func() { _ = find(ctx) })
	if quick {
		return
	}
	defer wg.Wait()
}
func notWaited(parent context.Context) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: ctx is used by a goroutine
	var wg sync.WaitGroup
	wg.Add(2)
	go func() { defer wg.Done(); _ = find(ctx) }()
	wg.Done()
}
func otherWaited(parent context.Context, other *sync.WaitGroup) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: ctx is used by a goroutine
	var wg sync.WaitGroup
	wg.Go(func() { _ = find(ctx) })
	other.Wait()
}
func waitKept(parent context.Context) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: ctx is used by a goroutine
	var wg sync.WaitGroup
	wg.Go(func() { _ = find(ctx) })
	global = func() { wg.Wait() }
}
func waitLaunched(parent context.Context) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: ctx is used by a goroutine
	var wg sync.WaitGroup
	wg.Go(func() { _ = find(ctx) })
	go wg.Wait()
}
func intoResult(parent context.Context) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: ctx is stored in get().ctx
	get().ctx = ctx
}
func intoMade(parent context.Context) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: ctx is stored in s.ctx
	s := newServer()
	s.ctx = ctx
}
func outside(parent context.Context) {
	s := &server{}
	var kept any
	func() {
		ctx, _ := context.WithTimeout(parent, time.Second) // life: ctx is stored in s.ctx, ctx is stored in kept
		s.ctx = ctx
		kept = ctx
	}()
	global = kept
}
func shape(parent context.Context, look func(context.Context) any) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: x is stored in global
	switch x := look(ctx).(type) {
	case io.Reader:
		global = x
	}
}
func shapeOf(parent context.Context, look func(context.Context) any) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: v is stored in global
	switch v := look(ctx); v.(type) {
	case io.Reader:
		global = v
	}
}
func methodExpression(parent context.Context, s *server) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: ctx is given to adopt, where ctx is stored in s.ctx
	(*server).adopt(s, ctx)
}
func methodExpressionOfTwo(parent context.Context, s *server) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: ctx is given to adoptAs, where ctx is stored in s.ctx
	(*server).adoptAs(s, ctx, "")
}
func done(parent context.Context) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: the result of ctx.Done is stored in global
	global = ctx.Done()
}
type failure struct{ ctx context.Context }
func (*failure) Error() string { return "" }
func failed(ctx context.Context) *failure { return &failure{ctx} }
func returnedToGroup(parent context.Context, g *errgroup.Group) error {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: the result of failed is returned
	g.Go(func() error { return failed(ctx) })
	return g.Wait()
}
func (s *server) adoptAs(ctx context.Context, name string) { s.ctx = ctx }
func (s *server) adopt(ctx context.Context) { s.ctx = ctx }
func three(ctx context.Context) (int, string, *holder) { return 0, "", &holder{ctx} }
func Put(n int, s string, h *holder) { global = h }
func severalValues(parent context.Context) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: the result of three is given to Put
	Put(three(ctx))
}
func value(parent context.Context, e engine) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: the result of h.Value is stored in global
	h := e.Hold(ctx)
	global = h.Value()
}
func loops(parent context.Context) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: h is used by a goroutine
	h := &holder{ctx: ctx}
	go h.Loop()
}
func methodValue(parent context.Context, e engine) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: h.Loop is given to Put
	h := &holder{ctx: ctx}
	e.Put(h.Loop)
}
func setCtx(parent context.Context, e engine, req *http.Request) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: ctx is stored in e, the result of req.WithContext is given to SetContext
	e.SetCtx(ctx)
	e.SetContext(req.WithContext(ctx))
}
func declared(parent context.Context, req *http.Request) any {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: x is returned
	var x = ctx
	return x
}
func declaredTogether(parent context.Context, req *http.Request) *http.Response {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: resp is returned
	var resp, _ = http.DefaultClient.Do(req.WithContext(ctx))
	return resp
}
func inParentheses(parent context.Context) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: ctx is stored in global
	global = (ctx)
}
func inLiteral(parent context.Context, req *http.Request) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: the []*http.Response is stored in pending
	resp, _ := http.DefaultClient.Do(req.WithContext(ctx))
	pending = []*http.Response{resp}
}
func element(parent context.Context, all func(context.Context) []*http.Response) {
	ctx, _ := context.WithTimeout(parent, time.Second) // life: list[0] is stored in global, list[1:] is stored in pending, r is stored in global
	list := all(ctx)
	global = list[0]
	pending = list[1:]
	for _, r := range list {
		global = r
	}
}
`},
	})
}
