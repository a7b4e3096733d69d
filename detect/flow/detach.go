package flow

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// Detached reports whether nobody in the launching function waits for the
// goroutine after its launch: no Wait of a group it belongs to, no receive
// from a channel it sends on or closes.
func (p *Package) Detached(g *ast.GoStmt) bool {
	return !p.waitsFor(p.Func(g), g, p.tells(g), map[ast.Node]bool{g: true})
}

// tells returns the keys by which others can learn that the goroutine has
// ended or got somewhere: channels it sends on or closes, groups it is done
// with, and whatever of these kinds it is handed as an argument.
func (p *Package) tells(g *ast.GoStmt) map[key]bool {
	told, known := p.ends[g]
	if !known {
		told = p.tellsOf(g)
		p.ends[g] = told
	}
	return told
}

func (p *Package) tellsOf(g *ast.GoStmt) map[key]bool {
	told := map[key]bool{}
	add := func(e ast.Expr) {
		if k := keyOf(p.Info, e); k.valid() {
			told[k] = true
		}
	}
	for _, arg := range g.Call.Args {
		if t := p.Info.TypeOf(arg); isChan(t) || isGroup(t) {
			add(arg)
		}
	}
	lit, ok := ast.Unparen(g.Call.Fun).(*ast.FuncLit)
	if !ok {
		return told
	}
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SendStmt:
			add(n.Chan)
		case *ast.CallExpr:
			if p.closesChannel(n) {
				add(n.Args[0])
			}
			if sel, ok := ast.Unparen(n.Fun).(*ast.SelectorExpr); ok && sel.Sel.Name == "Done" && isGroup(p.Info.TypeOf(sel.X)) {
				add(sel.X)
			}
			for _, arg := range n.Args {
				if t := p.Info.TypeOf(arg); isChan(t) || isGroup(t) {
					add(arg)
				}
			}
		}
		return true
	})
	p.substitute(lit, g.Call, told)
	return told
}

// substitute adds the argument for each parameter of the literal in told.
func (p *Package) substitute(lit *ast.FuncLit, call *ast.CallExpr, told map[key]bool) {
	for i, arg := range call.Args {
		if !told[key{base: paramAt(p.Info, lit.Type, i)}] {
			continue
		}
		if k := keyOf(p.Info, arg); k.valid() {
			told[k] = true
		}
	}
}

// isGroup reports whether t (or what it points to) is a group of goroutines.
func isGroup(t types.Type) bool {
	return typed.Is(t, "sync", "WaitGroup") || typed.Is(t, "golang.org/x/sync/errgroup", "Group")
}

// waitsFor reports whether f, after the statement at, waits on one of told,
// itself or through another goroutine that does and tells f in turn.
func (p *Package) waitsFor(f *Func, at ast.Node, told map[key]bool, seen map[ast.Node]bool) bool {
	if len(told) == 0 {
		return false
	}
	waits := false
	visit := func(n ast.Node) bool {
		waits = waits || p.waitsIn(n, told)
		return !waits
	}
	p.after(f, at, visit)
	p.eachDefer(f, visit)
	if waits {
		return true
	}
	// Another goroutine may wait and pass it on: go func() { wg.Wait(); close(out) }().
	for _, g := range p.goStmts(f) {
		lit, ok := ast.Unparen(g.Call.Fun).(*ast.FuncLit)
		if !ok || seen[g] || !p.waitsIn(lit.Body, told) {
			continue
		}
		seen[g] = true
		if p.waitsFor(f, g, p.tells(g), seen) {
			return true
		}
	}
	return false
}

// eachDefer visits the bodies and calls of f's deferred calls.
func (p *Package) eachDefer(f *Func, visit func(ast.Node) bool) {
	for _, stmt := range p.partsOf(f).defers {
		if lit, ok := ast.Unparen(stmt.Call.Fun).(*ast.FuncLit); ok {
			visit(lit.Body)
		} else {
			visit(stmt.Call)
		}
	}
}

// goStmts returns the go statements of f itself.
func (p *Package) goStmts(f *Func) []*ast.GoStmt {
	return p.partsOf(f).gos
}

// waitsIn reports whether n, when it runs, waits on one of told.
func (p *Package) waitsIn(n ast.Node, told map[key]bool) bool {
	waits := false
	ast.Inspect(n, func(m ast.Node) bool {
		switch m := m.(type) {
		case *ast.FuncLit, *ast.GoStmt:
			return false
		case ast.Expr:
			on := p.waitedFor(m)
			waits = waits || on != nil && told[keyOf(p.Info, on)]
		}
		return !waits
	})
	return waits
}

// waitedFor returns the channel or group that the expression e waits on, or nil.
func (p *Package) waitedFor(e ast.Expr) ast.Expr {
	// The cfg lists the operand of a range statement on its own.
	if loop, ok := p.Parent(e).(*ast.RangeStmt); ok && loop.X == e {
		return e
	}
	switch e := e.(type) {
	case *ast.UnaryExpr:
		if e.Op == token.ARROW {
			return e.X
		}
	case *ast.CallExpr:
		if sel, ok := ast.Unparen(e.Fun).(*ast.SelectorExpr); ok && sel.Sel.Name == "Wait" {
			return sel.X
		}
	}
	return nil
}

// joinedGroup reports whether f waits, after call, for the group call adds to.
func (p *Package) joinedGroup(f *Func, call *ast.CallExpr) bool {
	k := keyOf(p.Info, ast.Unparen(call.Fun).(*ast.SelectorExpr).X)
	return k.valid() && p.waitsFor(f, call, map[key]bool{k: true}, map[ast.Node]bool{})
}
