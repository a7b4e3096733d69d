//go:build linux

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// large reports whether the sizes are those of "make large", which take minutes.
var large = os.Getenv("CTXFIX_LARGE") != ""

// size is n, and many of it in "make large".
func size(n, many int) int {
	if large {
		return many
	}
	return n
}

const (
	// A run that takes longer is taken to hang: this measures nothing.
	hangs = 10 * time.Minute
	// maxMemory is what a run, or a go command it starts, may take, in kB.
	maxMemory = 2 << 20
)

// An outcome is what a run left.
type outcome struct {
	code           int
	stdout, stderr string
}

// runBounded runs ctxfix in dir, as a process. It must end by itself, with one
// of its exit codes, and within its memory.
func runBounded(t *testing.T, dir string, args ...string) outcome {
	t.Helper()
	cmd := ctxfix(t, t.TempDir(), append([]string{"-C", dir}, args...)...)
	cmd.Env = append(cmd.Env, "GOFLAGS=", "GOWORK=off", "GOPROXY=off")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	kill := time.AfterFunc(hangs, func() { cmd.Process.Kill() })
	cmd.Wait() // the code tells
	if !kill.Stop() {
		t.Fatalf("%q was not done within %v", args, hangs)
	}
	out := outcome{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
	if out.code < 0 || out.code > 2 || crashed.MatchString(out.stderr) {
		t.Errorf("%q: code %d, %s", args, out.code, cut(out.stderr))
	}
	if usage := cmd.ProcessState.SysUsage().(*syscall.Rusage); !large && usage.Maxrss > maxMemory {
		t.Errorf("%q took %d MB", args, usage.Maxrss>>10)
	} else {
		t.Logf("%q: code %d, %d MB, %v", args, out.code, usage.Maxrss>>10, cmd.ProcessState.UserTime().Round(time.Millisecond))
	}
	return out
}

var crashed = regexp.MustCompile(`internal error|(?m)^(panic|fatal error|goroutine \d+ )|stack overflow`)

// cut keeps what a person reads of a long text.
func cut(text string) string { return text[:min(len(text), 2000)] }

// largeModule writes a module of one package.
func largeModule(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	lay(t, dir, map[string]string{
		"go.mod":  "module example.com/p\n\ngo 1.26\n",
		"find.go": "package p\n\nimport \"context\"\n\nfunc find(ctx context.Context) error { return ctx.Err() }\n",
	})
	lay(t, dir, files)
	return dir
}

// losing is a function with one finding, which -w settles.
func losing(name string) string {
	return "func " + name + "(ctx context.Context) error { return find(context.TODO()) }\n"
}

// TestLargeFiles: a large file, whatever makes it large, does not keep the others
// from being told and written, and is written as it was but for the fix.
func TestLargeFiles(t *testing.T) {
	isolateCache(t)
	const head = "package p\n\nimport \"context\"\n\n"
	for name, c := range map[string]struct{ text, flag string }{
		"table":         {"var Table = []int{\n" + strings.Repeat("1234567, 1234567, 1234567,\n", size(5<<10, 500<<10)) + "}\n\n", "-w"},
		"table, told":   {"var Table = []int{\n" + strings.Repeat("1234567, 1234567, 1234567,\n", size(20<<10, 2<<20)) + "}\n\n", ""},
		"line":          {"var Line = \"" + strings.Repeat("x", size(4, 50)<<20) + "\"\n\n", "-w"},
		"line, told":    {"var Line = \"" + strings.Repeat("x", 50<<20) + "\"\n\n", ""},
		"comment":       {"/*" + strings.Repeat("words and words\n", size(1, 50)<<16) + "*/\n\n", "-w"},
		"comments":      {strings.Repeat("// Words.\n", size(100, 1000)<<10) + "\n", ""},
		"no line break": {strings.Repeat("var _ int; ", size(4, 400)<<10) + "\n\n", "-w"},
	} {
		t.Run(name, func(t *testing.T) {
			before := head + c.text + losing("Get")
			dir := largeModule(t, map[string]string{"big.go": before, "z.go": head + losing("Other")})
			args := strings.Fields(c.flag)
			out := runBounded(t, dir, args...)
			want := before
			if c.flag == "" {
				if out.code != 1 || !regexp.MustCompile(`(?m)^big\.go:\d+:51: [^\n]*\nz\.go:5:53: [^\n]*\n\z`).MatchString(out.stdout) {
					t.Errorf("code %d: %s%s", out.code, cut(out.stdout), cut(out.stderr))
				}
			} else {
				want = head + c.text + strings.Replace(losing("Get"), "context.TODO()", "ctx", 1)
				if out.code != 0 || !strings.Contains(out.stderr, "2 fixed") {
					t.Errorf("code %d: %s%s", out.code, cut(out.stdout), cut(out.stderr))
				}
			}
			if got, err := os.ReadFile(filepath.Join(dir, "big.go")); err != nil || string(got) != want {
				t.Errorf("big.go has %d bytes, not the %d it is to have: %v", len(got), len(want), err)
			}
		})
	}
}

// TestManyFindings: thousands of findings are told, recorded and settled, every
// one of them, in one file as in many.
func TestManyFindings(t *testing.T) {
	isolateCache(t)
	for name, c := range map[string]struct{ n, perFile int }{
		// Of the reports with fixes each fix costs as much as its file is long.
		"one file":   {100, 100},
		"many files": {size(500, 10_000), 10},
		"long files": {size(100, 10_000), size(50, 500)},
	} {
		t.Run(name, func(t *testing.T) {
			n, perFile := c.n, c.perFile
			files, fixed := map[string]string{}, map[string]string{}
			for at := 0; at < n; at += perFile {
				var b strings.Builder
				b.WriteString("package p\n\nimport \"context\"\n\n")
				for i := range perFile {
					b.WriteString(losing(fmt.Sprintf("Get%d", at+i)))
				}
				name := fmt.Sprintf("f%06d.go", at)
				files[name] = b.String()
				fixed[name] = strings.ReplaceAll(b.String(), "context.TODO()", "ctx")
			}
			dir, reports := largeModule(t, files), t.TempDir()
			counts := fmt.Sprintf("ctxfix: %d findings in %d file", n, len(files))
			out := runBounded(t, dir, "-o", "json="+filepath.Join(reports, "json"), "-o", "sarif="+filepath.Join(reports, "sarif"))
			if out.code != 1 || strings.Count(out.stdout, "\n") != n || !strings.Contains(out.stderr, counts) {
				t.Fatalf("code %d, %d lines: %s", out.code, strings.Count(out.stdout, "\n"), cut(out.stderr))
			}
			checkJSON(t, filepath.Join(reports, "json"), n, "findings")
			checkJSON(t, filepath.Join(reports, "sarif"), n, "runs", "results")
			runBounded(t, dir, "-write-baseline", "-baseline", filepath.Join(reports, "baseline"))
			checkJSON(t, filepath.Join(reports, "baseline"), n, "findings")
			if out = runBounded(t, dir, "-baseline", filepath.Join(reports, "baseline")); out.code != 0 || out.stdout != "" {
				t.Errorf("baseline: code %d: %s%s", out.code, cut(out.stdout), cut(out.stderr))
			}
			if out = runBounded(t, dir, "-d"); out.code != 1 || strings.Count(out.stdout, "\n-func ") != n || strings.Count(out.stdout, "\n+func ") != n {
				t.Errorf("-d: code %d, %d lines: %s", out.code, strings.Count(out.stdout, "\n"), cut(out.stderr))
			}
			if out = runBounded(t, dir, "-w"); out.code != 0 || !strings.Contains(out.stderr, fmt.Sprintf("%d fixed", n)) {
				t.Errorf("-w: code %d: %s", out.code, cut(out.stderr))
			}
			for name, want := range fixed {
				if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(got) != want {
					t.Fatalf("%s is not what -w is to make of it: %v", name, err)
				}
			}
		})
	}
}

// checkJSON checks that the list at the keys, of the first of each list before
// it, has n elements.
func checkJSON(t *testing.T, path string, n int, keys ...string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var at any
	if err := json.Unmarshal(text, &at); err != nil {
		t.Fatalf("%s: %v", filepath.Base(path), err)
	}
	for i, key := range keys {
		if list, ok := at.([]any); ok && i > 0 && len(list) > 0 {
			at = list[0]
		}
		at = at.(map[string]any)[key]
	}
	if list, ok := at.([]any); !ok || len(list) != n {
		t.Errorf("%s has %d findings, not %d", filepath.Base(path), len(list), n)
	}
}

// TestDeepCode: code nested deeper than anyone writes gets findings, or a message
// and code 2, and never ends the process otherwise.
func TestDeepCode(t *testing.T) {
	isolateCache(t)
	nested := func(open, inner, end string) func(int) string {
		return func(n int) string { return strings.Repeat(open, n) + inner + strings.Repeat(end, n) }
	}
	for name, code := range map[string]func(n int) string{
		"parentheses": nested("(", "1", ")"),
		"binary":      nested("1 + ", "1", ""),
		"unary":       nested("- ", "1", ""),
		"closures":    nested("func() any { return ", "1", " }"),
		"types":       nested("[]", "int", ""),
		"blocks":      nested("{", "", "}"),
		"ifs":         nested("if ctx != nil {", "_ = find(context.TODO())", "}"),
		"selects":     nested("select { case <-ctx.Done(): default: ", "_ = find(context.TODO())", "}"),
	} {
		t.Run(name, func(t *testing.T) {
			for _, n := range []int{1000, size(10_000, 100_000)} {
				text := code(n)
				switch name {
				case "types": // deeper ones take longer than a test may
					text = "var _ " + code(1000)
				case "blocks", "ifs", "selects":
					n = min(n, size(200, 2000))
					text = "func Deep(ctx context.Context) {" + code(n) + "}"
				case "closures":
					text = "var _ any = " + code(min(n, size(200, 2000)))
				default:
					text = "var _ = " + text
				}
				dir := largeModule(t, map[string]string{"deep.go": "package p\n\nimport \"context\"\n\n" + losing("Get") + text + "\n"})
				out := runBounded(t, dir, "-timeout", "2m")
				if out.code != 1 && (out.code != 2 || !strings.Contains(out.stderr, "ctxfix: ")) {
					t.Errorf("code %d: %s%s", out.code, cut(out.stdout), cut(out.stderr))
				}
			}
		})
	}
}

// TestDeepType: the compiler, which the go command has make the types that others
// import, does not end with a type nested ten thousand deep; the type-checker does,
// and -timeout ends the rest.
func TestDeepType(t *testing.T) {
	isolateCache(t)
	dir := largeModule(t, map[string]string{"deep.go": "package p\n\nimport \"context\"\n\n" + losing("Get") + "var _ " + strings.Repeat("[]", 10_000) + "int\n"})
	if out := runBounded(t, dir, "-load", "source"); out.code != 1 || !strings.HasPrefix(out.stdout, "deep.go:5:51: ") {
		t.Errorf("code %d: %s%s", out.code, cut(out.stdout), cut(out.stderr))
	}
	if out := runBounded(t, dir, "-load", "export", "-timeout", "10s"); out.code != 2 || !strings.Contains(out.stderr, "not done within 10s") {
		t.Errorf("code %d: %s%s", out.code, cut(out.stdout), cut(out.stderr))
	}
}

// TestTimeoutEndsWork: -timeout ends a run whose report would take much longer,
// for each fix in it is made by itself, and leaves the old report as it was.
func TestTimeoutEndsWork(t *testing.T) {
	isolateCache(t)
	text := "package p\n\nimport \"context\"\n\n"
	for i := range 3000 {
		text += losing(fmt.Sprintf("Get%d", i))
	}
	dir := largeModule(t, map[string]string{"a.go": text, "out.json": "before"})
	out := runBounded(t, dir, "-timeout", "1s", "-o", "json=out.json")
	if out.code != 2 || !strings.Contains(out.stderr, "not done within 1s") {
		t.Errorf("code %d: %s%s", out.code, cut(out.stdout), cut(out.stderr))
	}
	if got, err := os.ReadFile(filepath.Join(dir, "out.json")); err != nil || string(got) != "before" {
		t.Errorf("the report was touched: %q, %v", cut(string(got)), err)
	}
}

// TestUnfitCode: what the type-checker refuses, and might not end with, is
// code 2 and told by file and line.
func TestUnfitCode(t *testing.T) {
	isolateCache(t)
	for name, code := range map[string]string{
		"recursive type":     "type T struct{ t T }",
		"recursive generics": "type T[P any] struct{ f *T[T[P]] }\nvar _ T[int]",
		"huge shift":         "const c = 1 << 1000000000",
		"huge constant":      "const c = 1 << 500 * (1 << 500)\nvar _ int = c",
		"huge array":         "var a [1 << 62][1 << 62]int",
		"constants in rings": "const a = b\nconst b = a",
	} {
		t.Run(name, func(t *testing.T) {
			dir := largeModule(t, map[string]string{"a.go": "package p\n\n" + code + "\n"})
			if out := runBounded(t, dir); out.code != 2 || !regexp.MustCompile(`(?m)^(ctxfix: |\t).*a\.go:[34]`).MatchString(out.stderr) {
				t.Errorf("code %d: %s%s", out.code, out.stdout, cut(out.stderr))
			}
		})
	}
	t.Run("import cycle", func(t *testing.T) {
		dir := largeModule(t, map[string]string{"a/a.go": "package a\n\nimport _ \"example.com/p/b\"\n", "b/b.go": "package b\n\nimport _ \"example.com/p/a\"\n"})
		if out := runBounded(t, dir, "./..."); out.code != 2 || !strings.Contains(out.stderr, "import cycle") {
			t.Errorf("code %d: %s%s", out.code, out.stdout, cut(out.stderr))
		}
	})
}
