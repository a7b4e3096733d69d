package rewrite_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ctxfix/ctxfix/detect"
)

// TestCatalogue names what a rule still lacks: its halves, its page, cases of
// which most must stay as they are, a line in the changelog.
func TestCatalogue(t *testing.T) {
	changes, err := os.ReadFile("../CHANGELOG.md")
	if err != nil {
		t.Fatal(err)
	}
	for i, rule := range detect.All {
		if slices.Index(detect.All, rule) < i {
			t.Errorf("rule %s is listed twice", rule.Name)
		}
		for _, path := range []string{"../detect/" + rule.Name + ".go", "../detect/" + rule.Name + ".md", rule.Name + ".go"} {
			if _, err := os.Stat(path); err != nil && (path != rule.Name+".go" || rule.Best > detect.Manual) {
				t.Errorf("rule %s: %v", rule.Name, err)
			}
		}
		if !strings.Contains(string(changes), "- `"+rule.Name+"`:") {
			t.Errorf("rule %s is not in CHANGELOG.md", rule.Name)
		}
		cases, err := filepath.Glob("../testdata/" + rule.Name + "/*.txtar")
		if err != nil {
			t.Fatal(err)
		}
		quiet := 0
		for _, path := range cases {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(data), "\n-- fixed/") && !strings.Contains(string(data), "\n-- unsafe/") {
				quiet++
			}
		}
		if 2*quiet <= len(cases) {
			t.Errorf("rule %s: %d of %d cases must stay as they are; want more than half", rule.Name, quiet, len(cases))
		}
	}
}

// traps is how many traps the catalogue of look-alikes knows, T1 to T66.
const traps = 66

// TestTraps names the traps that no case shows. T45 is TestGoFix.
func TestTraps(t *testing.T) {
	cases, err := filepath.Glob("../testdata/*/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]bool{"T45": true}
	for _, path := range cases {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		prose, _, _ := strings.Cut(string(data), "\n-- ")
		for _, trap := range trapNumber.FindAllString(prose, -1) {
			shown[trap] = true
		}
	}
	for n := 1; n <= traps; n++ {
		if trap := fmt.Sprint("T", n); !shown[trap] {
			t.Errorf("no case shows %s", trap)
		}
	}
}

var trapNumber = regexp.MustCompile(`\bT[0-9]+\b`)
