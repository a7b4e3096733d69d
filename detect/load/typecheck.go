package load

import (
	"cmp"
	"context"
	"errors"
	"go/ast"
	"go/scanner"
	"go/types"
	"iter"
	"os"
	"runtime"
	"slices"
	"strconv"
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
	keep    int64                         // bytes of source of which the syntax is kept
}

// A source is a package to be type-checked: a root, or one between roots,
// whose export data would tell of another version of what it imports.
type source struct {
	*packages.Package
	root   bool
	bodies bool         // are checked when the package is opened, which tells its errors
	failed []error      // of parsing, by file
	needed bool         // it is not known, or imported by such a one
	users  []*source    // which import it
	waits  atomic.Int32 // imports without types as yet
	late   bool         // its syntax is not kept
}

// typeCheck completes the roots, listed with their dependencies, but for those
// that are known.
func (r *reading) typeCheck(ctx context.Context, env goEnv, cfg Config) error {
	t := &typing{env: env, checked: cfg.Checked, frozen: r.frozen, deps: r.deps, sources: map[*packages.Package]*source{}, keep: cmp.Or(cfg.keep, keptSource)}
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
	r.bodies = map[*packages.Package]bool{}
	for _, s := range t.all {
		r.bodies[s.Package] = s.bodies
	}
	return t.check(ctx)
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
	var roots []*packages.Package
	for _, s := range t.all {
		if s.root {
			roots = append(roots, s.Package)
		}
	}
	bodies := withBodies(roots)
	for _, s := range t.all {
		for d := range t.imported(s) {
			d.users = append(d.users, s)
			s.waits.Add(1)
		}
		s.bodies = bodies[s.Package]
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

// withBodies tells the packages whose bodies are to be checked: those of a package
// that is compiled once more with its tests are checked there.
func withBodies(roots []*packages.Package) map[*packages.Package]bool {
	byID := map[string]*packages.Package{}
	for _, p := range roots {
		byID[p.ID] = p
	}
	bodies := map[*packages.Package]bool{}
	for _, p := range roots {
		wide := byID[testVariant(p.PkgPath, p.PkgPath)]
		bodies[p] = wide == nil || !narrowerThan(p, wide)
	}
	return bodies
}

// narrowerThan reports whether all files of p are compiled with its tests, too.
func narrowerThan(p, wide *packages.Package) bool {
	return p != wide && p.ForTest == "" && !slices.ContainsFunc(p.CompiledGoFiles, func(name string) bool {
		return !slices.Contains(wide.CompiledGoFiles, name)
	})
}

// keptSource is of how many bytes of source the syntax is kept until packages are
// opened, at about six times their size. Beyond that files are parsed once more
// then: what a run needs must not grow with all that a tree has.
const keptSource = 32 << 20

// parse reads the files, in no order, as far as their syntax is kept.
func (t *typing) parse(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	size := int64(0)
	for _, s := range t.all {
		s.Syntax = make([]*ast.File, len(s.CompiledGoFiles))
		s.failed = make([]error, len(s.CompiledGoFiles))
		s.late = size > t.keep
		for i, name := range s.CompiledGoFiles {
			if s.late {
				break
			}
			if info, err := os.Stat(name); err == nil {
				size += info.Size()
			}
			group.Go(func() error {
				t.parseFile(s, i)
				return ctx.Err()
			})
		}
	}
	return group.Wait()
}

func (t *typing) parseFile(s *source, i int) {
	name := s.CompiledGoFiles[i]
	src, err := t.frozen.bytes(name)
	if err == nil {
		s.Syntax[i], err = t.frozen.parse(t.frozen.fset, name, src)
	}
	s.failed[i] = err
}

// check completes all packages. Those that others import are type-checked, as
// far as their declarations go, as soon as their imports have types.
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

// one reads a package, unless that was done, and type-checks the declarations if
// others need them.
func (t *typing) one(s *source) error {
	for i := range s.CompiledGoFiles {
		if s.late {
			t.parseFile(s, i)
		}
	}
	for _, err := range s.failed {
		s.fail(err)
	}
	s.Syntax = slices.DeleteFunc(s.Syntax, func(f *ast.File) bool { return f == nil })
	s.TypesInfo = &types.Info{FileVersions: map[*ast.File]string{}}
	for _, f := range s.Syntax {
		for _, spec := range f.Imports {
			if path, err := strconv.Unquote(spec.Path.Value); err == nil && path != "unsafe" && s.Imports[path] == nil {
				return errIrregular
			}
		}
	}
	var err error
	if len(s.users) > 0 {
		err = t.declarations(s)
	}
	if s.late {
		for i, f := range s.Syntax {
			s.Syntax[i] = t.frozen.hollow(t.frozen.fset.File(f.FileStart).Name())
		}
	}
	return err
}

// declarations type-checks a package without the bodies of its functions.
func (t *typing) declarations(s *source) error {
	s.Types = types.NewPackage(s.PkgPath, s.Name)
	conf := &types.Config{Sizes: s.TypesSizes, Importer: imports{t, s}, IgnoreFuncBodies: true, Error: func(err error) {
		if !s.bodies {
			s.fail(err)
		}
	}}
	if s.Module != nil && s.Module.GoVersion != "" {
		conf.GoVersion = "go" + s.Module.GoVersion
	}
	files := slices.Clone(s.Syntax)
	for i, f := range files {
		if s.late { // another package with the file may be done with it
			files[i] = t.frozen.whole(t.frozen.fset.File(f.FileStart).Name())
		}
	}
	err := types.NewChecker(conf, t.frozen.fset, s.Types, s.TypesInfo).Files(files)
	if err != nil && t.env.newer() {
		return errIrregular
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
	by *source
}

// Import returns the types of the package that path, as it is written, means.
func (i imports) Import(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	p := i.by.Imports[path]
	if s := i.sources[p]; s != nil {
		return s.Types, nil
	}
	return i.deps.named(p.ID)
}
