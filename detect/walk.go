package detect

import (
	"go/ast"
	"iter"

	"github.com/ctxfix/ctxfix/detect/load"
)

// Each yields the nodes of type N in the files that the pass looks at, in the
// order of the files. It is far faster than a walk over every node.
func Each[N ast.Node](p *Pass) iter.Seq[N] {
	return func(yield func(N) bool) {
		var of N
		for n := range p.Nodes(of) {
			if !yield(n.(N)) {
				return
			}
		}
	}
}

// EachIn is Each, with what the node stands in.
func EachIn[N ast.Node](p *Pass) iter.Seq2[N, ast.Node] {
	return func(yield func(N, ast.Node) bool) {
		var of N
		for _, file := range p.Files() {
			for cur := range p.Flow.File(file.Syntax).Preorder(of) {
				if !yield(cur.Node().(N), cur.Parent().Node()) {
					return
				}
			}
		}
	}
}

// Nodes yields the nodes in the files that the pass looks at that have the type
// of one of those given, like (*ast.CallExpr)(nil).
func (p *Pass) Nodes(types ...ast.Node) iter.Seq[ast.Node] {
	return func(yield func(ast.Node) bool) {
		for _, file := range p.Files() {
			for n := range p.NodesIn(file, types...) {
				if !yield(n) {
					return
				}
			}
		}
	}
}

// NodesIn is Nodes for one of the files.
func (p *Pass) NodesIn(file *load.File, types ...ast.Node) iter.Seq[ast.Node] {
	return func(yield func(ast.Node) bool) {
		for cur := range p.Flow.File(file.Syntax).Preorder(types...) {
			if !yield(cur.Node()) {
				return
			}
		}
	}
}
