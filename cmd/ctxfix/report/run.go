// Package report tells what came of a run, in the formats that people and
// programs read: a model of the finished run, and one file per format.
//
// A format looks at nothing but the model. It writes to the stream it is
// given, and the same run always gives the same bytes.
package report

import "github.com/ctxfix/ctxfix/detect"

// A Run is a finished run in the words of the user: paths as they are seen
// from the working directory, lines and columns.
type Run struct {
	Version string // of ctxfix
	Dir     string // real path of the working directory
	Top     string // top of the git work tree around Dir; Dir itself outside of one
	Write   bool   // -w was given
	Unsafe  bool   // -unsafe was given

	Rules      []*detect.Rule // that ran
	Findings   []Finding      // fixed and not, by file, line, column
	Suppressed []Finding      // what a comment or a baseline keeps silent, in the same order
	Kept       []Kept         // places left alone, in the same order
	Files      []File         // written with Write, else what -w would write; by path
	Diff       string         // of Files, with -d
	Warnings   []string
	Problems   []Problem // what went wrong, each with exit code 2
	Packages   int       // how many were looked at
	Ignored    int       // files left out for their build tags
}

// A Finding is one defect with what became of it.
type Finding struct {
	Place
	Rule        *detect.Rule
	Safety      detect.Safety
	Message     string       // one line
	Because     string       // why the fix is not safe, or why there is none; empty if safe
	Fixable     bool         // there is a fix, safe or not
	Fixed       bool         // without Run.Write: would be
	Refusal     *Refusal     // why the fix was not made, or nil
	Suppression *Suppression // of what is in Run.Suppressed; else nil
}

// A Refusal says why a fix was not made.
type Refusal struct {
	Step   string // held back (needs -unsafe), refused (could not be carried out), withdrawn (did not verify)
	Reason string
}

// A Suppression says who keeps a finding silent, in the words of SARIF.
type Suppression struct {
	Kind          SuppressionKind
	Justification string // the reason given, may be empty
	By            string // the directive and its line, or the name of the file
}

// A SuppressionKind is where a suppression stands.
type SuppressionKind string

// The kinds of suppressions: a comment in the source, or a file beside it.
const (
	InSource SuppressionKind = "inSource"
	External SuppressionKind = "external"
)

// A Kept place looks like a defect and is right as it stands.
type Kept struct {
	Place
	Rule    *detect.Rule
	Region  string // code of the reason, like R4; or empty
	Because string
}

// A File is a file that was changed, or would be.
type File struct {
	Path    string // absolute
	Name    string // as the user sees it
	Created bool
}

// A Problem is something that could not be loaded, rewritten or written.
type Problem struct {
	File    string `json:"file,omitempty"` // or file:line:col; or empty
	Message string `json:"message"`
}
