package main

import (
	"flag"
	"strings"

	"golang.org/x/tools/go/analysis/unitchecker"

	"github.com/ctxfix/ctxfix/rewrite/analyzers"
)

// asksVetTool reports whether the go command runs ctxfix as its vet or fix
// tool, for "go vet -vettool" and "go fix -fixtool": to learn its flags or its
// identity, or to look at one package, which a .cfg file describes.
func asksVetTool(args []string) bool {
	if len(args) == 1 && (args[0] == "-flags" || args[0] == "-V=full") {
		return true
	}
	return len(args) > 0 && strings.HasSuffix(args[len(args)-1], ".cfg")
}

// vetTool answers the go command and ends the process. It works on os.Args
// and the streams of the process, as the library it leaves the protocol to.
func vetTool() {
	// The library calls the flags of the analyzer -ctxfix.strict and so on, as
	// if there were others.
	analyzers.Analyzer.Flags.VisitAll(func(f *flag.Flag) { flag.Var(f.Value, f.Name, f.Usage) })
	unitchecker.Main(analyzers.Analyzer)
}
