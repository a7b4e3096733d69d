package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// broken are configs with the place and the text of what is wrong.
var broken = []struct {
	text, want string
	unsaid     bool // the schema cannot say it
}{
	// YAML itself
	{"preset: [\n", "1:9: not valid YAML: ", false},
	{"preset: \"off\n", "1:9: not valid YAML: ", false},
	{"exclude:\n\t- a\n", "2:1: not valid YAML: ", false},
	{"preset: off\npreset: strict\n", `2:1: not valid YAML: mapping key "preset" already defined`, false},
	{"rules:\n  sleep: off\n  sleep: strict\n", `3:3: not valid YAML: mapping key "sleep" already defined`, false},
	{"preset: off\n---\npreset: strict\n", "2:1: a second document; keep one", true},
	{"tests: &a true\n", "1:8: anchors, aliases and tags are not used here; write the value", true},
	{"tests: !!bool true\n", "1:8: anchors, aliases and tags", true},
	{"rules:\n  <<: {sleep: off}\n", "2:3: this key is not a plain word", true},
	{"1: a\n", "1:1: this key is not a plain word", false},
	{"? preset\n: off\n", "1:1: this key is not a plain word", true},
	{"exclude: " + strings.Repeat("[", 20) + strings.Repeat("]", 20), "1:26: values nest too deep; a config is a mapping", false},
	{"exclude: " + strings.Repeat("[{a: ", 20), "1:50: values nest too deep", false},
	{strings.Repeat("- ", 20) + "a\n", "1:33: values nest too deep", false},
	{strings.Repeat("? ", 20) + "a\n", "1:33: values nest too deep", false},
	{strings.Repeat("exclude: []\n", 6000), "1:1: this is too large for a config; keep it below 65536 bytes", false},
	// keys
	{"prest: off\n", `1:1: unknown key "prest"; did you mean "preset"?; the keys are preset, rules, `, false},
	{"\ufeffprest: off\n", `1:1: unknown key "prest"; did you mean "preset"?`, false},
	{"tests: true\r\nprest: off\r\n", `2:1: unknown key "prest"`, false},
	{"nildone:\n  acessor: a/b.C\n", `2:3: unknown key "acessor"; did you mean "accessor"?; the keys are accessor`, false},
	{"overrides:\n  - file: [a]\n", `2:5: unknown key "file"; did you mean "files"?; the keys are files, preset, rules`, false},
	{"a.b: 1\n", `1:1: unknown key "a.b"`, false},
	{"rules:\n  a.b: off\nx: 1\n", `3:1: unknown key "x"`, false},
	{"unsafe: true\n", `1:1: a config cannot turn on "unsafe"; what may change behaviour`, false},
	{"Preset: off\n", `1:1: unknown key "Preset"; did you mean "preset"?`, false},
	// kinds
	{"preset\n", "1:1: a text where a mapping is wanted; write lines of KEY: value", false},
	{"- preset\n", "1:1: a list where a mapping is wanted", false},
	{"exclude: a\n", "1:10: a text where a list is wanted", false},
	{"exclude:\n  a: b\n", "2:4: a mapping where a list is wanted", false},
	{"rules: [sleep]\n", "1:8: a list where a mapping is wanted", false},
	{"nildone: a\n", "1:10: a text where a mapping is wanted", false},
	{"exclude: [3]\n", "1:11: 3 is not a text; put it in quotes", false},
	{"exclude:\n  - a: b\n", "2:6: a: b is not a text", false},
	{"exclude: [[a]]\n", "1:11: [a] is not a text", false},
	{"preset: true\n", "1:9: true is not a text", false},
	{"preset: |\n  off\n", "1:9: | is not a text", false},
	{"tests: yes\n", "1:8: yes is neither true nor false; write one of them", false},
	{"tests: 1\n", "1:8: 1 is neither true nor false", false},
	{"tests: [true]\n", "1:8: [ is neither true nor false", false},
	{"preset:\n", "1:1: preset has no value; give it one, or delete the line", false},
	{"tests: null\n", "1:1: tests has no value", false},
	{"overrides:\n  - files:\n", "2:5: files has no value; give it one", false},
	{"exclude:\n  -\n", "2:5: an item without a value", false},
	// values
	{"preset: all\n", `1:9: unknown value "all"; write off, recommended or strict`, false},
	{"preset: recomended\n", `1:9: unknown value "recomended"; did you mean "recommended"?; write`, false},
	{"rules:\n  sleep: on\n", `2:10: unknown value "on"`, false},
	{"rules:\n  slep: off\n", `2:3: unknown rule "slep"; did you mean "sleep"?; ctxfix rules lists them`, false},
	{"rules: {z: off, y: off, x: off, w: off, v: off, u: off}\n", `1:9: unknown rule "z"`, false},
	{"rules: {\"a.b 'c\": off}\n", `1:9: unknown rule "a.b 'c"`, false},
	{"overrides:\n  - files: [a]\n    rules: {slep: off}\n", `3:13: unknown rule "slep"`, false},
	{"overrides:\n  - preset: off\n", "2:5: this override is for no files; add files:", false},
	{"overrides:\n  - files: []\n", "2:5: this override is for no files", false},
	{"exclude: ['']\n", "1:11: empty glob", false},
	{"exclude: ['!a']\n", `1:11: glob "!a" begins with !`, false},
	{"exclude: ['a\\b']\n", `1:11: glob "a\\b" has a backslash`, false},
	{"exclude: [../a]\n", `1:11: glob "../a" is no path below the folder`, false},
	{"exclude: [a/../b]\n", `1:11: glob "a/../b" is no path below the folder`, false},
	{"exclude: [/a]\n", `1:11: glob "/a" is no path below the folder`, false},
	{"exclude: ['" + strings.Repeat("{a,aa}", 40) + "b']\n", "1:11: glob ", true},
	{"exclude: ['{" + strings.Repeat("a,", 40) + "b}']\n", "1:11: glob ", true},
	{"exclude: ['a[']\n", `1:11: malformed glob "a["`, true},
	{"tags: ['a b']\n", `1:8: "a b" is not of the form wanted here; a build tag`, false},
	{"cause: sometimes\n", `1:8: unknown value "sometimes"; write package, always or never`, false},
	{"closers: [a/b]\n", `1:11: "a/b" is not of the form wanted here; write Name,`, false},
	{"closers: ['(*a.B).C']\n", `1:11: "(*a.B).C" is not of the form wanted here`, false},
	{"closers: [Drop()]\n", `1:11: "Drop()" is not of the form wanted here`, false},
	{"retainers: [.x]\n", `1:13: ".x" is not of the form wanted here`, false},
	{"providers: [Ctx]\n", `1:13: "Ctx" is not of the form wanted here; write import/path.Type.Name`, false},
	{"providers: [a.Ctx]\n", `1:13: "a.Ctx" is not of the form`, false},
	{"nildone:\n  accessor: Done\n", `2:13: "Done" is not of the form wanted here; write import/path.Name`, false},
	{"deadctx:\n  timeout: 10\n", "2:12: 10 is not a text", false},
	{"deadctx:\n  timeout: soon\n", `2:12: "soon" is not a duration above zero; write a number with its unit`, false},
	{"deadctx:\n  timeout: 0s\n", `2:12: "0s" is not a duration above zero`, false},
	{"deadctx:\n  timeout: 0m0.0s\n", `2:12: "0m0.0s" is not a duration above zero`, false},
	{"deadctx:\n  timeout: .5s\n", `2:12: ".5s" is not a duration above zero`, false},
	{"b: 1\na: 2\nc: 3\n", `1:1: unknown key "b"`, false},
	{"deadctx:\n  timeout: -1s\n", `2:12: "-1s" is not a duration above zero`, false},
}

func TestParseErrors(t *testing.T) {
	for _, c := range broken {
		_, err := Parse("dir/.ctxfix.yaml", []byte(c.text))
		if err == nil {
			t.Errorf("%q: no error, want %s", c.text, c.want)
			continue
		}
		first, rest, _ := strings.Cut(err.Error(), "\n")
		if !strings.HasPrefix(first, "dir/.ctxfix.yaml:"+c.want) {
			t.Errorf("%q: error %q, want %q", c.text, first, c.want)
		}
		if !strings.HasSuffix(rest, "^") {
			t.Errorf("%q: excerpt %q", c.text, rest)
		}
	}
}

var valid = []string{
	"", "\n", "# nothing yet\n", "---\n", "---\npreset: off\n", "preset: off\n...\n", "\ufeffpreset: off\n",
	"preset: off\r\ntests: false\r\n", "exclude:\n# - a\nrules:\nnildone:\n", "overrides:\n  - files: [a]\n    rules:\n", "{}\n", "preset: 'off'",
	"# yaml-language-server: $schema=x\npreset: off\n", "%YAML 1.2\n---\npreset: off\n",
	"closers: [Drop, gopkg.in/yaml.v3.Drop, a/b.C.D]\n", "exclude: ['**/*.pb.go', 'a{b,c}/d', internal/, ./x]\n",
}

func TestParseQuietly(t *testing.T) {
	for _, text := range valid {
		if _, err := Parse("x", []byte(text)); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestExcerpt(t *testing.T) {
	_, err := Parse("x", []byte("tests: true\npreset: \"ö\"\n"))
	const want = "x:2:9: unknown value \"ö\"; write off, recommended or strict\n   2 | preset: \"ö\"\n               ^"
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

// FuzzParse asks that any text is read or refused with a place in it, and that
// what is read can be printed and read again.
func FuzzParse(f *testing.F) {
	for _, text := range valid {
		f.Add([]byte(text))
	}
	for _, c := range broken {
		f.Add([]byte(c.text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Parse("x", data)
		if err != nil {
			place := err.(*Error)
			if lines := strings.Count(string(plainLines(data)), "\n") + 1; place.Line < 1 || place.Column < 1 || place.Line > lines || strings.Contains(place.Message, "\n") {
				t.Errorf("%q: %v", data, err)
			}
			return
		}
		if _, err := Parse("printed", []byte(c.Effective())); err != nil {
			t.Errorf("%q: printed, %v", data, err)
		}
	})
}

func TestFind(t *testing.T) {
	root := t.TempDir()
	for _, file := range []string{
		".ctxfix.yaml", // above every top: never found
		"module/go.mod", "module/sub/x",
		"work/go.work", "work/.ctxfix.yaml", "work/m/go.mod", "work/m/sub/x",
		"git/.git/x", "git/.ctxfix.yaml", "git/go.work", "git/m/go.mod", "git/m/.ctxfix.yaml", "git/m/sub/x", "git/n/go.work", "git/n/m/go.mod",
		"bare/.git/x", "bare/m/go.mod",
		"both/go.mod", "both/.ctxfix.yaml", "both/.ctxfix.yml",
		"other/go.mod", "other/.ctxfix.yml",
	} {
		path := filepath.Join(root, filepath.FromSlash(file))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct{ dir, want string }{
		{"module", ""},
		{"module/sub", ""},
		{"work/m/sub", "work/.ctxfix.yaml"},
		{"git/m/sub", "git/m/.ctxfix.yaml"},
		{"git/n/m", "git/.ctxfix.yaml"},
		{"bare/m", ""},
	} {
		path, warning, err := Find(filepath.Join(root, filepath.FromSlash(c.dir)))
		if path != "" {
			path, _ = filepath.Rel(root, path)
		}
		if filepath.ToSlash(path) != c.want || warning != "" || err != nil {
			t.Errorf("Find(%s) = %q, %q, %v, want %q", c.dir, path, warning, err, c.want)
		}
	}
	if _, warning, err := Find(filepath.Join(root, "both")); err != nil || !strings.Contains(warning, "is not read, as .ctxfix.yaml stands beside it") {
		t.Errorf("both: %q, %v", warning, err)
	}
	if _, _, err := Find(filepath.Join(root, "other")); err == nil || !strings.HasSuffix(err.Error(), "is not read; rename it to .ctxfix.yaml") {
		t.Errorf("other: %v", err)
	}
}
