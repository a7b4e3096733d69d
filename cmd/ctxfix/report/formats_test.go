package report_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/ctxfix/ctxfix/cmd/ctxfix/report"
)

// TestSameBytes: the same run gives the same bytes.
func TestSameBytes(t *testing.T) {
	r := finished(t, false)
	for _, f := range report.Formats {
		first := written(t, func(b *bytes.Buffer) error { return f.Write(b, r) })
		if again := written(t, func(b *bytes.Buffer) error { return f.Write(b, r) }); !bytes.Equal(first, again) {
			t.Errorf("%s differs from one time to the next", f.Name)
		}
	}
}

// TestFingerprints: a finding has the same fingerprint in every format that
// has a place for one.
func TestFingerprints(t *testing.T) {
	r := finished(t, false)
	want := map[string]int{}
	for _, f := range r.Findings {
		want[f.Fingerprint]++
	}
	var asJSON struct {
		Findings []struct{ Fingerprint string }
	}
	var asSARIF sarifLog
	var asGitLab []struct {
		Fingerprint string
		Severity    string
	}
	for name, into := range map[string]any{"json": &asJSON, "sarif": &asSARIF, "gitlab": &asGitLab} {
		text := written(t, func(b *bytes.Buffer) error { return formatNamed(t, name).Write(b, r) })
		if err := json.Unmarshal(text, into); err != nil {
			t.Fatal(err)
		}
	}
	got := map[string]map[string]int{"json": {}, "sarif": {}, "gitlab": {}}
	for _, f := range asJSON.Findings {
		got["json"][f.Fingerprint]++
	}
	for _, res := range asSARIF.Runs[0].Results {
		if len(res.Suppressions) == 0 {
			got["sarif"][res.PartialFingerprints["ctxfix/v1"]]++
		}
	}
	for _, i := range asGitLab {
		if i.Severity != "blocker" { // that is a problem of the run
			got["gitlab"][i.Fingerprint]++
		}
	}
	if len(want) < 5 {
		t.Fatalf("only %d findings", len(want))
	}
	for name, prints := range got {
		if !maps.Equal(prints, want) {
			t.Errorf("%s has the fingerprints %v, want %v", name, prints, want)
		}
	}
}

type sarifRegion struct{ StartLine, StartColumn, EndLine, EndColumn int }

type sarifLog struct {
	Runs []struct {
		OriginalURIBaseIDs map[string]struct{ URI string }
		Results            []struct {
			PartialFingerprints map[string]string
			Suppressions        []struct{ Kind, Justification string }
			Locations           []struct {
				PhysicalLocation struct {
					ArtifactLocation struct{ URI string }
					Region           sarifRegion
				}
			}
			Fixes []struct {
				ArtifactChanges []struct {
					ArtifactLocation struct{ URI string }
					Replacements     []struct {
						DeletedRegion   sarifRegion
						InsertedContent struct{ Text string }
					}
				}
			}
		}
	}
}

// TestURIs: an odd name is found again through the base of the log.
func TestURIs(t *testing.T) {
	r := finished(t, false)
	var log sarifLog
	if err := json.Unmarshal(written(t, func(b *bytes.Buffer) error { return report.WriteSARIF(b, r) }), &log); err != nil {
		t.Fatal(err)
	}
	for i, res := range log.Runs[0].Results[:len(r.Findings)] {
		got := resolved(t, log.Runs[0].OriginalURIBaseIDs["%SRCROOT%"].URI, res.Locations[0].PhysicalLocation.ArtifactLocation.URI)
		if got != r.Findings[i].Path {
			t.Errorf("the URI leads to %q, the finding is in %q", got, r.Findings[i].Path)
		}
	}
}

// TestSuppressed: what a directive hides is in SARIF with its reason.
func TestSuppressed(t *testing.T) {
	var log sarifLog
	if err := json.Unmarshal(written(t, func(b *bytes.Buffer) error { return report.WriteSARIF(b, finished(t, false)) }), &log); err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, res := range log.Runs[0].Results {
		for _, s := range res.Suppressions {
			n++
			if s.Kind != "inSource" || !strings.Contains(s.Justification, "outlive its caller") {
				t.Errorf("suppression %+v", s)
			}
		}
	}
	if n != 1 {
		t.Errorf("%d suppressions, want 1", n)
	}
}

// TestXML: names and messages come out of the XML as they went in, but for
// characters it cannot hold.
func TestXML(t *testing.T) {
	r := finished(t, false)
	var log struct {
		Files []struct {
			Name   string `xml:"name,attr"`
			Errors []struct {
				Message string `xml:"message,attr"`
			} `xml:"error"`
		} `xml:"file"`
	}
	if err := xml.Unmarshal(written(t, func(b *bytes.Buffer) error { return report.WriteCheckstyle(b, r) }), &log); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range log.Files {
		names = append(names, f.Name)
	}
	want := []string{"sub 1%/broken/b<&>.go", "sub 1%/a, 5%:é.go", "sub 1%/dos.go"}
	if !slices.Equal(names, want) {
		t.Errorf("files %q, want %q", names, want)
	}
	if got := log.Files[0].Errors[0].Message; got != `undefined: \x1b nothing` {
		t.Errorf("message %q", got)
	}
}
