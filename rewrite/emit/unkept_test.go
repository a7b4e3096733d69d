package emit

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Where the journal cannot be listed, nothing is recorded: the record of another
// run would be in the place of this one's.
func TestJournalThatCannotBeListed(t *testing.T) {
	path := filepath.Join(realTemp(t), "a.go")
	put(t, path, "0", 0o644)
	j := newJournal(t)
	if err := Write([]Change{change(path, "0", "1")}, j); err != nil || j.Err() != nil {
		t.Fatal(err, j.Err())
	}
	blind := reopen(j)
	blind.fsys = &unlisted{dir: j.dir, times: 9}
	if err := Write([]Change{change(path, "1", "2")}, blind); err != nil || !errors.Is(blind.Err(), errFault) {
		t.Errorf("got %v, and of the journal %v", err, blind.Err())
	}
	runs, err := reopen(j).Runs()
	if err != nil || len(runs) != 1 || string(runs[0].Files[0].Old) != "0" || string(runs[0].Files[0].New) != "1" {
		t.Errorf("the record of the run before is %+v, %v", runs, err)
	}
}

// A run that can write nothing leaves no record, nor a folder for it.
func TestJournalOfNothing(t *testing.T) {
	path := filepath.Join(realTemp(t), "a.go")
	put(t, path, "0", 0o644)
	j := newJournal(t)
	fails := func() {
		t.Helper()
		if err := Write([]Change{change(path, "x", "y")}, j); err == nil || j.Err() != nil {
			t.Fatal(err, j.Err())
		}
	}
	fails()
	if _, err := os.Lstat(j.dir); err == nil {
		t.Error("there is a folder for the records")
	}
	if err := Write([]Change{change(path, "0", "1")}, reopen(j)); err != nil {
		t.Fatal(err)
	}
	j = reopen(j)
	fails()
	if runs, err := j.Runs(); err != nil || len(runs) != 1 || runs[0].Err() != nil {
		t.Errorf("runs %v, %v", runs, err)
	}
}

// A run that cannot be recorded drops no record, and says why.
func TestJournalThatIsFull(t *testing.T) {
	path := filepath.Join(realTemp(t), "a.go")
	put(t, path, "0", 0o644)
	j := newJournal(t)
	if err := Write([]Change{change(path, "0", "1")}, j); err != nil || j.Err() != nil {
		t.Fatal(err, j.Err())
	}
	undoLast(t, j)
	full := reopen(j)
	full.fsys = unnoting(j)
	if err := Write([]Change{change(path, "0", "2")}, full); err != nil || full.Err() == nil {
		t.Error(err, full.Err())
	}
	if runs, err := j.Runs(); err != nil || len(runs) != 1 {
		t.Errorf("runs %v, %v", runs, err)
	}
	why := errors.New("no home")
	if err := Write([]Change{change(path, "2", "3")}, NoJournal(why)); err != nil {
		t.Error(err)
	}
	if none := NoJournal(why); Write([]Change{change(path, "3", "4")}, none) != nil || !errors.Is(none.Err(), why) {
		t.Errorf("no journal at all: %v", none.Err())
	}
}

// No journal at all has nothing to say.
func TestNoJournal(t *testing.T) {
	path := filepath.Join(realTemp(t), "a.go")
	put(t, path, "0", 0o644)
	var none *Journal
	if err := Write([]Change{change(path, "0", "1")}, none); err != nil || none.Err() != nil {
		t.Error(err, none.Err())
	}
}

// Where there can be no lock the reason is said, and nobody is waited for.
func TestNoLock(t *testing.T) {
	never := func() { t.Error("waits") }
	blocked := filepath.Join(realTemp(t), "cache")
	put(t, blocked, "a file where the folder should be", 0o644)
	if _, err := OpenJournal(blocked, "/m", nil).Lock(t.Context(), never); err == nil || !strings.HasPrefix(err.Error(), "mkdir ") {
		t.Errorf("no folder: got %v", err)
	}
	j := newJournal(t)
	if err := os.MkdirAll(filepath.Join(j.dir, lockName), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := j.Lock(t.Context(), never); err == nil {
		t.Error("a folder is locked")
	}
}
