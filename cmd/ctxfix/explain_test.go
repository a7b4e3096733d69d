package main

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ctxfix/ctxfix/detect"
)

// TestFoldPage: no prose of a page is wider than a terminal, nothing is lost,
// and code stays as it is.
func TestFoldPage(t *testing.T) {
	for _, r := range detect.All {
		folded := foldPage(r.Page)
		if got, want := strings.Fields(folded), strings.Fields(r.Page); strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("%s: other words than before", r.Name)
		}
		code := false
		for line := range strings.Lines(folded) {
			line = strings.TrimSuffix(line, "\n")
			switch {
			case strings.HasPrefix(line, "```"):
				code = !code
			case code:
				if !strings.Contains(r.Page, "\n"+line+"\n") {
					t.Errorf("%s: changed code: %s", r.Name, line)
				}
			case !strings.HasPrefix(line, "|") && utf8.RuneCountInString(line) > pageWidth:
				t.Errorf("%s: too wide: %s", r.Name, line)
			}
		}
	}
}
