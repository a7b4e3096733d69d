package config

import (
	"strings"
	"testing"
)

func TestParseErrors(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		// YAML itself
		{"preset: [\n", "1:9: not valid YAML: "},
		{"preset: \"off\n", "1:9: not valid YAML: "},
		{"exclude:\n\t- a\n", "2:1: not valid YAML: "},
		{"preset: off\npreset: strict\n", `2:1: not valid YAML: mapping key "preset" already defined`},
		{"rules:\n  sleep: off\n  sleep: strict\n", `3:3: not valid YAML: mapping key "sleep" already defined`},
		{"preset: off\n---\npreset: strict\n", "2:1: a second document; keep one"},
		{"tests: &a true\n", "1:8: anchors, aliases and tags are not used here; write the value"},
		{"tests: !!bool true\n", "1:8: anchors, aliases and tags"},
		{"rules:\n  <<: {sleep: off}\n", "2:3: this key is not a plain word"},
		{"1: a\n", "1:1: this key is not a plain word"},
		{"? preset\n: off\n", "1:1: this key is not a plain word"},
		// keys
		{"prest: off\n", `1:1: unknown key "prest"; did you mean "preset"?; the keys are preset, rules, `},
		{"\ufeffprest: off\n", `1:1: unknown key "prest"; did you mean "preset"?`},
		{"tests: true\r\nprest: off\r\n", `2:1: unknown key "prest"`},
		{"nildone:\n  acessor: a/b.C\n", `2:3: unknown key "acessor"; did you mean "accessor"?; the keys are accessor`},
		{"overrides:\n  - file: [a]\n", `2:5: unknown key "file"; did you mean "files"?; the keys are files, preset, rules`},
		{"unsafe: true\n", `1:1: a config cannot turn on "unsafe"; what may change behaviour`},
		{"Preset: off\n", `1:1: unknown key "Preset"; did you mean "preset"?`},
		// kinds
		{"preset\n", "1:1: a text where a mapping is wanted; write lines of KEY: value"},
		{"- preset\n", "1:1: a list where a mapping is wanted"},
		{"exclude: a\n", "1:10: a text where a list is wanted"},
		{"exclude:\n  a: b\n", "2:4: a mapping where a list is wanted"},
		{"rules: [sleep]\n", "1:8: a list where a mapping is wanted"},
		{"nildone: a\n", "1:10: a text where a mapping is wanted"},
		{"exclude: [3]\n", "1:11: 3 is not a text; put it in quotes"},
		{"exclude:\n  - a: b\n", "2:6: a: b is not a text"},
		{"exclude: [[a]]\n", "1:11: [a] is not a text"},
		{"preset: true\n", "1:9: true is not a text"},
		{"preset: |\n  off\n", "1:9: | is not a text"},
		{"tests: yes\n", "1:8: yes is neither true nor false; write one of them"},
		{"tests: 1\n", "1:8: 1 is neither true nor false"},
		{"tests: [true]\n", "1:8: [ is neither true nor false"},
		{"preset:\n", "1:1: preset has no value; give it one, or delete the line"},
		{"tests: null\n", "1:1: tests has no value"},
		{"exclude:\n  -\n", "2:5: an item without a value"},
		// values
		{"preset: all\n", `1:9: unknown value "all"; write off, recommended or strict`},
		{"preset: recomended\n", `1:9: unknown value "recomended"; did you mean "recommended"?; write`},
		{"rules:\n  sleep: on\n", `2:10: unknown value "on"`},
		{"rules:\n  slep: off\n", `2:3: unknown rule "slep"; did you mean "sleep"?; ctxfix rules lists them`},
		{"overrides:\n  - files: [a]\n    rules: {slep: off}\n", `3:13: unknown rule "slep"`},
		{"overrides:\n  - preset: off\n", "2:5: this override is for no files; add files:"},
		{"overrides:\n  - files: []\n", "2:5: this override is for no files"},
		{"exclude: ['']\n", "1:11: empty glob"},
		{"exclude: ['!a']\n", `1:11: glob "!a" begins with !`},
		{"exclude: ['a\\b']\n", `1:11: glob "a\\b" has a backslash`},
		{"exclude: [../a]\n", `1:11: glob "../a" leads out of the folder`},
		{"exclude: [a/../../b]\n", `1:11: glob "a/../../b" leads out of the folder`},
		{"exclude: [/a]\n", `1:11: glob "/a" leads out of the folder`},
		{"exclude: ['a[']\n", `1:11: malformed glob "a["`},
		{"tags: ['a b']\n", `1:8: "a b" is not of the form wanted here; a build tag`},
		{"cause: sometimes\n", `1:8: unknown value "sometimes"; write package, always or never`},
		{"closers: [a/b]\n", `1:11: "a/b" is not of the form wanted here; write Name,`},
		{"closers: ['(*a.B).C']\n", `1:11: "(*a.B).C" is not of the form wanted here`},
		{"closers: [Drop()]\n", `1:11: "Drop()" is not of the form wanted here`},
		{"retainers: [.x]\n", `1:13: ".x" is not of the form wanted here`},
		{"providers: [Ctx]\n", `1:13: "Ctx" is not of the form wanted here; write import/path.Type.Name`},
		{"providers: [a.Ctx]\n", `1:13: "a.Ctx" is not of the form`},
		{"nildone:\n  accessor: Done\n", `2:13: "Done" is not of the form wanted here; write import/path.Name`},
		{"deadctx:\n  timeout: 10\n", "2:12: 10 is not a text"},
		{"deadctx:\n  timeout: soon\n", `2:12: "soon" is not a duration above zero; write a number with its unit`},
		{"deadctx:\n  timeout: -1s\n", `2:12: "-1s" is not a duration above zero`},
	} {
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

func TestParseQuietly(t *testing.T) {
	for _, text := range []string{
		"", "\n", "# nothing yet\n", "---\n", "---\npreset: off\n", "preset: off\n...\n", "\ufeffpreset: off\n",
		"preset: off\r\ntests: false\r\n", "exclude:\n# - a\nrules:\nnildone:\n", "{}\n", "preset: 'off'",
		"# yaml-language-server: $schema=x\npreset: off\n", "%YAML 1.2\n---\npreset: off\n",
		"closers: [Drop, gopkg.in/yaml.v3.Drop, a/b.C.D]\n", "exclude: ['**/*.pb.go', 'a{b,c}/d', internal/, ./x]\n",
	} {
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
