package load

import (
	"bytes"
	"fmt"
	"go/build"
	"go/token"
	"go/types"
	"os"
	"os/exec"
	"strings"
	"sync"

	"golang.org/x/tools/go/gcexportdata"
	"golang.org/x/tools/go/packages"
)

// A deps is the packages known by their export data alone. One is shared by
// all clones of a program.
type deps struct {
	fset   *token.FileSet
	closed bool     // the go command is not asked for more
	env    []string // of the go command
	dir    string
	build  build.Context

	mu     sync.Mutex
	byID   map[string]*packages.Package
	byPath map[string]*types.Package // complete or not; what export data refers to
}

func newDeps(fset *token.FileSet, cfg Config, env goEnv) *deps {
	return &deps{fset: fset, dir: cfg.Dir, env: cfg.Env, build: buildContext(cfg, env), byID: map[string]*packages.Package{}, byPath: map[string]*types.Package{}}
}

func (d *deps) add(p *packages.Package) {
	d.byID[p.ID] = p
	if p.Types != nil {
		d.byPath[p.PkgPath] = p.Types
	}
}

func (d *deps) has(id string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.byID[id] != nil
}

// named returns the types of the package with that ID (for a package without
// test variants its import path), complete.
func (d *deps) named(id string) (*types.Package, error) {
	if id == "unsafe" {
		return types.Unsafe, nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	p := d.byID[id]
	if p == nil {
		return nil, fmt.Errorf("package %s is not among the packages loaded", id)
	}
	if known := d.byPath[p.PkgPath]; known != nil && known.Complete() {
		return known, nil
	}
	if known := d.byPath[p.PkgPath]; known != nil && d.closed {
		return asFarAsKnown(known), nil
	}
	return d.read(p.PkgPath, p.ExportFile)
}

// asFarAsKnown returns a package with those objects of p that what was loaded
// refers to, and which therefore are known.
func asFarAsKnown(p *types.Package) *types.Package {
	part := types.NewPackage(p.Path(), p.Name())
	for _, name := range p.Scope().Names() {
		part.Scope().Insert(p.Scope().Lookup(name))
	}
	part.MarkComplete()
	return part
}

// read completes a package from its export data. Packages it refers to keep
// their identity through byPath.
func (d *deps) read(path, file string) (*types.Package, error) {
	if file == "" {
		return nil, fmt.Errorf("package %s has no export data", path)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("package %s: %w", path, err)
	}
	r, err := gcexportdata.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("package %s: export data %s: %w", path, file, err)
	}
	pkg, err := gcexportdata.Read(r, d.fset, d.byPath, path)
	if err != nil {
		return nil, fmt.Errorf("package %s: export data %s: %w", path, file, err)
	}
	return pkg, nil
}

// standard returns a package of the standard library that nothing loaded so
// far depends on: the go command is asked for its export data.
func (d *deps) standard(path string) (*types.Package, error) {
	first, _, _ := strings.Cut(path, "/")
	if d.closed || strings.Contains(first, ".") {
		return nil, fmt.Errorf("package %s is not among the packages loaded", path)
	}
	cmd := exec.Command("go", "list", "-export", "-f", "{{.Standard}} {{.Export}}", "--", path)
	cmd.Dir, cmd.Env = d.dir, d.env
	out, err := cmd.Output()
	file, ok := strings.CutPrefix(strings.TrimSpace(string(out)), "true ")
	if err != nil || !ok {
		return nil, fmt.Errorf("package %s is not among the packages loaded", path)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if known := d.byPath[path]; known != nil && known.Complete() {
		return known, nil
	}
	d.byID[path] = &packages.Package{ID: path, PkgPath: path, ExportFile: file}
	return d.read(path, file)
}
