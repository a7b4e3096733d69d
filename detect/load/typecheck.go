package load

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/scanner"
	"go/types"
	"iter"
	"os"
	"runtime"
	"slices"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
	"golang.org/x/tools/go/packages"
)

// errIrregular says that packages are not as a typing takes them.
// [packages.Load] tells why.
var errIrregular = errors.New("not all that is imported was listed")

// A typing gives packages that the go command has listed their syntax and
// types, as [packages.Load] does, but for what nobody asks for: of a package
// that is compiled once more with its tests, bodies are checked with these
// alone; known packages are left out, and the main packages of tests.
type typing struct {
	env     goEnv
	checked func(all int)
	frozen  *freezer
	deps    *deps
	sources map[*packages.Package]*source // nil: types are in export data
	all     []*source                     // what is imported comes first
	done    atomic.Int32                  // of all
}

// A source is a package to be type-checked: a root, or one between roots,
// whose export data would tell of another version of what it imports.
type source struct {
	*packages.Package
	root   bool
	bodies bool
	wide   *source          // what bodies are checked in instead; else nil
	listed []packages.Error // what the go command said
	parsed []error          // by file
	needed bool             // it is not known, or imported by such a one
	users  []*source        // which import it
	waits  atomic.Int32     // imports without types as yet
}

// typeCheck completes the roots, listed with their dependencies, but for those
// that are known.
func (r *reading) typeCheck(ctx context.Context, env goEnv, cfg Config) error {
	t := &typing{env: env, checked: cfg.Checked, frozen: r.frozen, deps: r.deps, sources: map[*packages.Package]*source{}}
	roots := withoutTestMains(r.roots, env)
	for _, p := range roots {
		t.sources[p] = &source{Package: p, root: true}
	}
	packages.Visit(roots, nil, t.add)
	var known map[string]Known
	if cfg.Known != nil {
		known = cfg.Known(&Listing{Roots: roots, env: env, frozen: r.frozen})
	}
	r.known = t.limit(known)
	t.link()
	if err := t.parse(ctx); err != nil {
		return err
	}
	if err := t.check(ctx); err != nil {
		return err
	}
	return t.bodiesToo()
}

// add takes a package after what it imports. Types of what does not compile
// are in no export data: as far as it has types, they are in its source.
func (t *typing) add(p *packages.Package) {
	s := t.sources[p]
	fromSource := s != nil || p.PkgPath != "unsafe" && (p.ExportFile == "" || p.ID != p.PkgPath)
	for _, dep := range p.Imports {
		fromSource = fromSource || t.sources[dep] != nil
	}
	if !fromSource {
		t.deps.add(p)
		return
	}
	if s == nil {
		s = &source{Package: p}
		t.sources[p] = s
	}
	t.all = append(t.all, s)
}

// limit leaves out what is known and imported by nothing else, and returns the
// roots among that.
func (t *typing) limit(known map[string]Known) map[string]Known {
	for _, s := range t.all {
		_, settled := known[s.ID]
		s.needed = s.root && !settled
	}
	for _, s := range slices.Backward(t.all) {
		for d := range t.imported(s) {
			d.needed = d.needed || s.needed
		}
	}
	left := map[string]Known{}
	for _, s := range t.all {
		if k, ok := known[s.ID]; ok && !s.needed {
			left[s.ID] = k
		}
	}
	t.all = slices.DeleteFunc(t.all, func(s *source) bool { return !s.needed })
	return left
}

// link notes who waits for whom, and in which variant of a package bodies are
// checked.
func (t *typing) link() {
	roots := map[string]*source{}
	for _, s := range t.all {
		if s.root {
			roots[s.ID] = s
		}
	}
	for _, s := range t.all {
		for d := range t.imported(s) {
			d.users = append(d.users, s)
			s.waits.Add(1)
		}
		if wide := roots[testVariant(s.PkgPath, s.PkgPath)]; s.root && wide != nil && narrowerThan(s, wide) {
			s.wide = wide
		}
		s.bodies, s.listed = s.root && s.wide == nil, s.Errors
	}
}

// imported yields the sources that s imports.
func (t *typing) imported(s *source) iter.Seq[*source] {
	return func(yield func(*source) bool) {
		for _, p := range s.Imports {
			if d := t.sources[p]; d != nil && !yield(d) {
				return
			}
		}
	}
}

// narrowerThan reports whether all files of s are compiled with its tests, too.
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
		s.parsed = make([]error, len(s.CompiledGoFiles))
		for i, name := range s.CompiledGoFiles {
			group.Go(func() error {
				src, err := t.frozen.bytes(name)
				if err == nil {
					s.Syntax[i], err = t.frozen.parse(t.frozen.fset, name, src)
				}
				s.parsed[i] = err
				return ctx.Err()
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
	for _, s := range t.all {
		if s.waits.Load() == 0 {
			ready <- s
		}
	}
	group, ctx := errgroup.WithContext(ctx)
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() error { return t.work(ctx, ready) })
	}
	return group.Wait()
}

// work type-checks what is ready, until all is done.
func (t *typing) work(ctx context.Context, ready chan *source) error {
	for {
		select {
		case s, more := <-ready:
			if !more {
				return nil
			}
			if err := t.one(s); err != nil {
				return err
			}
			t.finish(s, ready)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// finish makes those ready that waited for s alone. The last one closes ready.
func (t *typing) finish(s *source, ready chan<- *source) {
	if t.checked != nil {
		t.checked(len(t.all))
	}
	for _, user := range s.users {
		if user.waits.Add(-1) == 0 {
			ready <- user
		}
	}
	if int(t.done.Add(1)) == len(t.all) {
		close(ready)
	}
}

// one type-checks a package.
func (t *typing) one(s *source) error {
	for _, err := range s.parsed {
		s.fail(err)
	}
	s.Syntax = slices.DeleteFunc(s.Syntax, func(f *ast.File) bool { return f == nil })
	s.Types, s.TypesInfo = types.NewPackage(s.PkgPath, s.Name), &types.Info{FileVersions: map[*ast.File]string{}}
	if s.bodies {
		s.TypesInfo = newInfo(sizeOf(s.Syntax))
	}
	return t.typesOf(s, s.Types, s.TypesInfo, s.bodies)
}

// typesOf type-checks s into a package, and notes what does not compile.
func (t *typing) typesOf(s *source, into *types.Package, info *types.Info, bodies bool) error {
	importer := &imports{typing: t, by: s}
	conf := &types.Config{Sizes: s.TypesSizes, Importer: importer, IgnoreFuncBodies: !bodies, Error: s.fail}
	if s.Module != nil && s.Module.GoVersion != "" {
		conf.GoVersion = "go" + s.Module.GoVersion
	}
	err := types.NewChecker(conf, t.frozen.fset, into, info).Files(s.Syntax)
	if len(s.Errors) == 0 {
		s.fail(err)
	}
	if importer.unlisted || len(s.Errors) > 0 && t.env.newer() {
		return errIrregular
	}
	return nil
}

// bodiesToo looks for what does not compile in the bodies of packages whose
// variant with tests does not: there it may be in the tests.
func (t *typing) bodiesToo() error {
	for _, s := range t.all {
		if s.wide == nil || len(s.wide.Errors) == 0 {
			continue
		}
		s.Errors = slices.Clone(s.listed)
		for _, err := range s.parsed {
			s.fail(err)
		}
		if err := t.typesOf(s, types.NewPackage(s.PkgPath, s.Name), nil, true); err != nil {
			return err
		}
	}
	return nil
}

// fail notes an error of parsing or type-checking in the form that
// [packages.Load] gives it.
func (s *source) fail(err error) {
	note := func(kind packages.ErrorKind, pos, msg string) {
		s.Errors = append(s.Errors, packages.Error{Pos: pos, Msg: msg, Kind: kind})
	}
	var list scanner.ErrorList
	var unread *os.PathError
	var wrong types.Error
	switch {
	case err == nil:
	case errors.As(err, &list):
		for _, e := range list {
			note(packages.ParseError, e.Pos.String(), e.Msg)
		}
	case errors.As(err, &unread):
		note(packages.ParseError, unread.Path+":1", unread.Err.Error())
	case errors.As(err, &wrong):
		note(packages.TypeError, wrong.Fset.Position(wrong.Pos).String(), wrong.Msg)
	default:
		note(packages.UnknownError, "-", err.Error())
	}
}

// imports resolves what a package under check imports.
type imports struct {
	*typing
	by       *source
	unlisted bool // something was not listed
}

// Import returns the types of the package that path, as it is written, means.
func (i *imports) Import(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	p := i.by.Imports[path]
	if p == nil {
		i.unlisted = true
		return nil, fmt.Errorf("%s is new to %s since it was listed", path, i.by.ID)
	}
	if s := i.sources[p]; s != nil {
		return s.Types, nil
	}
	return i.deps.named(p.ID)
}

// hasBodies reports whether the bodies of a package were checked.
func hasBodies(p *packages.Package) bool { return p.TypesInfo != nil && p.TypesInfo.Defs != nil }
