package emit

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestApplyAmongRepeatedLines applies a diff whose last hunk would fit at
// several places: two changes near each other come before it in one hunk.
func TestApplyAmongRepeatedLines(t *testing.T) {
	old := strings.Repeat("a\nb\nc\nd\n", 12)
	lines := strings.SplitAfter(old, "\n")
	lines[20], lines[24], lines[40] = "a\nx\n", "a\nx\ny\nz\n", "a\nlast\n"
	want := strings.Join(lines, "")

	dir := t.TempDir()
	path := filepath.Join(dir, "f.txt")
	if err := os.WriteFile(path, []byte(old), 0o644); err != nil {
		t.Fatal(err)
	}
	diff := Diff([]byte(old), []byte(want), "f.txt")
	cmd := exec.CommandContext(t.Context(), "git", "apply", "-")
	cmd.Dir, cmd.Stdin = dir, strings.NewReader(diff)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git apply: %v\n%s\n%s", err, out, diff)
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("git apply of the diff gives another text than the new one:\n%s", diff)
	}
}
