package rewrite

import (
	"fmt"
	"go/token"
	"slices"
	"strings"
	"testing"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/load"
)

var (
	planFile = &load.File{Path: "/m/a.go"}
	planRule = &detect.Rule{Name: "r"}
)

// at makes a finding whose fix touches the spans given as pairs of positions.
func at(safety detect.Safety, ends ...token.Pos) detect.Finding {
	f := detect.Finding{Rule: planRule, File: planFile, Safety: safety, Evidence: &renaming{}}
	for i := 0; i < len(ends); i += 2 {
		f.Touches = append(f.Touches, detect.Span{Pos: ends[i], End: ends[i+1]})
	}
	f.Span = f.Touches[0]
	return f
}

// reading is at with a fix that copies what stands between two positions.
func reading(from, to token.Pos, f detect.Finding) detect.Finding {
	f.Reads = []detect.Span{{Pos: from, End: to}}
	return f
}

func positions(findings []detect.Finding) string {
	var out []string
	for _, f := range findings {
		out = append(out, fmt.Sprint(f.Span.Pos))
	}
	return strings.Join(out, " ")
}

func TestMakePlan(t *testing.T) {
	for name, test := range map[string]struct {
		findings      []detect.Finding
		accept, later string
	}{
		"apart":            {[]detect.Finding{at(detect.Safe, 30, 40), at(detect.Safe, 10, 20)}, "10 30", ""},
		"side by side":     {[]detect.Finding{at(detect.Safe, 10, 20), at(detect.Safe, 20, 30)}, "10 20", ""},
		"overlap":          {[]detect.Finding{at(detect.Safe, 10, 20), at(detect.Safe, 19, 30)}, "10", "19"},
		"within":           {[]detect.Finding{at(detect.Safe, 10, 90), at(detect.Safe, 30, 40)}, "10", "30"},
		"around":           {[]detect.Finding{at(detect.Safe, 30, 40), at(detect.Safe, 50, 60, 10, 90)}, "30", "50"},
		"safe goes first":  {[]detect.Finding{at(detect.Unsafe, 10, 90), at(detect.Safe, 30, 40)}, "30", "10"},
		"second span":      {[]detect.Finding{at(detect.Safe, 10, 20, 50, 60), at(detect.Safe, 55, 56)}, "10", "55"},
		"nested own spans": {[]detect.Finding{at(detect.Safe, 10, 90, 50, 50), at(detect.Safe, 60, 70)}, "10", "60"},
		"same insertion":   {[]detect.Finding{at(detect.Safe, 10, 10), at(detect.Safe, 10, 10)}, "10", "10"},
		"reads the first":  {[]detect.Finding{at(detect.Safe, 10, 20), reading(15, 16, at(detect.Safe, 30, 40))}, "10", "30"},
		"reads the second": {[]detect.Finding{reading(30, 40, at(detect.Safe, 10, 20)), at(detect.Safe, 35, 36)}, "10", "35"},
		"read the same":    {[]detect.Finding{reading(50, 60, at(detect.Safe, 10, 20)), reading(50, 60, at(detect.Safe, 30, 40))}, "10 30", ""},
		"insertion inside": {[]detect.Finding{at(detect.Safe, 10, 20), at(detect.Safe, 15, 15)}, "10", "15"},
	} {
		t.Run(name, func(t *testing.T) {
			plan := MakePlan(test.findings, detect.Unsafe)
			if got := positions(plan.Accept); got != test.accept {
				t.Errorf("accepted %q, want %q", got, test.accept)
			}
			if got := positions(plan.Defer); got != test.later {
				t.Errorf("deferred %q, want %q", got, test.later)
			}
		})
	}
}

func TestMakePlanHolds(t *testing.T) {
	noFix := at(detect.Safe, 10, 20)
	noFix.Evidence = nil
	byHand := at(detect.Manual, 30, 40)
	byHand.Because = "two contexts in scope"
	plan := MakePlan([]detect.Finding{noFix, byHand, at(detect.Unsafe, 50, 60)}, detect.Safe)
	var got []string
	for _, r := range plan.Hold {
		got = append(got, r.Reason)
	}
	if want := []string{"it has no fix", "manual: two contexts in scope", "it has no fix"}; !slices.Equal(got, want) || len(plan.Accept) > 0 {
		t.Errorf("held %q, accepted %d", got, len(plan.Accept))
	}
}
