package rewrite_test

import (
	"path/filepath"
	"runtime"
	"testing"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/rewrite"
)

// TestContextItself: package context and its tests make contexts, nest and
// drop them to see what becomes of them. No rule speaks there by default.
func TestContextItself(t *testing.T) {
	prog := loadDir(t, filepath.Join(runtime.GOROOT(), "src", "context"), false)
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
