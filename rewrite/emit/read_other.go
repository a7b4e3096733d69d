//go:build !unix

package emit

import "os"

// open opens a file to be read.
func open(path string) (*os.File, error) { return os.Open(path) }
