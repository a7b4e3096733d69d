//go:build linux

package emit

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// accessList is an access control list as Linux keeps it: the owner may read and
// write, the user 1234 and the group may read, others nothing.
func accessList(t *testing.T) []byte {
	t.Helper()
	type entry struct {
		Tag, Permission uint16
		ID              uint32
	}
	var b bytes.Buffer
	const nobody = ^uint32(0)
	for _, part := range []any{uint32(2), entry{1, 6, nobody}, entry{2, 4, 1234}, entry{4, 4, nobody}, entry{16, 4, nobody}, entry{32, 0, nobody}} {
		if err := binary.Write(&b, binary.LittleEndian, part); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

// Who else may read a file, and what is noted of it, stays, through an undo, too.
func TestWriteKeepsAttributes(t *testing.T) {
	path := filepath.Join(realTemp(t), "a.go")
	put(t, path, "old", 0o640)
	attributes := map[string][]byte{"user.note": []byte("mine"), "user.empty": {}, "system.posix_acl_access": accessList(t)}
	for name, value := range attributes {
		err := unix.Setxattr(path, name, value, 0)
		if errors.Is(err, unix.ENOTSUP) {
			t.Skipf("no attribute %s on this file system", name)
		}
		if err != nil {
			t.Fatal(name, err)
		}
	}
	check := func() {
		t.Helper()
		for name, want := range attributes {
			if got, err := attribute(path, name); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s: got %q, %v; want %q", name, got, err, want)
			}
		}
		if info, err := os.Stat(path); err != nil || info.Mode() != 0o640 {
			t.Errorf("mode %v, %v", info.Mode(), err)
		}
	}
	check()
	j := newJournal(t)
	if err := Write([]Change{change(path, "old", "new")}, j); err != nil {
		t.Fatal(err)
	}
	check()
	undoLast(t, reopen(j))
	check()
}

// A new file is as private as the user asks for.
func TestNewFileObeysUmask(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0o027))
	path := filepath.Join(realTemp(t), "made", "a.go")
	if err := Write([]Change{{Path: path, New: []byte("new")}}, nil); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]os.FileMode{path: 0o640, filepath.Dir(path): os.ModeDir | 0o750} {
		if info, err := os.Stat(path); err != nil || info.Mode() != want {
			t.Errorf("%s: mode %v, %v; want %v", path, info.Mode(), err, want)
		}
	}
}

// A copy that was made as a hard link stays as it was.
func TestWriteLeavesOtherNames(t *testing.T) {
	dir := realTemp(t)
	path, backup := filepath.Join(dir, "a.go"), filepath.Join(dir, "backup.go")
	put(t, path, "old", 0o644)
	if err := os.Link(path, backup); err != nil {
		t.Fatal(err)
	}
	if n := OtherNames(path); n != 1 {
		t.Errorf("%d other names", n)
	}
	if err := Write([]Change{change(path, "old", "new")}, nil); err != nil {
		t.Fatal(err)
	}
	if read(t, path) != "new" || read(t, backup) != "old" {
		t.Errorf("the file is %q, its copy %q", read(t, path), read(t, backup))
	}
	if n := OtherNames(path); n != 0 {
		t.Errorf("%d other names", n)
	}
}

// What others may read of a file, or have noted of it, is not given up silently;
// what the system labels it with is the system's.
func TestAttributesThatCannotBeKept(t *testing.T) {
	dir := realTemp(t)
	for name, value := range map[string][]byte{"user.note": []byte("mine"), "system.posix_acl_access": accessList(t), "trusted.label": []byte("x")} {
		path := filepath.Join(dir, name)
		put(t, path, "", 0o640)
		if err := unix.Setxattr(path, name, value, 0); errors.Is(err, unix.ENOTSUP) || errors.Is(err, unix.EPERM) {
			t.Skipf("no attribute %s on this file system, or for this user", name)
		} else if err != nil {
			t.Fatal(name, err)
		}
		err := copyAttributes(path, filepath.Join(dir, "none"))
		if wanted := name != "trusted.label"; (err != nil) != wanted {
			t.Errorf("%s: got error %v", name, err)
		}
	}
}

// An attribute that grows while it is read is read again.
func TestAttributeThatGrows(t *testing.T) {
	calls := 0
	got, err := sized(func(buf []byte) (int, error) {
		calls++
		if calls == 2 {
			return 0, unix.ERANGE
		}
		if buf == nil {
			return 2 + calls, nil
		}
		return copy(buf, "whole"), nil
	})
	if err != nil || string(got) != "whole" {
		t.Errorf("got %q, %v", got, err)
	}
}
