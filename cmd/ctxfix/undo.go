package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/ctxfix/ctxfix/cmd/ctxfix/report"
	"github.com/ctxfix/ctxfix/rewrite/emit"
)

const undoHelp = `ctxfix undo [flags] [files] takes back what the last "ctxfix -w" in this module
or workspace wrote: the files get their former contents, and those it made are
removed. Again, it takes back the run before. With files, only these.

A file that was changed since is not touched, and neither are the others then.

  -redo         write again what the last undo took back
  -run N        take the run with that number instead of the last one
  -d            print what would be done as a diff, and do nothing
  -l            list the runs that are kept, newest first, with their numbers
  -C DIR        work in DIR instead of the current directory
  -q            print no file names
`

// undoCommand takes back what a run wrote.
func (s *session) undoCommand() *cli.Command {
	return &cli.Command{
		Name:      "undo",
		Usage:     "take back what the last -w wrote",
		ArgsUsage: "[files]",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "redo"},
			&cli.BoolFlag{Name: "d"},
			&cli.BoolFlag{Name: "l"},
			&cli.BoolFlag{Name: "q"},
			&cli.IntFlag{Name: "run"},
			&cli.StringFlag{Name: "C"},
		},
		HideHelpCommand:    true,
		CustomHelpTemplate: undoHelp,
		OnUsageError:       onUsageError,
		Action:             s.undo,
	}
}

func (s *session) undo(c *cli.Context) error {
	switch {
	case c.Bool("l") && (c.Bool("d") || c.Bool("redo") || c.IsSet("run") || c.NArg() > 0):
		return usageError("undo -l goes with no other flag and no file")
	case c.IsSet("run") && c.Int("run") < 1:
		return usageError(fmt.Sprintf("flag -run must be a number that undo -l prints, not %d", c.Int("run")))
	}
	dir, err := workingDir(c.String("C"))
	if err != nil {
		return err
	}
	t := turn{session: s, dir: dir, journal: s.openJournal(dir), redo: c.Bool("redo"), number: c.Int("run"), quiet: c.Bool("q")}
	if c.Bool("l") {
		return t.list()
	}
	runs := t.journal.Runs
	if !c.Bool("d") {
		unlock, err := s.lock(c.Context, t.journal, t.quiet, nil)
		if err != nil {
			return err
		}
		defer unlock()
		runs = t.settled
	}
	run, err := t.find(runs)
	if err != nil || run == nil {
		return err
	}
	planned, err := t.plan(run, c.Args().Slice())
	if err != nil {
		return err
	}
	if c.Bool("d") {
		return t.print(planned.Changes)
	}
	return t.carryOut(c.Context, planned)
}

// A turn is one undo or redo.
type turn struct {
	*session
	dir     string // the working directory
	journal *emit.Journal
	redo    bool
	number  int // of the run to turn; 0: the last one
	quiet   bool
}

// verb returns the word for what is done.
func (t *turn) verb() string {
	if t.redo {
		return "redo"
	}
	return "undo"
}

// settled returns the runs when what killed ones have left is cleared up.
func (t *turn) settled() ([]*emit.Run, error) {
	runs, _, err := t.journal.Settle()
	return runs, err
}

// find returns the run to turn. If there is none it says so and returns nil.
func (t *turn) find(read func() ([]*emit.Run, error)) (*emit.Run, error) {
	runs, err := read()
	if err != nil {
		return nil, fmt.Errorf("reading what was written: %w", err)
	}
	if t.number > 0 {
		return t.numbered(runs)
	}
	for _, run := range runs { // the newest ones, which undo and redo are about
		if run.Err() != nil {
			return nil, unreadable(run)
		}
		if !run.Undone {
			break
		}
	}
	run := emit.LastDone(runs)
	if t.redo {
		run = emit.LastUndone(runs)
	}
	if run == nil {
		t.fail("nothing to %s in %s", t.verb(), t.journal.Root())
	}
	return run, nil
}

// numbered returns the run that was asked for.
func (t *turn) numbered(runs []*emit.Run) (*emit.Run, error) {
	i := slices.IndexFunc(runs, func(r *emit.Run) bool { return r.Number() == t.number })
	switch {
	case i < 0:
		return nil, fmt.Errorf("there is no run %d in %s: ctxfix undo -l lists those that are kept", t.number, t.journal.Root())
	case runs[i].Err() != nil:
		return nil, unreadable(runs[i])
	}
	return runs[i], nil
}

// unreadable says what can be done about a record that cannot be read. It is not
// passed over: undo would take back another run than the last.
func unreadable(run *emit.Run) error {
	return fmt.Errorf("the record of a run cannot be read: %w: remove that file to go on without it", run.Err())
}

// plan returns what is to be done to the files, or to those named.
func (t *turn) plan(run *emit.Run, named []string) (*emit.Turn, error) {
	only, err := t.limit(run, named)
	if err != nil {
		return nil, err
	}
	turning := t.journal.Undo
	if t.redo {
		turning = t.journal.Redo
	}
	planned, err := turning(run, only)
	if e := (*emit.ChangedError)(nil); errors.As(err, &e) {
		return nil, t.refused(e)
	}
	return planned, err
}

// limit returns the paths of the files named, nil if none is: then all count.
func (t *turn) limit(run *emit.Run, named []string) ([]string, error) {
	var only []string
	for _, name := range named {
		path := name
		if !filepath.IsAbs(path) {
			path = filepath.Join(t.dir, path)
		}
		if real, err := filepath.EvalSymlinks(path); err == nil {
			path = real
		}
		if !slices.ContainsFunc(run.Files, func(e emit.Entry) bool { return e.Path == path }) {
			return nil, fmt.Errorf("%s: the run to %s did not write it: %s", name, t.verb(), describe(run))
		}
		only = append(only, path)
	}
	return only, nil
}

// refused names a file that was changed and says what can be done.
func (t *turn) refused(e *emit.ChangedError) error {
	more := ""
	if n := len(e.Paths) - 1; n > 0 {
		more = fmt.Sprintf(" (and %s)", report.Count(n, "more file"))
	}
	return fmt.Errorf("%s%s: changed since; no file was touched: take that change back, or name the files to %s, or another run with -run (undo -l lists them)",
		report.Relative(t.dir, e.Paths[0]), more, t.verb())
}

func (t *turn) print(changes []emit.Change) error {
	for _, c := range changes {
		name, err := emit.Name(t.dir, c.Path)
		if err != nil {
			return err
		}
		fmt.Fprint(t.stdout, emit.Diff(c.Old, c.New, name))
	}
	return nil
}

// carryOut writes the files and tells which. That the run is turned is noted
// before anything is printed: printing may end the process.
func (t *turn) carryOut(ctx context.Context, planned *emit.Turn) error {
	whole, unnoted, err := planned.CarryOut()
	failed := failures(err)
	for _, c := range planned.Changes {
		name := report.Relative(t.dir, c.Path)
		switch err := failed[c.Path]; {
		case err != nil:
			t.fail("%s: not written: %v", name, err)
		case !t.quiet:
			fmt.Fprintf(t.stdout, "%s: %s\n", report.Printable(name), t.done(c))
		}
	}
	if len(failed) > 0 {
		return errReported
	}
	if unnoted != nil {
		return fmt.Errorf("%s; but that cannot be noted: %w", t.turned(planned.Run), unnoted)
	}
	switch {
	case len(planned.Changes) == 0:
		t.fail("nothing to %s: the files are so already: %s", t.verb(), describe(planned.Run))
	case !t.quiet && !whole:
		t.fail("in part %s", t.turned(planned.Run))
	case !t.quiet:
		t.fail("%s", t.turned(planned.Run))
	}
	return interruptedLate(ctx, len(planned.Changes), nil)
}

// turned says that the run is undone, or redone.
func (t *turn) turned(run *emit.Run) string {
	if t.redo {
		return "redone: " + describe(run)
	}
	return "undone: " + describe(run)
}

// done says what became of the file.
func (t *turn) done(c emit.Change) string {
	switch {
	case c.New == nil:
		return "removed"
	case c.Old == nil:
		return "made again"
	case t.redo:
		return "written again"
	}
	return "restored"
}
