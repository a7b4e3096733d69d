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
// After. A line "flags: -strict -unsafe" above the code of Before says how it
// is run. Of a rule without fixes, there is nothing left to find in After.
func TestPages(t *testing.T) {
	for _, rule := range detect.All {
		t.Run(rule.Name, func(t *testing.T) {
			t.Parallel()
			parts := parts(t, rule)
			before, after := code(t, parts["Before"]), code(t, parts["After"])
			if before == after {
				t.Error("Before and After are the same")
			}
			opts := pageOptions(rule, parts["Before"])
			got, report := runPage(t, before, opts)
			if rule.Best > detect.Manual {
				if got != after {
					t.Errorf("Before becomes\n%s\nwant After\n%s", got, after)
				}
				return
			}
			if len(report.Found) == 0 {
				t.Error("nothing is found in Before")
			}
			if _, report := runPage(t, after, opts); len(report.Found) > 0 {
				t.Errorf("found in After: %s", report.Found[0].Message)
			}
		})
	}
}

// pageOptions reads how the code of a section is run.
func pageOptions(rule *detect.Rule, section string) rewrite.Options {
	flags, _, _ := strings.Cut(section, "```")
	_, flags, _ = strings.Cut(flags, "flags:")
	opts := rewrite.Options{Rules: []*detect.Rule{rule}, Threshold: detect.Safe, Write: true}
	if strings.Contains(flags, "-unsafe") {
		opts.Threshold = detect.Unsafe
	}
	if strings.Contains(flags, "-strict") {
		opts.Detect.Strict = map[string]bool{rule.Name: true}
	}
	return opts
}

// runPage returns what becomes of the code, which is a test if it imports testing.
func runPage(t *testing.T, src string, opts rewrite.Options) (string, rewrite.Report) {
	t.Helper()
	dir := tempDir(t)
	writeFile(t, filepath.Join(dir, "go.mod"), []byte(defaultModule))
	if strings.Contains(src, `"golang.org/x/sync/errgroup"`) {
		layErrgroup(t, dir)
	}
	name := "a.go"
	if strings.Contains(src, `"testing"`) {
		name = "a_test.go"
	}
	writeFile(t, filepath.Join(dir, name), []byte(src))
	report, err := rewrite.Run(loadDir(t, dir, false), opts)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range report.Edits {
		if e.Path == filepath.Join(dir, name) {
			return string(e.New), report
		}
	}
	return src, report
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

// layErrgroup gives the module in dir a stand-in for golang.org/x/sync.
func layErrgroup(t *testing.T, dir string) {
	t.Helper()
	for name, text := range map[string]string{
		"go.mod":      defaultModule + "\nrequire golang.org/x/sync v0.0.0\n\nreplace golang.org/x/sync => ./sync\n",
		"sync/go.mod": "module golang.org/x/sync\n\ngo 1.26\n",
		"sync/errgroup/errgroup.go": `package errgroup

import "context"

type Group struct{ err error }

func WithContext(ctx context.Context) (*Group, context.Context) { return &Group{}, ctx }

func (g *Group) Go(f func() error) { g.err = f() }
func (g *Group) Wait() error       { return g.err }
`,
	} {
		writeFile(t, filepath.Join(dir, filepath.FromSlash(name)), []byte(text))
	}
}
