package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/load"
	"github.com/ctxfix/ctxfix/rewrite"
	"github.com/ctxfix/ctxfix/rewrite/emit"
)

// Options say what the run was asked for, and what happened outside of
// package rewrite.
type Options struct {
	Version       string
	Release       string
	Dir           string // real path of the working directory
	Write, Unsafe bool
	Rules         []*detect.Rule
	Unwritten     map[string]error // by path: files that -w could not write
	Suppressed    []Suppressed     // findings that are not in the report of package rewrite
	Foreign       []Finding        // likewise, about files that are not of the program
	Known         int              // findings that the baseline has
	Hidden        bool             // what directives hide is among the suppressed findings
	Proposals     []rewrite.Proposal
}

// A Suppressed finding is kept silent.
type Suppressed struct {
	Finding detect.Finding
	Suppression
}

// New puts what package rewrite made of prog into the words of the user.
// Files that could not be written are as they were, and what was found in
// them remains. Warnings and problems are for the caller to add.
func New(prog *load.Program, done rewrite.Report, opts Options) *Run {
	r := &Run{
		Version:  opts.Version,
		Release:  opts.Release,
		Dir:      opts.Dir,
		Top:      emit.Top(opts.Dir),
		Write:    opts.Write,
		Unsafe:   opts.Unsafe,
		Rules:    opts.Rules,
		Packages: CountPackages(prog.Packages),
		Ignored:  prog.Ignored,
		Known:    opts.Known,
	}
	for _, e := range done.Edits {
		if opts.Unwritten[e.Path] == nil {
			r.Files = append(r.Files, File{e.Path, Relative(opts.Dir, e.Path), e.Old == nil})
		}
	}
	at := newLocator(prog, done, opts)
	for _, f := range done.Fixed {
		next := newFinding(f, at.finding(f))
		next.Fixed = opts.Unwritten[f.File.Path] == nil
		if opts.Write && next.Fixed {
			next.Lines = nil
		}
		r.Findings = append(r.Findings, next)
	}
	for _, f := range done.Remain {
		next := newFinding(f, at.finding(f))
		next.Refusal = refusalOf(f, done.Refused)
		r.Findings = append(r.Findings, next)
	}
	for _, s := range opts.Suppressed {
		next := newFinding(s.Finding, at.finding(s.Finding))
		next.Suppression = &s.Suppression
		r.Suppressed = append(r.Suppressed, next)
	}
	at.addEdits(r.Findings)
	r.Findings = append(r.Findings, opts.Foreign...)
	for _, k := range done.Kept {
		if k.Hidden != nil && opts.Hidden {
			r.Suppressed = append(r.Suppressed, newHidden(k.Hidden, at.kept(k)))
		}
		r.Kept = append(r.Kept, Kept{at.kept(k), k.Rule, k.Region.Code(), k.Because, k.Region == flow.RegionExcluded})
	}
	r.sort()
	return r
}

// sort orders what was found by file, line, column, and the name of the rule.
func (r *Run) sort() {
	byPlace := func(a, b Finding) int {
		return cmp.Or(comparePlaces(a.Place, b.Place), cmp.Compare(a.Rule.Name, b.Rule.Name))
	}
	slices.SortStableFunc(r.Findings, byPlace)
	slices.SortStableFunc(r.Suppressed, byPlace)
	slices.SortStableFunc(r.Kept, func(a, b Kept) int { return comparePlaces(a.Place, b.Place) })
}

func newFinding(f detect.Finding, at Place) Finding {
	return Finding{
		Place:       at,
		Rule:        f.Rule,
		Safety:      f.Safety,
		Message:     f.Message,
		Because:     f.Because,
		Fixable:     f.Fixable(detect.Unsafe),
		Fingerprint: f.Fingerprint,
	}
}

func newHidden(h *detect.Hidden, at Place) Finding {
	f := newFinding(h.Finding, at)
	f.Suppression = &Suppression{
		Kind:          InSource,
		Justification: h.Directive.Reason,
		By:            fmt.Sprintf("%s (line %d)", h.Directive.Text, h.Directive.Line),
	}
	return f
}

// refusalOf returns why the fix of f was not made, or nil.
func refusalOf(f detect.Finding, refused []rewrite.Refusal) *Refusal {
	for _, r := range refused {
		if r.Finding.Rule == f.Rule && r.Finding.File.Path == f.File.Path && r.Finding.Span == f.Span {
			return newRefusal(r)
		}
	}
	return nil
}

func newRefusal(r rewrite.Refusal) *Refusal {
	step := stepNames[r.Step]
	return &Refusal{Step: step, Reason: strings.TrimPrefix(r.Reason, step+": ")}
}

// heldBack is the step of a fix that was not tried.
const heldBack = "held back"

var stepNames = map[rewrite.Step]string{
	rewrite.Planned:   heldBack,
	rewrite.Rewriting: "refused",
	rewrite.Verifying: "withdrawn",
}

// CountPackages counts packages without errors, their variants for tests as
// one.
func CountPackages(packages []*load.Package) int {
	paths := make(map[string]bool)
	for _, p := range packages {
		if len(p.Errors) == 0 {
			paths[strings.TrimSuffix(p.PkgPath, "_test")] = true
		}
	}
	return len(paths)
}
