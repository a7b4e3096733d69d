package rewrite_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestGoFix (T45) runs the real go fix over what the rules make of the cases:
// it must change no line that ctxfix wrote.
func TestGoFix(t *testing.T) {
	dir := tempDir(t)
	writeFile(t, filepath.Join(dir, "go.mod"), []byte(defaultModule))
	written := map[string]map[string]bool{} // by file: the lines ctxfix wrote
	for _, c := range readCases(t) {
		if !c.shared() || len(c.fixed)+len(c.unsafe) == 0 {
			continue
		}
		for name, src := range overlay(overlay(c.input, c.fixed), c.unsafe) {
			path := filepath.Join(c.folder, c.name, name)
			writeFile(t, filepath.Join(dir, path), src)
			written[path] = newLines(c.input[name], src)
		}
	}
	if len(written) < 50 {
		t.Fatalf("only %d files: the cases are not what this test takes them for", len(written))
	}
	// A file that go fix does change, so that its silence means something.
	const canary = "canary/a.go"
	writeFile(t, filepath.Join(dir, canary), []byte("package canary\n\nvar X interface{}\n"))
	written[canary] = nil
	before := readTree(t, dir, written)
	// With -trimpath go fix may take the fixes of an earlier run out of the build
	// cache, which name the files of that run's folder.
	out, err := goToolWith(t, dir, []string{"GOFLAGS="}, "fix", "./...")
	if err != nil {
		t.Fatalf("go fix: %v\n%s", err, out)
	}
	changed := 0
	for path, src := range readTree(t, dir, written) {
		if bytes.Equal(src, before[path]) {
			continue
		}
		changed++
		for line := range newLines(src, before[path]) { // gone since
			if written[path][line] {
				t.Errorf("%s: go fix changed a line that ctxfix wrote: %s", path, line)
			}
		}
	}
	if changed == 0 {
		t.Error("go fix changed nothing, not even interface{}")
	}
	t.Logf("%d files, of which go fix changed %d", len(written), changed)
}

// newLines returns the lines of b, without indentation, that a has not.
func newLines(a, b []byte) map[string]bool {
	count := map[string]int{}
	for line := range strings.Lines(string(a)) {
		count[strings.TrimSpace(line)]++
	}
	fresh := map[string]bool{}
	for line := range strings.Lines(string(b)) {
		line = strings.TrimSpace(line)
		count[line]--
		if count[line] < 0 && line != "" && line != "}" {
			fresh[line] = true
		}
	}
	return fresh
}

func readTree(t *testing.T, dir string, paths map[string]map[string]bool) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	for path := range paths {
		data, err := os.ReadFile(filepath.Join(dir, path))
		if err != nil {
			t.Fatal(err)
		}
		out[path] = data
	}
	return out
}
