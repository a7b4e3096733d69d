//go:build corpus

package rewrite_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/ctxfix/ctxfix/detect/load"
)

// A corpus is a tree nobody wrote for these tests.
type corpus struct {
	name     string // with its version, except what comes with Go
	dir      string // a copy that may be written, symlinks resolved
	goroot   string // the Go installation to load it with; empty: the one in use
	patterns []string
	module   bool // a dependency, of which more may be needed than this module has
}

// corpora copies the trees that the environment asks for.
func corpora(t *testing.T) []corpus {
	var trees []corpus
	dirs := filepath.SplitList(os.Getenv("CTXFIX_CORPUS_DIRS"))
	for _, dir := range dirs {
		trees = append(trees, corpus{name: filepath.Base(dir), dir: copyOf(t, dir), patterns: []string{"./..."}})
	}
	only := os.Getenv("CTXFIX_CORPUS")
	wanted := func(name string) bool { return strings.Contains(name, only) }
	if len(dirs) == 0 && (wanted("std") || wanted("cmd")) {
		trees = append(trees, standardLibrary(t)...)
	}
	if len(dirs) == 0 {
		trees = append(trees, dependencies(t, wanted)...)
	}
	return slices.DeleteFunc(trees, func(c corpus) bool { return !wanted(c.name) })
}

// setEnv makes the go command that the test starts one of the tree.
func (c corpus) setEnv(t *testing.T) {
	t.Setenv("GOTOOLCHAIN", "local")
	if c.goroot != "" {
		t.Setenv("GOROOT", c.goroot)
		t.Setenv("PATH", filepath.Join(c.goroot, "bin")+string(filepath.ListSeparator)+os.Getenv("PATH"))
		// The go command takes what cgo made of one copy of GOROOT for another
		// one, with the paths of the first in it, which go vet then looks for.
		t.Setenv("CGO_CFLAGS", "-g -O2 -DCOPY="+strings.Map(letter, c.goroot))
	}
	if c.module { // a go.work may name modules that were not published with it
		t.Setenv("GOWORK", "off")
		t.Setenv("GOFLAGS", "-mod=mod -trimpath") // the folder is not what the build cache keys on
	}
}

// letter makes what a path is made of fit for a name in C.
func letter(r rune) rune {
	if unicode.IsLetter(r) || unicode.IsDigit(r) {
		return r
	}
	return '_'
}

func (c corpus) load(t *testing.T, patterns ...string) (*load.Program, error) {
	return load.Load(t.Context(), load.Config{Dir: c.dir, Patterns: patterns, Tests: true, Source: true})
}

// rel names a path below the tree.
func (c corpus) rel(path string) string {
	rel, err := filepath.Rel(c.dir, path)
	if err != nil {
		return path
	}
	return filepath.ToSlash(rel)
}

// copyOf copies a folder to one that may be written.
func copyOf(t *testing.T, dir string) string {
	t.Helper()
	into := filepath.Join(tempDir(t), filepath.Base(dir))
	if err := os.CopyFS(into, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	return into
}

// standardLibrary copies the Go installation and returns its std and cmd.
func standardLibrary(t *testing.T) []corpus {
	root := filepath.Join(tempDir(t), "go")
	for _, part := range []string{"src", "pkg", "bin", "lib"} {
		if err := os.CopyFS(filepath.Join(root, part), os.DirFS(filepath.Join(goRoot(t), part))); err != nil {
			t.Fatal(err)
		}
	}
	for _, file := range []string{"VERSION", "go.env"} {
		data, err := os.ReadFile(filepath.Join(goRoot(t), file))
		if err != nil {
			t.Fatal(err)
		}
		writeFile(t, filepath.Join(root, file), data)
	}
	return []corpus{
		{"std", filepath.Join(root, "src"), root, []string{"std"}, false},
		{"cmd", filepath.Join(root, "src", "cmd"), root, []string{"cmd"}, false},
	}
}

// dependencies copies those modules that packages and tests of this one are
// built from whose name is wanted.
func dependencies(t *testing.T, wanted func(string) bool) []corpus {
	const format = `{{with .Module}}{{if not .Main}}{{.Path}}@{{.Version}} {{.Dir}}{{end}}{{end}}`
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "-test", "-f", format, "../...").Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(bytes.TrimSpace(out)), "\n")
	slices.Sort(lines)
	var trees []corpus
	for _, line := range slices.Compact(lines) {
		if name, dir, ok := strings.Cut(line, " "); ok && wanted(name) {
			trees = append(trees, corpus{name, copyOf(t, dir), "", []string{"./..."}, true})
		}
	}
	return trees
}
