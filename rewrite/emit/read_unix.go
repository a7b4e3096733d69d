//go:build unix

package emit

import (
	"os"
	"syscall"
)

// open opens a file to be read. It follows no link, and does not wait for whoever
// writes into a pipe.
func open(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
}
