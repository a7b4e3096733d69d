package flow

import (
	"go/ast"
	"go/token"
	"slices"

	"golang.org/x/tools/go/cfg"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// A Turn is what follows a case of a select in a loop, up to the select again.
type Turn struct {
	Loop   ast.Stmt   // the innermost loop around the select
	Nodes  []ast.Node // what runs after the body of the case, before the select; conditions that call nothing excluded
	Again  bool       // the select can be reached again
	Leaves bool       // the loop can be left on the way
	Looks  bool       // the context is asked, handed on or made anew on the way
	Unled  bool       // nothing leads to the case: a loop before it never ends
}

// TurnOf follows a case, which need not be one on the Done of a context, to
// the next turn of the loop around its select. ctx is the context whose uses
// on the way count; the zero Turn is returned outside loops.
func (p *Package) TurnOf(clause *ast.CommClause, ctx ast.Expr) Turn {
	w := &turning{Package: p, clause: clause, sel: p.Parent(p.Parent(clause)), ctx: ctx, seen: map[*cfg.Block]bool{}}
	w.turn.Loop = p.loopAround(w.sel)
	if w.turn.Loop == nil {
		return Turn{}
	}
	w.g = p.graphOf(p.Func(clause))
	start := w.g.caseBody(clause)
	if start == nil {
		return Turn{}
	}
	base := keyOf(p.Info, ctx).base
	w.turn.Looks = base == nil || w.turn.Loop.Pos() <= base.Pos() && base.Pos() < w.turn.Loop.End()
	w.turn.Unled = w.g.in[start.Index] == nil
	w.walk(start)
	return w.turn
}

// A turning follows the paths from a case back to its select.
type turning struct {
	*Package
	g      *graph
	clause *ast.CommClause
	sel    ast.Node
	ctx    ast.Expr
	seen   map[*cfg.Block]bool
	turn   Turn
}

func (w *turning) walk(b *cfg.Block) {
	if w.seen[b] {
		return
	}
	w.seen[b] = true
	if endsLoop(b, w.turn.Loop) {
		w.turn.Leaves = true
		return
	}
	for _, n := range b.Nodes {
		switch {
		case w.g.comm[n] && contains(w.sel, n):
			w.turn.Again = true
			return
		case !contains(w.turn.Loop, n):
			w.turn.Leaves = true
			return
		case contains(w.clause, n):
			continue
		}
		if !isIdle(n) {
			w.turn.Nodes = append(w.turn.Nodes, n)
		}
		w.turn.Looks = w.turn.Looks || w.mentionsBase(n, w.ctx)
	}
	if len(b.Succs) == 0 {
		w.turn.Leaves = true
	}
	for _, s := range b.Succs {
		if !w.isForever(b) || s.Kind != cfg.KindForDone {
			w.walk(s)
		}
	}
}

// endsLoop reports whether b is where the loop, left by its condition or a
// break, goes on.
func endsLoop(b *cfg.Block, loop ast.Stmt) bool {
	return b.Stmt == loop && (b.Kind == cfg.KindForDone || b.Kind == cfg.KindRangeDone)
}

// loopAround returns the innermost loop of its function that n stands in, or nil.
func (p *Package) loopAround(n ast.Node) ast.Stmt {
	for n = p.Parent(n); n != nil; n = p.Parent(n) {
		switch n := n.(type) {
		case *ast.FuncLit:
			return nil
		case *ast.ForStmt:
			return n
		case *ast.RangeStmt:
			return n
		}
	}
	return nil
}

// caseBody returns the block in which the body of a select case begins; nil
// for an empty default.
func (g *graph) caseBody(clause *ast.CommClause) *cfg.Block {
	for _, b := range g.cfg.Blocks {
		if b.Stmt == clause {
			return b // the one behind the case comes later
		}
	}
	if len(clause.Body) == 0 {
		return nil
	}
	b, _ := g.find(clause.Body[0]) // a default has no block of its own
	return b
}

// isForever reports whether b asks the condition of a loop, and that always
// holds.
func (p *Package) isForever(b *cfg.Block) bool {
	if b.Kind != cfg.KindForLoop {
		return false
	}
	v := p.Info.Types[b.Stmt.(*ast.ForStmt).Cond].Value
	return v != nil && v.ExactString() == "true"
}

// isIdle reports whether n is a condition or value that calls nothing.
func isIdle(n ast.Node) bool {
	if _, ok := n.(ast.Expr); !ok {
		return false
	}
	idle := true
	ast.Inspect(n, func(m ast.Node) bool {
		switch m := m.(type) {
		case *ast.CallExpr:
			idle = false
		case *ast.UnaryExpr:
			idle = idle && m.Op != token.ARROW
		}
		return idle
	})
	return idle
}

// mentionsBase reports whether n names the variable that e starts with.
func (p *Package) mentionsBase(n ast.Node, e ast.Expr) bool {
	base := keyOf(p.Info, e).base
	found := false
	ast.Inspect(n, func(m ast.Node) bool {
		id, _ := m.(*ast.Ident)
		found = found || p.Info.ObjectOf(id) == base
		return !found
	})
	return found
}

// Waits reports whether one of the nodes sends, receives, sleeps or waits.
func (p *Package) Waits(nodes []ast.Node) bool {
	return slices.ContainsFunc(nodes, func(n ast.Node) bool {
		found := false
		ast.Inspect(n, func(m ast.Node) bool {
			switch m := m.(type) {
			case *ast.FuncLit, *ast.GoStmt, *ast.DeferStmt:
				return false
			case *ast.SendStmt:
				found = true
			case *ast.CallExpr:
				found = found || hasWord(typed.CalleeName(m), []string{"Sleep", "Wait", "Lock", "RLock", "Acquire"})
			}
			return !found
		})
		receives(n, func(*ast.UnaryExpr) { found = true })
		return found
	})
}

// ComesBack reports whether the case leads to its select again at once: nothing
// on the way ends the loop or waits, or the case ends in the break of a select,
// which was to end the loop.
func (p *Package) ComesBack(clause *ast.CommClause) bool {
	turn := p.TurnOf(clause, nil)
	return turn.Again && (endsInBreak(clause.Body) || !turn.Leaves && !p.Waits(turn.Nodes))
}

func endsInBreak(body []ast.Stmt) bool {
	if len(body) == 0 {
		return false
	}
	jump, ok := body[len(body)-1].(*ast.BranchStmt)
	return ok && jump.Tok == token.BREAK
}

// Follows says what runs once the loop has ended, as it can now: behind is set
// for anything but a return right behind it, elsewhere for that at the target
// of a jump out of it.
func (p *Package) Follows(loop ast.Stmt) (behind, elsewhere bool) {
	g := p.graphOf(p.Func(loop))
	seen := map[*cfg.Block]bool{}
	var run func(b *cfg.Block)
	run = func(b *cfg.Block) {
		if seen[b] {
			return
		}
		seen[b] = true
		if endsLoop(b, loop) {
			g.walk([]*cfg.Block{b}, func(n ast.Node) bool {
				behind = !p.onlyReports(n)
				return !behind
			})
			return
		}
		for _, n := range b.Nodes {
			if !contains(loop, n) {
				elsewhere = elsewhere || !p.onlyReports(n)
				return
			}
		}
		for _, s := range b.Succs {
			if !p.isForever(b) || s.Kind != cfg.KindForDone {
				run(s)
			}
		}
	}
	for _, b := range g.cfg.Blocks {
		if b.Stmt == loop && (b.Kind == cfg.KindForBody || b.Kind == cfg.KindRangeBody) {
			run(b)
		}
	}
	return behind, elsewhere
}

// Stranded returns the statement right behind the loop if nothing leads to it
// now, and whether it does more than return.
func (p *Package) Stranded(loop ast.Stmt) (stmt ast.Stmt, works bool) {
	var at ast.Node = loop
	if l, ok := p.Parent(loop).(*ast.LabeledStmt); ok {
		at = l
	}
	list := Statements(p.Parent(at))
	for i, stmt := range list {
		if stmt == at && i+1 < len(list) && !p.Reachable(loop, list[i+1]) {
			return list[i+1], !p.onlyReports(list[i+1])
		}
	}
	return nil, false
}

// onlyReports accepts return statements that call nothing but functions that
// make an error.
func (p *Package) onlyReports(n ast.Node) bool {
	ret, ok := n.(*ast.ReturnStmt)
	if !ok {
		return false
	}
	plain := true
	ast.Inspect(ret, func(m ast.Node) bool {
		if call, ok := m.(*ast.CallExpr); ok {
			fn := typed.Callee(p.Info, call)
			plain = plain && (typed.IsFunc(fn, "fmt", "Errorf") || typed.IsFunc(fn, "errors") || p.errSource(call) != nil)
		}
		return plain
	})
	return plain
}

// LeaveLoop says how the loop around the statement at can be left for what
// follows it.
func (p *Package) LeaveLoop(at, loop ast.Stmt) Exit {
	f := p.Func(at)
	if why := p.noExit(f, at); why != "" {
		return Exit{Refuse: why}
	}
	owed := slices.DeleteFunc(p.Owed(at), func(o Owed) bool { return !contains(loop, o.Node) })
	if o := signalOwed(owed); o != nil {
		return Exit{Refuse: "leaving the loop would skip " + o.What + ", which others wait for"}
	}
	if o := lockOwed(owed); o != nil {
		return Exit{Refuse: "leaving the loop would skip " + o.What + ": the lock would stay held"}
	}
	b := &Break{Loop: loop}
	if l, ok := p.Parent(loop).(*ast.LabeledStmt); ok {
		b.Label = l.Label.Name
	} else {
		b.Label, b.New = p.FreeName(f.Outermost(), "loop", "wait"), true
	}
	e := Exit{Stmts: []string{"break " + b.Label}, Break: b}
	if len(owed) > 0 {
		e.Doubt = "leaving the loop would skip " + list(owed)
	}
	return e
}
