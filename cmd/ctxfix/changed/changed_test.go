package changed

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A repo is a git work tree.
type repo struct {
	*testing.T
	dir string
}

func newRepo(t *testing.T) *repo {
	t.Helper()
	t.Setenv("GIT_CONFIG_GLOBAL", filepath.Join(t.TempDir(), "gitconfig"))
	t.Setenv("GIT_CONFIG_NOSYSTEM", "1")
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	r := &repo{t, dir}
	r.git("config", "--global", "user.name", "a")
	r.git("config", "--global", "user.email", "a@example.com")
	r.git("config", "--global", "protocol.file.allow", "always")
	r.git("init", "-q")
	return r
}

func (r *repo) git(args ...string) string {
	r.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = r.dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		r.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

func (r *repo) write(name, text string) {
	r.Helper()
	path := filepath.Join(r.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		r.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		r.Fatal(err)
	}
}

func (r *repo) commit() {
	r.Helper()
	r.git("add", "-A")
	r.git("commit", "-qm", "change")
}

// lines returns the changed lines among the first nine of the file, as "45".
func (l *Lines) lines(dir, name string) string {
	out := ""
	for n := 1; n <= 9; n++ {
		if l.Touch(filepath.Join(dir, name), n, n) {
			out += string(rune('0' + n))
		}
	}
	return out
}

func (r *repo) expect(lines *Lines, want map[string]string) {
	r.Helper()
	for name, want := range want {
		if got := lines.lines(r.dir, name); got != want {
			r.Errorf("changed lines of %q: %q, want %q", name, got, want)
		}
	}
}

const nine = "1\n2\n3\n4\n5\n6\n7\n8\n9\n"

func TestSince(t *testing.T) {
	r := newRepo(t)
	odd := []string{"with space.go", "quote\".go", "tab\t.go", "über.go", "back\\slash.go", "a b/c d.go", " lead.go", "-dash.go"}
	for _, name := range append(odd, "same.go", "old.go", "gone.go", "cut.go", "top.go", "end.go", "bin.go", "mode.go", "staged.go", "crlf.go") {
		r.write(name, nine)
	}
	r.write("bin.go", "\x00"+nine)
	r.write(".gitignore", "ignored.go\n")
	r.commit()
	for _, name := range odd {
		r.write(name, strings.Replace(nine, "4\n", "4\nnew\n", 1))
	}
	r.git("mv", "old.go", "moved.go")
	r.write("moved.go", strings.Replace(nine, "2\n", "two\n", 1))
	r.git("rm", "-q", "gone.go")
	r.write("cut.go", strings.Replace(nine, "4\n5\n", "", 1))
	r.write("top.go", strings.TrimPrefix(nine, "1\n"))
	r.write("end.go", strings.TrimSuffix(nine, "9\n"))
	r.write("bin.go", "\x00\x00"+nine)
	r.write("staged.go", strings.Replace(nine, "7\n", "seven\n7\n", 1))
	r.git("add", "staged.go")
	r.write("staged.go", strings.Replace(nine, "7\n", "seven\n7\n7a\n", 1))
	r.write("crlf.go", strings.Replace(nine, "3\n", "3\r\n", 1))
	r.write("sub/untracked.go", nine)
	r.write("ignored.go", nine)
	if err := os.Chmod(filepath.Join(r.dir, "mode.go"), 0o755); err != nil {
		t.Fatal(err)
	}

	want := map[string]string{
		"same.go": "", "moved.go": "2", "old.go": "", "gone.go": "", "cut.go": "34", "top.go": "1", "end.go": "89",
		"bin.go": "123456789", "mode.go": "", "staged.go": "79", "crlf.go": "3",
		"sub/untracked.go": "123456789", "ignored.go": "",
	}
	for _, name := range odd {
		want[name] = "5"
	}
	check := func(name string) {
		t.Run(name, func(t *testing.T) {
			lines, err := Since(context.Background(), r.dir, "HEAD")
			if err != nil {
				t.Fatal(err)
			}
			(&repo{t, r.dir}).expect(lines, want)
		})
	}
	check("plain")
	for _, setting := range []string{
		"diff.noprefix=true", "diff.mnemonicPrefix=true", "diff.external=false", "diff.relative=true", "diff.context=9", "diff.interHunkContext=9",
		"color.ui=always", "core.quotePath=false", "diff.renames=false", "diff.submodule=log", "core.pager=false", "diff.suppressBlankEmpty=true",
	} {
		key, value, _ := strings.Cut(setting, "=")
		r.git("config", key, value)
		check(setting)
		r.git("config", "--unset", key)
	}
	t.Setenv("GIT_EXTERNAL_DIFF", "false")
	t.Setenv("GIT_DIFF_OPTS", "--unified=5")
	check("environment")
	r.write(".git/info/attributes", "*.go diff=odd\n")
	r.git("config", "diff.odd.textconv", "false")
	check("text conversion")
}

func TestSinceInSubfolder(t *testing.T) {
	r := newRepo(t)
	r.write("module/a.go", nine)
	r.write("b.go", nine)
	r.commit()
	r.write("module/a.go", strings.Replace(nine, "4\n", "four\n", 1))
	r.write("module/c.go", nine)
	for _, hook := range []string{"", filepath.Join(r.dir, ".git"), ".git"} {
		if hook != "" {
			t.Setenv("GIT_DIR", hook)
		}
		lines, err := Since(context.Background(), filepath.Join(r.dir, "module"), "HEAD")
		if err != nil {
			t.Fatal(err)
		}
		r.expect(lines, map[string]string{"module/a.go": "4", "module/c.go": "123456789", "b.go": ""})
	}
}

func TestSinceMergeBase(t *testing.T) {
	r := newRepo(t)
	r.write("a.go", nine)
	r.write("b.go", nine)
	r.commit()
	r.git("branch", "-m", "main")
	r.git("checkout", "-qb", "topic")
	r.write("a.go", strings.Replace(nine, "4\n", "four\n", 1))
	r.commit()
	r.git("checkout", "-q", "main")
	r.write("b.go", strings.Replace(nine, "5\n", "five\n", 1))
	r.commit()
	r.git("checkout", "-q", "topic")
	lines, err := SinceMergeBase(context.Background(), r.dir, "main")
	if err != nil {
		t.Fatal(err)
	}
	r.expect(lines, map[string]string{"a.go": "4", "b.go": ""})
	// Compared with main itself, b.go differs.
	if lines, err = Since(context.Background(), r.dir, "main"); err != nil {
		t.Fatal(err)
	}
	r.expect(lines, map[string]string{"a.go": "4", "b.go": "5"})

	r.git("checkout", "-q", "--orphan", "alone")
	r.commit()
	if _, err := SinceMergeBase(context.Background(), r.dir, "main"); err == nil || !strings.Contains(err.Error(), "no history in common") {
		t.Errorf("got %v", err)
	}
}

func TestSubmodule(t *testing.T) {
	other := newRepo(t)
	other.write("s.go", nine)
	other.commit()
	r := newRepo(t)
	r.git("submodule", "-q", "add", other.dir, "sub")
	r.write("z.go", nine)
	r.commit()
	r.write("sub/s.go", strings.Replace(nine, "4\n", "four\n", 1))
	r.write("z.go", strings.Replace(nine, "4\n", "four\n", 1))
	lines, err := Since(context.Background(), r.dir, "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	r.expect(lines, map[string]string{"sub/s.go": "4", "z.go": "4"})
	// Within the submodule, revisions are its own.
	if lines, err = Since(context.Background(), filepath.Join(r.dir, "sub"), "HEAD"); err != nil {
		t.Fatal(err)
	}
	r.expect(lines, map[string]string{"sub/s.go": "4", "z.go": ""})
}

func TestLinkedWorkTree(t *testing.T) {
	r := newRepo(t)
	r.write("a.go", nine)
	r.commit()
	linked := &repo{t, filepath.Join(filepath.Dir(r.dir), "linked")}
	r.git("worktree", "add", "-q", linked.dir)
	linked.write("a.go", strings.Replace(nine, "4\n", "four\n", 1))
	lines, err := Since(context.Background(), linked.dir, "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	linked.expect(lines, map[string]string{"a.go": "4"})
	r.expect(lines, map[string]string{"a.go": ""})
}

func TestSinceFails(t *testing.T) {
	r := newRepo(t)
	r.write("a.go", nine)
	since := func(dir, rev string) string {
		_, err := Since(context.Background(), dir, rev)
		if err == nil {
			t.Fatalf("no error for %s", rev)
		}
		return err.Error()
	}
	mention := func(got, want string) {
		t.Helper()
		if !strings.Contains(got, want) || strings.Contains(got, "\n") {
			t.Errorf("got %q, want one line with %q", got, want)
		}
	}
	mention(since(r.dir, "HEAD"), "no revision HEAD") // nothing committed yet
	r.commit()
	r.commitAgain()
	mention(since(r.dir, "nowhere"), "no revision nowhere here")
	mention(since(r.dir, "--output=x"), "no revision --output=x")
	mention(since(r.dir, "HEAD..HEAD"), "no revision")
	mention(since(r.dir, "HEAD:a.go"), "no revision")
	shallow := &repo{t, filepath.Join(filepath.Dir(r.dir), "shallow")}
	r.git("clone", "-q", "--depth=1", "file://"+r.dir, shallow.dir)
	mention(since(shallow.dir, "HEAD~1"), "fetch-depth: 0")
	alone := t.TempDir()
	t.Setenv("GIT_CEILING_DIRECTORIES", filepath.Dir(alone))
	mention(since(alone, "HEAD"), "is not in a git work tree")
	mention(since(filepath.Join(r.dir, ".git"), "HEAD"), "work tree")
	t.Setenv("PATH", "")
	mention(since(r.dir, "HEAD"), "not in PATH")
}

func (r *repo) commitAgain() {
	r.write("a.go", nine+nine)
	r.commit()
}
