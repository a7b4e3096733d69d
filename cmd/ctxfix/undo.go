package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/ctxfix/ctxfix/cmd/ctxfix/report"
	"github.com/ctxfix/ctxfix/rewrite/emit"
)

const undoHelp = `ctxfix undo [flags] [files] takes back what the last "ctxfix -w" in this module
or workspace wrote: the files get their former contents, and those it made are
removed. Again, it takes back the run before. With files, only these.

A file that was changed since is not touched, and neither are the others then.

  -redo         write again what the last undo took back
  -d            print what would be done as a diff, and do nothing
  -l            list the runs that are kept, newest first
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
			&cli.StringFlag{Name: "C"},
		},
		HideHelpCommand:    true,
		CustomHelpTemplate: undoHelp,
		OnUsageError:       onUsageError,
		Action:             s.undo,
	}
}

func (s *session) undo(c *cli.Context) error {
	if c.Bool("l") && (c.Bool("d") || c.Bool("redo") || c.NArg() > 0) {
		return usageError("undo -l goes with no other flag and no file")
	}
	dir, err := workingDir(c.String("C"))
	if err != nil {
		return err
	}
	t := turn{session: s, dir: dir, journal: s.openJournal(dir), redo: c.Bool("redo"), quiet: c.Bool("q")}
	if c.Bool("l") {
		return t.list()
	}
	if !c.Bool("d") {
		unlock, err := s.lock(c.Context, t.journal, t.quiet, nil)
		if err != nil {
			return err
		}
		defer unlock()
	}
	run, err := t.find()
	if err != nil || run == nil {
		return err
	}
	changes, err := t.changes(run, c.Args().Slice())
	if err != nil {
		return err
	}
	if c.Bool("d") {
		return t.print(changes)
	}
	return t.carryOut(run, changes)
}

// A turn is one undo or redo.
type turn struct {
	*session
	dir     string // the working directory
	journal *emit.Journal
	redo    bool
	quiet   bool
}

// verb returns the word for what is done.
func (t *turn) verb() string {
	if t.redo {
		return "redo"
	}
	return "undo"
}

// find returns the run to turn. If there is none it says so and returns nil.
func (t *turn) find() (*emit.Run, error) {
	runs, err := t.journal.Runs()
	if err != nil {
		return nil, fmt.Errorf("reading what was written: %w", err)
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

// unreadable says what can be done about a record that cannot be read. It is not
// passed over: undo would take back another run than the last.
func unreadable(run *emit.Run) error {
	return fmt.Errorf("the record of a run cannot be read: %w: remove that file to go on without it", run.Err())
}

// changes returns what is to be done to the files, or to those named.
func (t *turn) changes(run *emit.Run, named []string) ([]emit.Change, error) {
	only, err := t.limit(run, named)
	if err != nil {
		return nil, err
	}
	changes, err := run.Undo(only)
	if t.redo {
		changes, err = run.Redo(only)
	}
	if e := (*emit.ChangedError)(nil); errors.As(err, &e) {
		return nil, t.refused(e)
	}
	return changes, err
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
	return fmt.Errorf("%s%s: changed since; no file was touched: take that change back, or name the files to %s",
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

// carryOut writes the files and tells which.
func (t *turn) carryOut(run *emit.Run, changes []emit.Change) error {
	failed := failures(emit.Write(changes, nil))
	var whole bool
	var unnoted error
	if len(failed) == 0 { // before anything is printed: that may end the process
		whole, unnoted = t.settle(run)
	}
	for _, c := range changes {
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
		return fmt.Errorf("%s; but that cannot be noted: %w", t.turned(run), unnoted)
	}
	switch {
	case len(changes) == 0:
		t.fail("nothing to %s: the files are so already: %s", t.verb(), describe(run))
	case !t.quiet && !whole:
		t.fail("in part %s", t.turned(run))
	case !t.quiet:
		t.fail("%s", t.turned(run))
	}
	return nil
}

// turned says that the run is undone, or redone.
func (t *turn) turned(run *emit.Run) string {
	if t.redo {
		return "redone: " + describe(run)
	}
	return "undone: " + describe(run)
}

// settle removes what the run left, and notes that it was turned, if none of its
// files is left: then it is as a whole.
func (t *turn) settle(run *emit.Run) (whole bool, err error) {
	if !t.redo {
		run.Sweep()
	}
	left, err := run.Undo(nil)
	if t.redo {
		left, err = run.Redo(nil)
	}
	if err != nil || len(left) > 0 { // it was turned in part, as was asked for
		return false, nil
	}
	return true, t.journal.Mark(run, !t.redo)
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

// list prints the runs, newest first.
func (t *turn) list() error {
	runs, err := t.journal.Runs()
	if err != nil {
		return fmt.Errorf("reading what was written: %w", err)
	}
	if len(runs) == 0 {
		t.fail("nothing to undo in %s", t.journal.Root())
	}
	for _, run := range runs {
		if run.Err() != nil {
			t.fail("%v", unreadable(run))
			err = errReported
			continue
		}
		undone := ""
		if run.Undone {
			undone = " (undone)"
		}
		fmt.Fprintf(t.stdout, "%s%s\n", report.Printable(describe(run)), undone)
	}
	return err
}

// describe returns when and how the run was made, and its size.
func describe(run *emit.Run) string {
	words := append([]string{"ctxfix"}, run.Command[min(1, len(run.Command)):]...)
	return fmt.Sprintf("%s, %s, %s", run.Time.Local().Format("2006-01-02 15:04:05"),
		report.Count(len(run.Files), "file"), strings.Join(words, " "))
}
