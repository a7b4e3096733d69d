package fuzz_test

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/format"
	"go/token"
	"go/types"
	"regexp"
	"slices"
	"strings"

	"pgregory.net/rapid"
)

// A mutant is a program on its way to another. A mutator draws what to do and
// notes edits; it returns false if there is nothing here that it could change.
type mutant struct {
	*checked
	t     *rapid.T
	w     *world
	edits []edit
}

type edit struct {
	file       int
	start, end int
	text       string
}

type mutator struct {
	name  string
	apply func(*mutant) bool
}

// mutators are the ways to change a program. Those that come to more are
// listed more often.
var mutators = slices.Concat(stmtMutators, exprMutators, nameMutators, declMutators, layoutMutators, stmtMutators, exprMutators)

// indices are drawn from: unlike those of a range, all are as likely.
var indices = func() []int {
	list := make([]int, 1<<14)
	for i := range list {
		list[i] = i
	}
	return list
}()

func (m *mutant) draw(n int) int {
	if n <= 1 {
		return 0
	}
	return rapid.SampledFrom(indices[:min(n, len(indices))]).Draw(m.t, "n")
}

func (m *mutant) chance(percent int) bool { return m.draw(100) < percent }

func oneOf[T any](m *mutant, list []T) T { return list[m.draw(len(list))] }

func (m *mutant) replace(pos, end token.Pos, text string) {
	m.edits = append(m.edits, edit{m.at(pos), m.offset(pos), m.offset(end), text})
}

func (m *mutant) insert(pos token.Pos, text string) { m.replace(pos, pos, text) }

// add appends declarations to the file that holds pos.
func (m *mutant) add(pos token.Pos, decls string) {
	i := m.at(pos)
	size := len(m.files[i].src)
	m.edits = append(m.edits, edit{i, size, size, "\n" + decls + "\n"})
}

// result is the program with the edits made; false if two of them meet.
func (m *mutant) result() (program, bool) {
	out := m.program.clone()
	slices.SortStableFunc(m.edits, func(a, b edit) int {
		return cmp.Or(cmp.Compare(b.file, a.file), cmp.Compare(b.start, a.start), cmp.Compare(b.end, a.end))
	})
	file, limit := -1, 0
	for _, e := range m.edits {
		if e.file != file {
			file, limit = e.file, len(m.files[e.file].src)
		}
		if e.end > limit || e.start > e.end {
			return out, false
		}
		limit = e.start
		f := &out.files[e.file]
		f.src = f.src[:e.start] + e.text + f.src[e.end:]
	}
	out.sort()
	return out, true
}

// nodes returns all nodes of one type, in order.
func nodes[T ast.Node](c *checked) []T {
	var out []T
	for _, f := range c.syntax {
		ast.Inspect(f, func(n ast.Node) bool {
			if n, ok := n.(T); ok {
				out = append(out, n)
			}
			return true
		})
	}
	return out
}

// some draws one of the nodes of a type.
func some[T ast.Node](m *mutant) (node T, ok bool) {
	list := nodes[T](m.checked)
	if len(list) == 0 {
		return node, false
	}
	return oneOf(m, list), true
}

// provided are declarations that mutations may refer to.
var provided = map[string]string{
	"maybe": "var maybe bool",
	"note":  "func note(...any) {}",
	"pass":  "func pass[T any](v T) T { return v }",
	"holds": "type holds struct{ ctx context.Context }",
}

var (
	unusedImport = regexp.MustCompile(`^("[^"]+") imported (as \w+ )?and not used$`)
	undefined    = regexp.MustCompile(`^undefined: (\w+)$`)
)

// settle adds and removes imports, and adds what a mutation refers to, until
// the program compiles. It returns nil if it does not come to that.
func (w *world) settle(p program) *checked {
	for range 5 {
		c := w.check(p, ".")
		if c == nil || len(c.errs) == 0 {
			return c
		}
		m := &mutant{checked: c, w: w}
		for _, e := range c.errs {
			if !m.mend(e) {
				return nil
			}
		}
		var ok bool
		if p, ok = m.result(); !ok {
			return nil
		}
	}
	return nil
}

func (m *mutant) mend(e types.Error) bool {
	i := m.at(e.Pos)
	if i < 0 {
		return false
	}
	if found := unusedImport.FindStringSubmatch(e.Msg); found != nil {
		return m.dropImport(i, found[1])
	}
	found := undefined.FindStringSubmatch(e.Msg)
	if found == nil {
		return false
	}
	text := ""
	if decl := provided[found[1]]; decl != "" {
		text = "\n" + decl + "\n"
		size := len(m.files[i].src)
		m.once(edit{i, size, size, text})
		return true
	}
	for _, path := range m.w.packages {
		if path != otherContext && path[strings.LastIndex(path, "/")+1:] == found[1] {
			end := m.offset(m.syntax[i].Name.End())
			m.once(edit{i, end, end, fmt.Sprintf("\n\nimport %q\n", path)})
			return true
		}
	}
	return false
}

// once makes an edit that several errors may ask for.
func (m *mutant) once(e edit) {
	if !slices.Contains(m.edits, e) {
		m.edits = append(m.edits, e)
	}
}

func (m *mutant) dropImport(file int, path string) bool {
	for _, decl := range m.syntax[file].Decls {
		gen, ok := decl.(*ast.GenDecl)
		if !ok || gen.Tok != token.IMPORT {
			continue
		}
		for _, spec := range gen.Specs {
			if spec := spec.(*ast.ImportSpec); spec.Path.Value == path {
				var n ast.Node = spec
				if len(gen.Specs) == 1 {
					n = gen
				}
				m.once(edit{file, m.offset(n.Pos()), m.offset(n.End()), ""})
				return true
			}
		}
	}
	return false
}

// maxMutations bounds how far a program is from its seed.
const maxMutations = 8

// generate draws a program that compiles: one package or several put together,
// changed a few times.
func (w *world) generate(t *rapid.T, count *counts) *checked {
	m := &mutant{t: t, w: w}
	now := w.draw(m)
	if now == nil {
		return nil
	}
	for range rapid.SampledFrom(indices[:maxMutations+1]).Draw(t, "mutations") {
		how := rapid.SampledFrom(mutators).Draw(t, "mutator")
		count.tried[how.name]++
		next := &mutant{checked: now, t: t, w: w}
		if !how.apply(next) {
			continue
		}
		p, ok := next.result()
		if !ok {
			continue
		}
		count.typed++
		if c := w.settle(p); c != nil {
			now = c
			count.made[how.name]++
		}
	}
	return w.layOut(m, now)
}

// draw draws the seeds and puts them together.
func (w *world) draw(m *mutant) *checked {
	now := w.settle(w.seed(m))
	if now == nil {
		return nil
	}
	for range rapid.SampledFrom([]int{0, 0, 0, 1, 1, 2}).Draw(m.t, "more seeds") {
		other := w.settle(w.seed(m))
		if other == nil {
			continue
		}
		if both, ok := join(now, other); ok {
			if c := w.settle(both); c != nil {
				now = c
			}
		}
	}
	return now
}

// seed draws a rule, and then one of its cases: some have many, others few.
func (w *world) seed(m *mutant) program { return oneOf(m, oneOf(m, w.seeds)).program }

// layOut formats the program, or leaves it in some other layout.
func (w *world) layOut(m *mutant, now *checked) *checked {
	if now == nil {
		return nil
	}
	p := now.clone()
	how := m.draw(10)
	for i := range p.files {
		f := &p.files[i]
		switch {
		case how < 7:
			if out, err := format.Source([]byte(f.src)); err == nil {
				f.src = string(out)
			}
		case how == 7:
			f.src = strings.ReplaceAll(strings.ReplaceAll(f.src, "\r", ""), "\n", "\r\n")
		case how == 8:
			f.src = strings.ReplaceAll(f.src, "\n\t", "\n  ")
		}
	}
	if c := w.check(p, "."); c != nil && len(c.errs) == 0 {
		return c
	}
	return now
}
