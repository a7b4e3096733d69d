package emit

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
)

// A Change is one file before and after. Old is nil for a file that is to be
// created, New for one that is to be removed; for an empty file they must be
// empty and not nil.
type Change struct {
	Path     string
	Old, New []byte
	// Dirs are folders to remove with the file if they are empty then,
	// innermost first.
	Dirs []string
	// Fixes names the fixes that need other changes besides this one: when a
	// change of a fix cannot be made ready, none of them is made.
	Fixes []string
}

// An Error says why one file was not written.
type Error struct {
	Path string
	Err  error
}

func (e *Error) Error() string { return e.Path + ": " + e.Err.Error() }

// Unwrap returns the reason.
func (e *Error) Unwrap() error { return e.Err }

// A tornError says that a change was not made because another one, of a file
// that a fix needs as well, could not be made.
type tornError struct{ other string }

func (e *tornError) Error() string {
	return fmt.Sprintf("left alone as it goes together with %s, which cannot be written", e.other)
}

// Write carries the changes out. Each file is replaced as a whole or left as
// it is; its mode stays. All new contents are on disk, under temporary names
// beside the files, before the first file is replaced, and what will be
// replaced is in the journal, if there is one; whether it is, [Journal.Err]
// says. A file that is read-only, or that has not the contents Old any more, is
// left alone. The error joins one [*Error] per file that was not written; all
// others were written.
func Write(changes []Change, journal *Journal) error { return write(disk{}, changes, journal) }

func write(fsys files, changes []Change, journal *Journal) error {
	all, errs := stageAll(fsys, changes)
	journal.begin(all)
	var written []*staged
	dirs := map[string]bool{}
	for _, s := range all {
		if err := s.commit(fsys); err != nil {
			s.drop(fsys)
			errs = append(errs, &Error{s.Path, err})
			continue
		}
		written = append(written, s)
		dirs[filepath.Dir(s.real)] = true
	}
	for dir := range dirs {
		fsys.SyncDir(dir)
	}
	for _, s := range written {
		for _, dir := range s.Dirs {
			_ = fsys.Remove(dir) // fails, rightly, if something else is in it
		}
	}
	if len(written) < len(all) {
		journal.correct(written)
	}
	return errors.Join(errs...)
}

// stageAll makes the changes ready that can be made.
func stageAll(fsys files, changes []Change) (ready []*staged, errs []error) {
	seen := map[string]bool{}
	torn := map[string]string{} // by fix: the file that cannot be written
	fail := func(s *staged, err error) {
		s.drop(fsys)
		errs = append(errs, &Error{s.Path, err})
		for _, fix := range s.Fixes {
			torn[fix] = s.Path
		}
	}
	for _, c := range changes {
		s := &staged{Change: c, real: c.Path, sum: sha256.Sum256(c.Old)}
		err := s.stage(fsys)
		if err == nil && seen[s.real] {
			err = errors.New("changed twice at once")
		}
		if err != nil {
			fail(s, err)
			continue
		}
		seen[s.real] = true
		ready = append(ready, s)
	}
	for n := -1; n != len(ready); {
		n = len(ready)
		ready = slices.DeleteFunc(ready, func(s *staged) bool {
			i := slices.IndexFunc(s.Fixes, func(fix string) bool { return torn[fix] != "" })
			if i >= 0 {
				fail(s, &tornError{torn[s.Fixes[i]]})
			}
			return i >= 0
		})
	}
	return ready, errs
}
