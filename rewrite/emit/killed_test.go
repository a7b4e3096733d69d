//go:build unix

package emit

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// victim is the environment variable that makes the test binary a process that
// kills itself at an operation: PHASE/NUMBER/FOLDER.
const victim = "CTXFIX_TEST_VICTIM"

func TestMain(m *testing.M) {
	var phase, number int
	var dir string
	if n, _ := fmt.Sscanf(os.Getenv(victim), "%d %d %s", &phase, &number, &dir); n == 3 {
		os.Exit(die(phases[phase], number, dir))
	}
	os.Exit(m.Run())
}

// die runs the phase in the folder up to the operation. It holds the lock.
func die(p phase, number int, dir string) int {
	tr := treeIn(nil, dir)
	unlock, err := tr.journal(disk{}).Lock(context.Background(), nil)
	if err != nil {
		return 2
	}
	defer unlock()
	fsys := &faulty{}
	fsys.before = func(string, string) {
		if len(fsys.log) == number {
			syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	}
	if err, unnoted := p.run(tr, fsys); err != nil || unnoted != nil {
		return 2
	}
	return 0
}

// TestKilledProcess kills a real process at operations of a run, an undo and a
// redo; all of them take long. It had the lock, which is free then.
func TestKilledProcess(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	top, kills, step := memoryTemp(t), 0, 9
	if soaking {
		step = 1
	}
	for i, phase := range phases {
		for at, alive := 1, false; !alive && !t.Failed(); at += step {
			context := fmt.Sprintf("%s, killed at %d", phase.name, at)
			dir := filepath.Join(top, fmt.Sprint(i, "-", at))
			tr := newTree(t, dir)
			for _, step := range phase.before {
				if err, unnoted := step(tr, &faulty{}); err != nil || unnoted != nil {
					t.Fatal(err, unnoted)
				}
			}
			cmd := exec.Command(self)
			cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%d %d %s", victim, i, at, dir))
			err := cmd.Run()
			if alive = err == nil; !alive {
				kills++
				if status := cmd.ProcessState.Sys().(syscall.WaitStatus); status.Signal() != syscall.SIGKILL {
					t.Fatalf("%s: %v", context, err)
				}
			}
			unlock, err := tr.journal(disk{}).Lock(t.Context(), func() { t.Errorf("%s: the lock is held", context) })
			if err != nil {
				t.Fatal(err)
			}
			tr.restored(true, context)
			unlock()
		}
	}
	t.Logf("%d processes killed", kills)
}
