package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/rogpeppe/go-internal/testscript"
)

// A hook is an entry of .pre-commit-hooks.yaml.
type hook struct {
	ID            string
	Name          string
	Description   string
	Entry         string
	Language      string
	Types         []string
	Exclude       string
	Args          []string
	RequireSerial bool `yaml:"require_serial"`
}

func readHooks() (hooks []hook, err error) {
	data, err := os.ReadFile(filepath.Join("..", "..", ".pre-commit-hooks.yaml"))
	if err == nil {
		err = yaml.UnmarshalWithOptions(data, &hooks, yaml.Strict())
	}
	return hooks, err
}

func TestHooks(t *testing.T) {
	hooks, err := readHooks()
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, h := range hooks {
		ids = append(ids, h.ID)
		if h.Language != "golang" || !h.RequireSerial || !slices.Equal(h.Types, []string{"go"}) || h.Name == "" || h.Description == "" {
			t.Errorf("hook %s: %+v", h.ID, h)
		}
		if !strings.HasPrefix(h.Entry, "ctxfix ") {
			t.Errorf("hook %s runs %q", h.ID, h.Entry)
		}
	}
	if want := []string{"ctxfix", "ctxfix-check", "ctxfix-diff"}; !slices.Equal(ids, want) {
		t.Errorf("hooks %v, want %v", ids, want)
	}
}

// runHook is the script command "hook ID N": it runs a hook as pre-commit
// does, on the staged Go files in batches of N files, one after the other. The
// hook fails when one of its runs does, or when a file was changed.
func runHook(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: hook ID N")
	}
	hooks, err := readHooks()
	ts.Check(err)
	i := slices.IndexFunc(hooks, func(h hook) bool { return h.ID == args[0] })
	size, err := strconv.Atoi(args[1])
	ts.Check(err)
	if i < 0 {
		ts.Fatalf("no hook %s", args[0])
	}
	h := hooks[i]
	ts.Check(ts.Exec("git", "diff", "--staged", "--name-only", "--no-ext-diff", "-z", "--diff-filter=ACMRTUXB"))
	files := strings.FieldsFunc(ts.ReadFile("stdout"), func(r rune) bool { return r == 0 })
	exclude := regexp.MustCompile(h.Exclude)
	files = slices.DeleteFunc(files, func(f string) bool { return filepath.Ext(f) != ".go" || exclude.MatchString(f) })
	if len(files) == 0 {
		ts.Fatalf("no Go file is staged")
	}
	before := changes(ts)
	failed := false
	var out, errs string
	for batch := range slices.Chunk(files, size) {
		command := slices.Concat(strings.Fields(h.Entry), h.Args, batch)
		if ts.Exec(command[0], command[1:]...) != nil {
			failed = true
		}
		out, errs = out+ts.ReadFile("stdout"), errs+ts.ReadFile("stderr")
	}
	failed = changes(ts) != before || failed
	ts.Check(os.WriteFile(ts.MkAbs("hook.stdout"), []byte(out), 0o666))
	ts.Check(os.WriteFile(ts.MkAbs("hook.stderr"), []byte(errs), 0o666))
	if failed != neg {
		ts.Fatalf("hook failed: %v\n%s%s", failed, out, errs)
	}
}

// changes is what the work tree has besides what is staged.
func changes(ts *testscript.TestScript) string {
	ts.Check(ts.Exec("git", "diff", "--no-ext-diff", "--no-textconv", "--ignore-submodules"))
	return ts.ReadFile("stdout")
}
