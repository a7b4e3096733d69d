package flow

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strings"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// transfer is the fact after the node n of a block.
func (s *nilSolver) transfer(n ast.Node, fact nilFact) nilFact {
	if !fact.reached {
		return fact
	}
	fact = s.prove(n, fact)
	switch n := n.(type) {
	case *ast.ExprStmt:
		if s.fatal(n.X) {
			return nilFact{}
		}
	case *ast.AssignStmt:
		if s.p.comm(n) != nil {
			return fact // it runs when its case is chosen
		}
		return s.assignment(n, fact)
	case *ast.IncDecStmt:
		return s.assign(n.X, nil, false, fact)
	case *ast.ValueSpec:
		for i, name := range n.Names {
			switch {
			case len(n.Values) == 0:
				fact = s.declare(name, fact)
			case len(n.Values) == len(n.Names):
				fact = s.assign(name, n.Values[i], false, fact)
			default:
				fact = s.assign(name, n.Values[0], true, fact)
			}
		}
	}
	return fact
}

// fatal reports whether e calls a function that by its name and its lack of
// results ends the process, the test or the goroutine, as loggers have them.
func (s *nilSolver) fatal(e ast.Expr) bool {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok {
		return false
	}
	fn := typed.Callee(s.info, call)
	if fn == nil || fn.Signature().Results().Len() != 0 {
		return false
	}
	for _, name := range []string{"Fatal", "Panic", "Exit", "FailNow", "SkipNow"} {
		if strings.HasPrefix(fn.Name(), name) {
			return true
		}
	}
	return false
}

// declare is the fact after a declaration without a value.
func (s *nilSolver) declare(name *ast.Ident, fact nilFact) nilFact {
	if s.isPlace(name) {
		return nilFact{reached: true, isNil: true, why: whyUnset}
	}
	v := s.variable(name)
	fact = fact.without(v)
	if basic, ok := v.Type().Underlying().(*types.Basic); ok {
		switch {
		case basic.Info()&types.IsBoolean != 0:
			return s.settle(v, constant.MakeBool(false), fact)
		case basic.Info()&types.IsInteger != 0:
			return s.settle(v, constant.MakeInt64(0), fact)
		}
	}
	return fact
}

// assignment is the fact after an assignment, its last operand first: the ok
// of a pair must be known as changed before the value is tied to it.
func (s *nilSolver) assignment(n *ast.AssignStmt, fact nilFact) nilFact {
	if n.Tok != token.ASSIGN && n.Tok != token.DEFINE {
		return s.assign(n.Lhs[0], nil, false, fact)
	}
	for i := len(n.Lhs) - 1; i >= 0; i-- {
		value, several := rightOf(n, i)
		if several && s.isPlace(n.Lhs[0]) {
			if pair, ok := s.pair(value, n.Lhs[1]); ok {
				return pair
			}
		}
		fact = s.assign(n.Lhs[i], value, several, fact)
	}
	return fact
}

// pair is the fact after "ctx, ok := m[k]" or "ctx, ok := v.(context.Context)".
func (s *nilSolver) pair(value, ok ast.Expr) (nilFact, bool) {
	fact := nilFact{reached: true, isNil: true, other: true}
	switch ast.Unparen(value).(type) {
	case *ast.TypeAssertExpr:
		fact.why = whyDropped
	case *ast.IndexExpr:
		fact.why, fact.unknown = whyKey, true
	default:
		return fact, false
	}
	v := s.variable(ok)
	if v == nil {
		return fact, identOf(ok) != nil
	}
	if !s.onlyTested(v) {
		return unknownFact, true
	}
	return fact.given(objectKey(v), condition{false, []types.Object{v}}), true
}

// onlyTested reports whether v is used in conditions alone, where its outcome
// is followed, or dropped.
func (s *nilSolver) onlyTested(v *types.Var) bool {
	for _, id := range s.p.usesIn(s.f.Node, v) {
		if !s.tested(id) {
			return false
		}
	}
	return true
}

// tested reports whether the use id stands in a condition, is assigned to, or
// is given to the blank identifier.
func (s *nilSolver) tested(id *ast.Ident) bool {
	var n ast.Node = id
	for {
		parent := s.p.Parent(n)
		switch parent := parent.(type) {
		case *ast.ParenExpr, *ast.UnaryExpr, *ast.BinaryExpr:
			n = parent
			continue
		case *ast.IfStmt:
			return parent.Cond == n
		case *ast.ForStmt:
			return parent.Cond == n
		case *ast.CaseClause:
			return true
		case *ast.AssignStmt:
			return dropsOrSets(parent, n)
		}
		return false
	}
}

// dropsOrSets reports whether n is an operand that the assignment sets, or
// that it gives to the blank identifier.
func dropsOrSets(assign *ast.AssignStmt, n ast.Node) bool {
	for i, lhs := range assign.Lhs {
		if lhs == n {
			return true
		}
		if len(assign.Rhs) == len(assign.Lhs) && assign.Rhs[i] == n {
			id := identOf(lhs)
			return id != nil && id.Name == "_"
		}
	}
	return false
}

// assign is the fact after lhs has got value (nil: an unknown one), which may
// come as one of several results.
func (s *nilSolver) assign(lhs, value ast.Expr, several bool, fact nilFact) nilFact {
	if s.isPlace(lhs) {
		return s.given(value, several)
	}
	v := s.variable(lhs)
	if v == nil {
		if sel, ok := ast.Unparen(lhs).(*ast.SelectorExpr); ok {
			v, _ = s.info.Uses[sel.Sel].(*types.Var)
		}
	}
	if v == nil {
		return fact
	}
	fact = fact.without(v)
	for _, obj := range s.place.needs {
		if obj == v {
			return s.start
		}
	}
	if constant := s.info.Types[value].Value; constant != nil {
		return s.settle(v, constant, fact)
	}
	if cmp, ok := ast.Unparen(value).(*ast.BinaryExpr); ok && s.testsPlace(cmp) {
		return fact.given(objectKey(v), condition{cmp.Op == token.EQL, []types.Object{v}})
	}
	return fact
}

// testsPlace reports whether cmp compares the place with nil.
func (s *nilSolver) testsPlace(cmp *ast.BinaryExpr) bool {
	x, y := cmp.X, cmp.Y
	if s.info.Types[x].IsNil() {
		x, y = y, x
	}
	return s.isPlace(x) && s.info.Types[y].IsNil()
}

// given is the fact once the place holds value.
func (s *nilSolver) given(value ast.Expr, several bool) nilFact {
	if value == nil {
		return unknownFact
	}
	if several {
		if s.constructed(value) {
			return neverFact
		}
		return unknownFact
	}
	fact, known := s.known[value]
	if !known {
		fact = s.at(s.f, value, value)
		s.known[value] = fact
	}
	other, _ := s.nilness.place(value)
	if key, needs, ok := s.key(other.expr); ok {
		// Have: c := ctx. A later look at ctx tells about c.
		return fact.given("("+key+"==nil)", condition{true, needs})
	}
	return fact
}

// prove is the fact after the calls in n that would have panicked on a nil
// context. Literals run elsewhere, and the right side of && and || perhaps
// not at all.
func (s *nilSolver) prove(n ast.Node, fact nilFact) nilFact {
	ast.Inspect(n, func(m ast.Node) bool {
		switch m := m.(type) {
		case *ast.FuncLit:
			return false
		case *ast.BinaryExpr:
			if m.Op == token.LAND || m.Op == token.LOR {
				fact = s.prove(m.X, fact)
				return false
			}
		case *ast.CallExpr:
			fact = s.proveCall(m, fact)
		}
		return true
	})
	return fact
}

func (s *nilSolver) proveCall(call *ast.CallExpr, fact nilFact) nilFact {
	fn := typed.Callee(s.info, call)
	if fn == nil {
		return fact
	}
	if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok && s.isPlace(sel.X) && fn.Name() != "Done" {
		return fact.notNil()
	}
	if fn.Pkg() != nil && strings.HasSuffix(fn.Pkg().Path(), "/require") && len(call.Args) > 1 {
		return s.required(fn.Name(), call.Args[1], fact)
	}
	if !panicsOnNil(fn) {
		return fact
	}
	for _, arg := range call.Args {
		if s.isPlace(arg) {
			return fact.notNil()
		}
	}
	return fact
}

// panicsOnNil reports whether fn panics, or fails, on a nil context.
func panicsOnNil(fn *types.Func) bool {
	return typed.IsFunc(fn, "context") || typed.IsFunc(fn, "os/signal", "NotifyContext") ||
		typed.IsFunc(fn, "golang.org/x/sync/errgroup", "WithContext") ||
		typed.IsFunc(fn, "net/http", "NewRequestWithContext") ||
		typed.IsMethod(fn, "net/http", "Request", "WithContext", "Clone")
}

// required is the fact after a test's assertion that ends the test otherwise.
func (s *nilSolver) required(name string, arg ast.Expr, fact nilFact) nilFact {
	switch strings.TrimSuffix(name, "f") {
	case "NotNil":
		if s.isPlace(arg) {
			return fact.notNil()
		}
	case "True":
		return s.refine(arg, true, fact)
	case "False":
		return s.refine(arg, false, fact)
	}
	return fact
}

// inside is the fact where the node at is evaluated in the node n of a block:
// past the left sides of the && and || around it.
func (s *nilSolver) inside(n, at ast.Node, fact nilFact) nilFact {
	ast.Inspect(n, func(m ast.Node) bool {
		if m == nil || at.End() > m.End() {
			return false
		}
		b, ok := m.(*ast.BinaryExpr)
		if ok && (b.Op == token.LAND || b.Op == token.LOR) && b.Y.Pos() <= at.Pos() {
			fact = s.refine(b.X, b.Op == token.LAND, fact)
		}
		return m != at
	})
	return fact
}
