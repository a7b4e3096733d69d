// Package detect finds the places where the cancellation of a context is
// lost and decides, per place, whether and how it can be mended.
//
// Detection is read-only: it looks at go/ast and go/types and answers
// flow questions with [github.com/ctxfix/ctxfix/detect/flow]. What it finds
// is carried out by package rewrite.
package detect

import (
	"fmt"
	"go/ast"
	"go/token"
	"strings"

	"github.com/ctxfix/ctxfix/detect/directive"
	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/load"
)

// Safety says who may apply a fix: Manual < Unsafe < Safe. It is decided per
// finding, never per rule.
type Safety uint8

const (
	// Manual findings are shown with their reason and never written.
	Manual Safety = iota
	// Unsafe fixes may change behaviour; -unsafe writes them.
	Unsafe
	// Safe fixes mend the defect and change nothing else; -w writes them.
	Safe
)

func (s Safety) String() string {
	switch s {
	case Safe:
		return "safe"
	case Unsafe:
		return "unsafe"
	default:
		return "manual"
	}
}

// Lower returns the lesser of s and t.
func (s Safety) Lower(t Safety) Safety { return min(s, t) }

// Preset names the set of rules (or forms of a rule) that runs by default.
type Preset uint8

const (
	// Recommended forms run always.
	Recommended Preset = iota
	// Strict forms run with -strict, or when the rule is named with -rules.
	Strict
)

func (p Preset) String() string {
	if p == Strict {
		return "strict"
	}
	return "recommended"
}

// A Rule finds one kind of defect.
type Rule struct {
	Name   string // flag value, directive, file name, testdata folder
	Doc    string // one line
	Page   string // the embedded NAME.md
	Preset Preset // of its widest form that runs by default
	Best   Safety // the highest safety one of its fixes can have
	Find   func(*Pass) []Finding
}

// A Span is a half-open range of source positions.
type Span struct{ Pos, End token.Pos }

// SpanOf returns the span of n.
func SpanOf(n ast.Node) Span { return Span{n.Pos(), n.End()} }

// Overlaps reports whether s and t share a position.
func (s Span) Overlaps(t Span) bool { return s.Pos < t.End && t.Pos < s.End }

// holds reports whether n stands within s.
func (s Span) holds(n ast.Node) bool { return s.Pos <= n.Pos() && n.End() <= s.End }

// Evidence is what a fix needs to be carried out: syntax and objects of one
// package, already checked. A finding without evidence has no fix.
type Evidence interface{ evidence() }

// A Finding is one defect. With Evidence it is also the fix.
type Finding struct {
	Rule     *Rule
	Package  *load.Package
	File     *load.File
	Span     Span   // what the message points at
	Message  string // what is wrong, one line
	Evidence Evidence
	Touches  []Span // every span the fix rewrites, Span included when it does
	Reads    []Span // what the fix copies from elsewhere: no other may change it at the same time
	Safety   Safety
	Because  string // why the fix is not safe, or why there is none; empty if safe
	// Fingerprint names the finding across versions of the code, in every
	// report alike: 32 hexadecimal digits. Set by Run.
	Fingerprint string
}

// Fixable reports whether the finding carries a fix that may be written at
// the given threshold.
func (f *Finding) Fixable(threshold Safety) bool {
	return f.Evidence != nil && f.Safety >= threshold && f.Safety != Manual
}

// A Kept place looks like a defect and is right as it stands.
type Kept struct {
	Rule    *Rule
	File    *load.File
	Span    Span
	Region  flow.Region // the region of the catalogue it stands in
	Because string
	Hidden  *Hidden // where a directive keeps a finding silent; else nil
}

// A Hidden finding is one that a person's directive keeps silent.
type Hidden struct {
	Finding   Finding
	Directive directive.Directive // if there are several, the first of ctxfix
}

// A Pass is one package under inspection by one rule.
type Pass struct {
	Rule    *Rule
	Program *load.Program
	Package *load.Package
	Flow    *flow.Package
	Options Options
	Forms   Preset // the forms of the rule to look for
	Kept    []Kept

	rules     []*Rule // of this run
	catalogue []*Rule // all there are
	heeded    heeded
}

// Strict reports whether the running rule runs in full.
func (p *Pass) Strict() bool { return p.Forms == Strict }

// Keep notes that n looks like a defect and is left alone.
func (p *Pass) Keep(n ast.Node, r flow.Region) { p.KeepBecause(n, r, r.Reason()) }

// KeepBecause is Keep with a reason of its own.
func (p *Pass) KeepBecause(n ast.Node, r flow.Region, because string) {
	if f := p.Package.FileOf(n.Pos()); f != nil {
		p.Kept = append(p.Kept, Kept{Rule: p.Rule, File: f, Span: SpanOf(n), Region: r, Because: because})
	}
}

// Files yields the files of the package whose owner this pass is: each file
// is inspected once, in the widest variant of its package.
func (p *Pass) Files() []*load.File { return p.Package.Owned }

// InContext reports whether the package is package context or its tests, which
// make, nest and drop contexts to see what becomes of them.
func (p *Pass) InContext() bool {
	return strings.TrimSuffix(p.Package.PkgPath, "_test") == "context"
}

// Finding starts a finding of the running rule at n.
func (p *Pass) Finding(n ast.Node, format string, args ...any) Finding {
	return Finding{
		Rule:    p.Rule,
		Package: p.Package,
		File:    p.Package.FileOf(n.Pos()),
		Span:    SpanOf(n),
		Message: fmt.Sprintf(format, args...),
		Safety:  Safe,
	}
}

// Lower reduces the safety of the finding to at most s and says why. The
// first reason for the lowest step is kept.
func (f *Finding) Lower(s Safety, because string) {
	if s < f.Safety {
		f.Safety, f.Because = s, because
	}
}
