package flow

import (
	"go/ast"
	"go/types"
	"slices"

	"golang.org/x/tools/go/cfg"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// Unmentioned returns where a path from the assignment from to the end of its
// function, or to another assignment to v, ends on which nothing mentions v:
// a return statement, the end of the body, or that assignment. Nil if there is
// none. Left out are the paths on which the context ctx is done, and those on
// which err, if there is one, is not nil, as long as it is the one that from
// sets. Blank assignments mention nothing.
func (p *Package) Unmentioned(v, ctx, err *types.Var, from ast.Node) ast.Node {
	g := p.graphOf(p.Func(from))
	start, i := g.find(from)
	type state struct {
		block *cfg.Block
		fresh bool // err is still what from made it
	}
	seen := map[state]bool{}
	done := fact{kind: dead, a: key{base: ctx}}
	var found ast.Node
	var run func(b *cfg.Block, nodes []ast.Node, fresh bool)
	run = func(b *cfg.Block, nodes []ast.Node, fresh bool) {
		for _, m := range nodes {
			switch {
			case g.comm[m]:
			case p.mentions(m, v) || p.awaits(m, ctx):
				return
			case p.sets(m, v) || isReturn(m):
				if found == nil || m.Pos() < found.Pos() {
					found = m
				}
				return
			}
			fresh = fresh && !p.sets(m, err)
		}
		for edge, succ := range b.Succs {
			if fresh && err != nil && p.clears(b, 1-edge, err) {
				continue
			}
			if succ.Kind == cfg.KindSelectCaseBody && p.mentions(succ.Stmt.(*ast.CommClause).Comm, v) {
				continue // Have: case stops <- cancel:
			}
			if next := (state{succ, fresh}); !seen[next] && !g.in[succ.Index][done] {
				seen[next] = true
				run(succ, succ.Nodes, fresh)
			}
		}
	}
	run(start, start.Nodes[min(i+1, len(start.Nodes)):], true)
	return found
}

// awaits reports whether n receives from the Done channel of ctx.
func (p *Package) awaits(n ast.Node, ctx *types.Var) bool {
	found := false
	receives(n, func(ch *ast.UnaryExpr) {
		of := p.DoneOf(ch.X)
		found = found || of != nil && typed.Var(p.Info, of) == ctx
	})
	return found
}

func isReturn(n ast.Node) bool {
	_, ok := n.(*ast.ReturnStmt)
	return ok
}

// mentions reports whether n uses v, other than as in _ = v.
func (p *Package) mentions(n ast.Node, v *types.Var) bool {
	if p.BlankUse(n) == v {
		return false
	}
	if ret, ok := n.(*ast.ReturnStmt); ok && len(ret.Results) == 0 && v.Kind() == types.ResultVar {
		return true
	}
	found := false
	ast.Inspect(n, func(m ast.Node) bool {
		id, _ := m.(*ast.Ident)
		found = found || p.Info.Uses[id] == v && !p.assigned(id)
		return !found
	})
	return found
}

// BlankUse returns the variable v if n is the statement _ = v, else nil.
func (p *Package) BlankUse(n ast.Node) *types.Var {
	assign, ok := n.(*ast.AssignStmt)
	if !ok || len(assign.Lhs) != 1 || !isBlank(assign.Lhs[0]) {
		return nil
	}
	return typed.Var(p.Info, assign.Rhs[0])
}

// Uses returns the identifiers that use the local variable v, assignments to
// it left out, in file order.
func (p *Package) Uses(v *types.Var) []*ast.Ident {
	return slices.DeleteFunc(p.usesOf(v), p.assigned)
}

// UsedOutside reports whether anything but n uses the local variable v:
// without n, it would be declared and not used.
func (p *Package) UsedOutside(v *types.Var, n ast.Node) bool {
	return slices.ContainsFunc(p.Uses(v), func(id *ast.Ident) bool { return !contains(n, id) })
}

// Keeps reports whether to can run after from in their function while the
// local variable v still has the value it had at from.
func (p *Package) Keeps(v *types.Var, from, to ast.Node) bool {
	f := p.Func(from)
	if p.Func(to) != f {
		return false
	}
	g := p.graphOf(f)
	target, at := g.find(to)
	start, i := g.find(from)
	seen := make([]bool, len(g.cfg.Blocks))
	var run func(nodes []ast.Node, succs []*cfg.Block) bool
	run = func(nodes []ast.Node, succs []*cfg.Block) bool {
		for _, m := range nodes {
			if m == target.Nodes[at] {
				return true
			}
			if p.sets(m, v) {
				return false
			}
		}
		return slices.ContainsFunc(succs, func(b *cfg.Block) bool {
			if seen[b.Index] {
				return false
			}
			seen[b.Index] = true
			return run(b.Nodes, b.Succs)
		})
	}
	return run(start.Nodes[min(i+1, len(start.Nodes)):], start.Succs)
}

// Ends returns a call that may run after n in its function and ends the
// program without running what is deferred, or nil, and whether nothing but
// such calls and panics ends the function after n.
func (p *Package) Ends(n ast.Node) (call *ast.CallExpr, always bool) {
	always = true
	p.after(p.Func(n), n, func(m ast.Node) bool {
		if isReturn(m) {
			always = false
		}
		stmt, ok := m.(*ast.ExprStmt)
		if !ok {
			return true
		}
		if c, ok := stmt.X.(*ast.CallExpr); ok && call == nil && p.exits(c) {
			call = c
		}
		return true
	})
	return call, always && call != nil
}

// exits reports whether call ends the program at once.
func (p *Package) exits(call *ast.CallExpr) bool {
	fn := typed.Callee(p.Info, call)
	return typed.IsFunc(fn, "os", "Exit") || typed.IsFunc(fn, "log", "Fatal", "Fatalf", "Fatalln") ||
		typed.IsMethod(fn, "log", "Logger", "Fatal", "Fatalf", "Fatalln")
}

// DeclOf returns the declaration of fn if it is of this package and has a
// body, else nil.
func (p *Package) DeclOf(fn *types.Func) *ast.FuncDecl {
	if decl := p.decl(fn); decl != nil && decl.Body != nil {
		return decl
	}
	return nil
}

// Sources returns the expressions that the local variable v gets its values
// from, or what stands for them: the call, where it is one of several results.
func (p *Package) Sources(v *types.Var) (sources []ast.Expr) {
	for _, d := range p.definitionsOf(v) {
		sources = append(sources, d.rhs)
	}
	return sources
}
