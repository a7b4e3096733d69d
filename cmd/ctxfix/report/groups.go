package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// writeGroups writes the entries under the names of their files, and what was
// fixed.
func (t Text) writeGroups(w io.Writer, r *Run, entries []entry) error {
	first := true
	for len(entries) > 0 {
		n := slices.IndexFunc(entries, func(e entry) bool { return e.File != entries[0].File })
		if n < 0 {
			n = len(entries)
		}
		if !first {
			fmt.Fprintln(w)
		}
		if err := t.writeGroup(w, entries[:n]); err != nil {
			return err
		}
		entries, first = entries[n:], false
	}
	return writeFixed(w, r, first)
}

// writeGroup writes the entries of one file.
func (t Text) writeGroup(w io.Writer, entries []entry) error {
	places := make([]string, len(entries))
	column := 0
	for i, e := range entries {
		places[i] = fmt.Sprintf("%d:%d", e.Line, e.Column)
		column = max(column, len(places[i]))
	}
	indent := strings.Repeat(" ", column+4)
	if _, err := fmt.Fprintln(w, bold.paint(Printable(entries[0].File))); err != nil {
		return err
	}
	for i, e := range entries {
		place := cyan.paint(places[i]) + strings.Repeat(" ", column-len(places[i]))
		if _, err := fmt.Fprintf(w, "  %s  %s%s %s\n", place, faint.paint(e.label), e.message, e.paintedTag()); err != nil {
			return err
		}
		if line, marks, ok := excerpt(e.Place, t.Width-len(indent)); ok && e.color != 0 {
			fmt.Fprintf(w, "%s%s\n%s%s\n", indent, line, indent, cyan.paint(marks))
		}
		for _, note := range e.notes {
			fmt.Fprintf(w, "%s%s\n", indent, faint.paint(note))
		}
	}
	return nil
}

// writeFixed sums up what was written, by file.
func writeFixed(w io.Writer, r *Run, first bool) error {
	if !r.Write {
		return nil
	}
	for _, file := range r.Files {
		if !first {
			fmt.Fprintln(w)
			first = true
		}
		if _, err := fmt.Fprintf(w, "%s %s\n", bold.paint(Printable(file.Name)), green.paint(whatWasDone(r, file))); err != nil {
			return err
		}
	}
	return nil
}

// whatWasDone counts the fixes in a file by rule.
func whatWasDone(r *Run, file File) string {
	counts := make(map[string]int)
	total := 0
	for _, f := range r.Findings {
		if f.Fixed && f.Path == file.Path {
			counts[f.Rule.Name]++
			total++
		}
	}
	switch {
	case file.Created:
		return "created"
	case total == 0: // for a fix in another file
		return "changed"
	}
	var parts []string
	for _, rule := range r.RuleCounts() {
		if n := counts[rule.Rule]; n > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", rule.Rule, n))
		}
	}
	return fmt.Sprintf("%d fixed (%s)", total, strings.Join(parts, ", "))
}
