package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/ctxfix/ctxfix/cmd/ctxfix/config"
	"github.com/ctxfix/ctxfix/cmd/ctxfix/git"
	"github.com/ctxfix/ctxfix/rewrite/emit"
)

// baseRevision returns the revision that findings must be newer than where the
// code since then is not trusted: a config of that code could hide what is in
// it. "" if there is none.
func baseRevision(c *cli.Context) (rev string, mergeBase bool) {
	if !c.Bool("untrusted") {
		return "", false
	}
	if rev := c.String(flagMergeBase); rev != "" {
		return rev, true
	}
	return c.String(flagRev), false
}

// configAt reads the config for dir as it is in a revision, or in the commit
// where HEAD left its history.
func configAt(ctx context.Context, dir, rev string, mergeBase bool) (*config.Config, error) {
	commit, err := git.Run(ctx, dir, "rev-parse", "--verify", "--end-of-options", rev+"^{commit}")
	if err == nil && mergeBase {
		commit, err = git.Run(ctx, dir, "merge-base", strings.TrimSpace(commit), "HEAD")
	}
	if err != nil {
		return nil, fmt.Errorf("the config of %s: %w", rev, err)
	}
	path, text, err := nearestIn(ctx, dir, strings.TrimSpace(commit))
	if err != nil {
		return nil, fmt.Errorf("the config of %s: %w", rev, err)
	}
	if path == "" {
		return config.Read("")
	}
	conf, err := config.Parse(path, []byte(text))
	if err != nil {
		return nil, shorter(dir, fmt.Errorf("in %s: %w", rev, err))
	}
	return conf, nil
}

// nearestIn returns the config file of a commit that is nearest to dir.
func nearestIn(ctx context.Context, dir, commit string) (path, text string, err error) {
	top := emit.Top(dir)
	for at := dir; ; at = filepath.Dir(at) {
		path := filepath.Join(at, config.Name)
		name, err := filepath.Rel(top, path)
		if err != nil {
			return "", "", err
		}
		name = filepath.ToSlash(name)
		entry, err := git.Run(ctx, top, "ls-tree", "-z", commit, "--", name)
		if err != nil {
			return "", "", err
		}
		if entry != "" {
			text, err := git.Run(ctx, top, "cat-file", "blob", commit+":"+name)
			return path, text, err
		}
		if at == top {
			return "", "", nil
		}
	}
}
