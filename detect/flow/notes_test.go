package flow_test

import (
	"go/ast"
	"testing"

	"github.com/ctxfix/ctxfix/detect/flow"
)

// ignored names the rules that a directive keeps from speaking at n.
func ignored(p *flow.Package, n ast.Node) string {
	var words []string
	for _, rule := range []string{"background", "ctxfield", "ctxkey", "nilctx", "testctx", "timer"} {
		if p.Ignored(n, rule) {
			words = append(words, rule)
		}
	}
	return sorted(words)
}

func TestIgnored(t *testing.T) {
	ask(t, map[string]question{"ignored": ignored}, []source{
		{"linters", `
func linters() {
	here() // ignored: none
	//nolint:staticcheck
	here() // ignored: ctxkey, nilctx, timer
	//lint:ignore SA1012 nil is the default
	here() // ignored: nilctx
	//lint:ignore SA1015,SA1029 the program's
	here() // ignored: ctxkey, timer
	//lint:ignore SA10* all of them
	here() // ignored: ctxkey, nilctx, timer
	//nolint:usetesting,containedctx
	here() // ignored: ctxfield, testctx
	//lint:ignore SA1019 deprecated
	here() // ignored: none
	//nolint:errcheck
	here() // ignored: none
	//revive:disable-next-line:context-keys-type
	here() // ignored: ctxkey
	//revive:disable-next-line
	here() // ignored: ctxkey
	//revive:disable-next-line:exported
	here() // ignored: none
	here() // ignored: none
}
`},
		{"revive to the end", `
//revive:disable:context-keys-type
func one() {
	here() // ignored: ctxkey
}
`},
		{"all", `
func all() {
	//nolint
	here() // ignored: background, ctxfield, ctxkey, nilctx, testctx, timer
	//ctxfix:ignore nilctx,testctx reason
	here() // ignored: nilctx, testctx
	//ctxfix:ignore all reason
	here() // ignored: background, ctxfield, ctxkey, nilctx, testctx, timer
}
`},
	})
}
