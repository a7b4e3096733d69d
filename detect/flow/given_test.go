package flow_test

import (
	"go/ast"
	"slices"
	"strings"
	"testing"

	"github.com/ctxfix/ctxfix/detect/flow"
)

// callIn returns the first call in n that is not one of here.
func callIn(n ast.Node) (found *ast.CallExpr) {
	ast.Inspect(n, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if ok && found == nil {
			found = call
		}
		return found == nil
	})
	return found
}

func liveFor(governs bool) question {
	return func(p *flow.Package, n ast.Node) string {
		ctx, none := p.LiveFor(callIn(n), governs)
		switch {
		case none == nil:
			return ctx.Expr
		case none.Two:
			return "two"
		}
		return "none"
	}
}

func TestLiveFor(t *testing.T) {
	ask(t, map[string]question{"governs": liveFor(true), "bounds": liveFor(false)}, []source{
		{"what is returned", `
import ("context"; "database/sql"; "net"; "time")
func plain(ctx context.Context, db *sql.DB) (*sql.Rows, error) {
	return db.Query("select 1") // governs: ctx; bounds: ctx
}
func cancelled(ctx context.Context, db *sql.DB) (*sql.Rows, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	return db.Query("select 1") // governs: two; bounds: ctx
}
func local(ctx context.Context, db *sql.DB) error {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	rows, err := db.Query("select 1") // governs: ctx
	if err != nil {
		return err
	}
	return rows.Close()
}
func dial(ctx context.Context) (net.Conn, error) {
	dialCtx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	use(dialCtx)
	use(dialCtx)
	return net.Dial("tcp", "a:1") // governs: ctx; bounds: two
}
func use(context.Context) {}
`},
	})
}

func TestGivenContext(t *testing.T) {
	given := func(p *flow.Package, n ast.Node) string {
		if p.GivenContext(callIn(n)) {
			return "yes"
		}
		return "no"
	}
	ask(t, map[string]question{"given": given}, []source{
		{"ways to be given one", `
import ("context"; "net/http")
type db struct{}
func (d *db) With(context.Context) *db { return d }
func (d *db) Find(...any) {}
func f(ctx context.Context, d *db, r *http.Request) {
	d.Find(1)           // given: no
	d.Find(ctx)         // given: yes
	d.Find(r)           // given: yes
	d.With(ctx).Find(1) // given: yes
}
`},
	})
}

func TestTerminates(t *testing.T) {
	terminates := func(p *flow.Package, n ast.Node) string {
		if p.Terminates(n.(*ast.IfStmt).Body) {
			return "yes"
		}
		return "no"
	}
	ask(t, map[string]question{"terminates": terminates}, []source{
		{"last statements", `
import ("log"; "runtime"; "testing")
type own struct{}
func (own) Fatal() {}
func f(err error, t *testing.T, l *log.Logger) {
	for {
		if err != nil { return } // terminates: yes
		if err != nil { continue } // terminates: yes
		if err != nil { log.Fatal(err) } // terminates: yes
		if err != nil { log.Print(err) } // terminates: no
		if err != nil { } // terminates: no
		if err != nil { if err == nil { return } else { panic(err) } } // terminates: yes
		if err != nil { if err == nil { return } } // terminates: no
		if err != nil { if err == nil { return } else { log.Print(err) } } // terminates: no
		if err != nil { if err == nil { log.Print(err) } else { return } } // terminates: no
		if err != nil { { log.Print(err); return } } // terminates: yes
		if err != nil { <-make(chan int) } // terminates: no
		if err != nil { runtime.Goexit() } // terminates: yes
		if err != nil { l.Fatal(err) } // terminates: yes
		if err != nil { err.Error() } // terminates: no
		if err != nil { own{}.Fatal() } // terminates: no
		if err != nil { t.Fatal(err) } // terminates: yes
		if err != nil { t.Fatalf("") } // terminates: yes
		if err != nil { t.FailNow() } // terminates: yes
		if err != nil { t.Skip() } // terminates: yes
		if err != nil { t.Skipf("") } // terminates: yes
		if err != nil { t.SkipNow() } // terminates: yes
		if err != nil { t.Error(err) } // terminates: no
	}
}
`},
	})
}

func TestCalledFrom(t *testing.T) {
	p, _ := check(t, head+`
type doer interface{ do() }
type a struct{}
func (a) do() { one() }
func start(d doer) { two(); d.do(); func() { three() }() }
func one() {}
func two() { start(nil) }
func three() {}
func other() { one() }
`+tail)
	var names []string
	for decl := range p.CalledFrom(func(d *ast.FuncDecl) bool { return d.Name.Name == "start" }) {
		names = append(names, decl.Name.Name)
	}
	slices.Sort(names)
	if got := strings.Join(names, " "); got != "do one start three two" {
		t.Errorf("reached %q", got)
	}
}
