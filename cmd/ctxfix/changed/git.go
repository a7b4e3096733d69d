package changed

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/bluekeyes/go-gitdiff/gitdiff"

	"github.com/ctxfix/ctxfix/cmd/ctxfix/git"
)

// Since returns what is new in the work tree around dir since the revision:
// committed, staged or not, and the files that git does not know yet and is
// not told to ignore. It runs the git command.
func Since(ctx context.Context, dir, rev string) (*Lines, error) {
	g, commit, err := at(ctx, dir, rev)
	if err != nil {
		return nil, err
	}
	return g.since(commit)
}

// SinceMergeBase returns what is new since the work tree's HEAD left the
// history of the revision, as [Since] does.
func SinceMergeBase(ctx context.Context, dir, rev string) (*Lines, error) {
	g, commit, err := at(ctx, dir, rev)
	if err != nil {
		return nil, err
	}
	base, err := g.run("merge-base", commit, "HEAD")
	if err != nil {
		if g.shallow() {
			return nil, fmt.Errorf("where HEAD left the history of %s lies beyond the end of %s", rev, shallowAdvice)
		}
		return nil, fmt.Errorf("HEAD and %s have no history in common", rev)
	}
	return g.since(strings.TrimSpace(base))
}

const shallowAdvice = "this shallow clone: fetch more history (git fetch --unshallow; for actions/checkout, fetch-depth: 0)"

// A repository is a work tree in which git is run.
type repository struct {
	ctx context.Context
	top string // of the work tree
}

// at finds the work tree around dir, and the commit there that rev names.
func at(ctx context.Context, dir, rev string) (g *repository, commit string, err error) {
	if g, err = open(ctx, dir); err == nil {
		commit, err = g.commit(rev)
	}
	return g, commit, err
}

// open finds the work tree around dir.
func open(ctx context.Context, dir string) (*repository, error) {
	g := &repository{ctx, dir}
	top, err := g.run("rev-parse", "--show-toplevel")
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return nil, errors.New("the git command is not in PATH")
	case err != nil && strings.Contains(err.Error(), "not a git repository"):
		return nil, fmt.Errorf("%s is not in a git work tree", dir)
	case err != nil:
		return nil, err
	}
	g.top = filepath.FromSlash(strings.TrimSuffix(top, "\n"))
	return g, nil
}

// run returns what git prints.
func (g *repository) run(args ...string) (string, error) { return git.Run(g.ctx, g.top, args...) }

// commit returns the hash of the commit that rev names.
func (g *repository) commit(rev string) (string, error) {
	hash, err := g.run("rev-parse", "--verify", "--quiet", "--end-of-options", rev+"^{commit}")
	switch {
	case err == nil && !strings.HasPrefix(hash, "^"):
		return strings.TrimSpace(hash), nil
	case g.ctx.Err() != nil:
		return "", err
	case g.shallow():
		return "", fmt.Errorf("%s is not in %s", rev, shallowAdvice)
	}
	return "", fmt.Errorf("git knows no revision %s here; it may have to be fetched", rev)
}

func (g *repository) shallow() bool {
	out, err := g.run("rev-parse", "--is-shallow-repository")
	return err == nil && strings.TrimSpace(out) == "true"
}

// since compares the work tree, and those of its submodules, with a commit.
func (g *repository) since(commit string) (*Lines, error) {
	lines := newLines()
	if err := g.addDiff(lines, commit); err != nil {
		return nil, err
	}
	if err := g.addWhole(lines, "--others", "--exclude-standard"); err != nil { // what git does not know
		return nil, err
	}
	return lines, g.addSubmodules(lines, func(sub *repository) (*Lines, error) { return sub.sinceSuper(g, commit) })
}

// addDiff adds what git knows to be different. It does not look into
// submodules: git would do so by commands of theirs.
func (g *repository) addDiff(lines *Lines, commit string) error {
	diff, err := g.run("diff", "--unified=0", "--no-color", "--no-ext-diff", "--no-textconv", "--no-relative", "--find-renames",
		"--submodule=short", "--ignore-submodules=all", "--src-prefix=a/", "--dst-prefix=b/", commit, "--")
	if err != nil {
		return err
	}
	files, _, err := gitdiff.Parse(strings.NewReader(diff))
	if err != nil {
		return fmt.Errorf("the output of git diff: %s", strings.TrimPrefix(err.Error(), "gitdiff: "))
	}
	for _, f := range files {
		if !f.IsDelete {
			lines.add(filepath.Join(g.top, filepath.FromSlash(f.NewName)), f)
		}
	}
	return nil
}

// addWhole adds the files that git ls-files names as new.
func (g *repository) addWhole(lines *Lines, which ...string) error {
	names, err := g.run(append([]string{"ls-files", "-z"}, which...)...)
	if err != nil {
		return err
	}
	for name := range strings.SplitSeq(names, "\x00") {
		if name != "" {
			lines.set(filepath.Join(g.top, filepath.FromSlash(name)), &file{whole: true})
		}
	}
	return nil
}
