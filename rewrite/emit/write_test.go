package emit

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

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
	dir := t.TempDir()
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

func TestWriteThroughLink(t *testing.T) {
	dir := t.TempDir()
	target, link := filepath.Join(dir, "real", "a.go"), filepath.Join(dir, "link.go")
	put(t, target, "old", 0o644)
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	if err := Write([]Change{change(link, "old", "new")}, nil); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Errorf("the link was replaced: %v %v", info.Mode(), err)
	}
	if got := read(t, target); got != "new" {
		t.Errorf("got %q", got)
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
			dir := t.TempDir()
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
	path := filepath.Join(t.TempDir(), "a.go")
	put(t, path, "old", 0o644)
	err := Write([]Change{change(path, "old", "one"), change(path, "old", "two")}, nil)
	var e *Error
	if !errors.As(err, &e) || e.Path != path || read(t, path) != "one" {
		t.Errorf("got %q, error %v", read(t, path), err)
	}
	noTemps(t, filepath.Dir(path))
}

// The longest name that a file can have leaves room for that of the temporary one.
func TestWriteLongNames(t *testing.T) {
	dir := t.TempDir()
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
	left, err := os.CreateTemp(dir, tempPrefix(changes[1].Path)+"*")
	if err != nil {
		t.Fatal(err)
	}
	left.Close()
	undoLast(t, j)
	asBefore(t, changes)
	if _, err := os.Lstat(left.Name()); err == nil {
		t.Errorf("%s is left", left.Name())
	}
	if read(t, stray) != "not ours" {
		t.Error("a file of the user was removed")
	}
}

func TestWriteGone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.go")
	if err := Write([]Change{change(path, "old", "new")}, nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	if _, err := os.Lstat(path); err == nil {
		t.Error("the file was made")
	}
}

var errFault = errors.New("disk on fire")

// faulty is the disk, failing once at operation number at; or, with crash, the
// process ends there.
type faulty struct {
	disk
	ops, at int
	crash   bool
	log     []string
}

// errCrash is the panic that stands for the end of the process.
var errCrash = errors.New("crash")

func (f *faulty) fails(op string) bool {
	f.ops++
	f.log = append(f.log, op)
	if f.crash && f.ops == f.at {
		panic(errCrash)
	}
	return f.ops == f.at
}

// What follows cannot fail with harm, but the process may end there.

func (f *faulty) Link(from, to string) error {
	if f.crash {
		f.fails("link")
	}
	return f.disk.Link(from, to)
}

func (f *faulty) Remove(p string) error {
	if f.crash {
		f.fails("remove")
	}
	return f.disk.Remove(p)
}

func (f *faulty) SyncDir(dir string) {
	if f.crash {
		f.fails("sync dir")
	}
	f.disk.SyncDir(dir)
}

func (f *faulty) Real(p string) (string, error) {
	if f.fails("real") {
		return "", errFault
	}
	return f.disk.Real(p)
}

func (f *faulty) ReadFile(p string) ([]byte, error) {
	if f.fails("read") {
		return nil, errFault
	}
	return f.disk.ReadFile(p)
}

func (f *faulty) ReadDir(p string) ([]fs.DirEntry, error) {
	if f.fails("list") {
		return nil, errFault
	}
	return f.disk.ReadDir(p)
}

func (f *faulty) MkdirAll(p string, m fs.FileMode) error {
	if f.fails("mkdir") {
		return errFault
	}
	return f.disk.MkdirAll(p, m)
}

func (f *faulty) Chmod(p string, m fs.FileMode) error {
	if f.fails("chmod") {
		return errFault
	}
	return f.disk.Chmod(p, m)
}

func (f *faulty) Rename(from, to string) error {
	if f.fails("rename") {
		return errFault
	}
	return f.disk.Rename(from, to)
}

func (f *faulty) CreateTemp(dir, pattern string) (file, error) {
	if f.fails("temp") {
		return nil, errFault
	}
	inner, err := f.disk.CreateTemp(dir, pattern)
	return &faultyFile{inner, f}, err
}

type faultyFile struct {
	file
	f *faulty
}

func (f *faultyFile) Write(p []byte) (int, error) {
	if f.f.fails("write") {
		n, _ := f.file.Write(p[:len(p)/2])
		return n, errFault
	}
	return f.file.Write(p)
}

func (f *faultyFile) Sync() error {
	if f.f.fails("sync") {
		return errFault
	}
	return f.file.Sync()
}

// Whatever operation fails, every file is as before or as it should be, the
// error says which, and nothing is left over.
func TestWriteWithFaults(t *testing.T) {
	for at, more := 1, true; more; at++ {
		t.Run(fmt.Sprint(at), func(t *testing.T) {
			dir := t.TempDir()
			fsys := &faulty{at: at}
			changes := []Change{{Path: filepath.Join(dir, "made", "new.go"), New: []byte("new")}}
			for i := range 3 {
				path := filepath.Join(dir, fmt.Sprintf("%d.go", i))
				put(t, path, "old", 0o644)
				changes = append(changes, change(path, "old", "new"))
			}
			journal := newJournal(t)
			journal.fsys = fsys
			err := write(fsys, changes, journal)
			more = fsys.ops >= at
			if more != (errors.Is(err, errFault) || errors.Is(journal.Err(), errFault)) {
				t.Errorf("fault %v, error %v, of the journal %v", more, err, journal.Err())
			}
			for _, c := range changes {
				got, readErr := os.ReadFile(c.Path)
				blamed := err != nil && strings.Contains(err.Error(), c.Path+":")
				want := "new"
				if blamed {
					want = string(c.Old)
				}
				if string(got) != want || readErr != nil && !(blamed && c.Old == nil) {
					t.Errorf("%s: got %q, %v; want %q", c.Path, got, readErr, want)
				}
			}
			if _, statErr := os.Stat(filepath.Join(dir, "made")); statErr == nil && err != nil && strings.Contains(err.Error(), "new.go") {
				t.Error("the directory of the file not made is left")
			}
			noTemps(t, dir)
			if at == 1 && !strings.Contains(strings.Join(fsys.log, " "), "rename") {
				t.Error("the other files were not written")
			}
			if journal.Err() == nil {
				journal.fsys = disk{}
				undoLast(t, journal)
				asBefore(t, changes)
			}
		})
		if at > 200 {
			t.Fatal("no end of operations")
		}
	}
}

// Whatever operation fails, also when files are replaced already, a fix of
// several files is in all of them or in none.
func TestWriteJointFixWithFaults(t *testing.T) {
	takenBack := 0
	for at, more := 1, true; more; at++ {
		_, changes := project(t)
		for i := range changes {
			changes[i].Fixes = []string{"x"}
		}
		fsys := &faulty{at: at}
		err := write(fsys, changes, nil)
		more = fsys.ops >= at
		if err == nil {
			if more {
				t.Errorf("fault %d is not reported", at)
			}
			continue
		}
		if got := strings.Count(strings.Join(fsys.log, " "), "rename"); got > 1 {
			takenBack++
		}
		asBefore(t, changes)
		noTemps(t, filepath.Dir(changes[1].Path))
	}
	if takenBack == 0 {
		t.Error("nothing was written and taken back")
	}
}

// All new contents are written before the first file is replaced, and the
// old contents are compared right before each.
func TestWriteStagesFirst(t *testing.T) {
	dir := t.TempDir()
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
	want := strings.Repeat("real read ", 3) + strings.Repeat("temp write sync chmod ", 3) + "read rename read rename read rename"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestWriteJointFixesWholeOrNotAtAll(t *testing.T) {
	dir := t.TempDir()
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
