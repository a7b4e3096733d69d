package flow

import (
	"go/ast"
	"go/token"
)

// The parts of a function, in the order of the source. Those of its literals
// are theirs.
type parts struct {
	gos    []*ast.GoStmt
	defers []*ast.DeferStmt
	calls  []*ast.CallExpr // in the order of the source
	now    []*ast.CallExpr // those that are in no defer statement
	sets   []ast.Stmt      // assignments, ++ and --
	sends  []*ast.SendStmt
}

// partsOf returns the parts of f.
func (p *Package) partsOf(f *Func) *parts {
	if f.parts != nil {
		return f.parts
	}
	o := &parts{}
	f.parts = o
	var last token.Pos // of the last defer statement
	ast.Inspect(f.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.GoStmt:
			o.gos = append(o.gos, n)
		case *ast.DeferStmt:
			o.defers = append(o.defers, n)
			last = n.End()
		case *ast.CallExpr:
			o.calls = append(o.calls, n)
			if n.Pos() >= last {
				o.now = append(o.now, n)
			}
		case *ast.AssignStmt:
			o.sets = append(o.sets, n)
		case *ast.SendStmt:
			o.sends = append(o.sends, n)
		case *ast.IncDecStmt:
			o.sets = append(o.sets, n)
		}
		return true
	})
	return f.parts
}
