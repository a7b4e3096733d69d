package load

import (
	"maps"
	"slices"
)

// Clone returns a program that can go through other rounds than p. Syntax,
// types and positions are shared: they are never changed, only replaced.
func (p *Program) Clone() *Program { return p.Subset(p.Packages) }

// Subset returns a clone that works on those packages of p alone.
func (p *Program) Subset(pkgs []*Package) *Program {
	q := *p
	q.Packages, q.variants, q.files, q.Only = nil, map[string]*Package{}, map[string]*File{}, nil
	q.byPath, q.folders = &pathIndex{}, folderLocks{}
	q.Warnings = slices.Clone(p.Warnings)
	if p.Only != nil {
		q.Only = map[*File]bool{}
	}
	dirs := map[string]bool{}
	for _, v := range pkgs {
		dirs[v.Dir] = true
	}
	// The other variants of the same folders have to be checked too.
	for _, v := range p.variants {
		if dirs[v.Dir] {
			q.adopt(p, v)
		}
	}
	for _, v := range p.Packages {
		if slices.Contains(pkgs, v) {
			q.Packages = append(q.Packages, q.variants[v.ID])
		}
	}
	return &q
}

// adopt copies v and the source-loaded packages it imports from p.
func (q *Program) adopt(p *Program, v *Package) {
	if q.variants[v.ID] != nil {
		return
	}
	own := *v
	q.variants[v.ID] = &own
	own.Files, own.Owned = q.adoptFiles(p, v.Files), q.adoptFiles(p, v.Owned)
	own.imports = maps.Clone(v.imports)
	o := *v.opening
	o.mu = q.folders.of(v.Dir)
	own.opening = &o
	for _, id := range v.imports {
		if dep := p.variants[id]; dep != nil {
			q.adopt(p, dep)
		}
	}
}

func (q *Program) adoptFiles(p *Program, files []*File) []*File {
	var out []*File
	for _, f := range files {
		own := q.files[f.Path]
		if own == nil {
			copied := *f
			own = &copied
			q.files[f.Path] = own
			if p.Only[f] {
				q.Only[own] = true
			}
		}
		out = append(out, own)
	}
	return out
}
