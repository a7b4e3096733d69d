package flow

import (
	"go/ast"
	"go/token"
	"go/types"
	"regexp"
	"slices"
	"sort"
	"strings"
)

// A note is one comment with the lines it covers.
type note struct {
	first, last int
	text        string
	alone       bool // nothing but the comment stands on its lines
}

// notesOf returns the comments of the file, in order.
func (p *Package) notesOf(file *ast.File) []note {
	if notes, ok := p.notes[file]; ok {
		return notes
	}
	tf := p.Fset.File(file.FileStart)
	code := codeLines(tf, file)
	var notes []note
	for _, group := range file.Comments {
		for _, c := range group.List {
			n := note{first: tf.Line(c.Pos()), last: tf.Line(c.End()), text: c.Text}
			n.alone = !code[n.first] && !code[n.last]
			notes = append(notes, n)
		}
	}
	p.notes[file] = notes
	return notes
}

// codeLines returns the lines on which something other than a comment begins
// or ends.
func codeLines(tf *token.File, file *ast.File) map[int]bool {
	lines := map[int]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n.(type) {
		case nil, *ast.CommentGroup:
			return false
		case *ast.File:
			return true
		}
		lines[tf.Line(n.Pos())] = true
		lines[tf.Line(n.End()-1)] = true
		return true
	})
	return lines
}

// commentsAt returns the comments on the first and last line of n, the run of
// comment lines directly above it, and one there behind what n is in.
func (p *Package) commentsAt(n ast.Node) []string {
	file := p.FileOf(n)
	tf := p.Fset.File(file.FileStart)
	first, last := tf.Line(n.Pos()), tf.Line(n.End())
	notes := p.notesOf(file)
	var texts []string
	above := first - 1
	for i := before(notes, first); i >= 0 && notes[i].last >= above; i-- {
		if c := notes[i]; c.last >= first || c.alone || p.opens(tf, c, n) {
			texts = append(texts, c.text)
			above = min(above, c.first-1)
		}
	}
	slices.Reverse(texts)
	for _, c := range notes[before(notes, first)+1 : before(notes, last)+1] {
		if c.last == last {
			texts = append(texts, c.text)
		}
	}
	return texts
}

// before returns the index of the last note that begins on the line or above,
// or -1.
func before(notes []note, line int) int {
	return sort.Search(len(notes), func(i int) bool { return line < notes[i].first }) - 1
}

// opens reports whether the comment stands behind what opens the block, clause
// or list that n is in. Behind other code it speaks of that code, and not of
// what comes below.
func (p *Package) opens(tf *token.File, c note, n ast.Node) bool {
	around := p.Parent(n)
	for around != nil && tf.Line(around.Pos()) > c.last {
		around = p.Parent(around)
	}
	return around != nil && tf.Line(around.Pos()) == c.first
}

// Remarked reports whether a comment of more than one word stands between the
// positions, in a column behind that of the first: not one on what follows.
// Where nothing is indented that cannot be told, and each counts.
func (p *Package) Remarked(from, to token.Pos) bool {
	column := p.Fset.Position(from).Column
	return slices.ContainsFunc(p.fileAt(from).Comments, func(group *ast.CommentGroup) bool {
		inside := from <= group.Pos() && group.End() <= to && len(strings.Fields(group.Text())) > 1
		return inside && (column == 1 || p.Fset.Position(group.Pos()).Column > column)
	})
}

// SaidOnPurpose reports whether a comment on or above the statement of n, or
// of the goroutine it runs in, has a word that says why it is meant.
func (p *Package) SaidOnPurpose(n ast.Node) bool { return p.saidOnPurpose(n) != "" }

// saidOnPurpose returns the comment that says why a fresh root is meant, or "".
func (p *Package) saidOnPurpose(n ast.Node) string { return p.Said(n, reasons) }

// Said returns the comment on or above the statement of n, or of the goroutine
// it runs in, that holds one of the words, which are in lower case, or "". n
// stands in a function.
func (p *Package) Said(n ast.Node, words []string) string {
	stmt := p.Stmt(n)
	texts := p.commentsAt(n)
	texts = append(texts, p.commentsAt(stmt)...)
	if lead := p.leadIn(stmt); lead != nil {
		texts = append(texts, p.commentsAt(lead)...)
	}
	for f := p.Func(n); f != nil; f = f.Outer {
		if f.Go != nil {
			texts = append(texts, p.commentsAt(f.Go)...)
		}
	}
	for _, text := range texts {
		if directives.MatchString(text) {
			continue
		}
		low := strings.ToLower(text)
		for _, word := range words {
			if strings.Contains(low, word) {
				return text
			}
		}
	}
	return ""
}

// leadIn returns the statement directly above stmt if it only makes a
// variable that stmt uses: a comment there speaks of both. Else nil.
func (p *Package) leadIn(stmt ast.Stmt) ast.Stmt {
	list := Statements(p.Parent(stmt))
	i := slices.Index(list, stmt)
	if i < 1 {
		return nil
	}
	lead, ok := list[i-1].(*ast.AssignStmt)
	tf := p.Fset.File(stmt.Pos())
	if !ok || tf.Line(lead.End())+1 != tf.Line(stmt.Pos()) {
		return nil
	}
	// Have: v := …, and stmt on the next line
	used := false
	ast.Inspect(stmt, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			v, _ := p.Info.Uses[id].(*types.Var)
			used = used || v != nil && p.declares(lead, v)
		}
		return !used
	})
	if !used {
		return nil
	}
	return lead
}

// directives are comments that speak to a tool: //nolint, //go:…
var directives = regexp.MustCompile(`^//(\S*:|nolint| ?#nosec)`)
