package detect

import (
	"go/ast"
	"go/types"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/typed"
)

func (p *Pass) isRequest(e ast.Expr) bool {
	return typed.IsPointerTo(p.Package.Info.TypeOf(e), "net/http", "Request")
}

// requestEnds says what ends the request that the literal of a go statement is
// given when fn returns, if the literal works under the request's context.
func (p *Pass) requestEnds(fn *flow.Func, arg ast.Expr, stmt *ast.GoStmt) string {
	lit, ok := ast.Unparen(stmt.Call.Fun).(*ast.FuncLit)
	if !ok {
		return ""
	}
	v := p.paramOf(lit, stmt.Call, arg)
	if v == nil || !p.worksIn(p.contextsOf(lit, v)) {
		return ""
	}
	return p.Flow.RequestEnds(fn, arg)
}

// contextsOf returns where the literal asks the request v for its context.
func (p *Pass) contextsOf(lit *ast.FuncLit, v *types.Var) []ast.Expr {
	var asked []ast.Expr
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || typed.CalleeName(call) != "Context" {
			return true
		}
		if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok && typed.Var(p.Package.Info, sel.X) == v {
			asked = append(asked, call)
		}
		return true
	})
	return asked
}

// shortRequest gives the goroutine the request with another context.
func (p *Pass) shortRequest(stmt *ast.GoStmt, arg ast.Expr, ends string) Finding {
	r := types.ExprString(arg)
	f := p.shortUnder(stmt, r+".Context()", ends)
	fix := &ShortLived{Arg: arg}
	p.detachShort(&f, fix, stmt, r+".Context()")
	if f.Safety > Manual {
		fix.With = r + ".WithContext(" + fix.With + ")"
		f.Evidence, f.Touches = fix, []Span{SpanOf(arg)}
	}
	return f
}
