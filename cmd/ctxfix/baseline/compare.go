package baseline

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/load"
)

// A Run is what findings come from.
type Run struct {
	Program *load.Program // as it was loaded
	Rules   []*detect.Rule
	Options detect.Options
}

// Knows reports whether the finding is in the baseline.
func (f *File) Knows(finding detect.Finding) bool { return f.has(finding.Fingerprint) }

// Stale returns the entries that the run should have found again and has not:
// those whose rule ran in their file, also when it runs in full, and those
// whose file is gone from a folder that was looked at.
func (f *File) Stale(run Run, found []detect.Finding) []Entry {
	present := fingerprints(found)
	var missing []Entry
	var rules []*detect.Rule
	var packages []*load.Package
	for _, e := range f.Entries {
		rule, pkg, judged := run.judges(f, e)
		if !judged || present[e.Fingerprint] {
			continue
		}
		missing = append(missing, e)
		if rule != nil && pkg != nil && !slices.Contains(rules, rule) {
			rules = append(rules, rule)
		}
		if pkg != nil && !slices.Contains(packages, pkg) {
			packages = append(packages, pkg)
		}
	}
	inFull := run.inFull(packages, rules)
	return slices.DeleteFunc(missing, func(e Entry) bool { return inFull[e.Fingerprint] })
}

// inFull returns the fingerprints of what the rules find when they run in full.
func (run Run) inFull(packages []*load.Package, rules []*detect.Rule) map[string]bool {
	if len(packages) == 0 || len(rules) == 0 {
		return nil
	}
	opts := run.Options
	opts.LevelAt, opts.Strict = nil, map[string]bool{}
	for _, r := range rules {
		opts.Strict[r.Name] = true
	}
	found, _ := detect.Run(run.Program, packages, rules, opts)
	return fingerprints(found)
}

func fingerprints(findings []detect.Finding) map[string]bool {
	all := map[string]bool{}
	for _, f := range findings {
		all[f.Fingerprint] = true
	}
	return all
}

// judges reports whether the run can say that the entry is no longer found. The
// rule is nil if there is none of that name any more, the package if the file
// is gone.
func (run Run) judges(b *File, e Entry) (rule *detect.Rule, pkg *load.Package, judged bool) {
	rule = detect.Lookup(e.Rule)
	if rule != nil && !slices.Contains(run.Rules, rule) {
		return rule, nil, false
	}
	path := b.path(e)
	if gone(path) {
		return rule, nil, gone(filepath.Dir(path)) || run.looksAt(filepath.Dir(path))
	}
	for _, p := range run.Program.Packages {
		for _, file := range p.Owned {
			if file.Path == path {
				limited := run.Program.Only != nil && !run.Program.Only[file]
				return rule, p, !limited && len(p.Errors) == 0 && (rule == nil || run.Options.Judges(rule, file))
			}
		}
	}
	return rule, nil, false
}

func (run Run) looksAt(dir string) bool {
	return run.Program.Only == nil && slices.ContainsFunc(run.Program.Packages, func(p *load.Package) bool { return p.Dir == dir })
}

func gone(path string) bool {
	_, err := os.Lstat(path)
	return errors.Is(err, fs.ErrNotExist)
}

// Updated returns the baseline with these findings, those of a run, in place
// of what the run found of the old entries, and without the stale ones. Entries
// that the run did not look for stay.
func (f *File) Updated(first, now []detect.Finding, stale []Entry) *File {
	replaced := fingerprints(first)
	for _, e := range stale {
		replaced[e.Fingerprint] = true
	}
	next := New(f.Path)
	for _, finding := range now {
		if !next.has(finding.Fingerprint) {
			next.add(Entry{
				File:        f.name(finding.File.Path),
				Rule:        finding.Rule.Name,
				Message:     finding.Message,
				Fingerprint: finding.Fingerprint,
			})
		}
	}
	for _, e := range f.Entries {
		if !replaced[e.Fingerprint] && !next.has(e.Fingerprint) {
			next.add(e)
		}
	}
	return next
}

// Difference returns how many entries of next are new, and how many of f are
// not in it.
func (f *File) Difference(next *File) (added, removed int) {
	for _, e := range next.Entries {
		if !f.has(e.Fingerprint) {
			added++
		}
	}
	for _, e := range f.Entries {
		if !next.has(e.Fingerprint) {
			removed++
		}
	}
	return added, removed
}
