package detect

import (
	"go/ast"
	"go/types"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// A fieldUse is what a package does with a field.
type fieldUse struct {
	set   bool // something gives it a value other than nil
	reset bool // something sets it to nil, or a value of its type to another one as a whole
}

// fieldUse returns what the package does with the field.
func (p poolFinder) fieldUse(field *types.Var) fieldUse {
	use, known := p.used[field]
	if !known {
		isNil := func(e ast.Expr) bool { return e != nil && p.Package.Info.Types[e].IsNil() }
		use.set = p.anyAssignment(field, func(rhs ast.Expr) bool { return !isNil(rhs) })
		use.reset = p.anyAssignment(field, isNil) || p.anyWhole(field)
		p.used[field] = use
	}
	return use
}

// anyAssignment reports whether the package assigns the field, or sets it in a
// composite literal, to something that test accepts; nil stands for a result
// among several, or the field's address.
func (p poolFinder) anyAssignment(field *types.Var, test func(rhs ast.Expr) bool) bool {
	found := false
	for _, file := range p.Package.Files {
		ast.Inspect(file.Syntax, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				for i, lhs := range n.Lhs {
					if !p.isField(lhs, field) {
						continue
					}
					var rhs ast.Expr
					if len(n.Lhs) == len(n.Rhs) {
						rhs = n.Rhs[i]
					}
					found = found || test(rhs)
				}
			case *ast.KeyValueExpr:
				v := typed.Var(p.Package.Info, n.Key)
				found = found || v != nil && v.Origin() == field && test(n.Value)
			case *ast.CompositeLit:
				found = found || p.positional(n, field, test)
			case *ast.UnaryExpr:
				found = found || p.isField(n.X, field) && test(nil)
			}
			return !found
		})
	}
	return found
}

// positional looks at T{a, b}.
func (p poolFinder) positional(lit *ast.CompositeLit, field *types.Var, test func(ast.Expr) bool) bool {
	t := p.Package.Info.TypeOf(lit)
	if t == nil || len(lit.Elts) == 0 {
		return false
	}
	if _, keyed := lit.Elts[0].(*ast.KeyValueExpr); keyed {
		return false
	}
	if ptr, ok := t.Underlying().(*types.Pointer); ok {
		t = ptr.Elem()
	}
	s, ok := t.Underlying().(*types.Struct)
	for i := 0; ok && i < s.NumFields() && i < len(lit.Elts); i++ {
		if s.Field(i).Origin() == field {
			return test(lit.Elts[i])
		}
	}
	return false
}

// anyWhole reports whether the package assigns a whole value of the struct
// that has the field: *x = T{}.
func (p poolFinder) anyWhole(field *types.Var) bool {
	found := false
	for _, file := range p.Package.Files {
		ast.Inspect(file.Syntax, func(n ast.Node) bool {
			assign, ok := n.(*ast.AssignStmt)
			if ok {
				for _, lhs := range assign.Lhs {
					star, ok := ast.Unparen(lhs).(*ast.StarExpr)
					found = found || ok && hasField(p.Package.Info.TypeOf(star), field)
				}
			}
			return !found
		})
	}
	return found
}

func hasField(t types.Type, field *types.Var) bool {
	if t == nil {
		return false
	}
	s, ok := t.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for f := range s.Fields() {
		if f.Origin() == field {
			return true
		}
	}
	return false
}

// resetBefore reports whether the function resets x.field, or *x, before the
// call; where the call is deferred, or in a literal, anywhere.
func (p poolFinder) resetBefore(call *ast.CallExpr, x, field *types.Var) bool {
	f := p.Flow.Func(call)
	end := call.Pos()
	if _, deferred := p.Flow.Parent(call).(*ast.DeferStmt); deferred || f.Outer != nil {
		f = f.Outermost()
		end = f.Node.End()
	}
	search := fieldSearch{p, field, map[handing]bool{}}
	return search.assigns(f.Node, x, nil, func(n ast.Node) bool { return n.Pos() < end && n != ast.Node(call) })
}

// A fieldSearch looks for assignments that let go of what a field held.
type fieldSearch struct {
	poolFinder
	field *types.Var
	seen  map[handing]bool
}

// A handing is a call that is given x.
type handing struct {
	call *ast.CallExpr
	x    *types.Var
}

// assigns reports whether what counts of fn resets x.field or *x, itself or in
// functions of the package that receive x. call is the one that runs fn, or
// nil.
func (s fieldSearch) assigns(fn ast.Node, x *types.Var, call *ast.CallExpr, counts func(ast.Node) bool) bool {
	info := s.Package.Info
	found := false
	ast.Inspect(fn, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for i, lhs := range n.Lhs {
				lhs = ast.Unparen(lhs)
				if star, ok := lhs.(*ast.StarExpr); ok && typed.Var(info, star.X) == x && counts(n) {
					found = true
				}
				if sel, ok := lhs.(*ast.SelectorExpr); !ok || !s.isField(sel, s.field) || typed.Var(info, sel.X) != x || !counts(n) {
					continue
				}
				// Have: x.field = …
				found = found || len(n.Lhs) == len(n.Rhs) && s.letsGo(n.Rhs[i], fn, call)
			}
		case *ast.CallExpr:
			found = found || counts(n) && s.callAssigns(n, x)
		}
		return !found
	})
	return found
}

// letsGo reports whether e is nil, a root, or a package variable; or the
// parameter of fn for which call has such an argument.
func (s fieldSearch) letsGo(e ast.Expr, fn ast.Node, call *ast.CallExpr) bool {
	info := s.Package.Info
	if info.Types[e].IsNil() || typed.Root(info, e) != "" {
		return true
	}
	v := typed.Var(info, e)
	if v == nil {
		return false
	}
	decl, ok := fn.(*ast.FuncDecl)
	if !ok || call == nil {
		return v.Parent() == s.Package.Types.Scope()
	}
	params := info.Defs[decl.Name].(*types.Func).Signature().Params()
	for i := range min(params.Len(), len(call.Args)) {
		if params.At(i) == v {
			return s.letsGo(call.Args[i], nil, nil)
		}
	}
	return v.Parent() == s.Package.Types.Scope()
}

// callAssigns looks into a function of the package that receives x.
func (s fieldSearch) callAssigns(call *ast.CallExpr, x *types.Var) bool {
	fn := typed.Callee(s.Package.Info, call)
	if fn == nil || s.seen[handing{call, x}] {
		return false
	}
	pkg, decl := s.Program.Decl(fn)
	if decl == nil || pkg.Types != s.Package.Types {
		return false
	}
	s.seen[handing{call, x}] = true // one look at each: calls may lead there in any number of ways
	var params []*types.Var
	if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok && typed.Var(s.Package.Info, sel.X) == x {
		params = append(params, fn.Signature().Recv())
	}
	for i, arg := range call.Args {
		if typed.Var(s.Package.Info, arg) == x && i < fn.Signature().Params().Len() {
			params = append(params, fn.Signature().Params().At(i))
		}
	}
	for _, param := range params {
		if param != nil && s.assigns(decl, param, call, func(ast.Node) bool { return true }) {
			return true
		}
	}
	return false
}
