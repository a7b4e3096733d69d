package load

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"
)

const webModule = `
-- go.mod --
module example.com/web

go 1.26
-- web.go --
package web

import "net/http"

func Get(r *http.Request) string { return r.PathValue("id") }
`

// TestAutoOnColdCache: with an empty build cache nothing is compiled to the
// end. The build cache is seen to be cold, and the result is the same.
func TestAutoOnColdCache(t *testing.T) {
	env := append(os.Environ(), "GOCACHE="+t.TempDir())
	prog := mustLoad(t, Config{Dir: write(t, webModule), Auto: true, Env: env})
	if !prog.Source {
		t.Error("dependencies were compiled, not read from source")
	}
	if len(prog.Packages) != 1 || len(prog.Packages[0].Errors) > 0 {
		t.Errorf("packages %v", prog.Packages)
	}
}

func TestAutoOnWarmCache(t *testing.T) {
	dir := write(t, webModule)
	mustLoad(t, Config{Dir: dir})
	if prog := mustLoad(t, Config{Dir: dir, Auto: true}); prog.Source {
		t.Error("dependencies were read from source although they were compiled")
	}
}

// TestIsCold asks the question itself.
func TestIsCold(t *testing.T) {
	cfg := Config{Dir: write(t, webModule), Tests: true, Env: os.Environ()}
	mustLoad(t, cfg)
	if isCold(t.Context(), cfg, []string{"./..."}) {
		t.Error("cold after a load")
	}
	cfg.Env = append(cfg.Env, "GOCACHE="+t.TempDir())
	if !isCold(t.Context(), cfg, []string{"./..."}) {
		t.Error("an empty cache is not cold")
	}
}

// TestIsColdGivenUp asks that a question that is given up leaves no temporary
// files of the go command.
func TestIsColdGivenUp(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	t.Setenv("TMP", tmp) // on Windows
	cfg := Config{Dir: write(t, webModule), Tests: true, Env: os.Environ()}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := make(chan bool)
	go func() { done <- isCold(ctx, cfg, []string{"./..."}) }()
	seen := false
	for working := true; working; {
		select {
		case <-done:
			working = false
		case <-time.After(time.Millisecond):
			if made, _ := filepath.Glob(filepath.Join(tmp, "*", "go-build*")); len(made) > 0 {
				seen = true
				cancel()
			}
		}
	}
	if left, _ := filepath.Glob(filepath.Join(tmp, "*")); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
	if !seen {
		t.Error("no temporary folder of the go command was seen: this test cannot fail")
	}
}
