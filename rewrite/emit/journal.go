package emit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"path/filepath"
	"slices"
	"time"

	"github.com/gofrs/flock"
)

// How much a journal keeps. The newest run is kept whatever its size.
const (
	maxRuns  = 20
	maxBytes = 64 << 20
)

const lockName = "lock"

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
	settled  bool    // what killed processes have left is cleared up, or cannot be
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
	lock := flock.New(filepath.Join(j.dir, lockName))
	ok, err := lock.TryLock()
	if !ok && err == nil {
		waiting()
		_, err = lock.TryLockContext(ctx, 50*time.Millisecond)
	}
	if err != nil {
		j.settled = true // what is there may be of a run that goes on
		return nil, err
	}
	return func() { _ = lock.Unlock() }, nil
}

// begin records what is about to be replaced, together with what was written
// before by way of this Journal: that is one run. What runs before have left
// because they were killed goes.
func (j *Journal) begin(all []*staged) {
	if j == nil || len(all) == 0 {
		return
	}
	if j.current != nil {
		j.earlier = j.current.Files
		j.err = j.record(entries(all))
		return
	}
	if j.older, _, j.err = j.Settle(); j.err != nil {
		return
	}
	j.current = &Run{Format: format, Time: time.Now().UTC().Truncate(time.Second), Root: j.root, Command: j.command, number: 1}
	if len(j.older) > 0 {
		j.current.number = j.older[0].number + 1
	}
	if j.err = j.record(entries(all)); j.err != nil {
		j.current = nil
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
		out = append(out, Entry{Path: s.Path, Old: s.Old, New: s.New, Dirs: s.made})
	}
	return out
}

// prune removes the records of older runs that were undone, and cannot be
// redone on top of the present one, or are too many; and the journals of modules
// that are gone.
func (j *Journal) prune() {
	if j == nil || j.current == nil {
		return
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
	j.expire(time.Now())
}
