package emit

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
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

// Undo returns the changes that restore the files of the run, or those of them
// in only, as far as they are not restored already: a run or an undo may have
// been ended half-way. The error is a [*ChangedError], or that of a file that
// cannot be read.
func (r *Run) Undo(only []string) ([]Change, error) {
	return turn(r.Files, only, func(e Entry) Change { return Change{Path: e.Path, Old: e.New, New: e.Old, Dirs: e.Dirs} })
}

// Redo returns the changes that bring about again what the run wrote. Its
// errors are those of [Run.Undo].
func (r *Run) Redo(only []string) ([]Change, error) {
	return turn(r.Files, only, func(e Entry) Change { return Change{Path: e.Path, Old: e.Old, New: e.New} })
}

// Sweep removes what is left of the run when it was ended half-way: temporary
// files, and folders that it made and that are empty.
func (r *Run) Sweep() { r.sweep() }

// sweep also returns the prefixes, with their folders, of the temporary files
// that were left.
func (r *Run) sweep() map[string]bool {
	left := map[string]bool{}
	prefixes := map[string]map[string]bool{} // by folder
	for _, e := range r.Files {
		dir := filepath.Dir(e.Path)
		if prefixes[dir] == nil {
			prefixes[dir] = map[string]bool{}
		}
		prefixes[dir][tempPrefix(e.Path)] = true
	}
	for dir := range prefixes {
		listed, _ := os.ReadDir(dir) // not there: nothing is left
		for _, f := range listed {
			if prefix := tempPrefixOf(f.Name()); prefixes[dir][prefix] {
				left[filepath.Join(dir, prefix)] = true
				_ = os.Remove(filepath.Join(dir, f.Name()))
			}
		}
	}
	for _, e := range r.Files {
		for _, dir := range e.Dirs {
			_ = os.Remove(dir) // fails, rightly, if something is in it
		}
	}
	return left
}

// settle sweeps, and limits the record of a run that was ended half-way to the
// files it had written. It returns whether the record is another one now.
func (r *Run) settle() bool {
	left := r.sweep()
	if len(left) == 0 {
		return false
	}
	staged := func(e Entry) bool { return left[filepath.Join(filepath.Dir(e.Path), tempPrefix(e.Path))] }
	none := staged(r.Files[0]) // the first to be staged, and to be written
	n := len(r.Files)
	r.Files = slices.DeleteFunc(r.Files, func(e Entry) bool {
		now, err := present(disk{}, e.Path)
		return err == nil && !same(now, e.New) && (none || staged(e) || same(now, e.Old))
	})
	return len(r.Files) < n
}

func turn(entries []Entry, only []string, change func(Entry) Change) ([]Change, error) {
	var changes []Change
	var since []string
	for _, e := range entries {
		c := change(e)
		if len(only) > 0 && !slices.Contains(only, c.Path) {
			continue
		}
		now, err := present(disk{}, c.Path)
		switch {
		case err != nil:
			return nil, err
		case same(now, c.Old):
			// What is made of one run is made of all its files or of none.
			c.Fixes = []string{"run"}
			changes = append(changes, c)
		case !same(now, c.New):
			since = append(since, c.Path)
		}
	}
	if len(since) > 0 {
		return nil, &ChangedError{since}
	}
	return changes, nil
}

// present returns the contents of a file, nil if there is none.
func present(fsys files, path string) ([]byte, error) {
	text, err := fsys.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return append([]byte{}, text...), nil // not nil if empty
}

// same reports whether two contents are equal; no file is no empty file.
func same(a, b []byte) bool { return (a == nil) == (b == nil) && bytes.Equal(a, b) }
