package emit

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func git(t testing.TB, dir string, stdin string, args ...string) {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	cmd.Stdin = strings.NewReader(stdin)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git %v: %v\n%s\n%s", args, err, out, stdin)
	}
}

// applied writes old to the file at sub/path of a new repository, applies the
// diff from old to new in sub, and returns what the file is then.
func applied(t testing.TB, repo, sub, path string, old, new []byte) string {
	t.Helper()
	dir := filepath.Join(repo, sub)
	full := filepath.Join(dir, path)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if old != nil {
		put(t, full, string(old), 0o644)
	}
	name, err := Name(dir, full)
	if err != nil {
		t.Fatal(err)
	}
	git(t, dir, Diff(old, new, name), "apply", "--whitespace=nowarn", "-")
	return read(t, full)
}

func manyLines(n int, changed func(int) bool) string {
	var b strings.Builder
	for i := range n {
		if changed(i) {
			fmt.Fprintf(&b, "changed %d\n", i)
			continue
		}
		fmt.Fprintf(&b, "line %d\n", i%7)
	}
	return b.String()
}

func TestDiffIsAppliedByGit(t *testing.T) {
	never := func(int) bool { return false }
	tests := map[string]struct{ path, old, new string }{
		"simple":              {"a.go", "package p\n\nvar x = 1\n", "package p\n\nvar x = 2\n"},
		"no final newline":    {"a.go", "a\nb", "a\nc"},
		"newline goes":        {"a.go", "a\nb\n", "a\nb"},
		"newline comes":       {"a.go", "a\nb", "a\nb\n"},
		"append to no end":    {"a.go", "a\nb", "a\nb\nc"},
		"change far from end": {"a.go", "a\nb\nc\nd\ne\nf\ng", "A\nb\nc\nd\ne\nf\ng"},
		"CRLF":                {"a.go", "a\r\nb\r\nc\r\n", "a\r\nx\r\nc\r\n"},
		"mixed endings":       {"a.go", "a\r\nb\nc\r\n", "a\r\nb\r\nc\n"},
		"BOM":                 {"a.go", "\ufeffa\nb\n", "\ufeffa\nc\n"},
		"space in path":       {"my dir/a b.go", "a\n", "b\n"},
		"quote in path":       {`a"b.go`, "a\n", "b\n"},
		"backslash in path":   {`a\b.go`, "a\n", "b\n"},
		"tab in path":         {"a\tb.go", "a\n", "b\n"},
		"unicode path":        {"größe/日本.go", "a\n", "b\n"},
		"path like a prefix":  {"b/a/a.go", "a\n", "b\n"},
		"lines like headers":  {"a.go", "-- a\n++ b\n@@ c\nx\n", "-- A\n++ B\n@@ C\nx\n"},
		"from empty":          {"a.go", "", "a\n"},
		"many hunks":          {"a.go", manyLines(4000, never), manyLines(4000, func(i int) bool { return i%20 == 3 })},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			repo := t.TempDir()
			if got := applied(t, repo, "no/repository", test.path, []byte(test.old), []byte(test.new)); got != test.new {
				t.Errorf("outside of a repository: got %.100q, want %.100q", got, test.new)
			}
			git(t, repo, "", "init", "-q")
			if got := applied(t, repo, "", test.path, []byte(test.old), []byte(test.new)); got != test.new {
				t.Errorf("at the root: got %.100q, want %.100q", got, test.new)
			}
			if got := applied(t, repo, "sub dir/module", test.path, []byte(test.old), []byte(test.new)); got != test.new {
				t.Errorf("in a module below: got %.100q, want %.100q", got, test.new)
			}
		})
	}
}

func TestDiffOfNewFile(t *testing.T) {
	for _, text := range []string{"package p\n", "package p", ""} {
		repo := t.TempDir()
		git(t, repo, "", "init", "-q")
		if got := applied(t, repo, "mod", "x/new file.go", nil, []byte(text)); got != text {
			t.Errorf("got %q, want %q", got, text)
		}
	}
}

func TestDiffOfRemovedFile(t *testing.T) {
	repo := t.TempDir()
	git(t, repo, "", "init", "-q")
	for _, text := range []string{"package p\n", "package p", ""} {
		path := filepath.Join(repo, "mod", "old file.go")
		put(t, path, text, 0o644)
		name, err := Name(repo, path)
		if err != nil {
			t.Fatal(err)
		}
		git(t, repo, Diff([]byte(text), nil, name), "apply", "-")
		if _, err := os.Lstat(path); err == nil {
			t.Errorf("%q: the file is still there", text)
		}
	}
}

func TestDiffOfEqual(t *testing.T) {
	if got := Diff([]byte("a\n"), []byte("a\n"), "a.go"); got != "" {
		t.Errorf("got %q, want nothing", got)
	}
}

func TestDiffIsSmall(t *testing.T) {
	old := manyLines(4000, func(int) bool { return false })
	new := manyLines(4000, func(i int) bool { return i%20 == 3 })
	if got := strings.Count(Diff([]byte(old), []byte(new), "a.go"), "\n@@ "); got != 200 {
		t.Errorf("%d hunks, want 200", got)
	}
}

// Any two texts: git makes the new one out of the old one.
func TestDiffOfAnything(t *testing.T) {
	repo := t.TempDir()
	git(t, repo, "", "init", "-q")
	text := rapid.Custom(func(t *rapid.T) string {
		lines := rapid.SliceOfN(rapid.SampledFrom([]string{"a\n", "b\n", "c\r\n", "\n", "-d\n", "+e\n", "\\ f\n"}), 0, 30).Draw(t, "lines")
		return strings.Join(lines, "") + rapid.SampledFrom([]string{"", "x", "y\r"}).Draw(t, "end")
	})
	rapid.Check(t, func(rt *rapid.T) {
		old, new := text.Draw(rt, "old"), text.Draw(rt, "new")
		if old == new {
			if d := Diff([]byte(old), []byte(new), "a.go"); d != "" {
				rt.Fatalf("the diff of equal texts is %q", d)
			}
			return
		}
		if new == "" {
			new = "package p\n" // ctxfix never empties a file
		}
		if got := applied(t, repo, "", "a.go", []byte(old), []byte(new)); got != new {
			rt.Fatalf("got %q, want %q", got, new)
		}
	})
}
