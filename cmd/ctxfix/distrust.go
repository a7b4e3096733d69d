package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/ctxfix/ctxfix/cmd/ctxfix/baseline"
	"github.com/ctxfix/ctxfix/cmd/ctxfix/changed"
	"github.com/ctxfix/ctxfix/cmd/ctxfix/git"
	"github.com/ctxfix/ctxfix/rewrite/emit"
)

// distrust makes the process fit to look at code of strangers: the programs it
// starts run no others, and the flags lead nowhere that only the code names.
func distrust(c *cli.Context) error {
	dir, err := workingDir(c.String("C"))
	if err != nil {
		return err
	}
	if err := refuseLinks(c, dir); err != nil {
		return err
	}
	filters, err := changed.Filters(c.Context, dir)
	if err != nil {
		return err
	}
	env := distrustful(treeAround(dir))
	maps.Copy(env, gitConfig(filters))
	for name, value := range env {
		if err := os.Setenv(name, value); err != nil {
			return err
		}
	}
	rev, _ := baseRevision(c)
	return refuseAmbiguous(c.Context, dir, rev)
}

// distrustful returns the environment that keeps the go command and git, which
// get it whichever part of ctxfix runs them, from other programs. top is the top
// of the work tree.
func distrustful(top string) map[string]string {
	env := map[string]string{
		"GOTOOLCHAIN": "local", // not the one that go.mod or go.work names
		// Not the user's, which may name other programs; -buildvcs=false
		// because the go command would run git just to stamp commands.
		"GOFLAGS":     "-buildvcs=false",
		"CGO_ENABLED": "0", // no C compiler
		// Nor version control, by which module paths fetch from anywhere: what
		// is missing comes from a module proxy.
		"GOVCS": "*:off",
		// Nor what the repository's transport to its origin may be.
		git.NoLazyFetch:          "1",
		"GIT_NO_REPLACE_OBJECTS": "1", // a commit is what its name says
	}
	// In some build services the home is the work tree, and what is the user's
	// by its place has come with the code.
	if config, err := os.UserConfigDir(); err == nil && inside(top, config) {
		env["GOENV"] = "off"
	}
	if file := os.Getenv("GOENV"); file != "" && file != "off" && inside(top, file) {
		env["GOENV"] = "off"
	}
	for _, name := range []string{"HOME", "XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL"} {
		if place := os.Getenv(name); place != "" && inside(top, place) {
			env["GIT_CONFIG_GLOBAL"] = os.DevNull
		}
	}
	return env
}

// gitConfig returns the environment that turns off, for git, the filters and
// all else in the configuration of a repository that is a program; and
// repositories that are part of the tree of another.
func gitConfig(filters []string) map[string]string {
	settings := [][2]string{{"core.fsmonitor", "false"}, {"core.hooksPath", os.DevNull}, {"safe.bareRepository", "explicit"}}
	for _, name := range filters {
		filter := "filter." + name
		settings = append(settings, [][2]string{{filter + ".clean", ""}, {filter + ".process", ""}, {filter + ".required", "false"}}...)
	}
	env := map[string]string{}
	n, _ := strconv.Atoi(os.Getenv("GIT_CONFIG_COUNT")) // none counts as 0
	for _, setting := range settings {
		env[fmt.Sprintf("GIT_CONFIG_KEY_%d", n)] = setting[0]
		env[fmt.Sprintf("GIT_CONFIG_VALUE_%d", n)] = setting[1]
		n++
	}
	env["GIT_CONFIG_COUNT"] = strconv.Itoa(n)
	return env
}

// refuseAmbiguous returns an error where rev is the name of several branches
// or tags: of origin/main git takes a local branch of that name, which whoever
// sends the change may have chosen.
func refuseAmbiguous(ctx context.Context, dir, rev string) error {
	name := rev
	if i := strings.IndexAny(rev, "^~:@{"); i > 0 {
		name = rev[:i]
	}
	if name == "" {
		return nil
	}
	candidates := []string{"refs/" + name, "refs/tags/" + name, "refs/heads/" + name, "refs/remotes/" + name, "refs/remotes/" + name + "/HEAD"}
	out, err := git.Run(ctx, dir, append([]string{"for-each-ref", "--format=%(refname)", "--"}, candidates...)...)
	if err != nil {
		return nil // that there is no repository is said elsewhere
	}
	refs := slices.DeleteFunc(strings.Fields(out), func(ref string) bool { return !slices.Contains(candidates, ref) })
	if len(refs) > 1 {
		return fmt.Errorf("%s may be %s: write the one that is meant in full", rev, strings.Join(refs, " or "))
	}
	return nil
}

// refuseLinks returns an error where a file or folder that a flag names lies
// in the work tree by its name, and is another by a symbolic link: the link has
// come with the code, and what is written would go where it says.
func refuseLinks(c *cli.Context, dir string) error {
	named := map[string][]string{"C": {c.String("C")}, "baseline": {c.String("baseline")}, "o": nil}
	for _, dest := range *c.Generic("o").(*values) {
		if f, _, err := parseDestination(dest); err == nil {
			named["o"] = append(named["o"], f.name)
		}
	}
	if c.Bool("write-baseline") && c.String("baseline") == "" {
		named["baseline"] = []string{baseline.Name}
	}
	for _, flag := range slices.Sorted(maps.Keys(named)) {
		from := dir
		if flag == "C" {
			from = "" // the current directory
		}
		for _, name := range named[flag] {
			if name != "" && throughLink(from, name) {
				return fmt.Errorf("-%s %s is, or leads through, a symbolic link of the code", flag, name)
			}
		}
	}
	return nil
}

// throughLink reports whether the file name, seen from dir, lies in the work tree
// around dir and is reached by a symbolic link in there.
func throughLink(dir, name string) bool {
	from, err := workingDir(dir)
	if err != nil {
		return false
	}
	path := name
	if !filepath.IsAbs(path) {
		path = filepath.Join(from, path)
	}
	top := treeAround(from)
	rel, err := filepath.Rel(top, path)
	if err != nil || !filepath.IsLocal(rel) {
		return false
	}
	at := top
	for part := range strings.SplitSeq(rel, string(filepath.Separator)) {
		at = filepath.Join(at, part)
		if isLink(at) {
			return true
		}
	}
	return false
}

// treeAround returns the top of the work tree around dir; where there is none,
// the folder of the workspace or module.
func treeAround(dir string) string {
	if top := emit.Top(dir); exists(filepath.Join(top, ".git")) {
		return top
	}
	return emit.Root(dir, "")
}

// inside reports whether path is in the work tree with this top.
func inside(top, path string) bool {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	rel, err := filepath.Rel(top, path)
	return err == nil && filepath.IsLocal(rel)
}
