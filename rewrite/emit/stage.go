package emit

import (
	"crypto/sha256"
	"errors"
	"io/fs"
	"path/filepath"
)

// staged is a change that is ready to be carried out: its new contents are on
// disk under a temporary name.
type staged struct {
	Change
	real, temp string   // real is Path with symbolic links resolved
	sum        [32]byte // of the contents that may be replaced
	made       []string // folders made for it, innermost first
}

var errExists = errors.New("exists already; not overwritten")

// stage checks that the change can be carried out, and writes the temporary
// file.
func (s *staged) stage(fsys files) error {
	if s.Old == nil {
		if _, err := fsys.Lstat(s.real); err == nil {
			return errExists
		}
		if err := s.makeDir(fsys); err != nil {
			return err
		}
		return s.writeTemp(fsys, 0o644)
	}
	mode, err := s.existing(fsys)
	if err != nil {
		return err
	}
	if err := s.unchanged(fsys); err != nil {
		return err
	}
	if s.New == nil {
		return nil
	}
	return s.writeTemp(fsys, mode)
}

// existing resolves the path and returns the mode of the file there.
func (s *staged) existing(fsys files) (fs.FileMode, error) {
	real, err := fsys.Real(s.Path)
	if err != nil {
		return 0, err
	}
	s.real = real
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

// makeDir creates the folder of a new file, and remembers what it made.
func (s *staged) makeDir(fsys files) error {
	for dir := filepath.Dir(s.real); ; dir = filepath.Dir(dir) {
		if _, err := fsys.Lstat(dir); err == nil || dir == filepath.Dir(dir) {
			break
		}
		s.made = append(s.made, dir)
	}
	return fsys.MkdirAll(filepath.Dir(s.real), 0o777)
}

// tempPrefix is how the names of temporary files for path begin.
func tempPrefix(path string) string { return "." + filepath.Base(path) + ".ctxfix-" }

func (s *staged) writeTemp(fsys files, mode fs.FileMode) error {
	f, err := fsys.CreateTemp(filepath.Dir(s.real), tempPrefix(s.real)+"*")
	if err != nil {
		return err
	}
	s.temp = f.Name()
	_, err = f.Write(s.New)
	return errors.Join(err, f.Sync(), f.Close(), fsys.Chmod(s.temp, mode))
}

// unchanged checks that the file still has the contents the fix was made for.
func (s *staged) unchanged(fsys files) error {
	now, err := fsys.ReadFile(s.real)
	if err != nil {
		return err
	}
	if sha256.Sum256(now) != s.sum {
		return errors.New("changed since it was read; left alone, run again")
	}
	return nil
}

// commit puts the temporary file in its place, or removes the file.
func (s *staged) commit(fsys files) error {
	if s.Old == nil {
		return s.commitNew(fsys)
	}
	if err := s.unchanged(fsys); err != nil {
		return err
	}
	if s.New == nil {
		return fsys.Remove(s.real)
	}
	return fsys.Rename(s.temp, s.real)
}

// commitNew puts the new file in place unless another one has come there: a
// link, unlike a rename, never replaces.
func (s *staged) commitNew(fsys files) error {
	err := fsys.Link(s.temp, s.real)
	switch {
	case err == nil:
		_ = fsys.Remove(s.temp) // the file is there; at worst a name is left
		return nil
	case errors.Is(err, fs.ErrExist):
		return errExists
	}
	// Have: a file system without links.
	if _, there := fsys.Lstat(s.real); there == nil {
		return errExists
	}
	return fsys.Rename(s.temp, s.real)
}

// takeBack undoes commit.
func (s *staged) takeBack(fsys files) error {
	back := Change{Path: s.real, Old: s.New, New: s.Old, Dirs: s.made}
	return write(fsys, []Change{back}, nil)
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
