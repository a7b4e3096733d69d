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
		{"-rules -w a", "-rules -w -- a"}, // a value may look like a flag
		{"-w -- -d a", "-w -- -d a"},
		{"a -- -d", "-- a -d"},
		{"- a", "-- - a"},
		{"-tests=false a", "-tests=false -- a"},
		{"explain nildone", "explain -- nildone"},
		{"explain -- -w", "explain -- -w"},
		{"a explain", "-- a explain"}, // a command comes first or not at all
		{"-- rules", "-- rules"},
		{"a -h -w", "-help"},
		{"help", "-help"},
		{"explain x -h", "explain -help"},
		{"-rules -h a", "-rules -h -- a"},
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
		{"-wd", "unknown flag -wd"},
		{"./... -unsave", "unknown flag -unsave; did you mean -unsafe?"},
		{"--rule=x", "unknown flag -rule; did you mean -rules?"},
		{"explain -w", "unknown flag -w"},
		{"-w explain", `flag -w does not go with the command "explain"`},
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
	for _, f := range testApp().Flags {
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
