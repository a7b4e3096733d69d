//go:build !unix

package emit

import "io/fs"

// chown does nothing: a file that is made belongs to who may write the folder.
func chown(string, fs.FileInfo) error { return nil }

// OtherNames returns 0: what names a file has is not known.
func OtherNames(string) int { return 0 }
