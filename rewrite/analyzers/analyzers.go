// Package analyzers offers the rules as analyzers of
// golang.org/x/tools/go/analysis, for tools that look at one package at a
// time: go vet, go fix, golangci-lint, Bazel's nogo and their like.
//
// [Analyzer] runs the rules together. The fixes it suggests go together, too:
// an edit that two of them need is the same in both, any other two are apart,
// and the result of all compiles. It is what ctxfix -w writes, as far as one
// package can be seen: the key of rule ctxkey may be used by other packages,
// and the function that rule nildone would have called lies in one, so that
// both report without a fix here. So does every fix that imports a package
// which the analyzed one does not depend on.
//
// The analyzers have no facts, read no configuration file and no environment
// variable, run no command, and open no file but those of the package.
//
// For nogo, in a BUILD.bazel file (written after its documentation, not tried):
//
//	nogo(
//	    name = "nogo",
//	    visibility = ["//visibility:public"],
//	    deps = ["@com_github_ctxfix_ctxfix//rewrite/analyzers"],
//	)
package analyzers

import (
	"golang.org/x/tools/go/analysis"

	"github.com/ctxfix/ctxfix/detect"
)

const home = "https://github.com/ctxfix/ctxfix"

const doc = `find where the cancellation of a context is lost, and mend it

The rules are those of the command ctxfix; "ctxfix rules" lists them and
"ctxfix explain NAME" says what one of them does. Safe fixes are suggested,
with -unsafe also those that may change behaviour beyond the defect.`

// Analyzer runs all rules, or those that its flags choose: -strict, -unsafe,
// -rules, -skip, -generated, as of the command ctxfix.
var Analyzer = New(&Settings{})

// New returns an analyzer like [Analyzer] with settings of its own, which its
// flags change.
func New(settings *Settings) *analysis.Analyzer {
	a := &analysis.Analyzer{Name: "ctxfix", Doc: doc, URL: home}
	settings.declare(&a.Flags)
	a.Run = settings.run
	return a
}

// All returns an analyzer per rule, named like ctxfix_background, for tools
// that let their users choose among analyzers. Each runs in its recommended
// form; its flag -strict makes it run in full. Fixes of different rules may
// overlap: to apply them use [Analyzer].
func All() []*analysis.Analyzer {
	var all []*analysis.Analyzer
	for _, rule := range detect.All {
		settings := &Settings{only: rule}
		a := &analysis.Analyzer{
			Name: "ctxfix_" + rule.Name,
			Doc:  "find " + rule.Doc + "\n\n" + rule.Page,
			URL:  page(rule),
			Run:  settings.run,
		}
		settings.declare(&a.Flags)
		all = append(all, a)
	}
	return all
}

// page is where the page of the rule can be read.
func page(rule *detect.Rule) string { return home + "/blob/main/detect/" + rule.Name + ".md" }
