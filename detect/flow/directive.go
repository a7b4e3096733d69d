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
	if decl := declAt(file, pos); decl != nil {
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
	var lines map[int]bool
	var found []directive.Directive
	for _, d := range p.Directives(file) {
		if !d.Covers(rule) {
			continue
		}
		if lines == nil {
			lines = p.speaking(file, n)
		}
		if d.File || lines[d.Line] {
			found = append(found, d)
		}
	}
	return found
}

// speaking returns the lines on which a directive speaks of n.
func (p *Package) speaking(file *ast.File, n ast.Node) map[int]bool {
	tf := p.Fset.File(file.FileStart)
	lines := map[int]bool{}
	own := func(m ast.Node) {
		line := tf.Line(m.Pos())
		lines[line] = true
		for above := line - 1; p.commentAlone(file, above); above-- {
			lines[above] = true
		}
	}
	own(n)
	for m := n; m != nil; m = p.Parent(m) {
		switch m := m.(type) {
		case *ast.FuncDecl, *ast.GenDecl, *ast.ValueSpec, *ast.TypeSpec, *ast.Field:
			own(m)
		case *ast.BlockStmt, *ast.CaseClause, *ast.CommClause:
			lines[tf.Line(m.Pos())] = true
		}
		if stmt, ok := m.(ast.Stmt); ok && p.Stmt(n) == stmt {
			own(stmt)
			lines[tf.Line(stmt.End())] = true
		}
	}
	return lines
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
