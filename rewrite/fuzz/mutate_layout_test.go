package fuzz_test

import (
	"go/ast"
	"go/scanner"
	"go/token"
)

var layoutMutators = []mutator{
	{"comment", addComment}, {"comment", addComment}, {"squeeze", squeeze}, {"blank", blankLine}, {"end", endOfFile},
}

var comments = []string{"/* c%d */", " // c%d\n", "\n// c%d\n", "\n\n// c%d\n\n", "/* c%d\n   d */", "\n/* c%d */\n", " //nolint // c%d\n"}

// addComment puts one or more comments between any two tokens.
func addComment(m *mutant) bool {
	file := m.draw(len(m.files))
	src := m.files[file].src
	var starts []int
	var s scanner.Scanner
	fset := token.NewFileSet()
	s.Init(fset.AddFile("", -1, len(src)), []byte(src), nil, 0)
	for {
		pos, tok, _ := s.Scan()
		if tok == token.EOF {
			break
		}
		starts = append(starts, fset.Position(pos).Offset)
	}
	for n := 1 + m.draw(4); n > 0; n-- {
		at := oneOf(m, starts)
		text := oneOf(m, comments)
		for i := range text {
			if text[i] == '%' {
				text = text[:i] + string(rune('a'+n)) + text[i+2:]
				break
			}
		}
		m.once(edit{file, at, at, text})
	}
	return true
}

// squeeze puts a block on one line.
func squeeze(m *mutant) bool {
	b, ok := some[*ast.BlockStmt](m)
	if !ok || len(b.List) == 0 {
		return false
	}
	for i, s := range b.List {
		start := b.Lbrace + 1
		if i > 0 {
			start = b.List[i-1].End()
		}
		for _, r := range m.text(b)[m.offset(start)-m.offset(b.Pos()) : m.offset(s.Pos())-m.offset(b.Pos())] {
			if r == '/' {
				return false
			}
		}
		sep := "; "
		if i == 0 {
			sep = " "
		}
		m.replace(start, s.Pos(), sep)
	}
	return true
}

func blankLine(m *mutant) bool {
	stmts := m.someList(1)
	if stmts == nil {
		return false
	}
	m.insert(oneOf(m, stmts).Pos(), "\n\n\n")
	return true
}

// endOfFile takes the last line feed, or adds a byte order mark.
func endOfFile(m *mutant) bool {
	i := m.draw(len(m.files))
	src := m.files[i].src
	switch {
	case m.chance(50) && len(src) > 0 && src[len(src)-1] == '\n':
		m.edits = append(m.edits, edit{i, len(src) - 1, len(src), ""})
	case len(src) > 3 && src[:3] != "\ufeff":
		m.edits = append(m.edits, edit{i, 0, 0, "\ufeff"})
	default:
		return false
	}
	return true
}
