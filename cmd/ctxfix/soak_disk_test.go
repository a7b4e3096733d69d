//go:build soak && linux

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// mounted mounts something at dir, or skips the test.
func mounted(t *testing.T, what, dir, kind string, flags uintptr, options string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	err := syscall.Mount(what, dir, kind, flags, options)
	if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.EACCES) {
		t.Skipf("a small or read-only disk cannot be mounted by this user, who is not root: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
}

// fill leaves so many free blocks on the disk of dir.
func fill(t *testing.T, dir string, blocks int) (empty func()) {
	t.Helper()
	var stat syscall.Statfs_t
	if err := syscall.Statfs(dir, &stat); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "fill")
	if err := os.WriteFile(path, make([]byte, max(0, int(stat.Bfree)-blocks)*int(stat.Bsize)), 0o644); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
}

// TestSoakFullDisk has a module, and then the journal, on a disk with room for so
// many blocks more: a run, an undo and a redo each come to an end, or leave things
// as they are.
func TestSoakFullDisk(t *testing.T) {
	for _, small := range []string{"m", "cache"} {
		t.Run(small, func(t *testing.T) {
			top := realDir(t)
			disk := filepath.Join(top, "disk")
			mounted(t, "tmpfs", disk, "tmpfs", 0, "size=1m")
			for _, name := range []string{"m", "cache"} {
				if err := os.MkdirAll(filepath.Join(disk, name), 0o755); err != nil {
					t.Fatal(err)
				}
			}
			s := newSoakOn(t, top, small, disk)
			for _, args := range [][]string{{"undo", "-redo"}, {"undo"}, fixAll} {
				for blocks := range 16 {
					if !t.Failed() && (args[0] == "undo" || blocks%3 == 0) {
						s.onFullDisk(disk, blocks, args)
					}
				}
			}
			t.Logf("%d rounds, ended with: %v", s.rounds, s.phases)
		})
	}
}

// newSoakOn is newSoak with the module or the cache on another disk.
func newSoakOn(t *testing.T, top, small, disk string) *soak {
	t.Helper()
	if small == "m" {
		s := newSoak(t, disk)
		s.cache = filepath.Join(top, "cache")
		s.env = append(s.env, "XDG_CACHE_HOME="+s.cache)
		return s
	}
	s := newSoak(t, top)
	s.cache = filepath.Join(disk, "cache")
	s.env = append(s.env, "XDG_CACHE_HOME="+s.cache)
	return s
}

func (s *soak) onFullDisk(disk string, blocks int, args []string) {
	s.Helper()
	context := fmt.Sprintf("ctxfix %s with %d blocks", strings.Join(args, " "), blocks)
	switch args[0] {
	case "-w":
		s.is(s.old, context+", before")
	default:
		if out := s.must("undo", "-redo"); strings.Contains(out, "nothing to redo") {
			s.must(fixAll...)
		}
		if len(args) > 1 {
			s.must("undo")
		}
	}
	empty := fill(s.T, disk, blocks)
	out, err := s.command(nil, args...).CombinedOutput()
	empty()
	s.whole(context, !strings.Contains(string(out), "cannot be taken back"))
	if strings.Contains(string(out), "ctxfix undo cannot take this back") {
		s.reset()
	}
	s.undone(context)
	if s.Failed() {
		s.Logf("%s: %v: %s", context, err, out)
	}
}

// TestSoakReadOnly has the module, and the cache, on a disk that is read-only.
func TestSoakReadOnly(t *testing.T) {
	top := realDir(t)
	s := newSoak(t, top)
	for _, c := range []struct{ dir, says string }{
		{s.dir, "read-only file system"},
		{s.cache, "warning: ctxfix undo cannot take this back: "},
	} {
		t.Run(filepath.Base(c.dir), func(t *testing.T) {
			s := *s
			s.T = t
			mounted(t, c.dir, c.dir, "", syscall.MS_BIND, "")
			if err := syscall.Mount("", c.dir, "", syscall.MS_BIND|syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
				t.Fatal(err)
			}
			out, _ := s.command(nil, fixAll...).CombinedOutput()
			if !strings.Contains(string(out), c.says) {
				t.Errorf("it says %s", out)
			}
			s.whole(c.dir, true)
			want := s.new
			if c.dir == s.dir {
				want = s.old
			}
			s.is(want, c.dir)
			if turned, err := s.command(nil, "undo").CombinedOutput(); err == nil && !strings.Contains(string(turned), "nothing to undo") {
				t.Errorf("undo says %s", turned)
			}
		})
	}
}

// TestSoakOtherUser runs as a user who may write some of the folders, or none.
func TestSoakOtherUser(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("this user is not root, and cannot become another one")
	}
	top := realDir(t)
	s := newSoak(t, top)
	const nobody = 65534
	own := filepath.Join(top, "own")
	if err := os.MkdirAll(own, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{own, s.dir, filepath.Join(s.dir, "s0"), filepath.Join(s.dir, "s1"), filepath.Join(s.dir, "s2")} {
		if err := os.Chown(dir, nobody, nobody); err != nil {
			t.Fatal(err)
		}
	}
	for _, dir := range []string{filepath.Dir(top), filepath.Dir(filepath.Dir(s.bin))} { // as testing makes them
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, closed := range []string{"s1", ""} {
		dir := filepath.Join(s.dir, closed)
		if err := os.Chmod(dir, 0o555); err != nil {
			t.Fatal(err)
		}
		cmd := s.command(nil, "-w", "-unsafe", "-load", "source", "./...")
		cmd.Env = append(s.env, "XDG_CACHE_HOME="+own, "HOME="+own, "GOCACHE="+filepath.Join(own, "go"), "GOTMPDIR=", "TMPDIR="+own, "GOFLAGS=-buildvcs=false")
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
		out, _ := cmd.CombinedOutput()
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if cmd.ProcessState.ExitCode() != exitFailure || !strings.Contains(string(out), "permission denied") {
			t.Errorf("%q closed: %v: %s", closed, cmd.ProcessState, out)
		}
		s.whole("closed", true)
		got := s.files()
		if got["s0/b.go"] != s.old["s0/b.go"] || strings.Contains(fmt.Sprint(got), "ctxfix-") {
			t.Errorf("%q closed: %v", closed, got)
		}
		s.reset()
	}
}

// TestSoakFileSize bounds the size of files that may be written.
func TestSoakFileSize(t *testing.T) {
	s := newSoak(t, realDir(t))
	large := filepath.Join(s.dir, "f0.go")
	text, err := os.ReadFile(large)
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, large, append(text, "// "+strings.Repeat("x", 3000)+"\n"...))
	s.old = s.files()
	s.must(fixAll...)
	s.new = s.files()
	s.undone("setup")
	for _, blocks := range []int{1, 2, 4, 8, 16, 32} { // of 1 kB
		wrapper := []string{"bash", "-c", fmt.Sprintf(`ulimit -f %d; exec "$@"`, blocks), "bash"}
		out, _ := s.command(wrapper, fixAll...).CombinedOutput()
		context := fmt.Sprintf("%d blocks: %s", blocks, out)
		s.whole(context, true)
		if strings.Contains(string(out), "ctxfix undo cannot take this back") {
			s.reset()
			writeFile(t, large, append(text, "// "+strings.Repeat("x", 3000)+"\n"...))
		}
		s.undone(context)
	}
	t.Logf("%d rounds, ended with: %v", s.rounds, s.phases)
}
