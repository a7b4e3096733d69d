package rewrite

import (
	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/rewrite/tree"
)

// finalizer removes the statement that sets a finalizer on a context.
func finalizer(f *tree.File, ev *detect.Finalizer) error {
	return f.Delete(ev.Stmt)
}
