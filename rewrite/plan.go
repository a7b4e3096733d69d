package rewrite

import (
	"cmp"
	"slices"

	"github.com/ctxfix/ctxfix/detect"
)

// A Plan says which fixes of a round go together.
type Plan struct {
	Accept []detect.Finding // do not overlap
	Defer  []detect.Finding // overlap an accepted one, or what it copies: found again in the next round, or gone by then
	Hold   []Refusal        // below the threshold
}

// MakePlan sorts findings into those to fix now, later, and not at all. Safe
// fixes go before unsafe ones, so that a higher threshold adds fixes and
// changes none; otherwise the order of the file decides.
func MakePlan(findings []detect.Finding, threshold detect.Safety) Plan {
	var plan Plan
	var fixable []detect.Finding
	for _, f := range findings {
		if !f.Fixable(threshold) {
			plan.Hold = append(plan.Hold, Refusal{f, Planned, held(f)})
			continue
		}
		fixable = append(fixable, f)
	}
	slices.SortStableFunc(fixable, func(a, b detect.Finding) int { return cmp.Compare(b.Safety, a.Safety) })
	var taken, read []detect.Span // sorted, disjoint but for shared ends
	for _, f := range fixable {
		if overlapsAny(taken, f.Touches) || overlapsAny(taken, f.Reads) || overlapsAny(read, f.Touches) {
			plan.Defer = append(plan.Defer, f)
			continue
		}
		plan.Accept = append(plan.Accept, f)
		taken = insert(taken, f.Touches)
		read = disjoint(append(read, f.Reads...))
	}
	inFileOrder(plan.Accept)
	inFileOrder(plan.Defer)
	return plan
}

// insert adds spans to the sorted ones, which they do not overlap.
func insert(taken, spans []detect.Span) []detect.Span {
	for _, s := range disjoint(spans) {
		i, _ := slices.BinarySearchFunc(taken, s, compareSpans)
		taken = slices.Insert(taken, i, s)
	}
	return taken
}

// held says why a finding is not fixed at this threshold.
func held(f detect.Finding) string {
	if f.Because == "" {
		return "it has no fix"
	}
	return f.Safety.String() + ": " + f.Because
}

// disjoint merges spans that overlap.
func disjoint(spans []detect.Span) []detect.Span {
	var out []detect.Span
	for _, s := range slices.SortedFunc(slices.Values(spans), compareSpans) {
		if n := len(out); n > 0 && (out[n-1].Overlaps(s) || out[n-1] == s) {
			out[n-1].End = max(out[n-1].End, s.End)
			continue
		}
		out = append(out, s)
	}
	return out
}

func compareSpans(a, b detect.Span) int {
	return cmp.Or(cmp.Compare(a.Pos, b.Pos), cmp.Compare(a.End, b.End))
}

// overlapsAny reports whether one of spans overlaps one of taken. Positions
// of different files differ, so files need no look.
func overlapsAny(taken, spans []detect.Span) bool {
	for _, s := range spans {
		i, _ := slices.BinarySearchFunc(taken, s, compareSpans)
		for _, near := range taken[max(0, i-1):min(len(taken), i+1)] {
			if near.Overlaps(s) || near == s {
				return true
			}
		}
	}
	return false
}

func inFileOrder(findings []detect.Finding) { slices.SortStableFunc(findings, compareFindings) }
