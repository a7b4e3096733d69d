//go:build soak && linux

package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/tools/txtar"
)

// soakModule has places that are mended one by one, and three that one new file is
// needed for: these files are written together or not at all.
func soakModule() *txtar.Archive {
	a := txtar.Parse([]byte("-- go.mod --\nmodule example.com/p\n\ngo 1.26\n-- find.go --\npackage p\n\nimport \"context\"\n\nfunc find(ctx context.Context, id string) error { return ctx.Err() }\n"))
	for i := range 4 {
		text := fmt.Sprintf("package p\n\nimport \"context\"\n\nfunc Get%d(ctx context.Context, id string) error {\n\treturn find(context.TODO(), id)\n}\n", i)
		a.Files = append(a.Files, txtar.File{Name: fmt.Sprintf("f%d.go", i), Data: []byte(text)})
	}
	for i := range 3 {
		text := fmt.Sprintf("package s%d\n\nimport (\n\t\"context\"\n\t\"time\"\n)\n\nvar jobs = map[string]context.Context{}\n\nfunc Wait(id string) error {\n\tctx := jobs[id]\n\tselect {\n\tcase <-ctx.Done():\n\t\treturn ctx.Err()\n\tcase <-time.After(time.Second):\n\t\treturn nil\n\t}\n}\n", i)
		a.Files = append(a.Files, txtar.File{Name: fmt.Sprintf("s%d/b.go", i), Data: []byte(text)})
	}
	return a
}

// A soak is the real binary on a module, with the states that are allowed.
type soak struct {
	*testing.T
	bin, dir, cache, log string
	env                  []string
	old, new             map[string]string
	phases               map[string]int // how the rounds ended
	hits                 map[string]int // how many were struck, by what
	rounds               int
}

var fixAll = []string{"-w", "-unsafe", "-load", "export", "./..."}

// newSoak makes the module below top, and learns what becomes of it.
func newSoak(t *testing.T, top string) *soak {
	t.Helper()
	s := &soak{T: t, bin: filepath.Join(t.TempDir(), "ctxfix"), dir: filepath.Join(top, "m"), cache: filepath.Join(top, "cache"), phases: map[string]int{}, hits: map[string]int{}}
	s.log = filepath.Join(filepath.Dir(s.bin), "strace")
	if out, err := exec.Command("go", "build", "-o", s.bin, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	s.env = append(os.Environ(), "XDG_CACHE_HOME="+s.cache, "GOCACHE="+goCache(t), "GOFLAGS=", "GOWORK=off")
	for _, f := range soakModule().Files {
		writeFile(t, filepath.Join(s.dir, f.Name), f.Data)
	}
	s.old = s.files()
	s.must(fixAll...)
	s.new = s.files()
	if len(s.new) != len(s.old)+2 {
		t.Fatalf("files: %v", slices.Sorted(maps.Keys(s.new)))
	}
	s.must("undo")
	s.is(s.old, "setup")
	return s
}

// command is ctxfix in the module, run by way of wrapper.
func (s *soak) command(wrapper []string, args ...string) *exec.Cmd {
	args = append(append(slices.Clone(wrapper), s.bin), args...)
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir, cmd.Env = s.dir, s.env
	return cmd
}

// must runs ctxfix, which is to do all that it is told to.
func (s *soak) must(args ...string) string {
	s.Helper()
	out, err := s.command(nil, args...).CombinedOutput()
	if err != nil {
		s.Fatalf("ctxfix %s: %v: %s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// files returns mode and contents of all files and folders by name.
func (s *soak) files() map[string]string {
	s.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(s.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == s.dir {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		var text []byte
		if info.Mode().IsRegular() {
			text, err = os.ReadFile(path)
		} else if filepath.Base(path) == "internal" || filepath.Base(path) == "ctxsafe" {
			return nil // come and go with what is in them
		}
		rel, _ := filepath.Rel(s.dir, path)
		files[rel] = fmt.Sprint(info.Mode(), "\n", string(text))
		return err
	})
	if err != nil {
		s.Fatal(err)
	}
	return files
}

// is checks that the files are these and no others.
func (s *soak) is(want map[string]string, context string) {
	s.Helper()
	got := s.files()
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if want[name] == "" {
			s.Errorf("%s: %s is left", context, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if got[name] != want[name] {
			s.Errorf("%s: %s is %q, want %q", context, name, got[name], want[name])
		}
	}
	if left, _ := filepath.Glob(filepath.Join(s.cache, "ctxfix", "*", "new-*")); len(left) > 0 {
		s.Errorf("%s: %s are left", context, left)
	}
}

// whole checks that each file is old or new, and notes how far the process came.
// joint says that of the files of one fix all must be in the same state.
func (s *soak) whole(context string, joint bool) {
	s.Helper()
	s.rounds++
	got := s.files()
	temps, news, all, together := 0, 0, 0, map[bool]bool{}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if strings.Contains(name, ".ctxfix-") {
			temps++
		} else if got[name] != s.old[name] && got[name] != s.new[name] {
			s.Errorf("%s: %s is neither old nor new: %q", context, name, got[name])
		}
	}
	for name, text := range s.new {
		if text == s.old[name] {
			continue
		}
		all++
		if got[name] == text {
			news++
		}
		if filepath.Dir(name) != "." {
			together[got[name] == text] = true
		}
	}
	if joint && len(together) > 1 {
		s.Errorf("%s: a fix is in a part of its files", context)
	}
	switch {
	case news == all:
		s.phases["all files new"]++
	case news > 0:
		s.phases["some files new"]++
	case temps > 0:
		s.phases["all files old, temporary ones there"]++
	default:
		s.phases["all files old"]++
	}
}

// undone undoes all runs and checks that nothing is left of them.
func (s *soak) undone(context string) {
	s.Helper()
	for range 4 {
		if strings.Contains(s.must("undo"), "nothing to undo in") {
			break
		}
	}
	s.is(s.old, context+", undone")
}

// reset makes the files as they were, after a run that no undo can take back, as
// it has said.
func (s *soak) reset() {
	for _, f := range soakModule().Files {
		writeFile(s.T, filepath.Join(s.dir, f.Name), f.Data)
	}
	if err := os.RemoveAll(filepath.Join(s.dir, "internal")); err != nil {
		s.Fatal(err)
	}
}

// strace returns the command that has something done to the nth call of a system
// call in each thread. (With --seccomp-bpf it would kill at the first call alone.)
func (s *soak) strace(call, what string, nth int) []string {
	return []string{"env", "GOMAXPROCS=1", "strace", "-f", "-q", "-o", s.log, "-e", "trace=" + call, "-e", fmt.Sprintf("inject=%s:%s:when=%d", call, what, nth)}
}

// struck reports whether the last run by way of strace was hit. With the process
// that it watches strace is killed, too.
func (s *soak) struck(what string, state *os.ProcessState) bool {
	text, err := os.ReadFile(s.log)
	if err != nil {
		s.Fatal(err)
	}
	hit := bytes.Contains(text, []byte("INJECTED")) || state.Sys().(syscall.WaitStatus).Signal() == syscall.SIGKILL
	if hit {
		s.hits[what]++
	}
	return hit
}

// needStrace skips the test where the calls of a process cannot be tampered with.
func (s *soak) needStrace() {
	s.Helper()
	if out, err := exec.Command("strace", "-f", "-e", "inject=fsync:error=EIO", "true").CombinedOutput(); err != nil {
		s.Skipf("no strace here that injects faults, which leaves kills at random: %v: %s", err, out)
	}
}

// A strike is what is done to which system calls.
type strike struct {
	what  string
	calls []string
}

var turnStrikes = []strike{
	{"signal=KILL", []string{"fsync", "renameat", "linkat", "unlinkat", "fchmodat", "mkdirat", "write", "openat", "newfstatat", "close"}},
	{"error=ENOSPC", []string{"fsync", "renameat", "linkat", "mkdirat", "write", "openat"}},
	{"error=EIO", []string{"unlinkat", "fchmodat", "newfstatat", "close"}},
}

// misses is how often in a row nothing was hit when there is no such call any more:
// a process does not always make its calls in the same threads.
const misses = 3

// TestSoakUndo strikes undo and redo at each system call: they write as a run does,
// and are quick.
func TestSoakUndo(t *testing.T) {
	s := newSoak(t, realDir(t))
	s.needStrace()
	for _, c := range []struct {
		args []string
		from map[string]string
	}{{[]string{"undo"}, s.new}, {[]string{"undo", "-redo"}, s.old}} {
		for _, strike := range turnStrikes {
			for _, call := range strike.calls {
				for nth, missed := 1, 0; missed < misses && nth < 120 && !t.Failed(); nth++ {
					if missed++; s.strikeTurn(c.args, c.from, call, strike.what, nth) {
						missed = 0
					}
				}
			}
			s.tell(strings.Join(c.args, " ") + ", " + strike.what)
		}
	}
}

func (s *soak) strikeTurn(args []string, from map[string]string, call, what string, nth int) (hit bool) {
	context := fmt.Sprintf("ctxfix %s, %s %s at %d", strings.Join(args, " "), call, what, nth)
	if _, made := from["internal/ctxsafe/ctxsafe.go"]; made {
		if strings.Contains(s.must("undo", "-redo"), "nothing to redo") {
			s.must(fixAll...)
		}
	}
	s.is(from, context+", before")
	cmd := s.command(s.strace(call, what, nth), args...)
	out, err := cmd.CombinedOutput()
	hit = s.struck(what, cmd.ProcessState)
	s.whole(context, what != "signal=KILL" && !strings.Contains(string(out), "cannot be taken back"))
	s.undone(context)
	if s.Failed() {
		s.Logf("%s: %v: %s", context, err, out)
	}
	return hit
}

// tell logs what was done so far.
func (s *soak) tell(context string) {
	s.Helper()
	s.Logf("%s: %d rounds so far, struck: %v, ended with: %v", context, s.rounds, s.hits, s.phases)
}

var runStrikes = []strike{
	{"signal=KILL", []string{"fsync", "renameat", "linkat", "unlinkat", "fchmodat"}},
	{"error=ENOSPC", []string{"fsync", "renameat", "linkat"}},
}

// TestSoakRun strikes runs at each system call that changes files. Some are followed
// by another run, which does the rest, all by an undo.
func TestSoakRun(t *testing.T) {
	s := newSoak(t, realDir(t))
	s.needStrace()
	for _, strike := range runStrikes {
		what := strike.what
		for _, call := range strike.calls {
			for nth, missed := 1, 0; missed < misses && nth < 60 && !t.Failed(); nth++ {
				context := fmt.Sprintf("%s %s at %d", call, what, nth)
				cmd := s.command(s.strace(call, what, nth), fixAll...)
				out, err := cmd.CombinedOutput()
				if missed++; s.struck(what, cmd.ProcessState) {
					missed = 0
				}
				s.whole(context, what != "signal=KILL" && !strings.Contains(string(out), "cannot be taken back"))
				if strings.Contains(string(out), "ctxfix undo cannot take this back") {
					s.reset()
				}
				if what == "signal=KILL" && nth%3 == 0 {
					s.must(fixAll...)
					s.is(s.new, context+", run again")
				}
				s.undone(context)
				if t.Failed() {
					t.Logf("%s: %v: %s", context, err, out)
				}
			}
			s.tell(call + ", " + what)
		}
	}
}

// TestSoakSignals ends runs at random moments.
func TestSoakSignals(t *testing.T) {
	s := newSoak(t, realDir(t))
	start := time.Now()
	s.must(fixAll...)
	long := time.Since(start)
	s.undone("setup")
	for i := range 60 {
		signal := []syscall.Signal{syscall.SIGKILL, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP}[i%4]
		cmd := s.command(nil, fixAll...)
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(rand.Int64N(int64(long) * 6 / 5)))
		cmd.Process.Signal(signal)
		_ = cmd.Wait()
		s.hits[signal.String()]++
		context := fmt.Sprintf("%v, %v: %s", signal, cmd.ProcessState, &out)
		s.whole(context, signal != syscall.SIGKILL)
		if signal != syscall.SIGKILL {
			s.interrupted(cmd.ProcessState, out.String(), context)
		}
		s.undone(context)
		if t.Failed() {
			break
		}
	}
	s.tell("at random moments")
}

// interrupted checks what a run that was interrupted says. A signal that comes
// before main does ends the process.
func (s *soak) interrupted(state *os.ProcessState, said, context string) {
	s.Helper()
	if state.Sys().(syscall.WaitStatus).Signaled() {
		s.is(s.old, context)
		return
	}
	switch code := state.ExitCode(); {
	case code == exitInterrupted && strings.Contains(said, "interrupted; no file was changed"):
		s.is(s.old, context)
	case code == exitInterrupted && strings.Contains(said, "interrupted; 9 files had been written"), code == exitClean:
		s.is(s.new, context)
	default:
		s.Errorf("%s: code %d", context, code)
	}
}

// TestSoakInterruptedWriting interrupts runs while they rename, which is made to
// take long.
func TestSoakInterruptedWriting(t *testing.T) {
	s := newSoak(t, realDir(t))
	s.needStrace()
	for i := range 4 {
		wrapper := []string{"strace", "-f", "-qq", "-o", s.log, "-e", "trace=renameat", "-e", "inject=renameat:delay_enter=300000"}
		cmd := s.command(wrapper, fixAll...)
		var out bytes.Buffer
		cmd.Stderr = &out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		s.awaitNew("f0.go")
		children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%[1]d/children", cmd.Process.Pid))
		pid, bad := strconv.Atoi(strings.Fields(string(children) + " none")[0])
		if err != nil || bad != nil {
			t.Fatal(err, bad)
		}
		syscall.Kill(pid, []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP}[i%3])
		_ = cmd.Wait()
		context := fmt.Sprintf("%v: %s", cmd.ProcessState, &out)
		if cmd.ProcessState.ExitCode() != exitInterrupted || !strings.Contains(out.String(), "9 files had been written") {
			t.Error(context)
		}
		s.is(s.new, context)
		s.undone(context)
	}
}

// awaitNew waits until the file is written.
func (s *soak) awaitNew(name string) {
	s.Helper()
	for range 60_000 {
		text, _ := os.ReadFile(filepath.Join(s.dir, name))
		if len(text) > 0 && strings.HasSuffix(s.new[name], "\n"+string(text)) {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	s.Fatalf("%s was never written", name)
}

// realDir is a temporary folder without links on the way.
func realDir(t *testing.T) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return dir
}
