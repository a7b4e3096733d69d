package report

import (
	"cmp"
	"slices"
)

// Join adds what came of another part of the run, on other modules.
func (r *Run) Join(other *Run) {
	r.Findings = append(r.Findings, other.Findings...)
	r.Suppressed = append(r.Suppressed, other.Suppressed...)
	r.Kept = append(r.Kept, other.Kept...)
	r.sort()
	r.Files = append(r.Files, other.Files...)
	slices.SortStableFunc(r.Files, func(a, b File) int { return cmp.Compare(a.Path, b.Path) })
	r.Diff += other.Diff
	r.Warnings = append(r.Warnings, other.Warnings...)
	r.Problems = append(r.Problems, other.Problems...)
	r.Packages += other.Packages
	r.Ignored += other.Ignored
}
