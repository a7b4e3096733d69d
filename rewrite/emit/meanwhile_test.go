//go:build unix

package emit

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// meanwhile are the ways in which others can change a file while ctxfix is at it.
var meanwhile = map[string]func(t testing.TB, path string){
	"edited":   func(t testing.TB, path string) { put(t, path, "edited", 0o755) },
	"replaced": func(t testing.TB, path string) { os.Remove(path); put(t, path, "edited", 0o755) },
	"removed":  func(t testing.TB, path string) { os.Remove(path) },
	"locked":   func(t testing.TB, path string) { os.Chmod(path, 0o500) },
	"folder":   func(t testing.TB, path string) { os.Remove(path); os.Mkdir(path, 0o755) },
	"pipe":     func(t testing.TB, path string) { os.Remove(path); syscall.Mkfifo(path, 0o644) },
	"link": func(t testing.TB, path string) {
		other := filepath.Join(filepath.Dir(path), "other")
		os.Rename(path, other)
		os.Symlink(other, path)
	},
}

// state tells a file from what else may be there.
func state(t testing.TB, path string) string {
	t.Helper()
	info, err := os.Lstat(path)
	if err != nil {
		return "none"
	}
	text := ""
	if info.Mode().IsRegular() {
		text = read(t, path)
	}
	return fmt.Sprint(info.Mode(), " ", text)
}

// TestChangedMeanwhile lets others change a file before each operation of a run.
// Until it is replaced, what they made of it stays, and nothing is written of the
// fix that needs it; nothing is ever waited for.
func TestChangedMeanwhile(t *testing.T) {
	top, points := memoryTemp(t), 0
	for name, interfere := range meanwhile {
		for at, more := 1, true; more && !t.Failed(); at++ {
			points++
			tr := newTree(t, filepath.Join(top, fmt.Sprint(points)))
			path := filepath.Join(tr.dir, "a.go")
			fsys, theirs, replaced := &faulty{}, "", false
			fsys.before = func(op, p string) {
				replaced = replaced || op == "rename" && p == path
				if len(fsys.log) == at && !replaced {
					interfere(t, path)
					theirs = state(t, path)
				}
			}
			err, unnoted := tr.write(fsys)
			more = theirs != ""
			context := fmt.Sprintf("%s before %d", name, at)
			if !more {
				tr.all(true, context)
				continue
			}
			if got := state(t, path); got != theirs || unnoted != nil || !strings.Contains(fmt.Sprint(err), path+": ") {
				t.Errorf("%s (%s): %q was made of %q; %v, %v", context, fsys.log[at-1], got, theirs, err, unnoted)
			}
			fsys.before = nil
			for range 2 { // the run is recorded without the files that it left alone
				for _, c := range tr.changes {
					if c.Path != path && tr.isNew(c, context) != (c.Fixes == nil) {
						t.Errorf("%s: %s is %s", context, c.Path, state(t, c.Path))
					}
				}
				if err, unnoted := tr.undo(&faulty{}); err != nil || unnoted != nil {
					t.Errorf("%s: undo: %v, %v", context, err, unnoted)
				}
				tr.clean(context)
				if err, unnoted := tr.redo(&faulty{}); err != nil || unnoted != nil {
					t.Errorf("%s: redo: %v, %v", context, err, unnoted)
				}
			}
		}
	}
	t.Logf("%d moments", points)
}
