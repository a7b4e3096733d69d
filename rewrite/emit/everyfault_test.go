package emit

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// A tree is a folder with files of which some are to be changed, and a journal.
type tree struct {
	testing.TB
	dir, cache string
	changes    []Change
	modes      map[string]fs.FileMode
	untidy     bool // temporary files may be left
}

// newTree makes the files in dir, as they are before all changes.
func newTree(t testing.TB, dir string) *tree {
	t.Helper()
	tr := treeIn(t, dir)
	for _, c := range tr.changes {
		if c.Old != nil {
			put(t, c.Path, string(c.Old), tr.modes[c.Path])
		}
	}
	return tr
}

// treeIn has four changes: two files and a new one that one fix needs, and a
// file by itself.
func treeIn(t testing.TB, dir string) *tree {
	tr := &tree{TB: t, dir: filepath.Join(dir, "m"), cache: filepath.Join(dir, "cache")}
	path := func(name string) string { return filepath.Join(tr.dir, name) }
	tr.modes = map[string]fs.FileMode{path("a.go"): 0o755, path("b.go"): 0o640, path("c.go"): 0o600}
	tr.changes = []Change{
		{Path: filepath.Join(tr.dir, "made", "deep", "n.go"), New: []byte("new n.go"), Fixes: []string{"x"}},
		change(path("a.go"), "old a.go", "new a.go"),
		change(path("b.go"), "old b.go", "new b.go"),
		change(path("c.go"), "old c.go", "new c.go"),
	}
	tr.changes[1].Fixes, tr.changes[2].Fixes = []string{"x"}, []string{"x"}
	return tr
}

func (t *tree) journal(fsys files) *Journal {
	j := OpenJournal(t.cache, t.dir, []string{"ctxfix", "-w"})
	j.fsys = fsys
	return j
}

// A step returns what Write does, and why the journal is not as it should be.
type step func(*tree, files) (err, unnoted error)

// A phase is a step and what goes before it.
type phase struct {
	name   string
	before []step
	run    step
	turned bool // the files are new before, and old after
}

var phases = []phase{
	{"write", nil, (*tree).write, false},
	{"undo", []step{(*tree).write}, (*tree).undo, true},
	{"redo", []step{(*tree).write, (*tree).undo}, (*tree).redo, false},
}

func (t *tree) write(fsys files) (err, unnoted error) {
	j := t.journal(fsys)
	err = write(fsys, t.changes, j)
	return err, j.Err()
}

func (t *tree) undo(fsys files) (err, unnoted error) { return t.turn(fsys, LastDone, (*Journal).Undo) }
func (t *tree) redo(fsys files) (err, unnoted error) {
	return t.turn(fsys, LastUndone, (*Journal).Redo)
}

func (t *tree) turn(fsys files, choose func([]*Run) *Run, plan func(*Journal, *Run, []string) (*Turn, error)) (err, unnoted error) {
	j := t.journal(fsys)
	runs, _, err := j.Settle()
	if err != nil {
		return t.nothingDone(err), nil
	}
	for _, run := range runs { // as the command does it
		if run.err != nil {
			return t.nothingDone(run.err), nil
		}
	}
	run := choose(runs)
	if run == nil {
		return nil, nil
	}
	turn, err := plan(j, run, nil)
	if err != nil {
		return t.nothingDone(err), nil
	}
	_, unnoted, err = turn.CarryOut()
	return err, unnoted
}

// nothingDone is the error of a turn that does not begin, as that of Write.
func (t *tree) nothingDone(err error) error {
	var all []error
	for _, c := range t.changes {
		all = append(all, &Error{c.Path, err})
	}
	return errors.Join(all...)
}

// isNew reports whether the file has its new contents. Any but the old and the
// new ones are an error, and so is another mode than it had.
func (t *tree) isNew(c Change, context string) bool {
	t.Helper()
	now, err := present(disk{}, c.Path)
	if err != nil || !same(now, c.Old) && !same(now, c.New) {
		t.Errorf("%s: %s is %q, %v", context, c.Path, now, err)
	}
	if info, err := os.Lstat(c.Path); err == nil && c.Old != nil && info.Mode() != t.modes[c.Path] {
		t.Errorf("%s: %s has mode %v, want %v", context, c.Path, info.Mode(), t.modes[c.Path])
	}
	return same(now, c.New)
}

// all checks that every file is new, or every file old, and nothing else there.
func (t *tree) all(new bool, context string) {
	t.Helper()
	for _, c := range t.changes {
		if t.isNew(c, context) != new {
			t.Errorf("%s: %s: new is %v, want %v", context, c.Path, !new, new)
		}
	}
	if _, err := os.Lstat(filepath.Join(t.dir, "made")); !new && err == nil && !t.untidy {
		t.Errorf("%s: the folder of the new file is left", context)
	}
	t.clean(context)
}

// clean checks that there are no files but those of the user and whole records.
func (t *tree) clean(context string) {
	t.Helper()
	if t.untidy {
		return
	}
	for _, dir := range []string{t.dir, t.cache} {
		_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err == nil && (strings.Contains(d.Name(), ".ctxfix-") || strings.HasPrefix(d.Name(), newPrefix)) {
				t.Errorf("%s: %s is left", context, path)
			}
			return nil
		})
	}
}

// truthful checks what the errors say against what became of the files. lasting
// says that what was done could perhaps not be taken back.
func (t *tree) truthful(err error, turned, lasting bool, context string) {
	t.Helper()
	var joint []bool
	stuck := false
	for _, c := range t.changes {
		said := errorOf(err, c.Path)
		done := t.isNew(c, context) != turned
		torn := strings.Contains(said, "cannot be taken back")
		stuck = stuck || torn
		if torn && !lasting {
			t.Errorf("%s: %s", context, said)
		}
		if (said == "" || torn) != done {
			t.Errorf("%s: %s is done: %v, but it says %q", context, c.Path, done, said)
		}
		if len(c.Fixes) > 0 || turned {
			joint = append(joint, done)
		}
	}
	for _, done := range joint {
		if done != joint[0] && !stuck {
			t.Errorf("%s: a fix is in a part of its files: %v\n%v", context, joint, err)
			return
		}
	}
}

// errorOf returns what a joined error says of one file.
func errorOf(err error, path string) string {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return ""
	}
	for _, err := range joined.Unwrap() {
		if e := (*Error)(nil); errors.As(err, &e) && e.Path == path {
			return e.Error()
		}
	}
	return ""
}

// memoryTemp is realTemp in memory where the system offers that: what is on disk
// makes each rename wait.
func memoryTemp(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "ctxfix")
	if err != nil {
		return realTemp(t)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// kinds are the ways in which one operation can go wrong.
func kinds() map[string]fault {
	all := map[string]fault{
		"killed before":          {},
		"killed after":           {late: true},
		"full amidst":            {err: syscall.ENOSPC, short: true},
		"answer lost":            {err: syscall.ENOENT, late: true},
		"input/output error":     {err: syscall.EIO},
		"full disk from then on": {err: syscall.ENOSPC, lasting: true},
	}
	if !soaking {
		return all
	}
	all["killed amidst"] = fault{short: true}
	all["answer wrong"] = fault{err: syscall.EEXIST, late: true}
	for _, err := range []syscall.Errno{syscall.EIO, syscall.ENOSPC, syscall.EDQUOT, syscall.EROFS, syscall.EACCES, syscall.EPERM, syscall.EINTR} {
		all[err.Error()] = fault{err: err}
		all[err.Error()+" from then on"] = fault{err: err, lasting: true}
	}
	return all
}

// soaking asks for the long form of the tests: make soak.
var soaking bool

// TestEveryFault lets each operation of a run, an undo and a redo go wrong in
// every way, those of the journal among them.
func TestEveryFault(t *testing.T) {
	top, points := memoryTemp(t), 0
	for _, phase := range phases {
		for name, kind := range kinds() {
			for at, more := 1, true; more && !t.Failed(); at++ {
				kind.at = at
				points++
				more = phase.with(t, filepath.Join(top, fmt.Sprint(points)), name, kind) >= at
			}
		}
	}
	t.Logf("%d faults", points)
}

// TestEveryPairOfFaults lets two operations fail. All pairs take long.
func TestEveryPairOfFaults(t *testing.T) {
	top, points, step := memoryTemp(t), 0, 41
	if soaking {
		step = 1
	}
	for _, phase := range phases {
		n := phase.with(t, filepath.Join(top, phase.name), "none")
		for first := 1; first <= n; first++ {
			for second := first + 1 + first%step; second <= n+10 && !t.Failed(); second += step {
				points++
				phase.with(t, filepath.Join(top, fmt.Sprint(points)), fmt.Sprintf("errors at %d and", first),
					fault{at: second, err: syscall.EIO}, fault{at: first, err: syscall.EIO})
			}
		}
	}
	t.Logf("%d pairs of faults", points)
}

// with runs the phase with faults, of which the first is the last to come, and
// what goes before it and after it without. It returns how many operations there
// were.
func (p phase) with(t *testing.T, dir, name string, faults ...fault) int {
	t.Helper()
	defer os.RemoveAll(dir)
	tr := newTree(t, dir)
	for _, step := range p.before {
		if err, unnoted := step(tr, &faulty{}); err != nil || unnoted != nil {
			t.Fatal(err, unnoted)
		}
	}
	fsys := &faulty{faults: faults}
	var err, unnoted error
	crashed := ends(func() { err, unnoted = p.run(tr, fsys) })
	context := p.name + ", " + name
	if len(faults) > 0 && faults[0].at <= fsys.ops() {
		context = fmt.Sprintf("%s at %d (%s)", context, faults[0].at, fsys.log[faults[0].at-1])
	}
	if !crashed {
		several := len(faults) > 1 || len(faults) == 1 && faults[0].lasting
		tr.truthful(err, p.turned, several, context)
	}
	// What cannot be removed stays: where a second fault hits that.
	tr.untidy = len(faults) > 1 && faults[0].at <= fsys.ops() && slices.Contains([]string{"remove", "rmdir"}, fsys.log[faults[0].at-1])
	tr.restored(unnoted == nil || len(p.before) > 0, context)
	if t.Failed() {
		t.Errorf("operations: %s", strings.Join(fsys.log, " "))
	}
	return fsys.ops()
}

// restored checks that an undo without faults brings every file back if the run
// was recorded, whatever came before, and that a redo does it again.
func (t *tree) restored(recorded bool, context string) {
	t.Helper()
	written := 0
	for _, c := range t.changes {
		if t.isNew(c, context) {
			written++
		}
	}
	if err, unnoted := t.undo(&faulty{}); err != nil || unnoted != nil {
		t.Errorf("%s: undo: %v, %v", context, err, unnoted)
	}
	if !recorded && written > 0 { // a warning says that nothing can be taken back
		for _, c := range t.changes {
			t.isNew(c, context)
		}
		return
	}
	t.all(false, context+", undone")
	if err, unnoted := t.redo(&faulty{}); err != nil || unnoted != nil {
		t.Errorf("%s: redo: %v, %v", context, err, unnoted)
	}
	again := 0
	for _, c := range t.changes {
		if t.isNew(c, context+", redone") {
			again++
		}
	}
	if again < written {
		t.Errorf("%s: %d files had been written, and %d are after the redo", context, written, again)
	}
	t.clean(context + ", redone")
}
