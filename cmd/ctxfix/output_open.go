package main

import (
	"fmt"
	"regexp"
	"strconv"
)

var openName = regexp.MustCompile(`^/(?:dev/fd|proc/self/fd)/([0-9]{1,9})$`)

// openNumber returns the number of the file that a path like /dev/fd/3 names: one
// that whoever started the process has opened for it.
func openNumber(path string) (number int, ok bool) {
	switch path {
	case "/dev/stdout":
		return 1, true
	case "/dev/stderr":
		return 2, true
	}
	m := openName.FindStringSubmatch(path)
	if m == nil {
		return 0, false
	}
	number, err := strconv.Atoi(m[1])
	return number, err == nil
}

// resolveOpen has the report go where the next byte of the open file goes: what is
// there stays, and what others write there comes before it or after it.
func (f *reportFile) resolveOpen(number int, others []reportFile) (err error) {
	switch number {
	case 1:
		f.path = "/dev/stdout"
	case 2:
		f.path = "/dev/stderr"
	default:
		if f.open, err = openAgain(number); err != nil {
			return fmt.Errorf("not open for writing: redirect it to a file, as in %d>FILE", number)
		}
	}
	return f.once(others)
}
