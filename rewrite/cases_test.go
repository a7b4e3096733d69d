package rewrite_test

import (
	"bytes"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/load"
)

var update = flag.Bool("update", false, "accept what the rules make of the cases in testdata")

// TestCases runs every case of testdata/RULE; its README tells the grammar.
func TestCases(t *testing.T) {
	byRule := map[string][]*testCase{}
	var shared []*testCase
	for _, c := range readCases(t) {
		byRule[c.folder] = append(byRule[c.folder], c)
		if c.shared() {
			shared = append(shared, c)
		}
	}
	prog, root := loadShared(t, shared)
	for _, folder := range slices.Sorted(maps.Keys(byRule)) {
		t.Run(folder, func(t *testing.T) {
			for _, c := range byRule[folder] {
				t.Run(c.name, func(t *testing.T) {
					t.Parallel()
					if c.shared() {
						c.runIn(t, prog, filepath.Join(root, c.folder, c.name))
					} else {
						c.runAlone(t)
					}
				})
			}
		})
	}
}

// A testCase is one txtar file.
type testCase struct {
	path, folder, name string
	archive            *txtar.Archive
	input              map[string][]byte // by name in the archive, want comments muted
	fixed, unsafe      map[string][]byte // likewise
	expected           []*want
	muted              map[string]string // what stands for a want comment -> the comment
	rules              []*detect.Rule
	strict             bool
	generated          bool
	config             detect.Options   // what a project may say
	refused            []*regexp.Regexp // reasons why a fix cannot be carried out
}

// readCases reads the cases that the -run flag selects.
func readCases(t *testing.T) []*testCase {
	paths, err := filepath.Glob("../testdata/*/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var cases []*testCase
	for _, path := range paths {
		folder := filepath.Base(filepath.Dir(path))
		name := strings.TrimSuffix(filepath.Base(path), ".txtar")
		if folder == "cli" || folder == "forms" || !selected(folder, name) {
			continue
		}
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		c := &testCase{path: path, folder: folder, name: name, archive: archive}
		if err := c.parse(); err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		cases = append(cases, c)
	}
	return cases
}

// selected spares the load of cases that -run leaves out.
func selected(parts ...string) bool {
	patterns := strings.Split(flag.Lookup("test.run").Value.String(), "/")
	for i, part := range parts {
		if i+1 >= len(patterns) {
			return true
		}
		if ok, err := regexp.MatchString(patterns[i+1], part); err == nil && !ok {
			return false
		}
	}
	return true
}

func (c *testCase) parse() error {
	c.input, c.fixed, c.unsafe = map[string][]byte{}, map[string][]byte{}, map[string][]byte{}
	c.muted = map[string]string{}
	for _, f := range c.archive.Files {
		name, into := f.Name, c.input
		if rest, ok := strings.CutPrefix(name, "fixed/"); ok {
			name, into = rest, c.fixed
		} else if rest, ok := strings.CutPrefix(name, "unsafe/"); ok {
			name, into = rest, c.unsafe
		}
		if into[name] != nil {
			return fmt.Errorf("%s is there twice", f.Name)
		}
		if err := c.wants(f); err != nil {
			return err
		}
		into[name] = c.mute(f.Data)
	}
	names := c.folder
	for line := range strings.Lines(string(c.archive.Comment)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		switch key {
		case "rules":
			names = value
		case "flags":
			if err := c.flags(strings.Fields(value)); err != nil {
				return err
			}
		case "refused":
			re, err := regexp.Compile(value)
			if err != nil {
				return err
			}
			c.refused = append(c.refused, re)
		}
	}
	if names == "all" {
		c.rules = detect.All
		return nil
	}
	for name := range strings.SplitSeq(names, ",") {
		rule := detect.Lookup(strings.TrimSpace(name))
		if rule == nil {
			return fmt.Errorf("no rule %q", name)
		}
		c.rules = append(c.rules, rule)
	}
	return nil
}

func (c *testCase) flags(words []string) error {
	for _, word := range words {
		switch word {
		case "-strict":
			c.strict = true
		case "-generated":
			c.generated = true
		default:
			if err := c.configure(word); err != nil {
				return err
			}
		}
	}
	return nil
}

// configure takes KEY=VALUE: an option of the rules.
func (c *testCase) configure(word string) (err error) {
	key, value, _ := strings.Cut(word, "=")
	switch key {
	case "accessor":
		c.config.NilDoneAccessor = value
	case "timeout":
		c.config.CleanupTimeout, err = time.ParseDuration(value)
	case "closers":
		c.config.Flow.Closers = strings.Split(value, ",")
	case "retainers":
		c.config.Flow.Retainers = strings.Split(value, ",")
	case "providers":
		c.config.Flow.Providers = strings.Split(value, ",")
	case "cause":
		cause, known := map[string]flow.Cause{"package": flow.CauseWhereUsed, "always": flow.CauseAlways, "never": flow.CauseNever}[value]
		if c.config.Flow.Cause = cause; !known {
			err = fmt.Errorf("unknown cause %q", value)
		}
	default:
		err = fmt.Errorf("unknown flag %q", word)
	}
	return err
}

// shared reports whether the case can be one package of a module that is
// loaded once for all such cases.
func (c *testCase) shared() bool {
	if c.generated || c.input["go.mod"] != nil {
		return false
	}
	for name, data := range c.input {
		if strings.Contains(name, "/") || bytes.Contains(data, []byte(`"example.com/p`)) {
			return false
		}
	}
	return true
}

const defaultModule = "module example.com/p\n\ngo 1.26\n"

// loadShared loads the cases as packages of one module.
func loadShared(t *testing.T, cases []*testCase) (*load.Program, string) {
	root := tempDir(t)
	if len(cases) == 0 {
		return nil, root
	}
	writeFile(t, filepath.Join(root, "go.mod"), []byte(defaultModule))
	for _, c := range cases {
		c.lay(t, filepath.Join(root, c.folder, c.name))
	}
	return loadDir(t, root, false), root
}

func (c *testCase) lay(t *testing.T, dir string) {
	for name, data := range c.input {
		writeFile(t, filepath.Join(dir, filepath.FromSlash(name)), data)
	}
}

func loadDir(t *testing.T, dir string, generated bool) *load.Program {
	t.Helper()
	prog, err := load.Load(t.Context(), load.Config{
		Dir: dir, Patterns: []string{"./..."}, Tests: true, Generated: generated,
		// With -trimpath the folder is no part of what the build cache keys
		// on: a case that has not changed is not compiled again.
		Env: append(os.Environ(), "GOFLAGS=-mod=mod -trimpath", "GOPROXY=off", "GOWORK=off"),
	})
	if err != nil {
		t.Fatal(err)
	}
	return prog
}

func tempDir(t testing.TB) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func writeFile(t testing.TB, path string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o666); err != nil {
		t.Fatal(err)
	}
}

func (c *testCase) runAlone(t *testing.T) {
	dir := tempDir(t)
	if c.input["go.mod"] == nil {
		writeFile(t, filepath.Join(dir, "go.mod"), []byte(defaultModule))
	}
	c.lay(t, dir)
	c.run(t, loadDir(t, dir, c.generated), dir)
}

// runIn runs a case that is the package in dir of the shared module.
func (c *testCase) runIn(t *testing.T, all *load.Program, dir string) {
	c.run(t, c.own(t, all, dir), dir)
}

// own returns the package in dir of the shared module. For the rules it is a
// module of its own.
func (c *testCase) own(t *testing.T, all *load.Program, dir string) *load.Program {
	var own []*load.Package
	for _, p := range all.Packages {
		if p.Dir == dir {
			own = append(own, p)
		}
	}
	if len(own) == 0 {
		t.Fatal("the case has no package")
	}
	prog := all.Subset(own)
	module := &load.Module{Path: strings.TrimSuffix(own[0].PkgPath, "_test"), Dir: dir, GoVersion: own[0].Module.GoVersion}
	for _, p := range prog.Packages {
		p.Module = module
	}
	return prog
}

func (c *testCase) run(t *testing.T, prog *load.Program, dir string) {
	for _, p := range prog.Packages {
		for _, e := range p.Errors {
			t.Errorf("the input does not compile: %v", e)
		}
	}
	if t.Failed() {
		return
	}
	c.checkWants(t, prog, dir)
	c.checkProposals(t, prog)
	c.checkSuggestions(t, prog, detect.Safe)
	c.checkSuggestions(t, prog, detect.Unsafe)
	fixed := c.result(t, prog, dir, detect.Safe)
	unsafe := c.result(t, prog, dir, detect.Unsafe)
	if *update {
		c.accept(t, fixed, unsafe)
		return
	}
	c.compare(t, "-w", fixed, c.fixed)
	c.compare(t, "-w -unsafe", unsafe, overlay(c.fixed, c.unsafe))
}
