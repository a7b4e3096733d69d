package changed

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// gitlink is the mode of a submodule in trees and in the index.
const gitlink = "160000 "

// submodules returns the submodules of the work tree that are checked out, as
// work trees of their own.
func (g *repository) submodules() ([]*repository, error) {
	index, err := g.run("ls-files", "--stage", "-z")
	if err != nil {
		return nil, err
	}
	var subs []*repository
	for entry := range strings.SplitSeq(index, "\x00") {
		about, name, _ := strings.Cut(entry, "\t")
		top := filepath.Join(g.top, filepath.FromSlash(name))
		if _, err := os.Lstat(filepath.Join(top, ".git")); err != nil || !strings.HasPrefix(about, gitlink) {
			continue
		}
		if !slices.ContainsFunc(subs, func(s *repository) bool { return s.top == top }) { // in a merge there are several entries
			subs = append(subs, &repository{g.ctx, top})
		}
	}
	return subs, nil
}

// sinceSuper compares a submodule with the commit of it that the commit of
// super, the work tree it is in, names. All of it is new where that names none,
// or one that was not fetched.
func (g *repository) sinceSuper(super *repository, commit string) (*Lines, error) {
	name, err := filepath.Rel(super.top, g.top)
	if err != nil {
		return nil, err
	}
	entry, err := super.run("ls-tree", "-z", commit, "--", filepath.ToSlash(name))
	if err != nil {
		return nil, err
	}
	if about, _, _ := strings.Cut(entry, "\t"); strings.HasPrefix(about, gitlink) {
		base := about[strings.LastIndexByte(about, ' ')+1:]
		if base, err := g.commit(base); err == nil {
			return g.since(base)
		}
	}
	return g.whole()
}

// whole returns all files of the work tree and of its submodules as new.
func (g *repository) whole() (*Lines, error) {
	lines := newLines()
	if err := g.addWhole(lines, "--cached", "--others", "--exclude-standard"); err != nil {
		return nil, err
	}
	return lines, g.addSubmodules(lines, (*repository).whole)
}

// addSubmodules adds what look says of each submodule.
func (g *repository) addSubmodules(lines *Lines, look func(sub *repository) (*Lines, error)) error {
	subs, err := g.submodules()
	if err != nil {
		return err
	}
	for _, sub := range subs {
		more, err := look(sub)
		if err != nil {
			return err
		}
		maps.Copy(lines.files, more.files)
	}
	return nil
}

// Filters returns the names of the filters, programs that git runs on what
// files hold, that are configured for the work tree around dir and for its
// submodules; none where there is no work tree.
func Filters(ctx context.Context, dir string) ([]string, error) {
	g, err := open(ctx, dir)
	if err != nil {
		return nil, ctx.Err() // no git, or it does nothing here
	}
	var names []string
	trees := []*repository{g}
	for len(trees) > 0 {
		g, trees = trees[0], trees[1:]
		names = append(names, g.filters()...)
		subs, err := g.submodules()
		if err != nil {
			return nil, err
		}
		trees = append(trees, subs...)
	}
	slices.Sort(names)
	return slices.Compact(names), ctx.Err()
}

// filters returns the names of the filters of one work tree. Git fails where
// there is none.
func (g *repository) filters() (names []string) {
	keys, err := g.run("config", "-z", "--name-only", "--get-regexp", `^filter\..*\.(clean|smudge|process)$`)
	if err != nil {
		return nil
	}
	for key := range strings.SplitSeq(strings.TrimSuffix(keys, "\x00"), "\x00") {
		key = strings.TrimPrefix(key, "filter.")
		names = append(names, key[:strings.LastIndexByte(key, '.')])
	}
	return names
}
