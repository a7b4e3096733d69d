package analyzers_test

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"go/format"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/txtar"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/rewrite/analyzers"
)

// TestAnalyzers asks of the analyzers what the framework asks of those that
// run together.
func TestAnalyzers(t *testing.T) {
	all := append(analyzers.All(), analyzers.Analyzer)
	if err := analysis.Validate(all); err != nil {
		t.Fatal(err)
	}
	if len(all) != len(detect.All)+1 {
		t.Errorf("%d analyzers for %d rules", len(all), len(detect.All))
	}
	for _, a := range all {
		if len(a.FactTypes) > 0 {
			t.Errorf("%s has facts", a.Name)
		}
	}
}

func TestSettings(t *testing.T) {
	for _, test := range []struct{ args, want string }{
		{"-strict -unsafe -generated", ""},
		{"-rules background,nildone", ""},
		{"-skip background", ""},
		{"-providers example.com/p.Call.Ctx -closers Drop -retainers Keep,Hold", ""},
		{"-rules backgroun", `unknown rule "backgroun"`},
		{"-skip background,", `unknown rule ""`},
		{"-rules background -skip background", "no rule is left"},
	} {
		settings := &analyzers.Settings{}
		a := analyzers.New(settings)
		if err := a.Flags.Parse(strings.Fields(test.args)); err != nil {
			t.Errorf("%s: %v", test.args, err)
		}
		err := settings.Check()
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%s: error %v, want %q", test.args, err, test.want)
		}
	}
}

// differences are the cases of which go fix makes something else than ctxfix.
var differences = map[string]string{
	"noctx/get": "the fix imports strings, which the package did not depend on",
}

// TestGoFix runs go fix with ctxfix as its tool over the cases that have safe
// fixes, each a package: the files are what ctxfix -w leaves, formatted.
func TestGoFix(t *testing.T) {
	tool := buildCtxfix(t)
	byCtxfix, byGo := t.TempDir(), t.TempDir()
	laid := 0
	for _, dir := range []string{byCtxfix, byGo} {
		laid = layCases(t, dir)
	}
	if laid < 100 {
		t.Fatalf("only %d cases: they are not what this test takes them for", laid)
	}
	if out, err := command(byCtxfix, tool, "-w", "-q", "./...").CombinedOutput(); exitCode(err) > 1 {
		t.Fatalf("ctxfix: %v\n%s", err, out)
	}
	fix := command(byGo, "go", "fix", "-fixtool="+tool, "./...")
	// With -trimpath go fix may take the fixes of an earlier run out of the build
	// cache, which name the files of that run's folder.
	fix.Env = append(fix.Env, "GOFLAGS=")
	if out, err := fix.CombinedOutput(); err != nil {
		t.Fatalf("go fix: %v\n%s", err, out)
	}
	differ := map[string]bool{}
	for _, path := range goFiles(t, byCtxfix) {
		want, got := read(t, byCtxfix, path), read(t, byGo, path)
		name := filepath.ToSlash(filepath.Dir(path))
		if bytes.Equal(got, want) || bytes.Equal(formatted(t, got), formatted(t, want)) {
			continue
		}
		differ[name] = true
		if differences[name] == "" {
			t.Errorf("%s: go fix makes\n%s\nctxfix makes\n%s", path, got, want)
		}
	}
	for name, because := range differences {
		if !differ[name] {
			t.Errorf("%s is the same now, although %s", name, because)
		}
	}
}

// layCases writes the cases that are one package and have safe fixes, and
// returns their number.
func layCases(t *testing.T, dir string) (laid int) {
	paths, err := filepath.Glob("../../testdata/*/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "go.mod"), []byte("module example.com/p\n\ngo 1.26\n"))
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		folder := filepath.Base(filepath.Dir(path))
		if folder == "cli" || folder == "forms" || !onePackage(archive) {
			continue
		}
		laid++
		for _, f := range archive.Files {
			if !strings.Contains(f.Name, "/") {
				write(t, filepath.Join(dir, folder, strings.TrimSuffix(filepath.Base(path), ".txtar"), f.Name), f.Data)
			}
		}
	}
	return laid
}

func onePackage(archive *txtar.Archive) bool {
	fixed := false
	for _, f := range archive.Files {
		rest, isFixed := strings.CutPrefix(f.Name, "fixed/")
		rest = strings.TrimPrefix(rest, "unsafe/")
		fixed = fixed || isFixed
		if strings.Contains(rest, "/") || rest == "go.mod" || bytes.Contains(f.Data, []byte(`"example.com/p`)) {
			return false
		}
	}
	return fixed && !bytes.Contains(archive.Comment, []byte("flags: -generated"))
}

func buildCtxfix(t *testing.T) string {
	t.Helper()
	tool := filepath.Join(t.TempDir(), "ctxfix")
	if out, err := exec.Command("go", "build", "-o", tool, "../../cmd/ctxfix").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return tool
}

func command(dir, name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	// With -trimpath the build cache knows the cases of an earlier run.
	cmd.Env = append(os.Environ(), "GOFLAGS=-trimpath", "GOPROXY=off", "GOWORK=off", "PWD="+dir)
	return cmd
}

func exitCode(err error) int {
	if exit, ok := err.(*exec.ExitError); ok {
		return exit.ExitCode()
	}
	if err != nil {
		return -1
	}
	return 0
}

func goFiles(t *testing.T, dir string) (paths []string) {
	t.Helper()
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if filepath.Ext(path) == ".go" {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

// formatted returns the source as gofmt lays it out, without empty lines: go
// fix may leave one where it drops an import.
func formatted(t *testing.T, src []byte) []byte {
	t.Helper()
	out, err := format.Source(src)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.ReplaceAll(out, []byte("\n\n"), []byte("\n"))
}

func read(t *testing.T, dir, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, path))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o666); err != nil {
		t.Fatal(err)
	}
}
