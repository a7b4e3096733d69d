package detect

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// getAssigns reports whether the field of every value that the package takes
// from the pool of put is assigned by the function that takes it, before
// anything else is done with it.
func (p poolFinder) getAssigns(put *ast.CallExpr, field *types.Var) bool {
	pool := p.poolOf(put)
	if pool == nil || pool.Exported() {
		return false
	}
	of := pooledField{pool, field}
	if known, ok := p.assigned[of]; ok {
		return known
	}
	gets, all := 0, true
	for _, file := range p.Package.Files {
		ast.Inspect(file.Syntax, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || !typed.IsMethod(typed.Callee(p.Package.Info, call), "sync", "Pool", "Get") || p.poolOf(call) != pool {
				return true
			}
			gets++
			all = all && p.setsAfter(call, field)
			return true
		})
	}
	p.assigned[of] = gets > 0 && all
	return p.assigned[of]
}

// poolOf returns the variable or field that is the pool of a call on it.
func (p poolFinder) poolOf(call *ast.CallExpr) *types.Var {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	x := ast.Unparen(sel.X)
	if inner, ok := x.(*ast.SelectorExpr); ok {
		x = inner.Sel
	}
	v := typed.Var(p.Package.Info, x)
	if v != nil {
		v = v.Origin()
	}
	return v
}

// setsAfter reports whether what follows x := pool.Get() sets the field first.
func (p poolFinder) setsAfter(get *ast.CallExpr, field *types.Var) bool {
	var e ast.Expr = get
	if assert, ok := p.Flow.Parent(e).(*ast.TypeAssertExpr); ok {
		e = assert
	}
	assign, ok := p.Flow.Parent(e).(*ast.AssignStmt)
	if !ok || p.Flow.Func(get) == nil {
		return false
	}
	x := typed.Var(p.Package.Info, assign.Lhs[0])
	block, ok := p.Flow.Parent(assign).(*ast.BlockStmt)
	if x == nil || !ok {
		return false
	}
	behind := block.List[slices.Index(block.List, ast.Stmt(assign))+1:]
	return setter{p, field, map[setting]bool{}}.first(behind, x)
}

// A setter looks for the assignment that gives a field its value.
type setter struct {
	poolFinder
	field *types.Var
	known map[setting]bool
}

// A setting is the question whether a function assigns the field of its
// parameter first, or else whether it never looks at it.
type setting struct {
	fn    *types.Func
	param *types.Var
	first bool
}

// first reports whether one of the statements assigns x.field, or *x, and none
// before looks at it.
func (s setter) first(stmts []ast.Stmt, x *types.Var) bool {
	for _, stmt := range stmts {
		if s.sets(stmt, x) {
			return true
		}
		if s.looks(stmt, x) {
			return false
		}
	}
	return false
}

// sets reports whether the statement assigns x.field or *x, or calls a function
// of the package that does so first.
func (s setter) sets(stmt ast.Stmt, x *types.Var) bool {
	switch stmt := stmt.(type) {
	case *ast.AssignStmt:
		for _, rhs := range stmt.Rhs {
			if s.looks(rhs, x) {
				return false
			}
		}
		return slices.ContainsFunc(stmt.Lhs, func(e ast.Expr) bool { return s.isTarget(e, x) })
	case *ast.ExprStmt:
		call, ok := stmt.X.(*ast.CallExpr)
		return ok && s.within(call, x, true)
	}
	return false
}

// isTarget reports whether e is x.field or *x.
func (s setter) isTarget(e ast.Expr, x *types.Var) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.StarExpr:
		return typed.Var(s.Package.Info, e.X) == x
	case *ast.SelectorExpr:
		return s.isField(e, s.field) && typed.Var(s.Package.Info, e.X) == x
	}
	return false
}

// looks reports whether n does with x anything that may look at the field.
func (s setter) looks(n ast.Node, x *types.Var) (found bool) {
	ast.Inspect(n, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if ok && !found && s.Package.Info.Uses[id] == x {
			found = s.looksAt(id, x)
		}
		return !found
	})
	return found
}

// looksAt is looks for one mention of x.
func (s setter) looksAt(id *ast.Ident, x *types.Var) bool {
	switch parent := s.Flow.Parent(id).(type) {
	case *ast.BinaryExpr:
		return false
	case *ast.AssignStmt:
		return !slices.Contains(parent.Lhs, ast.Expr(id))
	case *ast.SelectorExpr:
		if v, ok := s.Package.Info.Uses[parent.Sel].(*types.Var); ok {
			return v.Origin() == s.field
		}
		call, ok := s.Flow.Parent(parent).(*ast.CallExpr)
		return !ok || call.Fun != ast.Expr(parent) || s.looksIn(call, x)
	case *ast.CallExpr:
		return s.looksIn(parent, x)
	}
	return true
}

// looksIn reports whether the function that call calls may look at the field.
func (s setter) looksIn(call *ast.CallExpr, x *types.Var) bool {
	if typed.IsMethod(typed.Callee(s.Package.Info, call), "sync", "Pool", "Put") {
		return false
	}
	return !s.within(call, x, false)
}

// within answers for the function of the package that call calls, and for the
// parameter that x becomes there.
func (s setter) within(call *ast.CallExpr, x *types.Var, first bool) bool {
	fn := typed.Callee(s.Package.Info, call)
	if fn == nil {
		return false
	}
	pkg, decl := s.Program.Decl(fn)
	if decl == nil || decl.Body == nil || pkg.Types != s.Package.Types {
		return false
	}
	var param *types.Var
	if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok && typed.Var(s.Package.Info, sel.X) == x {
		param = fn.Signature().Recv()
	}
	for i, arg := range call.Args {
		if typed.Var(s.Package.Info, arg) == x && i < fn.Signature().Params().Len() {
			param = fn.Signature().Params().At(i)
		}
	}
	if param == nil {
		return false
	}
	ask := setting{fn, param, first}
	if known, ok := s.known[ask]; ok {
		return known
	}
	s.known[ask] = false // recursion: assume the worst
	if first {
		s.known[ask] = s.first(decl.Body.List, param)
	} else {
		s.known[ask] = !s.looks(decl.Body, param)
	}
	return s.known[ask]
}
