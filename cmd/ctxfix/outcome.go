package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/load"
	"github.com/ctxfix/ctxfix/rewrite"
	"github.com/ctxfix/ctxfix/rewrite/tree"
)

// An outcome is what a run has to tell, in the words of the user: paths
// relative to the working directory, lines and columns.
type outcome struct {
	settings settings
	findings []finding // fixed and not, in file order
	kept     []keptPlace
	edits    []rewrite.Edit // written if settings.write, else what -w would write
	diff     string         // of edits, with -d
	warnings []string
	problems []problem // what went wrong, each with exit code 2
	packages int       // how many were looked at
	ignored  int       // files left out for their build tags
}

// A finding is one defect with what became of it.
type finding struct {
	detect.Finding
	at      place
	fixed   bool // or would be, without -w
	refusal *rewrite.Refusal
}

// A keptPlace looks like a defect and is right as it stands.
type keptPlace struct {
	detect.Kept
	at place
}

// A problem is something that could not be loaded, rewritten or written.
type problem struct {
	File    string `json:"file,omitempty"` // or file:line:col
	Message string `json:"message"`
}

// newOutcome puts the report of a run into the words of the user. Files that
// could not be written are as they were, and what was found in them remains.
func newOutcome(set settings, prog *load.Program, report rewrite.Report, unwritten map[string]error) *outcome {
	o := &outcome{
		settings: set,
		ignored:  prog.Ignored,
		packages: countPackages(prog.Packages),
		problems: packageProblems(set.dir, prog.Packages),
	}
	for _, w := range prog.Warnings {
		o.warnings = append(o.warnings, shortened(set.dir, w))
	}
	for _, path := range slices.Sorted(maps.Keys(unwritten)) {
		o.problems = append(o.problems, problem{relative(set.dir, path), fmt.Sprintf("not written: %v", unwritten[path])})
	}
	for _, e := range report.Edits {
		if unwritten[e.Path] == nil {
			o.edits = append(o.edits, e)
		}
	}
	at := locator{set, unwritten, prog.Fset, report, make(map[*load.File]*tree.Mapping)}
	for _, f := range report.Fixed {
		o.findings = append(o.findings, finding{Finding: f, at: at.finding(f), fixed: unwritten[f.File.Path] == nil})
	}
	for _, f := range report.Remain {
		o.findings = append(o.findings, finding{
			Finding: f,
			at:      at.finding(f),
			refusal: refusalOf(f, report.Refused),
		})
	}
	slices.SortStableFunc(o.findings, func(a, b finding) int {
		return cmp.Or(comparePlaces(a.at, b.at), cmp.Compare(a.Rule.Name, b.Rule.Name))
	})
	for _, k := range report.Kept {
		o.kept = append(o.kept, keptPlace{k, at.kept(k)})
	}
	slices.SortStableFunc(o.kept, func(a, b keptPlace) int { return comparePlaces(a.at, b.at) })
	if report.Broken {
		o.problems = append(o.problems, problem{Message: "two rules undid each other's fixes, which were left out; please report this"})
	}
	return o
}

// refusalOf returns why the fix of f was not made, or nil.
func refusalOf(f detect.Finding, refused []rewrite.Refusal) *rewrite.Refusal {
	for i, r := range refused {
		if r.Finding.Rule == f.Rule && r.Finding.File.Path == f.File.Path && r.Finding.Span == f.Span {
			return &refused[i]
		}
	}
	return nil
}

// countPackages counts packages without errors, their variants for tests as
// one.
func countPackages(packages []*load.Package) int {
	paths := make(map[string]bool)
	for _, p := range packages {
		if len(p.Errors) == 0 {
			paths[strings.TrimSuffix(p.PkgPath, "_test")] = true
		}
	}
	return len(paths)
}
