package detect

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"

	"github.com/ctxfix/ctxfix/detect/directive"
	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/load"
)

// A heed is a directive, by its position, that keeps a rule silent somewhere.
type heed struct {
	directive token.Pos
	rule      string
}

// heeded is the directives that were of use to the rules of one package.
type heeded map[heed]bool

// heed notes that the directives keep the running rule silent, and returns the
// one to show: the first of ctxfix, or else the first. It is nil if there is
// none.
func (p *Pass) heed(found []directive.Directive) *directive.Directive {
	for _, d := range found {
		p.heeded[heed{d.Pos, p.Rule.Name}] = true
	}
	if i := slices.IndexFunc(found, func(d directive.Directive) bool { return d.Own() }); i >= 0 {
		return &found[i]
	}
	if len(found) > 0 {
		return &found[0]
	}
	return nil
}

// leftAlone returns the place of a finding that a person's directive, or the
// kind of file it stands in, makes none; else nil.
func (p *Pass) leftAlone(f Finding) *Kept {
	switch {
	case f.File == nil:
		return nil
	case f.File.Locked != "":
		return &Kept{Rule: f.Rule, File: f.File, Span: f.Span, Region: flow.RegionReadOnly, Because: flow.RegionReadOnly.Reason()}
	case f.Rule.Name == ignoreName:
		return nil
	}
	return p.hide(f, p.Flow.IgnoringAt(f.Span.Pos, f.Span.End, f.Rule.Name))
}

// hide returns the place of a finding that the directives keep silent; nil if
// there are none.
func (p *Pass) hide(f Finding, found []directive.Directive) *Kept {
	d := p.heed(found)
	if d == nil {
		return nil
	}
	return &Kept{
		Rule: f.Rule, File: f.File, Span: f.Span, Region: flow.RegionDirective,
		Because: fmt.Sprintf("%s: %s (line %d)", flow.RegionDirective.Reason(), d.Text, d.Line),
		Hidden:  &Hidden{f, *d},
	}
}

// newQuestions prepares the flow questions about a package, in which the
// directives count that the options let count.
func newQuestions(prog *load.Program, pkg *load.Package, opts Options) *flow.Package {
	var files []*ast.File
	for _, f := range pkg.Files {
		if f.Syntax != nil {
			files = append(files, f.Syntax)
		}
	}
	questions := flow.New(prog.Fset, files, pkg.Types, pkg.Info)
	questions.Options = opts.Flow
	questions.Elsewhere = func(name string) bool { return prog.DeclaredElsewhere(pkg, name) }
	if opts.Heed != nil {
		questions.Heed = func(d directive.Directive) bool {
			f := pkg.FileOf(d.Pos)
			return f == nil || opts.Heed(f.Path, d)
		}
	}
	return questions
}
