package baseline

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

const two = `{
  "version": 1,
  "findings": [
    {"file":"a.go","rule":"background","message":"it <loses> it","fingerprint":"01"},
    {"file":"b/b.go","rule":"sleep","message":"","fingerprint":"02"}
  ]
}
`

func TestRoundTrip(t *testing.T) {
	f, err := Parse("/m/.ctxfix-baseline.json", []byte(two))
	if err != nil {
		t.Fatal(err)
	}
	want := []Entry{
		{"a.go", "background", "it <loses> it", "01", Span{4, 5, 4, 85}},
		{"b/b.go", "sleep", "", "02", Span{5, 5, 5, 69}},
	}
	if diff := cmp.Diff(want, f.Entries); diff != "" {
		t.Error(diff)
	}
	f.Entries[0], f.Entries[1] = f.Entries[1], f.Entries[0]
	if got, err := f.Bytes(); err != nil || string(got) != two {
		t.Errorf("got %s, %v", got, err)
	}
	if got := f.path(f.Entries[1]); got != "/m/b/b.go" {
		t.Errorf("path %s", got)
	}
	if got := f.name("/m/b/b.go") + " " + f.name("/x.go"); got != "b/b.go ../x.go" {
		t.Errorf("names %s", got)
	}
}

func TestEmpty(t *testing.T) {
	text, err := New("/x").Bytes()
	if err != nil {
		t.Fatal(err)
	}
	if f, err := Parse("/x", text); err != nil || len(f.Entries) != 0 {
		t.Errorf("%s: %v", text, err)
	}
}

func TestParseMerged(t *testing.T) {
	line := `    {"file":"a.go","rule":"background","message":"it <loses> it","fingerprint":"01"},` + "\n"
	f, err := Parse("/m/x", []byte(strings.Replace(two, line, line+line, 1)))
	if err != nil || len(f.Entries) != 2 {
		t.Errorf("%d entries, %v", len(f.Entries), err)
	}
}

func TestParseFails(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"empty":           {"", "1:1: unexpected end"},
		"no JSON":         {"hello", "1:1: invalid character 'h'"},
		"list":            {"[]", "1:2: unexpected [, want {"},
		"comma":           {strings.Replace(two, `"02"}`, `"02"},`, 1), "6:3: invalid character ']'"},
		"cut":             {two[:100], "unexpected end"},
		"conflict":        {strings.Replace(two, "    {\"file\":\"b", "<<<<<<< HEAD\n    {\"file\":\"b", 1), "5:1: a merge conflict: take either side"},
		"unknown field":   {strings.Replace(two, `"message":""`, `"massage":""`, 1), `5:`},
		"unknown key":     {strings.Replace(two, "findings", "found", 1), `3:10: unknown field "found"`},
		"version":         {strings.Replace(two, "1,", "2,", 1), "2:15: version 2 of the format is not known"},
		"type":            {strings.Replace(two, `"02"`, `2`, 1), "5:"},
		"incomplete":      {strings.Replace(two, `"rule":"sleep",`, ``, 1), "5:54: an entry needs a file, a rule and a fingerprint"},
		"more":            {two + "{}", "8:1: invalid character '{' after top-level value"},
		"findings object": {`{"findings": {}}`, "1:15: unexpected {, want ["},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse("/m/x", []byte(c.text))
			if err == nil || !strings.HasPrefix(err.Error(), c.want) && !strings.Contains(err.Error(), ": "+c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

func TestDifference(t *testing.T) {
	old, err := Parse("/m/x", []byte(two))
	if err != nil {
		t.Fatal(err)
	}
	next := New("/m/x")
	next.add(Entry{Fingerprint: "02"})
	next.add(Entry{Fingerprint: "03"})
	if added, removed := old.Difference(next); added != 1 || removed != 1 {
		t.Errorf("%d, %d", added, removed)
	}
	if diff := cmp.Diff(old.Updated(nil, nil, old.Entries[:1]).Entries, old.Entries[1:], cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
}
