package flow

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"maps"
	"slices"
)

// A nilFact is what is known of a context at a position: whether it may be
// nil and why, and whether some path gives it a value of unknown origin. A
// fact that is reached, and neither, is a context that is never nil; one that
// is nil, and neither unknown nor other, is always nil.
type nilFact struct {
	reached bool
	isNil   bool
	unknown bool
	other   bool // some path gives it a value that is not nil
	why     string
	when    conditions // what holds on every path on which it is nil
}

// Why a context may be nil; "it" is the context.
const (
	whyUnset    = "it is declared without a value and not set on every path to here"
	whyNil      = "it is set to nil on a path to here"
	whyCompared = "this function compares it with nil and goes on"
	whyDropped  = "it comes from a type assertion whose ok is not looked at"
	whyKey      = "it is an element of a map, nil where the key is missing"
	whyElement  = "it is an element of a slice or array that may not be filled"
)

var (
	neverFact   = nilFact{reached: true, other: true}
	unknownFact = nilFact{reached: true, unknown: true}
)

// Conditions are branch conditions, by key, whose outcome is known.
type conditions map[string]condition

// A condition is the outcome of one, and the objects it depends on.
type condition struct {
	holds bool
	needs []types.Object
}

func (f nilFact) equal(g nilFact) bool {
	return f.isNil == g.isNil && f.unknown == g.unknown && f.other == g.other &&
		maps.EqualFunc(f.when, g.when, func(a, b condition) bool { return a.holds == b.holds })
}

// join is the fact where two paths meet. What held on the nil paths of both
// still holds.
func join(f, g nilFact) nilFact {
	joined := nilFact{reached: f.reached || g.reached, isNil: f.isNil || g.isNil, unknown: f.unknown || g.unknown, other: f.other || g.other, why: f.why, when: f.when}
	if !f.isNil {
		joined.why, joined.when = g.why, g.when
	}
	if f.isNil && g.isNil {
		joined.when = make(conditions)
		for key, c := range f.when {
			if d, ok := g.when[key]; ok && c.holds == d.holds {
				joined.when[key] = c
			}
		}
	}
	return joined
}

// notNil is the fact once it is known not to be nil.
func (f nilFact) notNil() nilFact {
	if !f.reached {
		return f
	}
	return neverFact
}

// nilled is the fact once it is known to be nil. A place that others can set
// (a field) stays unknown: only what the function itself holds is shown nil.
func (f nilFact) nilled(held bool) nilFact {
	switch {
	case f.isNil && !f.unknown:
		f.other = f.other && !held
		return f
	case !f.unknown:
		return nilFact{} // never nil: no path leads here
	case !held:
		return f
	}
	return nilFact{reached: true, isNil: true, why: whyCompared}
}

// given is the fact once a condition has the outcome c: where the nil paths
// all had the other one, it is not nil.
func (f nilFact) given(key string, c condition) nilFact {
	if !f.isNil {
		return f
	}
	if known, ok := f.when[key]; ok && known.holds != c.holds {
		if !f.unknown {
			return neverFact
		}
		return unknownFact
	}
	f.when = maps.Clone(f.when)
	if f.when == nil {
		f.when = make(conditions)
	}
	f.when[key] = c
	return f
}

// without is the fact once obj has got another value.
func (f nilFact) without(obj types.Object) nilFact {
	stale := func(c condition) bool { return slices.Contains(c.needs, obj) }
	for _, c := range f.when {
		if stale(c) {
			f.when = maps.Clone(f.when)
			maps.DeleteFunc(f.when, func(_ string, c condition) bool { return stale(c) })
			break
		}
	}
	return f
}

// refine is the fact once cond is known to be true or false.
func (s *nilSolver) refine(cond ast.Expr, holds bool, fact nilFact) nilFact {
	whenTrue, whenFalse := s.split(cond, fact)
	if holds {
		return whenTrue
	}
	return whenFalse
}

// split returns the facts once cond is known to be true, and to be false. It
// looks at each part once: to refine the left side of an || both ways doubles
// the work with every || and && in it.
func (s *nilSolver) split(cond ast.Expr, fact nilFact) (whenTrue, whenFalse nilFact) {
	switch cond := ast.Unparen(cond).(type) {
	case *ast.UnaryExpr:
		if cond.Op == token.NOT {
			whenFalse, whenTrue = s.split(cond.X, fact)
			return whenTrue, whenFalse
		}
	case *ast.BinaryExpr:
		switch cond.Op {
		case token.LAND:
			left, not := s.split(cond.X, fact)
			whenTrue, whenFalse = s.split(cond.Y, left)
			return s.noted(cond, true, whenTrue), s.noted(cond, false, join(not, whenFalse))
		case token.LOR:
			left, not := s.split(cond.X, fact)
			whenTrue, whenFalse = s.split(cond.Y, not)
			return s.noted(cond, true, join(left, whenTrue)), s.noted(cond, false, whenFalse)
		case token.EQL, token.NEQ:
			same := s.refineEqual(cond.X, cond.Y, true, fact)
			other := s.refineEqual(cond.X, cond.Y, false, fact)
			if cond.Op == token.NEQ {
				return other, same
			}
			return same, other
		}
	}
	return s.remember(cond, true, fact), s.remember(cond, false, fact)
}

// refineEqual is the fact once x == y is known to be true or false.
func (s *nilSolver) refineEqual(x, y ast.Expr, equal bool, fact nilFact) nilFact {
	if s.info.Types[x].IsNil() {
		x, y = y, x
	}
	if s.isPlace(x) && s.info.Types[y].IsNil() {
		if equal {
			return fact.nilled(s.place.local != nil)
		}
		return fact.notNil()
	}
	return s.remember(&ast.BinaryExpr{X: x, Op: token.EQL, Y: y}, equal, fact)
}

// remember is the fact once a condition that is not about the place has been
// evaluated.
func (s *nilSolver) remember(cond ast.Expr, holds bool, fact nilFact) nilFact {
	return s.noted(cond, holds, s.prove(cond, fact))
}

// noted is the fact once cond has been found to be true or false.
func (s *nilSolver) noted(cond ast.Expr, holds bool, fact nilFact) nilFact {
	cond, holds = normal(cond, holds)
	key, needs, ok := s.key(cond)
	if !ok {
		return fact
	}
	return fact.given(key, condition{holds, needs})
}

// normal writes a comparison with == or < alone.
func normal(cond ast.Expr, holds bool) (ast.Expr, bool) {
	cmp, ok := ast.Unparen(cond).(*ast.BinaryExpr)
	if !ok {
		return cond, holds
	}
	switch cmp.Op {
	case token.NEQ:
		return &ast.BinaryExpr{X: cmp.X, Op: token.EQL, Y: cmp.Y}, !holds
	case token.GEQ:
		return &ast.BinaryExpr{X: cmp.X, Op: token.LSS, Y: cmp.Y}, !holds
	case token.GTR:
		return &ast.BinaryExpr{X: cmp.Y, Op: token.LSS, Y: cmp.X}, holds
	case token.LEQ:
		return &ast.BinaryExpr{X: cmp.Y, Op: token.LSS, Y: cmp.X}, !holds
	}
	return cond, holds
}

// settle notes what an assignment of a constant to v decides: "first := true"
// decides first, "i := 0" decides i < 3.
func (s *nilSolver) settle(v *types.Var, value constant.Value, fact nilFact) nilFact {
	if value.Kind() == constant.Bool {
		return fact.given(objectKey(v), condition{constant.BoolVal(value), []types.Object{v}})
	}
	for _, id := range s.p.usesIn(s.f.Body, v) {
		_, parent := s.p.operand(id)
		cmp, ok := parent.(*ast.BinaryExpr)
		if !ok || !comparison(cmp.Op) {
			continue
		}
		bound := s.info.Types[cmp.Y].Value
		if bound == nil {
			continue
		}
		cond, holds := normal(cmp, constant.Compare(value, cmp.Op, bound))
		if key, needs, ok := s.key(cond); ok {
			fact = fact.given(key, condition{holds, needs})
		}
	}
	return fact
}

func comparison(op token.Token) bool {
	switch op {
	case token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ:
		return true
	}
	return false
}
