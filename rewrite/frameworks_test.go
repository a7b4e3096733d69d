package rewrite_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/google/go-cmp/cmp"
)

const frameworksDir = "../testdata/frameworks"

// TestFrameworksSafe and TestFrameworksUnsafe run the rules over applications
// of the real frameworks. Beside a file that changes stand X.go.fixed and,
// where more is changed with -unsafe, X.go.unsafe; all others must stay.
func TestFrameworksSafe(t *testing.T) {
	m := runModule(t, frameworksDir, detect.Safe, demoRules...)
	compareGolden(t, m, ".fixed")
	dir := m.write(t)
	mustGo(t, dir, "vet", "./...")
	mustGo(t, dir, "test", "./...")
	unchanged(t, dir, detect.Safe)
}

func TestFrameworksUnsafe(t *testing.T) {
	m := runModule(t, frameworksDir, detect.Unsafe, demoRules...)
	compareGolden(t, m, ".unsafe", ".fixed")
	dir := m.write(t)
	mustGo(t, dir, "vet", "./...")
	unchanged(t, dir, detect.Unsafe)

	// Why a provider that the package's own tests call without a request is
	// unsafe: those tests fail after the fix.
	for _, pkg := range []string{"./ginapp/tested", "./cobraapp/tested"} {
		if out, err := goTool(t, dir, "test", pkg); err == nil || !strings.Contains(out, "nil pointer dereference") {
			t.Errorf("%s: %v\n%s", pkg, err, out)
		}
	}
}

// compareGolden holds every Go file of the module to the first golden file
// there is, or to itself.
func compareGolden(t *testing.T, m *module, suffixes ...string) {
	t.Helper()
	edits := m.edits(t)
	err := filepath.WalkDir(m.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".go" {
			return err
		}
		name, err := filepath.Rel(m.dir, path)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		want, err := firstFile(path, suffixes)
		if err != nil {
			return err
		}
		got, ok := edits[name]
		if !ok {
			got, err = os.ReadFile(path)
		}
		delete(edits, name)
		if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got), "\n")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for name := range edits {
		t.Errorf("%s: a new file", name)
	}
}

// firstFile reads path with the first suffix there is, else path itself.
func firstFile(path string, suffixes []string) ([]byte, error) {
	for _, suffix := range suffixes {
		src, err := os.ReadFile(path + suffix)
		if err == nil || !os.IsNotExist(err) {
			return src, err
		}
	}
	return os.ReadFile(path)
}
