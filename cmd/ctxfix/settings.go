package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"github.com/ctxfix/ctxfix/cmd/ctxfix/cache"
	"github.com/ctxfix/ctxfix/cmd/ctxfix/config"
	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/load"
)

// settings are what the flags and operands ask for.
type settings struct {
	dir                      string // real path of the working directory
	write, diff, list        bool
	verbose, quiet, progress bool
	warnings                 []string // before anything is loaded
	unsafe, stats, exitZero  bool
	untrusted                bool // the code may be a stranger's
	noFix                    bool // fixes are neither made nor shown, only directives are
	rules                    []*detect.Rule
	output                   output
	detect                   detect.Options
	since                    since
	baseline                 baselining
	sorter                   *sorter // nil: every finding counts
	suppress                 suppression
	writing                  writing
	load                     load.Config
	remembering              remembering
	cache                    *cache.Cache           // nil: there is none
	looked                   func([]detect.Finding) // told of each package that is done; may be nil
}

func newSettings(c *cli.Context) (settings, error) {
	dir, err := workingDir(c.String("C"))
	if err != nil {
		return settings{}, err
	}
	rules, named, err := selectRules(c.StringSlice("rules"), c.StringSlice("skip"))
	if err != nil {
		return settings{}, err
	}
	conf, warning, err := findConfig(c, dir)
	if err != nil {
		return settings{}, err
	}
	out, err := newOutput(c, dir)
	if err != nil {
		return settings{}, err
	}
	set := settings{
		dir:      dir,
		write:    c.Bool("w"),
		diff:     c.Bool("d"),
		list:     c.Bool("l"),
		output:   out,
		stats:    c.Bool("stats"),
		exitZero: c.Bool("exit-zero"),
		verbose:  c.Bool("v"),
		quiet:    c.Bool("q"),
		progress: c.Bool("progress"),
		unsafe:   c.Bool("unsafe"),
		warnings: warning,
		rules:    rules,
		detect:   conf.Options(config.Flags{Named: named, Strict: given(c, "strict")}),
		load: load.Config{
			Dir:         dir,
			Patterns:    c.Args().Slice(),
			Mod:         c.String("mod"),
			Source:      c.String("load") == "source",
			Auto:        c.String("load") != "export",
			Parallel:    c.Int("p"),
			Tags:        tags(c, conf),
			Tests:       either(given(c, "tests"), conf.Tests, true),
			Generated:   either(given(c, "generated"), conf.Generated, false),
			SkipUnbuilt: c.Bool("skip-unbuilt"),
		},
	}
	if c.Bool("untrusted") {
		set.untrusted, set.load.Within = true, treeAround(dir)
	}
	set.remembering.read(c, conf, &set)
	if err := set.writing.read(c, &set); err != nil {
		return settings{}, err
	}
	if err := set.since.read(c, &set); err != nil {
		return settings{}, err
	}
	if err := set.baseline.read(c, &set); err != nil {
		return settings{}, err
	}
	return set, set.suppress.read(c, &set)
}

// threshold returns the least safety of a fix that may be made.
func (s settings) threshold() detect.Safety {
	if s.unsafe {
		return detect.Unsafe
	}
	return detect.Safe
}

// workingDir returns the real path of dir, or of the current directory if
// dir is empty: files are loaded under their real paths, too.
func workingDir(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("current directory: %w", err)
	}
	info, err := os.Stat(abs)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return "", fmt.Errorf("-C %s: no such directory", dir)
	case err != nil:
		return "", fmt.Errorf("-C %s: %w", dir, err)
	case !info.IsDir():
		return "", fmt.Errorf("-C %s: not a directory", dir)
	}
	return filepath.EvalSymlinks(abs)
}
