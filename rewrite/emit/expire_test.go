package emit

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// The journal of a module that is gone goes when it was not used for long; all
// others stay.
func TestJournalOfModuleThatIsGone(t *testing.T) {
	top := realTemp(t)
	cache := filepath.Join(top, "cache")
	used := func(name string) (j *Journal, root string) {
		root = filepath.Join(top, name)
		path := filepath.Join(root, "a.go")
		put(t, path, "old", 0o644)
		j = OpenJournal(cache, root, nil)
		unlock, err := j.Lock(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer unlock()
		if err := Write([]Change{change(path, "old", "new")}, j); err != nil || j.Err() != nil {
			t.Fatal(err, j.Err())
		}
		return j, root
	}
	gone, goneRoot := used("gone")
	there, _ := used("there")
	recent, recentRoot := used("recent")
	damaged, damagedRoot := used("damaged")
	put(t, damaged.file(1), "not a record", 0o600)
	foreign, foreignRoot := used("foreign")
	put(t, filepath.Join(foreign.dir, "notes"), "theirs", 0o600)
	locked, lockedRoot := used("locked")
	unlock, err := locked.Lock(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	for _, root := range []string{goneRoot, recentRoot, damagedRoot, foreignRoot, lockedRoot} {
		if err := os.RemoveAll(root); err != nil {
			t.Fatal(err)
		}
	}
	long := time.Now().Add(-unusedFor - time.Hour)
	for _, j := range []*Journal{gone, there, damaged, foreign, locked} {
		if err := os.Chtimes(j.dir, long, long); err != nil {
			t.Fatal(err)
		}
	}
	own, _ := used("own")
	for _, j := range []*Journal{own, there, recent, damaged, locked} {
		if _, err := os.Lstat(j.file(1)); err != nil {
			t.Errorf("the record of %s: %v", j.root, err)
		}
	}
	if _, err := os.Lstat(gone.dir); err == nil {
		t.Error("the journal of the module that is gone is left")
	}
	if read(t, filepath.Join(foreign.dir, "notes")) != "theirs" {
		t.Error("a file that is not of the journal was removed")
	}
}

// What cannot be looked at, and what lies behind a link, is not removed.
func TestJournalThatOnlySeemsGone(t *testing.T) {
	top := realTemp(t)
	cache := filepath.Join(top, "cache")
	recorded := func(cache, name string) *Journal {
		path := filepath.Join(top, name, "a.go")
		put(t, path, "old", 0o644)
		j := OpenJournal(cache, filepath.Dir(path), nil)
		if err := Write([]Change{change(path, "old", "new")}, j); err != nil || j.Err() != nil {
			t.Fatal(err, j.Err())
		}
		if err := os.RemoveAll(filepath.Dir(path)); err != nil {
			t.Fatal(err)
		}
		return j
	}
	own, gone, elsewhere := recorded(cache, "own"), recorded(cache, "gone"), recorded(filepath.Join(top, "other"), "linked")
	if err := os.Symlink(elsewhere.dir, filepath.Join(cache, "ctxfix", "link")); err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(gone.dir, newPrefix+"7"), "half a rec", 0o600)
	later := time.Now().Add(2 * unusedFor)

	blind := reopen(own)
	fsys := &unlisted{dir: gone.dir, times: 1}
	blind.fsys = fsys
	blind.expire(later)
	if fsys.times != 0 {
		t.Error("the journal that is gone was not looked at")
	}
	if _, err := os.Lstat(gone.file(1)); err != nil {
		t.Errorf("removed although it could not be looked at: %v", err)
	}

	own.expire(later)
	for _, j := range []*Journal{own, elsewhere} {
		if _, err := os.Lstat(j.file(1)); err != nil {
			t.Errorf("the record of %s: %v", j.root, err)
		}
	}
	if _, err := os.Lstat(gone.dir); err == nil {
		t.Error("the journal of the module that is gone is left")
	}
}
