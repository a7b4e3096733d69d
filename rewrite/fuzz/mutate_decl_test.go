package fuzz_test

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"path"
	"strings"
)

var declMutators = []mutator{
	{"duplicate", duplicateFunc}, {"generic", makeGeneric}, {"method", intoMethod}, {"literal", intoLiteral}, {"nest", nestFunc},
	{"move", moveDecl}, {"move", moveDecl}, {"results", changeResults}, {"variadic", addParam}, {"graft", graft}, {"graft", graft}, {"drop", dropDecl},
}

func (m *mutant) someFunc() (*ast.FuncDecl, bool) {
	fn, ok := some[*ast.FuncDecl](m)
	return fn, ok && fn.Body != nil
}

func duplicateFunc(m *mutant) bool {
	fn, ok := m.someFunc()
	if !ok {
		return false
	}
	text, name := m.text(fn), m.offset(fn.Name.Pos())-m.offset(fn.Pos())
	m.add(fn.Pos(), fmt.Sprintf("%s%s%d%s", text[:name], fn.Name.Name, m.offset(fn.Pos()), text[name+len(fn.Name.Name):]))
	return true
}

func makeGeneric(m *mutant) bool {
	fn, ok := m.someFunc()
	if !ok || fn.Recv != nil || fn.Type.TypeParams != nil {
		return false
	}
	for _, field := range fn.Type.Params.List {
		if m.isContext(field.Type) && m.chance(60) {
			m.insert(fn.Name.End(), "[C "+m.text(field.Type)+"]")
			m.replace(field.Type.Pos(), field.Type.End(), "C")
			return true
		}
	}
	m.insert(fn.Name.End(), oneOf(m, []string{"[T any]", "[K comparable, V any]"}))
	return true
}

// intoMethod makes a function a method of a type of its own.
func intoMethod(m *mutant) bool {
	fn, ok := m.someFunc()
	if !ok || fn.Recv != nil || fn.Type.TypeParams != nil {
		return false
	}
	typ := fmt.Sprintf("owner%d", m.offset(fn.Pos()))
	field := oneOf(m, []string{"", "ctx context.Context", "ctx context.Context; cancel func()"})
	recv := oneOf(m, []string{"", "o ", "_ ", "ctx ", "s "})
	m.insert(fn.Name.Pos(), "("+recv+"*"+typ+") ")
	m.add(fn.Pos(), "type "+typ+" struct{ "+field+" }")
	for _, id := range nodes[*ast.Ident](m.checked) {
		if id != fn.Name && m.info.Uses[id] != nil && m.info.Uses[id].Pos() == fn.Name.Pos() {
			m.insert(id.Pos(), "new("+typ+").")
		}
	}
	return true
}

// intoLiteral makes a function a literal in a variable.
func intoLiteral(m *mutant) bool {
	fn, ok := m.someFunc()
	if !ok || fn.Recv != nil || fn.Type.TypeParams != nil {
		return false
	}
	m.replace(fn.Pos(), fn.Name.End(), "var "+fn.Name.Name+" = func")
	return true
}

// nestFunc puts the body of one function into another.
func nestFunc(m *mutant) bool {
	fn, ok := m.someFunc()
	if !ok || fn.Type.TypeParams != nil || fn.Recv != nil {
		return false
	}
	into, ok := m.someFunc()
	if !ok || into == fn {
		return false
	}
	lit := "func" + m.text(fn)[m.offset(fn.Type.Params.Pos())-m.offset(fn.Pos()):]
	form := oneOf(m, []string{"nested := %s\n_ = nested", "_ = %s", "note(%s)", "defer note(%s)", "go note(%s)"})
	m.insert(into.Body.Lbrace+1, "\n"+fmt.Sprintf(form, lit)+"\n")
	return true
}

// moveDecl moves a declaration to another file of the program, or to one that
// it gets for this.
func moveDecl(m *mutant) bool {
	from := m.draw(len(m.syntax))
	var decls []ast.Decl
	for _, d := range m.syntax[from].Decls {
		if gen, ok := d.(*ast.GenDecl); !ok || gen.Tok != token.IMPORT {
			decls = append(decls, d)
		}
	}
	if len(decls) == 0 {
		return false
	}
	d := oneOf(m, decls)
	to := oneOf(m, []string{"a.go", "b.go", "c.go", testFile, externalFile})
	if to == m.files[from].name || to == "c.go" && m.file("b.go") == nil {
		return false
	}
	start := d.Pos()
	if doc := docOf(d); doc != nil {
		start = doc.Pos()
	}
	text := m.files[from].src[m.offset(start):m.offset(d.End())]
	m.replace(start, d.End(), "")
	m.appendTo(to, m.importsFor(d), text)
	return true
}

func docOf(d ast.Decl) *ast.CommentGroup {
	switch d := d.(type) {
	case *ast.FuncDecl:
		return d.Doc
	case *ast.GenDecl:
		return d.Doc
	}
	return nil
}

// appendTo puts a declaration behind a file, which is made if need be.
func (m *mutant) appendTo(name, imports, decl string) {
	for i, f := range m.files {
		if f.name != name {
			continue
		}
		end := m.offset(m.syntax[i].Name.End())
		m.edits = append(m.edits, edit{i, end, end, "\n" + imports}, edit{i, len(f.src), len(f.src), "\n" + decl + "\n"})
		return
	}
	clause := "package p\n\n"
	for _, f := range m.syntax {
		clause = "package " + strings.TrimSuffix(f.Name.Name, "_test") + "\n\n"
	}
	if name == externalFile {
		clause = strings.TrimSpace(clause) + "_test\n\n"
	}
	c := *m.checked
	c.program = m.program.clone()
	c.files = append(c.files, source{name, clause + imports + "\n" + decl + "\n"})
	m.checked = &c
}

// importsFor returns the imports that a declaration needs, under the names its
// file has for them.
func (m *mutant) importsFor(d ast.Decl) string {
	text, seen := "", map[string]bool{}
	ast.Inspect(d, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		if name := m.packageName(id); name != nil && !seen[name.Name()] {
			seen[name.Name()] = true
			as := ""
			if name.Name() != path.Base(name.Imported().Path()) {
				as = name.Name() + " "
			}
			text += fmt.Sprintf("import %s%q\n", as, name.Imported().Path())
		}
		return true
	})
	return text
}

// changeResults takes results away, adds one, or gives them names.
func changeResults(m *mutant) bool {
	fn, ok := m.someFunc()
	if !ok {
		return false
	}
	sig, ok := m.info.Defs[fn.Name].(*types.Func)
	if !ok {
		return false
	}
	results := sig.Signature().Results()
	switch {
	case results.Len() == 0:
		m.insert(fn.Type.Params.End(), oneOf(m, []string{" error", " (err error)", " (ctx context.Context, err error)"}))
		m.insert(fn.Body.Rbrace, "\npanic(1)\n")
	case m.chance(50) && fn.Type.Results.List[0].Names == nil:
		var named []string
		names := []string{"err", "out", "ctx", "_", "done"}
		for i, f := range fn.Type.Results.List {
			named = append(named, oneOf(m, names)+strings.Repeat("x", i)+" "+m.text(f.Type))
		}
		m.replace(fn.Type.Results.Pos(), fn.Type.Results.End(), "("+strings.Join(named, ", ")+")")
	default:
		m.replace(fn.Type.Results.Pos(), fn.Type.Results.End(), "")
		ast.Inspect(fn.Body, func(n ast.Node) bool {
			if _, lit := n.(*ast.FuncLit); lit {
				return false
			}
			if ret, ok := n.(*ast.ReturnStmt); ok && len(ret.Results) > 0 {
				var discard []string
				for range ret.Results {
					discard = append(discard, "_")
				}
				if len(ret.Results) != results.Len() {
					discard = make([]string, results.Len())
					for i := range discard {
						discard[i] = "_"
					}
				}
				m.replace(ret.Pos(), ret.Results[0].Pos(), strings.Join(discard, ", ")+" = ")
				m.insert(ret.End(), "\nreturn")
			}
			return true
		})
	}
	return true
}

// addParam adds a parameter that callers need not give.
func addParam(m *mutant) bool {
	fn, ok := m.someFunc()
	if !ok {
		return false
	}
	text := oneOf(m, []string{"ctx ...context.Context", "opts ...func()", "_ ...int", "err ...error"})
	if params := fn.Type.Params; len(params.List) > 0 {
		text = ", " + text
		if params.List[0].Names == nil {
			text = text[:2] + text[strings.LastIndex(text, "..."):]
		}
	}
	m.insert(fn.Type.Params.Closing, text)
	return true
}

// graft adds a declaration of another case.
func graft(m *mutant) bool {
	other := m.w.settle(m.w.seed(m))
	if other == nil {
		return false
	}
	fn, ok := some[*ast.FuncDecl](&mutant{checked: other, t: m.t})
	if !ok || fn.Body == nil {
		return false
	}
	if m.chance(50) && fn.Recv == nil { // its body alone, where there is a body already
		into, ok := m.someFunc()
		if !ok {
			return false
		}
		body := other.text(fn.Body)
		m.insert(into.Body.Lbrace+1, "\n"+strings.TrimSuffix(strings.TrimPrefix(body, "{"), "}")+"\n")
		return true
	}
	both, ok := join(m.checked, other)
	if !ok {
		return false
	}
	c := *m.checked
	c.program = both
	m.checked = &c
	return true
}

func dropDecl(m *mutant) bool {
	fn, ok := m.someFunc()
	if !ok {
		return false
	}
	m.replace(fn.Pos(), fn.End(), "")
	return true
}
