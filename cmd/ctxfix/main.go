// Command ctxfix finds places in Go code where the cancellation of a context
// is lost and mends those it can mend without doubt.
//
// Run "ctxfix -h" for its flags and "ctxfix rules" for its rules.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
)

// gcPercent lets garbage grow to twice what is in use before it is collected: a
// run keeps little at once, so that it takes less memory and time than with
// all packages in memory and the default of 100 (see "make bench").
const gcPercent = 200

func main() {
	if asksVetTool(os.Args[1:]) {
		vetTool() // ends the process
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	ctx, stop := signal.NotifyContext(context.Background(), endings()...)
	context.AfterFunc(ctx, stop) // the second signal ends the process at once
	os.Exit(run(ctx, os.Args, os.Stdin, os.Stdout, os.Stderr))
}
