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
func (p policy) lock(f *File, m marks, mod *Module, goFiles []string) string {
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
	case m.moved:
		return movedPositions
	case !p.generated && p.calledGenerated(f, m):
		return generatedFile
	}
	return ""
}

// marks is what the comments of a file say about who may edit it.
type marks struct {
	moved     bool  // a //line directive
	generated bool  // see [ast.IsGenerated]
	headers   []int // the lines that say so
}

var generatedHeader = regexp.MustCompile(`^// Code generated .* DO NOT EDIT\.$`)

// marksOf reads the comments of a file as it was parsed from src; nil: nothing
// was.
func marksOf(file *ast.File, src []byte) (m marks) {
	if file == nil {
		return m
	}
	m.moved, m.generated = lineDirective(file), ast.IsGenerated(file)
	if !m.generated {
		return m
	}
	for _, group := range file.Comments {
		for _, c := range group.List {
			if c.Pos() < file.Package && generatedHeader.MatchString(c.Text) {
				m.headers = append(m.headers, 1+bytes.Count(src[:c.Pos()-file.FileStart], []byte("\n")))
			}
		}
	}
	return m
}

// calledGenerated reports whether a header that counts says that the file is
// generated.
func (p policy) calledGenerated(f *File, m marks) bool {
	return m.generated && (p.header == nil || slices.ContainsFunc(m.headers, func(line int) bool { return p.header(f.Path, line) }))
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
