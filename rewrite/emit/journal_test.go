package emit

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func newJournal(t testing.TB) *Journal {
	t.Helper()
	return OpenJournal(memoryTemp(t), "/home/me/module", []string{"ctxfix", "-w"})
}

// reopen returns the journal as another process has it.
func reopen(j *Journal) *Journal {
	return &Journal{dir: j.dir, root: j.root, command: j.command, fsys: j.fsys, maxBytes: j.maxBytes}
}

// project makes three files of which one is new, as changes to be written.
func project(t testing.TB) (dir string, changes []Change) {
	t.Helper()
	dir = memoryTemp(t)
	changes = []Change{{Path: filepath.Join(dir, "made", "deep", "new.go"), New: []byte("new")}}
	for _, name := range []string{"a.go", "b.go"} {
		put(t, filepath.Join(dir, name), "old", 0o644)
		changes = append(changes, change(filepath.Join(dir, name), "old", "new"))
	}
	return dir, changes
}

// undoLast undoes the last run that the journal has, if there is one.
func undoLast(t testing.TB, j *Journal) (undone bool) {
	t.Helper()
	runs, _, err := j.Settle()
	if err != nil {
		t.Fatal(err)
	}
	run := LastDone(runs)
	if run == nil {
		return false
	}
	turn, err := j.Undo(run, nil)
	if err != nil {
		t.Fatal(err)
	}
	if whole, unnoted, err := turn.CarryOut(); !whole || unnoted != nil || err != nil {
		t.Fatal(whole, unnoted, err)
	}
	return true
}

// asBefore checks that the changes are not made, or no more.
func asBefore(t testing.TB, changes []Change) {
	t.Helper()
	for _, c := range changes {
		if got, err := present(disk{}, c.Path); err != nil || !same(got, c.Old) {
			t.Errorf("%s: got %q, %v; want %q", c.Path, got, err, c.Old)
		}
	}
}

func TestJournalRestoresWhatWasWritten(t *testing.T) {
	dir, changes := project(t)
	j := newJournal(t)
	if err := Write(changes, j); err != nil || j.Err() != nil {
		t.Fatal(err, j.Err())
	}
	undoLast(t, j)
	asBefore(t, changes)
	if _, err := os.Lstat(filepath.Join(dir, "made")); err == nil {
		t.Error("the folder of the new file is left")
	}
	if runs, err := j.Runs(); err != nil || len(runs) != 1 || !runs[0].Undone || LastDone(runs) != nil || LastUndone(runs) != runs[0] {
		t.Errorf("after the undo: %+v, %v", runs, err)
	}
}

func TestJournalIsPrivate(t *testing.T) {
	_, changes := project(t)
	j := newJournal(t)
	if err := Write(changes, j); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]fs.FileMode{j.dir: 0o700, j.file(1): 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: mode %v, %v; want %v", path, info.Mode(), err, want)
		}
	}
}

// What one process writes bit by bit is one run.
func TestJournalOfSeveralWrites(t *testing.T) {
	dir, changes := project(t)
	j := newJournal(t)
	for i := range changes {
		if err := Write(changes[i:i+1], j); err != nil || j.Err() != nil {
			t.Fatal(err, j.Err())
		}
	}
	put(t, filepath.Join(dir, "c.go"), "other", 0o644)
	if err := Write([]Change{change(filepath.Join(dir, "c.go"), "old", "new")}, j); err == nil {
		t.Fatal("written over other contents")
	}
	if runs, err := j.Runs(); err != nil || len(runs) != 1 || len(runs[0].Files) != 3 {
		t.Fatalf("runs %+v, %v", runs, err)
	}
	undoLast(t, j)
	asBefore(t, changes)
}

// An empty file is not the same as none, neither before nor after.
func TestJournalOfEmptyFiles(t *testing.T) {
	dir := realTemp(t)
	filled, emptied, made := filepath.Join(dir, "f.go"), filepath.Join(dir, "e.go"), filepath.Join(dir, "m.go")
	put(t, filled, "", 0o644)
	put(t, emptied, "text", 0o644)
	changes := []Change{change(filled, "", "text"), change(emptied, "text", ""), {Path: made, New: []byte{}}}
	j := newJournal(t)
	if err := Write(changes, j); err != nil || j.Err() != nil {
		t.Fatal(err, j.Err())
	}
	undoLast(t, j)
	asBefore(t, changes)
}

func TestUndoRefusesWhatChangedSince(t *testing.T) {
	dir, changes := project(t)
	j := newJournal(t)
	if err := Write(changes, j); err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(dir, "a.go"), "edited", 0o644)
	if err := os.Remove(changes[0].Path); err != nil { // as undo itself would do it
		t.Fatal(err)
	}
	runs, err := j.Runs()
	if err != nil {
		t.Fatal(err)
	}
	var changed *ChangedError
	if _, err := j.Undo(runs[0], nil); !errors.As(err, &changed) || !slices.Equal(changed.Paths, []string{filepath.Join(dir, "a.go")}) {
		t.Errorf("got error %v", err)
	}
	b := filepath.Join(dir, "b.go")
	if got, err := j.Undo(runs[0], []string{b}); err != nil || len(got.Changes) != 1 || got.Changes[0].Path != b {
		t.Errorf("of b.go alone: got %v, %v", got, err)
	}
}

// Runs are undone one after the other, and redone the other way round, until
// something else is written.
func TestUndoAndRedoInOrder(t *testing.T) {
	path := filepath.Join(realTemp(t), "a.go")
	put(t, path, "0", 0o644)
	j := newJournal(t)
	rewrite := func(old, new string) {
		j := reopen(j)
		if err := Write([]Change{change(path, old, new)}, j); err != nil || j.Err() != nil {
			t.Fatal(err, j.Err())
		}
	}
	rewrite("0", "1")
	rewrite("1", "2")
	undoLast(t, j)
	undoLast(t, j)
	if got := read(t, path); got != "0" {
		t.Fatalf("got %q", got)
	}
	runs, err := j.Runs()
	if err != nil {
		t.Fatal(err)
	}
	again, err := j.Redo(LastUndone(runs), nil)
	if err != nil || len(again.Changes) != 1 || string(again.Changes[0].New) != "1" {
		t.Fatalf("got %v, %v", again, err)
	}
	rewrite("0", "3")
	if runs, err = j.Runs(); err != nil || len(runs) != 1 || LastUndone(runs) != nil {
		t.Errorf("what was undone is not forgotten: %v, %v", runs, err)
	}
}

func TestJournalIsBounded(t *testing.T) {
	path := filepath.Join(realTemp(t), "a.go")
	put(t, path, "0", 0o644)
	j := newJournal(t)
	for i := range maxRuns + 5 {
		j := reopen(j)
		if err := Write([]Change{change(path, fmt.Sprint(i), fmt.Sprint(i+1))}, j); err != nil || j.Err() != nil {
			t.Fatal(err, j.Err())
		}
	}
	runs, err := j.Runs()
	if err != nil || len(runs) != maxRuns || string(runs[0].Files[0].New) != fmt.Sprint(maxRuns+5) {
		t.Fatalf("%d runs, %v", len(runs), err)
	}
	j.maxBytes = 1000
	large := strings.Repeat("x", j.maxBytes)
	if err := Write([]Change{change(path, fmt.Sprint(maxRuns+5), large)}, j); err != nil || j.Err() != nil {
		t.Fatal(err, j.Err())
	}
	if runs, err = j.Runs(); err != nil || len(runs) != 1 {
		t.Errorf("%d runs beside one that fills the journal, %v", len(runs)-1, err)
	}
}

// A record that cannot be read is named, and not passed over: undo would take
// back another run than the last.
func TestJournalOfDamagedRecord(t *testing.T) {
	_, changes := project(t)
	j := newJournal(t)
	if err := Write(changes, j); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"000009.json.bak", "-00005.json", "5.json", "99999999999999999999.json"} {
		put(t, filepath.Join(j.dir, name), "not a record", 0o600)
	}
	for text, want := range map[string]string{
		`{"files":[{"pa`:                    "unexpected end",
		"":                                  "unexpected end",
		"null":                              "names no file",
		`{"format":2,"runs":["of a kind"]}`: "made by a newer ctxfix",
		`{"format":2,"files":"elsewhere"}`:  "made by a newer ctxfix",
	} {
		put(t, j.file(2), text, 0o600)
		runs, err := j.Runs()
		if err != nil || len(runs) != 2 || LastDone(runs) != runs[0] || runs[1].Err() != nil {
			t.Fatalf("%s: got %v, %v", text, runs, err)
		}
		if err := runs[0].Err(); err == nil || !strings.Contains(err.Error(), j.file(2)) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got error %v, want one with %q", text, err, want)
		}
	}
}

// A record that cannot be read keeps no later run from being recorded, and stays
// as it is.
func TestJournalAfterDamagedRecord(t *testing.T) {
	_, changes := project(t)
	j := newJournal(t)
	put(t, j.file(7), `{"format":2}`, 0o600)
	if err := Write(changes, j); err != nil || j.Err() != nil {
		t.Fatal(err, j.Err())
	}
	undoLast(t, j)
	asBefore(t, changes)
	if got := read(t, j.file(7)); got != `{"format":2}` {
		t.Errorf("the record is now %s", got)
	}
}

// Where nothing comes to be written, what was undone can still be redone.
func TestRedoAfterRunThatFailed(t *testing.T) {
	_, changes := project(t)
	j := newJournal(t)
	if err := Write(changes, j); err != nil {
		t.Fatal(err)
	}
	undoLast(t, j)
	again := reopen(j)
	again.fsys = disk{}
	if err := write(&faulty{faults: []fault{{at: 7, err: errFault}}}, changes[1:2], again); !errors.Is(err, errFault) {
		t.Fatalf("got error %v", err)
	}
	if runs, err := j.Runs(); err != nil || LastUndone(runs) == nil {
		t.Errorf("runs %v, %v", runs, err)
	}
}

// A journal that cannot be kept says so and keeps no file from being written.
func TestJournalThatCannotBeKept(t *testing.T) {
	blocked := filepath.Join(realTemp(t), "cache")
	put(t, blocked, "a file where the folder should be", 0o644)
	for name, j := range map[string]*Journal{
		"not a folder": OpenJournal(blocked, "/m", nil),
		"no cache":     NoJournal(errors.New("no home")),
	} {
		t.Run(name, func(t *testing.T) {
			_, changes := project(t)
			if err := Write(changes, j); err != nil {
				t.Error(err)
			}
			if j.Err() == nil {
				t.Error("the journal does not say that it is not kept")
			}
			if _, err := j.Lock(t.Context(), nil); err == nil {
				t.Error("there is a lock")
			}
		})
	}
}

// What a run that was killed did not write is the user's to change, and does not
// keep undo from the runs before.
func TestUndoPastKilledRun(t *testing.T) {
	dropped := 0
	for at, crashed := 1, true; crashed; at++ {
		dir, changes := project(t)
		j := newJournal(t)
		first := filepath.Join(dir, "c.go")
		put(t, first, "0", 0o644)
		if err := Write([]Change{change(first, "0", "1")}, j); err != nil {
			t.Fatal(err)
		}
		j = reopen(j)
		fsys := &faulty{faults: []fault{{at: at}}}
		j.fsys = fsys
		crashed = ends(func() { _ = write(fsys, changes, j) })
		temps, _ := filepath.Glob(filepath.Join(dir, ".*.ctxfix-*"))
		edited := ""
		for _, c := range changes[1:] {
			if read(t, c.Path) == "old" {
				edited = c.Path
				put(t, edited, "edited", 0o644)
				break
			}
		}
		j = reopen(j)
		j.fsys = disk{}
		if err := Write([]Change{change(first, "1", "2")}, j); err != nil || j.Err() != nil {
			t.Fatal(err, j.Err())
		}
		if len(temps) == 0 { // killed when nothing but the record was there, or at the end
			continue
		}
		dropped++
		for undoLast(t, j) {
		}
		if got := read(t, first); got != "0" {
			t.Errorf("killed at %d: the runs before are not undone: %q", at, got)
		}
		for _, c := range changes {
			if got, _ := present(disk{}, c.Path); c.Path != edited && !same(got, c.Old) || c.Path == edited && string(got) != "edited" {
				t.Errorf("killed at %d: %s is %q", at, c.Path, got)
			}
		}
	}
	if dropped == 0 {
		t.Error("no run was killed half-way")
	}
}

// At whatever point a run ends, the next one removes what is left of it, and
// both are taken back together.
func TestWriteAfterCrash(t *testing.T) {
	for at, crashed := 1, true; crashed; at++ {
		dir, changes := project(t)
		j := newJournal(t)
		fsys := &faulty{faults: []fault{{at: at}}}
		j.fsys = fsys
		crashed = ends(func() { _ = write(fsys, changes, j) })
		j = reopen(j)
		j.fsys = disk{}
		path := filepath.Join(dir, "c.go")
		put(t, path, "old", 0o644)
		if err := Write([]Change{change(path, "old", "new")}, j); err != nil || j.Err() != nil {
			t.Fatalf("after a crash at %d: %v, %v", at, err, j.Err())
		}
		noTemps(t, dir)
		if left, _ := filepath.Glob(filepath.Join(j.dir, "new-*")); len(left) > 0 {
			t.Errorf("after a crash at %d: left in the journal: %s", at, left)
		}
		for undoLast(t, j) {
		}
		asBefore(t, changes)
	}
}

func TestLock(t *testing.T) {
	cache := realTemp(t)
	first, second := OpenJournal(cache, "/m", nil), OpenJournal(cache, "/m", nil)
	unlock, err := first.Lock(t.Context(), func() { t.Error("waits for nobody") })
	if err != nil {
		t.Fatal(err)
	}
	other, err := OpenJournal(cache, "/other", nil).Lock(t.Context(), func() { t.Error("waits for another module") })
	if err != nil {
		t.Fatal(err)
	}
	other()

	ctx, cancel := context.WithCancel(t.Context())
	if _, err := second.Lock(ctx, cancel); err != context.Canceled {
		t.Errorf("interrupted: got %v", err)
	}
	waits := make(chan bool)
	got := make(chan error, 1)
	go func() {
		unlock, err := second.Lock(t.Context(), func() { close(waits) })
		if err == nil {
			unlock()
		}
		got <- err
	}()
	<-waits
	unlock()
	select {
	case err := <-got:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Error("the lock did not come free")
	}
}

func TestRoot(t *testing.T) {
	top := realTemp(t)
	path := func(elems ...string) string { return filepath.Join(append([]string{top}, elems...)...) }
	put(t, path("ws", "go.work"), "", 0o644)
	put(t, path("ws", "mod", "go.mod"), "", 0o644)
	put(t, path("ws", "mod", "sub", "a.go"), "", 0o644)
	put(t, path("else", "a.work"), "", 0o644)
	if err := os.Mkdir(path("ws", "mod", "sub", "go.mod"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ dir, gowork, want string }{
		{path("ws", "mod", "sub"), "", path("ws")},
		{path("ws", "mod", "sub"), "auto", path("ws")},
		{path("ws", "mod", "sub"), "off", path("ws", "mod")},
		{path("ws", "mod", "sub"), path("else", "a.work"), path("else")},
		{path("else"), "", path("else")},
	} {
		if got := Root(c.dir, c.gowork); got != c.want {
			t.Errorf("Root(%q, %q) = %q, want %q", c.dir, c.gowork, got, c.want)
		}
	}
}
