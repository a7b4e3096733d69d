//go:build !windows

package main

import (
	"runtime"
	"syscall"
)

// peak returns the most memory that a process, or one it waited for, had.
func peak(usage *syscall.Rusage) int64 {
	if runtime.GOOS == "darwin" {
		return usage.Maxrss
	}
	return usage.Maxrss << 10
}
