package emit

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// staged is a change on its way: checked, then staged, when its new contents
// are on disk under a temporary name, then committed.
type staged struct {
	Change
	temp string      // has the new contents
	kept string      // the file before, under a second name
	sum  [32]byte    // of the contents that may be replaced
	info fs.FileInfo // of the file before; nil if it is new
	made []string    // folders to make for it, innermost first
}

var (
	errExists  = errors.New("exists already; not overwritten")
	errChanged = errors.New("changed since it was read; left alone, run again")
)

// turn says when the change is made: what others may need is there before them,
// and goes after them, so that a run that is killed leaves what compiles where
// it can.
func (s *staged) turn() int {
	switch {
	case s.Old == nil:
		return 0
	case s.New == nil:
		return 2
	}
	return 1
}

// check finds out whether the change can be carried out. It touches nothing.
func (s *staged) check(fsys files) error {
	if s.Old == nil {
		return s.absent(fsys)
	}
	if err := s.existing(fsys); err != nil {
		return err
	}
	return s.unchanged(fsys)
}

// existing looks at the file that is to be replaced.
func (s *staged) existing(fsys files) (err error) {
	if s.info, err = fsys.Lstat(s.Path); err != nil {
		return err
	}
	if s.info.Mode().IsRegular() && s.info.Mode().Perm()&0o200 == 0 { // says so even to root
		return errors.New("read-only; make it writable to have it fixed")
	}
	return direct(fsys, s.Path)
}

// absent checks that there is no such file yet, and finds out which folders
// there are not.
func (s *staged) absent(fsys files) error {
	for at := s.Path; ; at = filepath.Dir(at) {
		_, err := fsys.Lstat(at)
		switch {
		case err == nil && at == s.Path:
			return errExists
		case err == nil:
			return direct(fsys, at)
		case !errors.Is(err, fs.ErrNotExist):
			return err
		case at != s.Path:
			s.made = append(s.made, at)
		}
	}
}

// direct checks that no symbolic link leads to path, as none did when it was
// decided that the file may be written.
func direct(fsys files, path string) error {
	real, err := fsys.Real(path)
	if err == nil && real != path {
		return fmt.Errorf("is now a symbolic link, or in a folder that is one, to %s; left alone, run again", real)
	}
	return err
}

// stage makes the folder of a new file, and writes the temporary file.
func (s *staged) stage(fsys files) (err error) {
	dir := filepath.Dir(s.Path)
	switch {
	case s.New == nil:
	case s.Old == nil:
		if err := fsys.MkdirAll(dir, 0o777); err != nil {
			return err
		}
		s.temp, err = writeTemp(fsys, dir, tempPrefix(s.Path, tempMark), s.New, 0o666)
	default:
		s.temp, err = writeTemp(fsys, dir, tempPrefix(s.Path, tempMark), s.New, 0o600)
		if err == nil {
			err = s.likeBefore(fsys)
		}
	}
	if err == nil && s.Old != nil && len(s.Fixes) > 0 {
		s.keep(fsys)
	}
	return err
}

// likeBefore gives the temporary file the owner, as far as this user may, the
// attributes and the mode of the file before.
func (s *staged) likeBefore(fsys files) error {
	mode := s.info.Mode() & (fs.ModePerm | fs.ModeSetuid | fs.ModeSetgid | fs.ModeSticky)
	if err := fsys.Chown(s.temp, s.info); err != nil {
		mode &^= fs.ModeSetuid | fs.ModeSetgid // would be those of another user
	}
	if err := fsys.CopyAttributes(s.Path, s.temp); err != nil {
		return err
	}
	return fsys.Chmod(s.temp, mode)
}

// keep gives the file a second name, by which it can be put back whatever
// becomes of the disk. Where there are no links, its contents are written anew
// if need be.
func (s *staged) keep(fsys files) {
	s.kept, _ = unused(filepath.Dir(s.Path), tempPrefix(s.Path, keptMark), func(path string) error {
		return fsys.Link(s.Path, path)
	})
}

// unchanged checks that the file is still the one the fix was made for.
func (s *staged) unchanged(fsys files) error {
	now, info, err := fsys.Read(s.Path)
	if err == nil && (sha256.Sum256(now) != s.sum || info.Mode() != s.info.Mode()) {
		err = errChanged
	}
	return err
}

// commit puts the temporary file in its place, or removes the file.
func (s *staged) commit(fsys files) error {
	err := s.replace(fsys)
	if err != nil && s.landed(fsys) { // over a network, the answer alone may be lost
		return nil
	}
	return err
}

func (s *staged) replace(fsys files) error {
	if s.Old == nil {
		return s.add(fsys)
	}
	if err := s.unchanged(fsys); err != nil {
		return err
	}
	if s.New == nil {
		return fsys.Remove(s.Path)
	}
	return fsys.Rename(s.temp, s.Path)
}

// add puts the new file in place unless another one has come there: a link,
// unlike a rename, never replaces.
func (s *staged) add(fsys files) error {
	err := fsys.Link(s.temp, s.Path)
	switch {
	case err == nil:
		_ = fsys.Remove(s.temp) // the file is there; at worst a name is left
		return nil
	case errors.Is(err, fs.ErrExist):
		return errExists
	}
	// Have: a file system without links.
	switch _, there := fsys.Lstat(s.Path); {
	case there == nil:
		return errExists
	case !errors.Is(there, fs.ErrNotExist):
		return err
	}
	return fsys.Rename(s.temp, s.Path)
}

// landed reports whether the change is made although it failed.
func (s *staged) landed(fsys files) bool {
	now, err := fsys.Lstat(s.Path)
	if s.New == nil {
		return errors.Is(err, fs.ErrNotExist)
	}
	if temp, err := fsys.Lstat(s.temp); err == nil {
		return os.SameFile(temp, now)
	}
	text, _ := present(fsys, s.Path)
	return same(text, s.New)
}

// takeBack undoes commit.
func (s *staged) takeBack(fsys files) error {
	if s.putBack(fsys) != nil {
		back := Change{Path: s.Path, Old: s.New, New: s.Old, Dirs: s.made}
		if err := write(fsys, []Change{back}, nil); err != nil {
			return err
		}
	}
	s.drop(fsys)
	return nil
}

// putBack gives the file before its name again, if it was kept.
func (s *staged) putBack(fsys files) error {
	now, _ := present(fsys, s.Path)
	switch {
	case !same(now, s.New):
		return errChanged
	case s.New == nil:
		return fsys.Link(s.kept, s.Path)
	}
	return fsys.Rename(s.kept, s.Path)
}

// drop removes what was made for a change that is not carried out.
func (s *staged) drop(fsys files) {
	s.clear(fsys)
	removeDirs(fsys, s.made)
}

// clear removes the temporary files. There may be none any more.
func (s *staged) clear(fsys files) {
	discard(fsys, s.temp)
	discard(fsys, s.kept)
}
