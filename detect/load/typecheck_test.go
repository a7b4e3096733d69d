package load

import (
	"go/types"
	"path/filepath"
	"testing"

	"golang.org/x/tools/go/packages"
)

// TestBodiesOnce asks that bodies are known in one variant of a package, in
// which importers of another find them.
func TestBodiesOnce(t *testing.T) {
	prog := mustLoad(t, Config{Dir: write(t, shop), Patterns: []string{"./..."}, Tests: true})
	plain, wide := prog.Packages[0], prog.Packages[1]
	if plain.Info != nil || plain.Types == nil || wide.Info == nil {
		t.Fatalf("plain: %v, %v; with tests: %v", plain.Types, plain.Info, wide.Info)
	}
	sell := plain.Types.Scope().Lookup("Sell").(*types.Func)
	if pkg, decl := prog.Decl(sell); pkg != wide || decl == nil {
		t.Errorf("Sell is declared in %v, %v", pkg, decl)
	}
	if prog.Bodies("example.com/shop") != wide || prog.Bodies("example.com/shop/store").Info == nil || prog.Bodies("fmt") != nil {
		t.Error("bodies are looked for in another variant")
	}
	path := filepath.Join(plain.Dir, "shop.go")
	if errs := prog.Check(map[string][]byte{path: []byte("package shop\n\nfunc Sell() { undefined() }\n")}).Errors(); len(errs) != 1 {
		t.Errorf("errors of a changed body: %v", errs)
	}
	alone := mustLoad(t, Config{Dir: plain.Dir, Patterns: []string{"."}})
	if alone.Packages[0].Info == nil {
		t.Error("without tests the bodies of the package are not known")
	}
}

// TestFilesOfTheirOwn asks for the bodies of files that are left out of the
// variant with tests.
func TestFilesOfTheirOwn(t *testing.T) {
	p := pkg("p", "a.go", "b.go")
	for _, c := range []struct {
		wide *packages.Package
		want bool
	}{
		{pkg("p", "b.go", "a.go", "a_test.go"), true},
		{pkg("p", "a.go", "a_test.go"), false},
		{p, false},
	} {
		if got := narrowerThan(p, c.wide); got != c.want {
			t.Errorf("%v is narrower than %v: %t", p.CompiledGoFiles, c.wide.CompiledGoFiles, got)
		}
	}
}

// TestKnown asks that known packages are loaded only for those that import
// them, and that what is asked about others is noted.
func TestKnown(t *testing.T) {
	dir := write(t, shop)
	var listed []string
	known := func(fresh string) func(*Listing) map[string]Known {
		return func(l *Listing) map[string]Known {
			all := map[string]Known{}
			listed = nil
			for _, p := range l.Roots {
				listed = append(listed, p.ID)
				for _, name := range p.CompiledGoFiles {
					if _, err := l.Read(name); err != nil {
						t.Error(err)
					}
				}
				if p.ID != fresh {
					all[p.ID] = Known{Locked: map[string]string{filepath.Join(dir, "shop.go"): "as it was"}}
				}
			}
			return all
		}
	}
	cfg := Config{Dir: dir, Patterns: []string{"./..."}, Tests: true, Known: known("example.com/shop")}
	prog := mustLoad(t, cfg)
	equal(t, "listed", listed, []string{
		"example.com/shop", "example.com/shop [example.com/shop.test]", "example.com/shop/store",
		"example.com/shop/unread", "example.com/shop_test [example.com/shop.test]",
	})
	var typed, bodies []string
	for _, p := range prog.Packages {
		if p.Types != nil {
			typed = append(typed, p.ID)
		}
		if p.Info != nil {
			bodies = append(bodies, p.ID)
		}
	}
	want := []string{"example.com/shop", "example.com/shop/store"}
	equal(t, "with types", typed, want)
	equal(t, "with bodies", bodies, want)
	if !prog.Partial || prog.File(filepath.Join(dir, "shop.go")).Locked != "" {
		t.Errorf("partial: %t; a file that was read is as it was known", prog.Partial)
	}
	seen, asked := prog.Asked(nil)
	if seen.Bodies("example.com/shop/store") == nil || seen.Bodies("fmt") != nil || *asked {
		t.Error("a question about what is loaded, or is no part, asks for all")
	}
	if seen.Bodies("example.com/shop/unread") != nil || !*asked {
		t.Error("a question about a package that was not loaded is not noted")
	}

	cfg.Known = known("")
	prog = mustLoad(t, cfg)
	file := prog.File(filepath.Join(dir, "shop.go"))
	if file.Syntax != nil || file.Locked != "as it was" || len(prog.Packages) != 5 {
		t.Errorf("%d packages; shop.go: %v, %q", len(prog.Packages), file.Syntax, file.Locked)
	}
	from, to := prog.Span(file, 14, 20)
	if at := prog.Fset.PositionFor(from, false); at.Line != 3 || at.Column != 1 || to-from != 6 {
		t.Errorf("offset 14 is at %v", at)
	}
}

func pkg(path string, files ...string) *packages.Package {
	return &packages.Package{ID: path, PkgPath: path, CompiledGoFiles: files}
}

// broken has packages that do not compile, each in its own way, and packages
// that import these.
const broken = `
-- go.mod --
module example.com/broken

go 1.26
-- ok/ok.go --
package ok
-- body/body.go --
package body

import "fmt"

func F() int { return "" }
-- body/body_test.go --
package body

func g() int { return 1 }
-- intest/intest.go --
package intest

func F() int { return 1 }
-- intest/intest_test.go --
package intest

func g() int { return "" }
-- syntax/syntax.go --
package syntax

func F( {
-- syntax/more.go --
package syntax

func G() { H() }
-- missing/missing.go --
package missing

import "example.com/broken/nowhere"

var X = nowhere.X
-- embed/embed.go --
package embed

import _ "embed"

//go:embed none.txt
var text string
-- cycle/cycle.go --
package cycle

import _ "example.com/broken/cycle/back"
-- cycle/back/back.go --
package back

import _ "example.com/broken/cycle"
-- two/a.go --
package two
-- two/b.go --
package three
-- user/user.go --
package user

import (
	"example.com/broken/body"
	"example.com/broken/embed"
	"example.com/broken/missing"
	"example.com/broken/syntax"
)

var _ = embed.Text

func F() { body.F(); syntax.G(); _ = missing.X }
`

// TestErrorsOfPackages asks that what does not compile is told as
// [packages.Load] tells it.
func TestErrorsOfPackages(t *testing.T) {
	dir := write(t, broken)
	cfg := Config{Dir: dir, Patterns: []string{"./..."}, Tests: true}
	own := mustLoad(t, cfg)
	cfg.Overlay = map[string][]byte{filepath.Join(dir, "ok/ok.go"): []byte("package ok\n")}
	theirs := mustLoad(t, cfg)
	equal(t, "packages", ids(own.Packages), ids(theirs.Packages))
	some := 0
	for i, p := range own.Packages {
		var got, want []string
		for _, e := range p.Errors {
			got = append(got, e.Error())
		}
		for _, e := range theirs.Packages[i].Errors {
			want = append(want, e.Error())
		}
		equal(t, "errors of "+p.ID, got, want)
		some += len(got)
	}
	if some < 10 {
		t.Errorf("%d errors", some)
	}
}
