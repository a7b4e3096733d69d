// Command ctxfix finds places in Go code where the cancellation of a context
// is lost and mends those it can mend without doubt.
//
// Run "ctxfix -h" for its flags and "ctxfix rules" for its rules.
package main

import (
	"context"
	"os"
	"os/signal"
)

func main() {
	if asksVetTool(os.Args[1:]) {
		vetTool() // ends the process
	}
	ctx, stop := signal.NotifyContext(context.Background(), endings()...)
	context.AfterFunc(ctx, stop) // the second signal ends the process at once
	os.Exit(run(ctx, os.Args, os.Stdin, os.Stdout, os.Stderr))
}
