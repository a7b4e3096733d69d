package load

import (
	"go/types"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// edit returns the bytes of a file of the program with one replacement.
func edit(t *testing.T, prog *Program, name, old, new string) (string, []byte) {
	t.Helper()
	for path, f := range prog.files {
		if strings.HasSuffix(path, "/"+name) {
			if !strings.Contains(string(f.Bytes), old) {
				t.Fatalf("%s does not contain %q", name, old)
			}
			return path, []byte(strings.Replace(string(f.Bytes), old, new, 1))
		}
	}
	t.Fatalf("no file %s", name)
	return "", nil
}

func check(t *testing.T, prog *Program, name, old, new string) *Check {
	t.Helper()
	path, src := edit(t, prog, name, old, new)
	return prog.Check(map[string][]byte{path: src})
}

func messages(c *Check) string {
	var out []string
	for _, e := range c.Errors() {
		out = append(out, e.Msg)
	}
	return strings.Join(out, "; ")
}

func TestCheckBody(t *testing.T) {
	prog := mustLoad(t, Config{Dir: write(t, shop), Patterns: []string{"./..."}, Tests: true})
	c := check(t, prog, "store.go", "return n", "return n + 1")
	if msg := messages(c); msg != "" {
		t.Errorf("unexpected errors: %s", msg)
	}
	equal(t, "a body alone concerns its package", ids(c.Packages()), []string{"example.com/shop/store"})
	c = check(t, prog, "store.go", "return n", `return "n"`)
	if msg := messages(c); !strings.Contains(msg, "cannot use") {
		t.Errorf("got %q", msg)
	}
	c = check(t, prog, "store.go", "return n }", "return n")
	if msg := messages(c); !strings.Contains(msg, "expected '}'") {
		t.Errorf("syntax error: got %q", msg)
	}
	c = check(t, prog, "shop.go", "store.Take(1)", "store.Take(1); helper()")
	if msg := messages(c); msg != "undefined: helper" {
		t.Errorf("valid in the test variant alone: got %q", msg)
	}
	c = check(t, prog, "store.go", "Take(n int)", "Take(m int)")
	if msg := messages(c); msg != "undefined: n" || len(c.Packages()) != 1 {
		t.Errorf("renamed parameter: got %q in %v", msg, ids(c.Packages()))
	}
}

func TestCheckExportedDeclaration(t *testing.T) {
	prog := mustLoad(t, Config{Dir: write(t, shop), Patterns: []string{"./..."}, Tests: true})
	c := check(t, prog, "store.go", "Take(n int)", "Take(s string, n int)")
	if msg := messages(c); !strings.Contains(msg, "not enough arguments in call to store.Take") {
		t.Errorf("importer: got %q", msg)
	}
	store, src := edit(t, prog, "store.go", "Take(n int)", "Take(s string, n int)")
	shop, src2 := edit(t, prog, "shop.go", "Take(1)", `Take("", 1)`)
	c = prog.Check(map[string][]byte{store: src, shop: src2})
	if msg := messages(c); msg != "" {
		t.Errorf("both changed: got %q", msg)
	}
	equal(t, "checked", ids(c.Packages()), []string{
		"example.com/shop", "example.com/shop [example.com/shop.test]", "example.com/shop/store",
		"example.com/shop_test [example.com/shop.test]",
	})
	c.Commit()
	c = check(t, prog, "shop.go", `Take("", 1)`, `Take("", 2)`)
	if msg := messages(c); msg != "" {
		t.Errorf("after the commit: got %q", msg)
	}
}

func TestCheckNewImports(t *testing.T) {
	prog := mustLoad(t, Config{Dir: write(t, shop), Patterns: []string{"."}, Tests: true})
	for _, test := range []struct{ path, use, want string }{
		{"example.com/shop/unread", "unread.Now()", ""}, // on disk, not loaded
		{"text/tabwriter", "tabwriter.Writer{}", ""},    // nothing loaded depends on it
		{"example.com/shop", "shop.Sell", "import cycle"},
		{"example.com/none", "none.X", "not among the packages loaded"},
		{"net/http/internal", "internal.X", "use of internal package net/http/internal not allowed"},
	} {
		path, src := edit(t, prog, "shop.go", "package shop\n", "package shop\n\nimport \""+test.path+"\"\n")
		c := prog.Check(map[string][]byte{path: append(src, "\nvar _ = "+test.use+"\n"...)})
		if msg := messages(c); (test.want == "") != (msg == "") || !strings.Contains(msg, test.want) {
			t.Errorf("import %s: got %q, want %q", test.path, msg, test.want)
		}
	}
}

func TestCheckNewPackage(t *testing.T) {
	dir := write(t, shop)
	prog := mustLoad(t, Config{Dir: dir, Patterns: []string{"./..."}, Tests: true})
	store, src := edit(t, prog, "store.go", "package store\n", "package store\nimport \"example.com/shop/internal/safe\"\nvar _ = safe.One\n")
	changed := map[string][]byte{
		store: src,
		filepath.Join(dir, "internal/safe/safe.go"):      []byte("package safe\n\nconst One = 1\n"),
		filepath.Join(dir, "internal/safe/safe_test.go"): []byte("package safe\n\nimport \"testing\"\n\nfunc TestOne(t *testing.T) { t.Log(One) }\n"),
	}
	c := prog.Check(changed)
	if msg := messages(c); msg != "" {
		t.Fatalf("got %q", msg)
	}
	before := slices.Sorted(maps.Keys(prog.variants))
	c.Commit()
	c2 := check(t, prog, "shop.go", "import ", "import _ \"example.com/shop/internal/safe\"\nimport ")
	if msg := messages(c2); msg != "" {
		t.Errorf("later import of the new package: got %q", msg)
	}
	c.Revert()
	equal(t, "variants after Revert", slices.Sorted(maps.Keys(prog.variants)), before)
	changed[filepath.Join(dir, "internal/safe/safe_test.go")] = []byte("package safe\n\nvar _ = Two\n")
	if msg := messages(prog.Check(changed)); msg != "undefined: Two" {
		t.Errorf("broken test of the new package: got %q", msg)
	}
}

// A package between a test and what it tests is compiled for that test, and
// so is a package it newly imports if that depends on what is tested.
func TestCheckNewImportBetweenTests(t *testing.T) {
	dir := write(t, `
-- go.mod --
module example.com/m

go 1.26
-- base/base.go --
package base

type T struct{}
-- base/in_test.go --
package base

func inTest() {}
-- base/ext_test.go --
package base_test

import (
	"example.com/m/base"
	"example.com/m/user"
)

func f() { user.Take(base.T{}) }
-- user/user.go --
package user

import "example.com/m/base"

func Take(t base.T) { use(t) }

func use(base.T) {}
`)
	prog := mustLoad(t, Config{Dir: dir, Patterns: []string{"./..."}, Tests: true})
	if prog.variants["example.com/m/user [example.com/m/base.test]"] == nil {
		t.Fatal("user is not compiled for the test of base")
	}
	user, src := edit(t, prog, "user.go", "{ use(t) }", "{ more.Use(t) }")
	src = []byte(strings.Replace(string(src), "import ", "import \"example.com/m/more\"\nimport ", 1))
	changed := map[string][]byte{
		user:                               src,
		filepath.Join(dir, "more/more.go"): []byte("package more\n\nimport \"example.com/m/base\"\n\nfunc Use(base.T) {}\n"),
	}
	c := prog.Check(changed)
	if msg := messages(c); msg != "" {
		t.Fatalf("got %q", msg)
	}
	c.Commit()
	c = check(t, prog, "user.go", "more.Use(t)", "more.Use(t); more.Use(t)")
	if msg := messages(c); msg != "" {
		t.Errorf("after the commit: got %q", msg)
	}
}

func TestCommitAndRevert(t *testing.T) {
	prog := mustLoad(t, Config{Dir: write(t, shop), Patterns: []string{"./..."}, Tests: true})
	var store *Package
	for _, p := range prog.Packages {
		if p.Name == "store" {
			store = p
		}
	}
	was, seen, file := store.Types, store.seen, *store.Files[0]
	c := check(t, prog, "store.go", "return n", "return n + 1")
	if store.Types != was {
		t.Error("Check alone changed the package")
	}
	c.Commit()
	if store.Types == was || store.seen != seen || !strings.Contains(string(store.Files[0].Bytes), "n + 1") {
		t.Error("Commit did not change the package, or changed what importers see")
	}
	if obj := store.Info.Defs[store.Files[0].Syntax.Name]; obj != nil || len(store.Info.Defs) == 0 {
		t.Error("Info does not belong to the new syntax")
	}
	if _, ok := store.Info.FileVersions[store.Files[0].Syntax]; !ok {
		t.Error("no file version after Commit")
	}
	c.Revert()
	if store.Types != was || store.seen != seen || store.Files[0].Syntax != file.Syntax || string(store.Files[0].Bytes) != string(file.Bytes) {
		t.Error("Revert left something behind")
	}
}

func TestSubset(t *testing.T) {
	prog := mustLoad(t, Config{Dir: write(t, shop), Patterns: []string{"./..."}, Tests: true})
	var pkgs []*Package
	for _, p := range prog.Packages {
		if p.Name == "store" {
			pkgs = append(pkgs, p)
		}
	}
	sub := prog.Subset(pkgs)
	equal(t, "packages", ids(sub.Packages), []string{"example.com/shop/store"})
	c := check(t, sub, "store.go", "return n", "return n + 1")
	c.Commit()
	if string(pkgs[0].Files[0].Bytes) == string(sub.Packages[0].Files[0].Bytes) {
		t.Error("a change of the subset reached the program")
	}
	all := prog.Clone()
	equal(t, "clone", ids(all.Packages), ids(prog.Packages))
	if all.Packages[1].Files[3] != all.Packages[0].Files[3] {
		t.Error("variants of the clone do not share their files")
	}
}

func TestTypesKeepTheirIdentity(t *testing.T) {
	prog := mustLoad(t, Config{Dir: write(t, `
-- go.mod --
module example.com/m

go 1.26
-- a/a.go --
package a

import "net/http"

type T struct{ R *http.Request }
-- b/b.go --
package b

import (
	"net/http"

	"example.com/m/a"
)

func F(t a.T) *http.Request { return t.R }
`), Patterns: []string{"./..."}})
	// "context" is no import of b: it must be the same package that the
	// types of net/http refer to.
	path, src := edit(t, prog, "b.go", "return t.R }", "var c context.Context = t.R.Context(); return t.R.WithContext(c) }")
	src = []byte(strings.Replace(string(src), `"net/http"`, "\"context\"\n\t\"net/http\"", 1))
	c := prog.Check(map[string][]byte{path: src})
	if msg := messages(c); msg != "" {
		t.Errorf("got %q", msg)
	}
	c.Commit()
	var first types.Type
	for id, obj := range prog.Packages[1].Info.Uses {
		if id.Name == "T" {
			first = obj.Type()
		}
	}
	if want := prog.Packages[0].seen.Scope().Lookup("T").Type(); first == nil || !types.Identical(first, want) {
		t.Errorf("a.T lost its identity: %v", first)
	}
}
