//go:build linux || darwin

package emit

import (
	"errors"
	"fmt"
	"strings"

	"golang.org/x/sys/unix"
)

// copyAttributes gives the file to the extended attributes of from: access
// control lists, labels, and what users and their programs have noted. Labels
// that only the system may set it sets itself, and are no error.
func copyAttributes(from, to string) error {
	for _, name := range attributeNames(from) {
		value, err := attribute(from, name)
		if err == nil {
			err = unix.Lsetxattr(to, name, value, 0)
		}
		if err != nil && !errors.Is(err, unix.ENODATA) && needed(name) {
			return fmt.Errorf("its attribute %s cannot be kept: %w", name, err)
		}
	}
	return nil
}

// needed reports whether a file without that attribute would be open to others
// or lose what somebody has noted.
func needed(name string) bool {
	return strings.HasPrefix(name, "system.posix_acl_") || strings.HasPrefix(name, "user.")
}

// attributeNames returns none where the file system has none.
func attributeNames(path string) []string {
	list, _ := sized(func(buf []byte) (int, error) { return unix.Llistxattr(path, buf) })
	return strings.FieldsFunc(string(list), func(r rune) bool { return r == 0 })
}

func attribute(path, name string) ([]byte, error) {
	return sized(func(buf []byte) (int, error) { return unix.Lgetxattr(path, name, buf) })
}

// sized reads what is as long as read says when it is given no room.
func sized(read func([]byte) (int, error)) ([]byte, error) {
	for {
		n, err := read(nil)
		if err != nil || n == 0 {
			return nil, err
		}
		buf := make([]byte, n)
		n, err = read(buf)
		if errors.Is(err, unix.ERANGE) { // it has grown meanwhile
			continue
		}
		return buf[:max(n, 0)], err
	}
}
