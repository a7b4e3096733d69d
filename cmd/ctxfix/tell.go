package main

import (
	"bytes"
	"cmp"
	"fmt"
	"io"

	"github.com/ctxfix/ctxfix/cmd/ctxfix/report"
)

// tell writes what came of the run to where it was asked for and returns the
// verdict.
func (s *session) tell(set settings, r *report.Run) error {
	r.Problems = append(r.Problems, s.writeReports(set, r)...)
	if set.output.stdout != "" {
		text := set.text()
		text.Color, text.Width = colored(s.screen, set.output.color)
		if err := writeAs(s.stdout, set.output.stdout, text, set, r); err != nil {
			return fmt.Errorf("standard output: %w", err)
		}
	}
	if err := s.stdout.Flush(); err != nil {
		return fmt.Errorf("standard output: %w", err)
	}
	if (set.verbose || set.suppress.show) && set.output.stdout == report.TextFormat && (set.list || set.diff) {
		set.text().WriteFindings(s.stderr, r) // beside a list or a diff
	}
	s.writeProblems(set, r)
	if r.Stats != nil && set.output.stdout != "json" {
		report.WriteStats(s.stderr, r)
	}
	if !set.quiet && r.Packages+len(r.Findings) > 0 {
		s.fail("%s", r.Summary())
	}
	return verdict(set, r)
}

// writeReports writes the files of -o, and returns what went wrong.
func (s *session) writeReports(set settings, r *report.Run) []report.Problem {
	var problems []report.Problem
	for _, f := range set.output.files {
		var data bytes.Buffer
		err := writeAs(&data, f.format, set.text(), set, r)
		switch {
		case err != nil:
		case f.path == "/dev/stdout": // which may be a file that holds more already
			_, err = s.stdout.Write(data.Bytes())
			err = cmp.Or(err, s.stdout.Flush())
		case f.path == "/dev/stderr":
			_, err = s.stderr.Write(data.Bytes())
		default:
			err = f.write(data.Bytes())
		}
		if err != nil {
			problems = append(problems, report.Problem{Message: fmt.Sprintf("-o %s: not written: %v", f.name, err)})
		}
	}
	return problems
}

// writeAs writes the results in a format; text says how that for people looks.
func writeAs(w io.Writer, format string, text report.Text, set settings, r *report.Run) error {
	for _, f := range report.Formats {
		if f.Name == format {
			return f.Write(w, r)
		}
	}
	return writeText(w, text, set, r)
}

// writeText writes the results for people: with -l the names of the files,
// with -d the diff, else what was found and not fixed.
func writeText(w io.Writer, text report.Text, set settings, r *report.Run) error {
	if !set.list && !set.diff {
		return text.WriteFindings(w, r)
	}
	if set.list {
		for _, f := range r.Files {
			if _, err := fmt.Fprintln(w, report.Printable(f.Name)); err != nil {
				return err
			}
		}
	}
	if text.Color {
		return report.WriteColorDiff(w, r.Diff)
	}
	_, err := io.WriteString(w, r.Diff)
	return err
}

// text returns how text looks where it is no terminal that shows it.
func (s settings) text() report.Text { return report.Text{Verbose: s.verbose} }

// writeProblems writes what went wrong to stderr.
func (s *session) writeProblems(set settings, r *report.Run) {
	if !set.quiet {
		for _, w := range r.Warnings {
			s.fail("warning: %s", w)
		}
		for _, n := range r.Notes {
			s.fail("%s", n)
		}
	}
	for _, p := range r.Problems {
		if p.File != "" {
			s.fail("%s: %s", p.Where(), p.Message)
			continue
		}
		s.fail("%s", p.Message)
	}
}

// verdict returns nil, errFindings or errReported.
func verdict(set settings, r *report.Run) error {
	if len(r.Problems) > 0 {
		return errReported
	}
	if set.exitZero {
		return nil
	}
	if (set.diff || set.list) && len(r.Files) > 0 {
		return errFindings
	}
	for _, f := range r.Findings {
		if !f.Fixed {
			return errFindings
		}
	}
	return nil
}
