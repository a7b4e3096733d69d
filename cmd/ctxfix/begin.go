package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"runtime"
	"strconv"

	"github.com/urfave/cli/v2"

	"github.com/ctxfix/ctxfix/cmd/ctxfix/changed"
	"github.com/ctxfix/ctxfix/cmd/ctxfix/git"
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
		if err := distrust(c.Context, c.String("C")); err != nil {
			return nil, nil, err
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

// distrust changes the environment of this process, so that every program it
// starts gets it, whichever part of ctxfix does so: the go command compiles
// and runs nothing but its own tools, and git neither hooks nor a monitor nor
// filters, in the repository around dir and its submodules.
func distrust(ctx context.Context, dir string) error {
	filters, err := changed.Filters(ctx, cmp.Or(dir, "."))
	if err != nil {
		return fmt.Errorf("-untrusted: %w", err)
	}
	env := map[string]string{
		"GOTOOLCHAIN": "local", // not the one that go.mod or go.work names
		// Not the user's, which may name other programs; -buildvcs=false
		// because the go command would run git just to stamp commands.
		"GOFLAGS":     "-buildvcs=false",
		"CGO_ENABLED": "0", // no C compiler
		// Nor what the repository's transport to its origin may be.
		git.NoLazyFetch: "1",
	}
	git, _ := strconv.Atoi(os.Getenv("GIT_CONFIG_COUNT")) // none counts as 0
	settings := [][2]string{{"core.fsmonitor", "false"}, {"core.hooksPath", os.DevNull}}
	for _, name := range filters {
		filter := "filter." + name
		settings = append(settings, [][2]string{{filter + ".clean", ""}, {filter + ".process", ""}, {filter + ".required", "false"}}...)
	}
	for _, setting := range settings {
		env[fmt.Sprintf("GIT_CONFIG_KEY_%d", git)] = setting[0]
		env[fmt.Sprintf("GIT_CONFIG_VALUE_%d", git)] = setting[1]
		git++
	}
	env["GIT_CONFIG_COUNT"] = strconv.Itoa(git)
	for name, value := range env {
		if err := os.Setenv(name, value); err != nil {
			return fmt.Errorf("-untrusted: %w", err)
		}
	}
	return nil
}
