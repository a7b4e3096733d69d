// Package golangci is ctxfix as a linter of golangci-lint, version 2, for its
// module plugin system: imported into a build of golangci-lint, it registers
// a linter of the name ctxfix. The README of ctxfix tells how.
//
// Its settings, all of them optional, mean what the flags of ctxfix and its
// configuration file mean:
//
//	linters:
//	  settings:
//	    custom:
//	      ctxfix:
//	        type: module
//	        settings:
//	          strict: true
//	          unsafe: false
//	          rules: [background, sleep]
//	          skip: [ctxfield]
//	          providers: [example.com/app/rpc.Call.Ctx]
//	          closers: [Shutdown]
//	          retainers: [Register]
//	          nildone:
//	            accessor: example.com/app/internal/ctxs.Done
package golangci

import (
	"fmt"

	"github.com/golangci/plugin-module-register/register"
	"golang.org/x/tools/go/analysis"

	"github.com/ctxfix/ctxfix/rewrite/analyzers"
)

func init() { register.Plugin("ctxfix", New) }

// settings are what golangci-lint's configuration says of the linter.
type settings struct {
	Strict bool     `json:"strict"`
	Unsafe bool     `json:"unsafe"`
	Rules  []string `json:"rules"`
	Skip   []string `json:"skip"`
	// What the project says of its own functions.
	Providers []string `json:"providers"`
	Closers   []string `json:"closers"`
	Retainers []string `json:"retainers"`
	NilDone   struct {
		Accessor string `json:"accessor"`
	} `json:"nildone"`
}

type linter struct{ settings analyzers.Settings }

// New returns the linter with the settings that golangci-lint read. An unknown
// setting or rule is an error.
func New(conf any) (register.LinterPlugin, error) {
	s, err := register.DecodeSettings[settings](conf)
	if err != nil {
		return nil, fmt.Errorf("ctxfix: %w", err)
	}
	l := &linter{analyzers.Settings{
		Strict: s.Strict, Unsafe: s.Unsafe, Rules: s.Rules, Skip: s.Skip, NilDoneAccessor: s.NilDone.Accessor,
		Providers: s.Providers, Closers: s.Closers, Retainers: s.Retainers,
	}}
	if err := l.settings.Check(); err != nil {
		return nil, fmt.Errorf("ctxfix: %w", err)
	}
	return l, nil
}

// BuildAnalyzers returns the one analyzer that runs all rules: the edits of
// several would overlap.
func (l *linter) BuildAnalyzers() ([]*analysis.Analyzer, error) {
	return []*analysis.Analyzer{analyzers.New(&l.settings)}, nil
}

// GetLoadMode says that the rules need types.
func (l *linter) GetLoadMode() string { return register.LoadModeTypesInfo }
