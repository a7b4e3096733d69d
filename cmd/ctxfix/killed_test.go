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

// manyFiles is a module with so many files that writing them takes a while.
const manyFiles = 60

func fileText(i int, root string) string {
	return fmt.Sprintf("package p\n\nimport \"context\"\n\nfunc Get%d(ctx context.Context) error { return find(%s) }\n", i, root)
}

// writeMany writes the files as they are before.
func writeMany(t *testing.T, dir string) {
	t.Helper()
	writeFile(t, filepath.Join(dir, "go.mod"), []byte("module example.com/p\n\ngo 1.26\n"))
	writeFile(t, filepath.Join(dir, "find.go"), []byte("package p\n\nimport \"context\"\n\nfunc find(ctx context.Context) error { return ctx.Err() }\n"))
	for i := range manyFiles {
		writeFile(t, filepath.Join(dir, fmt.Sprintf("f%02d.go", i)), []byte(fileText(i, "context.TODO()")))
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
		} else if n, _ := fmt.Sscanf(e.Name(), "f%02d.go", &i); n == 1 {
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
		signal  syscall.Signal
		written int // files, when the signal is sent
	}{
		"killed while staging":       {syscall.SIGKILL, 0},
		"killed while renaming":      {syscall.SIGKILL, 1},
		"interrupted while staging":  {syscall.SIGINT, 0},
		"interrupted while renaming": {syscall.SIGHUP, 1},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			writeMany(t, dir)
			cmd := ctxfix(t, bin, "-C", dir, "-w")
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			ended := make(chan struct{})
			go func() { cmd.Wait(); close(ended) }()
			sent := sendWhen(cmd.Process, c.signal, ended, func() bool {
				written, temps := countMany(t, dir)
				return temps > 0 && written >= c.written
			})
			<-ended
			if !sent || cmd.ProcessState.ExitCode() == exitClean {
				t.Skip("the files were written too fast to be met at it")
			}
			written, _ := countMany(t, dir)
			t.Logf("%d of %d files were written", written, manyFiles)
			if c.signal != syscall.SIGKILL {
				want := fmt.Sprintf("ctxfix: interrupted; %d files had been written, each as a whole\n", manyFiles)
				if code := cmd.ProcessState.ExitCode(); code != exitInterrupted || !strings.HasSuffix(stderr.String(), want) {
					t.Errorf("code %d, stderr %q", code, &stderr)
				}
			} else if c.written > 0 { // a run that follows does the rest
				again := ctxfix(t, bin, "-C", dir, "-w")
				if out, err := again.CombinedOutput(); err != nil {
					t.Errorf("%v: %s", err, out)
				}
				if written, temps := countMany(t, dir); written != manyFiles || temps > 0 {
					t.Errorf("run again: %d files written, %d temporary ones", written, temps)
				}
			}
			for range 2 {
				if out, err := ctxfix(t, bin, "undo", "-C", dir).CombinedOutput(); err != nil {
					t.Errorf("%v: %s", err, out)
				}
			}
			if written, temps := countMany(t, dir); written+temps > 0 {
				t.Errorf("undone: %d files are new, %d temporary ones left", written, temps)
			}
		})
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
