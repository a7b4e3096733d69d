package emit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// How much a journal keeps. The newest run is kept whatever its size.
const (
	maxRuns  = 20
	maxBytes = 64 << 20
)

// A Journal keeps, outside of the user's tree, what runs in one module
// replaced, so that it can be restored. A nil *Journal keeps nothing.
type Journal struct {
	dir     string
	root    string
	command []string
	fsys    files
	// maxBytes bounds the contents kept, with room for one run at least.
	maxBytes int
	current  *Run    // the run being written
	earlier  []Entry // of current: what was written before the present files
	older    []*Run  // than current
	err      error
}

// OpenJournal returns the journal of root, the real path of a module or
// workspace. It is in a folder of its own in cache, the user's cache folder;
// nothing is made there before it is needed. command is the command line of
// this run, to recognise it by later.
func OpenJournal(cache, root string, command []string) *Journal {
	sum := sha256.Sum256([]byte(root))
	name := filepath.Base(root) + "-" + hex.EncodeToString(sum[:8])
	return &Journal{dir: filepath.Join(cache, "ctxfix", name), root: root, command: command, fsys: disk{}, maxBytes: maxBytes}
}

// NoJournal returns a journal that keeps nothing, and why.
func NoJournal(why error) *Journal { return &Journal{err: why} }

// Root returns the module or workspace that the journal is for.
func (j *Journal) Root() string { return j.root }

// Err returns why the last run could not be recorded, or nil.
func (j *Journal) Err() error {
	if j == nil {
		return nil
	}
	return j.err
}

// Lock waits until no other process holds the lock of the module; waiting is
// called if there is one that does. The system gives the lock back when a
// process ends, however it ends. The error is that of ctx, or says that there
// can be no lock.
func (j *Journal) Lock(ctx context.Context, waiting func()) (unlock func(), err error) {
	if j.dir == "" {
		return nil, j.err
	}
	if err := j.fsys.MkdirAll(j.dir, 0o700); err != nil {
		return nil, err
	}
	lock := flock.New(filepath.Join(j.dir, "lock"))
	ok, err := lock.TryLock()
	if !ok && err == nil {
		waiting()
		_, err = lock.TryLockContext(ctx, 50*time.Millisecond)
	}
	if err != nil {
		return nil, err
	}
	return func() { _ = lock.Unlock() }, nil
}

// format is the version of the records that this program writes. Those of a
// higher one it leaves alone.
const format = 1

// A Run is one write, as the journal keeps it.
type Run struct {
	Format  int       `json:"format"`
	Time    time.Time `json:"time"`
	Command []string  `json:"command"`
	Undone  bool      `json:"undone"`
	Files   []Entry   `json:"files"`

	number int
	err    error // why the record cannot be read
}

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

// begin records what is about to be replaced, together with what was written
// before by way of this Journal: that is one run. What the run before has left
// because it was killed goes.
func (j *Journal) begin(all []*staged) {
	if j == nil || j.dir == "" || len(all) == 0 {
		return
	}
	if j.current != nil {
		j.earlier = j.current.Files
		j.err = j.record(entries(all))
		return
	}
	runs, err := j.Runs()
	if err != nil {
		j.err = err
		return
	}
	j.older = runs
	j.current = &Run{Format: format, Time: time.Now().UTC().Truncate(time.Second), Command: j.command, number: 1}
	if len(runs) > 0 {
		j.settle(runs[0])
		j.current.number = runs[0].number + 1
	}
	if j.err = j.record(entries(all)); j.err != nil {
		j.current = nil
	}
}

// settle clears up after the last run if that was killed: what it did not write
// must not stand in the way of undo.
func (j *Journal) settle(last *Run) {
	switch changed := last.settle(); {
	case changed && len(last.Files) == 0:
		_ = j.fsys.Remove(j.file(last.number))
	case changed:
		_ = j.save(last) // else undo says what is not as the record has it
	}
}

// correct limits the record to what was written after all.
func (j *Journal) correct(written []*staged) {
	switch {
	case j == nil || j.current == nil:
	case len(j.earlier)+len(written) == 0:
		j.err = j.fsys.Remove(j.file(j.current.number))
		j.current = nil
	default:
		j.err = j.record(entries(written))
	}
}

// record saves the present run with what was written earlier and these files.
func (j *Journal) record(files []Entry) error {
	j.current.Files = slices.Concat(j.earlier, files)
	return j.save(j.current)
}

func entries(all []*staged) []Entry {
	var out []Entry
	for _, s := range all {
		out = append(out, Entry{Path: s.real, Old: s.Old, New: s.New, Dirs: s.made})
	}
	return out
}

// Mark notes that the run was undone, or redone.
func (j *Journal) Mark(run *Run, undone bool) error {
	run.Undone = undone
	return j.save(run)
}

// save writes the record durably, as a whole or not at all.
func (j *Journal) save(run *Run) (err error) {
	text, err := json.Marshal(run)
	if err != nil {
		return err
	}
	if err := j.fsys.MkdirAll(j.dir, 0o700); err != nil {
		return err
	}
	f, err := j.fsys.CreateTemp(j.dir, newPrefix+"*")
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = j.fsys.Rename(f.Name(), j.file(run.number))
	}
	if err != nil {
		_ = j.fsys.Remove(f.Name())
		return err
	}
	j.fsys.SyncDir(j.dir)
	return nil
}

const newPrefix = "new-" // of a record while it is being written

func recordName(number int) string { return fmt.Sprintf("%06d.json", number) }

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
		digits, _, _ := strings.Cut(f.Name(), ".")
		number, err := strconv.Atoi(digits)
		if err == nil && f.Name() == recordName(number) && number > 0 {
			runs = append(runs, j.read(number))
		}
	}
	slices.SortFunc(runs, func(a, b *Run) int { return b.number - a.number })
	return runs, nil
}

// read returns the run with that number.
func (j *Journal) read(number int) *Run {
	run := &Run{}
	text, err := j.fsys.ReadFile(j.file(number))
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

// prune removes the records of older runs that were undone, and cannot be
// redone on top of the present one, or are too many; and what processes that
// were killed have left in the journal.
func (j *Journal) prune() {
	if j == nil || j.current == nil {
		return
	}
	listed, _ := os.ReadDir(j.dir)
	for _, f := range listed {
		if strings.HasPrefix(f.Name(), newPrefix) {
			_ = os.Remove(filepath.Join(j.dir, f.Name()))
		}
	}
	kept, bytes := 1, j.current.size()
	for _, run := range j.older {
		if !run.Undone {
			kept++
			bytes += run.size()
		}
		if run.Undone || kept > maxRuns || bytes > j.maxBytes {
			_ = j.fsys.Remove(j.file(run.number)) // else next time
		}
	}
}

// size returns the number of bytes of file contents in the record.
func (r *Run) size() int {
	n := 0
	for _, e := range r.Files {
		n += len(e.Old) + len(e.New)
	}
	return n
}
