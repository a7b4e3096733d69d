package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/load"
)

// settings are what the flags and operands ask for.
type settings struct {
	dir                      string // real path of the working directory
	write, diff, list        bool
	verbose, quiet, progress bool
	unsafe                   bool
	rules                    []*detect.Rule
	output                   output
	detect                   detect.Options
	suppress                 suppression
	writing                  writing
	load                     load.Config
}

func newSettings(c *cli.Context) (settings, error) {
	dir, err := workingDir(c.String("C"))
	if err != nil {
		return settings{}, err
	}
	rules, strict, err := selectRules(c.StringSlice("rules"), c.StringSlice("skip"), c.Bool("strict"))
	if err != nil {
		return settings{}, err
	}
	conf, err := readConfig(dir)
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
		verbose:  c.Bool("v"),
		quiet:    c.Bool("q"),
		progress: c.Bool("progress"),
		unsafe:   c.Bool("unsafe"),
		rules:    rules,
		detect:   conf.options(strict),
		load: load.Config{
			Dir:       dir,
			Patterns:  c.Args().Slice(),
			Tags:      c.String("tags"),
			Tests:     c.Bool("tests"),
			Generated: c.Bool("generated"),
			Mod:       c.String("mod"),
			Source:    c.String("load") == "source",
			Auto:      c.String("load") != "export",
			Parallel:  c.Int("p"),
		},
	}
	if err := set.writing.read(c, &set); err != nil {
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
