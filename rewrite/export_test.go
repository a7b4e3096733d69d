package rewrite

import (
	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/load"
)

// ProposeOneByOne is Propose without fixes that are carried out together.
func ProposeOneByOne(prog *load.Program, findings []detect.Finding, opts Options) []Proposal {
	return propose(prog, findings, opts, func(*run, []detect.Finding, func(detect.Finding) bool) map[int]Proposal { return nil })
}
