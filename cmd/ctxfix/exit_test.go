package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// exitModules are modules by name: what is found in them is safe, unsafe or
// nothing, and broken does not compile.
const exitModules = `
-- clean/a.go --
package p
-- safe/a.go --
package p

import "context"

func find(ctx context.Context) error { return ctx.Err() }

func Get(ctx context.Context) error { return find(context.TODO()) }
-- manual/a.go --
package p

import "context"

func Keep(ctx context.Context) context.Context { return context.WithValue(ctx, "key", 1) }
-- broken/a.go --
package p

import "context"

func Keep(ctx context.Context) context.Context { return context.WithValue(ctx, "key", 1) }
-- broken/sub/a.go --
package sub

func F() int { return "" }
`

// TestExitCodes: 2 wins over 1, and neither the format nor what else is
// printed changes the code.
func TestExitCodes(t *testing.T) {
	isolateCache(t)
	for _, c := range []struct {
		module, args string
		code         int
	}{
		{"clean", "", 0},
		{"clean", "-w", 0},
		{"clean", "-d", 0},
		{"clean", "-l", 0},
		{"clean", "-format sarif", 0},
		{"safe", "", 1},
		{"safe", "-q", 1},
		{"safe", "-v", 1},
		{"safe", "-d", 1},
		{"safe", "-l", 1},
		{"safe", "-json", 1},
		{"safe", "-format sarif", 1},
		{"safe", "-exit-zero", 0},
		{"safe", "-skip background", 0},
		{"safe", "-w", 0},
		{"safe", "-w -q -json", 0},
		{"safe", "-w -d", 1}, // the diff is not empty
		{"safe", "-w -l", 1},
		{"manual", "", 1},
		{"manual", "-d", 1},
		{"manual", "-w", 1},
		{"manual", "-w -json", 1},
		{"manual", "-exit-zero", 0},
		{"broken", "./...", 2},
		{"broken", "./... -json", 2},
		{"broken", "./... -exit-zero", 2},
		{"broken", "./sub", 2},
		{"broken", ".", 1},
		{"safe", "./none", 2},
		{"safe", "-exit-zero ./none", 2},
		{"safe", "-json ./none", 2},
		{"safe", "-rules none", 2},
		{"safe", "-none", 2},
		{"safe", "-timeout 1ns", 2},
		{"safe", "-exit-zero -timeout 1ns", 2},
		{"safe", "-version", 0},
		{"safe", "-h", 0},
	} {
		t.Run(c.module+" "+c.args, func(t *testing.T) {
			dir := t.TempDir()
			for _, f := range txtar.Parse([]byte(exitModules)).Files {
				if name, ok := strings.CutPrefix(f.Name, c.module+"/"); ok {
					writeFile(t, filepath.Join(dir, name), f.Data)
				}
			}
			writeFile(t, filepath.Join(dir, "go.mod"), []byte("module example.com/p\n\ngo 1.26\n"))
			t.Chdir(dir)
			var stdout, stderr bytes.Buffer
			args := append([]string{"ctxfix"}, strings.Fields(c.args)...)
			if code := run(t.Context(), args, nil, &stdout, &stderr); code != c.code {
				t.Errorf("code %d, want %d\n%s%s", code, c.code, &stdout, &stderr)
			}
		})
	}
}

// isolateCache gives ctxfix a cache folder of its own for the test, and the go
// command the one it always has.
func isolateCache(t *testing.T) {
	t.Helper()
	t.Setenv("GOCACHE", goCache(t))
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
}

// goCache returns the build cache that the go command uses.
func goCache(t testing.TB) string {
	t.Helper()
	cache, err := exec.Command("go", "env", "GOCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(cache))
}

func writeFile(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestHigherCodeWins gives one error to many.
func TestHigherCodeWins(t *testing.T) {
	for _, c := range []struct {
		err  error
		code int
	}{
		{nil, 0},
		{errFindings, 1},
		{errReported, 2},
		{usageError("no"), 2},
		{newPanicError("no"), 2},
		{lateInterrupt{1}, 130},
	} {
		var stderr bytes.Buffer
		if code := newSession(nil, nil, &stderr).exit(c.err); code != c.code {
			t.Errorf("%v: code %d, want %d", c.err, code, c.code)
		}
	}
}
