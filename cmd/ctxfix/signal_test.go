//go:build unix

package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A process is ctxfix -w in a module, with a go command that hangs.
type process struct {
	*exec.Cmd
	file   string // with a finding
	child  string // has the process ID of the go command once that hangs
	stderr bytes.Buffer
}

// hanging starts a process whose go command hangs where its first argument is
// verb, and ends on a signal only if it is polite.
func hanging(t *testing.T, verb string, polite bool) *process {
	t.Helper()
	set, _, file := loaded(t)
	real, err := exec.LookPath("go")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	trap := "trap '' INT TERM"
	if polite {
		trap = "true"
	}
	script := fmt.Sprintf("#!/bin/sh\n[ $1 = %s ] || exec %s \"$@\"\n%s\necho $$ >%s/child.tmp\nmv %[4]s/child.tmp %[4]s/child\nexec sleep 60\n", verb, real, trap, dir)
	if err := os.WriteFile(filepath.Join(dir, "go"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	// The test binary is ctxfix under that name: see TestMain.
	name := filepath.Join(dir, "ctxfix")
	if err := os.Symlink(self, name); err != nil {
		t.Fatal(err)
	}
	p := &process{Cmd: exec.Command(name, "-C", set.dir, "-w"), file: file, child: filepath.Join(dir, "child")}
	p.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"), "XDG_CACHE_HOME="+dir, "GOCACHE="+dir)
	p.Stderr = &p.stderr
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.end)
	p.awaitChild(t)
	return p
}

func (p *process) awaitChild(t *testing.T) {
	t.Helper()
	for range 600 {
		if _, err := os.Stat(p.child); err == nil {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("the go command was not started: %s", &p.stderr)
}

// end ends what is left of the process and of its go command.
func (p *process) end() {
	p.Process.Kill()
	text, _ := os.ReadFile(p.child)
	if pid, err := strconv.Atoi(strings.TrimSpace(string(text))); err == nil {
		syscall.Kill(pid, syscall.SIGKILL)
	}
}

func TestSignalDuringLoad(t *testing.T) {
	for _, verb := range []string{"env", "list"} {
		for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
			t.Run(fmt.Sprint(verb, signal), func(t *testing.T) {
				p := hanging(t, verb, true)
				p.Process.Signal(signal)
				p.Wait()
				if code := p.ProcessState.ExitCode(); code != exitInterrupted {
					t.Errorf("code %d, want %d", code, exitInterrupted)
				}
				if got, want := p.stderr.String(), "ctxfix: interrupted; no file was changed\n"; got != want {
					t.Errorf("stderr %q, want %q", got, want)
				}
				if got, _ := os.ReadFile(p.file); string(got) != lost {
					t.Errorf("the file was changed:\n%s", got)
				}
			})
		}
	}
}

// TestSecondSignal: the go command does not listen, so that the first signal
// takes long. The second one ends ctxfix itself.
func TestSecondSignal(t *testing.T) {
	p := hanging(t, "list", false)
	ended := make(chan struct{})
	go func() { p.Wait(); close(ended) }()
	start := time.Now()
	for {
		p.Process.Signal(os.Interrupt)
		select {
		case <-ended:
			status := p.ProcessState.Sys().(syscall.WaitStatus)
			if !status.Signaled() || status.Signal() != syscall.SIGINT {
				t.Errorf("ended with %v, want by the signal", p.ProcessState)
			}
			return
		case <-time.After(100 * time.Millisecond):
		}
		if time.Since(start) > 4*time.Second {
			t.Fatal("still running after many signals")
		}
	}
}

// A cancelling stdout is a reader of the results who presses Ctrl-C.
type cancelling struct {
	bytes.Buffer
	cancel context.CancelFunc
}

func (c *cancelling) Write(p []byte) (int, error) {
	c.cancel()
	return c.Buffer.Write(p)
}

// TestSignalAfterWriting: files and results are complete, and the code says
// that the run was interrupted.
func TestSignalAfterWriting(t *testing.T) {
	isolateCache(t)
	for _, c := range []struct {
		flag, want string
		written    bool
	}{
		{"-w", "ctxfix: interrupted; 1 file had been written, each as a whole\n", true},
		{"-w=false", "ctxfix: interrupted; no file was changed\n", false},
	} {
		set, _, file := loaded(t)
		ctx, cancel := context.WithCancel(t.Context())
		stdout := &cancelling{cancel: cancel}
		var stderr bytes.Buffer
		code := run(ctx, []string{"ctxfix", "-q", "-C", set.dir, "-d", c.flag}, nil, stdout, &stderr)
		if code != exitInterrupted || stderr.String() != c.want {
			t.Errorf("%s: code %d, stderr %q", c.flag, code, &stderr)
		}
		if !strings.HasSuffix(stdout.String(), "+func Get(ctx context.Context) error { return find(ctx) }\n") {
			t.Errorf("%s: the diff is not complete:\n%s", c.flag, stdout)
		}
		if got, _ := os.ReadFile(file); strings.Contains(string(got), "TODO") == c.written {
			t.Errorf("%s: the file is\n%s", c.flag, got)
		}
		cancel()
	}
}
