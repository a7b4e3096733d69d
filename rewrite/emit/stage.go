package emit

import (
	"crypto/sha256"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
)

// staged is a change on its way: checked, then staged, when its new contents
// are on disk under a temporary name, then committed.
type staged struct {
	Change
	real, temp string      // real is Path with symbolic links resolved
	sum        [32]byte    // of the contents that may be replaced
	info       fs.FileInfo // of the file before; nil if it is new
	made       []string    // folders to make for it, innermost first
}

var errExists = errors.New("exists already; not overwritten")

// check finds out whether the change can be carried out. It touches nothing.
func (s *staged) check(fsys files) error {
	if s.Old != nil {
		if err := s.existing(fsys); err != nil {
			return err
		}
		return s.unchanged(fsys)
	}
	if _, err := fsys.Lstat(s.real); err == nil {
		return errExists
	}
	for dir := filepath.Dir(s.real); ; dir = filepath.Dir(dir) {
		if _, err := fsys.Lstat(dir); err == nil || dir == filepath.Dir(dir) {
			return nil
		}
		s.made = append(s.made, dir)
	}
}

// existing resolves the path, and looks at the file there.
func (s *staged) existing(fsys files) (err error) {
	if s.real, err = fsys.Real(s.Path); err != nil {
		return err
	}
	s.info, err = fsys.Lstat(s.real)
	switch {
	case err != nil:
		return err
	case !s.info.Mode().IsRegular():
		return errors.New("not a regular file")
	case s.info.Mode().Perm()&0o200 == 0: // says so even to root
		return errors.New("read-only; make it writable to have it fixed")
	}
	return nil
}

// stage makes the folder of a new file, and writes the temporary file.
func (s *staged) stage(fsys files) error {
	if s.New == nil {
		return nil
	}
	dir := filepath.Dir(s.real)
	if s.Old == nil {
		if err := fsys.MkdirAll(dir, 0o777); err != nil {
			return err
		}
	}
	f, err := fsys.CreateTemp(dir, tempPrefix(s.real)+"*")
	if err != nil {
		return err
	}
	s.temp = f.Name()
	_, err = f.Write(s.New)
	return errors.Join(err, f.Sync(), f.Close(), s.setMode(fsys))
}

// setMode gives the temporary file the owner, as far as this user may, and the
// mode of the file before.
func (s *staged) setMode(fsys files) error {
	if s.info == nil {
		return fsys.Chmod(s.temp, 0o644)
	}
	mode := s.info.Mode() & (fs.ModePerm | fs.ModeSetuid | fs.ModeSetgid | fs.ModeSticky)
	if err := fsys.Chown(s.temp, s.info); err != nil {
		mode &^= fs.ModeSetuid | fs.ModeSetgid // would be those of another user
	}
	return fsys.Chmod(s.temp, mode)
}

// maxTempBase bounds the part of a temporary name that tells which file it is
// for: names of files are limited to 255 bytes on most systems.
const maxTempBase = 200

// tempPrefix is how the names of temporary files for path begin.
func tempPrefix(path string) string {
	base := filepath.Base(path)
	if len(base) > maxTempBase {
		base = strings.ToValidUTF8(base[:maxTempBase], "")
	}
	return "." + base + tempMark
}

const tempMark = ".ctxfix-"

// tempPrefixOf returns the prefix of a temporary name, or "" if name is none.
func tempPrefixOf(name string) string {
	i := strings.LastIndex(name, tempMark) + len(tempMark)
	if i < len(tempMark) || i == len(name) || strings.Trim(name[i:], "0123456789") != "" {
		return ""
	}
	return name[:i]
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
