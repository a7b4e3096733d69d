package emit

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// A record of a run that was ended half-way keeps the files that were written,
// and those of which it cannot be told.
func TestLimit(t *testing.T) {
	for name, test := range map[string]struct {
		files string // per file: o as before, n new, e edited since, d a folder now; upper case: a temporary file was left
		kept  string // the indices of the files in the record
	}{
		"ended when all was written":         {"nn", "01"},
		"taken back by hand":                 {"oo", "01"},
		"ended before the first":             {"OO", ""},
		"ended while the first was staged":   {"Oo", ""},
		"edited before it was staged":        {"Oe", ""},
		"ended after the first":              {"nO", "0"},
		"the first edited since":             {"eO", "0"},
		"the second edited since":            {"nE", "0"},
		"the first taken back since":         {"oO", ""},
		"written, and its name left":         {"nN", "01"},
		"a folder where the first was":       {"dO", "0"},
		"a folder where the second was":      {"nD", "01"},
		"of three the last, and one by hand": {"noO", "0"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := realTemp(t)
			run, left := &Run{}, map[string][]string{}
			for i, state := range test.files {
				path := filepath.Join(dir, fmt.Sprint(i, ".go"))
				switch state | 0x20 {
				case 'o':
					put(t, path, "old", 0o644)
				case 'n':
					put(t, path, "new", 0o644)
				case 'e':
					put(t, path, "edited", 0o644)
				case 'd':
					if err := os.Mkdir(path, 0o755); err != nil {
						t.Fatal(err)
					}
				}
				if state < 'a' {
					left[filepath.Join(dir, tempPrefix(path, tempMark))] = []string{path}
				}
				run.Files = append(run.Files, Entry{Path: path, Old: []byte("old"), New: []byte("new")})
			}
			changed := run.limit(disk{}, left)
			kept := ""
			for _, e := range run.Files {
				kept += filepath.Base(e.Path)[:1]
			}
			if kept != test.kept || changed != (len(kept) < len(test.files)) {
				t.Errorf("kept %q, changed %v; want %q", kept, changed, test.kept)
			}
		})
	}
}

// Of a run that ended by itself, or was undone, the record stays whole, whatever
// else left temporary files; so does that of one whose undo was killed.
func TestSettleLeavesWholeRecords(t *testing.T) {
	for name, end := range map[string]func(t *testing.T, j *Journal, changes []Change){
		"written": func(t *testing.T, j *Journal, changes []Change) {},
		"undone": func(t *testing.T, j *Journal, changes []Change) {
			undoLast(t, j)
			put(t, filepath.Join(filepath.Dir(changes[1].Path), tempPrefix(changes[1].Path, tempMark)+"1"), "", 0o600)
		},
		"undo killed": func(t *testing.T, j *Journal, changes []Change) {
			killed := reopen(j)
			fsys := &faulty{}
			renamed := 0
			fsys.before = func(op, path string) {
				if op == "rename" && filepath.Ext(path) == ".go" {
					if renamed++; renamed == 2 {
						panic(errCrash)
					}
				}
			}
			killed.fsys = fsys
			if !ends(func() { undoLast(t, killed) }) {
				t.Fatal("the undo ended")
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, changes := project(t)
			j := newJournal(t)
			if err := Write(changes, j); err != nil || j.Err() != nil {
				t.Fatal(err, j.Err())
			}
			end(t, j, changes)
			runs, halfWay, err := reopen(j).Settle()
			if err != nil || len(runs) != 1 || len(runs[0].Files) != len(changes) || halfWay != nil {
				t.Errorf("runs %+v, half-way %v, %v", runs, halfWay, err)
			}
		})
	}
}

// New files of which a killed run, undo or redo left a part, and that no other file
// needs, go: a run that follows would take them for whole. So they do if what
// clears up after the first is killed, too.
func TestSettleNewFilesTogether(t *testing.T) {
	for _, phase := range phases {
		top := memoryTemp(t)
		met := map[int]int{} // how often so many were there when the process ended
		for at, more := 1, true; more && !t.Failed(); at++ {
			for again, settled := 0, false; !settled && !t.Failed(); again++ {
				tr := newFilesTree(t, filepath.Join(top, fmt.Sprint(at, "-", again)))
				for _, step := range phase.before {
					if err, unnoted := step(tr, &faulty{}); err != nil || unnoted != nil {
						t.Fatal(err, unnoted)
					}
				}
				more = ends(func() { _, _ = phase.run(tr, &faulty{faults: []fault{{at: at}}}) })
				met[goFiles(filepath.Join(tr.dir, "made"))]++
				settled = !ends(func() { _, _, _ = tr.journal(&faulty{faults: []fault{{at: again}}}).Settle() })
				settled = settled && again > 0
				tr.together(fmt.Sprintf("%s ended at %d, and again at %d", phase.name, at, again))
			}
		}
		if met[1] == 0 || met[2] == 0 || met[3] == 0 {
			t.Errorf("%s: met %v", phase.name, met)
		}
	}
}

// Of a run that ended by itself, or was undone, no new file is taken back, whatever
// became of the files since.
func TestSettleLeavesNewFiles(t *testing.T) {
	for name, since := range map[string]func(tr *tree){
		"one removed, the old one edited": func(tr *tree) {
			if err := os.Remove(tr.changes[1].Path); err != nil {
				tr.Fatal(err)
			}
			put(tr, tr.changes[0].Path, "edited", 0o644)
		},
		"undone, one made again": func(tr *tree) {
			if err, unnoted := tr.undo(disk{}); err != nil || unnoted != nil {
				tr.Fatal(err, unnoted)
			}
			put(tr, tr.changes[3].Path, "new", 0o644)
			put(tr, filepath.Join(tr.dir, tempPrefix(tr.changes[0].Path, tempMark)+"1"), "", 0o600)
		},
	} {
		t.Run(name, func(t *testing.T) {
			tr := newFilesTree(t, memoryTemp(t))
			if err, unnoted := tr.write(disk{}); err != nil || unnoted != nil {
				t.Fatal(err, unnoted)
			}
			since(tr)
			if _, _, err := tr.journal(disk{}).Settle(); err != nil {
				t.Fatal(err)
			}
			if read(t, tr.changes[3].Path) != "new" {
				t.Error("a file is gone that nobody asked to remove")
			}
		})
	}
}

// newFilesTree has three new files that one fix needs, with one that was there
// before.
func newFilesTree(t *testing.T, dir string) *tree {
	tr := &tree{TB: t, dir: filepath.Join(dir, "m"), cache: filepath.Join(dir, "cache")}
	old := filepath.Join(tr.dir, "a.go")
	put(t, old, "old", 0o644)
	tr.modes = map[string]fs.FileMode{old: 0o644}
	tr.changes = []Change{{Path: old, Old: []byte("old"), New: []byte("new"), Fixes: []string{"x"}}}
	for _, name := range []string{"m.go", "n.go", "o.go"} {
		tr.changes = append(tr.changes, Change{Path: filepath.Join(tr.dir, "made", name), New: []byte("new"), Fixes: []string{"x"}})
	}
	return tr
}

// together checks that all new files are there, or none, after what a killed
// process left is cleared up.
func (t *tree) together(context string) {
	t.Helper()
	made := filepath.Join(t.dir, "made")
	runs, _, err := t.journal(disk{}).Settle()
	n := goFiles(made)
	if err != nil || n%3 > 0 || n > 0 && len(runs) == 0 || n == 0 && t.isNew(t.changes[0], context) {
		t.Errorf("%s: %d new files, runs %v, %v", context, n, runs, err)
	}
	if _, err := os.Lstat(made); n == 0 && err == nil {
		t.Errorf("%s: the folder is left", context)
	}
	t.clean(context)
}

// New files go where one of their write is missing, and no file that was there
// before is written.
func TestUnneeded(t *testing.T) {
	for name, test := range map[string]struct {
		files string // per file: upper case if it is new; n written, o not, e edited since, d a folder now, x gone
		gone  string // the indices of the files that go
	}{
		"one of two":                          {"NOo", "0"},
		"all":                                 {"NNo", ""},
		"none":                                {"OOo", ""},
		"one is needed":                       {"NOon", ""},
		"one may be needed":                   {"NOd", ""},
		"a folder where the other was":        {"NDo", ""},
		"one, and a folder where another was": {"NODo", "0"},
		"all, and the other file is gone":     {"NNx", ""},
		"edited since":                        {"NEOo", "0"},
		"all, and one of the next write":      {"NNonNOo", "4"},
		"one, and the next write is done":     {"NOoNNn", ""},
	} {
		t.Run(name, func(t *testing.T) {
			dir := realTemp(t)
			run, contents := &Run{}, map[rune]string{'n': "new", 'o': "old", 'e': "edited"}
			for i, state := range test.files {
				e := Entry{Path: filepath.Join(dir, fmt.Sprint(i, ".go")), Old: []byte("old"), New: []byte("new")}
				switch state {
				case 'd', 'D':
					if err := os.Mkdir(e.Path, 0o755); err != nil {
						t.Fatal(err)
					}
				case 'O', 'x':
				default:
					put(t, e.Path, contents[state|0x20], 0o644)
				}
				if state < 'a' {
					e.Old = nil
				}
				run.Files = append(run.Files, e)
			}
			run.takeBackParts(disk{})
			gone := ""
			for i, state := range test.files {
				if _, err := os.Lstat(run.Files[i].Path); err != nil && state != 'O' && state != 'x' {
					gone += fmt.Sprint(i)
				}
			}
			if gone != test.gone {
				t.Errorf("gone are %q, want %q", gone, test.gone)
			}
		})
	}
}

// goFiles returns how many files there are but temporary ones.
func goFiles(dir string) int {
	listed, _ := os.ReadDir(dir)
	return len(slices.DeleteFunc(listed, func(f os.DirEntry) bool { return tempPrefixOf(f.Name()) != "" }))
}

// What lies there without the lock may be of a run that goes on.
func TestNothingIsSweptWithoutLock(t *testing.T) {
	dir, changes := project(t)
	j := newJournal(t)
	if err := Write(changes, j); err != nil || j.Err() != nil {
		t.Fatal(err, j.Err())
	}
	unlock, err := j.Lock(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	theirs := filepath.Join(dir, tempPrefix(changes[1].Path, tempMark)+"7")
	put(t, theirs, "on its way", 0o600)
	other := reopen(j)
	ctx, cancel := context.WithCancel(t.Context())
	if _, err := other.Lock(ctx, cancel); err == nil {
		t.Fatal("locked twice")
	}
	if err := Write([]Change{change(changes[2].Path, "new", "newer")}, other); err != nil || other.Err() != nil {
		t.Fatal(err, other.Err())
	}
	if read(t, theirs) != "on its way" {
		t.Error("the temporary file of another process is gone")
	}
}

// Only names that ctxfix gives are taken for those of its temporary files.
func TestTemporaryNames(t *testing.T) {
	want := map[string]string{
		".a.go.ctxfix-12": ".a.go.ctxfix-", ".a.go.ctxfix-old-12": ".a.go.ctxfix-old-",
		".a.go.ctxfix-notes": "", ".a.go.ctxfix-": "", ".a.go.ctxfix-old-": "", ".ctxfix-1": "", "a.go": "", ".a.go.ctxfix-1.go": "",
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if got := tempPrefixOf(name); got != want[name] {
			t.Errorf("%s: got %q, want %q", name, got, want[name])
		}
	}
}
