package load

import (
	"path/filepath"
	"testing"
)

func TestUnbuilt(t *testing.T) {
	dir := write(t, `
-- go.mod --
module example.com/m

go 1.26
-- a/a.go --
package a
-- a/a_test.go --
package a
-- a/a_plan9.go --
package a
-- a/notes.txt --
-- a/testdata/deep.go --
package deep
-- b/b.go --
package b
-- testdata/x.go --
package x
-- vendor/v/v.go --
package v
-- .hidden/h.go --
package h
-- _old/o.go --
package o
-- nested/go.mod --
module example.com/nested
-- nested/n.go --
package n
`)
	prog := mustLoad(t, Config{Dir: dir, Patterns: []string{"./a"}, Mod: "mod", Tests: true})
	var got []string
	for _, path := range prog.Unbuilt() {
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, filepath.ToSlash(rel))
	}
	equal(t, "files", got, []string{"a/a_plan9.go", "b/b.go"})
}
