// Guards takes the code's guards away, one at a time, and asks that a test
// fails: a guard without a test is either dead code or will be lost one day.
// One build holds all mutants; a number switches one on. See ../README.md.
package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
)

// The packages whose guards must all be tested or listed.
var guarded = []string{"./detect/flow", "./rewrite/tree", "./rewrite/align", "./rewrite/verify", "./rewrite/emit"}

// The packages whose own tests are tried first.
var testing = []string{"./detect/flow", "./rewrite/tree", "./rewrite/align", "./rewrite/verify", "./rewrite/emit"}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "guards:", err)
		os.Exit(1)
	}
}

// A check is one run of the program.
type check struct {
	verbose   bool
	started   time.Time
	root, dir string
	goroot    string // for tests that read Go's own sources
	overlay   string
	workers   int
	suites    []suite
	mutants   []mutant
	stderr    io.Writer

	mu      sync.Mutex
	killers map[int]string // by mutant: the test that failed
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("guards", flag.ContinueOnError)
	only := flags.String("only", "", "take only guards whose key, FILE FUNCTION: GUARD, matches this regexp")
	suite := flags.String("suite", "", "run only the suites, PACKAGE TEST, that match this regexp")
	again := flags.Bool("listed", false, "take only guards of the list of survivors")
	workers := flags.Int("p", runtime.NumCPU(), "how many processes to run at once")
	update := flags.Bool("update", false, "write the new survivors into the list, for a reason to be given, and drop those tested by now")
	search := flags.Duration("search", 0, "look for so long for programs that tell the guards of the list apart from their absence")
	write := flags.Bool("write", false, "with -search: by what the fixes write, too")
	out := flags.String("out", ".", "put the programs that -search finds into this folder")
	verbose := flags.Bool("v", false, "print the test that fails without each guard")
	if err := flags.Parse(args); err != nil {
		return err
	}
	patterns := flags.Args()
	if len(patterns) == 0 {
		patterns = guarded
	}
	filter, err := regexp.Compile(*only)
	if err != nil {
		return err
	}
	suites, err := regexp.Compile(*suite)
	if err != nil {
		return err
	}
	c := &check{verbose: *verbose, started: time.Now(), workers: *workers, killers: map[int]string{}, stderr: stderr}
	if err := c.prepare(ctx, patterns, filter); err != nil {
		return err
	}
	defer os.RemoveAll(c.dir)
	if *again {
		excused, err := c.excused()
		if err != nil {
			return err
		}
		c.mutants = slices.DeleteFunc(c.mutants, func(m mutant) bool { return !excused[m.key()] })
	}
	if *search > 0 {
		return c.search(ctx, *search, *write, *out)
	}
	for _, s := range c.suites {
		if !suites.MatchString(s.pkg + " " + s.test) {
			continue
		}
		if err := c.hunt(ctx, s); err != nil {
			return err
		}
	}
	c.table(stdout, time.Since(c.started))
	return c.compare(stdout, *update)
}

// prepare numbers the guards and writes the files in which they can be
// switched off.
func (c *check) prepare(ctx context.Context, patterns []string, filter *regexp.Regexp) error {
	out, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return fmt.Errorf("go list -m: %w", err)
	}
	c.root = strings.TrimSpace(string(out))
	if out, err = exec.CommandContext(ctx, "go", "env", "GOROOT").Output(); err != nil {
		return fmt.Errorf("go env GOROOT: %w", err)
	}
	c.goroot = strings.TrimSpace(string(out))
	found, err := find(c.root, patterns)
	if err != nil {
		return err
	}
	for _, m := range found.mutants {
		if filter.MatchString(m.key()) {
			c.mutants = append(c.mutants, m)
		}
	}
	if c.dir, err = os.MkdirTemp("", "guards"); err != nil {
		return err
	}
	if c.suites, err = suites(c.root, found.sources); err != nil {
		return err
	}
	c.overlay, err = overlay(c.dir, found.sources)
	return err
}

// build compiles the tests of a package with all mutants in it.
func (c *check) build(ctx context.Context, pkg string) (string, error) {
	bin := filepath.Join(c.dir, strings.NewReplacer("./", "", "/", "-").Replace(pkg)+".test")
	cmd := exec.CommandContext(ctx, "go", "test", "-c", "-tags", "guards", "-overlay", c.overlay, "-o", bin, pkg)
	cmd.Dir = c.root
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go %s: %w\n%s", strings.Join(cmd.Args[1:], " "), err, out)
	}
	return bin, nil
}

// left returns the mutants that no test has killed.
func (c *check) left() []mutant {
	var out []mutant
	for _, m := range c.mutants {
		if c.killers[m.n] == "" {
			out = append(out, m)
		}
	}
	return out
}

func (c *check) kill(m mutant, killer string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.killers[m.n] = killer
	if c.verbose {
		c.say("%s:%d: %s: %s: %s", m.file, m.line, m.fn, m.text, cmp.Or(killer, "-"))
	}
}

func (c *check) say(format string, args ...any) {
	fmt.Fprintf(c.stderr, "%v: %s\n", time.Since(c.started).Round(time.Second), fmt.Sprintf(format, args...))
}
