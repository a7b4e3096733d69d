// Package directive reads the comments by which people tell ctxfix, and other
// linters that watch the same things, to be silent about a place.
package directive

import (
	"go/ast"
	"go/token"
	"slices"
)

// Tool is who a directive is addressed to.
type Tool string

// The tools whose directives are heeded.
const (
	CtxFix      Tool = "ctxfix"
	GolangCI    Tool = "golangci-lint"
	Gosec       Tool = "gosec"
	Staticcheck Tool = "staticcheck"
	Revive      Tool = "revive"
)

// All stands for every rule in the list of names of a directive.
const All = "all"

// A Directive is one such comment.
type Directive struct {
	Text   string // the whole comment
	Tool   Tool
	Names  []string // of rules or linters, as written; All: every one
	Reason string   // may be empty
	File   bool     // it speaks of the whole file
	// Malformed says what is wrong with the form of a directive of ctxfix;
	// such a directive covers nothing.
	Malformed string
	// Comment says that the malformed directive is an ordinary comment in
	// form: it may be prose about directives.
	Comment bool

	Pos, End token.Pos // of the comment; zero where only text was parsed
	Line     int       // where the comment starts, from 1
}

// Own reports whether the directive is one of ctxfix.
func (d *Directive) Own() bool { return d.Tool == CtxFix }

// Covers reports whether the directive tells the rule to be silent.
func (d *Directive) Covers(rule string) bool {
	return d.Malformed == "" && slices.ContainsFunc(d.Names, func(name string) bool {
		if d.Own() {
			return name == All || name == rule
		}
		return name == All || name == rule || name == string(CtxFix) || watches(name, rule)
	})
}

// In returns the directives of a parsed file, in order.
func In(fset *token.FileSet, file *ast.File) []Directive {
	tf := fset.File(file.FileStart)
	var all []Directive
	for _, group := range file.Comments {
		for _, c := range group.List {
			if d, ok := Parse(c.Text); ok {
				d.Pos, d.End, d.Line = c.Pos(), c.End(), tf.Line(c.Pos())
				all = append(all, d)
			}
		}
	}
	return all
}

// Parse reads one comment; ok is false if it is no directive.
func Parse(text string) (d Directive, ok bool) {
	if d, ok := parseOwn(text); ok {
		return d, true
	}
	return parseForeign(text)
}
