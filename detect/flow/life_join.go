package flow

import (
	"go/ast"

	"golang.org/x/tools/go/cfg"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// joined reports whether the launched literal f has ended whenever home does:
// it belongs to a group, and every path from its launch to the end of home
// waits for the group, or a Wait was deferred after the context was made. The
// waits count as uses.
func (l *life) joined(f *Func) bool {
	if f.Outer != l.home {
		return false
	}
	told := l.groups(f)
	if len(told) == 0 {
		return false
	}
	if l.waitDeferred(f.Site, told) {
		return true
	}
	g := l.graphOf(l.home)
	start, i := g.find(f.Site)
	var waits []*ast.Ident
	seen := map[*cfg.Block]bool{}
	var run func(b *cfg.Block, nodes []ast.Node) bool
	run = func(b *cfg.Block, nodes []ast.Node) bool {
		for _, n := range nodes {
			if id := l.waitOf(n, told); id != nil {
				waits = append(waits, id)
				return true
			}
			if isReturn(n) {
				return false
			}
		}
		for _, succ := range b.Succs {
			if seen[succ] {
				continue
			}
			seen[succ] = true
			if !run(succ, succ.Nodes) {
				return false
			}
		}
		return true
	}
	if !run(start, start.Nodes[min(i+1, len(start.Nodes)):]) {
		return false
	}
	l.out.Uses = append(l.out.Uses, waits...)
	return true
}

// groups returns the groups that the literal is run by, or tells when it is done.
func (l *life) groups(f *Func) map[key]bool {
	told := map[key]bool{}
	switch site := f.Site.(type) {
	case *ast.CallExpr: // g.Go(func() …)
		if sel, ok := ast.Unparen(site.Fun).(*ast.SelectorExpr); ok {
			if k := keyOf(l.Info, sel.X); k.valid() {
				told[k] = true
			}
		}
	case *ast.GoStmt:
		ast.Inspect(f.Body, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
			if ok && sel.Sel.Name == "Done" && isGroup(l.Info.TypeOf(sel.X)) {
				if k := keyOf(l.Info, sel.X); k.valid() {
					told[k] = true
				}
			}
			return true
		})
		l.substitute(f.Node.(*ast.FuncLit), site.Call, told)
	}
	return told
}

// waitDeferred reports whether a Wait for one of the groups was deferred
// between the making of the context and the launch, on the way to it.
func (l *life) waitDeferred(site ast.Node, told map[key]bool) bool {
	found := false
	ast.Inspect(l.home.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.DeferStmt:
			block := l.Parent(n)
			id := l.waitOf(n.Call, told)
			if lit, ok := ast.Unparen(n.Call.Fun).(*ast.FuncLit); ok {
				id = l.waitOf(lit.Body, told)
			}
			if id != nil && (l.from == nil || l.from.Pos() < n.Pos()) && n.Pos() < site.Pos() && contains(block, site) {
				l.out.Deferred = append(l.out.Deferred, id)
				found = true
			}
		}
		return !found
	})
	return found
}

// waitOf returns the variable in n that names one of the groups where n waits
// for it, or nil.
func (l *life) waitOf(n ast.Node, told map[key]bool) (id *ast.Ident) {
	ast.Inspect(n, func(m ast.Node) bool {
		switch m := m.(type) {
		case *ast.FuncLit, *ast.GoStmt:
			return false
		case *ast.CallExpr:
			sel, ok := ast.Unparen(m.Fun).(*ast.SelectorExpr)
			if ok && sel.Sel.Name == "Wait" && told[keyOf(l.Info, sel.X)] {
				id, _ = typed.Operand(sel.X).(*ast.Ident)
			}
		}
		return id == nil
	})
	return id
}
