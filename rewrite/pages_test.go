package rewrite_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/rewrite"
)

// headings are the parts of every rule's page, in their order.
var headings = []string{"What", "Why", "Before", "After", "Fix safety", "When it stays silent"}

// TestPages holds each rule's page to its form, and its Before to become its
// After. A line "flags: -unsafe" above the code of Before says how it is run.
func TestPages(t *testing.T) {
	for _, rule := range detect.All {
		t.Run(rule.Name, func(t *testing.T) {
			t.Parallel()
			parts := parts(t, rule)
			before, after := code(t, parts["Before"]), code(t, parts["After"])
			threshold := detect.Safe
			if strings.Contains(parts["Before"], "flags: -unsafe") {
				threshold = detect.Unsafe
			}
			dir := tempDir(t)
			writeFile(t, filepath.Join(dir, "go.mod"), []byte(defaultModule))
			writeFile(t, filepath.Join(dir, "a.go"), []byte(before))
			prog := loadDir(t, dir, false)
			report, err := rewrite.Run(prog, rewrite.Options{Rules: []*detect.Rule{rule}, Threshold: threshold, Write: true})
			if err != nil {
				t.Fatal(err)
			}
			got := before
			for _, e := range report.Edits {
				if e.Path == filepath.Join(dir, "a.go") {
					got = string(e.New)
				}
			}
			if got != after {
				t.Errorf("Before becomes\n%s\nwant After\n%s", got, after)
			}
			if before == after {
				t.Error("Before and After are the same")
			}
		})
	}
}

// parts returns the text under each heading of the rule's page.
func parts(t *testing.T, rule *detect.Rule) map[string]string {
	t.Helper()
	sections := strings.Split("\n"+rule.Page, "\n## ")
	if strings.TrimSpace(sections[0]) != "# "+rule.Name {
		t.Errorf("the page begins with %q, want the rule's name alone", strings.TrimSpace(sections[0]))
	}
	var names []string
	parts := map[string]string{}
	for _, s := range sections[1:] {
		name, text, _ := strings.Cut(s, "\n")
		names = append(names, name)
		parts[name] = text
	}
	if !slices.Equal(names, headings) {
		t.Fatalf("headings %q, want %q", names, headings)
	}
	return parts
}

// code returns the one Go block of a part.
func code(t *testing.T, part string) string {
	t.Helper()
	_, rest, ok := strings.Cut(part, "```go\n")
	block, _, closed := strings.Cut(rest, "```")
	if !ok || !closed {
		t.Fatal("no Go code in Before or After")
	}
	return block
}
