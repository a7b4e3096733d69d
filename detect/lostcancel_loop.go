package detect

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/typed"
)

// fixInLoop calls the cancel function after the last use.
func (l *lostCancel) fixInLoop(f *Finding, fix *LostCancel, life flow.Life) {
	list := l.list(l.stmt)
	first, last := -1, -1
	for i, s := range list {
		if s == fix.After {
			first, last = i, i
		}
		for _, id := range life.Uses {
			if first >= 0 && i > first && s.Pos() <= id.Pos() && id.End() <= s.End() {
				last = i
			}
		}
	}
	end := list[last].End()
	for _, id := range life.Uses {
		if id.Pos() < l.stmt.End() || id.Pos() > end {
			f.Lower(Manual, fmt.Sprintf("in a loop, and %s is used outside of the block it is made in (line %d): call %s where it is done with", id.Name, l.line(id), fix.Name))
			return
		}
	}
	if len(life.Deferred) > 0 {
		id := life.Deferred[0]
		f.Lower(Manual, fmt.Sprintf("in a loop, and %s is used by a deferred call (line %d): make the turn a function of its own", id.Name, l.line(id)))
		return
	}
	for _, s := range list[first+1 : last+1] {
		if out := l.wayOut(s); out != nil {
			f.Lower(Manual, fmt.Sprintf("in a loop, and line %d leaves the turn before the last use of %s: call %s on both ways", l.line(out), types.ExprString(l.ctx), fix.Name))
			return
		}
	}
	fix.After = list[last]
	l.attach(f, fix)
}

// wayOut returns a statement in s that goes on elsewhere than behind s.
func (l *lostCancel) wayOut(s ast.Stmt) (out ast.Node) {
	ast.Inspect(s, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			out = n
		case *ast.BranchStmt:
			if n.Label != nil || n.Tok == token.GOTO || !l.within(n, s) {
				out = n
			}
		case *ast.CallExpr:
			if typed.IsBuiltin(l.Package.Info, n, "panic") {
				out = n
			}
		}
		return out == nil
	})
	return out
}

// within reports whether the statement that an unlabelled branch speaks of
// stands within s.
func (l *lostCancel) within(branch *ast.BranchStmt, s ast.Stmt) bool {
	for n := l.Flow.Parent(branch); n != nil && s.Pos() <= n.Pos() && n.End() <= s.End(); n = l.Flow.Parent(n) {
		switch n.(type) {
		case *ast.ForStmt, *ast.RangeStmt:
			return true
		case *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt:
			if branch.Tok != token.CONTINUE {
				return true
			}
		}
	}
	return false
}
