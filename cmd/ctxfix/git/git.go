// Package git runs the git command so that it looks and does nothing else.
package git

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ctxfix/ctxfix/rewrite/emit"
)

// NoLazyFetch is the environment variable that tells git, where it is 1, to
// fetch nothing that a partial clone left out.
const NoLazyFetch = "GIT_NO_LAZY_FETCH"

// Run runs git in dir and returns what it prints. No hook and no monitor that
// the repository is configured with is run, nothing is locked or refreshed, and
// paths mean what they say. The error is what git complains of, in one line, or
// wraps [exec.ErrNotFound].
func Run(ctx context.Context, dir string, args ...string) (string, error) {
	safe := []string{"--no-pager", "--literal-pathspecs", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=" + os.DevNull}
	cmd := exec.CommandContext(ctx, "git", append(safe, args...)...)
	cmd.Dir, cmd.Env = dir, environment(dir)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && stderr.Len() > 0 {
		said, _, _ := strings.Cut(strings.TrimSpace(stderr.String()), "\n")
		return "", fmt.Errorf("git: %s", strings.TrimPrefix(said, "fatal: "))
	}
	if err != nil {
		return "", fmt.Errorf("git: %w", err)
	}
	return stdout.String(), nil
}

// located are the variables by which git tells the hooks it runs where the
// repository is. They are right for that repository alone, and some in its top
// folder alone.
var located = []string{"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR"}

// environment returns the environment of git commands about dir. Where the
// repository can be found by its folder, it is.
func environment(dir string) []string {
	env := os.Environ()
	if _, err := os.Lstat(filepath.Join(emit.Top(dir), ".git")); err == nil {
		env = slices.DeleteFunc(env, func(v string) bool {
			name, _, _ := strings.Cut(v, "=")
			return slices.Contains(located, name)
		})
	}
	env = append(env, "LC_ALL=C", "GIT_OPTIONAL_LOCKS=0")
	if os.Getenv(NoLazyFetch) == "1" {
		env = append(env, "GIT_ALLOW_PROTOCOL=none") // git before 2.45 does not know the other
	}
	return env
}
