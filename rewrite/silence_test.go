package rewrite_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/rewrite"
)

// TestSilenceOrNot asks that a file in which a directive cannot be put stays as
// it is: where the only line to put it at ends within a string.
func TestSilenceOrNot(t *testing.T) {
	const inString = `package p

import "context"

func work(ctx context.Context, id string) error { return ctx.Err() }

func one(ctx context.Context) error {
	if ctx.Err() != nil {
		return nil
	} else if err := work(context.TODO(), ` + "`\n`" + `); err != nil {
		return err
	}
	return nil
}
`
	for name, c := range map[string]struct {
		src      string
		silenced int
	}{
		"plain":     {strings.ReplaceAll(inString, "`\n`", `""`), 1},
		"in string": {inString, 0},
	} {
		t.Run(name, func(t *testing.T) {
			dir := tempDir(t)
			writeFile(t, filepath.Join(dir, "go.mod"), []byte(defaultModule))
			writeFile(t, filepath.Join(dir, "a.go"), []byte(c.src))
			first, err := rewrite.Run(loadDir(t, dir, false), rewrite.Options{Rules: detect.All, Threshold: detect.Safe})
			if err != nil || len(first.Remain) != 1 {
				t.Fatalf("%d findings, %v", len(first.Remain), err)
			}
			report, silenced, err := rewrite.Silence(first, "it is shared")
			if err != nil || silenced != c.silenced || len(report.Edits) != c.silenced || len(report.Remain) != 1-c.silenced {
				t.Errorf("%d silenced, %d edits, %d remain, %v", silenced, len(report.Edits), len(report.Remain), err)
			}
		})
	}
}
