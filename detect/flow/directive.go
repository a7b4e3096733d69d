package flow

import (
	"go/ast"
	"go/token"
	"slices"

	"github.com/ctxfix/ctxfix/detect/directive"
)

// Directives returns the directives of the file that holds n, in order, that
// count: those that p.Heed does not turn down.
func (p *Package) Directives(file *ast.File) []directive.Directive {
	all, ok := p.directives[file]
	if !ok {
		all = directive.In(p.Fset, file)
		if p.Heed != nil {
			all = slices.DeleteFunc(all, func(d directive.Directive) bool { return !p.Heed(d) })
		}
		p.directives[file] = all
	}
	return all
}

// Ignored reports whether a person's directive says that the rule is not to
// speak at n.
func (p *Package) Ignored(n ast.Node, rule string) bool { return len(p.Ignoring(n, rule)) > 0 }

// IgnoredAt is Ignored for the innermost node that spans pos to end.
func (p *Package) IgnoredAt(pos, end token.Pos, rule string) bool {
	return len(p.IgnoringAt(pos, end, rule)) > 0
}

// IgnoringAt is Ignoring for the innermost node that spans pos to end.
func (p *Package) IgnoringAt(pos, end token.Pos, rule string) []directive.Directive {
	file := p.fileAt(pos)
	if file == nil {
		return nil
	}
	var innermost ast.Node = file
	if decl := declAt(file, pos); decl != nil && end <= decl.End() {
		ast.Inspect(decl, func(n ast.Node) bool {
			spans := n != nil && n.Pos() <= pos && end <= n.End()
			if spans {
				innermost = n
			}
			return spans
		})
	}
	return p.Ignoring(innermost, rule)
}

// Ignoring returns the directives that say that the rule is not to speak at n:
// on its line, its statement, the first line of a block or clause around it,
// alone on the lines above one of these but the block, on the declaration, or
// for the file.
func (p *Package) Ignoring(n ast.Node, rule string) []directive.Directive {
	file := p.FileOf(n)
	if file == nil {
		return nil
	}
	var lines *speaking
	var found []directive.Directive
	for _, d := range p.Directives(file) {
		if !d.Covers(rule) {
			continue
		}
		if lines == nil {
			lines = p.speaking(file, n)
		}
		if d.File || lines.on[d.Line] || lines.above[d.Line] && p.alone(file, d) {
			found = append(found, d)
		}
	}
	return found
}

// A speaking is the lines on which a directive speaks of a node, and those
// on which it does if nothing else stands there.
type speaking struct{ on, above map[int]bool }

func (p *Package) speaking(file *ast.File, n ast.Node) *speaking {
	tf := p.Fset.File(file.FileStart)
	s := &speaking{map[int]bool{}, map[int]bool{}}
	own := func(m ast.Node) {
		line := tf.Line(m.Pos())
		s.on[line] = true
		for above := line - 1; p.commentAlone(file, above); above-- {
			s.above[above] = true
		}
	}
	own(n)
	for m := n; m != nil; m = p.Parent(m) {
		switch m := m.(type) {
		case *ast.FuncDecl, *ast.GenDecl, *ast.ValueSpec, *ast.TypeSpec, *ast.Field:
			own(m)
		case *ast.BlockStmt, *ast.CaseClause, *ast.CommClause:
			s.on[tf.Line(m.Pos())] = true
		}
		if stmt, ok := m.(ast.Stmt); ok && p.Stmt(n) == stmt {
			own(stmt)
			s.on[tf.Line(stmt.End())] = true
		}
	}
	return s
}

// alone reports whether nothing else stands on the line of the directive.
func (p *Package) alone(file *ast.File, d directive.Directive) bool {
	notes := p.notesOf(file)
	for i := before(notes, d.Line); i >= 0 && notes[i].first == d.Line; i-- {
		if notes[i].alone {
			return true
		}
	}
	return false
}

// commentAlone reports whether there is nothing but a comment on the line.
func (p *Package) commentAlone(file *ast.File, line int) bool {
	notes := p.notesOf(file)
	for i := before(notes, line); i >= 0 && line <= notes[i].last; i-- {
		if notes[i].alone {
			return true
		}
	}
	return false
}
