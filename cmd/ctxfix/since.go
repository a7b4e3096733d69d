package main

import (
	"context"
	"fmt"
	"go/token"
	"io"
	"os"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"github.com/ctxfix/ctxfix/cmd/ctxfix/changed"
	"github.com/ctxfix/ctxfix/detect"
)

// The flags that limit a run to what is new.
const (
	flagRev       = "new-from-rev"
	flagMergeBase = "new-from-merge-base"
	flagPatch     = "new-from-patch"
)

// since says what findings must be newer than; without a flag all count.
type since struct {
	flag  string
	value string // the revision or the name of the file
}

// read takes the flags from the command line.
func (s *since) read(c *cli.Context, set *settings) error {
	for _, flag := range []string{flagRev, flagMergeBase, flagPatch} {
		switch {
		case !c.IsSet(flag):
		case s.flag != "":
			return usageError(fmt.Sprintf("-%s and -%s do not go together", s.flag, flag))
		case c.String(flag) == "":
			return usageError(fmt.Sprintf("flag -%s has an empty value", flag))
		default:
			s.flag, s.value = flag, c.String(flag)
		}
	}
	if s.flag != "" && set.writing.stdinName != "" {
		return usageError(fmt.Sprintf("-%s does not go with text on standard input", s.flag))
	}
	return nil
}

// lines returns the changed lines; nil: all count.
func (s *since) lines(ctx context.Context, dir string, stdin io.Reader) (lines *changed.Lines, err error) {
	switch s.flag {
	case flagRev:
		lines, err = changed.Since(ctx, dir, s.value)
	case flagMergeBase:
		lines, err = changed.SinceMergeBase(ctx, dir, s.value)
	case flagPatch:
		var patch []byte
		if patch, err = s.patch(ctx, dir, stdin); err == nil {
			lines, err = changed.InPatch(patch, dir)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("-%s %s: %w", s.flag, s.value, err)
	}
	return lines, nil
}

// patch reads the diff. Like all files of the command line it is found from
// the working directory.
func (s *since) patch(ctx context.Context, dir string, stdin io.Reader) ([]byte, error) {
	if s.value == "-" {
		return readAll(ctx, stdin, maxInput)
	}
	path := s.value
	if !filepath.IsAbs(path) {
		path = filepath.Join(dir, path)
	}
	patch, err := readFile(ctx, path)
	if pathErr, ok := err.(*os.PathError); ok {
		return nil, pathErr.Err
	}
	return patch, err
}

// onChangedLine reports whether what the finding points at, or what its fix
// rewrites, is on a changed line.
func onChangedLine(lines *changed.Lines, fset *token.FileSet, f detect.Finding) bool {
	for _, part := range append(f.Parts(), detect.Part{File: f.File}) {
		for _, s := range append([]detect.Span{f.Span}, f.Touches...) {
			if s.Pos < part.File.Syntax.FileStart || part.File.Syntax.FileEnd < s.End {
				continue // in another part
			}
			first, last := fset.PositionFor(s.Pos, false), fset.PositionFor(max(s.Pos, s.End-1), false)
			if lines.Touch(part.File.Path, first.Line, last.Line) {
				return true
			}
		}
	}
	return false
}
