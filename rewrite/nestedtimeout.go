package rewrite

import (
	"github.com/dave/dst"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/rewrite/tree"
)

// nestedTimeout derives a context by another function, or from another parent.
func nestedTimeout(f *tree.File, ev *detect.NestedTimeout) error {
	if len(ev.Delete) > 0 {
		return skipOuter(f, ev)
	}
	fun, err := tree.Expr(ev.Func)
	if err != nil {
		return err
	}
	call := &dst.CallExpr{Fun: fun}
	for _, arg := range ev.Args {
		part, err := tree.At[dst.Expr](f, arg)
		if err != nil {
			return err
		}
		call.Args = append(call.Args, part)
	}
	return f.Replace(ev.Call, call)
}

// skipOuter takes the outer one of two derivations out.
func skipOuter(f *tree.File, ev *detect.NestedTimeout) error {
	parent, err := tree.At[dst.Expr](f, ev.Parent)
	if err != nil {
		return err
	}
	parent = dst.Clone(parent).(dst.Expr)
	for _, stmt := range ev.Delete {
		if err := f.Delete(stmt); err != nil {
			return err
		}
	}
	return f.Replace(ev.Call.Args[0], parent)
}
