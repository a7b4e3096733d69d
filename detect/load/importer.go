package load

import (
	"fmt"
	"go/types"
	"strings"
)

// An importer resolves the imports of one package under check. Packages keep
// the identity they had in the first load, so that the types of a package
// checked again fit those of packages that were not.
type importer struct {
	check *Check
	pkg   *Package
	to    *result // notes the imports the package did not have
}

// Import returns the package that path means in the importing package.
func (i *importer) Import(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	id, known := i.pkg.imports[path]
	if !known {
		id = i.check.meant(path, i.pkg.ForTest)
		if err := i.allowed(path, id); err != nil {
			return nil, err
		}
		i.to.imports[path] = id
	}
	if pkg := i.check.see(id); pkg != nil {
		return pkg, nil
	}
	pkg, err := i.check.prog.deps.named(id)
	if err == nil || known {
		return pkg, err
	}
	if made := i.check.fromDisk(path); made != nil {
		return i.check.check(made).types, nil
	}
	return i.check.prog.deps.standard(path)
}

// meant returns the ID of the package that a new import means in a package
// compiled for the test of forTest (empty: for no test): the variant for that
// test if there is one, or if the package depends on one.
func (c *Check) meant(path, forTest string) string {
	if forTest == "" {
		return path
	}
	own := testVariant(path, forTest)
	if c.variant(own) != nil {
		return own
	}
	plain := c.variant(path)
	if plain == nil || !c.dependsOnTest(path, forTest, map[string]bool{}) {
		return path
	}
	c.made[own] = &Package{
		ID: own, PkgPath: path, Name: plain.Name, ForTest: forTest, Dir: plain.Dir,
		Module: plain.Module, Files: plain.Files, imports: map[string]string{},
	}
	return own
}

func testVariant(path, forTest string) string { return fmt.Sprintf("%s [%s.test]", path, forTest) }

// dependsOnTest reports whether a package imports, at any remove, one that
// has a variant for the test.
func (c *Check) dependsOnTest(id, forTest string, seen map[string]bool) bool {
	v := c.variant(id)
	if v == nil || seen[id] {
		return false
	}
	seen[id] = true
	for path, dep := range v.imports {
		if c.variant(testVariant(path, forTest)) != nil || c.dependsOnTest(dep, forTest, seen) {
			return true
		}
	}
	return false
}

// see returns the types of a source-loaded package as its importers see them.
func (c *Check) see(id string) *types.Package {
	if c.made[id] != nil || c.renewed[id] {
		return c.check(c.variant(id)).types
	}
	if v := c.prog.variants[id]; v != nil {
		return v.seen
	}
	return nil
}

func (c *Check) variant(id string) *Package {
	if v := c.made[id]; v != nil {
		return v
	}
	return c.prog.variants[id]
}

// allowed reports what the go command would: an import cycle, or an internal
// package of others. The type-checker alone sees neither.
func (i *importer) allowed(path, id string) error {
	parent, internal := strings.CutSuffix(path, "/internal")
	if !internal {
		parent, _, internal = strings.Cut(path, "/internal/")
	}
	own := strings.TrimSuffix(i.pkg.PkgPath, "_test")
	if internal && own != parent && !strings.HasPrefix(own, parent+"/") {
		return fmt.Errorf("use of internal package %s not allowed", path)
	}
	if i.check.reaches(id, i.pkg.PkgPath, map[string]bool{}) {
		return fmt.Errorf("import cycle: %s imports %s", path, i.pkg.PkgPath)
	}
	return nil
}

func (c *Check) reaches(id, target string, seen map[string]bool) bool {
	v := c.variant(id)
	if v == nil || seen[id] {
		return false
	}
	seen[id] = true
	if v.PkgPath == target {
		return true
	}
	for _, dep := range v.imports {
		if c.reaches(dep, target, seen) {
			return true
		}
	}
	return false
}
