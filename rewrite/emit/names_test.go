package emit

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Names stand in a diff as git writes them.
func TestDiffNamesLikeGit(t *testing.T) {
	repo := realTemp(t)
	git(t, repo, "", "init", "-q")
	names := []string{
		"plain.go", "a b.go", "t\tb c.go", `q"x.go`, `bs\x.go`, "bell\a.go", "nl\n.go", "ctl\x01.go", "del\x7f.go", "größe.go", "~.go",
	}
	for _, name := range names {
		put(t, filepath.Join(repo, name), "old\n", 0o644)
	}
	git(t, repo, "", "add", "-A")
	for _, name := range names {
		put(t, filepath.Join(repo, name), "new\n", 0o644)
		cmd := exec.Command("git", "-c", "core.quotePath=true", "diff", "--", name)
		cmd.Dir = repo
		text, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		before, rest, _ := strings.Cut(string(text), "index ")
		_, after, _ := strings.Cut(rest, "\n")
		if got, want := Diff([]byte("old\n"), []byte("new\n"), name), before+after; got != want {
			t.Errorf("%q:\ngot  %q\ngit: %q", name, got, want)
		}
	}
}
