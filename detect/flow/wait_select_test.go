package flow_test

import (
	"cmp"
	"go/ast"
	"strings"
	"testing"

	"github.com/ctxfix/ctxfix/detect/flow"
)

// hears says why the select n need not hear the live context, why it must not
// be made to, or what would be doubtful about that.
func hears(p *flow.Package, n ast.Node) string {
	sel := n.(*ast.SelectStmt)
	wait := p.SelectWait(sel)
	if wait == nil {
		return "nothing to hear"
	}
	ctx, none := p.Live(sel)
	if none != nil {
		return none.Reason
	}
	if !wait.Deaf(true) {
		return "an end"
	}
	wait.Hear(ctx)
	if _, why := wait.RightToWait(); why != "" {
		return "right: " + why
	}
	release := wait.Release()
	if refused := cmp.Or(wait.Refused(), release.Refuse); refused != "" {
		return "refused: " + refused
	}
	out := strings.Repeat("buffer ", len(release.Buffer)) + strings.Repeat("select ", len(release.Sends))
	return cmp.Or(strings.TrimSpace(out+strings.Join(append(wait.Doubts(), release.Doubts...), ", ")), "fine")
}

func TestSelectGivesUp(t *testing.T) {
	ask(t, map[string]question{"hears": hears}, []source{{"what it does then", `
import ("context"; "errors"; "log"; "net/http"; "sync"; "time")
var late = errors.New("late")
type pool struct {
	sync.Mutex
	n, m int
	words map[string]int
	free chan int
}
func (p *pool) forget() {}
func plain(ctx context.Context, p *pool, t *time.Timer) error {
	select { // hears: what p.free carries may have to be delivered
	case <-p.free:
	case <-t.C:
		return late
	}
	return nil
}
func calls(ctx context.Context, p *pool, t *time.Timer) error {
	select { // hears: what p.free carries may have to be delivered, the case that gives up does more than leave: p.forget()
	case <-p.free:
	case <-t.C:
		p.forget()
		return late
	}
	return nil
}
func assigns(ctx context.Context, p *pool, t *time.Timer) error {
	select { // hears: what p.free carries may have to be delivered, the case that gives up does more than leave: p.n
	case <-p.free:
	case <-t.C:
		p.n, p.m = 1, 2
		return late
	}
	return nil
}
func countsDown(ctx context.Context, p *pool, t *time.Timer) error {
	select { // hears: what p.free carries may have to be delivered, the case that gives up does more than leave: p.n
	case <-p.free:
	case <-t.C:
		p.n--
		return late
	}
	return nil
}
func starts(ctx context.Context, p *pool, t *time.Timer) error {
	select { // hears: what p.free carries may have to be delivered, the case that gives up does more than leave: it starts a goroutine
	case <-p.free:
	case <-t.C:
		go p.forget()
		return late
	}
	return nil
}
func under(ctx context.Context, p *pool, t *time.Timer, ok bool) error {
	select { // hears: what p.free carries may have to be delivered, the case that gives up does more than leave: delete(p.words, "a")
	case <-p.free:
	case <-t.C:
		if ok {
			delete(p.words, "a")
		}
		return late
	}
	return nil
}
func locals(ctx context.Context, p *pool, t *time.Timer) error {
	n := 0
	select { // hears: what p.free carries may have to be delivered
	case <-p.free:
	case <-t.C:
		n++
		n = 3
		f := func() { p.n = 1 }
		defer f()
		log.Print(n)
		t.Stop()
		p.Lock()
		p.Unlock()
		return late
	}
	return nil
}
func replies(w http.ResponseWriter, r *http.Request, p *pool, t *time.Ticker) {
	select { // hears: what p.free carries may have to be delivered
	case <-p.free:
	case <-t.C:
		w.WriteHeader(504)
		http.Error(w, "late", 504)
		t.Stop()
		return
	}
}
func breaksOut(ctx context.Context, p *pool, t *time.Timer) error {
wait:
	for {
		select { // hears: what p.free carries may have to be delivered, the case that gives up does more than leave: p.forget()
		case <-p.free:
		case <-t.C:
			p.forget()
			break wait
		}
	}
	return nil
}
func breaksTheSelect(ctx context.Context, p *pool, t *time.Timer) error {
	select { // hears: what p.free carries may have to be delivered
	case <-p.free:
	case <-t.C:
		p.forget()
		break
	}
	return nil
}
func failsOtherwise(ctx context.Context, p *pool, gone <-chan int) error {
	select { // hears: what p.free carries may have to be delivered, the case that gives up does more than leave: p.forget()
	case <-p.free:
	case <-gone:
		p.forget()
		return late
	}
	return nil
}
func failsWithAValue(ctx context.Context, p *pool, gone <-chan int) error {
	select { // hears: what p.free carries may have to be delivered
	case <-p.free:
	case n := <-gone:
		p.forget()
		log.Print(n)
		return late
	}
	return nil
}
func failsWithTheError(ctx context.Context, p *pool, errs <-chan error) error {
	select { // hears: what p.free carries may have to be delivered, the case that gives up does more than leave: p.forget()
	case <-p.free:
	case err := <-errs:
		p.forget()
		return err
	}
	return nil
}
func succeeds(ctx context.Context, p *pool, gone <-chan int) error {
	select { // hears: what p.free carries may have to be delivered
	case <-p.free:
	case <-gone:
		p.forget()
		return nil
	}
	return nil
}
func hasNoResult(ctx context.Context, p *pool, gone <-chan int) {
	select { // hears: what p.free carries may have to be delivered
	case <-p.free:
	case <-gone:
		p.forget()
		return
	}
}
func sendsInstead(ctx context.Context, p *pool, t *time.Timer, sink chan<- int) error {
	select { // hears: what is sent on sink may have to be delivered
	case sink <- 1:
		p.forget()
		return late
	case <-t.C:
	}
	return nil
}
`}})
}
