package flow

import (
	"go/ast"
	"go/token"
	"go/types"
	"path"
	"slices"
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

// commentsAt returns the comments on the first and last line of n and the
// run of comment lines directly above it.
func (p *Package) commentsAt(n ast.Node) []string {
	file := p.FileOf(n)
	if file == nil {
		return nil
	}
	tf := p.Fset.File(file.FileStart)
	first, last := tf.Line(n.Pos()), tf.Line(n.End())
	notes := p.notesOf(file)
	var texts []string
	above := first - 1
	for _, c := range slices.Backward(notes) {
		switch {
		case c.first == first || c.last == last:
			texts = append(texts, c.text)
		case c.last == above && !p.trails(tf, c, n):
			texts = append(texts, c.text)
			above = c.first - 1
		}
	}
	slices.Reverse(texts)
	return texts
}

// trails reports whether the comment stands behind code on its line, so that
// it speaks of that code and not of what comes below.
func (p *Package) trails(tf *token.File, c note, n ast.Node) bool {
	parent := p.Parent(n)
	var list []ast.Stmt
	switch parent := parent.(type) {
	case *ast.BlockStmt:
		if tf.Line(parent.Lbrace) == c.first {
			return true
		}
		list = parent.List
	case *ast.CaseClause:
		list = parent.Body
	case *ast.CommClause:
		list = parent.Body
	}
	for _, s := range list {
		if tf.Line(s.End()) == c.first {
			return true
		}
	}
	return false
}

// Remarked reports whether a comment of more than one word stands between the
// positions, in a column behind that of the first: not one on what follows.
func (p *Package) Remarked(from, to token.Pos) bool {
	file := p.fileAt(from)
	if file == nil {
		return false
	}
	return slices.ContainsFunc(file.Comments, func(group *ast.CommentGroup) bool {
		inside := from <= group.Pos() && group.End() <= to
		return inside && len(strings.Fields(group.Text())) > 1 && p.Fset.Position(group.Pos()).Column > p.Fset.Position(from).Column
	})
}

// SaidOnPurpose reports whether a comment on or above the statement of n, or
// of the goroutine it runs in, has a word that says why it is meant.
func (p *Package) SaidOnPurpose(n ast.Node) bool { return p.saidOnPurpose(n) != "" }

// saidOnPurpose returns the comment that says why a fresh root is meant, or "".
func (p *Package) saidOnPurpose(n ast.Node) string { return p.Said(n, reasons) }

// Said returns the comment on or above the statement of n, or of the goroutine
// it runs in, that holds one of the words, which are in lower case, or "".
func (p *Package) Said(n ast.Node, words []string) string {
	stmt := p.Stmt(n)
	if stmt == nil {
		return ""
	}
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
		if isDirective(text) {
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
	if !ok || lead.Tok != token.DEFINE || tf.Line(lead.End())+1 != tf.Line(stmt.Pos()) {
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

// isDirective reports whether a comment speaks to a tool: //nolint, //go:…
func isDirective(text string) bool {
	rest, ok := strings.CutPrefix(text, "//")
	if !ok || rest == "" || rest[0] == ' ' || rest[0] == '\t' {
		return strings.HasPrefix(text, "// #nosec")
	}
	word, _, _ := strings.Cut(rest, " ")
	return strings.Contains(word, ":") || strings.HasPrefix(word, "nolint") || strings.HasPrefix(word, "#nosec")
}

// watchers are the linters that look at the same thing as one of our rules.
var watchers = map[string][]string{
	"background":  {"contextcheck", "gosec", "G118", "noctx"},
	"goroutine":   {"contextcheck", "gosec", "G118"},
	"lostcancel":  {"govet", "gosec", "G118"},
	"shortlived":  {"contextcheck", "gosec", "G118"},
	"noctx":       {"noctx"},
	"doneerr":     {"nilerr"},
	"donespin":    {"staticcheck", "SA4011"},
	"fatctx":      {"fatcontext"},
	"loopcancel":  {"gocritic", "deferInLoop", "revive", "staticcheck", "SA5003", "SA9001"},
	"ctxfield":    {"containedctx"},
	"ctxkey":      {"staticcheck", "SA1029", "revive", "context-keys-type"},
	"nilctx":      {"staticcheck", "SA1012"},
	"testctx":     {"usetesting"},
	"timer":       {"staticcheck", "SA1015"},
	"withcontext": {"govet", "staticcheck", "SA4006", "SA4017", "ineffassign", "wastedassign"},
}

// Ignored reports whether a person's directive says that the rule is not to
// speak at n: on its line, its statement, the first line of a block around
// it, the declaration, or the file.
func (p *Package) Ignored(n ast.Node, rule string) bool {
	file := p.FileOf(n)
	if file == nil {
		return false
	}
	on, above := p.directiveLines(file, n)
	for _, c := range p.notesOf(file) {
		here := on[c.first] || above[c.first] && c.alone
		if names, whole := directive(c.text); names != nil && (whole || here) && covers(names, rule) {
			return true
		}
	}
	return false
}

// IgnoredAt is Ignored for the innermost node that spans pos to end.
func (p *Package) IgnoredAt(pos, end token.Pos, rule string) bool {
	cur, ok := p.inspect.Root().FindByPos(pos, end)
	return ok && p.Ignored(cur.Node(), rule)
}

// directiveLines returns the lines on which a directive speaks of n, and
// those on which it does if nothing else stands there.
func (p *Package) directiveLines(file *ast.File, n ast.Node) (on, above map[int]bool) {
	tf := p.Fset.File(file.FileStart)
	on, above = map[int]bool{}, map[int]bool{}
	own := func(m ast.Node) {
		on[tf.Line(m.Pos())], above[tf.Line(m.Pos())-1] = true, true
	}
	own(n)
	for m := n; m != nil; m = p.Parent(m) {
		switch m := m.(type) {
		case *ast.FuncDecl, *ast.GenDecl:
			own(m)
			doc := m.(interface{ Pos() token.Pos })
			for l := tf.Line(doc.Pos()); l > 0 && p.commentOn(file, l-1); l-- {
				above[l-1] = true
			}
		case *ast.BlockStmt:
			on[tf.Line(m.Pos())] = true
		case ast.Stmt:
			if p.Stmt(n) == m {
				own(m)
				on[tf.Line(m.End())] = true
			}
		}
	}
	return on, above
}

func (p *Package) commentOn(file *ast.File, line int) bool {
	return slices.ContainsFunc(p.notesOf(file), func(c note) bool { return c.first <= line && line <= c.last })
}

// directive parses a comment that tells linters to be quiet; names is nil if
// it is none, and holds "*" when it names no linter.
func directive(text string) (names []string, wholeFile bool) {
	body := strings.TrimSpace(strings.TrimPrefix(text, "//"))
	switch {
	case strings.HasPrefix(text, "//ctxfix:file-ignore "):
		return ruleNames(text, "//ctxfix:file-ignore "), true
	case strings.HasPrefix(text, "//ctxfix:ignore "):
		return ruleNames(text, "//ctxfix:ignore "), false
	case strings.HasPrefix(text, "//lint:file-ignore "):
		return ruleNames(text, "//lint:file-ignore "), true
	case strings.HasPrefix(text, "//lint:ignore "):
		return ruleNames(text, "//lint:ignore "), false
	case strings.HasPrefix(text, "//revive:disable"):
		return reviveNames(text)
	case strings.HasPrefix(body, "nolint"):
		list, ok := strings.CutPrefix(body, "nolint:")
		if !ok {
			return []string{"*"}, false
		}
		list, _, _ = strings.Cut(list, "//")
		list, _, _ = strings.Cut(strings.TrimSpace(list), " ")
		return split(list), false
	case strings.HasPrefix(body, "#nosec"):
		fields := strings.Fields(strings.TrimPrefix(body, "#nosec"))
		if len(fields) == 0 {
			return []string{"gosec"}, false
		}
		return fields, false
	}
	return nil, false
}

// reviveNames returns the rule that //revive:disable-line:RULE and its like
// name, or all of revive. Without -line or -next-line it goes on to the end of
// the file.
func reviveNames(text string) (names []string, wholeFile bool) {
	words, _, _ := strings.Cut(text, " ")
	parts := strings.Split(words, ":")
	wholeFile = parts[1] == "disable"
	if len(parts) < 3 || parts[2] == "" {
		return []string{"revive"}, wholeFile
	}
	return parts[2:3], wholeFile
}

func ruleNames(text, prefix string) []string {
	list, _, _ := strings.Cut(strings.TrimSpace(strings.TrimPrefix(text, prefix)), " ")
	return split(list)
}

func split(list string) []string {
	names := strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
	if names == nil {
		return []string{"*"}
	}
	return names
}

func covers(names []string, rule string) bool {
	for _, name := range names {
		if name == "*" || name == "all" || name == rule || name == "ctxfix" || watches(name, rule) {
			return true
		}
	}
	return false
}

// watches reports whether name is, or as in SA1* stands for, a linter that
// looks at what the rule does.
func watches(name, rule string) bool {
	return slices.ContainsFunc(watchers[rule], func(watcher string) bool {
		ok, err := path.Match(name, watcher)
		return err == nil && ok
	})
}
