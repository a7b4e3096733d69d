package detect

import (
	"go/ast"
	"go/types"
)

// spreadBecause is said of a call that spreads.
const spreadBecause = "its arguments are the results of one call, beside which nothing can be passed"

// spreads reports whether call's arguments are the results of one call.
func (p *Pass) spreads(call *ast.CallExpr) bool {
	if len(call.Args) != 1 {
		return false
	}
	_, tuple := p.Package.Info.TypeOf(call.Args[0]).(*types.Tuple)
	return tuple
}
