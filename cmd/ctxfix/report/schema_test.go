package report_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/ctxfix/ctxfix/cmd/ctxfix/report"
)

func schemaOf(t *testing.T, data []byte) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func validate(schema *jsonschema.Schema, data []byte) error {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		return err
	}
	return schema.Validate(doc)
}

// TestSchemas validates JSON and SARIF, with and without -w, and asks that
// the schemas do see mistakes.
func TestSchemas(t *testing.T) {
	official, err := os.ReadFile(filepath.Join("testdata", "sarif-schema-2.1.0.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name     string
		schema   *jsonschema.Schema
		mistakes map[string]string
	}{
		{"json", schemaOf(t, report.JSONSchema), map[string]string{
			`"safety": "unsafe"`: `"safety": "sure"`,
			`"fingerprint"`:      `"finger"`,
			`"line": 3`:          `"line": 0`,
			`"start"`:            `"from"`,
			`"kind": "inSource"`: `"kind": "elsewhere"`,
			`"errors"`:           `"failures"`,
		}},
		{"sarif", schemaOf(t, official), map[string]string{
			`"version": "2.1.0"`:          `"version": "2.0.0"`,
			`"level": "warning"`:          `"level": "severe"`,
			`"columnKind": "unicode`:      `"columnKind": "ascii`,
			`"startLine": 3`:              `"startLine": 0`,
			`"deletedRegion"`:             `"region"`,
			`"kind": "inSource"`:          `"kind": "elsewhere"`,
			`"executionSuccessful": fals`: `"successful": fals`,
		}},
	} {
		for _, write := range []bool{false, true} {
			r := finished(t, write)
			if r.Stats = nil; write {
				r.Stats = &report.Stats{Phases: []report.Phase{{Name: "load", Duration: 1e9, Allocated: 5}}, Memory: 7}
			}
			text := written(t, func(b *bytes.Buffer) error { return formatNamed(t, c.name).Write(b, r) })
			if err := validate(c.schema, text); err != nil {
				t.Errorf("%s, write %v: %v", c.name, write, err)
			}
			for right, wrong := range c.mistakes {
				broken := bytes.Replace(text, []byte(right), []byte(wrong), 1)
				if !write && bytes.Equal(broken, text) {
					t.Errorf("%s has no %s", c.name, right)
				}
				if !bytes.Equal(broken, text) && validate(c.schema, broken) == nil {
					t.Errorf("%s: the schema takes %s", c.name, wrong)
				}
			}
		}
	}
}

func formatNamed(t *testing.T, name string) report.Format {
	t.Helper()
	i := slices.IndexFunc(report.Formats, func(f report.Format) bool { return f.Name == name })
	if i < 0 {
		t.Fatalf("there is no format %s", name)
	}
	return report.Formats[i]
}
