package emit

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// Nothing is done that a change does not need: a file is removed on a full disk,
// too, and what cannot be written leaves no trace, not even for a moment.
func TestOperations(t *testing.T) {
	joint := []string{"x"}
	for name, test := range map[string]struct {
		change  Change // of a.go, which is there
		failing string // the operation that fails
		log     string
	}{
		"replaced":           {Change{Path: "a.go", Old: []byte("old"), New: []byte("new")}, "", "lstat real read create write sync close chown attributes chmod read rename sync dir remove"},
		"with a joint fix":   {Change{Path: "a.go", Old: []byte("old"), New: []byte("new"), Fixes: joint}, "", "lstat real read create write sync close chown attributes chmod link read rename sync dir remove remove"},
		"removed":            {Change{Path: "a.go", Old: []byte("old")}, "", "lstat real read read remove sync dir"},
		"made":               {Change{Path: "n.go", New: []byte("new"), Fixes: joint}, "", "lstat lstat real mkdir create write sync close link remove sync dir remove"},
		"there already":      {Change{Path: "a.go", New: []byte("new")}, "", "lstat"},
		"in no folder":       {Change{Path: "a.go/n.go", New: []byte("new")}, "", "lstat"},
		"no attributes":      {Change{Path: "a.go", Old: []byte("old"), New: []byte("new"), Fixes: joint}, "attributes", "lstat real read create write sync close chown remove"},
		"no folder":          {Change{Path: "deep/n.go", New: []byte("new")}, "mkdir", "lstat lstat lstat real rmdir"},
		"nobody knows where": {Change{Path: "a.go", Old: []byte("old"), New: []byte("new")}, "real", "lstat"},
		"unreadable":         {Change{Path: "a.go", Old: []byte("old"), New: []byte("new")}, "read", "lstat real"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := realTemp(t)
			put(t, filepath.Join(dir, "a.go"), "old", 0o644)
			test.change.Path = filepath.Join(dir, test.change.Path)
			fsys := &bent{instead: func(op, _, _ string) (error, bool) { return errFault, op == test.failing }}
			err := write(fsys, []Change{test.change}, nil)
			if (test.failing != "") != errors.Is(err, errFault) {
				t.Errorf("got error %v", err)
			}
			if got := strings.Join(fsys.log, " "); got != test.log {
				t.Errorf("got  %s\nwant %s", got, test.log)
			}
			if test.failing != "" && read(t, filepath.Join(dir, "a.go")) != "old" {
				t.Error("written nevertheless")
			}
		})
	}
}

// The folders made for a new file that cannot be written go, on a disk, too, on
// which nothing can be found out any more.
func TestFoldersOfNewFileGo(t *testing.T) {
	dir, failed := realTemp(t), false
	fsys := &bent{instead: func(op, _, _ string) (error, bool) {
		failed = failed || op == "create"
		return errFault, op == "create" || failed && op == "lstat"
	}}
	if err := write(fsys, []Change{{Path: filepath.Join(dir, "made", "deep", "n.go"), New: []byte("new")}}, nil); !errors.Is(err, errFault) {
		t.Errorf("got %v", err)
	}
	if _, err := os.Lstat(filepath.Join(dir, "made")); err == nil {
		t.Error("the folder of the new file is left")
	}
}

// An empty file that cannot be read is not taken for the one that was read.
func TestUnreadableEmptyFile(t *testing.T) {
	path := filepath.Join(realTemp(t), "a.go")
	put(t, path, "", 0o644)
	fsys := &bent{instead: func(op, _, _ string) (error, bool) { return errFault, op == "read" }}
	if err := write(fsys, []Change{change(path, "", "new")}, nil); !errors.Is(err, errFault) || read(t, path) != "" {
		t.Errorf("got %v; the file is %q", err, read(t, path))
	}
}

// A folder in the place of a file is called that, whatever its mode.
func TestFolderInPlace(t *testing.T) {
	path := filepath.Join(realTemp(t), "a.go")
	if err := os.Mkdir(path, 0o500); err != nil {
		t.Fatal(err)
	}
	if err := Write([]Change{change(path, "old", "new")}, nil); !errors.Is(err, errIrregular) {
		t.Errorf("got %v", err)
	}
}

// Where the owner cannot be kept, nobody may run the file as the one it has now.
func TestWriteUnderAnotherOwner(t *testing.T) {
	path := filepath.Join(realTemp(t), "a.go")
	put(t, path, "old", 0o755|fs.ModeSetuid|fs.ModeSetgid)
	fsys := &bent{instead: func(op, _, _ string) (error, bool) { return syscall.EPERM, op == "chown" }}
	if err := write(fsys, []Change{change(path, "old", "new")}, nil); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(path); err != nil || info.Mode() != 0o755 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

// Another file that has come in the place of a new one stays, and is not taken
// for ours, whatever the file system says of links.
func TestNewFileWhereAnotherCame(t *testing.T) {
	for name, link := range map[string]error{"no links": syscall.EPERM, "links": syscall.EEXIST} {
		for _, seen := range []string{"seen", "not seen", "gone again"} {
			t.Run(name+", "+seen, func(t *testing.T) {
				path := filepath.Join(realTemp(t), "a.go")
				came := false
				fsys := &bent{instead: func(op, _, to string) (error, bool) {
					switch {
					case op == "link" && to == path:
						put(t, path, "theirs", 0o644)
						came = true
						return link, true
					case op == "lstat" && came && seen == "not seen":
						return errFault, true
					case op == "lstat" && came && seen == "gone again" && link == syscall.EEXIST:
						return fs.ErrNotExist, true
					}
					return nil, false
				}}
				err := write(fsys, []Change{{Path: path, New: []byte("new")}}, nil)
				if err == nil || seen == "seen" && !errors.Is(err, errExists) {
					t.Errorf("got error %v", err)
				}
				if got := read(t, path); got != "theirs" {
					t.Errorf("it is %q", got)
				}
			})
		}
	}
}

// A rename that fails as somebody has removed the temporary file has failed.
func TestTemporaryFileGone(t *testing.T) {
	path := filepath.Join(realTemp(t), "a.go")
	put(t, path, "old", 0o644)
	fsys := &bent{instead: func(op, from, to string) (error, bool) {
		if op != "rename" {
			return nil, false
		}
		os.Remove(from)
		return syscall.ENOENT, true
	}}
	if err := write(fsys, []Change{change(path, "old", "new")}, nil); err == nil || read(t, path) != "old" {
		t.Errorf("got %v, and the file is %q", err, read(t, path))
	}
}

// What another process has made the same of a file is not ours.
func TestSameMadeMeanwhile(t *testing.T) {
	path := filepath.Join(realTemp(t), "a.go")
	put(t, path, "old", 0o644)
	fsys := &bent{instead: func(op, _, _ string) (error, bool) {
		if op == "create" {
			put(t, path, "new", 0o644)
		}
		return nil, false
	}}
	if err := write(fsys, []Change{change(path, "old", "new")}, nil); !errors.Is(err, errChanged) {
		t.Errorf("got %v", err)
	}
}

// A file that could not be removed, and cannot be looked at, is not gone.
func TestRemovalThatFails(t *testing.T) {
	path := filepath.Join(realTemp(t), "a.go")
	put(t, path, "old", 0o644)
	removing := false
	fsys := &bent{instead: func(op, _, _ string) (error, bool) { return errFault, op == "read" && removing }}
	fsys.before = func(op, _ string) {
		if op == "remove" {
			removing = true
			fsys.faults = []fault{{at: fsys.ops(), err: errFault}}
		}
	}
	if err := write(fsys, []Change{{Path: path, Old: []byte("old")}}, nil); err == nil || read(t, path) != "old" {
		t.Errorf("got %v", err)
	}
}

// jointPair is two changes of one fix, of which the second cannot be made: then
// the first is taken back.
func jointPair(t *testing.T, second Change) (first string, changes []Change) {
	dir := filepath.Dir(second.Path)
	first = filepath.Join(dir, "a.go")
	put(t, first, "old", 0o644)
	put(t, second.Path, "old", 0o644)
	changes = []Change{change(first, "old", "new"), second}
	for i := range changes {
		changes[i].Fixes = []string{"x"}
	}
	return first, changes
}

// What is taken back needs no room on the disk.
func TestTakeBackOnFullDisk(t *testing.T) {
	second := change(filepath.Join(realTemp(t), "b.go"), "old", "new")
	first, changes := jointPair(t, second)
	full := false
	fsys := &bent{instead: func(op, _, to string) (error, bool) {
		full = full || op == "rename" && to == second.Path
		return syscall.ENOSPC, full && (op == "create" || to == second.Path)
	}}
	if err := write(fsys, changes, nil); err == nil || !full || read(t, first) != "old" || read(t, second.Path) != "old" {
		t.Errorf("got %v; %q and %q", err, read(t, first), read(t, second.Path))
	}
	noTemps(t, filepath.Dir(first))
}

// What somebody has edited since is not taken back over it.
func TestTakeBackOfWhatWasEdited(t *testing.T) {
	second := change(filepath.Join(realTemp(t), "b.go"), "old", "new")
	first, changes := jointPair(t, second)
	fsys := &bent{instead: func(op, _, to string) (error, bool) {
		if op != "rename" || to != second.Path {
			return nil, false
		}
		put(t, first, "edited", 0o644)
		return errFault, true
	}}
	err := write(fsys, changes, nil)
	if got := read(t, first); got != "edited" || err == nil || !strings.Contains(err.Error(), "cannot be taken back") {
		t.Errorf("it is %q, and the error %v", got, err)
	}
}

// Nor is a removed file put back where somebody has made another one meanwhile.
func TestTakeBackOfRemoval(t *testing.T) {
	second := Change{Path: filepath.Join(realTemp(t), "b.go"), Old: []byte("old")}
	first, changes := jointPair(t, second)
	changes[0].New = nil
	fsys := &bent{instead: func(op, from, to string) (error, bool) {
		if (op == "link" || op == "rename") && to == first {
			put(t, first, "theirs", 0o644)
		}
		return nil, false
	}}
	fsys.before = func(op, path string) {
		if op == "remove" && path == second.Path {
			put(t, second.Path, "edited", 0o644) // too late to be seen: it goes
			fsys.faults = []fault{{at: fsys.ops(), err: errFault}}
		}
	}
	err := write(fsys, changes, nil)
	if got := read(t, first); got != "theirs" || err == nil {
		t.Errorf("it is %q, and the error %v", got, err)
	}
}
