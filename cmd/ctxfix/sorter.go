package main

import (
	"context"
	"go/token"

	"github.com/ctxfix/ctxfix/cmd/ctxfix/changed"
	"github.com/ctxfix/ctxfix/detect"
)

// A sorter decides which findings count.
type sorter struct {
	lines *changed.Lines // nil: those on every line
}

// unchanged is why a finding does not count.
const unchanged = "it is not on a changed line"

func (s *session) newSorter(ctx context.Context, set settings) (*sorter, error) {
	lines, err := set.since.lines(ctx, set.dir, s.stdin)
	return &sorter{lines: lines}, err
}

// setAside says of each finding, as it stands on disk, why it does not count.
// To no sorter all do.
func (s *sorter) setAside(fset *token.FileSet, findings []detect.Finding) []string {
	reasons := make([]string, len(findings))
	if s == nil {
		return reasons
	}
	for i, f := range findings {
		if s.lines != nil && !onChangedLine(s.lines, fset, f) {
			reasons[i] = unchanged
		}
	}
	return reasons
}
