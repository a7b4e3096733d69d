package flow

import (
	"go/ast"
	"go/token"
	"maps"
	"slices"

	"golang.org/x/tools/go/cfg"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// A graph is the control-flow graph of one function body with the facts that
// hold at the start of each block.
type graph struct {
	cfg  *cfg.CFG
	comm map[ast.Node]bool // comm statements of selects: the cfg lists them before the select; nothing has happened yet
	in   []facts           // by block index; nil for unreachable blocks

	extents []extent           // of the nodes of all blocks
	found   map[ast.Node]place // what find has answered
	beyond  map[int32][]uint64 // what runsAfter has answered, a bit per block
}

// graphOf returns the graph of f, solved.
func (p *Package) graphOf(f *Func) *graph {
	if f.graph != nil {
		return f.graph
	}
	g := &graph{cfg: cfg.New(f.Body, p.mayReturn), comm: map[ast.Node]bool{}}
	f.graph = g
	g.index()
	ast.Inspect(f.Body, func(n ast.Node) bool {
		if clause, ok := n.(*ast.CommClause); ok {
			g.comm[clause.Comm] = true
		}
		return true
	})
	p.solve(f, g)
	return g
}

// mayReturn reports whether call may return: not panic, os.Exit, log.Fatal …
func (p *Package) mayReturn(call *ast.CallExpr) bool {
	if typed.IsBuiltin(p.Info, call, "panic") {
		return false
	}
	fn := typed.Callee(p.Info, call)
	switch {
	case fn == nil:
		return true
	case typed.IsFunc(fn, "os", "Exit"), typed.IsFunc(fn, "runtime", "Goexit"),
		typed.IsFunc(fn, "log", "Fatal", "Fatalf", "Fatalln", "Panic", "Panicf", "Panicln"),
		typed.IsMethod(fn, "log", "Logger", "Fatal", "Fatalf", "Fatalln", "Panic", "Panicf", "Panicln"):
		return false
	case fn.Pkg() != nil && fn.Pkg().Path() == "testing":
		switch fn.Name() {
		case "Fatal", "Fatalf", "FailNow", "Skip", "Skipf", "SkipNow":
			return false
		}
	}
	return true
}

// solve runs the forward must-analysis: what holds on every path.
func (p *Package) solve(f *Func, g *graph) {
	g.in = make([]facts, len(g.cfg.Blocks))
	g.in[0] = p.entry(f)
	work := newWorklist(g.cfg)
	work.add(g.cfg.Blocks[0])
	for b := work.next(); b != nil; b = work.next() {
		out := maps.Clone(g.in[b.Index])
		for _, n := range b.Nodes {
			p.transfer(f, g, n, out)
		}
		for i, succ := range b.Succs {
			edge := maps.Clone(out)
			p.alongEdge(b, i, edge)
			p.enter(succ, edge)
			if len(succ.Nodes) > 0 {
				edge.leave(succ.Nodes[0].Pos())
			}
			if g.in[succ.Index] == nil {
				g.in[succ.Index] = edge
			} else if !g.in[succ.Index].meet(edge) {
				continue
			}
			work.add(succ)
		}
	}
}

// entry returns the facts at the start of f: parameters are assigned, and a
// literal starts with what holds where it is run.
func (p *Package) entry(f *Func) facts {
	in := facts{}
	if f.Outer != nil {
		in = maps.Clone(p.factsAt(f.Outer, f.Site))
	}
	for _, field := range f.Type.Params.List {
		for _, name := range field.Names {
			in[fact{kind: assigned, a: key{base: p.Info.Defs[name]}}] = true
		}
	}
	return in
}

// factsAt returns what holds just before the cfg node of f that contains n.
func (p *Package) factsAt(f *Func, n ast.Node) facts {
	g := p.graphOf(f)
	b, i := g.find(n)
	if b == nil || g.in[b.Index] == nil {
		return facts{}
	}
	at := maps.Clone(g.in[b.Index])
	for _, prev := range b.Nodes[:i] {
		p.transfer(f, g, prev, at)
	}
	return at
}

// empty finds the block of a statement without nodes of its own, such as a
// break, a clause with an empty body or a select without cases: the innermost
// one around it, which is built last.
func (g *graph) empty(n ast.Node) (block *cfg.Block, index int) {
	for _, b := range g.cfg.Blocks {
		if body := bodyOf(b); body != nil && contains(body, n) {
			block, index = b, len(b.Nodes)
		}
	}
	return block, index
}

// bodyOf returns what stands in a block that is a branch or a loop's body.
func bodyOf(b *cfg.Block) ast.Node {
	switch b.Kind {
	case cfg.KindSelectCaseBody, cfg.KindSwitchCaseBody, cfg.KindForBody, cfg.KindRangeBody:
		return b.Stmt
	case cfg.KindIfThen:
		return b.Stmt.(*ast.IfStmt).Body
	case cfg.KindIfElse:
		return b.Stmt.(*ast.IfStmt).Else
	}
	return nil
}

// after visits the cfg nodes that can run after n in f, in no order, n's own
// node excluded unless a loop leads back to it. It stops when visit returns false.
func (p *Package) after(f *Func, n ast.Node, visit func(ast.Node) bool) {
	g := p.graphOf(f)
	b, i := g.find(n)
	for _, m := range b.Nodes[min(i+1, len(b.Nodes)):] {
		if !visit(m) {
			return
		}
	}
	g.walk(b.Succs, visit)
}

// walk visits all nodes of the given blocks and of those reachable from them.
func (g *graph) walk(blocks []*cfg.Block, visit func(ast.Node) bool) {
	seen := make([]bool, len(g.cfg.Blocks))
	work := append([]*cfg.Block(nil), blocks...)
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		if seen[b.Index] {
			continue
		}
		seen[b.Index] = true
		for _, m := range b.Nodes {
			if !visit(m) {
				return
			}
		}
		work = append(work, b.Succs...)
	}
}

// calls visits the calls that the cfg node n makes when it runs: those in literals,
// and in go and defer statements, run at another time.
func calls(n ast.Node, visit func(*ast.CallExpr)) {
	switch n := n.(type) {
	case *ast.GoStmt:
		argCalls(n.Call, visit)
		return
	case *ast.DeferStmt:
		argCalls(n.Call, visit)
		return
	}
	ast.Inspect(n, func(m ast.Node) bool {
		switch m := m.(type) {
		case *ast.FuncLit:
			return false
		case *ast.CallExpr:
			visit(m)
		}
		return true
	})
}

func argCalls(call *ast.CallExpr, visit func(*ast.CallExpr)) {
	for _, arg := range call.Args {
		calls(arg, visit)
	}
}

// receives visits the channels that the cfg node n receives from when it runs.
func receives(n ast.Node, visit func(*ast.UnaryExpr)) {
	ast.Inspect(n, func(m ast.Node) bool {
		switch m := m.(type) {
		case *ast.FuncLit:
			return false
		case *ast.UnaryExpr:
			if m.Op == token.ARROW {
				visit(m)
			}
		}
		return true
	})
}

// always reports whether every way from the node on (nil: from the start of f)
// comes to the node to before f ends.
func (p *Package) always(f *Func, from, to ast.Node) bool {
	g := p.graphOf(f)
	b, i := g.cfg.Blocks[0], -1
	if from != nil {
		b, i = g.find(from)
	}
	seen := make([]bool, len(g.cfg.Blocks))
	var comes func(nodes []ast.Node, succs []*cfg.Block) bool
	comes = func(nodes []ast.Node, succs []*cfg.Block) bool {
		if slices.ContainsFunc(nodes, func(n ast.Node) bool { return contains(n, to) }) {
			return true
		}
		for _, succ := range succs {
			if seen[succ.Index] {
				continue
			}
			seen[succ.Index] = true
			if !comes(succ.Nodes, succ.Succs) {
				return false
			}
		}
		return len(succs) > 0
	}
	return comes(b.Nodes[min(i+1, len(b.Nodes)):], b.Succs)
}
