package load

import (
	"os"
	"testing"
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
