package report

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// An rdDiagnostic is one line for reviewdog. Its columns count bytes of UTF-8,
// its ranges are half-open.
type rdDiagnostic struct {
	Message        string         `json:"message"`
	Location       rdLocation     `json:"location"`
	Severity       string         `json:"severity"`
	Source         rdSource       `json:"source"`
	Code           *rdCode        `json:"code,omitempty"`
	Suggestions    []rdSuggestion `json:"suggestions,omitempty"`
	OriginalOutput string         `json:"original_output"`
}

type rdLocation struct {
	Path  string   `json:"path"`
	Range *rdRange `json:"range,omitempty"`
}

type rdRange struct {
	Start rdPosition  `json:"start"`
	End   *rdPosition `json:"end,omitempty"`
}

type rdPosition struct {
	Line   int `json:"line"`
	Column int `json:"column,omitempty"`
}

type rdSource struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

type rdCode struct {
	Value string `json:"value"`
	URL   string `json:"url"`
}

type rdSuggestion struct {
	Range rdRange `json:"range"`
	Text  string  `json:"text"`
}

var rdSeverities = map[Level]string{Error: "ERROR", Warning: "WARNING"}

// WriteRDJSONL writes a line of JSON per finding, as reviewdog takes them with
// -f=rdjsonl. Problems of the run that have a file are lines, too.
func WriteRDJSONL(w io.Writer, r *Run) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, p := range r.Problems {
		if p.File == "" {
			continue
		}
		if err := enc.Encode(newRDProblem(r, p)); err != nil {
			return err
		}
	}
	for _, f := range r.Open() {
		if err := enc.Encode(newRDFinding(r, f)); err != nil {
			return err
		}
	}
	return nil
}

func newRDFinding(r *Run, f Finding) rdDiagnostic {
	path, at := r.atTop(f.Path), newRDRange(f.Place)
	return rdDiagnostic{
		Message:        tagged(f),
		Location:       rdLocation{path, &at},
		Severity:       rdSeverities[f.Level()],
		Source:         rdSource{"ctxfix", home},
		Code:           &rdCode{f.Rule.Name, pageURL(f.Rule.Name)},
		Suggestions:    rdSuggestions(f),
		OriginalOutput: fmt.Sprintf("%s:%d:%d: %s", path, f.Line, f.Column, tagged(f)),
	}
}

// rdSuggestions returns the fix of the finding as one suggestion: several ones
// are taken or left one by one, and half a fix is none. A suggestion has no
// file of its own, so a fix has to stay within that of the finding.
func rdSuggestions(f Finding) []rdSuggestion {
	if len(f.Edits) != 1 || f.Edits[0].Path != f.Path {
		return nil
	}
	edits := f.Edits[0].Edits
	first, last := edits[0], edits[len(edits)-1]
	var text strings.Builder
	at := first.Start
	for _, e := range edits {
		text.Write(f.Edits[0].Old[at:e.Start])
		text.WriteString(e.New)
		at = e.End
	}
	span := rdRange{rdPosition{first.Line, first.Column}, &rdPosition{last.EndLine, last.EndColumn}}
	return []rdSuggestion{{span, text.String()}}
}

func newRDProblem(r *Run, p Problem) rdDiagnostic {
	at := rdLocation{Path: p.atTop(r)}
	if p.Line > 0 {
		at.Range = &rdRange{Start: rdPosition{p.Line, p.Column}}
	}
	return rdDiagnostic{
		Message:        p.Message,
		Location:       at,
		Severity:       rdSeverities[Error],
		Source:         rdSource{"ctxfix", home},
		OriginalOutput: p.Where() + ": " + p.Message,
	}
}

func newRDRange(p Place) rdRange {
	return rdRange{rdPosition{p.Line, p.Column}, &rdPosition{p.EndLine, p.EndColumn}}
}
