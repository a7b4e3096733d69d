package flow

import (
	"go/ast"
	"slices"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// A ChannelOp is one operation on a channel.
type ChannelOp struct {
	Node   ast.Node        // *ast.SendStmt, *ast.UnaryExpr, *ast.RangeStmt or the *ast.CallExpr of close
	Func   ast.Node        // the innermost *ast.FuncDecl or *ast.FuncLit it stands in
	Launch ast.Node        // the innermost *ast.GoStmt, or call of a Go method, whose literal it stands in, or nil
	Comm   *ast.CommClause // the case whose communication it is, or nil
	Loop   bool            // it stands in a loop of Func
}

// Direct reports whether the operation stands in the launched literal
// itself, not in a further literal within it.
func (op *ChannelOp) Direct() bool { return launched(op.Launch) == op.Func }

// CanLeave reports whether the operation is a case of a select that has
// another way on: a default or a further case.
func (p *Package) CanLeave(op ChannelOp) bool {
	return len(p.besides(op)) > 1
}

// besides returns the cases of the select that the operation is a case of.
func (p *Package) besides(op ChannelOp) []ast.Stmt {
	if op.Comm == nil {
		return nil
	}
	return p.Parent(op.Comm).(*ast.BlockStmt).List
}

// op describes an operation by where it stands.
func (p *Package) op(n ast.Node) ChannelOp {
	op, known := p.ops[n]
	if known {
		return op
	}
	op = ChannelOp{Node: n, Launch: p.launch(n), Comm: p.comm(n)}
	for at := p.Parent(n); at != nil && op.Func == nil; at = p.Parent(at) {
		switch at.(type) {
		case *ast.ForStmt, *ast.RangeStmt:
			op.Loop = true
		case *ast.FuncDecl, *ast.FuncLit:
			op.Func = at
		}
	}
	p.ops[n] = op
	return op
}

// comm returns the select case whose communication n is.
func (p *Package) comm(n ast.Node) *ast.CommClause {
	for at := n; at != nil; at = p.Parent(at) {
		parent, ok := p.Parent(at).(*ast.CommClause)
		if ok {
			if ast.Node(parent.Comm) == at {
				return parent
			}
			return nil
		}
		switch at.(type) {
		case *ast.UnaryExpr, *ast.ParenExpr:
		default:
			return nil
		}
	}
	return nil
}

// launch returns the innermost launch of a literal that contains n.
func (p *Package) launch(n ast.Node) ast.Node {
	for at := p.funcNode(n); at != nil; at = p.funcNode(at) {
		if lit, ok := at.(*ast.FuncLit); ok {
			if l := p.LaunchOf(lit); l != nil {
				return l
			}
		}
	}
	return nil
}

// LaunchOf returns what runs the literal as a goroutine of its own: the go
// statement that calls it, or the call of the method Go of a
// sync.WaitGroup or errgroup.Group that receives it; for a literal that a
// variable holds, the first such launch of the variable. Nil if nothing does.
func (p *Package) LaunchOf(lit *ast.FuncLit) ast.Node {
	switch parent := p.Parent(lit).(type) {
	case *ast.CallExpr:
		if parent.Fun != ast.Expr(lit) {
			if len(parent.Args) == 1 && p.isGo(parent) {
				return parent
			}
			return nil
		}
		if g, ok := p.Parent(parent).(*ast.GoStmt); ok {
			return g
		}
	case *ast.AssignStmt:
		if len(parent.Lhs) == len(parent.Rhs) {
			return p.runOf(parent.Lhs[slices.Index(parent.Rhs, ast.Expr(lit))])
		}
	case *ast.ValueSpec:
		return p.runOf(parent.Names[slices.Index(parent.Values, ast.Expr(lit))])
	}
	return nil
}

// runOf returns the first launch of the function that the variable holds.
func (p *Package) runOf(e ast.Expr) ast.Node {
	if v := typed.Var(p.Info, e); v != nil {
		return p.channelsIndex().runs[v]
	}
	return nil
}

// isGo reports whether call calls a method Go or TryGo.
func (p *Package) isGo(call *ast.CallExpr) bool {
	fn := typed.Callee(p.Info, call)
	return fn != nil && fn.Signature().Recv() != nil && (fn.Name() == "Go" || fn.Name() == "TryGo")
}

// launched returns the literal that a launch runs, or nil for go f().
func launched(launch ast.Node) ast.Node {
	var e ast.Expr
	switch l := launch.(type) {
	case *ast.GoStmt:
		e = l.Call.Fun
	case *ast.CallExpr:
		e = l.Args[0]
	}
	if lit, ok := ast.Unparen(e).(*ast.FuncLit); ok {
		return lit
	}
	return nil
}

// closesChannel reports whether call closes the channel that is its only
// argument: by the builtin, or through a function with that name (safeClose).
func (p *Package) closesChannel(call *ast.CallExpr) bool {
	if typed.IsBuiltin(p.Info, call, "close") {
		return true
	}
	return len(call.Args) == 1 && isChan(p.Info.TypeOf(call.Args[0])) && slices.Contains(words(typed.CalleeName(call)), "close")
}

// Comm returns the channel that a select case waits for and whether it sends
// on it; nil for a default.
func Comm(clause *ast.CommClause) (ch ast.Expr, sends bool) {
	if send, ok := clause.Comm.(*ast.SendStmt); ok {
		return send.Chan, true
	}
	return received(clause.Comm), false
}

// Last reports whether nothing but returning, and what is deferred, can run
// after n in the function it stands in.
func (p *Package) Last(n ast.Node) bool {
	last := true
	p.after(p.Func(n), n, func(m ast.Node) bool {
		last = isPlainReturn(m)
		return last
	})
	return last
}

// isPlainReturn accepts return statements whose results call nothing.
func isPlainReturn(n ast.Node) bool {
	ret, ok := n.(*ast.ReturnStmt)
	if !ok {
		return false
	}
	plain := true
	ast.Inspect(ret, func(m ast.Node) bool {
		if _, ok := m.(*ast.CallExpr); ok {
			plain = false
		}
		return plain
	})
	return plain
}
