package main

import (
	"context"
	"slices"

	"github.com/ctxfix/ctxfix/cmd/ctxfix/baseline"
	"github.com/ctxfix/ctxfix/cmd/ctxfix/changed"
	"github.com/ctxfix/ctxfix/cmd/ctxfix/report"
	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/load"
)

// A sorter decides which findings count.
type sorter struct {
	lines *changed.Lines // nil: those on every line
	known *baseline.File // nil: there is no baseline
	text  []byte         // of the baseline; nil if it is new
	rules []*detect.Rule
	opts  detect.Options

	first []detect.Finding // of the first round
	stale []baseline.Entry // no longer found
}

// Why a finding does not count.
const (
	unchanged  = "it is not on a changed line"
	inBaseline = "it is in the baseline"
)

// compares reports whether findings are compared with lines or a baseline.
func (s *sorter) compares() bool { return s != nil && (s.lines != nil || s.known != nil) }

func (s *session) newSorter(ctx context.Context, set settings) (*sorter, error) {
	known, text, err := set.baseline.open(ctx, set.dir)
	if err != nil {
		return nil, err
	}
	lines, err := set.since.lines(ctx, set.dir, s.stdin)
	return &sorter{lines: lines, known: known, text: text, rules: set.rules, opts: set.detect}, err
}

// setAside says of each finding of the first round why it does not count, and
// notes what is no longer found. To no sorter all findings count.
func (s *sorter) setAside(prog *load.Program, findings []detect.Finding) []string {
	reasons := make([]string, len(findings))
	if s == nil {
		return reasons
	}
	s.first = findings
	if s.known != nil {
		s.stale = s.known.Stale(baseline.Run{Program: prog, Rules: s.rules, Options: s.opts}, findings)
	}
	for i, f := range findings {
		switch {
		case s.known != nil && s.known.Knows(f):
			reasons[i] = inBaseline
		case s.lines != nil && !onChangedLine(s.lines, prog.Fset, f):
			reasons[i] = unchanged
		}
	}
	return reasons
}

// report adds what does not count to the options of a report, and what is
// wrong with the baseline.
func (s *sorter) report(set settings, done rewritten, opts *report.Options) {
	if s == nil {
		return
	}
	for _, a := range done.Aside {
		if a.Reason != inBaseline {
			continue
		}
		opts.Known++
		if set.suppress.show {
			opts.Suppressed = append(opts.Suppressed, report.Suppressed{
				Finding:     a.Finding,
				Suppression: report.Suppression{Kind: report.External, Justification: a.Reason, By: report.Relative(set.dir, set.baseline.path)},
			})
		}
	}
	if len(s.stale) > 0 && !set.baseline.write {
		opts.Foreign = s.staleFindings(set)
		opts.Rules = append(slices.Clip(opts.Rules), staleRule)
	}
}
