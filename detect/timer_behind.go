package detect

import (
	"go/ast"
	"go/token"
	"go/types"
)

// behind looks at what follows the loop: unless the loop is broken out of, it
// was never reached, and now the compiler's friends would say so. A return
// alone can go, but for a variable that would be read no more.
func (p *timerFinder) behind(fix *TickLoop) (refuse string) {
	if p.breaks(fix.Range) {
		return ""
	}
	var outer ast.Stmt = fix.Range
	for {
		l, ok := p.Flow.Parent(outer).(*ast.LabeledStmt)
		if !ok {
			break
		}
		outer = l
	}
	rest := following(p.Flow.Parent(outer), outer)
	if len(rest) == 0 {
		return ""
	}
	ret, ok := rest[0].(*ast.ReturnStmt)
	if !ok || len(rest) > 1 {
		return "what follows the loop is never reached: a ticker's channel is not closed"
	}
	if v := p.readOnlyIn(ret); v != nil {
		return "nothing else reads " + v.Name() + " but the return behind the loop, which is never reached: a ticker's channel is not closed"
	}
	fix.Never = ret
	return ""
}

// readOnlyIn returns a local variable that nothing but stmt reads, or nil:
// without stmt, it would be declared and not used.
func (p *timerFinder) readOnlyIn(stmt ast.Stmt) *types.Var {
	var only *types.Var
	ast.Inspect(stmt, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return only == nil
		}
		v, ok := p.Package.Info.Uses[id].(*types.Var)
		if ok && v.Kind() == types.LocalVar && v.Pos() < stmt.Pos() && !p.Flow.UsedOutside(v, stmt) {
			only = v
		}
		return true
	})
	return only
}

// following returns the statements behind stmt in the list that it stands in.
func following(parent ast.Node, stmt ast.Stmt) []ast.Stmt {
	var list []ast.Stmt
	switch parent := parent.(type) {
	case *ast.BlockStmt:
		list = parent.List
	case *ast.CaseClause:
		list = parent.Body
	case *ast.CommClause:
		list = parent.Body
	}
	for i, s := range list {
		if s == stmt {
			return list[i+1:]
		}
	}
	return nil
}

// breaks reports whether a break leaves the loop.
func (p *timerFinder) breaks(loop *ast.RangeStmt) bool {
	label := ""
	if l, ok := p.Flow.Parent(loop).(*ast.LabeledStmt); ok {
		label = l.Label.Name
	}
	found := false
	var walk func(n ast.Node, inside bool)
	walk = func(root ast.Node, inside bool) {
		ast.Inspect(root, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncLit:
				return false
			case *ast.ForStmt, *ast.RangeStmt, *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt:
				if n != root {
					walk(n, true)
					return false
				}
			case *ast.BranchStmt:
				if n.Tok == token.BREAK {
					found = found || n.Label == nil && !inside || n.Label != nil && n.Label.Name == label
				}
			}
			return true
		})
	}
	walk(loop.Body, false)
	return found
}
