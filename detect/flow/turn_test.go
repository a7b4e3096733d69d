package flow_test

import (
	"go/ast"
	"go/types"
	"strings"
	"testing"

	"github.com/ctxfix/ctxfix/detect/flow"
)

// turn says what follows the case n up to the next turn of its loop, asking
// about the context of its Done.
func turn(p *flow.Package, n ast.Node) string {
	clause := n.(*ast.CommClause)
	ch, _ := flow.Comm(clause)
	t := p.TurnOf(clause, p.DoneOf(ch))
	if t.Loop == nil {
		return "no loop"
	}
	var words []string
	for _, n := range t.Nodes {
		switch n := n.(type) {
		case ast.Expr:
			words = append(words, types.ExprString(n))
		case *ast.ExprStmt:
			words = append(words, types.ExprString(n.X))
		default:
			words = append(words, "…")
		}
	}
	for word, is := range map[string]bool{"again": t.Again, "leaves": t.Leaves, "looks": t.Looks, "waits": p.Waits(t.Nodes)} {
		if is {
			words = append(words, word)
		}
	}
	return sorted(words)
}

// out says how the loop around the case n is left, and what follows it.
func out(p *flow.Package, n ast.Node) string {
	t := p.TurnOf(n.(*ast.CommClause), nil)
	behind, elsewhere := p.Follows(t.Loop)
	e := p.LeaveLoop(p.Parent(p.Parent(n)).(ast.Stmt), t.Loop)
	s := strings.Join(e.Stmts, " / ") + e.Refuse
	if e.Doubt != "" {
		s += " doubt"
	}
	if behind {
		s += " behind"
	}
	if elsewhere {
		s += " elsewhere"
	}
	return s
}

func TestTurn(t *testing.T) {
	ask(t, map[string]question{"turn": turn, "out": out}, []source{
		{"ways", `
import ("context"; "sync"; "time"; "errors")
func none(ctx context.Context, ch chan int) {
	select {
	case <-ctx.Done(): // turn: no loop
	case <-ch:
	}
}
func plain(ctx context.Context, ch chan int) {
	for {
		select {
		case <-ctx.Done(): // turn: again; out: break loop
			here()
		case <-ch:
		}
	}
}
func ways(ctx context.Context, ch chan int, x int) {
	for x < 3 {
		here(1)
		select {
		case <-ctx.Done(): // turn: again, here(1), leaves; out: break loop behind
		case <-ch:
		}
	}
	here(2)
}
func forever(ctx context.Context, ch chan int, mu *sync.Mutex) {
	for true {
		if x := 1; x > 2 {
			select {
			case <-ctx.Done(): // turn: again, …; out: break loop
			default:
				continue
			}
		}
	}
	here(3)
}
func waits(ctx context.Context, ch chan int, work func(context.Context)) {
wait:
	for {
		select {
		case <-ctx.Done(): // turn: again, time.Sleep(3), waits; out: break wait elsewhere
		case <-ch:
			if here(); ctx == nil { continue wait }
			goto end
		}
		time.Sleep(3)
	}
end:
	here(4)
}
func looks(ctx context.Context, ch chan int, work func(context.Context)) error {
	for {
		work(ctx)
		select {
		case <-ctx.Done(): // turn: again, looks, work(ctx)
		case <-ch: 
			return nil
		}
	}
}
func inside(ch chan int) {
	for {
		ctx, cancel := context.WithCancel(context.Background())
		select {
		case <-ctx.Done(): // turn: again, looks, …, …
		case <-ch:
		}
		_ = cancel
	}
}
func ends(ctx context.Context, ch chan int, mu *sync.Mutex) error {
	for {
		mu.Lock()
		select {
		case <-ctx.Done(): // out: leaving the loop would skip mu.Unlock(): the lock would stay held
			return nil
		case <-ch:
			break
		}
		mu.Unlock()
	}
}
func reports(ctx context.Context, ch chan int, stop func()) error {
	for x := range ch {
		select {
		case <-ctx.Done(): // turn: again, leaves; out: break loop doubt
			continue
		default:
		}
		here(x)
		stop()
	}
	return errors.New("over")
}
`},
	})
}
