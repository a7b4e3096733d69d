package main

import (
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"ctxfix": main})
}

// TestScripts runs ctxfix as a process, with the scripts of testdata/cli.
func TestScripts(t *testing.T) {
	// The scripts have a home of their own, but share what was compiled.
	cache, err := exec.Command("go", "env", "GOCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	// What ctxfix keeps for the user must not be part of the module.
	caches := t.TempDir()
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("..", "..", "testdata", "cli"),
		RequireUniqueNames:  true,
		RequireExplicitExec: true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"hook":   runHook,
			"action": runAction,
		},
		Setup: func(env *testscript.Env) error {
			env.Setenv("GOCACHE", strings.TrimSpace(string(cache)))
			env.Setenv("GOPROXY", "off")
			setCacheDir(env, filepath.Join(caches, filepath.Base(env.WorkDir)))
			env.Setenv("GOWORK", "off")
			env.Setenv("GOFLAGS", "")
			return nil
		},
	})
}

// setCacheDir makes dir the user's cache folder, and $CACHE its name.
func setCacheDir(env *testscript.Env, dir string) {
	env.Setenv("CACHE", dir)
	switch runtime.GOOS {
	case "windows":
		env.Setenv("LocalAppData", dir)
	case "darwin":
		env.Setenv("HOME", dir)
		env.Setenv("CACHE", filepath.Join(dir, "Library", "Caches"))
	default:
		env.Setenv("XDG_CACHE_HOME", dir)
	}
}
