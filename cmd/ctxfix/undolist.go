package main

import (
	"fmt"
	"strings"

	"github.com/ctxfix/ctxfix/cmd/ctxfix/report"
	"github.com/ctxfix/ctxfix/rewrite/emit"
)

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
		fmt.Fprintf(t.stdout, "%d: %s%s\n", run.Number(), report.Printable(describe(run)), undone)
	}
	return err
}

// describe returns when and how the run was made, and its size.
func describe(run *emit.Run) string {
	words := append([]string{"ctxfix"}, run.Command[min(1, len(run.Command)):]...)
	return fmt.Sprintf("%s, %s, %s", run.Time.Local().Format("2006-01-02 15:04:05"),
		report.Count(len(run.Files), "file"), strings.Join(words, " "))
}
