//go:build unix

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
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
	trap := "trap '' INT TERM"
	if polite {
		trap = "true"
	}
	return replaced(t, "go", fmt.Sprintf("[ $1 = %s ] || exec $REAL \"$@\"\n%s\n$HERE\nexec sleep 60", verb, trap), "-w")
}

// replaced starts a process for which the program of that name is a shell script.
// There $REAL is that program, $HERE tells that the script is at that point, and
// $FILE is the file with the finding.
func replaced(t *testing.T, program, script string, args ...string) *process {
	t.Helper()
	set, _, file := loaded(t)
	real, err := exec.LookPath(program)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	child := filepath.Join(dir, "child")
	script = strings.NewReplacer("$REAL", real, "$FILE", file, "$HERE", fmt.Sprintf("echo $$ >%s.tmp; mv %[1]s.tmp %[1]s", child)).Replace(script)
	if err := os.WriteFile(filepath.Join(dir, program), []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	p := &process{Cmd: ctxfix(t, dir, append([]string{"-C", set.dir}, args...)...), file: file, child: child}
	p.Env = append(p.Env, "PATH="+dir+":"+os.Getenv("PATH"), "XDG_CACHE_HOME="+dir, "GOCACHE="+dir)
	p.Stderr = &p.stderr
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.end)
	p.awaitChild(t)
	return p
}

// ctxfix is the command with these arguments, under its name in dir: the test
// binary is ctxfix then, see TestMain.
func ctxfix(t testing.TB, dir string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, "ctxfix")
	if err := os.Symlink(self, name); err != nil && !errors.Is(err, fs.ErrExist) {
		t.Fatal(err)
	}
	cmd := exec.Command(name, args...)
	cmd.Env = os.Environ()
	return cmd
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
		for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
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

// TestSignalHeardByNobody: what is waited for goes on after the first signal, and
// ctxfix ends. A file becomes a pipe that nobody writes into when it is about to be
// read, or a program does not listen.
func TestSignalHeardByNobody(t *testing.T) {
	for name, start := range map[string]func() *process{
		"go list": func() *process { return hanging(t, "list", false) },
		"a pipe": func() *process {
			script := "[ $1 = list ] || exec $REAL \"$@\"\n$REAL \"$@\"; code=$?\nrm -f $FILE; mkfifo $FILE\n$HERE\nexit $code"
			return replaced(t, "go", script, "-w", "-load", "export")
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := start()
			p.Process.Signal(os.Interrupt)
			ended := time.AfterFunc(30*time.Second, func() { p.Process.Kill() })
			p.Wait()
			if !ended.Stop() || p.ProcessState.ExitCode() != exitInterrupted {
				t.Errorf("ended with %v, want code %d", p.ProcessState, exitInterrupted)
			}
			if got, want := p.stderr.String(), "ctxfix: interrupted; no file was changed\n"; got != want {
				t.Errorf("stderr %q, want %q", got, want)
			}
		})
	}
}

// TestSignalIgnored: what a shell has ignored for a program that is to go on when
// its terminal is closed stays ignored.
func TestSignalIgnored(t *testing.T) {
	set, _, file := loaded(t)
	dir := t.TempDir()
	direct := ctxfix(t, dir, "-C", set.dir, "-w")
	cmd := exec.Command("sh", "-c", `trap "" HUP; "$@" & kill -HUP $!; wait $!`, "sh")
	cmd.Args = append(cmd.Args, direct.Args...)
	cmd.Env = append(direct.Env, "XDG_CACHE_HOME="+dir, "GOCACHE="+goCache(t))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
	if got, _ := os.ReadFile(file); string(got) == lost {
		t.Error("the file was not written")
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
