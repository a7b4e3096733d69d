package report_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ctxfix/ctxfix/cmd/ctxfix/report"
)

// TestSameFix: the fixes in SARIF, whose columns are code points, give the
// same files as those in JSON, whose offsets are bytes, and as the suggestions
// of rdjsonl, whose columns are bytes.
func TestSameFix(t *testing.T) {
	for _, write := range []bool{false, true} {
		r := finished(t, write)
		var asJSON struct {
			Findings []struct {
				Fingerprint string
				Fixed       bool
				Edits       []struct {
					File, Text string
					Start, End int
					Created    bool
				}
			}
		}
		var asSARIF sarifLog
		if err := json.Unmarshal(written(t, func(b *bytes.Buffer) error { return report.WriteJSON(b, r) }), &asJSON); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(written(t, func(b *bytes.Buffer) error { return report.WriteSARIF(b, r) }), &asSARIF); err != nil {
			t.Fatal(err)
		}
		want := map[string]map[string]string{}
		for _, f := range asJSON.Findings {
			files := map[string]string{}
			for _, e := range slices.Backward(f.Edits) {
				path := filepath.Join(r.Dir, filepath.FromSlash(e.File))
				text, ok := files[path]
				if !ok && !e.Created {
					text = read(t, path)
				}
				files[path] = text[:e.Start] + e.Text + text[e.End:]
			}
			if f.Fixed && len(f.Edits) > 0 {
				t.Errorf("a fix that was written is still proposed")
			}
			if len(files) > 0 {
				want[f.Fingerprint] = files
			}
		}
		if len(want) == 0 {
			t.Fatal("no fixes")
		}
		got := map[string]map[string]string{}
		for _, res := range asSARIF.Runs[0].Results {
			files := map[string]string{}
			for _, fix := range res.Fixes {
				for _, change := range fix.ArtifactChanges {
					path := resolved(t, asSARIF.Runs[0].OriginalURIBaseIDs["%SRCROOT%"].URI, change.ArtifactLocation.URI)
					text := ""
					if _, err := os.Stat(path); err == nil {
						text = read(t, path)
					}
					for _, e := range slices.Backward(change.Replacements) {
						at := e.DeletedRegion
						text = text[:offset(text, at.StartLine, at.StartColumn)] + e.InsertedContent.Text + text[offset(text, at.EndLine, at.EndColumn):]
					}
					files[path] = text
				}
			}
			if len(files) > 0 {
				got[res.PartialFingerprints["ctxfix/v1"]] = files
			}
		}
		for print, files := range want {
			if !maps.Equal(got[print], files) {
				t.Errorf("write %v: SARIF gives %q, JSON %q", write, got[print], files)
			}
		}
		checkSuggestions(t, r, want)
	}
}

// checkSuggestions carries the suggestions of rdjsonl out.
func checkSuggestions(t *testing.T, r *report.Run, want map[string]map[string]string) {
	t.Helper()
	type position struct{ Line, Column int }
	lines := bytes.Split(bytes.TrimSpace(written(t, func(b *bytes.Buffer) error { return report.WriteRDJSONL(b, r) })), []byte("\n"))
	lines = slices.DeleteFunc(lines, func(l []byte) bool { return !bytes.Contains(l, []byte(`"code"`)) }) // problems
	open := r.Open()
	if len(lines) != len(open) {
		t.Fatalf("%d lines for %d findings", len(lines), len(open))
	}
	for i, line := range lines {
		var d struct {
			Location    struct{ Path string }
			Suggestions []struct {
				Range struct{ Start, End position }
				Text  string
			}
		}
		if err := json.Unmarshal(line, &d); err != nil {
			t.Fatal(err)
		}
		files := want[open[i].Fingerprint]
		if len(files) != 1 { // no fix, or one in several files
			if len(d.Suggestions) > 0 {
				t.Errorf("half a fix is suggested: %s", line)
			}
			continue
		}
		if len(d.Suggestions) != 1 {
			t.Errorf("%d suggestions: %s", len(d.Suggestions), line)
			continue
		}
		path := filepath.Join(r.Top, filepath.FromSlash(d.Location.Path))
		text, s := read(t, path), d.Suggestions[0]
		at := func(p position) int {
			n := 0
			for range p.Line - 1 {
				n += strings.Index(text[n:], "\n") + 1
			}
			return n + p.Column - 1
		}
		if got := text[:at(s.Range.Start)] + s.Text + text[at(s.Range.End):]; got != files[path] {
			t.Errorf("the suggestion gives %q, the edits %q", got, files[path])
		}
	}
}

// resolved returns the path of a URI that is relative to a base.
func resolved(t *testing.T, base, relative string) string {
	t.Helper()
	b, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	u, err := b.Parse(relative)
	if err != nil || u.Scheme != "file" {
		t.Fatalf("%s in %s: %v", relative, base, err)
	}
	return filepath.FromSlash(u.Path)
}

// offset returns the byte offset of a place in code points. A byte order mark
// has no column.
func offset(text string, line, column int) int {
	n := 0
	for range line - 1 {
		n += strings.Index(text[n:], "\n") + 1
	}
	if n == 0 && strings.HasPrefix(text, "\uFEFF") {
		n = len("\uFEFF")
	}
	for i := range text[n:] {
		if column == 1 {
			return n + i
		}
		column--
	}
	return len(text)
}
