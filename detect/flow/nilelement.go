package flow

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// filled reports whether a slice or array is a local into which elements are
// put somewhere: whether each of them is set is not known then. One that
// comes from elsewhere, or that is only made, is not.
func (a *nilness) filled(f *Func, container ast.Expr) bool {
	v := a.variable(container)
	if v == nil {
		return false
	}
	for f != nil && !within(f.Node, v) {
		f = f.Outer
	}
	if f == nil || isParam(f, v) {
		return false
	}
	filled := false
	ast.Inspect(f.Node, func(n ast.Node) bool {
		if id, _ := n.(*ast.Ident); a.info.ObjectOf(id) == v {
			filled = a.fills(id)
		}
		return !filled
	})
	return filled
}

// fills reports whether the mention id of a slice or array puts elements into
// it, or hands it to code that may.
func (a *nilness) fills(id *ast.Ident) bool {
	switch parent := a.p.Parent(id).(type) {
	case *ast.IndexExpr:
		return parent.X == id && a.isSet(parent)
	case *ast.CallExpr:
		return !typed.IsBuiltin(a.info, parent, "len") && !typed.IsBuiltin(a.info, parent, "cap")
	case *ast.RangeStmt:
		return parent.X != id
	case *ast.ValueSpec:
		return len(parent.Values) > 0 && !a.bare(parent.Values[0])
	case *ast.AssignStmt:
		for i, lhs := range parent.Lhs {
			if lhs == id {
				value, several := rightOf(parent, i)
				return !several && !a.bare(value)
			}
		}
	}
	return true
}

// isSet reports whether an element is assigned to, or its address taken.
func (a *nilness) isSet(element *ast.IndexExpr) bool {
	switch parent := a.p.Parent(element).(type) {
	case *ast.AssignStmt:
		for _, lhs := range parent.Lhs {
			if lhs == element {
				return true
			}
		}
	case *ast.UnaryExpr:
		return parent.Op == token.AND
	case *ast.RangeStmt:
		return parent.X != element
	}
	return false
}

// bare reports whether a slice or array of that value has only the elements
// that somebody else put there, or none at all.
func (a *nilness) bare(value ast.Expr) bool {
	switch value := ast.Unparen(value).(type) {
	case *ast.CallExpr:
		if typed.IsBuiltin(a.info, value, "make") {
			return true
		}
		_, builtin := a.info.Uses[identOf(value.Fun)].(*types.Builtin)
		return !builtin
	case *ast.CompositeLit:
		return len(value.Elts) == 0
	case *ast.Ident, *ast.SelectorExpr, *ast.IndexExpr:
		return true
	}
	return false
}
