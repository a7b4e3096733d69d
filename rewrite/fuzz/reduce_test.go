package fuzz_test

import (
	"errors"
	"go/ast"
	"go/format"
	"go/token"
	"slices"
	"time"
)

// reduce takes away what the violation does not need: declarations,
// statements, and the layout.
func (w *world) reduce(p program, m mode, v *violation) program {
	return w.shrink(p, func(p program) (program, bool) { return w.fails(p, m, v) })
}

// shrink takes away what a property of the program does not need; shows returns
// a program as it compiles, and whether it has the property.
func (w *world) shrink(p program, shows func(program) (program, bool)) program {
	end := time.Now().Add(20 * time.Second)
	for shrunk := true; shrunk && time.Now().Before(end); {
		shrunk = false
		for _, smaller := range []func(*checked) []program{withoutFile, withoutDecls, withoutStmts, gofmt} {
			for i := 0; time.Now().Before(end); {
				c := w.check(p, ".")
				options := smaller(c)
				if i >= len(options) {
					break
				}
				if q, ok := shows(options[i]); ok && q.size() < p.size() {
					p, shrunk = q, true
				} else {
					i++
				}
			}
		}
	}
	return p
}

// fails returns the program as it compiles, if it shows the same violation.
func (w *world) fails(p program, m mode, v *violation) (program, bool) {
	c := w.settle(p)
	if c == nil {
		return p, false
	}
	same := (*violation)(nil)
	return c.program, errors.As(w.hold(c, m, newCounts()), &same) && same.kind == v.kind
}

func (p program) size() int {
	n := 0
	for _, f := range p.files {
		n += len(f.src)
	}
	return n
}

// withoutEach leaves out one node at a time.
func withoutEach(c *checked, list []ast.Node) []program {
	var out []program
	for _, n := range list {
		m := &mutant{checked: c}
		m.replace(n.Pos(), n.End(), "")
		if p, ok := m.result(); ok {
			out = append(out, p)
		}
	}
	return out
}

func withoutFile(c *checked) []program {
	var out []program
	for i := range c.files {
		p := c.program.clone()
		if p.files = slices.Delete(p.files, i, i+1); len(p.files) > 0 {
			out = append(out, p)
		}
	}
	return out
}

func withoutDecls(c *checked) []program {
	var list []ast.Node
	for _, f := range c.syntax {
		for _, d := range f.Decls {
			list = append(list, d)
		}
		for _, group := range f.Comments {
			for _, comment := range group.List {
				list = append(list, comment)
			}
		}
	}
	return withoutEach(c, list)
}

// withoutStmts leaves out statements, or what stands around their lists.
func withoutStmts(c *checked) []program {
	var list []ast.Node
	var bare []program
	for _, s := range nodes[ast.Stmt](c) {
		list = append(list, s)
		var body *ast.BlockStmt
		switch s := s.(type) {
		case *ast.IfStmt:
			body = s.Body
		case *ast.ForStmt:
			body = s.Body
		case *ast.BlockStmt:
			continue
		case *ast.RangeStmt:
			body = s.Body
		}
		if body != nil && len(body.List) > 0 {
			m := &mutant{checked: c}
			m.replace(s.Pos(), body.List[0].Pos(), "")
			m.replace(body.List[len(body.List)-1].End(), s.End(), "")
			if p, ok := m.result(); ok {
				bare = append(bare, p)
			}
		}
	}
	for _, f := range nodes[*ast.Field](c) {
		list = append(list, f)
	}
	for _, f := range nodes[*ast.GenDecl](c) {
		if f.Tok == token.IMPORT {
			continue
		}
		for _, spec := range f.Specs {
			list = append(list, spec)
		}
	}
	return append(withoutEach(c, list), bare...)
}

func gofmt(c *checked) []program {
	p := c.program.clone()
	for i := range p.files {
		if out, err := format.Source([]byte(p.files[i].src)); err == nil {
			p.files[i].src = string(out)
		}
	}
	return []program{p}
}
