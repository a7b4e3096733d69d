package emit

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// realTemp is t.TempDir without symbolic links on the way.
func realTemp(t testing.TB) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func put(t testing.TB, path, text string, mode fs.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

func read(t testing.TB, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// noTemps checks that no temporary file is left under dir.
func noTemps(t testing.TB, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if strings.Contains(d.Name(), ".ctxfix-") {
			t.Errorf("%s is left", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func change(path, old, new string) Change {
	return Change{Path: path, Old: []byte(old), New: []byte(new)}
}

func TestWrite(t *testing.T) {
	dir := realTemp(t)
	a, b := filepath.Join(dir, "a.go"), filepath.Join(dir, "sub", "b.go")
	put(t, a, "old a", 0o600)
	put(t, b, "old b", 0o755)
	created := filepath.Join(dir, "x", "y", "new.go")
	err := Write([]Change{change(a, "old a", "new a"), change(b, "old b", ""), {Path: created, New: []byte("made")}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{a: "new a", b: "", created: "made"} {
		if got := read(t, path); got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
	for path, want := range map[string]fs.FileMode{a: 0o600, b: 0o755, created: 0o644} {
		if info, err := os.Stat(path); err != nil || info.Mode() != want {
			t.Errorf("%s: mode %v, %v; want %v", path, info.Mode(), err, want)
		}
	}
	noTemps(t, dir)
}

// Where a symbolic link has come since the file was read, whether in its place or
// in that of a folder, nothing is written: it may lead anywhere.
func TestWriteNotThroughLinks(t *testing.T) {
	dir := realTemp(t)
	put(t, filepath.Join(dir, "real", "a.go"), "old", 0o644)
	for link, target := range map[string]string{"link.go": filepath.Join("real", "a.go"), "folder": "real"} {
		if err := os.Symlink(filepath.Join(dir, target), filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []Change{
		change(filepath.Join(dir, "link.go"), "old", "new"),
		change(filepath.Join(dir, "folder", "a.go"), "old", "new"),
		{Path: filepath.Join(dir, "folder", "new.go"), New: []byte("new")},
		{Path: filepath.Join(dir, "folder", "deep", "new.go"), New: []byte("new")},
	} {
		if err := Write([]Change{c}, nil); err == nil || !strings.Contains(err.Error(), "symbolic link") {
			t.Errorf("%s: got error %v", c.Path, err)
		}
	}
	if entries, err := os.ReadDir(filepath.Join(dir, "real")); err != nil || len(entries) != 1 || read(t, filepath.Join(dir, "real", "a.go")) != "old" {
		t.Errorf("behind the link: %v, %v", entries, err)
	}
}

// One file of two cannot be written: the other one is.
func TestWriteSkips(t *testing.T) {
	tests := map[string]struct {
		setup func(t *testing.T, bad string) Change
		want  string // in the error
		left  string // what bad is afterwards
	}{
		"changed meanwhile": {func(t *testing.T, bad string) Change {
			put(t, bad, "edited", 0o644)
			return change(bad, "old", "new")
		}, "changed since it was read", "edited"},
		"read-only": {func(t *testing.T, bad string) Change {
			put(t, bad, "old", 0o444)
			return change(bad, "old", "new")
		}, "read-only", "old"},
		"new one is there": {func(t *testing.T, bad string) Change {
			put(t, bad, "theirs", 0o644)
			return Change{Path: bad, New: []byte("new")}
		}, "exists already", "theirs"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			dir := realTemp(t)
			good, bad := filepath.Join(dir, "good.go"), filepath.Join(dir, "bad.go")
			put(t, good, "old", 0o644)
			err := Write([]Change{test.setup(t, bad), change(good, "old", "new")}, nil)
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), bad) {
				t.Errorf("got error %v, want one with %q and %s", err, test.want, bad)
			}
			if got := read(t, bad); got != test.left {
				t.Errorf("%s: got %q, want %q", bad, got, test.left)
			}
			if got := read(t, good); got != "new" {
				t.Errorf("%s: got %q, want it written", good, got)
			}
			noTemps(t, dir)
		})
	}
}

func TestWriteSameFileTwice(t *testing.T) {
	path := filepath.Join(realTemp(t), "a.go")
	put(t, path, "old", 0o644)
	err := Write([]Change{change(path, "old", "one"), change(path, "old", "two")}, nil)
	var e *Error
	if !errors.As(err, &e) || e.Path != path || !strings.Contains(err.Error(), "twice") || read(t, path) != "one" {
		t.Errorf("got %q, error %v", read(t, path), err)
	}
	noTemps(t, filepath.Dir(path))
}

// The longest name that a file can have leaves room for that of the temporary one.
func TestWriteLongNames(t *testing.T) {
	dir := realTemp(t)
	j := newJournal(t)
	var changes []Change
	for _, name := range []string{strings.Repeat("a", 252) + ".go", "b" + strings.Repeat("ü", 125) + ".go"} {
		put(t, filepath.Join(dir, name), "old", 0o644)
		changes = append(changes, change(filepath.Join(dir, name), "old", "new"))
	}
	stray := filepath.Join(dir, ".a.go.ctxfix-notes")
	put(t, stray, "not ours", 0o644)
	if err := Write(changes, j); err != nil {
		t.Fatal(err)
	}
	for _, mark := range []string{tempMark, keptMark} {
		if _, err := writeTemp(disk{}, dir, tempPrefix(changes[1].Path, mark), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	undoLast(t, reopen(j))
	asBefore(t, changes)
	for _, mark := range []string{tempMark, keptMark} {
		if left, _ := filepath.Glob(filepath.Join(dir, tempPrefix(changes[1].Path, mark)+"[0-9]*")); len(left) > 0 {
			t.Errorf("left: %s", left)
		}
	}
	if read(t, stray) != "not ours" {
		t.Error("a file of the user was removed")
	}
}

func TestWriteGone(t *testing.T) {
	path := filepath.Join(realTemp(t), "a.go")
	if err := Write([]Change{change(path, "old", "new")}, nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	if _, err := os.Lstat(path); err == nil {
		t.Error("the file was made")
	}
}

// All new contents are written before the first file is replaced, and the
// old contents are compared right before each.
func TestWriteStagesFirst(t *testing.T) {
	dir := realTemp(t)
	fsys := &faulty{}
	var changes []Change
	for i := range 3 {
		path := filepath.Join(dir, fmt.Sprintf("%d.go", i))
		put(t, path, "old", 0o644)
		changes = append(changes, change(path, "old", "new"))
	}
	if err := write(fsys, changes, nil); err != nil {
		t.Fatal(err)
	}
	got := strings.Join(fsys.log, " ")
	want := strings.Repeat("lstat real read ", 3) +
		strings.Repeat("create write sync close chown attributes chmod ", 3) +
		strings.Repeat("read rename ", 3) + "sync dir" + strings.Repeat(" remove", 3)
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// New files come before the files that may need them, and go after them: a run
// that is killed leaves code that compiles.
func TestWriteOrder(t *testing.T) {
	tr := newTree(t, realTemp(t))
	slices.Reverse(tr.changes)
	var order []string
	fsys := &faulty{before: func(op, path string) {
		if !strings.Contains(path, tempMark) && slices.Contains([]string{"link", "rename", "remove"}, op) && filepath.Ext(path) == ".go" {
			order = append(order, filepath.Base(path))
		}
	}}
	if err, unnoted := tr.write(fsys); err != nil || unnoted != nil {
		t.Fatal(err, unnoted)
	}
	if err, unnoted := tr.undo(fsys); err != nil || unnoted != nil {
		t.Fatal(err, unnoted)
	}
	if got, want := strings.Join(order, " "), "n.go c.go b.go a.go c.go b.go a.go n.go"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestWriteJointFixesWholeOrNotAtAll(t *testing.T) {
	dir := realTemp(t)
	path := func(name string) string { return filepath.Join(dir, name) }
	var changes []Change
	for name, fixes := range map[string][]string{
		"locked.go": {"x"}, "with.go": {"x", "y"}, "chained.go": {"y"}, "other.go": {"z"}, "alone.go": nil,
	} {
		mode := fs.FileMode(0o644)
		if name == "locked.go" {
			mode = 0o444
		}
		put(t, path(name), "old", mode)
		c := change(path(name), "old", "new")
		c.Fixes = fixes
		changes = append(changes, c)
	}
	err := Write(changes, nil)
	if err == nil || !strings.Contains(err.Error(), "with.go: left alone as it goes together with "+path("locked.go")) {
		t.Errorf("got error %v", err)
	}
	for name, want := range map[string]string{
		"locked.go": "old", "with.go": "old", "chained.go": "old", "other.go": "new", "alone.go": "new",
	} {
		if got := read(t, path(name)); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	noTemps(t, dir)
}
