package main

import (
	"encoding/json"
	"io"
)

// A document is what -json prints: one object. Paths are relative to the
// working directory where they lie below it, absolute elsewhere, with
// slashes. Lines and columns count from 1, columns in bytes. Lists are
// never null. Fields may be added, none will change its meaning.
type document struct {
	Version  string        `json:"version"`  // of ctxfix
	Written  bool          `json:"written"`  // -w was given
	Findings []jsonFinding `json:"findings"` // by file, line, column
	Kept     []jsonKept    `json:"kept"`     // places left alone
	Files    []jsonFile    `json:"files"`    // changed, or to be changed by -w
	Diff     string        `json:"diff,omitempty"`
	Warnings []string      `json:"warnings"`
	Errors   []problem     `json:"errors"` // not empty: exit code 2
	Summary  tally         `json:"summary"`
}

// A jsonFinding is one defect. With -w a place that was fixed is where it
// was when it was found; every other place is in the file as it is now.
type jsonFinding struct {
	place
	Rule    string       `json:"rule"`
	Safety  string       `json:"safety"` // safe, unsafe, manual
	Message string       `json:"message"`
	Because string       `json:"because,omitempty"` // why it is not safe
	Fixed   bool         `json:"fixed"`             // without -w: -w would fix it
	Refused *jsonRefusal `json:"refused,omitempty"`
}

// A jsonRefusal says why a fix was not made.
type jsonRefusal struct {
	Step   string `json:"step"` // held back (needs -unsafe), refused (could not be carried out), withdrawn (did not verify)
	Reason string `json:"reason"`
}

// A jsonKept looks like a defect and is right as it stands.
type jsonKept struct {
	place
	Rule    string `json:"rule"`
	Region  string `json:"region,omitempty"` // like R4
	Because string `json:"because"`
}

// A jsonFile is a file that was changed, or would be.
type jsonFile struct {
	File    string `json:"file"`
	Created bool   `json:"created"`
}

// writeJSON writes the outcome as one document.
func (o *outcome) writeJSON(w io.Writer) error {
	doc := document{
		Version:  version(),
		Written:  o.settings.write,
		Findings: []jsonFinding{},
		Kept:     []jsonKept{},
		Files:    []jsonFile{},
		Diff:     o.diff,
		Warnings: append([]string{}, o.warnings...),
		Errors:   append([]problem{}, o.problems...),
		Summary:  o.tally(),
	}
	for _, f := range o.findings {
		doc.Findings = append(doc.Findings, newJSONFinding(f))
	}
	for _, k := range o.kept {
		doc.Kept = append(doc.Kept, jsonKept{k.at, k.Rule.Name, k.Region.Code(), k.Because})
	}
	for _, e := range o.edits {
		doc.Files = append(doc.Files, jsonFile{relative(o.settings.dir, e.Path), e.Old == nil})
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(doc)
}

func newJSONFinding(f finding) jsonFinding {
	j := jsonFinding{
		place:   f.at,
		Rule:    f.Rule.Name,
		Safety:  f.Safety.String(),
		Message: f.Message,
		Because: f.Because,
		Fixed:   f.fixed,
	}
	if f.refusal != nil {
		j.Refused = &jsonRefusal{stepName(f.refusal.Step), reason(f.refusal)}
	}
	return j
}
