package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/ctxfix/ctxfix/cmd/ctxfix/baseline"
)

// The headings of the help text, in its order.
const (
	categoryDo     = "What to do"
	categoryRules  = "Which rules and fixes"
	categoryFiles  = "Which files"
	categoryNew    = "Which findings"
	categoryOutput = "Output"
	categoryRun    = "The run"
)

// rootFlags returns the flags of the command without a subcommand, in the
// order of the help text. The word in back quotes stands for the value.
func rootFlags() []cli.Flag {
	return slices.Concat(doFlags(), ruleFlags(), fileFlags(), newFlags(), outputFlags(), runFlags())
}

func doFlags() []cli.Flag {
	return []cli.Flag{
		yes("w", categoryDo, "write the fixes to the files"),
		yes("i", categoryDo, "write those fixes that you choose, one by one, at the terminal"),
		yes("d", categoryDo, "print what -w would write as a diff for git apply"),
		yes("l", categoryDo, "print the names of the files -w would change"),
	}
}

func ruleFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringSliceFlag{Name: "rules", Category: categoryRules, Usage: "run only the rules `NAMES`, in full, like background,nildone"},
		&cli.StringSliceFlag{Name: "skip", Category: categoryRules, Usage: "leave out the rules `NAMES`"},
		yes("strict", categoryRules, "run every rule in full"),
		yes("unsafe", categoryRules, "make fixes that may change behaviour, too"),
		yes("allow-dirty", categoryRules, "with -w -unsafe: also in files with uncommitted changes"),
	}
}

func fileFlags() []cli.Flag {
	return []cli.Flag{
		&cli.BoolFlag{Name: "tests", Value: true, Category: categoryFiles, Usage: "include test files; -tests=false leaves them out"},
		value("tags", categoryFiles, "use the build tags `LIST`, as the go command does"),
		value("C", categoryFiles, "work in `DIR` instead of the current directory"),
		value("stdin-filename", categoryFiles, "mend the text on stdin, given as the operand -, as that of `FILE`, and print it"),
		yes("generated", categoryFiles, "fix generated files, too"),
		yes("skip-unbuilt", categoryFiles, "leave out named files that are not in this build, with a warning"),
		choice("mod", categoryFiles, "`MODE` of the go command: mod, readonly or vendor", "mod", "readonly", "vendor"),
	}
}

// newFlags choose among the findings.
func newFlags() []cli.Flag {
	return []cli.Flag{
		value(flagRev, categoryNew, "only findings on lines added or changed since the git revision `REV`; -w, -d and -l keep to them"),
		value(flagMergeBase, categoryNew, "the same, since HEAD left the history of `REV`"),
		value(flagPatch, categoryNew, "the same, on lines that the diff in `FILE` adds or changes; - reads it from standard input"),
		value("baseline", categoryNew, "findings listed in `FILE` do not count"),
		yes("write-baseline", categoryNew, "list what is found in the file of -baseline, or in "+baseline.Name),
		value("add-ignore", categoryNew, "write a directive with the reason `TEXT` for what is found, after -w for what is left; -d only shows it"),
		yes("show-ignored", categoryNew, "list what comment directives and the baseline hide, too, with the reasons"),
		yes("no-ignore", categoryNew, "comment directives do not count, neither ctxfix's nor other linters'"),
	}
}

func outputFlags() []cli.Flag {
	return []cli.Flag{
		value("format", categoryOutput, "print the report as `NAME`: text, json, sarif, github, gitlab, checkstyle, rdjsonl"),
		yes("json", categoryOutput, "the same as -format json"),
		repeated("o", categoryOutput, "write the report to the file `DEST`; as NAME=FILE in another format, besides what is printed, and as often as you like"),
		&cli.StringFlag{Name: "color", Value: colorAuto, Category: categoryOutput, Usage: "colours and lines of source in text: `WHEN` is auto (on a terminal), always or never"},
		yes("stats", categoryOutput, "count per rule, and time and memory per phase: on stderr, with json in the document"),
		yes("exit-zero", categoryOutput, "findings give the exit code 0; failures still give 2"),
		yes("v", categoryOutput, "say why fixes are not safe and why places were left alone"),
		yes("q", categoryOutput, "no summary, no warnings, no progress"),
		&cli.BoolFlag{Name: "progress", Value: true, Category: categoryOutput, Usage: "status line on a terminal; -progress=false turns it off"},
	}
}

// runFlags say how the run as a whole is carried out.
func runFlags() []cli.Flag {
	return []cli.Flag{
		&cli.DurationFlag{Name: "timeout", Category: categoryRun, Usage: "give up after a `TIME` like 90s or 5m, with no file changed"},
		&cli.IntFlag{Name: "p", Category: categoryRun, Usage: "use at most `N` processors"},
		yes("no-cache", categoryRun, "look at all packages again, changed or not, and keep nothing for the next run"),
		choice("load", categoryRun, "types of dependencies by `WAY`: export, source, or auto (as the build cache is)", "auto", "export", "source"),
		yes("untrusted", categoryRun, "run no program that the code or its repository names"),
		value("config", categoryRun, "take the settings from `FILE`, not from the nearest .ctxfix.yaml"),
		yes("no-config", categoryRun, "do without the settings of a .ctxfix.yaml"),
		yes("version", categoryRun, "print the version"),
	}
}

// yes is a flag without a value.
func yes(name, category, usage string) cli.Flag {
	return &cli.BoolFlag{Name: name, Category: category, Usage: usage}
}

// A choiceFlag takes one of several words.
type choiceFlag struct {
	*cli.StringFlag
	words []string
}

// choice is a flag whose value must be one of words.
func choice(name, category, usage string, words ...string) cli.Flag {
	check := func(_ *cli.Context, word string) error {
		if slices.Contains(words, word) {
			return nil
		}
		return usageError(fmt.Sprintf("flag -%s must be one of %s, not %q", name, strings.Join(words, ", "), word))
	}
	return choiceFlag{&cli.StringFlag{Name: name, Category: category, Usage: usage, Action: check}, words}
}

// value is a flag with one.
func value(name, category, usage string) cli.Flag {
	return &cli.StringFlag{Name: name, Category: category, Usage: usage}
}

// repeated is a flag that may be given several times. The library's own takes
// a comma for the end of a value.
func repeated(name, category, usage string) cli.Flag {
	return &cli.GenericFlag{Name: name, Category: category, Usage: usage, Value: new(values)}
}

// values are those of a repeated flag, in order.
type values []string

// Set adds a value.
func (v *values) Set(value string) error {
	*v = append(*v, value)
	return nil
}

func (v *values) String() string { return strings.Join(*v, " ") }
