package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/rewrite"
)

// writeText writes the results to stdout: with -l the names of the files, with
// -d the diff, else what was found and not fixed. What -v adds to a list or a
// diff goes to stderr.
func (o *outcome) writeText(stdout, stderr io.Writer) {
	findings := stdout
	if o.settings.list {
		for _, e := range o.edits {
			fmt.Fprintln(stdout, printable(relative(o.settings.dir, e.Path)))
		}
		findings = stderr
	}
	if o.settings.diff {
		io.WriteString(stdout, o.diff)
		findings = stderr
	}
	if findings == stdout || o.settings.verbose {
		o.writeFindings(findings)
	}
}

// A line is one result with its place, to be sorted by it.
type line struct {
	place
	text string
}

// writeFindings writes a line per finding that is not fixed; with -v also
// why, what was fixed, and the places left alone.
func (o *outcome) writeFindings(w io.Writer) {
	var lines []line
	for _, f := range o.findings {
		switch {
		case !f.fixed:
			lines = append(lines, line{f.at, o.text(f)})
		case o.settings.verbose && o.settings.write:
			lines = append(lines, line{f.at, "fixed: " + o.text(f)})
		case o.settings.verbose:
			lines = append(lines, line{f.at, "would be fixed: " + o.text(f)})
		}
	}
	if o.settings.verbose {
		for _, k := range o.kept {
			lines = append(lines, line{k.at, leftAlone(k)})
		}
	}
	slices.SortStableFunc(lines, func(a, b line) int { return comparePlaces(a.place, b.place) })
	for _, l := range lines {
		fmt.Fprintf(w, "%s:%d:%d: %s\n", printable(l.File), l.Line, l.Column, l.text)
	}
}

// text returns the line of a finding without its place; with -v a second
// line says why its fix is not safe or was not made.
func (o *outcome) text(f finding) string {
	text := headline(f)
	if !o.settings.verbose {
		return text
	}
	if f.Because != "" {
		text += "\n\t" + f.Safety.String() + ": " + printable(f.Because)
	}
	if r := f.refusal; r != nil && r.Step != rewrite.Planned {
		text += "\n\t" + stepName(r.Step) + ": " + printable(reason(r))
	}
	return text
}

func headline(f finding) string {
	return fmt.Sprintf("%s (%s, %s)", printable(f.Message), f.Rule.Name, f.Safety)
}

// stepName says at which step a fix was not made.
func stepName(s rewrite.Step) string {
	switch s {
	case rewrite.Rewriting:
		return "refused"
	case rewrite.Verifying:
		return "withdrawn"
	default:
		return "held back"
	}
}

// reason returns why the fix was not made, without the name of the step.
func reason(r *rewrite.Refusal) string {
	return strings.TrimPrefix(r.Reason, stepName(r.Step)+": ")
}

func leftAlone(k keptPlace) string {
	if code := k.Region.Code(); code != "" {
		return fmt.Sprintf("left alone: %s (%s, %s)", printable(k.Because), k.Rule.Name, code)
	}
	return fmt.Sprintf("left alone: %s (%s)", printable(k.Because), k.Rule.Name)
}

// writeProblems writes what went wrong.
func (o *outcome) writeProblems(s *session) {
	if !o.settings.quiet {
		for _, w := range o.warnings {
			s.fail("warning: %s", w)
		}
	}
	for _, p := range o.problems {
		if p.File != "" {
			s.fail("%s: %s", p.File, p.Message)
			continue
		}
		s.fail("%s", p.Message)
	}
}

// A tally counts the findings by what became of them.
type tally struct {
	Findings int `json:"findings"`
	Files    int `json:"files"`    // that findings are in
	Fixed    int `json:"fixed"`    // with -d, -l: would be
	Fixable  int `json:"fixable"`  // by -w, in a report
	Unsafe   int `json:"unsafe"`   // by -unsafe, which was not given
	Refused  int `json:"refused"`  // the fix could not be carried out or verified
	Manual   int `json:"manual"`   // to mend by hand
	Packages int `json:"packages"` // looked at
	Ignored  int `json:"ignored"`  // files left out for their build tags
}

func (o *outcome) tally() tally {
	t := tally{Packages: o.packages, Ignored: o.ignored}
	files := make(map[string]bool)
	threshold := o.settings.threshold()
	for _, f := range o.findings {
		t.Findings++
		files[f.at.File] = true
		switch {
		case f.fixed:
			t.Fixed++
		case f.refusal != nil && f.refusal.Step != rewrite.Planned:
			t.Refused++
		case f.Fixable(threshold):
			t.Fixable++
		case f.Fixable(detect.Unsafe):
			t.Unsafe++
		default:
			t.Manual++
		}
	}
	t.Files = len(files)
	return t
}

// summary is the last line on stderr.
func (o *outcome) summary() string {
	t := o.tally()
	left := ""
	if t.Ignored > 0 {
		left = fmt.Sprintf(" (%s left out for build tags)", count(t.Ignored, "file"))
	}
	if t.Findings == 0 {
		return fmt.Sprintf("nothing found in %s%s", count(t.Packages, "package"), left)
	}
	fixed := "fixed"
	if !o.settings.write {
		fixed = "would be fixed"
	}
	write := "-w"
	if o.settings.unsafe {
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
	return fmt.Sprintf("%s in %s: %s%s", count(t.Findings, "finding"), count(t.Files, "file"), strings.Join(parts, ", "), left)
}

// count returns "1 file", "2 files".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
