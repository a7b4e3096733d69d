package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ctxfix/ctxfix/cmd/ctxfix/git"
	"github.com/ctxfix/ctxfix/cmd/ctxfix/report"
	"github.com/ctxfix/ctxfix/rewrite/emit"
)

// refuseDirty returns an error if one of the files to be written has changes
// that are not committed: mixed with those, fixes that may change behaviour
// are hard to review and to take back. Of safe fixes nothing is asked.
func refuseDirty(ctx context.Context, set settings, paths []string) error {
	if !set.unsafe || set.writing.allowDirty {
		return nil
	}
	dirty, err := uncommitted(ctx, paths)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return fmt.Errorf("looking for uncommitted changes: %w; nothing was written; -allow-dirty does not look", err)
	}
	if len(dirty) == 0 {
		return nil
	}
	more := ""
	if n := len(dirty) - 1; n > 0 {
		more = fmt.Sprintf(" (and %s)", report.Count(n, "more file"))
	}
	return fmt.Errorf("%s%s: uncommitted changes; nothing was written: commit or stash them, or give -allow-dirty",
		report.Relative(set.dir, dirty[0]), more)
}

// uncommitted returns the files to be written that git would not bring back:
// modified, staged, or unknown to it, but not ignored. Where there is no work
// tree or no git, there is none.
func uncommitted(ctx context.Context, paths []string) ([]string, error) {
	files := map[string][]string{} // by work tree
	for _, path := range paths {
		top := emit.Top(filepath.Dir(path))
		if exists(path) && exists(filepath.Join(top, ".git")) {
			files[top] = append(files[top], path)
		}
	}
	var dirty []string
	for _, top := range slices.Sorted(maps.Keys(files)) {
		for some := range slices.Chunk(files[top], 200) { // command lines are bounded
			names, err := statusOf(ctx, top, some)
			if errors.Is(err, exec.ErrNotFound) {
				return nil, nil
			}
			if err != nil {
				return nil, err
			}
			dirty = append(dirty, names...)
		}
	}
	return dirty, nil
}

// statusOf returns those of the files that git status names.
func statusOf(ctx context.Context, top string, files []string) ([]string, error) {
	args := append([]string{"status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all", "--"}, files...)
	out, err := git.Run(ctx, top, args...)
	if err != nil {
		return nil, err
	}
	var names []string
	for entry := range strings.SplitSeq(out, "\x00") {
		if len(entry) > 3 { // two letters of state and a space come first
			names = append(names, filepath.Join(top, filepath.FromSlash(entry[3:])))
		}
	}
	return names, nil
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
