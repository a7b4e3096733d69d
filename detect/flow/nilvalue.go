package flow

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// A nilPlace is a variable, field or element that holds a context.
type nilPlace struct {
	expr  ast.Expr
	key   string
	local *types.Var     // for a local variable, parameter or named result
	needs []types.Object // what else than the place itself its key depends on
}

// place returns the place that e denotes, if it is one.
func (a *nilness) place(e ast.Expr) (nilPlace, bool) {
	e = ast.Unparen(e)
	switch e.(type) {
	case *ast.Ident, *ast.SelectorExpr, *ast.IndexExpr, *ast.StarExpr:
	default:
		return nilPlace{}, false
	}
	key, needs, ok := a.key(e)
	if !ok || a.info.Types[e].IsNil() {
		return nilPlace{}, false
	}
	place := nilPlace{expr: e, key: key, needs: needs}
	if v := a.variable(e); v != nil && v.Parent() != v.Pkg().Scope() {
		place.local, place.needs = v, nil
	}
	return place, true
}

func (a *nilness) isSame(place nilPlace, e ast.Expr) bool {
	key, _, _ := a.key(e)
	return key == place.key
}

func (s *nilSolver) isPlace(e ast.Expr) bool { return s.isSame(s.place, e) }

// key writes an expression so that two of the same value have the same key,
// and returns the objects it depends on. Only what is evaluated without an
// effect that matters has one.
func (a *nilness) key(e ast.Expr) (key string, needs []types.Object, ok bool) {
	w := keyWriter{info: a.info}
	w.write(e)
	return w.text.String(), w.needs, !w.none
}

type keyWriter struct {
	info  *types.Info
	text  strings.Builder
	needs []types.Object
	none  bool // there is no key
}

func (w *keyWriter) write(e ast.Expr) {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		w.object(w.info.ObjectOf(e))
	case *ast.BasicLit:
		w.text.WriteString(e.Value)
	case *ast.SelectorExpr:
		w.write(e.X)
		w.text.WriteString(".")
		w.write(e.Sel)
	case *ast.StarExpr:
		w.text.WriteString("*")
		w.write(e.X)
	case *ast.IndexExpr:
		w.write(e.X)
		w.text.WriteString("[")
		w.write(e.Index)
		w.text.WriteString("]")
	case *ast.UnaryExpr:
		if e.Op == token.ARROW {
			w.none = true
		}
		w.text.WriteString(e.Op.String())
		w.write(e.X)
	case *ast.BinaryExpr:
		cond, holds := normal(e, true)
		if !holds {
			w.text.WriteString("!")
		}
		w.comparison(cond.(*ast.BinaryExpr))
	case *ast.CallExpr:
		w.write(e.Fun)
		w.text.WriteString("(")
		for _, arg := range e.Args {
			w.write(arg)
			w.text.WriteString(",")
		}
		w.text.WriteString(")")
	default:
		w.none = true
	}
}

func (w *keyWriter) object(obj types.Object) {
	switch obj.(type) {
	case nil:
		w.none = true
	case *types.Nil:
		w.text.WriteString("nil")
	default:
		w.needs = append(w.needs, obj)
		w.text.WriteString(objectKey(obj))
	}
}

func (w *keyWriter) comparison(e *ast.BinaryExpr) {
	w.text.WriteString("(")
	w.write(e.X)
	w.text.WriteString(e.Op.String())
	w.write(e.Y)
	w.text.WriteString(")")
}

func objectKey(obj types.Object) string { return fmt.Sprintf("%s@%p", obj.Name(), obj) }

func identOf(e ast.Expr) *ast.Ident {
	id, _ := ast.Unparen(e).(*ast.Ident)
	return id
}

// variable returns the variable that e names, or nil.
func (a *nilness) variable(e ast.Expr) *types.Var { return typed.Var(a.info, e) }

// value returns what is known of the value of e, evaluated in f. Places are
// asked for with at.
func (a *nilness) value(f *Func, e ast.Expr) nilFact {
	e = ast.Unparen(e)
	tv := a.info.Types[e]
	switch {
	case tv.IsNil():
		return nilFact{reached: true, isNil: true, why: whyNil}
	case a.constructed(e):
		return neverFact
	}
	switch e := e.(type) {
	case *ast.TypeAssertExpr:
		return neverFact // it panics instead
	case *ast.CallExpr:
		if a.info.Types[e.Fun].IsType() && types.IsInterface(tv.Type) {
			return a.at(f, e.Args[0], e.Args[0])
		}
	}
	if _, tuple := tv.Type.(*types.Tuple); tuple || types.IsInterface(tv.Type) {
		return unknownFact
	}
	return neverFact // a value of a concrete type in an interface
}

// constructed reports whether e is a call whose context is never nil.
func (a *nilness) constructed(e ast.Expr) bool {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok {
		return false
	}
	fn := typed.Callee(a.info, call)
	switch {
	case fn == nil:
		return false
	case typed.IsFunc(fn, "context"), typed.IsFunc(fn, "os/signal", "NotifyContext"),
		typed.IsFunc(fn, "golang.org/x/sync/errgroup", "WithContext"),
		typed.IsMethod(fn, "net/http", "Request", "Context"):
		return true
	case fn.Pkg() != nil && fn.Pkg().Path() == "testing":
		return true
	case typed.IsFunc(fn, "cmp", "Or"):
		for _, arg := range call.Args {
			if a.constructed(arg) {
				return true
			}
		}
	}
	return false
}

// unset returns what is known of a place that is no local variable, before
// the function says anything about it.
func (a *nilness) unset(f *Func, place nilPlace) nilFact {
	index, ok := place.expr.(*ast.IndexExpr)
	if !ok {
		return unknownFact
	}
	if _, isMap := a.info.TypeOf(index.X).Underlying().(*types.Map); isMap {
		return nilFact{reached: true, isNil: true, unknown: true, why: whyKey}
	}
	if a.filled(f, index.X) {
		return unknownFact
	}
	return nilFact{reached: true, isNil: true, unknown: true, why: whyElement}
}

// A nilAssignment gives a variable a value; nil when it is not one expression.
type nilAssignment struct {
	at    ast.Node
	value ast.Expr
}

// assignments returns where v is assigned in body after its declaration,
// literals included. Taking its address counts.
func (a *nilness) assignments(body ast.Node, v *types.Var) (found []nilAssignment) {
	for _, id := range a.p.usesIn(body, v) {
		n, parent := a.p.operand(id)
		switch at := parent.(type) {
		case *ast.AssignStmt:
			if i := slices.Index(at.Lhs, n); i >= 0 {
				value, _ := rightOf(at, i)
				found = append(found, nilAssignment{at, value})
			}
		case *ast.RangeStmt:
			if at.X != n {
				found = append(found, nilAssignment{at, nil})
			}
		case *ast.UnaryExpr:
			if at.Op == token.AND {
				found = append(found, nilAssignment{at, nil})
			}
		}
	}
	return found
}

// rightOf returns the value that the i-th operand of an assignment gets, and
// whether it comes with an ok or with other results.
func rightOf(n *ast.AssignStmt, i int) (value ast.Expr, several bool) {
	if len(n.Lhs) == len(n.Rhs) {
		return n.Rhs[i], false
	}
	return n.Rhs[0], true
}

// escapes reports whether v is set where the graph of f does not show it: by
// a literal inside f, or through its address.
func (a *nilness) escapes(f *Func, v *types.Var) bool {
	for _, assign := range a.assignments(f.Body, v) {
		if _, address := assign.at.(*ast.UnaryExpr); address || a.p.Func(assign.at) != f {
			return true
		}
	}
	return false
}

// comparesWithNil reports whether f, its literals left aside, compares v with nil.
func (a *nilness) comparesWithNil(f *Func, v *types.Var) (found bool) {
	for _, id := range a.p.usesIn(f.Body, v) {
		n, parent := a.p.operand(id)
		cmp, ok := parent.(*ast.BinaryExpr)
		if !ok || a.p.Func(id) != f {
			continue
		}
		other := cmp.X
		if other == n {
			other = cmp.Y
		}
		if a.info.Types[other].IsNil() {
			return true
		}
	}
	return false
}

// within reports whether v is declared inside the function node.
func within(fn ast.Node, v *types.Var) bool { return fn.Pos() <= v.Pos() && v.Pos() < fn.End() }

func isParam(f *Func, v *types.Var) bool  { return declares(f.Sig.Params(), v) }
func isResult(f *Func, v *types.Var) bool { return declares(f.Sig.Results(), v) }

func declares(vars *types.Tuple, v *types.Var) bool {
	for i := range vars.Len() {
		if vars.At(i) == v {
			return true
		}
	}
	return false
}
