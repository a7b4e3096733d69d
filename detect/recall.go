package detect

import (
	"bytes"
	"errors"
	"slices"

	"github.com/ctxfix/ctxfix/detect/load"
)

// A Memory knows what was found in packages that are as they were then.
type Memory interface {
	// Recall returns all that was found in the package, in whichever of its
	// files; ok is false if the package must be looked at.
	Recall(prog *load.Program, pkg *load.Package) (findings []Finding, kept []Kept, ok bool)
	// Remember takes what was found now. If whole is set, that depends on all
	// packages of the program; else on what the package imports, at any remove.
	// It is called by several goroutines.
	Remember(prog *load.Program, pkg *load.Package, findings []Finding, kept []Kept, whole bool)
}

// ErrPartial says that a rule asked about packages that were known, and
// therefore were not loaded: all must be.
var ErrPartial = errors.New("not all packages are loaded")

// A Recalled fix is known to be there. It cannot be carried out: for that the
// package must be looked at.
type Recalled struct{}

func (Recalled) evidence() {}

// RunWith is Run with a memory, which may be nil. Packages in which nothing was
// found are closed when it returns. Looked, if set, is told of each package that
// is done, and of what it has found there, by several goroutines.
func RunWith(prog *load.Program, pkgs []*load.Package, rules []*Rule, opts Options, memory Memory, looked func([]Finding)) ([]Finding, []Kept, error) {
	opts.keys = &keysFound{in: map[*load.Package]*keyUses{}}
	results := inspectAll(askingLast(pkgs), func(pkg *load.Package) inspection {
		out := recallOrInspect(prog, pkg, rules, opts, memory)
		out.release(opts)
		if opts.Told || len(out.findings) == 0 {
			prog.Close(pkg)
		}
		if looked != nil {
			looked(slices.DeleteFunc(slices.Clone(out.findings), func(f Finding) bool { return !wanted(prog, f.File) }))
		}
		return out
	})
	for _, r := range results {
		if r.whole && prog.Partial {
			return nil, nil, ErrPartial
		}
	}
	findings, kept := gather(prog, results)
	return findings, kept, nil
}

// askingLast moves the packages that may ask for the keys of all others to the
// end: then these are known.
func askingLast(pkgs []*load.Package) []*load.Package {
	asks := func(pkg *load.Package) bool {
		return slices.ContainsFunc(pkg.Owned, func(f *load.File) bool { return bytes.Contains(f.Bytes, []byte("WithValue")) })
	}
	var first, last []*load.Package
	for _, pkg := range pkgs {
		if asks(pkg) {
			last = append(last, pkg)
		} else {
			first = append(first, pkg)
		}
	}
	return append(first, last...)
}

// release drops what fixes are made of where nobody will make them: it refers to
// syntax and types of the whole package.
func (out *inspection) release(opts Options) {
	for i := range out.findings {
		if opts.Told {
			out.findings[i].release()
		}
	}
	for _, k := range out.kept {
		if k.Hidden != nil {
			k.Hidden.Finding.release()
		}
	}
}

func (f *Finding) release() {
	if f.Evidence != nil {
		f.Evidence = Recalled{}
	}
}

// recallOrInspect looks at a package that the memory does not know.
func recallOrInspect(prog *load.Program, pkg *load.Package, rules []*Rule, opts Options, memory Memory) (out inspection) {
	if memory == nil {
		return inspect(prog, pkg, rules, opts)
	}
	var ok bool
	if out.findings, out.kept, ok = memory.Recall(prog, pkg); ok {
		return out
	}
	if pkg.Known {
		return inspection{whole: true}
	}
	out = inspect(prog, pkg, rules, opts)
	if out.failure == nil && len(pkg.Errors) == 0 && !(out.whole && prog.Partial) {
		memory.Remember(prog, pkg, out.findings, out.kept, out.whole)
	}
	return out
}
