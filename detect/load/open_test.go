package load

import (
	"go/ast"
	"go/types"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// loadClosed loads packages and opens none.
func loadClosed(t *testing.T, cfg Config) *Program {
	t.Helper()
	prog, err := Load(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	return prog
}

// named returns the package with that ID.
func named(t *testing.T, prog *Program, id string) *Package {
	t.Helper()
	for _, pkg := range prog.Packages {
		if pkg.ID == id {
			return pkg
		}
	}
	t.Fatalf("no package %s", id)
	return nil
}

// where tells each declaration of a package by its position.
func where(prog *Program, pkg *Package) (all []string) {
	for _, file := range pkg.Files {
		for _, decl := range file.Syntax.Decls {
			all = append(all, prog.Fset.Position(decl.Pos()).String())
		}
	}
	return all
}

// TestOpenAndClose asks that a package is again as it was when it is opened
// once more, wherever its syntax came from.
func TestOpenAndClose(t *testing.T) {
	const id = "example.com/shop [example.com/shop.test]"
	for name, cfg := range map[string]Config{
		"kept":           {},
		"parsed again":   {keep: 1},
		"loaded at once": {Source: true},
	} {
		t.Run(name, func(t *testing.T) {
			cfg.Dir, cfg.Patterns, cfg.Tests = write(t, shop), []string{"./..."}, true
			prog := loadClosed(t, cfg)
			pkg := named(t, prog, id)
			if cfg.Source == (pkg.Info == nil) {
				t.Errorf("after loading: %v", pkg.Info)
			}
			prog.Open(pkg)
			first := where(prog, pkg)
			prog.Close(pkg)
			if pkg.Info != nil || pkg.Files[0].Syntax != nil {
				t.Error("Close leaves syntax or types")
			}
			from, _ := prog.Span(pkg.Files[0], 3, 4)
			if at := prog.Fset.Position(from); at.Offset != 3 || at.Filename != pkg.Files[0].Name {
				t.Errorf("offset 3 of a file without syntax is at %v", at)
			}
			prog.Open(pkg)
			if len(first) == 0 || len(pkg.Info.Defs) == 0 || pkg.Types.Scope().Len() == 0 {
				t.Errorf("opened again: %d declarations, types %v, info %v", len(first), pkg.Types, pkg.Info.Defs)
			}
			equal(t, "declarations", where(prog, pkg), first)
			for ident, obj := range pkg.Info.Defs {
				if obj != nil && obj.Pos() != ident.Pos() {
					t.Errorf("%s is defined at %v, not at %v", ident.Name, prog.Fset.Position(obj.Pos()), prog.Fset.Position(ident.Pos()))
				}
			}
			if len(pkg.Errors) > 0 {
				t.Error(pkg.Errors)
			}
		})
	}
}

// TestHeld asks that a package stays open while another may refer to it.
func TestHeld(t *testing.T) {
	prog := loadClosed(t, Config{Dir: write(t, shop), Patterns: []string{"./..."}, Tests: true})
	plain, wide := named(t, prog, "example.com/shop"), named(t, prog, "example.com/shop [example.com/shop.test]")
	prog.Open(plain)
	sell := plain.Types.Scope().Lookup("Sell").(*types.Func)
	var group sync.WaitGroup
	found := make([]*ast.FuncDecl, 8)
	for i := range found {
		group.Go(func() { _, found[i] = prog.Decl(sell) })
	}
	group.Wait()
	for _, decl := range found {
		if decl == nil || decl != found[0] {
			t.Fatalf("Decl returns %v and %v", found[0], decl)
		}
	}
	prog.Close(wide)
	if wide.Info == nil {
		t.Error("Close takes from a package what another asked for")
	}
	seen, _ := prog.Asked(wide)
	own := wide.Types.Scope().Lookup("Sell").(*types.Func)
	if pkg, decl := seen.Decl(own); pkg != wide || decl != found[0] {
		t.Errorf("asked by the package itself: %v, %v", pkg, decl)
	}

	again := loadClosed(t, Config{Dir: prog.Packages[0].Dir, Patterns: []string{"./..."}, Tests: true})
	wide = named(t, again, wide.ID)
	again.Open(wide)
	seen, _ = again.Asked(wide)
	seen.Decl(wide.Types.Scope().Lookup("Sell").(*types.Func))
	again.Close(wide)
	if wide.Info != nil {
		t.Error("a package that asked for what it has itself stays open")
	}
}

// TestVisit asks that a package is open while somebody visits it, and as it was
// afterwards.
func TestVisit(t *testing.T) {
	prog := loadClosed(t, Config{Dir: write(t, shop), Patterns: []string{"./..."}, Tests: true})
	pkg := named(t, prog, "example.com/shop/store")
	visit := func(keep bool) {
		prog.Visit(pkg, func() bool {
			prog.Visit(pkg, func() bool { return false })
			if pkg.Info == nil || pkg.Files[0].Syntax == nil {
				t.Error("it is closed while it is visited")
			}
			return keep
		})
	}
	if visit(false); pkg.Info != nil {
		t.Error("it stays open")
	}
	prog.Open(pkg)
	if visit(false); pkg.Info == nil {
		t.Error("a visit closed what was open")
	}
	prog.Visit(pkg, func() bool {
		prog.Close(pkg)
		if pkg.Info == nil {
			t.Error("it was closed during a visit")
		}
		return false
	})
	if pkg.Info != nil {
		t.Error("it stays open although it was to be closed")
	}
	visit(true)
	if prog.Close(pkg); pkg.Info == nil {
		t.Error("it was closed although it was to be kept")
	}
}

// TestCheckOpens asks that a changed file is checked with what imports it, open
// or not, and that closing does not lose the change.
func TestCheckOpens(t *testing.T) {
	prog := loadClosed(t, Config{Dir: write(t, shop), Patterns: []string{"./..."}, Tests: true, keep: 1})
	plain, wide := named(t, prog, "example.com/shop"), named(t, prog, "example.com/shop [example.com/shop.test]")
	path := filepath.Join(plain.Dir, "shop.go")
	src := string(prog.File(path).Bytes)
	if errs := prog.Check(map[string][]byte{path: []byte(strings.Replace(src, "func Sell(", "func Sold(", 1))}).Errors(); len(errs) == 0 {
		t.Error("nobody misses a function that is gone")
	}
	c := prog.Check(map[string][]byte{path: []byte(src + "\nfunc More() {}\n")})
	if errs := c.Errors(); len(errs) > 0 {
		t.Error(errs)
	}
	c.Commit()
	for _, pkg := range []*Package{plain, wide} {
		prog.Open(pkg)
		if pkg.Types.Scope().Lookup("More") == nil {
			t.Errorf("%s is opened as it was", pkg.ID)
		}
	}
}

// TestMentioning asks for packages by a text in their files.
func TestMentioning(t *testing.T) {
	prog := loadClosed(t, Config{Dir: write(t, shop), Patterns: []string{"./..."}, Tests: true})
	seen, asked := prog.Asked(nil)
	var found []string
	for _, pkg := range seen.Mentioning(regexp.MustCompile(`func Sell\(`)) {
		found = append(found, pkg.ID)
		if pkg.Types == nil || pkg.Files[0].Syntax == nil {
			t.Errorf("%s is closed", pkg.ID)
		}
	}
	equal(t, "packages", found, []string{"example.com/shop", "example.com/shop [example.com/shop.test]"})
	if !*asked {
		t.Error("what is found depends on all packages")
	}
	for path, want := range map[string]bool{"example.com/shop/store": true, "net/smtp": false, "example.com/none": false} {
		if got := prog.TypesOf(path); (got != nil) != want || want && got.Path() != path {
			t.Errorf("types of %s: %v", path, got)
		}
	}
	equal(t, "imports", named(t, prog, "example.com/shop").Imports(), []string{"example.com/shop/store"})
}
