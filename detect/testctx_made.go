package detect

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/typed"
)

// A made is what comes of a context: the variables that hold something which
// lives under it, and why that lives on when the test's context is done.
type made struct {
	*testFinder
	t       testParam
	vars    map[*types.Var]bool
	todo    []*types.Var
	livesOn string
}

// madeWith follows what is made with the root: contexts, cancel funcs, and
// results that can be closed.
func (p *testFinder) madeWith(root *ast.CallExpr, t testParam) *made {
	m := &made{testFinder: p, t: t, vars: map[*types.Var]bool{}}
	decl := p.Flow.Func(root).Outermost().Node
	m.climb(root)
	for len(m.todo) > 0 {
		v := m.todo[0]
		m.todo = m.todo[1:]
		ast.Inspect(decl, func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			if ok && p.Package.Info.Uses[id] == v {
				m.climb(id)
				for f := p.Flow.Func(id); f != nil && f.Outer != nil; f = f.Outer {
					m.climb(f.Node.(*ast.FuncLit)) // which uses it when it runs
				}
			}
			return true
		})
	}
	return m
}

// climb follows the value of e to where it goes.
func (m *made) climb(e ast.Expr) {
	for {
		switch parent := m.Flow.Parent(e).(type) {
		case *ast.CallExpr:
			if isCleanup(parent) && parent.Fun != e || m.closesLater(parent) {
				m.because("it, or what is made with it, is used in the test's Cleanup, when the test's context is done")
				return
			}
			if parent.Fun != e && m.goesOn(parent, e) {
				m.runs(parent)
			}
			if !living(m.Package.Info.TypeOf(parent)) {
				return
			}
			e = parent
		case *ast.AssignStmt:
			m.assigned(parent.Lhs, parent.Rhs, e)
			return
		case *ast.ValueSpec:
			lhs := make([]ast.Expr, len(parent.Names))
			for i, name := range parent.Names {
				lhs[i] = name
			}
			m.assigned(lhs, parent.Values, e)
			return
		case *ast.ReturnStmt:
			if t := m.Package.Info.TypeOf(e); living(t) && m.Flow.Func(parent) == m.t.fn {
				m.because("what is made with it is returned, and may be used in the test's Cleanup")
			}
			return
		case ast.Expr: // a field, a method, an element, a literal it is part of
			e = parent
		default:
			return
		}
	}
}

// closesLater reports whether call hands a test and more to a function whose
// name says that it cleans up: testcontainers.CleanupContainer(t, c).
func (m *made) closesLater(call *ast.CallExpr) bool {
	return len(call.Args) > 1 && m.Flow.Closes(call) && m.takesTest(call)
}

func (m *made) because(why string) {
	if m.livesOn == "" {
		m.livesOn = why
	}
}

// goesOn reports whether call may start or make something that goes on under
// its argument e.
func (m *made) goesOn(call *ast.CallExpr, e ast.Expr) bool {
	name := typed.CalleeName(call)
	return flow.IsRunner(name) || flow.IsBuilder(name) || flow.IsStarter(name) || m.keeps(call, e) != keepsNothing
}

// runs notes what a call that starts something under the context starts: its
// receiver and its arguments.
func (m *made) runs(call *ast.CallExpr) {
	parts := call.Args
	if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
		parts = append([]ast.Expr{sel.X}, parts...)
	}
	for _, part := range parts {
		if u, ok := ast.Unparen(part).(*ast.UnaryExpr); ok && u.Op == token.AND {
			part = u.X
		}
		if v := typed.Var(m.Package.Info, typed.Operand(part)); v != nil && living(v.Type()) && !typed.IsTest(v.Type()) {
			m.add(v)
		}
	}
}

// assigned notes the variables that take the value of e.
func (m *made) assigned(lhs, rhs []ast.Expr, e ast.Expr) {
	for i, l := range lhs {
		if len(lhs) == len(rhs) && rhs[i] != e {
			continue
		}
		v := typed.Var(m.Package.Info, typed.Operand(l))
		if v == nil || v.Name() == "_" || !living(m.Package.Info.TypeOf(l)) {
			continue
		}
		if v.Pos() < m.t.fn.Body.Pos() || m.t.fn.Body.End() <= v.Pos() {
			m.because("what is made with it is kept in " + v.Name() + ", which outlives the test")
			return
		}
		m.add(v)
	}
}

func (m *made) add(v *types.Var) {
	if !m.vars[v] {
		m.vars[v] = true
		m.todo = append(m.todo, v)
	}
}

// living reports whether t, or a type among results, is of things that can go
// on living under a context: what can be closed or waited for, and what holds
// contexts, functions or channels. Of interfaces and type parameters nobody
// knows, errors left aside.
func living(t types.Type) bool { return livingPart(t, map[types.Type]bool{}) }

// maxTypes is how many types one may be made of: a generic one that holds
// itself with ever larger arguments, which does not compile, has no end.
const maxTypes = 1000

func livingPart(t types.Type, seen map[types.Type]bool) bool {
	if t == nil || seen[t] || typed.IsError(t) {
		return false
	}
	if len(seen) == maxTypes {
		return true
	}
	seen[t] = true
	switch u := t.(type) {
	case *types.Tuple:
		for v := range u.Variables() {
			if livingPart(v.Type(), seen) {
				return true
			}
		}
		return false
	case *types.Named, *types.Pointer:
		if closes(t) {
			return true
		}
	}
	switch u := t.Underlying().(type) {
	case *types.Signature, *types.Chan, *types.Interface:
		return true
	case *types.Pointer:
		return livingPart(u.Elem(), seen)
	case *types.Slice:
		return livingPart(u.Elem(), seen)
	case *types.Array:
		return livingPart(u.Elem(), seen)
	case *types.Map:
		return livingPart(u.Elem(), seen)
	case *types.Struct:
		for f := range u.Fields() {
			if livingPart(f.Type(), seen) {
				return true
			}
		}
	}
	return false
}

// closes reports whether t, or a pointer to it, has a method that cleans up or
// waits for an end.
func closes(t types.Type) bool {
	if _, ok := t.Underlying().(*types.Pointer); !ok && !types.IsInterface(t) {
		t = types.NewPointer(t)
	}
	for m := range types.NewMethodSet(t).Methods() {
		if name := m.Obj().Name(); flow.IsCloser(name) || name == "Wait" || name == "Cancel" {
			return true
		}
	}
	return false
}
