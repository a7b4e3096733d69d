package emit

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"time"
)

// A Change is one file before and after. Old is nil for a file that is to be
// created, New for one that is to be removed; for an empty file they must be
// empty and not nil.
type Change struct {
	// Path is absolute and real: no symbolic link may be on the way to it.
	Path     string
	Old, New []byte
	// Dirs are folders to remove with the file if they are empty then,
	// innermost first.
	Dirs []string
	// Fixes names the fixes that need other changes besides this one: when a
	// change of a fix cannot be made, none of them is made, or stays so.
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
// it is; its mode stays, and as far as they can its owner and its extended
// attributes. Other names of the file (hard links) keep the old contents. All new
// contents are on disk, under temporary names beside the files, before the first
// file is replaced, and what will be replaced is in the journal, if there is one;
// whether it is, [Journal.Err] says. A file that is read-only, or that is not as
// Old has it any more, is left alone. The error joins one [*Error] per file that
// was not written; all others were written.
func Write(changes []Change, journal *Journal) error {
	if journal == nil || journal.dir == "" { // nothing tells where a killed process left what
		for _, c := range changes {
			sweepStale(c.Path, time.Now())
		}
	}
	return write(disk{}, changes, journal)
}

func write(fsys files, changes []Change, journal *Journal) error {
	b := &batch{fsys: fsys, torn: map[string]string{}}
	checked := b.check(changes)
	// Before anything is made beside the files: if the process is killed, what
	// it leaves there is found by the record.
	journal.begin(checked)
	written := b.commit(b.stage(checked))
	if len(written) < len(checked) {
		journal.correct(written)
	}
	journal.prune()
	return errors.Join(b.errs...)
}

// A batch is changes that are carried out at once.
type batch struct {
	fsys files
	errs []error
	torn map[string]string // by fix: the file that could not be written
}

// fail notes that a change is not made, nor any other of its fixes.
func (b *batch) fail(s *staged, err error) {
	b.errs = append(b.errs, &Error{s.Path, err})
	for _, fix := range s.Fixes {
		b.torn[fix] = s.Path
	}
}

// check returns the changes that can be made, as far as that can be seen.
func (b *batch) check(changes []Change) (checked []*staged) {
	seen := map[string]bool{}
	for _, c := range changes {
		s := &staged{Change: c, sum: sha256.Sum256(c.Old)}
		err := s.check(b.fsys)
		if seen[s.Path] {
			err = errors.New("changed twice at once")
		}
		if err != nil {
			b.fail(s, err)
			continue
		}
		seen[s.Path] = true
		checked = append(checked, s)
	}
	slices.SortStableFunc(checked, func(s, other *staged) int { return s.turn() - other.turn() })
	return b.whole(checked, func(*staged) error { return nil })
}

// stage makes the changes ready that can be made.
func (b *batch) stage(checked []*staged) (ready []*staged) {
	ready = b.each(checked, (*staged).stage)
	return b.whole(ready, func(s *staged) error {
		s.drop(b.fsys)
		return nil
	})
}

// each takes a step with every change, and returns those that it succeeds for.
func (b *batch) each(changes []*staged, step func(*staged, files) error) (done []*staged) {
	for _, s := range changes {
		if err := step(s, b.fsys); err != nil {
			s.drop(b.fsys)
			b.fail(s, err)
			continue
		}
		done = append(done, s)
	}
	return done
}

// commit replaces the files, and returns the changes that are made then.
func (b *batch) commit(ready []*staged) (written []*staged) {
	written = b.each(ready, (*staged).commit)
	written = b.whole(written, func(s *staged) error { return s.takeBack(b.fsys) })
	dirs := map[string]bool{} // those, too, where something was taken back
	for _, s := range ready {
		dirs[filepath.Dir(s.Path)] = true
	}
	for _, dir := range slices.Sorted(maps.Keys(dirs)) {
		b.fsys.SyncDir(dir)
	}
	for _, s := range written {
		s.clear(b.fsys)
		removeDirs(b.fsys, s.Dirs)
	}
	return written
}

// whole gives up the changes that have a fix which is torn, and returns the
// others, and those that cannot be given up.
func (b *batch) whole(changes []*staged, giveUp func(*staged) error) []*staged {
	var stuck []*staged
	for n := -1; n != len(changes); {
		n = len(changes)
		changes = slices.DeleteFunc(changes, func(s *staged) bool {
			i := slices.IndexFunc(s.Fixes, func(fix string) bool { return b.torn[fix] != "" })
			if i < 0 {
				return false
			}
			var err error = &tornError{b.torn[s.Fixes[i]]}
			if failed := giveUp(s); failed != nil {
				err = fmt.Errorf("%w; but it was written and cannot be taken back: %w", err, failed)
				stuck = append(stuck, s)
			}
			b.fail(s, err)
			return true
		})
	}
	return append(changes, stuck...)
}
