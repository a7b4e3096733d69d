package report

import "slices"

// Suppress takes the findings that the baseline has now out of the list.
func (r *Run) Suppress(recorded func(Finding) bool) {
	n := len(r.Findings)
	r.Findings = slices.DeleteFunc(r.Findings, recorded)
	r.Known += n - len(r.Findings)
}
