package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"github.com/ctxfix/ctxfix/cmd/ctxfix/baseline"
	"github.com/ctxfix/ctxfix/cmd/ctxfix/report"
	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/rewrite/emit"
)

// baselining says which findings are known, and whether they are to be noted.
type baselining struct {
	path  string // of the baseline, absolute; empty: there is none
	write bool
}

// read takes the flags from the command line.
func (b *baselining) read(c *cli.Context, set *settings) error {
	b.write = c.Bool("write-baseline")
	name := c.String("baseline")
	switch {
	case c.IsSet("baseline") && name == "":
		return usageError("flag -baseline has an empty value")
	case b.write && (set.diff || set.list):
		return usageError("-write-baseline does not go with -d and -l, which write nothing")
	case b.write && set.since.flag != "":
		return usageError(fmt.Sprintf("-write-baseline does not go with -%s, which looks at some findings only", set.since.flag))
	case b.write && set.writing.stdinName != "":
		return usageError("-write-baseline does not go with text on standard input")
	case b.write && name == "":
		name = baseline.Name
	case name == "":
		return nil
	}
	if b.path = name; !filepath.IsAbs(name) {
		b.path = filepath.Join(set.dir, name)
	}
	return nil
}

// open reads the baseline and returns it with its text; nil if there is none.
func (b *baselining) open(ctx context.Context, dir string) (*baseline.File, []byte, error) {
	if b.path == "" {
		return nil, nil, nil
	}
	data, err := readFile(ctx, b.path)
	if errors.Is(err, fs.ErrNotExist) && b.write {
		return baseline.New(b.path), nil, nil
	}
	if pathErr, ok := err.(*os.PathError); ok {
		hint := ""
		if errors.Is(err, fs.ErrNotExist) {
			hint = "; -write-baseline makes one"
		}
		return nil, nil, fmt.Errorf("baseline %s: %w%s", report.Relative(dir, b.path), pathErr.Err, hint)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("baseline %s: %w", report.Relative(dir, b.path), err)
	}
	f, err := baseline.Parse(b.path, data)
	if err != nil {
		return nil, nil, fmt.Errorf("%s:%w", report.Relative(dir, b.path), err)
	}
	return f, append([]byte{}, data...), nil
}

// staleRule stands for what is wrong with the baseline itself.
var staleRule = &detect.Rule{
	Name: "baseline",
	Doc:  "an entry of the baseline that is no longer found",
	Page: "# baseline\n\n## What\n\nAn entry of the baseline that is no longer found: it would hide the next such defect. Remove it, or run with `-write-baseline`.\n",
}

// staleFindings are the entries of the baseline that are no longer found.
func (s *sorter) staleFindings(set settings) []report.Finding {
	var all []report.Finding
	for _, e := range s.stale {
		all = append(all, report.Finding{
			Place: report.Place{
				Path: set.baseline.path, File: report.Relative(set.dir, set.baseline.path),
				Line: e.At.Line, Column: e.At.Column, EndLine: e.At.EndLine, EndColumn: e.At.EndColumn,
			},
			Rule:        staleRule,
			Message:     fmt.Sprintf("no longer found, remove it or run with -write-baseline: %s: %s (%s)", e.File, e.Message, e.Rule),
			Because:     "only people know whether it was mended",
			Fingerprint: "stale-" + e.Fingerprint,
		})
	}
	return all
}

// record writes what remains to the baseline, and takes it out of the report.
// It returns what it did, in one line.
func (s *sorter) record(set settings, r *report.Run, done rewritten, unwritten map[string]error) (note string) {
	name := report.Relative(set.dir, set.baseline.path)
	fail := func(err error) string {
		r.Problems = append(r.Problems, report.Problem{File: name, Message: fmt.Sprintf("baseline not written: %v", err)})
		return ""
	}
	if len(unwritten) > 0 {
		return fail(errors.New("not all files could be written"))
	}
	var now []detect.Finding
	recorded := map[string]bool{}
	for _, f := range done.Remain {
		if len(f.Package.Errors) == 0 {
			now = append(now, f)
			recorded[f.Fingerprint] = true
		}
	}
	for _, a := range done.Aside {
		if a.Reason == inBaseline {
			now = append(now, a.Finding)
		}
	}
	next := s.known.Updated(s.first, now, s.stale)
	text, err := next.Bytes()
	if err != nil {
		return fail(err)
	}
	added, removed := s.known.Difference(next)
	if s.text == nil || string(s.text) != string(text) {
		change := emit.Change{Path: realFile(set.baseline.path), Old: s.text, New: text}
		if err := failures(emit.Write([]emit.Change{change}, nil))[change.Path]; err != nil {
			return fail(err)
		}
	}
	r.Suppress(func(f report.Finding) bool { return !f.Fixed && recorded[f.Fingerprint] })
	return fmt.Sprintf("%s: %s, %d new, %d removed", name, report.Count(len(next.Entries), "finding"), added, removed)
}
