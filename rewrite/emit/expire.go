package emit

import (
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// unusedFor is how old the journal of a module that is gone must be to be
// removed: the module may be on a disk that is not there today.
const unusedFor = 30 * 24 * time.Hour

// expire removes the journals of other modules that are gone.
func (j *Journal) expire(now time.Time) {
	all := filepath.Dir(j.dir)
	listed, _ := j.fsys.ReadDir(all)
	for _, d := range listed {
		other := &Journal{dir: filepath.Join(all, d.Name()), fsys: j.fsys}
		info, err := j.fsys.Lstat(other.dir) // changes with each record
		if err == nil && info.IsDir() && other.dir != j.dir && now.Sub(info.ModTime()) > unusedFor && other.orphaned() {
			other.remove()
		}
	}
}

// orphaned reports whether nothing is left of the module and of the folders that
// its runs wrote in.
func (j *Journal) orphaned() bool {
	runs, err := j.Runs()
	if err != nil {
		return false
	}
	var places []string
	for _, run := range runs {
		if run.err != nil {
			return false
		}
		places = append(places, run.Root)
		for _, e := range run.Files {
			places = append(places, filepath.Dir(e.Path))
		}
	}
	slices.Sort(places)
	return !slices.ContainsFunc(slices.Compact(places), func(path string) bool {
		_, err := j.fsys.Lstat(path) // there is none "", of a record without a root
		return !errors.Is(err, fs.ErrNotExist)
	})
}

// remove removes the journal unless somebody uses it.
func (j *Journal) remove() {
	name := filepath.Join(j.dir, lockName)
	lock := flock.New(name)
	if ok, _ := lock.TryLock(); !ok {
		return
	}
	defer lock.Unlock()
	listed, _ := j.fsys.ReadDir(j.dir)
	for _, f := range listed {
		if strings.HasPrefix(f.Name(), newPrefix) || recordNumber(f.Name()) > 0 {
			_ = j.fsys.Remove(filepath.Join(j.dir, f.Name()))
		}
	}
	_ = j.fsys.Remove(name)
	_ = j.fsys.Remove(j.dir) // fails, rightly, if something else is in it
}
