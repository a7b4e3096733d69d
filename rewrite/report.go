// Package rewrite carries out what package detect found: it plans which
// fixes go together, rewrites the files, verifies the result, and repeats
// until nothing more applies. It writes nothing to disk.
package rewrite

import (
	"fmt"

	"github.com/ctxfix/ctxfix/detect"
)

// Step is where a fix was refused.
type Step uint8

const (
	Planned   Step = iota // below the threshold
	Rewriting             // the tree could not be changed safely
	Verifying             // the result would not compile, or is no better
)

// A Refusal is a fix that was not made: a result, not an error.
type Refusal struct {
	Finding detect.Finding
	Step    Step
	Reason  string
}

// An Edit is one file before and after. Old is nil for a new file.
type Edit struct {
	Path     string
	Old, New []byte
	Settles  []detect.Finding
}

// Joint names the fixes of the edit that change other files, too.
func (e *Edit) Joint() []string {
	var names []string
	for _, f := range e.Settles {
		if len(f.Parts()) > 1 || len(filesOf(f)) > 0 {
			names = append(names, fmt.Sprintf("%s %d", f.Rule.Name, f.Span.Pos))
		}
	}
	return names
}

// An Aside is a finding that does not count in this run, and why.
type Aside struct {
	Finding detect.Finding
	Reason  string
}

// A Report is the outcome of a run.
type Report struct {
	Found   []detect.Finding // of the first round, in file order
	Fixed   []detect.Finding // of all rounds
	Remain  []detect.Finding // after the last round
	Aside   []Aside          // after the last round, too
	Kept    []detect.Kept
	Edits   []Edit // sorted by path
	Refused []Refusal
	Rounds  int
	Broken  bool // rules undid each other: a defect of ctxfix (exit code 2)

	onDisk map[detect.Span]detect.Span
	run    *run // that it is the report of
}

// OnDisk returns where the finding stands in the file as it was loaded, as
// positions of the program's file set. A finding on text that the run wrote
// has its own span.
func (r *Report) OnDisk(f detect.Finding) detect.Span {
	if s, ok := r.onDisk[f.Span]; ok {
		return s
	}
	return f.Span
}

// Options control a run.
type Options struct {
	Rules     []*detect.Rule
	Detect    detect.Options
	Threshold detect.Safety // Safe, or Unsafe with -unsafe
	Write     bool          // false: report only, no fix is tried
	// NoNewFiles refuses fixes that need a file that is not there.
	NoNewFiles bool
	Enter      func(Phase) // told when a phase begins, and the one before ends; nil: nobody is
	// SetAside, if set, is given the findings of the first round, as they stand
	// on disk, and says of each why it does not count; "" if it does. The others
	// are not fixed and do not remain. What comes up in later rounds always
	// counts: a fix has led to it.
	SetAside func([]detect.Finding) []string
	// Chosen, if set, says which findings of the first round may be fixed. What
	// only later rounds find is not fixed then.
	Chosen func(detect.Finding) bool
	// Memory, if set, knows what the first round would find in some packages.
	// None of that may be fixed.
	Memory detect.Memory
	// Looked, if set, is told of each package that the first round is done with,
	// and of what it has found there, by several goroutines.
	Looked func([]detect.Finding)
}

// A Phase is a part of the work of a run. They take turns, round by round.
type Phase string

// The phases of a run.
const (
	Detecting Phase = "detect"
	Mending   Phase = "rewrite"
	Checking  Phase = "verify"
)

func (r *run) enter(p Phase) {
	if r.opts.Enter != nil {
		r.opts.Enter(p)
	}
}
