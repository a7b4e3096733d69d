package emit

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// What killed processes have left beside a file goes when it is old enough, and
// nothing else.
func TestSweepStale(t *testing.T) {
	dir, now := realTemp(t), time.Now()
	path := filepath.Join(dir, "a.json")
	for name, test := range map[string]struct {
		age  time.Duration
		gone bool
	}{
		".a.json.ctxfix-1":     {2 * time.Hour, true},
		".a.json.ctxfix-2":     {30 * time.Minute, false},
		".a.json.ctxfix-notes": {2 * time.Hour, false},
		".b.json.ctxfix-1":     {2 * time.Hour, false},
	} {
		left := filepath.Join(dir, name)
		put(t, left, "", 0o644)
		if err := os.Chtimes(left, now, now.Add(-test.age)); err != nil {
			t.Fatal(err)
		}
		sweepStale(path, now)
		if _, err := os.Lstat(left); (err != nil) != test.gone {
			t.Errorf("%s: %v, want gone: %v", name, err, test.gone)
		}
	}
	folder := filepath.Join(dir, ".a.json.ctxfix-3")
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	sweepStale(path, now.Add(2*time.Hour))
	if _, err := os.Lstat(folder); err != nil {
		t.Error(err)
	}
}

// Without a journal a write removes what one before has left.
func TestWriteSweepsWithoutJournal(t *testing.T) {
	for name, journal := range map[string]*Journal{"no journal": nil, "no place for one": NoJournal(errFault)} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(realTemp(t), "a.go")
			left := filepath.Join(filepath.Dir(path), ".a.go.ctxfix-1")
			put(t, path, "old", 0o644)
			put(t, left, "", 0o644)
			if err := os.Chtimes(left, time.Time{}, time.Now().Add(-2*time.Hour)); err != nil {
				t.Fatal(err)
			}
			if err := Write([]Change{change(path, "old", "new")}, journal); err != nil {
				t.Fatal(err)
			}
			if _, err := os.Lstat(left); err == nil {
				t.Error("the temporary file is left")
			}
		})
	}
}

// replaced makes a file that not everybody may read.
func replaced(t *testing.T) (dir, path string, like fs.FileInfo) {
	dir = realTemp(t)
	path = filepath.Join(dir, "a.json")
	put(t, path, "old", 0o640)
	like, err := os.Lstat(path)
	if err != nil {
		t.Fatal(err)
	}
	return dir, path, like
}

// A file that is replaced keeps its mode; where it cannot be, nothing is left.
func TestReplace(t *testing.T) {
	dir, path, like := replaced(t)
	if err := Replace(path, []byte("new"), like); err != nil || read(t, path) != "new" {
		t.Errorf("%q, %v", read(t, path), err)
	}
	if info, err := os.Lstat(path); err != nil || info.Mode() != fs.FileMode(0o640) {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	folder := filepath.Join(dir, "folder")
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := Replace(folder, []byte("new"), nil); err == nil {
		t.Error("a folder was replaced")
	}
	if listed, err := os.ReadDir(dir); err != nil || len(listed) != 2 {
		t.Errorf("left are %v, %v", listed, err)
	}
}

// What replaces a file that not everybody may read is not readable on its way
// either, and what was written in part does not replace it.
func TestReplaceOnItsWay(t *testing.T) {
	dir, path, like := replaced(t)
	whole := &faulty{before: func(op, path string) {
		if op != "write" {
			return
		}
		if info, err := os.Lstat(path); err != nil || info.Mode() != 0o600 {
			t.Errorf("written with mode %v, %v", info.Mode(), err)
		}
	}}
	if err := replace(whole, path, []byte("new"), like); err != nil || read(t, path) != "new" {
		t.Errorf("%q, %v", read(t, path), err)
	}
	for at := range whole.log {
		err := replace(&faulty{faults: []fault{{at: at + 1, err: errFault, short: whole.log[at] == "write"}}}, path, []byte("newer"), like)
		if !errors.Is(err, errFault) || read(t, path) != "new" {
			t.Errorf("%s: %q, %v", whole.log[at], read(t, path), err)
		}
	}
	noTemps(t, dir)
}
