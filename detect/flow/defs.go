package flow

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// A definition gives a variable a value.
type definition struct {
	node  ast.Node // the statement or spec
	rhs   ast.Expr // nil: not an expression of its own (range, address taken)
	index int      // which result, when rhs is a call with several; else 0
	tuple bool
}

type definitions map[*types.Var][]definition

// definitionsOf returns everything that gives v a value within the
// declaration it belongs to; a parameter's own value is not among them.
func (p *Package) definitionsOf(v *types.Var) []definition {
	root := p.rootOf(v)
	if root == nil {
		return nil
	}
	defs, ok := p.defs[root]
	if !ok {
		defs = p.collectDefs(root)
		p.defs[root] = defs
	}
	return defs[v]
}

// rootOf returns the top-level declaration that declares v.
func (p *Package) rootOf(v *types.Var) ast.Node {
	for _, f := range p.Files {
		if d := declAt(f, v.Pos()); d != nil {
			return d
		}
	}
	return nil
}

func (p *Package) collectDefs(root ast.Node) definitions {
	defs := definitions{}
	add := func(lhs ast.Expr, d definition) {
		if v := typed.Var(p.Info, lhs); v != nil {
			defs[v] = append(defs[v], d)
		}
	}
	ast.Inspect(root, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			pair(n.Lhs, n.Rhs, n, add)
		case *ast.ValueSpec:
			if len(n.Values) > 0 {
				pair(identExprs(n.Names), n.Values, n, add)
			}
		case *ast.RangeStmt:
			add(n.Key, definition{node: n})
			add(n.Value, definition{node: n})
		case *ast.IncDecStmt:
			add(n.X, definition{node: n})
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				add(n.X, definition{node: n})
			}
		}
		return true
	})
	return defs
}

// operandsOf returns what an assignment or a declaration gives values to.
func operandsOf(n ast.Node) []ast.Expr {
	switch n := n.(type) {
	case *ast.AssignStmt:
		return n.Lhs
	case *ast.ValueSpec:
		return identExprs(n.Names)
	}
	return nil
}

func pair(lhs, rhs []ast.Expr, n ast.Node, add func(ast.Expr, definition)) {
	for i, l := range lhs {
		if len(lhs) == len(rhs) {
			add(l, definition{node: n, rhs: rhs[i]})
		} else if len(rhs) == 1 {
			add(l, definition{node: n, rhs: rhs[0], index: i, tuple: true})
		}
	}
}

// Assigned returns the assignments to v after its declaration, and the places
// that take its address, inside the node in (nil: its whole declaration).
func (p *Package) Assigned(v *types.Var, in ast.Node) []ast.Node {
	var nodes []ast.Node
	for _, d := range p.definitionsOf(v) {
		if p.declares(d.node, v) {
			continue
		}
		if in == nil || in.Pos() <= d.node.Pos() && d.node.End() <= in.End() {
			nodes = append(nodes, d.node)
		}
	}
	return nodes
}

// declares reports whether n is the statement that declares v.
func (p *Package) declares(n ast.Node, v *types.Var) bool {
	return n.Pos() <= v.Pos() && v.Pos() < n.End()
}

func isAddress(n ast.Node) bool {
	_, ok := n.(*ast.UnaryExpr)
	return ok
}
