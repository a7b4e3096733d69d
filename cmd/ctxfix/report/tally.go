package report

import (
	"fmt"
	"strings"

	"github.com/ctxfix/ctxfix/detect"
)

// A Tally counts the findings by what became of them.
type Tally struct {
	Findings int `json:"findings"`
	Files    int `json:"files"`           // that findings are in
	Fixed    int `json:"fixed"`           // with -d, -l: would be
	Fixable  int `json:"fixable"`         // by -w, in a report
	Unsafe   int `json:"unsafe"`          // by -unsafe, which was not given
	Refused  int `json:"refused"`         // the fix could not be carried out or verified
	Manual   int `json:"manual"`          // to mend by hand
	Packages int `json:"packages"`        // looked at
	Ignored  int `json:"ignored"`         // files left out for their build tags
	Excluded int `json:"excluded"`        // no findings, as the config excludes their files
	Known    int `json:"known,omitempty"` // more findings, which the baseline has
}

// Tally counts the findings of the run.
func (r *Run) Tally() Tally {
	t := Tally{Packages: r.Packages, Ignored: r.Ignored, Known: r.Known}
	files := make(map[string]bool)
	for _, f := range r.Findings {
		t.Findings++
		files[f.File] = true
		switch {
		case f.Fixed:
			t.Fixed++
		case f.Refusal != nil && f.Refusal.Step != heldBack:
			t.Refused++
		case f.Fixable && (r.Unsafe || f.Safety == detect.Safe):
			t.Fixable++
		case f.Fixable:
			t.Unsafe++
		default:
			t.Manual++
		}
	}
	t.Files = len(files)
	for _, k := range r.Kept {
		if k.Excluded {
			t.Excluded++
		}
	}
	return t
}

// Summary is the last line on stderr.
func (r *Run) Summary() string {
	t := r.Tally()
	left := t.leftOut()
	if t.Findings == 0 {
		return fmt.Sprintf("nothing found in %s%s", Count(t.Packages, "package"), left)
	}
	fixed := "fixed"
	if !r.Write {
		fixed = "would be fixed"
	}
	write := "-w"
	if r.Unsafe {
		write = "-w -unsafe"
	}
	var parts []string
	for _, p := range []struct {
		n    int
		what string
	}{
		{t.Fixed, fixed},
		{t.Fixable, "fixable with " + write},
		{t.Unsafe, "more with -unsafe"},
		{t.Refused, "not fixed because the fix failed (-v says why)"},
		{t.Manual, "to mend by hand"},
	} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.what))
		}
	}
	return fmt.Sprintf("%s in %s: %s%s", Count(t.Findings, "finding"), Count(t.Files, "file"), strings.Join(parts, ", "), left)
}

// leftOut says of what the summary does not tell, or nothing.
func (t Tally) leftOut() string {
	var parts []string
	if t.Known > 0 {
		parts = append(parts, fmt.Sprintf("%s in the baseline", Count(t.Known, "more finding")))
	}
	if t.Excluded > 0 {
		parts = append(parts, fmt.Sprintf("%s in files the config excludes", Count(t.Excluded, "finding")))
	}
	if t.Ignored > 0 {
		parts = append(parts, fmt.Sprintf("%s left out for build tags", Count(t.Ignored, "file")))
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, ", ") + ")"
}

// Count returns "1 file", "2 files".
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
