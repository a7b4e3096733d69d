package load

import (
	"bytes"
	"go/ast"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// A policy decides which files may be edited. There is no other place that
// does.
type policy struct {
	env       goEnv
	generated bool                             // generated files too
	header    func(path string, line int) bool // as in Config
}

// generatedFile is why a generated file is left alone. It is looked at all the
// same, so that what it holds can be named.
const generatedFile = "generated"

const movedPositions = "has a //line directive: its positions are those of another file"

// lock returns why the file must not be edited, or "". The file belongs to a
// package of module mod (nil: outside every main module) whose Go files are
// listed in goFiles.
func (p policy) lock(f *File, mod *Module, goFiles []string) string {
	switch {
	case within(f.Path, p.env.GOCACHE):
		return "made by cgo or another tool during the build"
	case within(f.Path, p.env.GOMODCACHE):
		return "in the module cache"
	case mod == nil:
		return "outside the main modules"
	case within(f.Path, p.env.GOROOT) && !within(mod.Dir, p.env.GOROOT):
		return "in the Go installation"
	case !within(f.Path, mod.Dir):
		return "outside the folder of its module"
	case vendored(f.Path, mod.Dir):
		return "vendored"
	case !slices.Contains(goFiles, f.Name) && !slices.ContainsFunc(goFiles, func(g string) bool { return realPath(g) == f.Path }):
		return "processed by cgo"
	case lineDirective(f.Syntax):
		return movedPositions
	case !p.generated && p.calledGenerated(f):
		return generatedFile
	}
	return ""
}

var generatedHeader = regexp.MustCompile(`^// Code generated .* DO NOT EDIT\.$`)

// calledGenerated reports whether a header that counts says that the file is
// generated.
func (p policy) calledGenerated(f *File) bool {
	if f.Syntax == nil || !ast.IsGenerated(f.Syntax) {
		return false
	}
	if p.header == nil {
		return true
	}
	for _, group := range f.Syntax.Comments {
		for _, c := range group.List {
			line := 1 + bytes.Count(f.Bytes[:c.Pos()-f.Syntax.FileStart], []byte("\n"))
			if c.Pos() < f.Syntax.Package && generatedHeader.MatchString(c.Text) && p.header(f.Path, line) {
				return true
			}
		}
	}
	return false
}

// within reports whether path lies in or is dir.
func within(path, dir string) bool {
	if dir == "" {
		return false
	}
	rel, err := filepath.Rel(dir, path)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

func vendored(path, dir string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && slices.Contains(strings.Split(filepath.ToSlash(filepath.Dir(rel)), "/"), "vendor")
}

// lineDirective reports whether a comment of the file moves positions.
func lineDirective(file *ast.File) bool {
	if file == nil {
		return false
	}
	for _, group := range file.Comments {
		for _, c := range group.List {
			if strings.HasPrefix(c.Text, "//line ") || strings.HasPrefix(c.Text, "/*line ") {
				return true
			}
		}
	}
	return false
}
