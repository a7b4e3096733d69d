package flow

import (
	"go/ast"
	"go/types"
	"slices"

	"golang.org/x/tools/go/cfg"
)

// MaybeNil reports why the context e may be a nil interface where it stands,
// or "" when that cannot be shown. It is shown when on some path to e
//
//   - a variable or named result was declared without a value, or set to nil;
//   - it was read from a map or slice whose element may be missing;
//   - it came from a type assertion whose ok was dropped;
//   - the function compared it with nil and went on;
//
// and nothing on that path replaced it, left the function, or would have
// panicked already. Fields, package variables and results of calls are not
// known: neither MaybeNil nor NeverNil.
func (p *Package) MaybeNil(e ast.Expr) (why string) {
	return p.nilFact(e).why
}

// NeverNil reports whether the context e is certainly not a nil interface
// where it stands, or whether e cannot be reached at all.
func (p *Package) NeverNil(e ast.Expr) bool {
	fact := p.nilFact(e)
	return !fact.isNil && !fact.unknown
}

// IsNil reports whether e, a context, an error or another value that can be
// nil, certainly is nil where it stands: it says so, or is a local variable
// that has no other value on any path to there.
func (p *Package) IsNil(e ast.Expr) bool {
	if !p.Info.Types[e].IsNil() && !mayBeNil(p.Info.TypeOf(e)) {
		return false
	}
	fact := p.nilFact(e)
	return fact.isNil && !fact.unknown && !fact.other
}

// mayBeNil reports whether a variable of type t can be nil.
func mayBeNil(t types.Type) bool {
	if _, param := types.Unalias(t).(*types.TypeParam); param {
		return false
	}
	switch t.Underlying().(type) {
	case *types.Interface, *types.Pointer, *types.Slice, *types.Map, *types.Chan, *types.Signature:
		return true
	}
	return false
}

// nilFact returns what is known of e where it stands.
func (p *Package) nilFact(e ast.Expr) nilFact {
	e = ast.Unparen(e)
	f := p.Func(e)
	if f == nil {
		return unknownFact
	}
	a := &nilness{p: p, info: p.Info, busy: make(map[nilQuery]bool), known: make(map[ast.Expr]nilFact)}
	return a.at(f, e, e)
}

// A nilness answers one question; the places it leads to are asked for by the
// same value so that a cycle of assignments ends.
type nilness struct {
	p     *Package
	info  *types.Info
	busy  map[nilQuery]bool
	known map[ast.Expr]nilFact // of values assigned
}

// A nilQuery is one place asked for in one function.
type nilQuery struct {
	fn  ast.Node
	key string
}

// at returns what is known of the value of e, evaluated in f where the node
// at stands.
func (a *nilness) at(f *Func, e ast.Expr, at ast.Node) nilFact {
	place, ok := a.place(e)
	if !ok {
		return a.value(f, e)
	}
	query := nilQuery{f.Node, place.key}
	if a.busy[query] {
		return unknownFact
	}
	a.busy[query] = true
	defer delete(a.busy, query)

	s := &nilSolver{nilness: a, f: f, place: place, start: a.start(f, place)}
	if a.escapes(f, place.local) {
		return unknownFact
	}
	return s.factAt(at)
}

// start returns what is known of a place at the entry of f.
func (a *nilness) start(f *Func, place nilPlace) nilFact {
	v := place.local
	if v == nil {
		return a.unset(f, place)
	}
	if !within(f.Node, v) {
		return a.captured(f, place)
	}
	switch {
	case isResult(f, v):
		return nilFact{reached: true, isNil: true, why: whyUnset}
	case isParam(f, v):
		return a.parameter(f, v)
	}
	return a.declared(v)
}

// parameter returns what is known of a parameter at the entry of its
// function: that it may be nil when the function compares it with nil and
// never replaces it. That of a literal which is run where it stands is what
// its argument is.
func (a *nilness) parameter(f *Func, v *types.Var) nilFact {
	if i := slices.Index(varsOf(f.Sig.Params()), v); f.args != nil && i < len(f.args.Args) {
		return a.at(f.Outer, f.args.Args[i], f.args)
	}
	if len(a.assignments(f.Body, v)) == 0 && a.comparesWithNil(f, v) {
		return nilFact{reached: true, isNil: true, unknown: true, why: whyCompared}
	}
	return unknownFact
}

// declared returns what is known of a local before the statement that
// declares it, which says more. Only the variables of type switch clauses
// have none: with one type, they are never nil.
func (a *nilness) declared(v *types.Var) nilFact {
	for n, obj := range a.info.Implicits {
		clause, _ := n.(*ast.CaseClause)
		if obj == v && len(clause.List) == 1 && !a.info.Types[clause.List[0]].IsNil() {
			return neverFact
		}
	}
	return unknownFact
}

// captured returns what is known of an outer variable at the entry of the
// literal f: what is known where the literal stands, when nothing of unknown
// origin is assigned to it afterwards.
func (a *nilness) captured(f *Func, place nilPlace) nilFact {
	later, never := false, true
	for _, assign := range a.assignments(f.Outermost().Body, place.local) {
		if assign.at.End() > f.Node.Pos() {
			later = true
			never = never && a.constructed(assign.value)
		}
	}
	if !never {
		return unknownFact
	}
	fact := a.at(f.Outer, place.expr, f.Node)
	if later && fact.isNil {
		return unknownFact
	}
	return fact
}

// A nilSolver follows one place through one function.
type nilSolver struct {
	*nilness
	f     *Func
	place nilPlace
	start nilFact
}

// factAt solves the function and returns the fact where the node at stands.
func (s *nilSolver) factAt(at ast.Node) nilFact {
	graph := s.p.graphOf(s.f).cfg
	in := s.solution(graph)
	for _, b := range graph.Blocks {
		fact := in[b]
		for _, n := range b.Nodes {
			if n.Pos() <= at.Pos() && at.End() <= n.End() {
				return s.inside(n, at, fact)
			}
			fact = s.transfer(n, fact)
		}
	}
	return nilFact{} // not reached
}

// maxSolved bounds how many facts are kept for the next question.
const maxSolved = 1 << 16

// solution returns what solve does. The same is asked of every use of a place;
// what a question leads to depends on those that it comes from.
func (s *nilSolver) solution(graph *cfg.CFG) map[*cfg.Block]nilFact {
	if len(s.busy) > 1 {
		return s.solve(graph)
	}
	of := nilQuery{s.f.Node, s.place.key}
	if known := s.p.solved[of]; known != nil {
		return known
	}
	in := s.solve(graph)
	if s.p.facts += len(in); s.p.facts > maxSolved {
		clear(s.p.solved)
		s.p.facts = len(in)
	}
	s.p.solved[of] = in
	return in
}

// solve returns the fact at the entry of each reachable block.
func (s *nilSolver) solve(graph *cfg.CFG) map[*cfg.Block]nilFact {
	in := map[*cfg.Block]nilFact{graph.Blocks[0]: s.start}
	work := []*cfg.Block{graph.Blocks[0]}
	for len(work) > 0 {
		b := work[0]
		work = work[1:]
		out := in[b]
		for _, n := range b.Nodes {
			out = s.transfer(n, out)
		}
		for i, succ := range b.Succs {
			edge := s.edge(b, i, out)
			joined := join(in[succ], edge)
			if !joined.equal(in[succ]) {
				in[succ] = joined
				work = append(work, succ)
			}
		}
	}
	return in
}

// edge narrows the fact at the end of b for its i-th successor.
func (s *nilSolver) edge(b *cfg.Block, i int, fact nilFact) nilFact {
	if len(b.Succs) != 2 || !fact.reached {
		return fact
	}
	switch b.Succs[1].Kind {
	case cfg.KindSwitchNextCase:
		return s.caseEdge(b, i, fact)
	case cfg.KindSelectAfterCase:
		clause := b.Succs[1].Stmt.(*ast.CommClause)
		if i == 1 {
			return fact
		}
		if received, ok := clause.Comm.(*ast.AssignStmt); ok {
			return s.assignment(received, fact)
		}
		return fact
	}
	if b.Kind == cfg.KindRangeLoop {
		loop := b.Stmt.(*ast.RangeStmt)
		if i == 0 {
			fact = s.assign(loop.Key, nil, false, fact)
			fact = s.assign(loop.Value, nil, false, fact)
		}
		return fact
	}
	if cond, ok := b.Nodes[len(b.Nodes)-1].(ast.Expr); ok {
		return s.refine(cond, i == 0, fact)
	}
	return fact
}

// caseEdge narrows the fact for a case clause, of which the i-th successor is
// its body (0) or the next case (1).
func (s *nilSolver) caseEdge(b *cfg.Block, i int, fact nilFact) nilFact {
	clause := b.Succs[1].Stmt.(*ast.CaseClause)
	switch sw := s.p.Parent(s.p.Parent(clause)).(type) {
	case *ast.SwitchStmt:
		cond := b.Nodes[len(b.Nodes)-1].(ast.Expr)
		if tag := s.p.tagOf(clause); tag != nil {
			return s.refineEqual(tag, cond, i == 0, fact)
		}
		return s.refine(cond, i == 0, fact)
	case *ast.TypeSwitchStmt:
		return s.typeEdge(sw, clause, i, fact)
	}
	return fact
}

// typeEdge narrows the fact for a clause of a type switch on the place.
func (s *nilSolver) typeEdge(sw *ast.TypeSwitchStmt, clause *ast.CaseClause, i int, fact nilFact) nilFact {
	var x ast.Expr
	ast.Inspect(sw.Assign, func(n ast.Node) bool {
		if assert, ok := n.(*ast.TypeAssertExpr); ok {
			x = assert.X
		}
		return x == nil
	})
	if !s.isPlace(x) {
		return fact
	}
	hasNil := false
	for _, typ := range clause.List {
		hasNil = hasNil || s.info.Types[typ].IsNil()
	}
	switch {
	case i == 0 && !hasNil, i == 1 && hasNil:
		return fact.notNil()
	}
	return fact
}
