package rewrite_test

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/rewrite"
)

// TestContextItself: package context and its tests make contexts, nest and
// drop them to see what becomes of them. No rule speaks there by default.
func TestContextItself(t *testing.T) {
	prog := loadDir(t, filepath.Join(goRoot(t), "src", "context"), false)
	files := 0
	for _, p := range prog.Packages {
		files += len(p.Owned)
	}
	if files < 5 {
		t.Fatalf("only %d files of package context were loaded", files)
	}
	for _, f := range mustRun(t, prog, rewrite.Options{Rules: detect.All}).Found {
		t.Errorf("finding: %s", describe(prog, f))
	}
}

// goRoot returns the folder of the Go installation in use, which a test built
// with -trimpath does not know.
func goRoot(t *testing.T) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}
