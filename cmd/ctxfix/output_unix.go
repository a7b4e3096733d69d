//go:build unix

package main

import (
	"fmt"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// openAgain returns the open file with that number under another one, if it can be
// written to. Files that Go itself has open cannot.
func openAgain(number int) (*os.File, error) {
	var stat unix.Stat_t
	if err := unix.Fstat(number, &stat); err != nil {
		return nil, err
	}
	flags, err := unix.FcntlInt(uintptr(number), unix.F_GETFL, 0)
	if err != nil {
		return nil, err
	}
	if stat.Mode&unix.S_IFMT == 0 || flags&unix.O_ACCMODE == unix.O_RDONLY {
		return nil, syscall.EBADF
	}
	again, err := unix.FcntlInt(uintptr(number), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(again), fmt.Sprint("/dev/fd/", number)), nil
}
