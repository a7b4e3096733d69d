package cache

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/ctxfix/ctxfix/detect/load"
)

const module = `
-- go.mod --
module m

go 1.26
-- a/a.go --
package a

func A() int { return 1 }
-- a/a_plan9.go --
package a
-- a/a_test.go --
package a
-- a/x_test.go --
package a_test

import _ "m/b"
-- b/b.go --
package b

import "m/a"

var B = a.A()
-- c/c.go --
package c
`

// keysOf returns the keys of the packages in dir by ID, and that of them all
// under "".
func keysOf(t *testing.T, dir string) map[string]key {
	all := map[string]key{}
	_, err := load.Load(t.Context(), load.Config{Dir: dir, Patterns: []string{"./..."}, Tests: true, Known: func(l *load.Listing) map[string]load.Known {
		k, err := newKeys(l, "settings")
		if err != nil {
			t.Error(err)
		}
		for _, p := range l.Roots {
			all[p.ID] = k.of(p)
		}
		all[""] = k.all()
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestKeys asks which packages an edit concerns.
func TestKeys(t *testing.T) {
	const a, wide, xtest, b, c = "m/a", "m/a [m/a.test]", "m/a_test [m/a.test]", "m/b", "m/c"
	for _, e := range []struct {
		file string
		want []string
	}{
		{"a/a.go", []string{"", a, wide, xtest, b}},
		{"a/a_test.go", []string{"", a, wide, xtest}},
		{"a/x_test.go", []string{"", a, wide, xtest}},
		{"a/a_plan9.go", []string{"", a, wide, xtest}},
		{"b/b.go", []string{"", xtest, b}},
		{"c/c.go", []string{"", c}},
		{"d/d_plan9.go", []string{""}},
		{"none", nil},
	} {
		dir := layOut(t)
		before := keysOf(t, dir)
		if slices.Contains(slices.Collect(maps.Values(before)), key{}) || len(before) != 6 {
			t.Fatalf("a package has no key: %v", before)
		}
		if e.want != nil {
			path := filepath.Join(dir, e.file)
			src, _ := os.ReadFile(path)
			pkg := filepath.Base(filepath.Dir(path))
			if len(src) == 0 {
				src = []byte("package " + pkg + "\n")
			}
			write(t, path, append(src, "\n// Edited.\n"...))
		}
		var changed []string
		for id, k := range keysOf(t, dir) {
			if before[id] != k {
				changed = append(changed, id)
			}
		}
		slices.Sort(changed)
		slices.Sort(e.want)
		if !slices.Equal(changed, e.want) {
			t.Errorf("%s edited:\n%s\nwant\n%s", e.file, strings.Join(changed, ", "), strings.Join(e.want, ", "))
		}
	}
}

// TestKeysBesideWhatCannotBeRead lays a link to nowhere beside a file, as an
// editor does while the file is not saved.
func TestKeysBesideWhatCannotBeRead(t *testing.T) {
	dir := layOut(t)
	if err := os.Symlink("nobody@nowhere:1", filepath.Join(dir, "b", ".#b.go")); err != nil {
		t.Skip("no symbolic links: ", err)
	}
	keys := keysOf(t, dir)
	for id, k := range keys {
		if k == (key{}) {
			t.Errorf("%q has no key", id)
		}
	}
	if len(keys) != 6 {
		t.Errorf("%d keys", len(keys))
	}
}

// layOut writes the module into a new folder.
func layOut(t *testing.T) string {
	dir := t.TempDir()
	for _, f := range txtar.Parse([]byte(module)).Files {
		write(t, filepath.Join(dir, f.Name), f.Data)
	}
	return dir
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}
