package emit

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// written is a project whose changes are made and recorded.
func written(t *testing.T) (changes []Change, j *Journal) {
	t.Helper()
	_, changes = project(t)
	j = newJournal(t)
	if err := Write(changes, j); err != nil || j.Err() != nil {
		t.Fatal(err, j.Err())
	}
	return changes, reopen(j)
}

func lastRun(t *testing.T, j *Journal) *Run {
	t.Helper()
	runs, err := j.Runs()
	if err != nil || len(runs) != 1 {
		t.Fatalf("runs %v, %v", runs, err)
	}
	return runs[0]
}

// A run of which some files were taken back can be taken back to its end.
func TestUndoFileByFile(t *testing.T) {
	changes, j := written(t)
	turn, err := j.Undo(lastRun(t, j), []string{changes[2].Path})
	if err != nil {
		t.Fatal(err)
	}
	if whole, unnoted, err := turn.CarryOut(); whole || unnoted != nil || err != nil {
		t.Fatal(whole, unnoted, err)
	}
	if lastRun(t, j).Undone {
		t.Error("the run counts as undone")
	}
	if !undoLast(t, j) {
		t.Error("there is nothing to be undone")
	}
	asBefore(t, changes)
}

// A run of which some files were brought about again is not forgotten by the next
// one: it can be taken back.
func TestRedoFileByFile(t *testing.T) {
	changes, j := written(t)
	undoLast(t, j)
	turn, err := j.Redo(lastRun(t, j), []string{changes[2].Path})
	if err != nil {
		t.Fatal(err)
	}
	if whole, unnoted, err := turn.CarryOut(); whole || unnoted != nil || err != nil {
		t.Fatal(whole, unnoted, err)
	}
	other := filepath.Join(filepath.Dir(changes[2].Path), "other.go")
	put(t, other, "old", 0o644)
	if err := Write([]Change{change(other, "old", "new")}, reopen(j)); err != nil {
		t.Fatal(err)
	}
	undoLast(t, j)
	if !undoLast(t, j) {
		t.Error("there is nothing to be undone")
	}
	asBefore(t, changes)
}

// A folder where a file was is a change since, in both directions.
func TestTurnWhereFolderIs(t *testing.T) {
	changes, j := written(t)
	made := changes[0].Path
	folder := func() {
		t.Helper()
		if err := errors.Join(os.RemoveAll(made), os.MkdirAll(made, 0o755)); err != nil {
			t.Fatal(err)
		}
	}
	folder()
	var changed *ChangedError
	if _, err := j.Undo(lastRun(t, j), nil); !errors.As(err, &changed) {
		t.Errorf("undo: got %v", err)
	}
	if err := errors.Join(os.RemoveAll(made), os.WriteFile(made, changes[0].New, 0o644)); err != nil {
		t.Fatal(err)
	}
	undoLast(t, j)
	folder()
	if _, err := j.Redo(lastRun(t, j), nil); !errors.As(err, &changed) {
		t.Errorf("redo: got %v", err)
	}
}

// What cannot be read is not called changed; where a file took the place of the
// folder of a new one, that one is gone.
func TestUndoOfUnreadable(t *testing.T) {
	changes, j := written(t)
	blind := reopen(j)
	blind.fsys = &bent{instead: func(op, path, _ string) (error, bool) { return errFault, op == "read" && path == changes[1].Path }}
	if _, err := blind.Undo(lastRun(t, j), nil); !errors.Is(err, errFault) {
		t.Errorf("got %v", err)
	}
	made := filepath.Dir(filepath.Dir(changes[0].Path))
	if err := os.RemoveAll(made); err != nil {
		t.Fatal(err)
	}
	put(t, made, "a file", 0o644)
	undoLast(t, j)
	asBefore(t, changes)
	if read(t, made) != "a file" {
		t.Error("the file in the place of the folder is changed")
	}
}

// unnoting is the disk with no room for records.
func unnoting(j *Journal) *bent {
	return &bent{instead: func(op, path, _ string) (error, bool) {
		return syscall.ENOSPC, op == "create" && filepath.Dir(path) == j.dir
	}}
}

// An undo goes ahead where it cannot be noted, and says so; a redo does not: no
// undo could take it back.
func TestTurnThatCannotBeNoted(t *testing.T) {
	changes, j := written(t)
	full := reopen(j)
	full.fsys = unnoting(j)
	turn, err := full.Undo(lastRun(t, j), nil)
	if err != nil {
		t.Fatal(err)
	}
	if whole, unnoted, err := turn.CarryOut(); !whole || unnoted == nil || err != nil {
		t.Error(whole, unnoted, err)
	}
	asBefore(t, changes)
	undoLast(t, j) // notes it
	if turn, err = full.Redo(lastRun(t, j), nil); err != nil {
		t.Fatal(err)
	}
	if whole, _, err := turn.CarryOut(); whole || err == nil || !strings.Contains(err.Error(), "could not take it back") {
		t.Error(whole, err)
	}
	asBefore(t, changes)
}

// A redo that could not begin can be tried again; one that is stuck half-way
// can be taken back.
func TestRedoThatFails(t *testing.T) {
	changes, j := written(t)
	undoLast(t, j)
	failing := reopen(j)
	failing.fsys = &bent{instead: func(op, path, _ string) (error, bool) {
		return syscall.ENOSPC, op == "create" && filepath.Dir(path) != j.dir
	}}
	redo := func(j *Journal) error {
		t.Helper()
		turn, err := j.Redo(lastRun(t, j), nil)
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = turn.CarryOut()
		return err
	}
	if err := redo(failing); err == nil || !lastRun(t, j).Undone {
		t.Errorf("got %v; the run is undone: %v", err, lastRun(t, j).Undone)
	}
	a, b := changes[1].Path, changes[2].Path
	stuck := reopen(j)
	late := false
	stuck.fsys = &bent{instead: func(op, path, to string) (error, bool) {
		late = late || to == b && op == "rename"
		return errFault, late && (op == "create" || op == "link" || op == "rename") && filepath.Dir(path) != j.dir && filepath.Dir(to) != j.dir
	}}
	if err := redo(stuck); err == nil || read(t, a) != "new" || lastRun(t, j).Undone {
		t.Errorf("got %v; a.go is %q, the run undone: %v", err, read(t, a), lastRun(t, j).Undone)
	}
	undoLast(t, j)
	asBefore(t, changes)
}

// Where a file cannot be read, a redo counts as begun.
func TestBegunOfUnreadable(t *testing.T) {
	changes, j := written(t)
	blind := reopen(j)
	blind.fsys = &bent{instead: func(op, _, _ string) (error, bool) { return errFault, op == "read" }}
	turn := &Turn{Redo: true, journal: blind, Changes: changes[1:]}
	if !turn.begun() {
		t.Error("not begun")
	}
}

// Where a file stands in the place of its folder, there is no file.
func TestPresentBelowFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "folder")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if text, err := present(disk{}, filepath.Join(file, "a.go")); text != nil || err != nil {
		t.Errorf("%q, %v; want nothing", text, err)
	}
}

// Of two changes to one file the second is not made.
func TestChangedTwice(t *testing.T) {
	_, changes := project(t)
	err := Write(append(changes, changes[0]), newJournal(t))
	if err == nil || !strings.Contains(err.Error(), "changed twice at once") {
		t.Errorf("%v, want that it is changed twice", err)
	}
}
