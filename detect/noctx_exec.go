package detect

import (
	"go/ast"
	"go/types"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/typed"
)

// execForm is the form of exec.Command, provided the process ends here: it is
// run, or started and waited for, and the command does not leave the function.
func (p *noCtx) execForm(call *ast.CallExpr, fn *types.Func) *variant {
	const name = "CommandContext"
	if !typed.IsFunc(fn, "os/exec", "Command") {
		return nil
	}
	to := p.counterpart(call, name)
	if to == nil || to.Pkg() != fn.Pkg() {
		return nil
	}
	return &variant{
		name: name, to: to, governs: true, process: true, goesOn: p.goesOn(call),
		safety: Unsafe, because: "the process would be killed when the context is done",
		make: p.renamed(call, name),
	}
}

// goesOn says why the process may go on when the function has ended, or
// that nothing runs it here; "" if it ends here.
func (p *noCtx) goesOn(call *ast.CallExpr) string {
	f := p.Flow.Func(call)
	if f == nil {
		return "the command is made outside of functions"
	}
	starts, ends := false, false
	for _, u := range p.Flow.ReachResult(call) {
		switch u.Kind {
		case flow.Method:
			switch p.Flow.Region(u.Call) {
			case flow.RegionDead, flow.RegionDeferred, flow.RegionAfterServe, flow.RegionCompensation:
				return "the command is run when the function, or its context, has ended"
			}
			switch typed.CalleeName(u.Call) {
			case "Start":
				starts = true
			case "Run", "Output", "CombinedOutput":
				ends = true
			case "Wait":
				ends = ends || p.Flow.Func(u.Call) == f
			}
		case flow.Other: // cmd.Dir = dir
			if sel, ok := p.Flow.Parent(u.Node).(*ast.SelectorExpr); !ok || sel.X != u.Node {
				return "the command leaves the function"
			}
		case flow.Compared:
		default:
			return "the command leaves the function"
		}
	}
	switch {
	case starts && !ends:
		return "the process is started, and not waited for here"
	case !ends:
		return "nothing runs the command here"
	}
	return ""
}
