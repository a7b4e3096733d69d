package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// payload is what a terminal, a build service or a reader would act on: an
// escape sequence, other controls, text from right to left, what is no UTF-8,
// commands of build services, and the ends of what formats quote.
const payload = "\x1b]0;pwn\x07\x1b[2J\r\b\u009b31m\u202e\u2066\xff%0A##[command]rm ##vso[task.setvariable]x ]]><script>&amp;`\"'|$(id)::set-output name=x::y"

const hostileCode = `package p

import "context"

func find(ctx context.Context, s string) error { return ctx.Err() }

func Get(ctx context.Context) error { return find(context.TODO(), ` + "`a\n::stop-commands::b\n`" + `) } // PAYLOAD

func Set(ctx context.Context) context.Context { return context.WithValue(ctx, "PAYLOAD", 1) } //ctxfix:ignore PAYLOAD

//ctxfix:ignore noctx PAYLOAD
`

// TestHostileText: no output of any kind passes on what the code has put into
// names, text, directives, errors or settings.
func TestHostileText(t *testing.T) {
	isolateCache(t)
	// What the compiler takes in comments and strings is less.
	inCode := strings.NewReplacer("\xff", "", "\r", "", "\"", "", "`", "", "\n", "").Replace(payload)
	code := strings.ReplaceAll(hostileCode, "PAYLOAD", inCode)
	inName := strings.NewReplacer("/", "", "\xff", "").Replace(payload)
	for name, files := range map[string]map[string]string{
		"findings":       {"::error::" + inName + ".go": code, "\n::error::x.go": strings.NewReplacer("find", "seek", "Get", "Got", "Set", "Sat").Replace(code)},
		"no UTF-8":       {"a\xff.go": code},
		"folder":         {"d" + inName + "/a.go": code, "::warning::/b.go": code},
		"type errors":    {"\n::error::" + inName + ".go": code + "\nvar _ int = \"" + inCode + "\"\n"},
		"syntax errors":  {"\n::error::" + inName + ".go": code + "\n" + payload + "\n"},
		"missing import": {"a.go": "package p\n\nimport _ \"example.com/\\n::error::\x1b[2J" + strings.ReplaceAll(inCode, "\\", "") + "\"\n"},
		"line":           {"a.go": "//line \x1b[2J::error::" + inCode + ".go:1\n" + code + "\nvar _ int = \"\"\n"},
		"constraint":     {"a.go": "//go:build \x1b[2J" + inCode + "\n\n" + code},
		"embed":          {"a.go": code + "\nimport _ \"embed\"\n", "b.go": "package p\n\nimport _ \"embed\"\n\n//go:embed " + inCode + "\nvar x string\n"},
		"package clause": {"a.go": code, "b.go": "package q" + inCode + "\n"},
		"go.mod":         {"go.mod": "module example.com/p\n\ngo 1.26\n" + payload + "\n::error::x\n", "a.go": code},
		"go.work":        {"go.work": "go 1.26\n\nuse ./\x1b[2J" + payload + "\n", "a.go": code},
		"config":         {".ctxfix.yaml": "rules:\n  \"" + inCode + "\": off\n", "a.go": code},
		"config value":   {".ctxfix.yaml": "exclude: [\"" + inCode + "\"]\npreset: \"\x1b[2J" + inCode + "\"\n", "a.go": code},
		"config syntax":  {".ctxfix.yaml": payload + "\n::error::\n", "a.go": code},
		"baseline":       {".ctxfix-baseline.json": `{"version": 1, "findings": [{"file": "\n::error::\u001b[2J", "rule": "\u001b[2J", "message": "\n::error::\u001b[2J##[command]\u202e", "fingerprint": "\u001b[2J"}]}`, "a.go": code},
		"baseline error": {".ctxfix-baseline.json": "\x1b[2J", "a.go": code},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			needNames(t, files)
			dir, out := t.TempDir(), t.TempDir()
			lay(t, dir, map[string]string{"go.mod": "module example.com/p\n\ngo 1.26\n"})
			lay(t, dir, files)
			for _, flags := range hostileRuns {
				args := append([]string{"ctxfix", "-C", dir, "./..."}, flags...)
				if _, ok := files[".ctxfix-baseline.json"]; ok {
					args = append(args, "-baseline", ".ctxfix-baseline.json")
				}
				if flags[0] == "-format=github" {
					for _, format := range fileFormats {
						args = append(args, "-o", format+"="+filepath.Join(out, format))
					}
				}
				var stdout, stderr bytes.Buffer
				if code := run(t.Context(), args, strings.NewReader(""), &stdout, &stderr); strings.Contains(stderr.String(), "internal error") {
					t.Errorf("%q: %d, %s", flags, code, stderr.String())
				}
				checkPlain(t, flags, "stderr", stderr.String())
				checkOutput(t, flags, flags[0], stdout.String())
			}
			for _, format := range fileFormats {
				text, err := os.ReadFile(filepath.Join(out, format))
				switch {
				case err == nil:
					checkOutput(t, nil, format, string(text))
				case name == "findings": // of others may come no more than what stderr has
					t.Error(err)
				}
			}
		})
	}
}

var fileFormats = []string{"json", "sarif", "gitlab", "checkstyle", "rdjsonl"}

// hostileRuns are the ways of telling.
var hostileRuns = [][]string{
	{"-format=text", "-strict"},
	{"-format=text", "-v", "-show-ignored", "-unsafe"},
	{"-color=always", "-v", "-show-ignored"},
	{"-l", "-unsafe"},
	{"-color=always", "-d"},
	{"-format=github", "-show-ignored"},
}

var (
	painted = regexp.MustCompile("\x1b\\[[0-9;]*m")
	// Commands of GitHub Actions, also after blanks, of older ones anywhere, and
	// of Azure and TeamCity.
	command = regexp.MustCompile(`^\s*::|##[a-z]*\[`)
)

// checkOutput checks what was written in a format, or with a flag.
func checkOutput(t *testing.T, flags []string, format, text string) {
	t.Helper()
	var err error
	switch format {
	case "json", "sarif", "gitlab", "rdjsonl":
		for dec := json.NewDecoder(strings.NewReader(text)); err == nil; {
			err = dec.Decode(new(any))
		}
	case "checkstyle":
		for dec := xml.NewDecoder(strings.NewReader(text)); err == nil; {
			_, err = dec.Token()
		}
	case "-format=github":
		err = io.EOF
		own := regexp.MustCompile(`^::(error|warning|notice) [^:]*::[^\x00-\x1f]*$`)
		for line := range strings.Lines(text) {
			if line = strings.TrimSuffix(line, "\n"); !own.MatchString(line) {
				t.Errorf("%q: not a command of ours: %q", flags, line)
			}
		}
	default:
		checkPlain(t, flags, "stdout", painted.ReplaceAllString(text, ""))
		return
	}
	if err != io.EOF || !utf8.ValidString(text) {
		t.Errorf("%s: %v in %q", format, err, text)
	}
	if i := strings.IndexFunc(text, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' }); i >= 0 {
		t.Errorf("%s: a control character in %q", format, text[max(0, i-40):min(len(text), i+40)])
	}
}

// checkPlain checks text for people. That of a diff without colours is for git
// apply, and as the code has it.
func checkPlain(t *testing.T, flags []string, name, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		odd := strings.IndexFunc(line, func(r rune) bool { return r != '\t' && r != utf8.RuneError && !unicode.IsPrint(r) })
		if odd >= 0 || !utf8.ValidString(line) || command.MatchString(line) {
			t.Errorf("%q: %s has the line %q", flags, name, line)
		}
	}
}

// needNames skips the test where the system has no files with such names:
// Windows, none with control characters and what its command lines use; macOS,
// none that are not UTF-8.
func needNames(t *testing.T, files map[string]string) {
	t.Helper()
	for name := range files {
		reserved := strings.ContainsAny(name, `<>:"|?*\`) || strings.ContainsFunc(name, unicode.IsControl)
		if runtime.GOOS == "windows" && reserved || runtime.GOOS == "darwin" && !utf8.ValidString(name) {
			t.Skipf("%s has no files with the name %q", runtime.GOOS, name)
		}
	}
}

// lay writes files by their names below dir.
func lay(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}
