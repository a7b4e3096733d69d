package flow

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// signalOwed returns the close or WaitGroup.Done among owed: skipping one
// leaves its waiters hanging for good.
func signalOwed(owed []Owed) *Owed {
	for i := range owed {
		if _, ok := owed[i].Node.(*ast.CallExpr); ok && (owed[i].Within || isSignal(owed[i].What)) {
			return &owed[i]
		}
	}
	return nil
}

// lockOwed returns the unlock among owed: whoever locks next would hang.
func lockOwed(owed []Owed) *Owed {
	for i := range owed {
		if strings.HasSuffix(owed[i].What, "Unlock()") {
			return &owed[i]
		}
	}
	return nil
}

func isSignal(what string) bool {
	return strings.HasPrefix(what, "close(") || strings.HasSuffix(what, ".Done()")
}

// deferLast lets the one close or Done that is owed become a defer, provided
// it is the last statement of the body, and what it names exists before.
func (p *Package) deferLast(f *Func, owed []Owed, e *Exit) {
	o := signalOwed(owed)
	if o == nil || o.Within {
		return
	}
	for _, other := range owed {
		if _, send := other.Node.(*ast.SendStmt); !send && other.Node != o.Node {
			return
		}
	}
	last, ok := f.Body.List[len(f.Body.List)-1].(*ast.ExprStmt)
	if !ok || last.X != o.Node {
		return
	}
	k := keyOf(p.Info, p.signalled(o.Node.(*ast.CallExpr)))
	if !k.valid() || f.Body.Pos() <= k.base.Pos() && k.base.Pos() < f.Body.End() {
		return
	}
	e.Defer, e.Body = last, f.Body
	e.Group = p.groupGo(f, last)
}

// groupGo says how the goroutine f, which ends with wg.Done(), becomes one of
// wg.Go (Go 1.25): wg.Add(1) stands right before it, and it has no arguments.
// A deferred wg.Done() would be rewritten to that by go fix.
func (p *Package) groupGo(f *Func, last *ast.ExprStmt) *GroupGo {
	done := last.X.(*ast.CallExpr)
	if f.Go == nil || f.Go.Call.Fun != f.Node || len(f.Go.Call.Args) > 0 || p.Version(f.Node) < 25 ||
		!typed.IsMethod(typed.Callee(p.Info, done), "sync", "WaitGroup", "Done") {
		return nil
	}
	add, ok := p.before(f.Go).(*ast.ExprStmt)
	if !ok {
		return nil
	}
	call, ok := add.X.(*ast.CallExpr)
	if !ok || !typed.IsMethod(typed.Callee(p.Info, call), "sync", "WaitGroup", "Add") {
		return nil
	}
	n := p.Info.Types[call.Args[0]].Value
	group := ast.Unparen(done.Fun).(*ast.SelectorExpr).X
	if n == nil || n.ExactString() != "1" || keyOf(p.Info, ast.Unparen(call.Fun).(*ast.SelectorExpr).X) != keyOf(p.Info, group) {
		return nil
	}
	return &GroupGo{add, f.Go, group}
}

// before returns the statement before stmt in its block, or nil.
func (p *Package) before(stmt ast.Stmt) ast.Stmt {
	block, ok := p.Parent(stmt).(*ast.BlockStmt)
	if !ok {
		return nil
	}
	if i := slices.Index(block.List, stmt); i > 0 {
		return block.List[i-1]
	}
	return nil
}

// signalled returns the channel that call closes, or the group it is done with.
func (p *Package) signalled(call *ast.CallExpr) ast.Expr {
	if p.closesChannel(call) {
		return call.Args[0]
	}
	return ast.Unparen(call.Fun).(*ast.SelectorExpr).X
}

// breakOut leaves the loop to the statement behind it that waits for the
// goroutines, and returns after that.
func (p *Package) breakOut(f *Func, loop ast.Stmt, at ast.Stmt, ctx Context, e Exit) Exit {
	refused := Exit{Refuse: "the loop starts goroutines that are waited for after it: leave the loop, wait, then return"}
	label := ""
	var outer ast.Stmt = loop
	if l, ok := p.Parent(loop).(*ast.LabeledStmt); ok {
		label, outer = l.Label.Name, l
	}
	block, ok := p.Parent(outer).(*ast.BlockStmt)
	if !ok || len(e.Stmts) != 1 {
		return refused
	}
	i := slices.Index(block.List, outer)
	if i+1 >= len(block.List) || !isWait(block.List[i+1]) {
		return refused
	}
	join := block.List[i+1]
	b := &Break{Loop: loop, Label: label, Join: join}
	if label == "" {
		b.Label, b.New = p.FreeName(f.Outermost(), "spawn", "launch", "feed"), true
	}
	switch {
	case i+2 < len(block.List) && asksErr(block.List[i+2], ctx):
		// Have: the check of another break
	case e.Stmts[0] != "return":
		b.After = []string{"if " + ctx.Expr + ".Err() != nil {", e.Stmts[0], "}"}
	case i+2 < len(block.List):
		b.After = []string{"if " + ctx.Expr + ".Err() != nil {", "return", "}"}
	}
	e.Stmts, e.Err, e.Break = []string{"break " + b.Label}, "", b
	e.Doubt = "the loop ends early; what it started is waited for"
	return e
}

// asksErr reports whether s is if ctx.Err() != nil { return … }.
func asksErr(s ast.Stmt, ctx Context) bool {
	check, ok := s.(*ast.IfStmt)
	if !ok || types.ExprString(check.Cond) != ctx.Expr+".Err() != nil" {
		return false
	}
	return slices.ContainsFunc(check.Body.List, func(s ast.Stmt) bool {
		_, returns := s.(*ast.ReturnStmt)
		return returns
	})
}

// isWait reports whether s is a call of Wait and nothing else.
func isWait(s ast.Stmt) bool {
	expr, ok := s.(*ast.ExprStmt)
	if !ok {
		return false
	}
	call, ok := expr.X.(*ast.CallExpr)
	return ok && len(call.Args) == 0 && typed.CalleeName(call) == "Wait"
}
