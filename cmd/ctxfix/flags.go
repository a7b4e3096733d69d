package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"

	"github.com/urfave/cli/v2"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/load"
)

// The headings of the help text, in its order.
const (
	categoryDo     = "What to do"
	categoryRules  = "Which rules and fixes"
	categoryFiles  = "Which files"
	categoryOutput = "Output"
)

// rootFlags returns the flags of the command without a subcommand, in the
// order of the help text. The word in back quotes stands for the value.
func rootFlags() []cli.Flag {
	yes := func(name, category, usage string) cli.Flag {
		return &cli.BoolFlag{Name: name, Category: category, Usage: usage}
	}
	return []cli.Flag{
		yes("w", categoryDo, "write the fixes to the files"),
		yes("d", categoryDo, "print what -w would write as a diff for git apply"),
		yes("l", categoryDo, "print the names of the files -w would change"),
		&cli.StringSliceFlag{Name: "rules", Category: categoryRules, Usage: "run only the rules `NAMES`, in full, like background,nildone"},
		&cli.StringSliceFlag{Name: "skip", Category: categoryRules, Usage: "leave out the rules `NAMES`"},
		yes("strict", categoryRules, "run every rule in full"),
		yes("unsafe", categoryRules, "make fixes that may change behaviour, too"),
		&cli.BoolFlag{Name: "tests", Value: true, Category: categoryFiles, Usage: "include test files; -tests=false leaves them out"},
		&cli.StringFlag{Name: "tags", Category: categoryFiles, Usage: "use the build tags `LIST`, as the go command does"},
		&cli.StringFlag{Name: "C", Category: categoryFiles, Usage: "work in `DIR` instead of the current directory"},
		yes("generated", categoryFiles, "fix generated files, too"),
		yes("json", categoryOutput, "print one JSON document"),
		yes("v", categoryOutput, "say why fixes are not safe and why places were left alone"),
		yes("q", categoryOutput, "no summary, no warnings, no progress"),
		&cli.BoolFlag{Name: "progress", Value: true, Category: categoryOutput, Usage: "status line on a terminal; -progress=false turns it off"},
		yes("version", categoryOutput, "print the version"),
	}
}

// settings are what the flags and operands ask for.
type settings struct {
	dir                      string // real path of the working directory
	write, diff, list, json  bool
	verbose, quiet, progress bool
	unsafe                   bool
	rules                    []*detect.Rule
	detect                   detect.Options
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
	return settings{
		dir:      dir,
		write:    c.Bool("w"),
		diff:     c.Bool("d"),
		list:     c.Bool("l"),
		json:     c.Bool("json"),
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
		},
	}, nil
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

// version returns the version of ctxfix and of what it was built with.
func version() string {
	v := "(devel)"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		v = info.Main.Version
	}
	return fmt.Sprintf("ctxfix %s %s %s/%s", v, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
