package main

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/urfave/cli/v2"
)

// printed runs ctxfix and returns what it prints.
func printed(t *testing.T, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), append([]string{"ctxfix"}, args...), nil, &stdout, &stderr); code != exitClean || stderr.Len() > 0 {
		t.Errorf("%v: code %d\n%s", args, code, &stderr)
	}
	return stdout.String()
}

// TestHelp asks that each help can be read in 80 columns and names each flag
// with one dash, and that the one people see first fits a screen and a half.
func TestHelp(t *testing.T) {
	if n := strings.Count(printed(t, "-h"), "\n"); n > 60 {
		t.Errorf("ctxfix -h has %d lines", n)
	}
	checkHelp(t, printed(t, "-h"), nil)
	checkHelp(t, printed(t, "help", "flags"), rootFlags())
	var visit func(path []string, commands []*cli.Command)
	visit = func(path []string, commands []*cli.Command) {
		for _, c := range commands {
			if c.Hidden {
				continue
			}
			path := append(slices.Clip(path), c.Name)
			text := printed(t, append([]string{"help"}, path...)...)
			checkHelp(t, text, c.Flags)
			if c.Name != "help" && !strings.HasPrefix(text, "ctxfix "+strings.Join(path, " ")+" ") {
				t.Errorf("the help of %v begins: %.40q", path, text)
			}
			visit(path, c.Subcommands)
		}
	}
	visit(nil, new(session).commands())
}

func checkHelp(t *testing.T, text string, flags []cli.Flag) {
	t.Helper()
	for line := range strings.Lines(text) {
		if line = strings.TrimSuffix(line, "\n"); len(line) > helpWidth || strings.TrimRight(line, " ") != line {
			t.Errorf("%d columns, or blanks at the end: %q", len(line), line)
		}
	}
	for _, f := range flags {
		if name := f.Names()[0]; !slices.Contains(f.Names(), "help") && !regexp.MustCompile(`(?m)^  -`+name+`\b`).MatchString(text) {
			t.Errorf("no line for -%s in\n%s", name, text)
		}
	}
}

// TestRulesFit asks the same of the list of rules.
func TestRulesFit(t *testing.T) {
	checkHelp(t, printed(t, "rules"), nil)
}
