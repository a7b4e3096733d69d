package detect

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// redeclares returns what lit declares under v's name in the scope that its
// parameters share with the top of its body, or nil.
func (p launcher) redeclares(v *types.Var, lit *ast.FuncLit) types.Object {
	scope := p.Package.Info.Scopes[lit.Type]
	if scope == nil {
		return nil
	}
	return scope.Lookup(v.Name())
}

// mergeable reports whether a parameter of lit can have c's name: nothing in
// the parameter's scope has it, or a variable that can be the parameter. With
// "ctx := f(ctx)" the assignment that must lose its colon is noted in c. A
// variable becomes the parameter, provided:
//   - it is declared by := at the top of the body, with the captured
//     variable's type, and no goto runs that statement again;
//   - every mention of the captured variable comes before its scope starts,
//     and none of either stands in a nested literal, which would see the
//     value change. What this rule hands the value does not see that.
func (p launcher) mergeable(c *captured, lit *ast.FuncLit) bool {
	obj := p.redeclares(c.v, lit)
	if obj == nil {
		return true
	}
	inner, ok := obj.(*types.Var)
	if !ok || !types.Identical(inner.Type(), c.v.Type()) {
		return false
	}
	assign, fresh := p.declaration(inner, lit.Body)
	if assign == nil || hasGoto(lit) || p.mentionedDeeper(lit, c.v) || p.mentionedDeeper(lit, inner) {
		return false
	}
	if fresh == 1 {
		c.rebind = assign
	}
	return true
}

// declaration returns the statement of body that declares v by :=, and how
// many variables it declares.
func (p launcher) declaration(v *types.Var, body *ast.BlockStmt) (assign *ast.AssignStmt, fresh int) {
	for _, stmt := range body.List {
		s, ok := stmt.(*ast.AssignStmt)
		if !ok || s.Tok != token.DEFINE || v.Pos() < s.Pos() || s.End() <= v.Pos() {
			continue
		}
		for _, lhs := range s.Lhs {
			if id, ok := lhs.(*ast.Ident); ok && id.Name != "_" && p.Package.Info.Defs[id] != nil {
				fresh++
			}
		}
		return s, fresh
	}
	return nil, 0
}

// mentionedDeeper reports whether a literal within lit mentions v, other than
// those that lit launches and that this rule hands the value of v.
func (p launcher) mentionedDeeper(lit *ast.FuncLit, v *types.Var) bool {
	found := false
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			return p.Flow.Func(n).Node != ast.Node(lit) || !p.hands(n, v)
		case *ast.Ident:
			if p.Package.Info.Uses[n] == v {
				found = found || p.Flow.Func(n).Node != ast.Node(lit)
			}
		}
		return !found
	})
	return found
}

// hands reports whether the fix of stmt makes v an argument, which leaves no
// other mention of v in its literal.
func (p launcher) hands(stmt *ast.GoStmt, v *types.Var) bool {
	f, ok := p.launch(stmt)
	if !ok || f.Safety != Safe || p.Flow.IgnoredAt(f.Span.Pos, f.Span.End, p.Rule.Name) {
		return false
	}
	ev := f.Evidence.(*Goroutine)
	return slices.ContainsFunc(ev.Passed, func(c Passed) bool { return c.Arg == v.Name() })
}

func hasGoto(lit *ast.FuncLit) bool {
	found := false
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		branch, ok := n.(*ast.BranchStmt)
		found = found || ok && branch.Tok == token.GOTO
		return !found
	})
	return found
}

// partsChange reports whether n changes a part of the struct or array v, or
// takes the address of one: AssignedAfter sees whole variables only.
func (p launcher) partsChange(v *types.Var, n ast.Node) bool {
	if !isAggregate(v.Type()) {
		return false
	}
	var uses []*ast.Ident
	ast.Inspect(n, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && p.Package.Info.Uses[id] == v {
			uses = append(uses, id)
		}
		return true
	})
	return p.changedBy(uses)
}

// isAggregate reports whether values of type t have parts that can change.
func isAggregate(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Struct, *types.Array:
		return true
	}
	return false
}

// changedBy reports whether one of the uses of a variable assigns it or a
// part of it, or takes the address of one, as a call of a method with a
// pointer receiver does.
func (p launcher) changedBy(uses []*ast.Ident) bool {
	for _, id := range uses {
		if p.changes(id) {
			return true
		}
	}
	return false
}

func (p launcher) changes(id *ast.Ident) bool {
	var e ast.Expr = id
	for {
		switch n := p.Flow.Parent(e).(type) {
		case *ast.ParenExpr:
			e = n
		case *ast.SelectorExpr:
			sel := p.Package.Info.Selections[n]
			if sel == nil || isPointer(p.Package.Info.TypeOf(e)) {
				return false
			}
			if sel.Kind() != types.FieldVal {
				return isPointer(sel.Obj().(*types.Func).Signature().Recv().Type())
			}
			if sel.Indirect() {
				return false
			}
			e = n
		case *ast.IndexExpr:
			if n.X != e || !isArray(p.Package.Info.TypeOf(e)) {
				return false
			}
			e = n
		case *ast.SliceExpr:
			return n.X == e && isArray(p.Package.Info.TypeOf(e))
		case *ast.UnaryExpr:
			return n.Op == token.AND
		case *ast.IncDecStmt:
			return true
		case *ast.RangeStmt:
			return n.Key == e || n.Value == e
		case *ast.AssignStmt:
			for _, lhs := range n.Lhs {
				if lhs == e {
					return true
				}
			}
			return false
		default:
			return false
		}
	}
}

func isPointer(t types.Type) bool {
	_, ok := t.Underlying().(*types.Pointer)
	return ok
}

func isArray(t types.Type) bool {
	_, ok := t.Underlying().(*types.Array)
	return ok
}
