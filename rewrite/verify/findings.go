package verify

import (
	"fmt"
	"go/ast"
	"go/token"
	"path/filepath"
	"slices"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/load"
)

// A Comparison holds the findings of the packages that were changed.
type Comparison struct {
	Fset    *token.FileSet
	Changes map[string]*Change // by path
	Before  []detect.Finding   // fixed ones included
	Fixed   []detect.Finding
	After   []detect.Finding
	MayWake func(by, rule string) bool // whether a fix of one rule may lead to a finding of another
}

// spot is where a finding starts.
type spot struct {
	rule   *detect.Rule
	path   string
	offset int
}

// Problems returns what is wrong with the findings after the fixes:
//   - a fixed one is still there,
//   - there is a new one of a rule that fixed something there,
//   - there is one of another rule, no less safe than the fix, on text that
//     the fix wrote, and the pair of rules is not an expected one.
func (c *Comparison) Problems() []Problem {
	fixed := map[spot][]detect.Finding{}
	for _, f := range c.Fixed {
		fixed[c.spot(f)] = append(fixed[c.spot(f)], f)
	}
	before := map[spot]bool{}
	for _, f := range c.Before {
		before[c.spot(f)] = true
	}
	known := map[spot]bool{}
	var strange []detect.Finding
	for _, f := range c.After {
		if old, ok := c.old(f); ok && before[old] && fixed[old] == nil {
			known[old] = true
		} else {
			strange = append(strange, f)
		}
	}
	var problems []Problem
	for _, f := range c.moved(strange, known) {
		if old, ok := c.old(f); ok && fixed[old] != nil {
			problems = append(problems, c.problem(f, "the fix would not mend it", fixed[old]...))
		} else {
			problems = append(problems, c.unexpected(f)...)
		}
	}
	return problems
}

// moved drops the findings that were there before with the same text in the
// same declaration: where like stands beside like, tokens are matched to the
// wrong one at times, also to one that was fixed.
func (c *Comparison) moved(strange []detect.Finding, known map[spot]bool) []detect.Finding {
	if len(strange) == 0 {
		return nil
	}
	type wording struct {
		rule             *detect.Rule
		path, decl, text string
	}
	free := map[wording]int{}
	for _, f := range c.Fixed {
		known[c.spot(f)] = true
	}
	for _, f := range c.Before {
		if at := c.spot(f); !known[at] {
			free[wording{f.Rule, f.File.Path, detect.Decl(c.oldSyntax(f.File), f.Span), c.text(f, false)}]++
		}
	}
	var out []detect.Finding
	for _, f := range strange {
		w := wording{f.Rule, f.File.Path, detect.Decl(f.File.Syntax, f.Span), c.text(f, true)}
		if free[w] > 0 {
			free[w]--
			continue
		}
		out = append(out, f)
	}
	return out
}

// unexpected returns the problem with a finding that was not there before.
func (c *Comparison) unexpected(f detect.Finding) []Problem {
	authors := c.authors(f)
	for _, fix := range authors {
		if c.MayWake(fix.Rule.Name, f.Rule.Name) {
			return nil
		}
	}
	if slices.ContainsFunc(authors, func(fix detect.Finding) bool { return fix.Rule == f.Rule }) {
		return []Problem{c.problem(f, "it would lead to another one", authors...)}
	}
	change := c.Changes[f.File.Path]
	if change == nil || !change.mapping().Written(c.offset(f.Span.Pos), c.offset(f.Span.End)) {
		return nil
	}
	if slices.ContainsFunc(authors, func(fix detect.Finding) bool { return f.Safety >= fix.Safety }) {
		return []Problem{c.problem(f, "it would lead to a finding of rule "+f.Rule.Name, authors...)}
	}
	return nil
}

func (c *Comparison) problem(f detect.Finding, what string, suspects ...detect.Finding) Problem {
	return Problem{fmt.Sprintf("withdrawn: %s: %s: %s", what, c.position(f), f.Message), suspects}
}

// authors returns the fixes that may have led to a finding: those in the same
// declaration, or all of the folder if there are none.
func (c *Comparison) authors(f detect.Finding) []detect.Finding {
	var near, far []detect.Finding
	decl := detect.Decl(f.File.Syntax, f.Span)
	for _, fix := range c.Fixed {
		if !In(fix, filepath.Dir(f.File.Path)) {
			continue
		}
		far = append(far, fix)
		if c.wroteIn(fix, f.File, decl) {
			near = append(near, fix)
		}
	}
	if len(near) > 0 {
		return near
	}
	return far
}

// wroteIn reports whether the fix stands in the declaration or rewrites
// something there.
func (c *Comparison) wroteIn(fix detect.Finding, file *load.File, decl string) bool {
	syntax := c.oldSyntax(file)
	return slices.ContainsFunc(append([]detect.Span{fix.Span}, fix.Touches...), func(s detect.Span) bool {
		return syntax.FileStart <= s.Pos && s.End <= syntax.FileEnd && detect.Decl(syntax, s) == decl
	})
}

func (c *Comparison) oldSyntax(f *load.File) *ast.File {
	if change := c.Changes[f.Path]; change != nil {
		return change.Syntax
	}
	return f.Syntax
}

func (c *Comparison) offset(pos token.Pos) int { return c.Fset.PositionFor(pos, false).Offset }

func (c *Comparison) position(f detect.Finding) string {
	return c.Fset.PositionFor(f.Span.Pos, false).String()
}

func (c *Comparison) spot(f detect.Finding) spot {
	return spot{f.Rule, f.File.Path, c.offset(f.Span.Pos)}
}

// old returns the spot that a finding after the fixes had before them.
func (c *Comparison) old(f detect.Finding) (spot, bool) {
	s := c.spot(f)
	change := c.Changes[s.path]
	if change == nil {
		return s, true
	}
	offset, ok := change.mapping().Old(s.offset)
	s.offset = offset
	return s, ok
}

// text returns the source of a finding, before or after the fixes.
func (c *Comparison) text(f detect.Finding, after bool) string {
	src := f.File.Bytes
	if change := c.Changes[f.File.Path]; change != nil && !after {
		src = change.Old
	}
	start, end := c.offset(f.Span.Pos), c.offset(f.Span.End)
	if start < 0 || start > end || end > len(src) {
		return ""
	}
	return string(src[start:end])
}
