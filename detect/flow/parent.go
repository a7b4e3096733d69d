package flow

import (
	"go/ast"
	"go/token"
	"sort"
)

// Parent returns the node that directly encloses n, or nil for a declaration of
// the file and what stands in none.
func (p *Package) Parent(n ast.Node) ast.Node {
	decl := p.top(n)
	if decl == nil {
		return nil
	}
	return p.parentsIn(decl)[n]
}

// top returns the declaration of the file that holds n, or nil.
func (p *Package) top(n ast.Node) ast.Decl {
	file := p.FileOf(n)
	if file == nil {
		return nil
	}
	return declAt(file, n.Pos())
}

// operand returns e with the parentheses around it, and what these stand in.
func (p *Package) operand(e ast.Expr) (ast.Expr, ast.Node) {
	parent := p.Parent(e)
	for paren, ok := parent.(*ast.ParenExpr); ok; paren, ok = parent.(*ast.ParenExpr) {
		e, parent = paren, p.Parent(paren)
	}
	return e, parent
}

// declAt returns the declaration of the file that the position is in, or nil.
func declAt(file *ast.File, pos token.Pos) ast.Decl {
	i := sort.Search(len(file.Decls), func(i int) bool { return pos < file.Decls[i].End() })
	if i < len(file.Decls) && file.Decls[i].Pos() <= pos {
		return file.Decls[i]
	}
	return nil
}

// parentsIn maps the nodes of one declaration to their parents. Few are ever
// asked about, and looking a node up in the inspector takes a walk over the
// whole package.
func (p *Package) parentsIn(top ast.Decl) map[ast.Node]ast.Node {
	if known, ok := p.parents[top]; ok {
		return known
	}
	parents := map[ast.Node]ast.Node{}
	var stack []ast.Node
	ast.Inspect(top, func(n ast.Node) bool {
		if n == nil {
			stack = stack[:len(stack)-1]
			return true
		}
		if len(stack) > 0 {
			parents[n] = stack[len(stack)-1]
		}
		stack = append(stack, n)
		return true
	})
	if p.parents == nil {
		p.parents = map[ast.Node]map[ast.Node]ast.Node{}
	}
	p.parents[top] = parents
	return parents
}

// funcNode returns the innermost declaration or literal around n, or nil. Code
// may be nested as deep as it is long: blocks remember the answer.
func (p *Package) funcNode(n ast.Node) (fn ast.Node) {
	var passed []*ast.BlockStmt
	for fn = p.Parent(n); fn != nil; fn = p.Parent(fn) {
		switch at := fn.(type) {
		case *ast.FuncDecl, *ast.FuncLit:
			break
		case *ast.BlockStmt:
			known, ok := p.inFunc[at]
			if !ok {
				passed = append(passed, at)
				continue
			}
			fn = known
		default:
			continue
		}
		break
	}
	for _, block := range passed {
		p.inFunc[block] = fn
	}
	return fn
}
