package tree

import (
	"go/ast"

	"github.com/dave/dst"
)

// Replace puts new, an expression or a statement, in the place of old. new
// takes over the line breaks around old and the comments before and after
// it; it may be built from parts of old, or around old. A comment inside old
// that new does not have makes Replace refuse.
func (f *File) Replace(old ast.Node, new dst.Node) (err error) {
	defer f.guard(old, "replacing", &err)
	d, err := f.Node(old)
	if err != nil {
		return err
	}
	if err := f.fresh(old, d, new); err != nil {
		return err
	}
	if s, _ := d.(dst.Stmt); isClause(s) {
		return f.errorf(old, "a case cannot be replaced")
	}
	root := f.root(old)
	undo := keepDecs(d, new)
	if lost, ok := carry(d, new); !ok {
		undo()
		return f.errorf(old, "the comment %q stands inside what is to be replaced", firstLine(lost))
	}
	if err := f.swap(old, root, d, new); err != nil {
		undo()
		return err
	}
	return nil
}

// swap puts new in the place of d. new may be built around d: it is not in
// the tree yet, so the d that is found is the one to replace.
func (f *File) swap(old ast.Node, root, d, new dst.Node) (err error) {
	defer f.guard(old, "replacing", &err)
	swap(root, d, new)
	return nil
}

// keepDecs remembers the outer decorations of the given nodes.
func keepDecs(nodes ...dst.Node) (restore func()) {
	kept := make([]dst.NodeDecs, len(nodes))
	for i, n := range nodes {
		kept[i] = *n.Decorations()
	}
	return func() {
		for i, n := range nodes {
			*n.Decorations() = kept[i]
		}
	}
}

// Wrap replaces old by what build makes of its decorated counterpart, as
// f(x) of x. Comments before and after old stand around the result.
func (f *File) Wrap(old ast.Expr, build func(dst.Expr) dst.Expr) (err error) {
	defer f.guard(old, "wrapping", &err)
	d, err := At[dst.Expr](f, old)
	if err != nil {
		return err
	}
	return f.Replace(old, build(d))
}

// ReplaceStmt puts the statements new in the place of old, as Replace does
// for one.
func (f *File) ReplaceStmt(old ast.Stmt, new ...dst.Stmt) (err error) {
	defer f.guard(old, "replacing", &err)
	if len(new) == 0 {
		return f.Delete(old)
	}
	d, _ := At[dst.Stmt](f, old)
	p, err := f.place(old) // with an error if there is no d
	if len(new) == 1 {
		if err == nil {
			f.claimTrailing(p)
			claimLabeled((*p.list)[p.index], d)
		}
		return f.Replace(old, new[0])
	}
	if err != nil {
		return err
	}
	if (*p.list)[p.index] != d {
		return f.errorf(old, "a statement with a label cannot become several")
	}
	if isClause(d) {
		return f.errorf(old, "a case cannot become statements")
	}
	if err := f.fresh(old, d, asNodes(new)...); err != nil {
		return err
	}
	f.claimTrailing(p)
	undo := keepDecs(append(asNodes(new), d)...)
	if lost, ok := carry(d, asNodes(new)...); !ok {
		undo()
		return f.errorf(old, "the comment %q stands inside what is to be replaced", firstLine(lost))
	}
	*p.list = splice(*p.list, p.index, 1, new)
	p.spread()
	return nil
}

// claimLabeled gives s, which is outer but for its labels, the comments behind it, which
// the decorator gives to the label.
func claimLabeled(outer, s dst.Stmt) {
	for outer != s {
		l := outer.(*dst.LabeledStmt)
		inner := l.Stmt.Decorations()
		inner.End = append(inner.End, l.Decs.End...)
		l.Decs.End = nil
		outer = l.Stmt
	}
}

// TakeTrailing takes the comment on the line where s ends off s, for a node
// in it that the comment speaks of.
func TakeTrailing(s dst.Stmt) dst.Decorations {
	d := s.Decorations()
	line, rest := handOn(d.End)
	if !hasComment(line) {
		return nil
	}
	d.End, d.After = rest, max(d.After, dst.NewLine)
	return line
}
