package report

import (
	"fmt"
	"io"
	"slices"
)

// Text is the format for people: a line per finding, with its place first.
type Text struct {
	Verbose bool // say why, what was fixed, and what was left alone
}

// A line is one result with its place, to be sorted by it.
type line struct {
	Place
	text string
}

// WriteFindings writes a line per finding that is not fixed; verbose also
// why, what was fixed, and the places left alone. What is suppressed in the
// run is listed as such.
func (t Text) WriteFindings(w io.Writer, r *Run) error {
	var lines []line
	for _, f := range r.Findings {
		switch {
		case !f.Fixed:
			lines = append(lines, line{f.Place, t.finding(f)})
		case t.Verbose && r.Write:
			lines = append(lines, line{f.Place, "fixed: " + t.finding(f)})
		case t.Verbose:
			lines = append(lines, line{f.Place, "would be fixed: " + t.finding(f)})
		}
	}
	for _, f := range r.Suppressed {
		lines = append(lines, line{f.Place, "ignored: " + t.finding(f) + "\n\t" + Printable(f.Suppression.By)})
	}
	if t.Verbose {
		for _, k := range r.Kept {
			lines = append(lines, line{k.Place, leftAlone(k)})
		}
	}
	slices.SortStableFunc(lines, func(a, b line) int { return comparePlaces(a.Place, b.Place) })
	for _, l := range lines {
		if _, err := fmt.Fprintf(w, "%s:%d:%d: %s\n", Printable(l.File), l.Line, l.Column, l.text); err != nil {
			return err
		}
	}
	return nil
}

// finding returns the line of a finding without its place; verbose, a second
// line says why its fix is not safe or was not made.
func (t Text) finding(f Finding) string {
	text := fmt.Sprintf("%s (%s, %s)", Printable(f.Message), f.Rule.Name, f.Safety)
	if !t.Verbose {
		return text
	}
	if f.Because != "" {
		text += "\n\t" + f.Safety.String() + ": " + Printable(f.Because)
	}
	if r := f.Refusal; r != nil && r.Step != heldBack {
		text += "\n\t" + r.Step + ": " + Printable(r.Reason)
	}
	return text
}

func leftAlone(k Kept) string {
	if k.Region != "" {
		return fmt.Sprintf("left alone: %s (%s, %s)", Printable(k.Because), k.Rule.Name, k.Region)
	}
	return fmt.Sprintf("left alone: %s (%s)", Printable(k.Because), k.Rule.Name)
}
