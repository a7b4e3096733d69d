package main

import (
	"github.com/urfave/cli/v2"

	"github.com/ctxfix/ctxfix/detect/directive"
)

// A suppression is what the flags say about findings that do not count.
type suppression struct {
	show bool // list what directives hide
}

// read takes the flags, and tells the other settings what follows from them.
func (s *suppression) read(c *cli.Context, set *settings) error {
	s.show = c.Bool("show-ignored")
	if c.Bool("no-ignore") {
		set.detect.Heed = func(string, directive.Directive) bool { return false }
	}
	return nil
}
