package load

import (
	"io/fs"
	"path/filepath"
	"strings"
)

// Unbuilt returns the Go files of the main modules that are not part of the
// program: of packages that were not asked for, or left out for their build
// tags.
func (p *Program) Unbuilt() []string {
	p.ask()
	var paths []string
	eachGoFile(p.modules, func(path string, _ fs.DirEntry) {
		if p.File(path) == nil {
			paths = append(paths, path)
		}
	})
	return paths
}

// eachGoFile names the regular Go files of the modules. Folders that the go
// command passes over, and nested modules, do not count; nor do folders that
// cannot be read.
func eachGoFile(modules []*Module, note func(path string, d fs.DirEntry)) {
	for _, m := range modules {
		_ = filepath.WalkDir(m.Dir, func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return fs.SkipDir
			case d.IsDir():
				if path != m.Dir && (passedOver(d.Name()) || moduleOf(modules, path) != m || isModule(path)) {
					return fs.SkipDir
				}
			case strings.HasSuffix(path, ".go") && d.Type().IsRegular():
				note(path, d)
			}
			return nil
		})
	}
}

// passedOver reports whether the go command takes no packages from folders of
// that name.
func passedOver(dir string) bool {
	return dir == "testdata" || dir == "vendor" || strings.HasPrefix(dir, ".") || strings.HasPrefix(dir, "_")
}

func isModule(dir string) bool {
	found, err := filepath.Glob(filepath.Join(dir, "go.mod"))
	return err == nil && len(found) > 0
}
