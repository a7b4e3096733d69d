package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// apart is the first argument of a process that does nothing but run a command.
// The system counts the memory of the process that starts a command among that
// of the command.
const apart = "apart"

// A result is what such a process says of its command.
type result struct {
	Cost  cost
	Exit  int
	Error string // why it could not be run
}

// runApart runs the command and writes a result to the file.
func runApart(file string, argv []string) error {
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	start := time.Now()
	err := cmd.Run()
	r := result{Cost: cost{Time: time.Since(start)}}
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		r.Error = err.Error()
	} else {
		r.Exit = cmd.ProcessState.ExitCode()
		r.Cost.CPU = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
		r.Cost.Peak = peak(cmd.ProcessState.SysUsage().(*syscall.Rusage))
	}
	text, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("result of %s: %w", argv[0], err)
	}
	return os.WriteFile(file, text, 0o600)
}
