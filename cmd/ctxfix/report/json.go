package report

import (
	"cmp"
	"encoding/json"
	"io"
)

// A document is what -json prints: one object. Paths are relative to the
// working directory where they lie below it, absolute elsewhere, with
// slashes. Lines and columns count from 1, columns in bytes. Lists are
// never null. Fields may be added, none will change its meaning.
type document struct {
	Version    string           `json:"version"`    // of ctxfix
	Written    bool             `json:"written"`    // -w was given
	Findings   []jsonFinding    `json:"findings"`   // by file, line, column
	Suppressed []jsonSuppressed `json:"suppressed"` // findings that a comment or a baseline keeps silent
	Kept       []jsonKept       `json:"kept"`       // places left alone
	Files      []jsonFile       `json:"files"`      // changed, or to be changed by -w
	Diff       string           `json:"diff,omitempty"`
	Warnings   []string         `json:"warnings"`
	Errors     []jsonProblem    `json:"errors"` // not empty: exit code 2
	Summary    Tally            `json:"summary"`
	Stats      *jsonStats       `json:"stats,omitempty"` // with -stats
}

// A jsonSuppressed is a finding that somebody keeps silent.
type jsonSuppressed struct {
	jsonFinding
	Suppression jsonSuppression `json:"suppression"`
}

type jsonSuppression struct {
	Kind          SuppressionKind `json:"kind"` // inSource, external
	Justification string          `json:"justification"`
	By            string          `json:"by"` // the comment, or the file
}

// jsonStats are what was counted and measured.
type jsonStats struct {
	Rules  []RuleCount `json:"rules"`
	Phases []jsonPhase `json:"phases"`
	Memory uint64      `json:"memory"` // bytes the process had from the system at the end
}

type jsonPhase struct {
	Phase     string  `json:"phase"`
	Seconds   float64 `json:"seconds"`
	Allocated uint64  `json:"allocated"` // bytes, those freed again included
}

// A jsonPlace is a span of a file.
type jsonPlace struct {
	File      string `json:"file"`
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	EndLine   int    `json:"endLine"`
	EndColumn int    `json:"endColumn"`
}

// A jsonFinding is one defect. With -w a place that was fixed is where it
// was when it was found; every other place is in the file as it is now.
type jsonFinding struct {
	jsonPlace
	Rule    string       `json:"rule"`
	Safety  string       `json:"safety"` // safe, unsafe, manual
	Message string       `json:"message"`
	Because string       `json:"because,omitempty"` // why it is not safe
	Fixed   bool         `json:"fixed"`             // without -w: -w would fix it
	Refused *jsonRefusal `json:"refused,omitempty"`

	Fingerprint string     `json:"fingerprint"` // the same when lines move
	Edits       []jsonEdit `json:"edits"`       // what its fix alone would change; empty once it is fixed
}

// A jsonEdit replaces a place of a file with a text.
type jsonEdit struct {
	jsonPlace
	Start   int    `json:"start"` // byte offset of the place
	End     int    `json:"end"`
	Text    string `json:"text"`
	Created bool   `json:"created,omitempty"` // the file is a new one
}

// A jsonRefusal says why a fix was not made.
type jsonRefusal struct {
	Step   string `json:"step"`
	Reason string `json:"reason"`
}

// A jsonKept looks like a defect and is right as it stands.
type jsonKept struct {
	jsonPlace
	Rule    string `json:"rule"`
	Region  string `json:"region,omitempty"` // like R4
	Because string `json:"because"`
}

// A jsonFile is a file that was changed, or would be.
type jsonFile struct {
	File    string `json:"file"`
	Created bool   `json:"created"`
}

// A jsonProblem is something that could not be loaded, rewritten or written.
type jsonProblem struct {
	File    string `json:"file,omitempty"` // or file:line:col
	Message string `json:"message"`
}

// WriteJSON writes the run as one document.
func WriteJSON(w io.Writer, r *Run) error {
	doc := document{
		Version:    r.Version,
		Written:    r.Write,
		Findings:   []jsonFinding{},
		Suppressed: []jsonSuppressed{},
		Kept:       []jsonKept{},
		Files:      []jsonFile{},
		Diff:       r.Diff,
		Warnings:   append([]string{}, r.Warnings...),
		Errors:     []jsonProblem{},
		Summary:    r.Tally(),
	}
	for _, f := range r.Findings {
		doc.Findings = append(doc.Findings, newJSONFinding(f))
	}
	for _, k := range r.Kept {
		doc.Kept = append(doc.Kept, jsonKept{newJSONPlace(k.Place), k.Rule.Name, k.Region, k.Because})
	}
	for _, f := range r.Files {
		doc.Files = append(doc.Files, jsonFile{f.Name, f.Created})
	}
	for _, p := range r.Problems {
		doc.Errors = append(doc.Errors, jsonProblem{p.Where(), p.Message})
	}
	for _, f := range r.Suppressed {
		s := jsonSuppression{f.Suppression.Kind, f.Suppression.Justification, f.Suppression.By}
		doc.Suppressed = append(doc.Suppressed, jsonSuppressed{newJSONFinding(f), s})
	}
	if r.Stats != nil {
		doc.Stats = newJSONStats(r)
	}
	return encode(w, doc)
}

// encode writes v as indented JSON in which <, > and & stand for themselves.
func encode(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

func newJSONPlace(p Place) jsonPlace {
	return jsonPlace{p.File, p.Line, p.Column, p.EndLine, p.EndColumn}
}

func newJSONFinding(f Finding) jsonFinding {
	j := jsonFinding{
		jsonPlace: newJSONPlace(f.Place),
		Rule:      f.Rule.Name,
		Safety:    f.Safety.String(),
		Message:   f.Message,
		Because:   f.Because,
		Fixed:     f.Fixed,

		Fingerprint: f.Fingerprint,
		Edits:       []jsonEdit{},
	}
	if r := cmp.Or(f.Refusal, f.Unproposed); r != nil {
		j.Refused = &jsonRefusal{r.Step, r.Reason}
	}
	for _, file := range f.Edits {
		for _, e := range file.Edits {
			j.Edits = append(j.Edits, jsonEdit{newJSONPlace(e.Place), e.Start, e.End, e.New, file.Created})
		}
	}
	return j
}

func newJSONStats(r *Run) *jsonStats {
	stats := &jsonStats{Rules: r.RuleCounts(), Phases: []jsonPhase{}, Memory: r.Stats.Memory}
	for _, p := range r.Stats.Phases {
		stats.Phases = append(stats.Phases, jsonPhase{p.Name, p.Duration.Seconds(), p.Allocated})
	}
	return stats
}
