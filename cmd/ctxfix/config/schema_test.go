package config

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"golang.org/x/tools/txtar"

	"github.com/ctxfix/ctxfix/detect"
)

var update = flag.Bool("update", false, "rewrite schema.json")

// schemaURL is where editors find the schema.
const schemaURL = "https://raw.githubusercontent.com/ctxfix/ctxfix/main/cmd/ctxfix/config/schema.json"

// TestSchemaIsFresh makes the schema of the types and compares.
func TestSchemaIsFresh(t *testing.T) {
	s := object(reflect.TypeFor[File](), descriptions(t))
	s["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	s["$id"] = schemaURL
	s["title"] = "Settings of ctxfix (.ctxfix.yaml)"
	s["type"] = []string{"object", "null"} // an empty file
	var fresh bytes.Buffer
	enc := json.NewEncoder(&fresh)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(s); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("schema.json", fresh.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(fresh.String(), string(Schema)); diff != "" {
		t.Errorf("schema.json is stale, run: go test ./cmd/ctxfix/config -update\n%s", diff)
	}
}

// descriptions returns the comments of the keys, by TYPE.FIELD.
func descriptions(t *testing.T) map[string]string {
	file, err := parser.ParseFile(token.NewFileSet(), "keys.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.TypeSpec)
		if !ok {
			return true
		}
		for _, field := range spec.Type.(*ast.StructType).Fields.List {
			text := strings.Join(strings.Fields(field.Doc.Text()), " ")
			if text == "" {
				t.Errorf("key %s.%s has no comment", spec.Name.Name, field.Names[0].Name)
			}
			texts[spec.Name.Name+"."+field.Names[0].Name] = text
		}
		return false
	})
	return texts
}

// object is the schema of a mapping with the keys of a struct.
func object(t reflect.Type, texts map[string]string) map[string]any {
	keys, required := map[string]any{}, []string{}
	for i := range t.NumField() {
		f := t.Field(i)
		s := value(f.Type, texts)
		s["description"] = texts[t.Name()+"."+f.Name]
		if def, ok := f.Tag.Lookup("default"); ok {
			s["default"] = def
			if f.Type.Kind() == reflect.Pointer {
				s["default"], _ = strconv.ParseBool(def)
			}
		}
		if f.Tag.Get("required") != "" {
			required = append(required, f.Tag.Get("yaml"))
			s["type"], s["minItems"] = "array", 1
		}
		keys[f.Tag.Get("yaml")] = s
	}
	s := map[string]any{"type": "object", "properties": keys, "additionalProperties": false}
	if len(required) > 0 {
		s["required"] = required
	}
	return s
}

// value is the schema of the value of a key. Headings of lines that are
// commented out are null.
func value(t reflect.Type, texts map[string]string) map[string]any {
	switch t.Kind() {
	case reflect.Struct:
		s := object(t, texts)
		if t != reflect.TypeFor[Override]() {
			s["type"] = []string{"object", "null"}
		}
		return s
	case reflect.Slice:
		return map[string]any{"type": []string{"array", "null"}, "items": value(t.Elem(), texts)}
	case reflect.Map:
		return ruleLevels()
	case reflect.Pointer:
		return map[string]any{"type": "boolean"}
	}
	s := map[string]any{"type": "string"}
	switch t {
	case reflect.TypeFor[Level]():
		s["enum"] = levels
	case reflect.TypeFor[Cause]():
		s["enum"] = causeNames
	case reflect.TypeFor[Glob]():
		s["pattern"] = `^[^!/\\][^\\]*$`
		s["not"] = map[string]any{"pattern": `(^|/)\.\.(/|$)`}
	case reflect.TypeFor[Tag]():
		s["pattern"] = tagPattern
	case reflect.TypeFor[Func]():
		s["pattern"] = funcPattern
	case reflect.TypeFor[Method]():
		s["pattern"] = methodPattern
	case reflect.TypeFor[Accessor]():
		s["pattern"] = accessorPattern
	case reflect.TypeFor[Timeout]():
		s["pattern"] = timeoutPattern
		s["not"] = map[string]any{"pattern": zeroPattern}
	}
	return s
}

func ruleLevels() map[string]any {
	rules := map[string]any{}
	for _, r := range detect.All {
		rules[r.Name] = map[string]any{"type": "string", "enum": levels, "description": r.Doc}
	}
	return map[string]any{"type": []string{"object", "null"}, "properties": rules, "additionalProperties": false}
}

// A judge asks the schema about a config.
func newJudge(t *testing.T) func(text string) error {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource(schemaURL, doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile(schemaURL)
	if err != nil {
		t.Fatal(err)
	}
	return func(text string) error {
		var value any
		if err := yaml.Unmarshal([]byte(strings.TrimPrefix(text, "\ufeff")), &value); err != nil {
			return err
		}
		data, err := json.Marshal(value)
		if err != nil {
			return err
		}
		instance, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		if err != nil {
			return err
		}
		return schema.Validate(instance)
	}
}

// TestSchemaAgrees holds the schema to what the reader takes and refuses.
func TestSchemaAgrees(t *testing.T) {
	judge := newJudge(t)
	for _, text := range valid {
		if err := judge(text); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
	for _, c := range broken {
		switch err := judge(c.text); {
		case err == nil && !c.unsaid:
			t.Errorf("%q: the schema accepts it", c.text)
		case err != nil && c.unsaid:
			t.Errorf("%q: the schema can say it: %v", c.text, err)
		}
	}
}

// TestSchemaOfExamples does so for the configs of the command's scripts and of
// the README.
func TestSchemaOfExamples(t *testing.T) {
	judge := newJudge(t)
	examples := readmeExamples(t)
	scripts, err := filepath.Glob("../../../testdata/cli/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, script := range scripts {
		archive, err := txtar.ParseFile(script)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range archive.Files {
			if strings.HasSuffix(f.Name, ".yaml") && !strings.HasPrefix(f.Name, "want/") {
				examples[filepath.Base(script)+":"+f.Name] = string(f.Data)
			}
		}
	}
	if len(examples) < 10 {
		t.Errorf("found %d configs only", len(examples))
	}
	for name, text := range examples {
		_, parsed := Parse(name, []byte(text))
		if judged := judge(text); (parsed == nil) != (judged == nil) {
			t.Errorf("%s: read with %v, judged with %v", name, parsed, judged)
		}
	}
}

// readmeExamples returns the configs of the README, which must be valid.
func readmeExamples(t *testing.T) map[string]string {
	readme, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(readme), "\n## Configuration\n")
	section, _, _ = strings.Cut(section, "\n## ")
	examples := map[string]string{}
	for i, m := range regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(section, -1) {
		name := fmt.Sprintf("README.md:%d", i)
		if _, err := Parse(name, []byte(m[1])); err != nil {
			t.Error(err)
		}
		examples[name] = m[1]
	}
	if len(examples) == 0 {
		t.Error("the README shows no config")
	}
	return examples
}

// TestCollections asks that every key that may be null does so.
func TestCollections(t *testing.T) {
	var want []string
	for i := range reflect.TypeFor[File]().NumField() {
		f := reflect.TypeFor[File]().Field(i)
		if k := f.Type.Kind(); k == reflect.Slice || k == reflect.Map || k == reflect.Struct {
			want = append(want, "$."+f.Tag.Get("yaml"))
		}
	}
	if !slices.Equal(collections, want) {
		t.Errorf("collections is %q, want %q", collections, want)
	}
}
