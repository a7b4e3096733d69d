package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"

	"github.com/ctxfix/ctxfix/cmd/ctxfix/changed"
)

// runGit runs git in dir and returns what it prints. Nothing that the
// repository is configured to run is run, nothing is locked or refreshed, and
// paths mean what they say. Variables by which a git that runs ctxfix as a hook
// names its own repository do not count.
func runGit(ctx context.Context, dir string, args ...string) (string, error) {
	safe := []string{"--no-optional-locks", "--literal-pathspecs", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=" + os.DevNull}
	cmd := exec.CommandContext(ctx, "git", append(safe, args...)...)
	cmd.Dir = dir
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return slices.Contains([]string{"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR"}, name)
	})
	if os.Getenv(changed.NoLazyFetch) == "1" {
		cmd.Env = append(cmd.Env, "GIT_ALLOW_PROTOCOL=none") // git before 2.45 does not know the other
	}
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	switch {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case err != nil && stderr.Len() > 0:
		first, _, _ := strings.Cut(strings.TrimSpace(stderr.String()), "\n")
		return "", fmt.Errorf("git: %s", strings.TrimPrefix(first, "fatal: "))
	case err != nil:
		return "", fmt.Errorf("git: %w", err)
	}
	return stdout.String(), nil
}
