package report

import (
	"io"
	"slices"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/ctxfix/ctxfix/detect"
)

const (
	sarifVersion = "2.1.0"
	sarifSchema  = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	sourceRoot   = "%SRCROOT%" // the usual name of the top of the work tree
)

// WriteSARIF writes the run as a SARIF 2.1.0 log. Columns count code points.
// It holds what is open and what is suppressed, no times and no host names:
// the same run gives the same bytes.
func WriteSARIF(w io.Writer, r *Run) error {
	run := sarifRun{
		Tool:        sarifTool{newSARIFDriver(r)},
		Invocations: []sarifInvocation{newSARIFInvocation(r)},
		BaseIDs:     map[string]sarifArtifact{sourceRoot: {URI: uri(strings.TrimSuffix(Relative("", r.Top), "/") + "/")}},
		ColumnKind:  "unicodeCodePoints",
		Results:     []sarifResult{},
	}
	for _, f := range slices.Concat(r.Open(), r.Suppressed) {
		run.Results = append(run.Results, r.sarifResult(f))
	}
	return encode(w, sarifLog{sarifSchema, sarifVersion, []sarifRun{run}})
}

func newSARIFDriver(r *Run) sarifDriver {
	d := sarifDriver{
		Name:           "ctxfix",
		InformationURI: home,
		Version:        r.Release,
		Rules:          []sarifRule{},
	}
	if semver.IsValid(r.Release) {
		d.SemanticVersion = strings.TrimPrefix(r.Release, "v")
	}
	for _, rule := range r.Rules {
		d.Rules = append(d.Rules, newSARIFRule(rule))
	}
	return d
}

func newSARIFRule(rule *detect.Rule) sarifRule {
	return sarifRule{
		ID:                   rule.Name,
		Name:                 rule.Name,
		ShortDescription:     sarifText{Text: rule.Doc},
		FullDescription:      sarifText{Text: whatOf(rule)},
		Help:                 sarifText{Text: rule.Page, Markdown: rule.Page},
		HelpURI:              pageURL(rule.Name),
		DefaultConfiguration: sarifConfiguration{levelOf(rule.Best)},
		Properties:           sarifRuleProperties{[]string{"cancellation", "context", rule.Preset.String()}},
	}
}

// whatOf returns the first paragraph of the rule's page, which says what the
// rule finds.
func whatOf(rule *detect.Rule) string {
	_, text, _ := strings.Cut(rule.Page, "\n## What\n\n")
	text, _, _ = strings.Cut(text, "\n\n")
	return text
}

// newSARIFInvocation tells what went wrong. Its place has no line where none
// is known.
func newSARIFInvocation(r *Run) sarifInvocation {
	inv := sarifInvocation{ExecutionSuccessful: len(r.Problems) == 0, Notifications: []sarifNotification{}}
	for _, p := range r.Problems {
		n := sarifNotification{Level: Error, Message: sarifText{Text: p.Message}}
		if p.File != "" {
			at := sarifPhysical{Artifact: newSARIFArtifact(p.atTop(r))}
			if p.Line > 0 {
				at.Region = &sarifRegion{StartLine: p.Line}
			}
			n.Locations = []sarifLocation{{at}}
		}
		inv.Notifications = append(inv.Notifications, n)
	}
	for _, w := range r.Warnings {
		inv.Notifications = append(inv.Notifications, sarifNotification{Level: Warning, Message: sarifText{Text: w}})
	}
	return inv
}

func (r *Run) sarifResult(f Finding) sarifResult {
	res := sarifResult{
		RuleID:    f.Rule.Name,
		RuleIndex: slices.Index(r.Rules, f.Rule),
		Level:     f.Level(),
		Message:   sarifText{Text: f.Message},
		Locations: []sarifLocation{{sarifPhysical{
			Artifact: newSARIFArtifact(r.atTop(f.Path)),
			Region:   newSARIFRegion(f.Place),
		}}},
		Fingerprints: map[string]string{"ctxfix/v1": f.Fingerprint},
		Suppressions: []sarifSuppression{},
		Properties:   sarifResultProperties{f.Safety.String(), f.Because},
	}
	if s := f.Suppression; s != nil {
		res.Suppressions = append(res.Suppressions, sarifSuppression{s.Kind, s.Justification})
	}
	if len(f.Edits) > 0 {
		res.Fixes = []sarifFix{r.sarifFix(f)}
	}
	return res
}

func (r *Run) sarifFix(f Finding) sarifFix {
	fix := sarifFix{Description: sarifText{Text: f.Rule.Name + ": " + f.Safety.String() + " fix"}}
	for _, file := range f.Edits {
		change := sarifChange{Artifact: newSARIFArtifact(r.atTop(file.Path))}
		for _, e := range file.Edits {
			change.Replacements = append(change.Replacements, sarifReplacement{newSARIFRegion(e.Place), sarifText{Text: e.New}})
		}
		fix.Changes = append(fix.Changes, change)
	}
	return fix
}

// newSARIFArtifact names a file: from the top of the work tree where it is
// below it.
func newSARIFArtifact(path string) sarifArtifact {
	if isAbs(path) {
		return sarifArtifact{URI: uri(path)}
	}
	return sarifArtifact{URI: uri(path), BaseID: sourceRoot}
}

func newSARIFRegion(p Place) *sarifRegion {
	start, end := p.RuneColumns()
	return &sarifRegion{p.Line, start, p.EndLine, end}
}
