package tree

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"

	"github.com/dave/dst"
)

// Import adds the import of path, named name unless that is empty, in its
// sorted place in the group where its like are. An import that is there
// already under that name is not added again.
func (f *File) Import(path, name string) (err error) {
	defer f.guard(f.syntax.Name, "importing", &err)
	spec := &dst.ImportSpec{Path: &dst.BasicLit{Kind: token.STRING, Value: strconv.Quote(path)}}
	if name != "" {
		spec.Name = dst.NewIdent(name)
	}
	spec.Decs.Before, spec.Decs.After = dst.NewLine, dst.NewLine
	var block *dst.GenDecl
	after := 0 // where a new declaration goes
	for i, decl := range f.dst.Decls {
		d, ok := decl.(*dst.GenDecl)
		if !ok || d.Tok != token.IMPORT {
			break
		}
		after = i + 1
		isC := false
		for _, s := range d.Specs {
			s := s.(*dst.ImportSpec)
			isC = isC || pathOf(s) == "C"
			if pathOf(s) == path && nameOf(s) == name {
				return nil
			}
		}
		if block == nil && !isC {
			block = d
		}
	}
	if block == nil {
		f.newBlock(after, spec)
		return nil
	}
	if !block.Lparen {
		openBlock(block)
	}
	f.addSpec(block, spec)
	return nil
}

func pathOf(s *dst.ImportSpec) string {
	p, _ := strconv.Unquote(s.Path.Value)
	return p
}

func nameOf(s *dst.ImportSpec) string {
	if s.Name == nil {
		return ""
	}
	return s.Name.Name
}

func isStd(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}

// newBlock makes spec a declaration of its own at the given index.
func (f *File) newBlock(at int, spec *dst.ImportSpec) {
	decl := &dst.GenDecl{Tok: token.IMPORT, Specs: []dst.Spec{spec}}
	spec.Decs.Before, spec.Decs.After = dst.None, dst.None
	decl.Decs.Before, decl.Decs.After = dst.EmptyLine, dst.EmptyLine
	f.dst.Decls = splice(f.dst.Decls, at, 0, []dst.Decl{decl})
}

// openBlock gives a single import its parentheses. The comments around the
// declaration stay around it.
func openBlock(block *dst.GenDecl) {
	block.Lparen, block.Rparen = true, true
	spec := block.Specs[0].(*dst.ImportSpec)
	spec.Decs.Before, spec.Decs.After = dst.NewLine, dst.NewLine
	line, below := sameLine(block.Decs.End)
	spec.Decs.End = append(spec.Decs.End, line...)
	block.Decs.End = below
}

// A group is a run of imports without an empty line inside: specs[from:to].
type group struct{ from, to int }

func groups(specs []dst.Spec) []group {
	var out []group
	for i, s := range specs {
		apart := i == 0 || s.Decorations().Before == dst.EmptyLine
		if apart {
			out = append(out, group{i, i})
		}
		out[len(out)-1].to = i + 1
	}
	return out
}

// addSpec inserts spec in order into the group of block that fits it best, or
// into a new group: one of the standard library goes first, any other last.
func (f *File) addSpec(block *dst.GenDecl, spec *dst.ImportSpec) {
	path := pathOf(spec)
	best, score := group{-1, -1}, -1
	for _, g := range groups(block.Specs) {
		for _, s := range block.Specs[g.from:g.to] {
			other := pathOf(s.(*dst.ImportSpec))
			if isStd(other) != isStd(path) {
				continue
			}
			n := 0
			if !isStd(path) {
				n = commonElements(path, other)
			}
			if n > score {
				best, score = g, n
			}
		}
	}
	if score < 0 {
		f.newGroup(block, spec)
		return
	}
	at := best.from
	for at < best.to && pathOf(block.Specs[at].(*dst.ImportSpec)) <= path {
		at++
	}
	// What stood first or last in the group hands the empty line on, and the
	// heading of the group or the comment that ends it.
	if at == best.from {
		first := block.Specs[at].Decorations()
		spec.Decs.Before, first.Before = first.Before, dst.NewLine
		if best.to-best.from < len(block.Specs) {
			spec.Decs.Start, first.Start = first.Start, nil
		}
	}
	if at == best.to {
		last := block.Specs[at-1].Decorations()
		spec.Decs.After, last.After = last.After, dst.NewLine
		last.End, spec.Decs.End = handOn(last.End)
	}
	block.Specs = splice(block.Specs, at, 0, []dst.Spec{spec})
}

func (f *File) newGroup(block *dst.GenDecl, spec *dst.ImportSpec) {
	n := len(block.Specs)
	if isStd(pathOf(spec)) {
		if n > 0 {
			spec.Decs.After, block.Specs[0].Decorations().Before = dst.EmptyLine, dst.EmptyLine
		}
		block.Specs = splice(block.Specs, 0, 0, []dst.Spec{spec})
		return
	}
	if n > 0 {
		spec.Decs.Before, block.Specs[n-1].Decorations().After = dst.EmptyLine, dst.EmptyLine
	}
	block.Specs = append(block.Specs, spec)
}

func commonElements(a, b string) int {
	x, y := strings.Split(a, "/"), strings.Split(b, "/")
	n := 0
	for n < len(x) && n < len(y) && x[n] == y[n] {
		n++
	}
	return n
}

// references returns the names in front of a selector that nothing in the file
// declares: those that may be imported packages; and all names that nothing in
// the file declares.
func references(text []byte) (out, all map[string]bool, err error) {
	file, err := parser.ParseFile(token.NewFileSet(), "", text, 0)
	if err != nil {
		return nil, nil, err
	}
	free := map[*ast.Ident]bool{}
	out, all = map[string]bool{}, map[string]bool{}
	for _, id := range file.Unresolved {
		free[id], all[id.Name] = true, true
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if id, _ := sel.X.(*ast.Ident); free[id] {
				out[id.Name] = true
			}
		}
		return true
	})
	return out, all, nil
}

// DropUnusedImports removes the imports that the file used before it was
// rewritten and uses no longer. names holds the package name of each import
// path; imports of other paths stay, unless they have a name of their own.
// dotted holds what the file uses of each path without naming the package.
// It refuses when a comment belongs to what is to go.
func (f *File) DropUnusedImports(names map[string]string, dotted map[string][]string) (err error) {
	defer f.guard(f.syntax.Name, "removing imports", &err)
	r1, err := f.restore()
	if err != nil {
		return err
	}
	now, nowAll, err := references(r1)
	if err != nil {
		return f.errorf(f.syntax.Name, "the rewritten file does not parse: %v", err)
	}
	used, usedAll, _ := references(f.r0) // it parses
	gone := func(s *dst.ImportSpec) bool {
		name := nameOf(s)
		if name == "" {
			name = names[pathOf(s)]
		}
		if name == "." {
			return len(dotted[pathOf(s)]) > 0 && !mayUse(dotted[pathOf(s)], nowAll, usedAll)
		}
		return pathOf(s) != "C" && used[name] && !now[name]
	}
	var blocks []*dst.GenDecl
	todo := map[*dst.GenDecl]map[dst.Spec]bool{}
	for _, decl := range f.dst.Decls {
		block, ok := decl.(*dst.GenDecl)
		if !ok || block.Tok != token.IMPORT {
			continue
		}
		for _, s := range block.Specs {
			if !gone(s.(*dst.ImportSpec)) {
				continue
			}
			if todo[block] == nil {
				blocks = append(blocks, block)
				todo[block] = map[dst.Spec]bool{}
			}
			todo[block][s] = true
		}
	}
	for _, block := range blocks {
		if err := f.mayDrop(block, todo[block]); err != nil {
			return err
		}
	}
	for _, block := range blocks {
		f.drop(block, todo[block])
	}
	return nil
}

// mayUse reports whether the file now uses one of the names, or one that it did
// not use before and that may come from the same package.
func mayUse(names []string, now, before map[string]bool) bool {
	for name := range now {
		if slices.Contains(names, name) || !before[name] && ast.IsExported(name) {
			return true
		}
	}
	return false
}

// mayDrop refuses if a comment belongs to an import that is to go.
func (f *File) mayDrop(block *dst.GenDecl, gone map[dst.Spec]bool) error {
	owned := []dst.Node{block}
	if len(gone) < len(block.Specs) {
		owned = nil
		for s := range gone {
			if heir(block.Specs, s, gone) != nil {
				s = dst.Clone(s).(dst.Spec)
				s.Decorations().Start = nil
			}
			owned = append(owned, s)
		}
	}
	if lost, found := missing(comments(owned...), nil); found {
		return f.errorf(f.importOf(block.Specs), "an import here is no longer used, but the comment %q belongs to it", firstLine(lost))
	}
	return nil
}

// heir returns the import that takes over the comment above s: if s is the
// first of its group, that is the heading of the group.
func heir(specs []dst.Spec, s dst.Spec, gone map[dst.Spec]bool) dst.Spec {
	for _, g := range groups(specs) {
		if specs[g.from] != s {
			continue
		}
		for _, other := range specs[g.from:g.to] {
			if !gone[other] {
				return other
			}
		}
	}
	return nil
}

// drop removes imports from block, and the block with its last.
func (f *File) drop(block *dst.GenDecl, gone map[dst.Spec]bool) {
	if len(gone) == len(block.Specs) {
		i := slices.Index(f.dst.Decls, dst.Decl(block))
		f.dst.Decls = splice(f.dst.Decls, i, 1, nil)
		return
	}
	// From the last to the first: each puts its comment above the one there is.
	for _, s := range slices.Backward(block.Specs) {
		if to := heir(block.Specs, s, gone); gone[s] && to != nil {
			to.Decorations().Start.Prepend(s.Decorations().Start...)
		}
	}
	var left []dst.Spec
	space := dst.NewLine
	for _, s := range block.Specs {
		d := s.Decorations()
		space = max(space, d.Before)
		if gone[s] {
			space = max(space, d.After)
			continue
		}
		d.Before, space = space, d.After
		left = append(left, s)
	}
	left[len(left)-1].Decorations().After = dst.NewLine
	block.Specs = left
}

// importOf returns the syntax of the first of specs, for a position.
func (f *File) importOf(specs []dst.Spec) ast.Node {
	for _, s := range f.syntax.Imports {
		if f.nodes[s] == specs[0] {
			return s
		}
	}
	return f.syntax.Name
}
