package fuzz_test

import (
	"go/ast"
	"go/types"
	"strings"
)

var exprMutators = []mutator{
	{"parens", parens}, {"context", otherContextValue}, {"same type", sameType}, {"through", through},
	{"declare", declareOtherwise}, {"multiline", multiline},
}

// values returns the expressions that have a value, not those assigned to.
func (m *mutant) values() []ast.Expr {
	left := map[ast.Expr]bool{}
	for _, f := range m.syntax {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				for _, x := range n.Lhs {
					left[x] = true
				}
			case *ast.KeyValueExpr:
				left[n.Key] = true
			case *ast.SelectorExpr:
				left[n.Sel] = true
			}
			return true
		})
	}
	var out []ast.Expr
	for _, x := range nodes[ast.Expr](m.checked) {
		if tv, ok := m.info.Types[x]; ok && tv.IsValue() && !left[x] {
			out = append(out, x)
		}
	}
	return out
}

func (m *mutant) someValue(fits func(ast.Expr) bool) ast.Expr {
	var found []ast.Expr
	for _, x := range m.values() {
		if fits(x) {
			found = append(found, x)
		}
	}
	if len(found) == 0 {
		return nil
	}
	return oneOf(m, found)
}

func parens(m *mutant) bool {
	x := m.someValue(func(ast.Expr) bool { return true })
	if x == nil {
		return false
	}
	m.replace(x.Pos(), x.End(), "("+m.text(x)+")")
	return true
}

func (m *mutant) isContext(x ast.Expr) bool {
	t := m.info.TypeOf(x)
	return t != nil && t.String() == "context.Context"
}

var contextValues = []string{
	"context.Background()", "context.TODO()", "nil", "ctx", "CTX", "CTX", "context.WithoutCancel(CTX)", "r.Context()", "t.Context()",
	"context.WithValue(CTX, maybe, 1)", "func() context.Context { return CTX }()", "context.Context(CTX)", "holds{CTX}.ctx",
	"pass(CTX)", "pass[context.Context](nil)", "(*new(context.Context))", "[]context.Context{CTX}[0]",
}

// otherContextValue replaces a context by another.
func otherContextValue(m *mutant) bool {
	x := m.someValue(m.isContext)
	if x == nil {
		return false
	}
	text := oneOf(m, contextValues)
	if strings.Contains(text, "CTX") {
		text = strings.ReplaceAll(text, "CTX", m.contextAt(x.Pos()))
	}
	m.replace(x.Pos(), x.End(), text)
	return true
}

// sameType replaces an expression by one of the same type from elsewhere.
func sameType(m *mutant) bool {
	x := m.someValue(func(x ast.Expr) bool {
		_, lit := x.(*ast.FuncLit)
		return !lit
	})
	if x == nil {
		return false
	}
	want := m.info.TypeOf(x)
	y := m.someValue(func(y ast.Expr) bool { return y != x && types.Identical(m.info.TypeOf(y), want) })
	if y == nil {
		return false
	}
	m.replace(x.Pos(), x.End(), m.text(y))
	return true
}

// through hands an expression through a call, or a function literal.
func through(m *mutant) bool {
	x := m.someValue(func(x ast.Expr) bool { return m.info.Types[x].Type != types.Typ[types.UntypedNil] })
	if x == nil {
		return false
	}
	text := m.text(x)
	m.replace(x.Pos(), x.End(), oneOf(m, []string{"pass(" + text + ")", "pass(pass)(" + text + ")"}))
	return true
}

// declareOtherwise writes a short declaration in other words.
func declareOtherwise(m *mutant) bool {
	s, ok := some[*ast.AssignStmt](m)
	if !ok || len(s.Rhs) != 1 {
		return false
	}
	var names []string
	for _, x := range s.Lhs {
		names = append(names, m.text(x))
	}
	left := strings.Join(names, ", ")
	op := s.Tok.String()
	if op == "=" && m.chance(50) {
		m.replace(s.TokPos, s.TokPos+1, ":=")
		return true
	}
	if op != ":=" {
		return false
	}
	switch m.draw(3) {
	case 0:
		m.replace(s.Pos(), s.Rhs[0].Pos(), "var "+left+" = ")
	case 1:
		m.replace(s.TokPos, s.TokPos+2, "=")
	default:
		m.replace(s.Pos(), s.Rhs[0].Pos(), left+", extra := ")
		m.insert(s.End(), ", 1\n_ = extra")
	}
	return true
}

// multiline puts each argument on a line of its own.
func multiline(m *mutant) bool {
	call, ok := some[*ast.CallExpr](m)
	if !ok || len(call.Args) == 0 {
		return false
	}
	for i, x := range call.Args {
		m.insert(x.Pos(), "\n")
		if i == len(call.Args)-1 && call.Ellipsis == 0 {
			m.insert(x.End(), ",\n")
		}
	}
	return true
}
