package changed

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestInPatch(t *testing.T) {
	r := newRepo(t)
	r.write("m/a.go", nine)
	r.write("b.go", nine)
	r.write("gone.go", nine)
	r.commit()
	r.write("m/a.go", strings.Replace(nine, "4\n", "four\n", 1))
	r.write("b.go", strings.Replace(nine, "8\n", "", 1))
	r.write("m/new.go", nine)
	r.git("rm", "-q", "gone.go")
	r.git("add", "-AN")
	plain, err := exec.Command("diff", "-u", "/dev/null", filepath.Join(r.dir, "m/new.go")).Output()
	if len(plain) == 0 {
		t.Fatal(err)
	}
	everything := map[string]string{"m/a.go": "4", "b.go": "78", "m/new.go": "123456789"}
	below := map[string]string{"m/a.go": "4", "b.go": "", "m/new.go": "123456789"}
	for name, c := range map[string]struct {
		patch string
		want  map[string]string
	}{
		"context":       {r.git("diff"), everything},
		"none":          {r.git("diff", "-U0"), everything},
		"mnemonic":      {r.git("-c", "diff.mnemonicPrefix=true", "diff"), everything},
		"from a folder": {r.gitIn("m", "diff", "--relative"), below},
		"with message":  {"Subject: a\n\n--- a\n+++ b\n\n" + r.git("diff"), everything},
		"plain, no git": {strings.Replace(r.git("diff", "--", "m"), "diff --git", "diff", -1), below},
		"absolute":      {string(plain), map[string]string{"m/a.go": "", "m/new.go": ""}},
		"empty":         {"", map[string]string{"m/a.go": "", "m/new.go": ""}},
		"blank":         {"\n", map[string]string{"m/a.go": ""}},
		"deletion only": {r.git("diff", "--", "gone.go"), map[string]string{"m/a.go": ""}},
	} {
		t.Run(name, func(t *testing.T) {
			lines, err := InPatch([]byte(c.patch), filepath.Join(r.dir, "m"))
			if name == "absolute" {
				if err == nil {
					t.Error("no error")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			(&repo{t, r.dir}).expect(lines, c.want)
		})
	}
}

func (r *repo) gitIn(dir string, args ...string) string {
	return r.git(append([]string{"-C", dir}, args...)...)
}

func TestInPatchOutsideOfGit(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "a.go"), []byte(nine), 0o666); err != nil {
		t.Fatal(err)
	}
	lines, err := InPatch([]byte("--- a.go.orig\n+++ a.go\n@@ -4,1 +4,1 @@\n-4\n+four\n"), dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := lines.lines(dir, "a.go"); got != "4" {
		t.Errorf("got %q", got)
	}
}

func TestInPatchFails(t *testing.T) {
	r := newRepo(t)
	r.write("a.go", nine)
	r.write("d/b.go", nine)
	r.commit()
	r.write("d/b.go", "0\n"+nine)
	diff := r.git("diff")
	for name, c := range map[string]struct{ patch, want string }{
		"prose":         {"this is no patch\n", "there is no diff in it"},
		"cut off":       {strings.SplitAfter(diff, "+0\n")[0], "line "},
		"no header":     {"@@ -1,1 +1,2 @@\n 1\n+2\n", "line 1"},
		"elsewhere":     {strings.ReplaceAll(diff, "d/b.go", "x/y.go"), "has no file that is here; the first one is x/y.go"},
		"twice":         {diff + diff, "changes d/b.go twice"},
		"no prefixes":   {r.git("diff", "--no-prefix"), "names d/b.go without the prefixes"},
		"UTF-16":        {"\xff\xfed\x00", "UTF-16"},
		"combined diff": {"diff --cc a.go\nindex 1,2..3\n--- a/a.go\n+++ b/a.go\n@@@ -1,1 -1,1 +1,1 @@@\n++x\n", "there is no diff in it"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := InPatch([]byte(c.patch), r.dir)
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %v, want one line with %q", err, c.want)
			}
		})
	}
}
