package main

import (
	"strings"
	"testing"

	"github.com/urfave/cli/v2"
)

func TestPermute(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"", "--"},
		{"./...", "-- ./..."},
		{"./... -w", "-w -- ./..."},
		{"a -rules x b -d c", "-rules x -d -- a b c"},
		{"a --rules=x b", "--rules=x -- a b"},
		{"-rules=-w a", "-rules=-w -- a"},
		{"-p -1 a", "-p -1 -- a"}, // a number is no flag
		{"-w -w=false a", "-w -w=false -- a"},
		{"-rules=a,b x -rules c", "-rules=a,b -rules c -- x"},
		{"-w -- -d a", "-w -- -d a"},
		{"a -- -d", "-- a -d"},
		{"- a", "-- - a"},
		{"-tests=false a", "-tests=false -- a"},
		{"explain nildone", "explain -- nildone"},
		{"explain -- -w", "explain -- -w"},
		{"a explain", "-- a explain"}, // a command comes first or not at all
		{"-- rules", "-- rules"},
		{"a -h -w", "-help"},
		{"--help", "-help"},
		{"help", "help --"},
		{"help explain", "help -- explain"},
		{"explain x -h", "explain -help"},
		{"-h explain", "explain -help"},
		{"-h -w a", "-help"},
		{"-w -- a -- b", "-w -- a -- b"},
		{"config verify", "config verify --"},
		{"config verify f -C d", "config verify -C d -- f"},
		{"config verify -- -C", "config verify -- -C"},
		{"-C d config verify f", "config verify -C d -- f"},
		{"-C=-d config verify -C -5", "config verify -C=-d -C -5 --"},
		{"-q -C d undo a -d", "undo -q -C d -d -- a"},
		{"config print -C verify f", "config print -C verify -- f"},
		{"config verify print", "config verify -- print"},
		{"config verify f -h", "config verify -help"},
		{"config", "config --"},
		{"config verfy", "config -- verfy"},
	} {
		got, err := permute(testApp(), append([]string{"ctxfix"}, strings.Fields(c.args)...))
		if err != nil {
			t.Errorf("permute(%q): %v", c.args, err)
			continue
		}
		if got := strings.Join(got[1:], " "); got != c.want {
			t.Errorf("permute(%q) = %q, want %q", c.args, got, c.want)
		}
	}
}

func TestPermuteErrors(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"-wd", "unknown flag -wd; did you mean -w -d?"},
		{"-wx", "unknown flag -wx"},
		{"-wC", "unknown flag -wC"}, // -C takes a value
		{"-rules -w a", "flag -rules needs a value; if -w is meant, write -rules=-w"},
		{"-rules --strict=true", "flag -rules needs a value; if --strict=true is meant, write -rules=--strict=true"},
		{"-rules -- a", "flag -rules needs a value"},
		{"-C= a", "flag -C has an empty value"},
		{"--generate-bash-completion", "unknown flag -generate-bash-completion"},
		{"explain --generate-bash-completion", "unknown flag -generate-bash-completion"},
		{"-init-completion bash", "unknown flag -init-completion"},
		{"-compgen", "unknown flag -compgen"},
		{"./... -unsave", "unknown flag -unsave; did you mean -unsafe?"},
		{"--rule=x", "unknown flag -rule; did you mean -rules?"},
		{"explain -w", "unknown flag -w"},
		{"-w explain", `flag -w does not go with the command "explain"`},
		{"config -C d verify", "unknown flag -C"},
		{"config verify -w", "unknown flag -w"},
		{"-w config verify", `flag -w does not go with the command "config"`},
		{"-C d config", `flag -C does not go with the command "config"`},
		{"-C d config schema", `flag -C does not go with the command "config"`},
		{"-C d rules", `flag -C does not go with the command "rules"`},
		{"-w true", "flag -w takes its value as -w=true"},
		{"---w", "unknown flag --w"},
	} {
		_, err := permute(testApp(), append([]string{"ctxfix"}, strings.Fields(c.args)...))
		if err == nil || !strings.HasPrefix(err.Error(), c.want+" (") {
			t.Errorf("permute(%q): error %v, want %q", c.args, err, c.want)
		}
	}
}

// TestPermuteEveryFlag asks each flag of the app for both its positions.
func TestPermuteEveryFlag(t *testing.T) {
	for _, f := range rootFlags() {
		name := "-" + f.Names()[0]
		if !f.(cli.DocGenerationFlag).TakesValue() {
			got, err := permute(testApp(), []string{"ctxfix", "a", name})
			if want := "ctxfix " + name + " -- a"; err != nil || strings.Join(got, " ") != want {
				t.Errorf("a %s: got %q, %v, want %q", name, got, err, want)
			}
			continue
		}
		got, err := permute(testApp(), []string{"ctxfix", "a", name, "b"})
		if want := "ctxfix " + name + " b -- a"; err != nil || strings.Join(got, " ") != want {
			t.Errorf("a %s b: got %q, %v, want %q", name, got, err, want)
		}
		if got, err := permute(testApp(), []string{"ctxfix", "a", name}); err == nil {
			t.Errorf("a %s: got %q, want an error", name, got)
		}
	}
}

func testApp() *cli.App { return new(session).app() }
