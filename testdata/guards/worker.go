package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/ctxfix/ctxfix/testdata/guards/guard"
)

// most bounds what the tests may take for one mutant: code without one of its
// guards may not end.
const most = 10 * time.Minute

// A suite is one test of a package that runs others without a guard.
type suite struct {
	pkg, test string
	flags     []string                           // of the test binary
	asks      func(m mutant) (guard.Which, bool) // which of its tests are to find the mutant, if any
}

// hunt lets the suite find the mutants that others have left.
func (c *check) hunt(ctx context.Context, s suite) error {
	type task struct {
		mutant
		which guard.Which
	}
	var tasks []task
	for _, m := range c.left() {
		if which, ok := s.asks(m); ok {
			tasks = append(tasks, task{m, which})
		}
	}
	if len(tasks) == 0 {
		return nil
	}
	c.say("%s %s: all guards in place", s.pkg, s.test)
	bin, err := c.build(ctx, s.pkg)
	if err != nil {
		return err
	}
	start := func() (*worker, error) { return c.start(ctx, s, bin) }
	first, err := start() // makes the baseline that the others read
	if err != nil {
		return err
	}
	if _, err := first.ask(0, guard.Which{}); err != nil {
		return fmt.Errorf("%s: %s fails with all guards in place: %w", s.pkg, s.test, err)
	}
	c.say("%s %s: without one, %d times", s.pkg, s.test, len(tasks))
	work, failed := make(chan task), make([]error, c.workers)
	var group sync.WaitGroup
	for i := range c.workers {
		w := first
		if i > 0 {
			w = nil
		}
		group.Go(func() {
			for task := range work {
				if w == nil && failed[i] == nil {
					w, failed[i] = start()
				}
				if failed[i] != nil {
					continue
				}
				killer, err := w.ask(task.n, task.which)
				if err != nil {
					killer, w = err.Error(), nil
				}
				c.kill(task.mutant, killer)
			}
			if w != nil {
				w.stop()
			}
		})
	}
	for i, task := range tasks {
		if ctx.Err() != nil {
			break
		}
		work <- task
		if i%500 == 499 {
			c.say("%d done", i+1)
		}
	}
	close(work)
	group.Wait()
	return errors.Join(append(failed, ctx.Err())...)
}

// A worker is a process that runs a suite.
type worker struct {
	cmd      *exec.Cmd
	requests io.WriteCloser
	answers  *bufio.Reader
	log      *os.File
}

func (c *check) start(ctx context.Context, s suite, bin string) (*worker, error) {
	in, requests, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	answers, out, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	log, err := os.CreateTemp(c.dir, "worker*.log")
	if err != nil {
		return nil, err
	}
	flags := append([]string{"-test.run", "^" + s.test + "$", "-test.timeout", "0", "-test.v"}, s.flags...) // -v: keeps no output
	cmd := exec.CommandContext(ctx, bin, flags...)
	cmd.Dir = filepath.Join(c.root, s.pkg)
	cmd.Env = append(os.Environ(), "GOMAXPROCS=1", "TMPDIR="+c.dir, "GOROOT="+c.goroot, guard.EnvBaseline+"="+bin+"."+s.test+".json")
	cmd.ExtraFiles = []*os.File{in, out}
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	in.Close()
	out.Close()
	return &worker{cmd, requests, bufio.NewReader(answers), log}, nil
}

// ask returns the test that fails without the guard, "" if none does. After
// an error the worker is gone: it died of the mutant.
func (w *worker) ask(n int, which guard.Which) (killer string, err error) {
	timer := time.AfterFunc(most, func() { w.cmd.Process.Kill() })
	defer timer.Stop()
	if _, err := fmt.Fprintln(w.requests, n, which.First, which.Last, which.Most); err != nil {
		return "", w.dead(err)
	}
	answer, err := w.answers.ReadString('\n')
	if err != nil {
		return "", w.dead(err)
	}
	_, killer, _ = strings.Cut(strings.TrimSpace(answer), " ")
	return killer, nil
}

// dead says how the process ended.
func (w *worker) dead(err error) error {
	w.requests.Close()
	if exit := w.cmd.Wait(); exit != nil {
		err = exit
	}
	data, _ := os.ReadFile(w.log.Name())
	tail := string(data[max(0, len(data)-5000):])
	for line := range strings.Lines(tail) {
		if strings.HasPrefix(line, "panic:") || strings.HasPrefix(line, "fatal error:") || strings.Contains(line, "fails with all guards in place") {
			tail = line
		}
	}
	return fmt.Errorf("crash, %w: %s", err, strings.TrimSpace(tail))
}

func (w *worker) stop() {
	w.requests.Close()
	w.cmd.Wait() // fails: tests did
}
