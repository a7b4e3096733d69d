package flow

import (
	"go/ast"
	"go/types"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// partial returns the variable that the function returns as its result i
// whenever it fails behind the variable's declaration: what has come so far,
// in a slice, a map or a number. "" if it does not always, or if the name
// means something else at the statement at.
func (p *Package) partial(f *Func, i int, at ast.Stmt) string {
	n := f.Sig.Results().Len()
	var found *types.Var
	var failing []*ast.ReturnStmt
	var literals []ast.Node
	ast.Inspect(f.Body, func(m ast.Node) bool {
		switch m := m.(type) {
		case *ast.FuncLit:
			literals = append(literals, m)
			return false
		case *ast.ReturnStmt:
			if len(m.Results) != n || isNil(p.Info, m.Results[n-1]) {
				break
			}
			failing = append(failing, m)
			if v := p.accumulated(m.Results[i]); v != nil {
				found = v
			}
		}
		return true
	})
	if found == nil || !p.Resolves(found.Name(), found, at.Pos()) {
		return ""
	}
	for _, ret := range failing {
		if ret.Pos() > found.Pos() && p.accumulated(ret.Results[i]) != found {
			return ""
		}
	}
	for _, lit := range literals {
		if mentionsVar(p.Info, lit, found) {
			return "" // it may still be written
		}
	}
	return found.Name()
}

// accumulated returns the variable that e names if it may hold a part of a
// result.
func (p *Package) accumulated(e ast.Expr) *types.Var {
	v := typed.Var(p.Info, e)
	if v == nil || v.Kind() == types.PackageVar {
		return nil
	}
	switch t := v.Type().Underlying().(type) {
	case *types.Slice, *types.Map:
		return v
	case *types.Basic:
		if t.Info()&types.IsNumeric != 0 {
			return v
		}
	}
	return nil
}
