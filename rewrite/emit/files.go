package emit

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// files is every operation on the file system that writing needs.
type files interface {
	Real(path string) (string, error) // symbolic links resolved
	Lstat(path string) (fs.FileInfo, error)
	ReadFile(path string) ([]byte, error)
	ReadDir(dir string) ([]fs.DirEntry, error)
	MkdirAll(dir string, mode fs.FileMode) error
	CreateTemp(dir, pattern string) (file, error)
	Chown(path string, like fs.FileInfo) error // gives it the owner and group of like
	Chmod(path string, mode fs.FileMode) error
	Rename(from, to string) error
	Link(from, to string) error // fails if to exists
	Remove(path string) error
	SyncDir(dir string) // makes renames in dir durable, where the system can
}

// file is an open file to be written.
type file interface {
	io.WriteCloser
	Name() string
	Sync() error
}

// disk is the file system of the machine.
type disk struct{}

func (disk) Real(path string) (string, error)          { return filepath.EvalSymlinks(path) }
func (disk) Lstat(path string) (fs.FileInfo, error)    { return os.Lstat(path) }
func (disk) ReadFile(path string) ([]byte, error)      { return os.ReadFile(path) }
func (disk) ReadDir(dir string) ([]fs.DirEntry, error) { return os.ReadDir(dir) }
func (disk) Chown(path string, like fs.FileInfo) error { return chown(path, like) }
func (disk) Chmod(path string, mode fs.FileMode) error { return os.Chmod(path, mode) }
func (disk) Rename(from, to string) error              { return os.Rename(from, to) }
func (disk) Link(from, to string) error                { return os.Link(from, to) }
func (disk) Remove(path string) error                  { return os.Remove(path) }

func (disk) MkdirAll(dir string, mode fs.FileMode) error { return os.MkdirAll(dir, mode) }

func (disk) CreateTemp(dir, pattern string) (file, error) {
	return os.CreateTemp(dir, pattern)
}

func (disk) SyncDir(dir string) {
	d, err := os.Open(dir)
	if err != nil {
		return
	}
	_ = d.Sync()
	_ = d.Close()
}
