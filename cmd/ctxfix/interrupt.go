package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/ctxfix/ctxfix/cmd/ctxfix/report"
)

// A lateInterrupt is an interruption that came when files were being written
// or results printed. Both are brought to their end.
type lateInterrupt struct{ written int }

func (e lateInterrupt) Error() string {
	if e.written == 0 {
		return "interrupted; no file was changed"
	}
	return fmt.Sprintf("interrupted; %s had been written, each as a whole", report.Count(e.written, "file"))
}

// interruptedLate returns verdict, or a lateInterrupt if ctx was cancelled.
func interruptedLate(ctx context.Context, written int, verdict error) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return lateInterrupt{written}
	}
	return verdict
}

// written returns how many files were changed.
func written(set settings, r *report.Run) int {
	if !set.write {
		return 0
	}
	return len(r.Files)
}
