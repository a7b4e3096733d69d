//go:build golangci

package golangci_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
)

// version is that of the golangci-lint to build.
const version = "v2.15.0"

const mainFile = `package main

import (
	"fmt"
	"os"

	"github.com/golangci/golangci-lint/v2/pkg/commands"
	"github.com/golangci/golangci-lint/v2/pkg/exitcodes"

	_ "github.com/ctxfix/ctxfix/rewrite/golangci"
)

func main() {
	if err := commands.Execute(commands.BuildInfo{GoVersion: %q, Version: %q}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(exitcodes.Failure)
	}
}
`

const config = `version: "2"
linters:
  default: none
  enable: [ctxfix]
  settings:
    custom:
      ctxfix:
        type: module
issues:
  max-issues-per-linter: 0
  max-same-issues: 0
  uniq-by-line: false
`

const silenced = `package main

import "context"

func silenced(ctx context.Context, find func(context.Context) error) error {
	return find(context.TODO()) //nolint:ctxfix // it must be tried
}
`

// TestGolangciLint builds golangci-lint with the linter in it and runs it on
// the demo service: it shows what ctxfix shows, leaves out what nolint says,
// and --fix writes what ctxfix -w writes.
func TestGolangciLint(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	lint := build(t, root)
	ctxfix := filepath.Join(t.TempDir(), "ctxfix")
	run(t, 0, root, "go", "build", "-o", ctxfix, "./cmd/ctxfix")

	byLint, byCtxfix := filepath.Join(t.TempDir(), "demo"), filepath.Join(t.TempDir(), "demo")
	for _, dir := range []string{byLint, byCtxfix} {
		if err := os.CopyFS(dir, os.DirFS(filepath.Join(root, "testdata", "demo"))); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, "silenced.go"), silenced)
		write(t, filepath.Join(dir, ".golangci.yml"), config)
	}

	found := run(t, 1, byLint, lint, "run", "./...")
	for line := range strings.Lines(run(t, 1, byCtxfix, ctxfix, "-q", "-skip", "nildone", "./...")) {
		if !strings.Contains(found, strings.TrimSpace(line)+" (ctxfix)") {
			t.Errorf("golangci-lint does not show %s", line)
		}
	}
	if strings.Contains(found, "silenced.go") {
		t.Errorf("nolint:ctxfix is not heard")
	}
	t.Logf("golangci-lint run:\n%s", found)

	write(t, filepath.Join(byLint, "wrong.yml"), strings.Replace(config, "type: module", "type: module\n        settings: {rules: [backgroun]}", 1))
	if out := run(t, 3, byLint, lint, "run", "-c", "wrong.yml", "./..."); !strings.Contains(out, `unknown rule "backgroun"`) {
		t.Errorf("a wrong rule: %s", out)
	}
	os.Remove(filepath.Join(byLint, "wrong.yml"))

	run(t, 1, byLint, lint, "run", "--fix", "./...")
	run(t, 1, byCtxfix, ctxfix, "-w", "-q", "./...")
	files, err := filepath.Glob(filepath.Join(byCtxfix, "*.go"))
	if err != nil || len(files) < 3 {
		t.Fatalf("files %q, error %v", files, err)
	}
	changed := 0
	for _, file := range files {
		want, got := read(t, file), read(t, filepath.Join(byLint, filepath.Base(file)))
		if !bytes.Equal(got, want) {
			t.Errorf("%s: golangci-lint --fix makes\n%s\nctxfix -w makes\n%s", filepath.Base(file), got, want)
		}
		if before, err := os.ReadFile(filepath.Join(root, "testdata", "demo", filepath.Base(file))); err == nil && !bytes.Equal(before, want) {
			changed++
		}
	}
	if changed == 0 {
		t.Error("nothing was fixed")
	}
	t.Logf("%d files fixed alike", changed)
}

// build builds golangci-lint with the linter of this checkout.
func build(t *testing.T, root string) string {
	t.Helper()
	goVersion := "go"
	if info, ok := debug.ReadBuildInfo(); ok {
		goVersion = info.GoVersion
	}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "main.go"), fmt.Sprintf(mainFile, goVersion, strings.TrimPrefix(version, "v")))
	write(t, filepath.Join(dir, "go.mod"), fmt.Sprintf("module example.com/lint\n\ngo 1.26.0\n\nreplace github.com/ctxfix/ctxfix => %s\n", root))
	run(t, 0, dir, "go", "get", "github.com/golangci/golangci-lint/v2@"+version)
	run(t, 0, dir, "go", "mod", "tidy")
	run(t, 0, dir, "go", "build", "-o", "golangci-lint", ".")
	return filepath.Join(dir, "golangci-lint")
}

// run runs a command in dir and returns what it prints.
func run(t *testing.T, code int, dir, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod", "PWD="+dir)
	out, err := cmd.CombinedOutput()
	if got := cmd.ProcessState; got == nil || got.ExitCode() != code {
		t.Fatalf("%s %s: %v, want exit code %d\n%s", name, strings.Join(args, " "), err, code, out)
	}
	return string(out)
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}
