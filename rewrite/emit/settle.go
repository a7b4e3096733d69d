package emit

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
)

// Settle clears up after runs, undos and redos that were killed: nothing of them
// is left but files with old or new contents, and the record of what was written.
// It returns the runs of the module, newest first, and the last one if that was
// ended half-way. It is to be called with the lock.
func (j *Journal) Settle() (runs []*Run, halfWay *Run, err error) {
	runs, err = j.Runs()
	if err != nil || j.settled {
		return runs, nil, err
	}
	j.settled = true
	left := j.leftBehind(runs)
	if len(runs) > 0 && (runs[0].Turning || !runs[0].Undone && runs[0].unfinished(left)) {
		runs[0].takeBackParts(j.fsys) // while the temporary files still tell, should this be killed, too
	}
	j.sweep(runs, left)
	if len(runs) == 0 {
		return nil, nil, nil
	}
	last := runs[0]
	switch {
	case last.Undone || last.Turning || !last.limit(j.fsys, left):
		return runs, nil, nil
	case len(last.Files) == 0:
		_ = j.fsys.Remove(j.file(last.number)) // else undo says that the files are so already
		return runs[1:], nil, nil
	}
	_ = j.save(last) // else undo says what is not as the record has it
	return runs, last, nil
}

// leftBehind returns the temporary files of the runs that killed processes have
// left, by their prefixes with their folders.
func (j *Journal) leftBehind(runs []*Run) map[string][]string {
	prefixes := map[string]map[string]bool{} // by folder
	for _, run := range runs {
		for _, e := range run.Files {
			dir := filepath.Dir(e.Path)
			if prefixes[dir] == nil {
				prefixes[dir] = map[string]bool{}
			}
			prefixes[dir][tempPrefix(e.Path, tempMark)] = true
			prefixes[dir][tempPrefix(e.Path, keptMark)] = true
		}
	}
	left := map[string][]string{}
	for dir := range prefixes {
		listed, _ := j.fsys.ReadDir(dir) // not there: nothing is left
		for _, f := range listed {
			if prefix := tempPrefixOf(f.Name()); prefixes[dir][prefix] {
				prefix = filepath.Join(dir, prefix)
				left[prefix] = append(left[prefix], filepath.Join(dir, f.Name()))
			}
		}
	}
	return left
}

// sweep removes what killed processes have left: temporary files, folders that
// they made and that are empty, and records that are not whole.
func (j *Journal) sweep(runs []*Run, left map[string][]string) {
	for _, prefix := range slices.Sorted(maps.Keys(left)) {
		for _, path := range left[prefix] {
			_ = j.fsys.Remove(path)
		}
	}
	for _, run := range runs {
		run.removeDirs(j.fsys)
	}
	j.sweepRecords()
}

// removeDirs removes the folders that the run made, if they are empty.
func (r *Run) removeDirs(fsys files) {
	for _, e := range r.Files {
		removeDirs(fsys, e.Dirs)
	}
}

// sweepRecords removes the records that were not written to their end.
func (j *Journal) sweepRecords() {
	listed, _ := j.fsys.ReadDir(j.dir)
	for _, f := range listed {
		if strings.HasPrefix(f.Name(), newPrefix) {
			_ = j.fsys.Remove(filepath.Join(j.dir, f.Name()))
		}
	}
}

// unfinished reports whether a file of the run had a temporary one among those
// left behind.
func (r *Run) unfinished(left map[string][]string) bool {
	return slices.ContainsFunc(r.Files, func(e Entry) bool { return left[e.temp()] != nil })
}

// temp returns the prefix of the temporary file, with its folder.
func (e Entry) temp() string {
	return filepath.Join(filepath.Dir(e.Path), tempPrefix(e.Path, tempMark))
}

// takeBackParts removes new files that only a part was made of, and that nothing
// needs yet: the next run would take them for whole.
func (r *Run) takeBackParts(fsys files) {
	for i, e := range r.Files {
		if e.Old == nil && (i == 0 || r.Files[i-1].Old != nil) { // a write begins with its new files
			_ = write(fsys, unneeded(fsys, r.Files[i:]), nil) // else undo does it
		}
	}
}

// unneeded returns the removal of the new ones among the files, unless all of them
// are there, or one of the other files may be written already.
func unneeded(fsys files, all []Entry) (removals []Change) {
	missing := false
	for _, e := range all {
		now, err := present(fsys, e.Path)
		switch {
		case e.Old != nil && (err != nil || same(now, e.New)):
			return nil
		case e.Old != nil:
		case now == nil:
			missing = missing || err == nil
		default: // one that was edited since is left alone as it is written
			removals = append(removals, Change{Path: e.Path, Old: e.New, Dirs: e.Dirs})
		}
	}
	if !missing {
		return nil
	}
	return removals
}

// limit limits the record of a run that was ended half-way to the files it had
// written, as the temporary files left behind tell. It returns whether the record
// is another one now.
func (r *Run) limit(fsys files, left map[string][]string) bool {
	if !r.unfinished(left) {
		return false
	}
	none := left[r.Files[0].temp()] != nil // the first to be staged, and to be written
	n := len(r.Files)
	r.Files = slices.DeleteFunc(r.Files, func(e Entry) bool {
		now, err := present(fsys, e.Path)
		return err == nil && !same(now, e.New) && (none || left[e.temp()] != nil || same(now, e.Old))
	})
	return len(r.Files) < n
}
