package report

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
)

// A gitlabIssue is one entry of a GitLab Code Quality report, which is a part
// of the Code Climate format.
type gitlabIssue struct {
	Description string         `json:"description"`
	CheckName   string         `json:"check_name"`
	Fingerprint string         `json:"fingerprint"`
	Severity    string         `json:"severity"`
	Location    gitlabLocation `json:"location"`
}

type gitlabLocation struct {
	Path      string          `json:"path"`
	Lines     gitlabLines     `json:"lines"`
	Positions gitlabPositions `json:"positions"`
}

type gitlabLines struct {
	Begin int `json:"begin"`
	End   int `json:"end"`
}

type gitlabPositions struct {
	Begin gitlabPosition `json:"begin"`
	End   gitlabPosition `json:"end"`
}

// A gitlabPosition has its column in code points.
type gitlabPosition struct {
	Line   int `json:"line"`
	Column int `json:"column"`
}

var gitlabSeverities = map[Level]string{Error: "major", Warning: "minor"}

// WriteGitLab writes a GitLab Code Quality report. Problems of the run that
// have a file are entries, too; of others only the exit code and stderr tell.
func WriteGitLab(w io.Writer, r *Run) error {
	issues := []gitlabIssue{}
	for _, p := range r.Problems {
		if p.File != "" {
			issues = append(issues, newGitLabProblem(r, p))
		}
	}
	for _, f := range r.Open() {
		start, end := f.RuneColumns()
		issues = append(issues, gitlabIssue{
			Description: tagged(f),
			CheckName:   f.Rule.Name,
			Fingerprint: f.Fingerprint,
			Severity:    gitlabSeverities[f.Level()],
			Location: gitlabLocation{
				Path:      r.atTop(f.Path),
				Lines:     gitlabLines{f.Line, f.EndLine},
				Positions: gitlabPositions{gitlabPosition{f.Line, start}, gitlabPosition{f.EndLine, end}},
			},
		})
	}
	return encode(w, issues)
}

// problemCheck names the problems of a run where each entry needs a rule.
const problemCheck = "ctxfix"

func newGitLabProblem(r *Run, p Problem) gitlabIssue {
	path := p.atTop(r)
	sum := sha256.Sum256([]byte(path + "\n" + p.Message))
	at := gitlabPosition{max(p.Line, 1), max(p.Column, 1)}
	return gitlabIssue{
		Description: p.Message,
		CheckName:   problemCheck,
		Fingerprint: hex.EncodeToString(sum[:16]),
		Severity:    "blocker",
		Location: gitlabLocation{
			Path:      path,
			Lines:     gitlabLines{at.Line, at.Line},
			Positions: gitlabPositions{at, at},
		},
	}
}
