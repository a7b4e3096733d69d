//go:build unix

package emit

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// A file stays its owner's when another user, who may, has it fixed.
func TestWriteKeepsOwner(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root may give files away")
	}
	path := filepath.Join(realTemp(t), "a.go")
	put(t, path, "old", 0o644)
	if err := os.Chown(path, 1234, 2345); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o750|os.ModeSetuid); err != nil {
		t.Fatal(err)
	}
	if err := Write([]Change{change(path, "old", "new")}, nil); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if s := info.Sys().(*syscall.Stat_t); s.Uid != 1234 || s.Gid != 2345 || info.Mode() != 0o750|os.ModeSetuid {
		t.Errorf("owner %d, group %d, mode %v", s.Uid, s.Gid, info.Mode())
	}
}

// The owner is kept where only the group was right, and the other way round.
func TestChown(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root may give files away")
	}
	dir := realTemp(t)
	like, path := filepath.Join(dir, "like"), filepath.Join(dir, "a.go")
	for _, want := range [][2]int{{1234, 0}, {0, 2345}, {0, 0}} {
		put(t, like, "", 0o644)
		put(t, path, "", 0o644)
		if err := errors.Join(os.Chown(like, want[0], want[1]), os.Chown(path, 0, 0)); err != nil {
			t.Fatal(err)
		}
		info, err := os.Lstat(like)
		if err != nil {
			t.Fatal(err)
		}
		if err := chown(path, info); err != nil {
			t.Error(err)
		}
		if info, err = os.Lstat(path); err != nil {
			t.Fatal(err)
		}
		if s := info.Sys().(*syscall.Stat_t); int(s.Uid) != want[0] || int(s.Gid) != want[1] {
			t.Errorf("owner %d, group %d; want %v", s.Uid, s.Gid, want)
		}
		if err := chown(filepath.Join(dir, "none"), info); err == nil {
			t.Error("the owner of no file was set")
		}
	}
}

// A folder has no other names, nor has what is not there.
func TestOtherNamesOfNoFile(t *testing.T) {
	dir := realTemp(t)
	if err := os.Mkdir(filepath.Join(dir, "sub"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{dir, filepath.Join(dir, "none")} {
		if n := OtherNames(path); n != 0 {
			t.Errorf("%s: %d other names", path, n)
		}
	}
}
