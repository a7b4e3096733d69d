package rewrite_test

import (
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/rewrite/emit"
	"github.com/google/go-cmp/cmp"
)

const (
	demoDir   = "../testdata/demo"
	demoProof = "../testdata/demo-proof"
)

var demoRules = []string{"background", "goroutine", "selectdone", "nildone"}

var acceptDemo = flag.Bool("accept-demo", false, "accept the changes that ctxfix makes to testdata/demo")

// TestDemoFindings holds the rules to the table of defects in the demo's README.
func TestDemoFindings(t *testing.T) {
	var want []string
	for _, row := range readmeTable(t, "## Defects") {
		want = append(want, strings.Join(row[:4], " "))
	}
	slices.Sort(want)
	got := runModule(t, demoDir, detect.Manual, demoRules...).found()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings (-README +found):\n%s", diff)
	}
}

// TestDemoSafe and TestDemoUnsafe hold the changes to the accepted ones, then
// build and test the service as it is after them.
func TestDemoSafe(t *testing.T)   { testDemo(t, detect.Safe, "safe.diff", "-skip=^TestUnsafe") }
func TestDemoUnsafe(t *testing.T) { testDemo(t, detect.Unsafe, "unsafe.diff", "-skip=^$") }

func testDemo(t *testing.T, threshold detect.Safety, golden, skip string) {
	m := runModule(t, demoDir, threshold, demoRules...)
	compareDiff(t, filepath.Join(demoProof, golden), diffOf(t, m))
	checkLookAlikes(t, m)

	dir := m.write(t, filepath.Join(demoProof, "proof_test.go"))
	mustGo(t, dir, "vet", "./...")
	mustGo(t, dir, "test", skip, "./...")
	unchanged(t, dir, threshold)
}

// TestDemoBefore shows that the proof can fail: nothing ends before the fix.
func TestDemoBefore(t *testing.T) {
	m := &module{dir: demoDir}
	dir := m.write(t, filepath.Join(demoProof, "proof_test.go"))
	out, err := goTool(t, dir, "test", "-run", "^TestSafe|^TestUnsafe", "-v", ".")
	if err == nil {
		t.Fatal("the proof passes before the fix")
	}
	ran := regexp.MustCompile(`(?m)^=== RUN +(\w+)$`).FindAllStringSubmatch(out, -1)
	if len(ran) == 0 {
		t.Fatalf("no test ran:\n%s", out)
	}
	for _, name := range ran {
		if !strings.Contains(out, "--- FAIL: "+name[1]+" ") {
			t.Errorf("%s passes before the fix", name[1])
		}
	}
}

// checkLookAlikes finds every line of the README's second table as often in
// its function after the run as before.
func checkLookAlikes(t *testing.T, m *module) {
	t.Helper()
	edits := m.edits(t)
	for _, row := range readmeTable(t, "## Look-alikes that stay") {
		name, function, line := row[0], row[1], row[2]
		before, err := os.ReadFile(filepath.Join(demoDir, name))
		if err != nil {
			t.Fatal(err)
		}
		after, ok := edits[name]
		if !ok {
			after = before
		}
		n := countLines(t, before, function, line)
		if n == 0 {
			t.Errorf("README: no line %q in function %s of %s", line, function, name)
		}
		if got := countLines(t, after, function, line); got != n {
			t.Errorf("%s: %s: line %q: %d times before, %d times after", name, function, line, n, got)
		}
	}
}

// countLines counts a line, without its indentation, in a function's text.
func countLines(t *testing.T, src []byte, function, line string) int {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", src, 0)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, decl := range file.Decls {
		fn, ok := decl.(*ast.FuncDecl)
		if !ok || fn.Name.Name != function {
			continue
		}
		text := src[fset.Position(fn.Pos()).Offset:fset.Position(fn.End()).Offset]
		for have := range strings.Lines(string(text)) {
			if strings.TrimSpace(have) == line {
				n++
			}
		}
	}
	return n
}

// readmeTable returns the cells of the table under a heading, without code marks.
func readmeTable(t *testing.T, heading string) (rows [][]string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(demoDir, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, section, ok := strings.Cut(string(text), heading+"\n")
	if !ok {
		t.Fatalf("README.md: no heading %q", heading)
	}
	section, _, _ = strings.Cut(section, "\n## ")
	for line := range strings.Lines(section) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "|") {
			continue
		}
		cells := strings.Split(strings.Trim(line, "|"), " | ")
		for i, c := range cells {
			cells[i] = strings.Trim(strings.TrimSpace(c), "`")
		}
		rows = append(rows, cells)
	}
	if len(rows) < 3 {
		t.Fatalf("README.md: no table under %q", heading)
	}
	return rows[2:]
}

// diffOf renders the edits as one diff, files in order.
func diffOf(t *testing.T, m *module) string {
	t.Helper()
	edits := m.edits(t)
	var out strings.Builder
	for _, name := range slices.Sorted(maps.Keys(edits)) {
		before, err := os.ReadFile(filepath.Join(m.dir, filepath.FromSlash(name)))
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		out.WriteString(emit.Diff(before, edits[name], name))
	}
	return out.String()
}

func compareDiff(t *testing.T, golden, got string) {
	t.Helper()
	if *acceptDemo {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("changes (-%s +got):\n%s", golden, diff)
	}
}
