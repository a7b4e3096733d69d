package main

import (
	"context"
	"fmt"
	"runtime"

	"github.com/urfave/cli/v2"
)

// begin applies the flags that hold for the process as a whole. The context
// it returns ends with -timeout.
func begin(c *cli.Context) (context.Context, context.CancelFunc, error) {
	if c.IsSet("p") {
		n := c.Int("p")
		if n < 1 {
			return nil, nil, usageError(fmt.Sprintf("flag -p must be at least 1, not %d", n))
		}
		runtime.GOMAXPROCS(n)
	}
	if c.Bool("untrusted") {
		if err := distrust(c); err != nil {
			return nil, nil, fmt.Errorf("-untrusted: %w", err)
		}
	}
	if !c.IsSet("timeout") {
		ctx, cancel := context.WithCancel(c.Context)
		return ctx, cancel, nil
	}
	limit := c.Duration("timeout")
	if limit <= 0 {
		return nil, nil, usageError(fmt.Sprintf("flag -timeout must be more than 0, not %s", limit))
	}
	ctx, cancel := context.WithTimeout(c.Context, limit)
	return ctx, cancel, nil
}
