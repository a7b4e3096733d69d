package rewrite

import (
	"slices"

	"github.com/ctxfix/ctxfix/detect"
)

// setAside asks which of the findings do not count. Of several at one place
// all are set aside or none.
func (r *run) setAside(findings []detect.Finding) {
	if r.opts.SetAside == nil {
		return
	}
	asOnDisk := slices.Clone(findings)
	for i, f := range asOnDisk {
		if span, ok := r.ledger.onDisk[f.Span]; ok {
			asOnDisk[i].Span = span
		}
	}
	count := map[string]bool{}
	for i, reason := range r.opts.SetAside(asOnDisk) {
		key := r.ledger.key(findings[i])
		if reason == "" || count[key] {
			count[key] = true
			delete(r.aside, key)
			continue
		}
		r.aside[key] = reason
	}
}

// remain puts a finding that was not fixed into the report, and reports
// whether it counts.
func (r *run) remain(p place) bool {
	if reason, ok := r.aside[p.key]; ok {
		r.report.Aside = append(r.report.Aside, Aside{p.Finding, reason})
		return false
	}
	r.report.Remain = append(r.report.Remain, p.Finding)
	return true
}
