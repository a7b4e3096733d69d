package detect

import "github.com/ctxfix/ctxfix/detect/load"

// A Part is a file that a fix rewrites, in the package that owns it.
type Part struct {
	Package *load.Package
	File    *load.File
}

// A Spreader is evidence of a fix that rewrites several files, the finding's
// own among them. Such a fix is made in all of them or in none.
type Spreader interface {
	Evidence
	Parts() []Part
}

// Parts returns the files that the fix rewrites.
func (f *Finding) Parts() []Part {
	if s, ok := f.Evidence.(Spreader); ok {
		return s.Parts()
	}
	return []Part{{f.Package, f.File}}
}

// Rewrites reports whether the fix rewrites the file at path.
func (f *Finding) Rewrites(path string) bool {
	for _, part := range f.Parts() {
		if part.File.Path == path {
			return true
		}
	}
	return false
}
