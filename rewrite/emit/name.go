package emit

import (
	"os"
	"path/filepath"
)

// Name returns the path by which a diff names file when it is to be applied
// in the directory dir: relative to the top of the git work tree around dir,
// as git takes it from whatever directory "git apply" is run in; outside of
// any work tree relative to dir. It has slashes on every system.
func Name(dir, file string) (string, error) {
	dir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return "", err
	}
	// The file itself may be new, or a link that git knows by its own name.
	parent, err := filepath.EvalSymlinks(filepath.Dir(file))
	if err == nil {
		file = filepath.Join(parent, filepath.Base(file))
	}
	name, err := filepath.Rel(Top(dir), file)
	return filepath.ToSlash(name), err
}

// Top returns the top of the work tree around dir, or dir.
func Top(dir string) string {
	for at := dir; ; at = filepath.Dir(at) {
		// A directory, or a file in linked work trees and submodules.
		if _, err := os.Lstat(filepath.Join(at, ".git")); err == nil {
			return at
		}
		if at == filepath.Dir(at) {
			return dir
		}
	}
}
