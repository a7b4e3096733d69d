//go:build unix

package emit

import (
	"io/fs"
	"os"
	"syscall"
)

// chown gives the file at path the owner and the group of like. Where the user
// may not, the group is set alone if it can be, and the error says so.
func chown(path string, like fs.FileInfo) error {
	want, ok := like.Sys().(*syscall.Stat_t)
	if !ok {
		return nil
	}
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	if have, ok := info.Sys().(*syscall.Stat_t); ok && have.Uid == want.Uid && have.Gid == want.Gid {
		return nil
	}
	err = os.Lchown(path, int(want.Uid), int(want.Gid))
	if err != nil {
		_ = os.Lchown(path, -1, int(want.Gid)) // better than nothing
	}
	return err
}

// OtherNames returns how many names the file has besides this one, which will
// keep the old contents when it is written; 0 if that is not known.
func OtherNames(path string) int {
	info, err := os.Lstat(path)
	if err != nil || !info.Mode().IsRegular() {
		return 0
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0
	}
	return int(stat.Nlink) - 1
}
