package flow

import (
	"go/ast"
	"go/token"
	"slices"
)

// Retries reports whether a loop without a condition goes on when call has
// failed, and nothing in it looks at a context: once call fails at once,
// because its context is done, the loop spins.
func (p *Package) Retries(call *ast.CallExpr) bool {
	loop, ok := p.loopAround(call).(*ast.ForStmt)
	if !ok || loop.Cond != nil || p.looksAtContext(loop.Body) {
		return false
	}
	check := p.checkOf(call)
	if check == nil {
		return true
	}
	b, ok := ast.Unparen(check.Cond).(*ast.BinaryExpr)
	if !ok || b.Op == token.EQL {
		return true
	}
	return !leavesLoop(check.Body)
}

// looksAtContext reports whether n asks a context whether it is done.
func (p *Package) looksAtContext(n ast.Node) bool {
	found := false
	ast.Inspect(n, func(m ast.Node) bool {
		if e, ok := m.(*ast.CallExpr); ok && !found {
			found = p.doneCall(e) != nil || p.errSource(e) != nil
		}
		return !found
	})
	return found
}

// checkOf returns the if statement that looks at the error of call: the one it
// stands in the head of, or the next statement.
func (p *Package) checkOf(call *ast.CallExpr) *ast.IfStmt {
	var n ast.Node = call
	for {
		parent := p.Parent(n)
		if check, ok := parent.(*ast.IfStmt); ok && (check.Init == n || check.Cond == n) {
			return check
		}
		if _, isExpr := parent.(ast.Expr); !isExpr {
			if _, isStmt := n.(ast.Stmt); isStmt || parent == nil {
				break
			}
		}
		n = parent
	}
	stmt, ok := n.(ast.Stmt)
	if !ok {
		return nil
	}
	list := statements(p.Parent(stmt))
	i := slices.Index(list, stmt)
	if i < 0 || i+1 >= len(list) {
		return nil
	}
	check, _ := list[i+1].(*ast.IfStmt)
	return check
}

// leavesLoop reports whether something in the block leaves the loop around it.
func leavesLoop(block *ast.BlockStmt) bool {
	leaves := false
	ast.Inspect(block, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			leaves = true
		case *ast.BranchStmt:
			leaves = leaves || n.Tok == token.BREAK || n.Tok == token.GOTO
		case *ast.CallExpr:
			if id, ok := n.Fun.(*ast.Ident); ok && id.Name == "panic" {
				leaves = true
			}
		}
		return !leaves
	})
	return leaves
}
