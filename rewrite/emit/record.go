package emit

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// format is the version of the records that this program writes. Those of a
// higher one it leaves alone.
const format = 1

// A Run is one write, as the journal keeps it.
type Run struct {
	Format  int       `json:"format"`
	Time    time.Time `json:"time"`
	Root    string    `json:"root,omitempty"` // the module or workspace
	Command []string  `json:"command"`
	Undone  bool      `json:"undone"`
	// Turning says that an undo or a redo of the run has begun, and not ended.
	Turning bool    `json:"turning,omitempty"`
	Files   []Entry `json:"files"`

	number int
	err    error // why the record cannot be read
}

// Number returns the number of the run in its journal. It stays.
func (r *Run) Number() int { return r.number }

// Err returns why the record of the run cannot be read, or nil. Nothing but
// that is known of the run then.
func (r *Run) Err() error { return r.err }

// An Entry is one file of a run. Old is nil if the run created the file.
type Entry struct {
	Path string   `json:"path"`
	Old  []byte   `json:"old"`
	New  []byte   `json:"new"`
	Dirs []string `json:"dirs,omitempty"` // made for the file, innermost first
}

// size returns the number of bytes of file contents in the record.
func (r *Run) size() int {
	n := 0
	for _, e := range r.Files {
		n += len(e.Old) + len(e.New)
	}
	return n
}

// save writes the record durably, as a whole or not at all.
func (j *Journal) save(run *Run) error {
	text, err := json.Marshal(run)
	if err != nil {
		return err
	}
	if err := j.fsys.MkdirAll(j.dir, 0o700); err != nil {
		return err
	}
	temp, err := writeTemp(j.fsys, j.dir, newPrefix, text, 0o600)
	if err == nil {
		err = j.fsys.Rename(temp, j.file(run.number))
	}
	if err != nil {
		discard(j.fsys, temp)
		return err
	}
	j.fsys.SyncDir(j.dir)
	return nil
}

const newPrefix = "new-" // of a record while it is being written

func recordName(number int) string { return fmt.Sprintf("%06d.json", number) }

// recordNumber returns the number of the run whose record has that name, 0 if it
// is no name of a record.
func recordNumber(name string) int {
	digits, _, _ := strings.Cut(name, ".")
	number, _ := strconv.Atoi(digits)
	if name != recordName(number) {
		return 0
	}
	return number
}

func (j *Journal) file(number int) string { return filepath.Join(j.dir, recordName(number)) }

// Runs returns the runs of the module, newest first, among them those whose
// record cannot be read; see [Run.Err].
func (j *Journal) Runs() ([]*Run, error) {
	if j.dir == "" {
		return nil, j.err
	}
	listed, err := j.fsys.ReadDir(j.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var runs []*Run
	for _, f := range listed {
		if number := recordNumber(f.Name()); number > 0 {
			runs = append(runs, j.read(number))
		}
	}
	slices.SortFunc(runs, func(a, b *Run) int { return b.number - a.number })
	return runs, nil
}

// read returns the run with that number.
func (j *Journal) read(number int) *Run {
	run := &Run{}
	text, _, err := j.fsys.Read(j.file(number))
	if err == nil {
		err = json.Unmarshal(text, run)
	}
	switch {
	case run.Format > format: // whatever else is wrong with it
		err = errors.New("made by a newer ctxfix")
	case err == nil && len(run.Files) == 0:
		err = errors.New("names no file")
	}
	if err != nil {
		run = &Run{err: fmt.Errorf("%s: %w", j.file(number), err)}
	}
	run.number = number
	return run
}
