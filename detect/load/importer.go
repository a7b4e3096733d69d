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
		id = path
		if own := fmt.Sprintf("%s [%s.test]", path, i.pkg.ForTest); i.check.variant(own) != nil {
			id = own
		}
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
