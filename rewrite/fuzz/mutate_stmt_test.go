package fuzz_test

import (
	"fmt"
	"go/ast"
)

var stmtMutators = []mutator{
	{"wrap", wrapStmts}, {"swap", swapStmts}, {"delete", deleteStmt}, {"repeat", repeatStmt},
	{"insert", insertStmt}, {"insert", insertStmt}, {"else", elseBranch}, {"condition", intoCondition}, {"label", labelStmt},
}

// list returns the statements of a block or a clause.
func list(n ast.Node) []ast.Stmt {
	switch n := n.(type) {
	case *ast.BlockStmt:
		return n.List
	case *ast.CaseClause:
		return n.Body
	case *ast.CommClause:
		return n.Body
	}
	return nil
}

// someList draws a list of at least so many statements; clauses of a switch
// are none.
func (m *mutant) someList(least int) []ast.Stmt {
	var lists [][]ast.Stmt
	for _, n := range nodes[ast.Stmt](m.checked) {
		stmts := list(n)
		if len(stmts) < least {
			continue
		}
		switch stmts[0].(type) {
		case *ast.CaseClause, *ast.CommClause:
			continue
		}
		lists = append(lists, stmts)
	}
	if len(lists) == 0 {
		return nil
	}
	return oneOf(m, lists)
}

// wrappers stand around statements.
var wrappers = [][2]string{
	{"if maybe {", "}"},
	{"if maybe {\nreturn\n}\n{", "}"},
	{"if !maybe {\nnote()\n} else {", "}"},
	{"for {", "break\n}"},
	{"for maybe {", "}"},
	{"for range 3 {", "}"},
	{"for i := 0; i < 3; i++ {", "}"},
	{"switch {\ncase maybe:", "}"},
	{"switch {\ncase maybe:\nnote()\ndefault:", "}"},
	{"select {\ndefault:", "}"},
	{"select {\ncase <-ctx.Done():\ndefault:", "}"},
	{"select {\ncase <-time.After(time.Second):", "}"},
	{"func() {", "}()"},
	{"defer func() {", "}()"},
	{"go func() {", "}()"},
	{"go func(ctx context.Context) {", "}(ctx)"},
	{"var wg sync.WaitGroup\nwg.Go(func() {", "})\nwg.Wait()"},
	{"done := make(chan struct{})\ngo func() {\ndefer close(done)", "}()\n<-done"},
	{"{", "}"},
	{"outer:\nfor {\nfor {", "break outer\n}\n}"},
	{"if err := ctx.Err(); err == nil {", "}"},
	{"if ctx, cancel := context.WithCancel(ctx); maybe {\ndefer cancel()", "}"},
	{"time.AfterFunc(time.Second, func() {", "})"},
	{"context.AfterFunc(ctx, func() {", "})"},
	{"run := func() {", "}\nrun()"},
	{"run := func(ctx context.Context) {", "}\nrun(ctx)"},
	{"for ctx.Err() == nil {", "}"},
	{"for {\nselect {\ncase <-ctx.Done():\nreturn\ndefault:\n}", "}"},
	{"new(sync.Once).Do(func() {", "})"},
	{"sync.OnceFunc(func() {", "})()"},
	{"defer func() {\nif r := recover(); r != nil {", "}\n}()"},
	{"switch v := any(1).(type) {\ncase int:\nnote(v)", "}"},
}

func wrapStmts(m *mutant) bool {
	stmts := m.someList(1)
	if stmts == nil {
		return false
	}
	first := m.draw(len(stmts))
	last := first + m.draw(len(stmts)-first)
	w := oneOf(m, wrappers)
	m.insert(stmts[first].Pos(), w[0]+"\n")
	m.insert(stmts[last].End(), "\n"+w[1])
	return true
}

func swapStmts(m *mutant) bool {
	stmts := m.someList(2)
	if stmts == nil {
		return false
	}
	i := m.draw(len(stmts) - 1)
	a, b := stmts[i], stmts[i+1]
	m.replace(a.Pos(), a.End(), m.text(b))
	m.replace(b.Pos(), b.End(), m.text(a))
	return true
}

func deleteStmt(m *mutant) bool {
	stmts := m.someList(1)
	if stmts == nil {
		return false
	}
	s := oneOf(m, stmts)
	m.replace(s.Pos(), s.End(), "")
	return true
}

func repeatStmt(m *mutant) bool {
	stmts := m.someList(1)
	if stmts == nil {
		return false
	}
	s := oneOf(m, stmts)
	m.insert(s.End(), "\n"+m.text(s))
	return true
}

// elseBranch moves what follows an if into its else branch, or adds one.
func elseBranch(m *mutant) bool {
	n, ok := some[*ast.IfStmt](m)
	if !ok || n.Else != nil {
		return false
	}
	m.insert(n.End(), oneOf(m, []string{" else {\nnote()\n}", " else if maybe {\nnote()\n}", " else {\n}", " else {\npanic(1)\n}"}))
	return true
}

// intoCondition makes the assignment before an if part of it, or the other
// way round.
func intoCondition(m *mutant) bool {
	n, ok := some[*ast.IfStmt](m)
	if !ok {
		return false
	}
	if n.Init != nil {
		init := m.text(n.Init)
		m.replace(n.Init.Pos(), n.Cond.Pos(), "")
		m.insert(n.Pos(), init+"\n")
		return true
	}
	for _, block := range nodes[ast.Stmt](m.checked) {
		for i, s := range list(block) {
			if s != ast.Stmt(n) || i == 0 {
				continue
			}
			before, ok := list(block)[i-1].(*ast.AssignStmt)
			if !ok {
				return false
			}
			m.insert(n.Cond.Pos(), m.text(before)+"; ")
			m.replace(before.Pos(), before.End(), "")
			return true
		}
	}
	return false
}

func labelStmt(m *mutant) bool {
	stmts := m.someList(1)
	if stmts == nil {
		return false
	}
	s := oneOf(m, stmts)
	label := fmt.Sprintf("L%d", m.offset(s.Pos()))
	jump := oneOf(m, []string{"goto", "break", "continue"})
	if jump == "goto" {
		m.insert(s.Pos(), label+":\n")
		m.insert(s.End(), "\nif maybe {\ngoto "+label+"\n}")
		return true
	}
	var body *ast.BlockStmt
	switch s := s.(type) {
	case *ast.ForStmt:
		body = s.Body
	case *ast.RangeStmt:
		body = s.Body
	default:
		return false
	}
	m.insert(s.Pos(), label+":\n")
	m.insert(body.Lbrace+1, "\nif maybe {\n"+jump+" "+label+"\n}\n")
	return true
}
