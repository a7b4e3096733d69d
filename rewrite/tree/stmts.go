package tree

import (
	"go/ast"
	"go/token"

	"github.com/dave/dst"
)

// InsertBefore puts new before stmt, and before the comments above it.
func (f *File) InsertBefore(stmt ast.Stmt, new ...dst.Stmt) (err error) {
	defer f.guard(stmt, "inserting", &err)
	p, err := f.insertion(stmt, new)
	if err != nil {
		return err
	}
	if s := (*p.list)[p.index]; s != f.nodes[stmt] && f.jumpsTo(s) {
		return f.errorf(stmt, "a goto to the label of this statement would skip what is inserted before it")
	}
	f.claimTrailing(p)
	next := (*p.list)[p.index].Decorations()
	new[0].Decorations().Before, next.Before = next.Before, dst.NewLine
	*p.list = splice(*p.list, p.index, 0, new)
	p.spread()
	return nil
}

// InsertAfter puts new after stmt and the comment on the line where it ends.
// Comments below that belong to stmt because nothing else follows stay below.
func (f *File) InsertAfter(stmt ast.Stmt, new ...dst.Stmt) (err error) {
	defer f.guard(stmt, "inserting", &err)
	p, err := f.insertion(stmt, new)
	if err != nil {
		return err
	}
	f.claimTrailing(p)
	prev, last := (*p.list)[p.index].Decorations(), new[len(new)-1].Decorations()
	line, rest := handOn(prev.End)
	prev.End, last.End = line, append(last.End, rest...)
	last.After, prev.After = prev.After, dst.NewLine
	*p.list = splice(*p.list, p.index+1, 0, new)
	p.spread()
	return nil
}

// insertion checks that new can be put next to stmt.
func (f *File) insertion(stmt ast.Stmt, new []dst.Stmt) (place, error) {
	p, err := f.place(stmt)
	if len(new) == 0 {
		err = f.errorf(stmt, "nothing to put here")
	}
	if err == nil {
		err = f.fresh(stmt, nil, asNodes(new)...)
	}
	if err == nil && isClause((*p.list)[p.index]) {
		err = f.errorf(stmt, "only a case can stand next to a case")
	}
	return p, err
}

// Prepend puts new at the head of block, before the comments above its first
// statement, after those of an empty block.
func (f *File) Prepend(block *ast.BlockStmt, new ...dst.Stmt) (err error) {
	defer f.guard(block, "inserting", &err)
	d, err := At[*dst.BlockStmt](f, block)
	if err != nil {
		return err
	}
	if len(new) == 0 {
		return f.errorf(block, "nothing to put here")
	}
	if err := f.fresh(block, nil, asNodes(new)...); err != nil {
		return err
	}
	path := pathTo(f.root(block), d)
	switch path[max(len(path)-2, 0)].(type) {
	case *dst.SwitchStmt, *dst.TypeSwitchStmt, *dst.SelectStmt:
		return f.errorf(block, "only a case can stand here")
	}
	new[0].Decorations().Before = dst.NewLine
	d.List = splice(d.List, 0, 0, new)
	place{d, &d.List, 0}.spread()
	return nil
}

// Delete removes stmt. Its comments go to lines of their own before the next
// statement, or else after the previous one, or else into the empty block.
func (f *File) Delete(stmt ast.Stmt) (err error) {
	defer f.guard(stmt, "deleting", &err)
	p, err := f.place(stmt)
	if err != nil {
		return err
	}
	d := (*p.list)[p.index]
	if d != f.nodes[stmt] {
		return f.errorf(stmt, "a statement with a label cannot be deleted")
	}
	outer := map[string]int{}
	count(outer, d.Decorations().Start)
	count(outer, d.Decorations().End)
	if lost, found := missing(comments(d), outer); found {
		return f.errorf(stmt, "the comment %q stands inside what is to be deleted", firstLine(lost))
	}
	f.claimTrailing(p)
	p.remove(d.Decorations())
	return nil
}

// remove takes the statement with the given decorations out of its list.
func (p place) remove(d *dst.NodeDecs) {
	left := append(append(dst.Decorations{}, d.Start...), d.End...)
	rest := splice(*p.list, p.index, 1, nil)
	*p.list = rest
	switch {
	case p.index < len(rest):
		next := rest[p.index].Decorations()
		next.Start = append(above(left...), next.Start...)
		next.Before = max(next.Before, d.Before, d.After)
		if p.index == 0 {
			next.Before = dst.NewLine
		}
	case p.index > 0:
		prev := rest[p.index-1].Decorations()
		prev.End = below(prev.End, left...)
		prev.After = dst.NewLine
	default:
		switch o := p.owner.(type) {
		case *dst.BlockStmt:
			o.Decs.Lbrace = below(o.Decs.Lbrace, left...)
		default:
			decs := o.Decorations()
			decs.End = append(below(nil, left...), decs.End...)
		}
	}
}

// claimTrailing gives the last statement of a clause the comment on its line,
// which the decorator gives to the clause. What then is left of the comments
// of the clause is on lines of its own.
func (f *File) claimTrailing(p place) {
	_, isBlock := p.owner.(*dst.BlockStmt)
	if isBlock || f.claimed[p.owner] {
		return
	}
	f.claimed[p.owner] = true
	clause, last := p.owner.Decorations(), (*p.list)[len(*p.list)-1].Decorations()
	line, rest := sameLine(clause.End)
	last.End, clause.End = append(append(dst.Decorations{}, last.End...), line...), rest
}

// spread gives every statement of the list a line of its own.
func (p place) spread() {
	for _, s := range *p.list {
		d := s.Decorations()
		d.Before, d.After = max(d.Before, dst.NewLine), max(d.After, dst.NewLine)
	}
}

func isClause(s dst.Stmt) bool {
	switch s.(type) {
	case *dst.CaseClause, *dst.CommClause:
		return true
	}
	return false
}

// jumpsTo reports whether a goto in the file names the label of s.
func (f *File) jumpsTo(s dst.Stmt) bool {
	labels := map[string]bool{}
	for {
		l, ok := s.(*dst.LabeledStmt)
		if !ok {
			break
		}
		labels[l.Label.Name] = true
		s = l.Stmt
	}
	found := false
	dst.Inspect(f.dst, func(n dst.Node) bool {
		if b, ok := n.(*dst.BranchStmt); ok && b.Tok == token.GOTO && labels[b.Label.Name] {
			found = true
		}
		return !found
	})
	return found
}

// AddCommClause adds clause to sel, as its first or its last case. Clauses
// set apart by empty lines stay so.
func (f *File) AddCommClause(sel *ast.SelectStmt, clause *dst.CommClause, first bool) (err error) {
	defer f.guard(sel, "adding a case", &err)
	d, err := At[*dst.SelectStmt](f, sel)
	if err != nil {
		return err
	}
	if err := f.fresh(sel, nil, clause); err != nil {
		return err
	}
	at, gap := len(d.Body.List), dst.NewLine
	for i, c := range d.Body.List {
		if i == 1 || gap == dst.EmptyLine {
			gap = max(c.Decorations().Before, dst.NewLine)
		}
	}
	if first {
		at = 0
	}
	if first && len(d.Body.List) > 0 {
		d.Body.List[0].Decorations().Before = gap
		clause.Decs.Before = dst.NewLine
	} else {
		clause.Decs.Before = gap
	}
	d.Body.List = splice(d.Body.List, at, 0, []dst.Stmt{clause})
	place{d.Body, &d.Body.List, at}.spread()
	place{clause, &clause.Body, 0}.spread()
	return nil
}

// splice returns list with n elements at index i replaced by new; list itself
// is left alone.
func splice[T any](list []T, i, n int, new []T) []T {
	out := make([]T, 0, len(list)-n+len(new))
	out = append(out, list[:i]...)
	out = append(out, new...)
	return append(out, list[i+n:]...)
}

// AppendToClause puts new at the end of a case of a select. The comments of a
// case without statements stay above.
func (f *File) AppendToClause(clause *ast.CommClause, new ...dst.Stmt) (err error) {
	if len(clause.Body) > 0 {
		return f.InsertAfter(clause.Body[len(clause.Body)-1], new...)
	}
	defer f.guard(clause, "appending", &err)
	d, err := At[*dst.CommClause](f, clause)
	if err != nil {
		return err
	}
	if len(new) == 0 {
		return f.errorf(clause, "nothing to put here")
	}
	if err := f.fresh(clause, nil, asNodes(new)...); err != nil {
		return err
	}
	d.Decs.Colon, d.Decs.End = append(d.Decs.Colon, d.Decs.End...), nil
	d.Body = splice(d.Body, len(d.Body), 0, new)
	f.claimed[d] = true // the comments are above what is new
	place{d, &d.Body, 0}.spread()
	return nil
}
