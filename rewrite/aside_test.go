package rewrite_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/rewrite"
)

const asideSource = `package p

import (
	"context"
	"time"
)

func work(ctx context.Context) error { return ctx.Err() }

func one(ctx context.Context) error { return work(context.TODO()) }

func two(ctx context.Context) error {
	time.Sleep(time.Second)
	return work(context.TODO())
}

func three(ctx context.Context) error { return work(context.TODO()) }
`

// TestSetAside asks that what is set aside stays as it is in all rounds, while
// fixes around it move it, and that everything else is mended.
func TestSetAside(t *testing.T) {
	run := func(t *testing.T, write bool) (string, rewrite.Report) {
		dir := tempDir(t)
		writeFile(t, filepath.Join(dir, "go.mod"), []byte(defaultModule))
		writeFile(t, filepath.Join(dir, "a.go"), []byte(asideSource))
		asked := 0
		report, err := rewrite.Run(loadDir(t, dir, false), rewrite.Options{
			Rules: detect.All, Threshold: detect.Safe, Write: write,
			SetAside: func(found []detect.Finding) []string {
				asked++
				reasons := make([]string, len(found))
				for i, f := range found {
					if f.Rule.Name == "background" && detect.Decl(f.File.Syntax, f.Span) != "one" {
						reasons[i] = "not asked for"
					}
				}
				return reasons
			},
		})
		if err != nil || asked != 1 {
			t.Fatalf("asked %d times, %v", asked, err)
		}
		if len(report.Edits) == 0 {
			return "", report
		}
		return string(report.Edits[0].New), report
	}
	got, report := run(t, true)
	_, after, _ := strings.Cut(got, "func one")
	if strings.Count(after, "work(context.TODO())") != 2 || !strings.Contains(after, "{ return work(ctx) }") || !strings.Contains(after, "<-ctx.Done()") {
		t.Errorf("got\n%s", got)
	}
	if len(report.Aside) != 2 || report.Aside[0].Reason != "not asked for" || len(report.Remain)+len(report.Refused) > 0 || len(report.Fixed) != 2 {
		t.Errorf("aside %d, remain %d, refused %d, fixed %d", len(report.Aside), len(report.Remain), len(report.Refused), len(report.Fixed))
	}
	if _, report = run(t, false); len(report.Aside) != 2 || len(report.Remain) != 2 || len(report.Found) != 4 {
		t.Errorf("without Write: aside %d, remain %d, found %d", len(report.Aside), len(report.Remain), len(report.Found))
	}
}
