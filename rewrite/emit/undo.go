package emit

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"syscall"
)

// A ChangedError names files that are no more as a run left them, so that
// taking the run back would lose what was changed since.
type ChangedError struct{ Paths []string }

func (e *ChangedError) Error() string {
	return strings.Join(e.Paths, ", ") + ": changed since"
}

// LastDone returns the newest run that was not undone, or nil.
func LastDone(runs []*Run) *Run {
	i := slices.IndexFunc(runs, func(r *Run) bool { return !r.Undone })
	if i < 0 {
		return nil
	}
	return runs[i]
}

// LastUndone returns the run that the last undo took back, or nil.
func LastUndone(runs []*Run) *Run {
	i := slices.IndexFunc(runs, func(r *Run) bool { return !r.Undone })
	if i < 0 {
		i = len(runs)
	}
	if i == 0 {
		return nil
	}
	return runs[i-1]
}

// A Turn takes a run back, or brings it about again.
type Turn struct {
	Run  *Run
	Redo bool
	// Changes are what is to be done, as far as it is not done already: a run
	// or an undo may have been ended half-way.
	Changes []Change
	journal *Journal
}

// Undo returns what restores the files of the run, or those of them in only. The
// error is a [*ChangedError], or that of a file that cannot be read.
func (j *Journal) Undo(run *Run, only []string) (*Turn, error) { return j.turn(run, only, false) }

// Redo returns what brings about again what the run wrote. Its errors are those
// of [Journal.Undo].
func (j *Journal) Redo(run *Run, only []string) (*Turn, error) { return j.turn(run, only, true) }

func (j *Journal) turn(run *Run, only []string, redo bool) (*Turn, error) {
	t := &Turn{Run: run, Redo: redo, journal: j}
	var since []string
	for _, e := range run.Files {
		if len(only) > 0 && !slices.Contains(only, e.Path) {
			continue
		}
		c := t.change(e)
		now, err := present(j.fsys, c.Path)
		switch {
		case err != nil && !errors.Is(err, errIrregular):
			return nil, err
		case err == nil && same(now, c.Old):
			t.Changes = append(t.Changes, c)
		case err != nil || !same(now, c.New):
			since = append(since, c.Path)
		}
	}
	if len(since) > 0 {
		return nil, &ChangedError{since}
	}
	return t, nil
}

// change returns what is done to the file of the entry. What is made of one run
// is made of all its files or of none.
func (t *Turn) change(e Entry) Change {
	if t.Redo {
		return Change{Path: e.Path, Old: e.Old, New: e.New, Fixes: []string{"run"}}
	}
	return Change{Path: e.Path, Old: e.New, New: e.Old, Dirs: e.Dirs, Fixes: []string{"run"}}
}

// CarryOut makes the changes. whole reports whether the run is turned with all
// its files, unnoted is why the journal could not be told, and err is that of
// [Write]. If the process ends half-way, an undo takes back what is left.
func (t *Turn) CarryOut() (whole bool, unnoted, err error) {
	j, undone := t.journal, t.Run.Undone
	if len(t.Changes) > 0 {
		t.Run.Undone, t.Run.Turning = false, true
		if err := j.save(t.Run); err != nil && t.Redo { // an undo is possible again if it is not noted
			t.Run.Undone, t.Run.Turning = undone, false
			return false, nil, t.failed(fmt.Errorf("an undo could not take it back: %w", err))
		}
		err = write(j.fsys, t.Changes, nil)
	}
	whole = t.done()
	switch {
	case err == nil && whole:
		undone = !t.Redo
	case t.begun():
		undone = false // an undo looks at each file
	}
	t.Run.removeDirs(j.fsys)
	t.Run.Undone, t.Run.Turning = undone, false
	return err == nil && whole, j.save(t.Run), err
}

// failed returns that error for each file, as [Write] does.
func (t *Turn) failed(err error) error {
	var all []error
	for _, c := range t.Changes {
		all = append(all, &Error{c.Path, err})
	}
	return errors.Join(all...)
}

// done reports whether nothing of the run is left to be turned.
func (t *Turn) done() bool {
	left, err := t.journal.turn(t.Run, nil, t.Redo)
	return err == nil && len(left.Changes) == 0
}

// begun reports whether one of the changes was made, or may have been.
func (t *Turn) begun() bool {
	return slices.ContainsFunc(t.Changes, func(c Change) bool {
		now, err := present(t.journal.fsys, c.Path)
		return err != nil || same(now, c.New)
	})
}

// present returns the contents of a file, nil if there is none.
func present(fsys files, path string) ([]byte, error) {
	text, _, err := fsys.Read(path)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return append([]byte{}, text...), nil // not nil if empty
}

// same reports whether two contents are equal; no file is no empty file.
func same(a, b []byte) bool { return (a == nil) == (b == nil) && bytes.Equal(a, b) }
