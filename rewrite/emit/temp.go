package emit

import (
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Temporary files stand beside the file they are for, and have its name in
// theirs: .NAME.ctxfix-DIGITS is to become the file, .NAME.ctxfix-old-DIGITS is
// the file before, under a second name.
const (
	tempMark = ".ctxfix-"
	keptMark = ".ctxfix-old-"
)

// maxTempBase bounds the part of a temporary name that tells which file it is
// for: names of files are limited to 255 bytes on most systems.
const maxTempBase = 200

// tempPrefix is how the names of temporary files for path begin, with that mark.
func tempPrefix(path, mark string) string {
	base := filepath.Base(path)
	if len(base) > maxTempBase {
		base = strings.ToValidUTF8(base[:maxTempBase], "")
	}
	return "." + base + mark
}

// tempPrefixOf returns the prefix of a temporary name, or "" if name is none.
func tempPrefixOf(name string) string {
	for _, mark := range []string{keptMark, tempMark} {
		i := strings.LastIndex(name, mark) + len(mark)
		if i > len(mark) && i < len(name) && strings.Trim(name[i:], "0123456789") == "" {
			return name[:i]
		}
	}
	return ""
}

// unused makes a file in dir by way of make, with a name that begins with prefix
// and that no other file has. It returns that path on an error, too, if there may
// be a file that was made.
func unused(dir, prefix string, make func(path string) error) (path string, err error) {
	for range 100 { // one is enough unless somebody makes files on purpose
		path = filepath.Join(dir, prefix+strconv.FormatUint(uint64(rand.Uint32()), 10))
		if err = make(path); !errors.Is(err, fs.ErrExist) {
			return path, err
		}
	}
	return "", err
}

// discard removes a file that unused has made, if it has.
func discard(fsys files, path string) {
	if path != "" {
		_ = fsys.Remove(path)
	}
}

// staleAfter is how old a temporary file must be to be nobody's, where no lock says
// that no other process is writing it: that takes less than a second.
const staleAfter = time.Hour

// sweepStale removes the temporary files for path that killed processes have left.
func sweepStale(path string, now time.Time) {
	dir := filepath.Dir(path)
	listed, _ := os.ReadDir(dir)
	for _, f := range listed {
		if tempPrefixOf(f.Name()) != tempPrefix(path, tempMark) {
			continue
		}
		if info, err := f.Info(); err == nil && info.Mode().IsRegular() && now.Sub(info.ModTime()) > staleAfter {
			_ = os.Remove(filepath.Join(dir, f.Name()))
		}
	}
}

// Replace writes a file as a whole, or leaves it as it is: for what can be made
// again, which no journal keeps. The file has the mode of like, or if that is nil
// what the umask leaves of 0666.
func Replace(path string, text []byte, like fs.FileInfo) error {
	sweepStale(path, time.Now())
	return replace(disk{}, path, text, like)
}

func replace(fsys files, path string, text []byte, like fs.FileInfo) error {
	mode := fs.FileMode(0o666)
	if like != nil {
		mode = 0o600 // nobody else reads it before it has the mode of like
	}
	temp, err := writeTemp(fsys, filepath.Dir(path), tempPrefix(path, tempMark), text, mode)
	if err == nil && like != nil {
		err = fsys.Chmod(temp, like.Mode().Perm())
	}
	if err == nil {
		err = fsys.Rename(temp, path)
	}
	if err != nil {
		discard(fsys, temp)
	}
	return err
}

// writeTemp writes a new file durably. If it fails, the file is to be discarded.
func writeTemp(fsys files, dir, prefix string, text []byte, mode fs.FileMode) (path string, err error) {
	var f file
	path, err = unused(dir, prefix, func(path string) (err error) {
		f, err = fsys.Create(path, mode)
		return err
	})
	if err != nil {
		return path, err
	}
	_, err = f.Write(text)
	return path, errors.Join(err, f.Sync(), f.Close())
}
