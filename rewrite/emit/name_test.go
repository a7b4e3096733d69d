package emit

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A diff names a file by its real folder, one that is still to be made, too.
func TestName(t *testing.T) {
	top := realTemp(t)
	for _, dir := range []string{"real", "repo/.git"} {
		if err := os.MkdirAll(filepath.Join(top, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for link, to := range map[string]string{"link": "real", "away": "repo"} {
		if err := os.Symlink(filepath.Join(top, to), filepath.Join(top, link)); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct{ dir, file, want string }{
		{"real", "real/a.go", "a.go"},
		{"real", "real/new/a.go", "new/a.go"},
		{"link", "link/a.go", "a.go"},
		{"link", "real/a.go", "a.go"},
		{"away", "away/a.go", "a.go"},
		{"repo/.git", "repo/a.go", "a.go"},
	} {
		if got, err := Name(filepath.Join(top, c.dir), filepath.Join(top, c.file)); err != nil || got != c.want {
			t.Errorf("%s in %s: got %q, %v; want %q", c.file, c.dir, got, err, c.want)
		}
	}
	if got, err := Name(filepath.Join(top, "none"), filepath.Join(top, "a.go")); err == nil {
		t.Errorf("in no folder: %q", got)
	}
}

// The line numbers of a diff of an empty file, or of one line, are those of git.
func TestHunkOfNothing(t *testing.T) {
	for want, texts := range map[string][2]string{
		"@@ -0,0 +1 @@": {"", "a\n"}, "@@ -0,0 +1,2 @@": {"", "a\nb\n"}, "@@ -1 +0,0 @@": {"a\n", ""}, "@@ -1 +1 @@": {"a\n", "b\n"}, "@@ -1 +1,2 @@": {"a\n", "b\nc\n"},
	} {
		diff := Diff([]byte(texts[0]), []byte(texts[1]), "a.go")
		if !strings.Contains(diff, want+"\n") {
			t.Errorf("want %s in %q", want, diff)
		}
	}
}
