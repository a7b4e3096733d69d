package emit

import (
	"cmp"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// files is every operation on the file system that writing needs.
type files interface {
	Real(path string) (string, error) // symbolic links resolved
	Lstat(path string) (fs.FileInfo, error)
	Read(path string) ([]byte, fs.FileInfo, error) // of a regular file; neither follows a link nor waits
	ReadDir(dir string) ([]fs.DirEntry, error)
	MkdirAll(dir string, mode fs.FileMode) error
	Create(path string, mode fs.FileMode) (file, error) // fails if path exists; mode is subject to the umask
	Chown(path string, like fs.FileInfo) error          // gives it the owner and group of like
	Chmod(path string, mode fs.FileMode) error
	CopyAttributes(from, to string) error // extended ones, access control lists among them
	Rename(from, to string) error
	Link(from, to string) error // fails if to exists
	Remove(path string) error
	RemoveDir(dir string) error // fails if dir is no folder, or not empty
	SyncDir(dir string)         // makes renames in dir durable, where the system can
}

var errIrregular = errors.New("not a regular file")

// file is an open file to be written.
type file interface {
	io.WriteCloser
	Sync() error
}

// disk is the file system of the machine.
type disk struct{}

func (disk) Real(path string) (string, error)          { return filepath.EvalSymlinks(path) }
func (disk) Lstat(path string) (fs.FileInfo, error)    { return os.Lstat(path) }
func (disk) ReadDir(dir string) ([]fs.DirEntry, error) { return os.ReadDir(dir) }
func (disk) Chown(path string, like fs.FileInfo) error { return chown(path, like) }
func (disk) Chmod(path string, mode fs.FileMode) error { return os.Chmod(path, mode) }
func (disk) CopyAttributes(from, to string) error      { return copyAttributes(from, to) }
func (disk) Rename(from, to string) error              { return os.Rename(from, to) }
func (disk) Link(from, to string) error                { return os.Link(from, to) }
func (disk) Remove(path string) error                  { return os.Remove(path) }
func (disk) RemoveDir(dir string) error                { return syscall.Rmdir(dir) }

func (disk) MkdirAll(dir string, mode fs.FileMode) error { return os.MkdirAll(dir, mode) }

func (disk) Create(path string, mode fs.FileMode) (file, error) {
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
}

func (disk) Read(path string) ([]byte, fs.FileInfo, error) {
	if info, err := os.Lstat(path); err != nil || !info.Mode().IsRegular() {
		return nil, nil, cmp.Or(err, errIrregular)
	}
	f, err := open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() { // since a moment ago
		err = errIrregular
	}
	if err != nil {
		return nil, nil, err
	}
	text, err := io.ReadAll(f)
	return text, info, err
}

func (disk) SyncDir(dir string) {
	d, err := os.Open(dir)
	if err != nil {
		return
	}
	_ = d.Sync()
	_ = d.Close()
}

// removeDirs removes those of the folders that are empty, innermost first. What
// somebody has put in their place stays.
func removeDirs(fsys files, dirs []string) {
	for _, dir := range dirs {
		_ = fsys.RemoveDir(dir) // fails, rightly, if something is in it
	}
}
