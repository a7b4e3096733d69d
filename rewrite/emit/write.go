package emit

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
)

// A Change is one file before and after. Old is nil for a file that is to be
// created; it must be empty and not nil for an empty file.
type Change struct {
	Path     string
	Old, New []byte
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

// Write carries the changes out. Each file is replaced as a whole or left as
// it is; its mode stays. All new contents are on disk, under temporary names
// beside the files, before the first file is replaced. A file that is
// read-only, or that has not the contents Old any more, is left alone. The
// error joins one [*Error] per file that was not written; all others were
// written.
func Write(changes []Change) error { return write(disk{}, changes) }

func write(fsys files, changes []Change) error {
	all, errs := stageAll(fsys, changes)
	dirs := map[string]bool{}
	for _, s := range all {
		if err := s.commit(fsys); err != nil {
			s.drop(fsys)
			errs = append(errs, &Error{s.name, err})
			continue
		}
		dirs[filepath.Dir(s.path)] = true
	}
	for dir := range dirs {
		fsys.SyncDir(dir)
	}
	return errors.Join(errs...)
}

// stageAll makes the changes ready that can be made.
func stageAll(fsys files, changes []Change) (ready []*staged, errs []error) {
	seen := map[string]bool{}
	torn := map[string]string{} // by fix: the file that cannot be written
	fail := func(s *staged, err error) {
		s.drop(fsys)
		errs = append(errs, &Error{s.name, err})
		for _, fix := range s.fixes {
			torn[fix] = s.name
		}
	}
	for _, c := range changes {
		s := &staged{name: c.Path, path: c.Path, fixes: c.Fixes, create: c.Old == nil, sum: sha256.Sum256(c.Old)}
		err := s.stage(fsys, c)
		if err == nil && seen[s.path] {
			err = errors.New("changed twice at once")
		}
		if err != nil {
			fail(s, err)
			continue
		}
		seen[s.path] = true
		ready = append(ready, s)
	}
	for n := -1; n != len(ready); {
		n = len(ready)
		ready = slices.DeleteFunc(ready, func(s *staged) bool {
			i := slices.IndexFunc(s.fixes, func(fix string) bool { return torn[fix] != "" })
			if i >= 0 {
				fail(s, fmt.Errorf("it has a fix that needs %s, too, which cannot be written", torn[s.fixes[i]]))
			}
			return i >= 0
		})
	}
	return ready, errs
}

// staged is a change whose new contents are on disk under a temporary name.
type staged struct {
	name       string   // as in the Change
	fixes      []string // those that need other changes, too
	path, temp string   // path with symbolic links resolved
	sum        [32]byte // of the contents that may be replaced
	create     bool
	made       []string // directories made for it, innermost first
}

var errExists = errors.New("exists already; not overwritten")

// stage checks that c can be carried out, and writes the temporary file.
func (s *staged) stage(fsys files, c Change) error {
	if s.create {
		if _, err := fsys.Lstat(s.path); err == nil {
			return errExists
		}
		if err := s.makeDir(fsys); err != nil {
			return err
		}
		return s.writeTemp(fsys, c.New, 0o644)
	}
	mode, err := s.existing(fsys)
	if err != nil {
		return err
	}
	if err := s.unchanged(fsys); err != nil {
		return err
	}
	return s.writeTemp(fsys, c.New, mode)
}

// existing resolves the path and returns the mode of the file there.
func (s *staged) existing(fsys files) (fs.FileMode, error) {
	real, err := fsys.Real(s.path)
	if err != nil {
		return 0, err
	}
	s.path = real
	info, err := fsys.Lstat(real)
	switch {
	case err != nil:
		return 0, err
	case !info.Mode().IsRegular():
		return 0, errors.New("not a regular file")
	case info.Mode().Perm()&0o200 == 0: // says so even to root
		return 0, errors.New("read-only; make it writable to have it fixed")
	}
	return info.Mode() & (fs.ModePerm | fs.ModeSetuid | fs.ModeSetgid | fs.ModeSticky), nil
}

// makeDir creates the directory of a new file, and remembers what it made.
func (s *staged) makeDir(fsys files) error {
	for dir := filepath.Dir(s.path); ; dir = filepath.Dir(dir) {
		if _, err := fsys.Lstat(dir); err == nil || dir == filepath.Dir(dir) {
			break
		}
		s.made = append(s.made, dir)
	}
	return fsys.MkdirAll(filepath.Dir(s.path))
}

func (s *staged) writeTemp(fsys files, text []byte, mode fs.FileMode) error {
	f, err := fsys.CreateTemp(filepath.Dir(s.path), "."+filepath.Base(s.path)+".ctxfix-*")
	if err != nil {
		return err
	}
	s.temp = f.Name()
	_, err = f.Write(text)
	return errors.Join(err, f.Sync(), f.Close(), fsys.Chmod(s.temp, mode))
}

// unchanged checks that the file still has the contents the fix was made for.
func (s *staged) unchanged(fsys files) error {
	now, err := fsys.ReadFile(s.path)
	if err != nil {
		return err
	}
	if sha256.Sum256(now) != s.sum {
		return errors.New("changed since it was read; left alone, run again")
	}
	return nil
}

// commit puts the temporary file in its place.
func (s *staged) commit(fsys files) error {
	if s.create {
		return s.commitNew(fsys)
	}
	if err := s.unchanged(fsys); err != nil {
		return err
	}
	if err := fsys.Rename(s.temp, s.path); err != nil {
		return err
	}
	s.temp = ""
	return nil
}

// commitNew puts the new file in place unless another one has come there: a
// link, unlike a rename, never replaces.
func (s *staged) commitNew(fsys files) error {
	err := fsys.Link(s.temp, s.path)
	switch {
	case err == nil:
		_ = fsys.Remove(s.temp) // the file is there; at worst a name is left
	case errors.Is(err, fs.ErrExist):
		return errExists
	default: // a file system without links
		if _, there := fsys.Lstat(s.path); there == nil {
			return errExists
		}
		if err := fsys.Rename(s.temp, s.path); err != nil {
			return err
		}
	}
	s.temp, s.made = "", nil
	return nil
}

// drop removes what was made for a change that is not carried out.
func (s *staged) drop(fsys files) {
	if s.temp != "" {
		_ = fsys.Remove(s.temp)
	}
	for _, dir := range s.made {
		_ = fsys.Remove(dir) // fails, rightly, if something else is in it
	}
}
