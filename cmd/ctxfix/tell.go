package main

import (
	"fmt"
	"io"

	"github.com/ctxfix/ctxfix/cmd/ctxfix/report"
)

// tell prints what came of the run and returns the verdict.
func (s *session) tell(set settings, r *report.Run) error {
	if err := s.writeResults(set, r); err != nil {
		return fmt.Errorf("standard output: %w", err)
	}
	s.writeProblems(set, r)
	if !set.quiet && r.Packages+len(r.Findings) > 0 {
		s.fail("%s", r.Summary())
	}
	return verdict(set, r)
}

// writeResults writes what stdout is for.
func (s *session) writeResults(set settings, r *report.Run) error {
	write := s.writeText
	if set.json {
		write = func(_ settings, r *report.Run) error { return report.WriteJSON(s.stdout, r) }
	}
	if err := write(set, r); err != nil {
		return err
	}
	return s.stdout.Flush()
}

// writeText writes the results to stdout: with -l the names of the files, with
// -d the diff, else what was found and not fixed. What -v adds to a list or a
// diff goes to stderr.
func (s *session) writeText(set settings, r *report.Run) error {
	findings := io.Writer(s.stdout)
	if set.list {
		for _, f := range r.Files {
			fmt.Fprintln(s.stdout, report.Printable(f.Name))
		}
		findings = s.stderr
	}
	if set.diff {
		io.WriteString(s.stdout, r.Diff)
		findings = s.stderr
	}
	if findings == s.stderr && !set.verbose && !set.suppress.show {
		return nil
	}
	return report.Text{Verbose: set.verbose}.WriteFindings(findings, r)
}

// writeProblems writes what went wrong to stderr.
func (s *session) writeProblems(set settings, r *report.Run) {
	if !set.quiet {
		for _, w := range r.Warnings {
			s.fail("warning: %s", w)
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
