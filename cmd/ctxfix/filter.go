package main

import (
	"context"
	"errors"
	"fmt"
	"go/parser"
	"go/scanner"
	"go/token"

	"github.com/ctxfix/ctxfix/cmd/ctxfix/report"
	"github.com/ctxfix/ctxfix/detect/load"
)

// fixStdin takes the text of one file from stdin, as an editor has it, in the
// module as it is on disk. Without another output asked for it is a filter: the
// text comes out on stdout, mended as far as it could be, and nothing else.
// Nothing is written to disk.
func (s *session) fixStdin(ctx context.Context, set settings) error {
	text, err := readAll(ctx, s.stdin, maxInput)
	if err != nil {
		return err
	}
	name := set.writing.stdinName
	if err := syntaxError(report.Relative(set.dir, name), text); err != nil {
		return err
	}
	set.load.Overlay = map[string][]byte{name: text}
	if !set.writing.filter {
		return s.fix(ctx, set)
	}
	set.write = true // what is printed is as if it were written
	r, fixed, err := s.filtered(ctx, set, text)
	if err != nil {
		return err
	}
	s.stdout.Write(fixed)
	if err := s.stdout.Flush(); err != nil {
		return fmt.Errorf("standard output: %w", err)
	}
	return s.tellFiltered(set, r)
}

// filtered returns the text with the fixes made, and what came of the run.
// Text that is not part of the build comes out as it is.
func (s *session) filtered(ctx context.Context, set settings, text []byte) (*report.Run, []byte, error) {
	prog, err := loadUntil(ctx, set.load)
	if e := (*load.NotBuiltError)(nil); errors.As(err, &e) {
		return &report.Run{Warnings: []string{shortened(set.dir, err.Error())}}, text, nil
	}
	if err != nil {
		r, err := s.loadFailed(ctx, set, err)
		if err == nil {
			err = s.tell(set, r)
		}
		return nil, nil, err
	}
	done, err := rewriteUntil(ctx, prog, set, nil)
	if err != nil {
		return nil, nil, err
	}
	if len(done.Edits) > 0 { // of the one file
		text = done.Edits[0].New
	}
	return newRun(set, prog, done, nil), text, nil
}

// tellFiltered says on stderr why fixes were not made. The text was printed:
// whatever remains in it, that is no failure of a filter.
func (s *session) tellFiltered(set settings, r *report.Run) error {
	s.writeProblems(set, r)
	if verdict(set, r) != errFindings || set.quiet {
		return nil
	}
	if set.verbose {
		if err := set.text().WriteFindings(s.stderr, r); err != nil {
			return err
		}
	}
	s.fail("%s", r.Summary())
	return nil
}

// syntaxError returns the first error in the text of a Go file, or nil. Of
// several in one line the parser keeps only the one from which others follow.
func syntaxError(name string, text []byte) error {
	_, err := parser.ParseFile(token.NewFileSet(), name, text, parser.SkipObjectResolution)
	if list := (scanner.ErrorList)(nil); errors.As(err, &list) {
		return list[0]
	}
	return err
}
