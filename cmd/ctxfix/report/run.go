// Package report tells what came of a run, in the formats that people and
// programs read: a model of the finished run, and one file per format.
//
// A format looks at nothing but the model. It writes to the stream it is
// given, and the same run always gives the same bytes.
package report

import (
	"slices"
	"strconv"

	"github.com/ctxfix/ctxfix/detect"
)

// A Run is a finished run in the words of the user: paths as they are seen
// from the working directory, lines and columns.
type Run struct {
	Version string // of ctxfix and of what it was built with
	Release string // of ctxfix alone, like "v1.2.0" or "(devel)"
	Dir     string // real path of the working directory
	Top     string // top of the git work tree around Dir, which paths in formats for code hosts start from; Dir itself outside of one
	Write   bool   // -w was given
	Unsafe  bool   // -unsafe was given

	Rules      []*detect.Rule // that ran
	Findings   []Finding      // fixed and not, by file, line, column
	Suppressed []Finding      // what a comment or a baseline keeps silent, in the same order
	Kept       []Kept         // places left alone, in the same order
	Files      []File         // written with Write, else what -w would write; by path
	Diff       string         // of Files, with -d
	Warnings   []string
	Notes      []string  // what else was done, for people
	Problems   []Problem // what went wrong, each with exit code 2
	Packages   int       // how many were looked at
	Ignored    int       // files left out for their build tags
	Known      int       // findings that do not count, as the baseline has them
	Stats      *Stats    // nil unless asked for
}

// A Finding is one defect with what became of it.
type Finding struct {
	Place
	Rule        *detect.Rule
	Safety      detect.Safety
	Message     string       // one line
	Because     string       // why the fix is not safe, or why there is none; empty if safe
	Fingerprint string       // the same in every format, and when lines move
	Edits       []FileEdits  // what its fix alone would change, by path; only if Options.Proposals were given
	Fixable     bool         // there is a fix, safe or not
	Fixed       bool         // without Run.Write: would be
	Refusal     *Refusal     // why the fix was not made, or nil
	Unproposed  *Refusal     // why there are no Edits although they were asked for, or nil
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
	// Excluded: it would be a finding, but the config leaves the file out.
	Excluded bool
}

// A File is a file that was changed, or would be.
type File struct {
	Path    string // absolute
	Name    string // as the user sees it
	Created bool
}

// FileEdits are what a fix changes in one file.
type FileEdits struct {
	File
	Old   []byte     // of the file as it is on disk
	Edits []TextEdit // sorted and apart from each other
}

// A TextEdit replaces a place of the file as it is on disk.
type TextEdit struct {
	Place
	Start, End int // byte offsets of the place
	New        string
}

// A Problem is something that could not be loaded, rewritten or written.
type Problem struct {
	File         string // as the user sees it; or empty
	Line, Column int    // 0 if unknown
	Message      string
}

// Where returns the place of the problem as "file:line:col", as far as it is
// known.
func (p Problem) Where() string {
	where := p.File
	for _, n := range []int{p.Line, p.Column} {
		if n > 0 {
			where += ":" + strconv.Itoa(n)
		}
	}
	return where
}

// A Level says how sure it is that a finding is a defect to mend, in the words
// that most formats share.
type Level string

// The levels of findings.
const (
	Error   Level = "error"   // its fix is safe: nothing speaks for the code as it stands
	Warning Level = "warning" // to be looked at
)

// Level returns the level of the finding.
func (f Finding) Level() Level { return levelOf(f.Safety) }

func levelOf(s detect.Safety) Level {
	if s == detect.Safe {
		return Error
	}
	return Warning
}

// Open returns the findings that stand in the files as they are on disk now:
// those that Write has not fixed.
func (r *Run) Open() []Finding {
	return slices.DeleteFunc(slices.Clone(r.Findings), func(f Finding) bool { return r.Write && f.Fixed })
}
