package detect

// A NewFile is a file that a fix needs and that is not there yet.
type NewFile struct {
	Path    string // absolute
	PkgPath string // import path of the package it belongs to
	Content []byte
}

// A FileMaker is evidence of a fix that needs new files. Several findings may
// ask for the same files; each file is made once. When one of them is there
// with other content, the fix is refused.
type FileMaker interface {
	Evidence
	NewFiles() []NewFile
}
