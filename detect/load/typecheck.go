package load

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/types"
	"runtime"
	"slices"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
	"golang.org/x/tools/go/packages"
)

// errIrregular says that packages are not as a typing takes them: something
// does not compile. [packages.Load] tells what.
var errIrregular = errors.New("not all packages compile")

// A typing gives packages that the go command has listed their syntax and
// types, as [packages.Load] does, but for what nobody asks for: of a package
// that is compiled once more with its tests, bodies are checked with these
// alone; known packages are left out, and the main packages of tests.
type typing struct {
	frozen  *freezer
	deps    *deps
	sources map[*packages.Package]*source // nil: types are in export data
	all     []*source                     // what is imported comes first
}

// A source is a package to be type-checked: a root, or one between roots,
// whose export data would tell of another version of what it imports.
type source struct {
	*packages.Package
	bodies bool
	needed bool         // it is not known, or imported by such a one
	users  []*source    // which import it
	waits  atomic.Int32 // imports without types as yet
}

// typeCheck completes the roots, listed with their dependencies, but for those
// that are known.
func (r *reading) typeCheck(ctx context.Context, env goEnv, ask func(*Listing) map[string]Known) error {
	t := &typing{frozen: r.frozen, deps: r.deps, sources: map[*packages.Package]*source{}}
	roots := withoutTestMains(r.roots, env)
	for _, p := range roots {
		t.sources[p] = &source{Package: p}
	}
	packages.Visit(roots, nil, t.add)
	if err := t.regular(); err != nil {
		return err
	}
	known := map[string]Known{}
	if ask != nil {
		known = ask(&Listing{Roots: roots, env: env, frozen: r.frozen})
	}
	r.known = t.limit(roots, known)
	if err := t.parse(ctx); err != nil {
		return err
	}
	return t.check(ctx)
}

// add takes a package after what it imports.
func (t *typing) add(p *packages.Package) {
	s := t.sources[p]
	for _, dep := range p.Imports {
		if t.sources[dep] == nil {
			continue
		}
		if s == nil {
			s = &source{Package: p}
			t.sources[p] = s
		}
	}
	if s == nil {
		t.deps.add(p)
		return
	}
	t.all = append(t.all, s)
}

// regular returns errIrregular if something is known not to compile.
func (t *typing) regular() error {
	for _, s := range t.all {
		if len(s.Errors) > 0 || len(s.CompiledGoFiles) == 0 && s.ExportFile != "" {
			return errIrregular
		}
		for _, dep := range s.Imports {
			exported := dep.PkgPath == "unsafe" || dep.ExportFile != "" && dep.ID == dep.PkgPath
			if t.sources[dep] == nil && !exported {
				return errIrregular
			}
		}
	}
	return nil
}

// limit leaves out what is known and imported by nothing else, and returns the
// roots among that. Bodies of the others are checked in one variant.
func (t *typing) limit(roots []*packages.Package, known map[string]Known) map[string]Known {
	byID := map[string]*source{}
	for _, p := range roots {
		byID[p.ID] = t.sources[p]
		_, settled := known[p.ID]
		byID[p.ID].needed = !settled
	}
	for _, s := range slices.Backward(t.all) {
		for _, dep := range s.Imports {
			if d := t.sources[dep]; d != nil && s.needed {
				d.needed = true
			}
		}
	}
	t.all = slices.DeleteFunc(t.all, func(s *source) bool { return !s.needed })
	for _, s := range t.all {
		for _, dep := range s.Imports {
			if d := t.sources[dep]; d != nil {
				d.users = append(d.users, s)
				s.waits.Add(1)
			}
		}
		if byID[s.ID] != nil {
			wide := byID[testVariant(s.PkgPath, s.PkgPath)]
			s.bodies = wide == nil || !wide.needed || !narrowerThan(s, wide)
		}
	}
	left := map[string]Known{}
	for id, k := range known {
		if s := byID[id]; s != nil && !s.needed {
			left[id] = k
		}
	}
	return left
}

// narrowerThan reports whether all files of p are compiled with its tests, too.
func narrowerThan(s, wide *source) bool {
	return s != wide && s.ForTest == "" && !slices.ContainsFunc(s.CompiledGoFiles, func(name string) bool {
		return !slices.Contains(wide.CompiledGoFiles, name)
	})
}

// parse reads all files, in no order.
func (t *typing) parse(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for _, s := range t.all {
		s.Syntax = make([]*ast.File, len(s.CompiledGoFiles))
		for i, name := range s.CompiledGoFiles {
			group.Go(func() (err error) {
				if ctx.Err() != nil {
					return ctx.Err()
				}
				src, err := t.frozen.bytes(name)
				if err == nil {
					s.Syntax[i], err = t.frozen.parse(t.frozen.fset, name, src)
				}
				if err != nil {
					return errIrregular
				}
				return nil
			})
		}
	}
	return group.Wait()
}

// check type-checks each package as soon as its imports have types.
func (t *typing) check(ctx context.Context) error {
	if len(t.all) == 0 {
		return nil
	}
	ready := make(chan *source, len(t.all))
	var left atomic.Int32
	left.Store(int32(len(t.all)))
	for _, s := range t.all {
		if s.waits.Load() == 0 {
			ready <- s
		}
	}
	group, ctx := errgroup.WithContext(ctx)
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() error {
			for {
				select {
				case s, ok := <-ready:
					if !ok {
						return nil
					}
					if err := t.one(s); err != nil {
						return err
					}
					for _, user := range s.users {
						if user.waits.Add(-1) == 0 {
							ready <- user
						}
					}
					if left.Add(-1) == 0 {
						close(ready)
					}
				case <-ctx.Done():
					return ctx.Err()
				}
			}
		})
	}
	return group.Wait()
}

// one type-checks a package.
func (t *typing) one(s *source) error {
	conf := &types.Config{Sizes: s.TypesSizes, Importer: imports{t, s}, IgnoreFuncBodies: !s.bodies}
	if s.Module != nil && s.Module.GoVersion != "" {
		conf.GoVersion = "go" + s.Module.GoVersion
	}
	s.TypesInfo = &types.Info{FileVersions: map[*ast.File]string{}}
	if s.bodies {
		s.TypesInfo = newInfo(sizeOf(s.Syntax))
	}
	s.Types = types.NewPackage(s.PkgPath, s.Name)
	if types.NewChecker(conf, t.frozen.fset, s.Types, s.TypesInfo).Files(s.Syntax) != nil {
		return errIrregular
	}
	return nil
}

// imports resolves what a package under check imports.
type imports struct {
	*typing
	by *source
}

// Import returns the types of the package that path, as it is written, means.
func (i imports) Import(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	p := i.by.Imports[path]
	if p == nil {
		return nil, fmt.Errorf("%s is new to %s since it was listed", path, i.by.ID)
	}
	if s := i.sources[p]; s != nil {
		return s.Types, nil
	}
	return i.deps.named(p.ID)
}

// hasBodies reports whether the bodies of a package were checked.
func hasBodies(p *packages.Package) bool { return p.TypesInfo != nil && p.TypesInfo.Defs != nil }
