package flow

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// giveUpDoubt says that a case that already leaves without a result does more
// than that, such as taking back an entry, or returns "". The new case knows
// nothing of it.
func (w *Wait) giveUpDoubt() string {
	for _, c := range w.Cases {
		if c.Sends || !w.givesUp(c) {
			continue
		}
		for _, stmt := range c.body() {
			if what := w.doesMore(stmt); what != "" {
				return "the case that gives up does more than leave: " + what
			}
		}
	}
	return ""
}

// givesUp reports whether the case leaves because a time is over, or with an
// error and without a value.
func (w *Wait) givesUp(c WaitCase) bool {
	body := c.body()
	if len(body) == 0 {
		return false
	}
	switch last := body[len(body)-1].(type) {
	case *ast.BranchStmt:
		return c.Channel.Ticks() && last.Tok == token.BREAK && last.Label != nil
	case *ast.ReturnStmt:
		if c.Channel.Ticks() {
			return true
		}
		if len(last.Results) == 0 || bindsValue(c.comm()) && !typed.IsError(c.Channel.Elem) {
			return false
		}
		tv := w.p.Info.Types[last.Results[len(last.Results)-1]]
		return !tv.IsNil()
	}
	return false
}

// doesMore returns what stmt does beyond telling people, or "".
func (w *Wait) doesMore(stmt ast.Stmt) string {
	what := ""
	note := func(e ast.Node) {
		if what != "" {
			return
		}
		what = "it starts a goroutine"
		if e, ok := e.(ast.Expr); ok {
			what = types.ExprString(e)
		}
	}
	ast.Inspect(stmt, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.GoStmt:
			note(n)
		case *ast.AssignStmt:
			for _, l := range n.Lhs {
				if _, local := ast.Unparen(l).(*ast.Ident); !local {
					note(l)
				}
			}
		case *ast.IncDecStmt:
			if _, local := ast.Unparen(n.X).(*ast.Ident); !local {
				note(n.X)
			}
		case *ast.ExprStmt:
			if call, ok := n.X.(*ast.CallExpr); ok && !w.tells(call) {
				note(call)
			}
			return false
		}
		return what == ""
	})
	return what
}

// tells reports whether call does nothing but tell somebody: it logs, counts,
// answers the client, or stops a timer. A lock is for what stands under it.
func (w *Wait) tells(call *ast.CallExpr) bool {
	switch name := typed.CalleeName(call); name {
	case "Lock", "RLock", "Unlock", "RUnlock":
		return true
	default:
		if IsTeller(name) {
			return true
		}
	}
	for _, arg := range call.Args {
		if w.isResponse(arg) {
			return true
		}
	}
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	t := w.p.Info.TypeOf(sel.X)
	return typed.IsPointerTo(t, "time", "Timer") || typed.IsPointerTo(t, "time", "Ticker") || w.isResponse(sel.X)
}

func (w *Wait) isResponse(e ast.Expr) bool {
	return typed.Is(w.p.Info.TypeOf(e), "net/http", "ResponseWriter")
}
