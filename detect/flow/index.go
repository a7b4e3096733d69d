package flow

import (
	"go/ast"
	"go/types"
	"sort"
)

// An index is what one declaration holds, in the order of the source. Long
// functions are asked about as often as they are long: to walk over them for
// each question takes too long.
type index struct {
	uses map[types.Object][]*ast.Ident
	// Nodes, those in literals included.
	assigns  []ast.Node // assignments, and specs of variables
	calls    []*ast.CallExpr
	literals []*ast.FuncLit
}

// indexOf returns the index of a top-level declaration.
func (p *Package) indexOf(root ast.Node) *index {
	if x := p.indexes[root]; x != nil {
		return x
	}
	x := &index{uses: map[types.Object][]*ast.Ident{}}
	p.indexes[root] = x
	if root == nil {
		return x
	}
	ast.Inspect(root, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			if obj := p.Info.Uses[n]; obj != nil {
				x.uses[obj] = append(x.uses[obj], n)
			}
		case *ast.AssignStmt, *ast.ValueSpec:
			x.assigns = append(x.assigns, n)
		case *ast.CallExpr:
			x.calls = append(x.calls, n)
		case *ast.FuncLit:
			x.literals = append(x.literals, n)
		}
		return true
	})
	return x
}

// usesIn returns the identifiers that use v in a part of a function.
func (p *Package) usesIn(part ast.Node, v *types.Var) []*ast.Ident {
	return inside(p.indexOf(p.top(part)).uses[v], part)
}

// callsIn returns the calls in a part of a function, those in literals included.
func (p *Package) callsIn(part ast.Node) []*ast.CallExpr {
	return inside(p.indexOf(p.top(part)).calls, part)
}

// inside returns those of the nodes, which are in the order of the source, that
// begin in the node in.
func inside[N ast.Node](nodes []N, in ast.Node) []N {
	first := sort.Search(len(nodes), func(i int) bool { return in.Pos() <= nodes[i].Pos() })
	n := sort.Search(len(nodes)-first, func(i int) bool { return in.End() <= nodes[first+i].Pos() })
	return nodes[first : first+n]
}
