//go:build unix

package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func fileText(i int, root string) string {
	return fmt.Sprintf("package p\n\nimport \"context\"\n\nfunc Get%d(ctx context.Context) error { return find(%s) }\n", i, root)
}

// writeMany writes so many files as they are before.
func writeMany(t *testing.T, dir string, many int) {
	t.Helper()
	writeFile(t, filepath.Join(dir, "go.mod"), []byte("module example.com/p\n\ngo 1.26\n"))
	writeFile(t, filepath.Join(dir, "find.go"), []byte("package p\n\nimport \"context\"\n\nfunc find(ctx context.Context) error { return ctx.Err() }\n"))
	for i := range many {
		writeFile(t, filepath.Join(dir, fmt.Sprintf("f%d.go", i)), []byte(fileText(i, "context.TODO()")))
	}
}

// countMany returns how many files are new and how many temporary ones there are.
// A file that is neither old nor new is an error.
func countMany(t *testing.T, dir string) (written, temps int) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		var i int
		if strings.Contains(e.Name(), ".ctxfix-") {
			temps++
		} else if n, _ := fmt.Sscanf(e.Name(), "f%d.go", &i); n == 1 {
			text, err := os.ReadFile(filepath.Join(dir, e.Name()))
			switch string(text) {
			case fileText(i, "ctx"):
				written++
			case fileText(i, "context.TODO()"):
			default:
				t.Errorf("%s is neither old nor new: %q, %v", e.Name(), text, err)
			}
		}
	}
	return written, temps
}

// TestKilledWhileWriting kills ctxfix, and interrupts it, when it is seen to write:
// an undo or a run that follows clears up; an interrupted run does all it began.
func TestKilledWhileWriting(t *testing.T) {
	isolateCache(t)
	bin := t.TempDir()
	for name, c := range map[string]struct {
		signal   syscall.Signal
		renaming bool // when the signal is sent
	}{
		"killed while staging":       {syscall.SIGKILL, false},
		"killed while renaming":      {syscall.SIGKILL, true},
		"interrupted while staging":  {syscall.SIGINT, false},
		"interrupted while renaming": {syscall.SIGTERM, true},
	} {
		t.Run(name, func(t *testing.T) {
			// A fast disk is done before the signal comes: it gets more to do.
			for many := 60; many < 2_000; many *= 2 {
				w := writer{t, t.TempDir(), bin, many}
				writeMany(t, w.dir, many)
				state, stderr, sent := w.meet(c.signal, c.renaming)
				if !sent || state.ExitCode() == exitClean {
					continue
				}
				if c.signal != syscall.SIGKILL {
					w.wroteAll(state, stderr)
				} else if c.renaming {
					w.runAgain()
				}
				w.undone()
				return
			}
			t.Error("it was never met while it wrote")
		})
	}
}

// A writer is ctxfix on a module with many files.
type writer struct {
	*testing.T
	dir, bin string
	many     int
}

// meet runs ctxfix and sends it the signal when there are temporary files, and if
// it is to be renaming when the first file is written. It reports whether it came
// to that.
func (w writer) meet(signal syscall.Signal, renaming bool) (state *os.ProcessState, stderr string, sent bool) {
	cmd := ctxfix(w.T, w.bin, "-C", w.dir, "-w")
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		w.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { cmd.Wait(); close(ended) }()
	sent = sendWhen(cmd.Process, signal, ended, func() bool {
		if !renaming {
			temps, _ := filepath.Glob(filepath.Join(w.dir, ".*.ctxfix-*"))
			return len(temps) > 0
		}
		first, _ := os.ReadFile(filepath.Join(w.dir, "f0.go"))
		return string(first) == fileText(0, "ctx")
	})
	<-ended
	now, _ := countMany(w.T, w.dir)
	w.Logf("%d of %d files were written", now, w.many)
	return cmd.ProcessState, said.String(), sent
}

// wroteAll checks that a run that was interrupted wrote all files and says so.
func (w writer) wroteAll(state *os.ProcessState, stderr string) {
	want := fmt.Sprintf("ctxfix: interrupted; %d files had been written, each as a whole\n", w.many)
	if code := state.ExitCode(); code != exitInterrupted || !strings.HasSuffix(stderr, want) {
		w.Errorf("code %d, stderr %q", code, stderr)
	}
}

// runAgain checks that a run that follows does the rest.
func (w writer) runAgain() {
	if out, err := ctxfix(w.T, w.bin, "-C", w.dir, "-w").CombinedOutput(); err != nil {
		w.Errorf("%v: %s", err, out)
	}
	if written, temps := countMany(w.T, w.dir); written != w.many || temps > 0 {
		w.Errorf("run again: %d files written, %d temporary ones", written, temps)
	}
}

// undone takes the run back, and that which did the rest.
func (w writer) undone() {
	for range 2 {
		if out, err := ctxfix(w.T, w.bin, "undo", "-C", w.dir).CombinedOutput(); err != nil {
			w.Errorf("%v: %s", err, out)
		}
	}
	if written, temps := countMany(w.T, w.dir); written+temps > 0 {
		w.Errorf("undone: %d files are new, %d temporary ones left", written, temps)
	}
}

// sendWhen sends the signal when what is looked for is seen, and reports whether it
// was before the process had ended.
func sendWhen(process *os.Process, signal syscall.Signal, ended chan struct{}, seen func() bool) bool {
	for {
		select {
		case <-ended:
			return false
		case <-time.After(time.Millisecond):
		}
		if seen() {
			return process.Signal(signal) == nil
		}
	}
}
