package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/ctxfix/ctxfix/detect"
)

// Text is the format for people. Without colour it is a line per finding,
// with its place first, that scripts can rely on; with colour findings are
// grouped by file and show their line of source.
type Text struct {
	Verbose bool // say why, what was fixed, and what was left alone
	Color   bool
	Width   int // columns of the terminal, with Color
}

// An entry is one result, to be sorted by its place.
type entry struct {
	Place
	label   string // what became of it: "fixed: "; or empty
	message string
	tag     string // like "(background, safe)"
	safety  string // in the tag, what color is for; or empty
	color   color  // 0: the place is not shown
	notes   []string
}

// WriteFindings writes each finding that is not fixed; verbose also why, what
// was fixed, and the places left alone. What is suppressed in the run is
// listed as such.
func (t Text) WriteFindings(w io.Writer, r *Run) error {
	entries := t.entries(r)
	if t.Color {
		return t.writeGroups(w, r, entries)
	}
	for _, e := range entries {
		if _, err := fmt.Fprintf(w, "%s:%d:%d: %s%s %s\n", Printable(e.File), e.Line, e.Column, e.label, e.message, e.tag); err != nil {
			return err
		}
		for _, note := range e.notes {
			if _, err := fmt.Fprintf(w, "\t%s\n", note); err != nil {
				return err
			}
		}
	}
	return nil
}

// entries returns what there is to tell, by place.
func (t Text) entries(r *Run) []entry {
	var entries []entry
	for _, f := range r.Findings {
		e := t.finding(f)
		switch {
		case !f.Fixed:
		case !t.Verbose:
			continue
		case r.Write:
			e.label, e.color = "fixed: ", 0
		default:
			e.label = "would be fixed: "
		}
		entries = append(entries, e)
	}
	for _, f := range r.Suppressed {
		e := t.finding(f)
		e.label, e.color = "ignored: ", 0
		e.notes = append(e.notes, Printable(f.Suppression.By))
		entries = append(entries, e)
	}
	if t.Verbose {
		for _, k := range r.Kept {
			entries = append(entries, leftAlone(k))
		}
	}
	slices.SortStableFunc(entries, func(a, b entry) int { return comparePlaces(a.Place, b.Place) })
	return entries
}

// finding returns the entry of a finding; verbose, notes say why its fix is
// not safe or was not made.
func (t Text) finding(f Finding) entry {
	e := entry{
		Place:   f.Place,
		message: Printable(f.Message),
		tag:     fmt.Sprintf("(%s, %s)", f.Rule.Name, f.Safety),
		safety:  f.Safety.String(),
		color:   colorOf(f.Safety),
	}
	if !t.Verbose {
		return e
	}
	if f.Because != "" {
		e.notes = append(e.notes, f.Safety.String()+": "+Printable(f.Because))
	}
	if r := f.Refusal; r != nil && r.Step != heldBack {
		e.notes = append(e.notes, r.Step+": "+Printable(r.Reason))
	}
	return e
}

func leftAlone(k Kept) entry {
	e := entry{Place: k.Place, label: "left alone: ", message: Printable(k.Because), tag: "(" + k.Rule.Name + ")"}
	if k.Region != "" {
		e.tag = fmt.Sprintf("(%s, %s)", k.Rule.Name, k.Region)
	}
	return e
}

// colorOf returns the color of what is said of a fix: that it is safe is good.
func colorOf(s detect.Safety) color {
	switch s {
	case detect.Safe:
		return green
	case detect.Unsafe:
		return yellow
	default:
		return red
	}
}

// paintedTag returns the tag with the safety of the fix in its color.
func (e entry) paintedTag() string {
	head, found := strings.CutSuffix(e.tag, e.safety+")")
	if !found || e.safety == "" || e.color == 0 {
		return faint.paint(e.tag)
	}
	return faint.paint(head) + e.color.paint(e.safety) + faint.paint(")")
}
