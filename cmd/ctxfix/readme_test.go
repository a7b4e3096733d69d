package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aymanbagabas/go-udiff"
	"github.com/google/go-cmp/cmp"
	"github.com/urfave/cli/v2"

	"github.com/ctxfix/ctxfix/cmd/ctxfix/config"
	"github.com/ctxfix/ctxfix/detect"
)

var update = flag.Bool("update", false, "rewrite the generated parts of README.md")

// TestReadme compares the generated parts of README.md with the flags and
// the pages of the rules.
func TestReadme(t *testing.T) {
	path := filepath.Join("..", "..", "README.md")
	old := read(t, path)
	text := old
	for name, part := range map[string]string{"flags": flagTable(), "rules": ruleSection(t), "config": configTable(t)} {
		begin, end := "<!-- begin "+name+" -->\n", "<!-- end "+name+" -->"
		before, rest, ok1 := strings.Cut(text, begin)
		_, after, ok2 := strings.Cut(rest, end)
		if !ok1 || !ok2 {
			t.Fatalf("README.md has no part between %s and %s", begin, end)
		}
		text = before + begin + part + end + after
	}
	if *update {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(text, old); diff != "" {
		t.Errorf("README.md is stale, run: go test ./cmd/ctxfix -run Readme -update\n%s", diff)
	}
}

// flagTable lists the flags of the help text.
func flagTable() string {
	var b strings.Builder
	b.WriteString("| flag | |\n|---|---|\n")
	for _, f := range rootFlags() {
		value, usage := unquoteUsage(f.(cli.DocGenerationFlag).GetUsage())
		fmt.Fprintf(&b, "| `%s` | %s |\n", strings.TrimSpace("-"+f.Names()[0]+" "+value), usage)
	}
	return b.String()
}

// configTable lists the keys of a config, in their order in the schema's source.
func configTable(t *testing.T) string {
	type schema struct {
		Properties  map[string]schema
		Items       *struct{ Properties map[string]schema }
		Default     any
		Description string
	}
	var file schema
	if err := json.Unmarshal(config.Schema, &file); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("| key | default | |\n|---|---|---|\n")
	keys := reflect.TypeFor[config.File]()
	for i := range keys.NumField() {
		name := keys.Field(i).Tag.Get("yaml")
		key := file.Properties[name]
		if len(key.Properties) > 0 && name != "rules" { // options of one rule
			for _, option := range slices.Sorted(maps.Keys(key.Properties)) {
				fmt.Fprintf(&b, "| `%s.%s` | | %s |\n", name, option, key.Properties[option].Description)
			}
			continue
		}
		byDefault := ""
		if key.Default != nil {
			byDefault = fmt.Sprintf("`%v` ", key.Default)
		}
		fmt.Fprintf(&b, "| `%s` | %s| %s |\n", name, byDefault, key.Description)
	}
	return b.String()
}

// shown are the rules whose example stands in the README, too; those of the
// others are a link away.
var shown = []string{"background", "selectdone", "sleep", "lostcancel", "noctx"}

// ruleSection is a table of the rules and some of the examples of their pages.
func ruleSection(t *testing.T) string {
	var b strings.Builder
	b.WriteString("| rule | finds | fixes | runs |\n|---|---|---|---|\n")
	for _, r := range detect.All {
		runs := "by default"
		if r.Preset == detect.Strict {
			runs = "with `-strict` or `-rules`"
		}
		fixes := "none"
		if r.Best > detect.Manual {
			fixes = "up to " + r.Best.String()
		}
		fmt.Fprintf(&b, "| [%s](detect/%[1]s.md) | %s | %s | %s |\n", r.Name, r.Doc, fixes, runs)
	}
	for _, name := range shown {
		r := detect.Lookup(name)
		fmt.Fprintf(&b, "\n#### %s\n\n```diff\n%s```\n", r.Name, exampleDiff(example(t, r, "Before"), example(t, r, "After")))
	}
	return b.String()
}

// exampleDiff returns the lines that differ, marked, with those around them.
func exampleDiff(before, after string) string {
	var b strings.Builder
	for line := range strings.Lines(udiff.Unified("before", "after", before, after)) {
		switch {
		case strings.HasPrefix(line, "---"), strings.HasPrefix(line, "+++"):
		case strings.HasPrefix(line, "@@"):
			if b.Len() > 0 {
				b.WriteString("@@\n")
			}
		case line == " \n": // no blanks at the end of a line
			b.WriteString("\n")
		default:
			b.WriteString(line)
		}
	}
	return strings.TrimPrefix(b.String(), "\n")
}

// example returns the first block of code under the heading of a rule's page.
func example(t *testing.T, r *detect.Rule, heading string) string {
	t.Helper()
	_, text, _ := strings.Cut(r.Page, "\n## "+heading+"\n")
	_, text, _ = strings.Cut(text, "```go\n")
	text, _, ok := strings.Cut(text, "```\n")
	if !ok {
		t.Errorf("the page of %s has no code under %q", r.Name, heading)
	}
	return text
}

// TestMakefile asks that the targets the documents speak of exist, and that
// make help shows what it should.
func TestMakefile(t *testing.T) {
	makefile := read(t, filepath.Join("..", "..", "Makefile"))
	var targets []string
	for _, m := range regexp.MustCompile(`(?m)^([a-z]+):`).FindAllStringSubmatch(makefile, -1) {
		targets = append(targets, m[1])
	}
	for _, name := range []string{"README.md", filepath.Join(".ci", "run")} {
		for _, m := range regexp.MustCompile("(?m)(?:^|`)make ([a-z]+)").FindAllStringSubmatch(read(t, filepath.Join("..", "..", name)), -1) {
			if !slices.Contains(targets, m[1]) {
				t.Errorf("%s speaks of make %s, which is no target", name, m[1])
			}
		}
	}
	for _, want := range []string{"demo", "test", "check", "build", "bench", "corpus", "fmt", "clean"} {
		if !regexp.MustCompile(`(?m)^` + want + `:.* ## .`).MatchString(makefile) {
			t.Errorf("make help does not show %s", want)
		}
	}
}

func TestExitCodesDocumented(t *testing.T) {
	readme := read(t, filepath.Join("..", "..", "README.md"))
	for _, code := range []int{exitClean, exitFindings, exitFailure, exitInterrupted} {
		if !strings.Contains(readme, fmt.Sprintf("\n| %d | ", code)) {
			t.Errorf("README.md does not explain exit code %d", code)
		}
		if !regexp.MustCompile(fmt.Sprintf(`(?m)^  %d +\w`, code)).MatchString(helpTail) {
			t.Errorf("the help text does not explain exit code %d", code)
		}
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
