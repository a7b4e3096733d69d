package rewrite

import (
	"go/token"

	"github.com/dave/dst"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/rewrite/tree"
)

// selectDone adds a case on the context's Done to a select, and gives the
// goroutines that send to it room, or a select of their own.
func selectDone(f *tree.File, ev *detect.SelectDone) error {
	if err := name(f, ev.Context); err != nil {
		return err
	}
	for _, call := range ev.Release.Buffer {
		one := &dst.BasicLit{Kind: token.INT, Value: "1"}
		if len(call.Args) == 1 {
			if err := f.AddArg(call, 1, one); err != nil {
				return err
			}
		} else if err := f.Replace(call.Args[1], one); err != nil {
			return err
		}
	}
	for _, s := range ev.Release.Sends {
		if err := sendOrDone(f, s); err != nil {
			return err
		}
	}
	clause, err := doneClause(f, ev.Context, ev.Exit)
	if err != nil {
		return err
	}
	return f.AddCommClause(ev.Select, clause, ev.First)
}
