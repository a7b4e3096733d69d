package rewrite

import (
	"strings"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/rewrite/tree"
)

// loopDone makes a loop begin with a look at its context.
func loopDone(f *tree.File, ev *detect.LoopDone) error {
	if err := name(f, ev.Context); err != nil {
		return err
	}
	if err := leave(f, ev.Exit); err != nil {
		return err
	}
	ask := ev.Context.Expr + ".Err()"
	head := "if " + ask + " != nil"
	body := strings.Join(ev.Exit.Stmts, "\n")
	if rest, ok := strings.CutSuffix(body, ask); ok && ev.Exit.Err == ask && !strings.Contains(rest, "err") {
		head, body = "if err := "+ask+"; err != nil", rest+"err"
	}
	look, err := tree.Stmts(head + " {\n" + body + "\n}")
	if err != nil {
		return err
	}
	return f.Prepend(ev.Loop.Body, look...)
}
