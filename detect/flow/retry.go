package flow

import (
	"go/ast"
	"go/token"
	"slices"
)

// Retries reports whether an endless loop goes on when call has failed, and
// comes back to it without a look at a context: once call fails at once,
// because its context is done, the loop does not end, or spins.
func (p *Package) Retries(call *ast.CallExpr) bool {
	loop := p.loopAround(call)
	if f := p.Func(call); loop == nil && f.Wall == Called && f.args != nil {
		return p.Retries(f.args) // Have: for { func() { call(…) }() }
	}
	body, spins := p.endless(loop)
	if body == nil {
		return false
	}
	check := p.checkOf(call)
	before, after := false, false
	for _, look := range p.looksAtContext(body) {
		switch {
		case look.Pos() < call.Pos() || check != nil && contains(check.Body, look):
			before = true
		default:
			after = true
		}
	}
	if before {
		return false
	}
	if check == nil || !p.findsFailure(check) {
		return !after && spins
	}
	if goesBack(check.Body) {
		return after || spins
	}
	return !leavesLoop(check.Body) && !after && spins
}

// endless returns the body of a loop that ends from within alone, and whether
// it spins when nothing in it waits.
func (p *Package) endless(loop ast.Stmt) (body *ast.BlockStmt, spins bool) {
	switch loop := loop.(type) {
	case *ast.ForStmt:
		if loop.Cond == nil {
			return loop.Body, true
		}
	case *ast.RangeStmt:
		if isChan(p.Info.TypeOf(loop.X)) {
			return loop.Body, false
		}
	}
	return nil, false
}

// findsFailure reports whether the condition is true when there is an error.
func (p *Package) findsFailure(check *ast.IfStmt) bool {
	b, ok := ast.Unparen(check.Cond).(*ast.BinaryExpr)
	return ok && b.Op != token.EQL
}

// goesBack reports whether the block ends with the next turn of the loop.
func goesBack(block *ast.BlockStmt) bool {
	if len(block.List) == 0 {
		return false
	}
	last, ok := block.List[len(block.List)-1].(*ast.BranchStmt)
	return ok && last.Tok == token.CONTINUE
}

// looksAtContext returns where n asks a context whether it is done.
func (p *Package) looksAtContext(n ast.Node) (looks []ast.Node) {
	ast.Inspect(n, func(m ast.Node) bool {
		if e, ok := m.(*ast.CallExpr); ok && (p.doneCall(e) != nil || p.errSource(e) != nil) {
			looks = append(looks, e)
		}
		return true
	})
	return looks
}

// checkOf returns the if statement that looks at the error of call: the one it
// stands in the head of, or the next statement.
func (p *Package) checkOf(call *ast.CallExpr) *ast.IfStmt {
	var n ast.Node = call
	stmt, ok := n.(ast.Stmt)
	for !ok { // the loop is one
		n = p.Parent(n)
		stmt, ok = n.(ast.Stmt)
	}
	for _, n := range []ast.Node{stmt, p.Parent(stmt)} {
		if check, ok := n.(*ast.IfStmt); ok {
			return check
		}
	}
	list := Statements(p.Parent(stmt))
	i := slices.Index(list, stmt) + 1
	if i >= len(list) {
		return nil
	}
	check, _ := list[i].(*ast.IfStmt)
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
