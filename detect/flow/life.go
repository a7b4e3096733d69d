package flow

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/cfg"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// A Life is what a function does with a context it makes, and with everything
// computed from it: the results, other than inert ones, of calls that
// received it, what holds these, and so on.
type Life struct {
	Uses       []*ast.Ident // where the context, or what is computed from it, is used, in file order
	Deferred   []*ast.Ident // those of Uses that run when the function ends
	Departures []Departure  // where it may go on after the function has ended, in file order
	Doubt      string       // why, all the same, something may go on with it: "NewSession may keep ctx for what it builds"; or ""
}

// A Departure is a place where a context, or what is computed from it, gets
// into hands that may use it after the function has ended.
type Departure struct {
	Node ast.Node
	Kind UseKind // Returned, Stored, Launched, Captured, or Arg: the callee may keep it
	What string  // what leaves: "ctx", "rows", "the result of client.Do"
	To   string  // who has it then: "s.conn", "Watch"; "" where Kind says all
	Test bool    // it ends with the test, and nobody cancels it before: t.Cleanup, a parallel subtest
}

// Life follows the context that the statement from gives to v.
func (p *Package) Life(v *types.Var, from ast.Node) Life {
	l := newLife(p, from)
	l.start(v)
	return l.done()
}

// A life is a Life in the making.
type life struct {
	*Package
	from  ast.Node // what makes the context
	home  *Func    // the function it does so in
	param bool     // the context is a parameter of home; what is returned is the caller's to follow
	seen  map[*types.Var]bool
	out   Life
}

func newLife(p *Package, from ast.Node) *life {
	return &life{Package: p, from: from, home: p.Func(from), seen: map[*types.Var]bool{}}
}

func (l *life) done() Life {
	byPos := func(a, b *ast.Ident) int { return int(a.Pos() - b.Pos()) }
	slices.SortFunc(l.out.Uses, byPos)
	slices.SortFunc(l.out.Deferred, byPos)
	slices.SortStableFunc(l.out.Departures, func(a, b Departure) int { return int(a.Node.Pos() - b.Node.Pos()) })
	l.out.Uses, l.out.Deferred, l.out.Departures = slices.Compact(l.out.Uses), slices.Compact(l.out.Deferred), slices.Compact(l.out.Departures)
	return l.out
}

func (l *life) depart(d Departure) { l.out.Departures = append(l.out.Departures, d) }

// start follows the uses of v that the value from gives it can reach. Should v
// be given what is made of that value later, variable follows all of them.
func (l *life) start(v *types.Var) {
	if !l.home.Declares(v) {
		l.depart(Departure{Node: l.from, Kind: Stored, What: v.Name(), To: v.Name() + " of the function around"})
		return
	}
	reached := l.reached(v)
	for _, id := range l.usesOf(v) {
		if l.assigned(id) {
			continue
		}
		here := l.Func(id) == l.home
		if !here || slices.ContainsFunc(reached, func(n ast.Node) bool { return contains(n, id) }) {
			l.use(id, v)
		}
	}
}

// reached returns the cfg nodes of home that can run after from while v still
// has the value it got there.
func (l *life) reached(v *types.Var) (nodes []ast.Node) {
	g := l.graphOf(l.home)
	b, i := g.find(l.from)
	through := func(list []ast.Node) bool {
		for _, m := range list {
			nodes = append(nodes, m)
			if l.sets(m, v) {
				return false
			}
		}
		return true
	}
	if !through(b.Nodes[min(i+1, len(b.Nodes)):]) {
		return nodes
	}
	seen := map[*cfg.Block]bool{}
	work := slices.Clone(b.Succs)
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		if seen[b] {
			continue
		}
		seen[b] = true
		if through(b.Nodes) {
			work = append(work, b.Succs...)
		}
	}
	return nodes
}

// assigned reports whether id is only given a value where it stands.
func (p *Package) assigned(id *ast.Ident) bool {
	assign, ok := p.Parent(id).(*ast.AssignStmt)
	return ok && slices.Contains(assign.Lhs, ast.Expr(id))
}

// variable follows what is kept in v.
func (l *life) variable(v *types.Var) {
	if l.seen[v] {
		return
	}
	l.seen[v] = true
	for _, id := range l.usesOf(v) {
		if !l.assigned(id) && (l.from == nil || l.canPrecede(l.from, id) || l.deferOf(id) != nil) {
			l.use(id, v)
		}
	}
}

// use follows one use of a variable, out of the literals around it.
func (l *life) use(id *ast.Ident, v *types.Var) {
	l.out.Uses = append(l.out.Uses, id)
	for f := l.Func(id); !f.Declares(v); f = f.Outer {
		switch f.Wall {
		case Joined, Detached:
			if l.joined(f) {
				continue
			}
			l.depart(Departure{Node: f.Site, Kind: Launched, What: v.Name()})
			return
		case Keeping:
			to, test := l.keeper(f)
			l.depart(Departure{Node: f.Node, Kind: Captured, What: v.Name(), To: to, Test: test})
			return
		case Called:
			if l.isParallel(f) {
				l.depart(Departure{Node: f.Node, Kind: Captured, What: v.Name(), To: "a parallel subtest", Test: true})
				return
			}
		}
	}
	if d := l.deferOf(id); d != nil {
		if l.from != nil && d.Pos() < l.from.Pos() {
			l.depart(Departure{Node: d, Kind: Captured, What: v.Name(), To: "a call deferred before it is made"})
			return
		}
		l.out.Deferred = append(l.out.Deferred, id)
	}
	l.value(id)
}

// keeper names what the literal f is given to, and tells whether that runs it
// when a test ends.
func (l *life) keeper(f *Func) (to string, test bool) {
	call, ok := l.Parent(f.Node).(*ast.CallExpr)
	if !ok {
		return "", false
	}
	fn := typed.Callee(l.Info, call)
	test = fn != nil && fn.Pkg().Path() == "testing" && fn.Name() == "Cleanup"
	return typed.CalleeName(call), test
}

// isParallel reports whether the literal f is a subtest that runs beside
// others, after the test's function has ended.
func (l *life) isParallel(f *Func) bool {
	found := false
	ast.Inspect(f.Body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if ok && typed.IsMethod(typed.Callee(l.Info, call), "testing", "T", "Parallel") {
			found = true
		}
		return !found
	})
	return found
}

// deferOf returns the defer statement of home that n runs in, or nil.
func (l *life) deferOf(n ast.Node) *ast.DeferStmt {
	for m := l.Parent(n); m != nil; m = l.Parent(m) {
		if d, ok := m.(*ast.DeferStmt); ok && l.Func(d) == l.home {
			return d
		}
	}
	return nil
}

// keeps returns how the function of this package that k is a parameter of
// lets the argument live on after it has ended, or nil. known is false if its
// body is not there to look at.
func (p *Package) keeps(k paramKey) (d *Departure, known bool) {
	decl := p.decl(k.fn)
	if decl == nil || decl.Body == nil {
		return nil, false
	}
	if kept, ok := p.keeping[k]; ok {
		return kept, true
	}
	p.keeping[k] = nil // recursion adds nothing
	v := paramAt(p.Info, decl.Type, k.index)
	if v == nil {
		return nil, true
	}
	l := &life{Package: p, home: p.FuncOf(decl), param: true, seen: map[*types.Var]bool{}}
	l.variable(v)
	if out := l.done(); len(out.Departures) > 0 {
		p.keeping[k] = &out.Departures[0]
	}
	return p.keeping[k], true
}

// nameOf names the value e for people.
func nameOf(e ast.Expr) string {
	e = ast.Unparen(e)
	if call, ok := e.(*ast.CallExpr); ok {
		return "the result of " + types.ExprString(call.Fun)
	}
	if u, ok := e.(*ast.UnaryExpr); ok && u.Op == token.AND {
		return nameOf(u.X)
	}
	if lit, ok := e.(*ast.CompositeLit); ok {
		return "the " + types.ExprString(lit.Type)
	}
	return types.ExprString(e)
}
