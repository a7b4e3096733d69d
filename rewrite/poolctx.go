package rewrite

import (
	"go/ast"
	"strings"

	"github.com/dave/dst"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/rewrite/tree"
)

// poolCtx resets fields before pool.Put; a deferred Put is wrapped first.
func poolCtx(f *tree.File, ev *detect.PoolCtx) error {
	resets, err := tree.Stmts(strings.Join(ev.Fields, " = nil\n") + " = nil")
	if err != nil {
		return err
	}
	if _, deferred := ev.Stmt.(*ast.DeferStmt); !deferred {
		return f.InsertBefore(ev.Stmt, resets...)
	}
	put, err := tree.At[*dst.CallExpr](f, ev.Put)
	if err != nil {
		return err
	}
	body := append(resets, &dst.ExprStmt{X: dst.Clone(put).(*dst.CallExpr)})
	return f.Replace(ev.Put, &dst.CallExpr{Fun: &dst.FuncLit{
		Type: &dst.FuncType{Func: true, Params: &dst.FieldList{Opening: true, Closing: true}},
		Body: &dst.BlockStmt{List: body},
	}})
}
