package main

import "github.com/urfave/cli/v2"

// writing says how fixes come to the files.
type writing struct {
	allowDirty bool // also to files with uncommitted changes
}

// read takes the flags from the command line, which set was made of.
func (w *writing) read(c *cli.Context, set *settings) error {
	w.allowDirty = c.Bool("allow-dirty")
	if w.allowDirty && !(set.write && set.unsafe) {
		return usageError("-allow-dirty goes with -w -unsafe")
	}
	return nil
}
