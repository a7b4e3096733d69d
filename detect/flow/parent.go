package flow

import (
	"go/ast"
	"sort"
)

// Parent returns the node that directly encloses n, or nil for a file.
func (p *Package) Parent(n ast.Node) ast.Node {
	if _, ok := n.(*ast.File); ok {
		return nil
	}
	file := p.FileOf(n)
	if file == nil {
		return nil
	}
	var top ast.Node = file
	if i := sort.Search(len(file.Decls), func(i int) bool { return file.Decls[i].End() >= n.End() }); i < len(file.Decls) && file.Decls[i].Pos() <= n.Pos() {
		top = file.Decls[i]
	}
	if top == n {
		return file
	}
	return p.parentsIn(top)[n]
}

// parentsIn maps the nodes of one declaration, or of a file without its
// declarations, to their parents. Few declarations are ever asked about, and
// looking a node up in the inspector takes a walk over the whole package.
func (p *Package) parentsIn(top ast.Node) map[ast.Node]ast.Node {
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
		if _, ok := n.(ast.Decl); ok && n != top {
			if _, inside := top.(*ast.File); inside {
				return false
			}
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
