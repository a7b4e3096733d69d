package main

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ctxfix/ctxfix/cmd/ctxfix/report"
	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/load"
	"github.com/ctxfix/ctxfix/detect/spell"
	"github.com/ctxfix/ctxfix/rewrite"
	"github.com/ctxfix/ctxfix/rewrite/emit"
)

// loadFailed returns the report of a run that found nothing to work on.
func (s *session) loadFailed(ctx context.Context, set settings, err error) (*report.Run, error) {
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	message := shortened(set.dir, err.Error()) + meantCommand(set.load.Patterns)
	return &report.Run{
		Version:  version(),
		Release:  release(),
		Dir:      set.dir,
		Top:      emit.Top(set.dir),
		Write:    set.write,
		Unsafe:   set.unsafe,
		Problems: []report.Problem{{Message: message}},
	}, nil
}

// shortened returns message with the paths below dir seen from there.
func shortened(dir, message string) string {
	return strings.ReplaceAll(message, dir+string(filepath.Separator), "")
}

var bareWord = regexp.MustCompile(`^[a-z]+$`)

// meantCommand returns a hint when an operand looks like a mistyped or
// misplaced subcommand, or is the name of a rule or a flag.
func meantCommand(operands []string) string {
	for _, word := range operands {
		if !bareWord.MatchString(word) {
			continue
		}
		if near := spell.Nearest(word, commandNames(new(session).commands())); near != "" {
			return fmt.Sprintf("; did you mean the command %q?", "ctxfix "+near)
		}
		if detect.Lookup(word) != nil {
			return fmt.Sprintf("; %s is a rule: did you mean %q or %q?", word, "ctxfix explain "+word, "ctxfix -rules "+word)
		}
		if lookup(rootFlags(), word) != nil {
			return fmt.Sprintf("; did you mean the flag -%s?", word)
		}
	}
	return ""
}

// runProblems returns what could not be loaded, written or rewritten.
func runProblems(dir string, prog *load.Program, done rewrite.Report, unwritten map[string]error) []report.Problem {
	problems := packageProblems(dir, prog.Packages)
	for _, path := range slices.Sorted(maps.Keys(unwritten)) {
		problems = append(problems, report.Problem{
			File:    report.Relative(dir, path),
			Message: fmt.Sprintf("not written: %v", unwritten[path]),
		})
	}
	if done.Broken {
		problems = append(problems, report.Problem{Message: "two rules undid each other's fixes, which were left out; please report this"})
	}
	return problems
}

// packageProblems returns one problem for each package with errors, which
// ctxfix does not touch. It shows the first error: the others often follow
// from it, and the variants of a package for its tests share it.
func packageProblems(dir string, packages []*load.Package) []report.Problem {
	var problems []report.Problem
	for _, p := range packages {
		if len(p.Errors) == 0 {
			continue
		}
		first, n := firstError(p.Errors)
		more := ""
		if n > 1 {
			more = fmt.Sprintf(" (and %s)", report.Count(n-1, "more error"))
		}
		next := problemAt(dir, first.Pos)
		next.Message = fmt.Sprintf("%s%s: package %s was left alone; make it compile first", strings.TrimSpace(first.Msg), more, p.PkgPath)
		same := func(p report.Problem) bool { return p.File != "" && p.Where() == next.Where() || p == next }
		if !slices.ContainsFunc(problems, same) {
			problems = append(problems, next)
		}
	}
	return problems
}

// firstError returns the first error with a position and the number of all
// such errors. The go command's summary of a failed compilation, which has
// none, is returned where nothing better is known.
//
// Where the go command refuses a package, as for the name of a file, it lists no
// imports: that these are missing is not the reason.
func firstError(errors []load.Error) (first load.Error, n int) {
	for _, e := range errors {
		if e.Pos == "" || e.Pos == "-" || strings.Contains(e.Msg, "(missing package: ") {
			continue
		}
		if n == 0 {
			first = e
		}
		n++
	}
	if n == 0 {
		return errors[0], len(errors)
	}
	return first, n
}

var position = regexp.MustCompile(`(?s)^(.*?)(?::(\d+))?(?::(\d+))?$`)

// problemAt returns a problem without a message at pos, which is like
// "file:line:col", with its file as seen from dir; without a place if there is
// no position.
func problemAt(dir, pos string) report.Problem {
	if pos == "" || pos == "-" {
		return report.Problem{}
	}
	m := position.FindStringSubmatch(pos)
	line, _ := strconv.Atoi(m[2])
	column, _ := strconv.Atoi(m[3])
	return report.Problem{File: report.Relative(dir, m[1]), Line: line, Column: column}
}
