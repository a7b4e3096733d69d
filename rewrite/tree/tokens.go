package tree

import (
	"bytes"
	"fmt"
	"go/scanner"
	"go/token"
	"slices"
	"strings"
)

// A lexeme is one token of a file, comments included.
type lexeme struct {
	kind       token.Token
	text       string
	start, end int // byte offsets
}

// key is what makes two lexemes the same.
type key struct {
	kind token.Token
	text string
}

func (l lexeme) key() key { return key{l.kind, l.text} }

// loose is key without the layout of comments, which gofmt may change.
func (l lexeme) loose() key {
	if l.kind != token.COMMENT {
		return l.key()
	}
	return key{l.kind, strings.Join(strings.Fields(l.text), " ")}
}

// tokenise returns the tokens of src, which must be normalised. What
// formatting adds and removes is left out: semicolons and commas before a
// closing bracket. A semicolon that a line break stands for has no width.
func tokenise(src []byte) ([]lexeme, error) {
	fset := token.NewFileSet()
	file := fset.AddFile("", fset.Base(), len(src))
	var failed error
	var s scanner.Scanner
	s.Init(file, src, func(pos token.Position, msg string) {
		if failed == nil {
			failed = fmt.Errorf("%d:%d: %s", pos.Line, pos.Column, msg)
		}
	}, scanner.ScanComments)
	var out []lexeme
	for {
		pos, kind, text := s.Scan()
		if kind == token.EOF {
			break
		}
		l := lexeme{kind, text, file.Offset(pos), file.Offset(pos)}
		switch {
		case text == ";":
			l.end++
		case kind == token.SEMICOLON:
			out = endStatement(out)
			continue
		case text == "":
			l.text = kind.String()
			l.end += len(l.text)
		default:
			l.end += len(text)
		}
		out = append(out, l)
	}
	return slices.DeleteFunc(out, optional(out)), failed
}

// endStatement adds the semicolon that a line break stands for: before the
// comments that end the line, where it would be written.
func endStatement(list []lexeme) []lexeme {
	i := len(list)
	for list[i-1].kind == token.COMMENT {
		i--
	}
	at := list[i-1].end
	return slices.Insert(list, i, lexeme{token.SEMICOLON, ";", at, at})
}

// tokeniseRaw is tokenise of a file as it is, but for a byte order mark. It
// parses.
func tokeniseRaw(src []byte) []lexeme {
	list, _ := tokenise(normalise(src))
	raw := rawOffsets(src)
	for i, l := range list {
		if l.start < l.end {
			list[i].start, list[i].end = raw[l.start], raw[l.end-1]+1
		} else { // before the carriage return of its line
			list[i].start, list[i].end = raw[l.start-1]+1, raw[l.start-1]+1
		}
	}
	return list
}

// rawOffsets returns of each offset in the normalised text, its end included,
// the offset in src.
func rawOffsets(src []byte) []int {
	var raw []int
	last := byte(0)
	for i := len(src) - len(bytes.TrimPrefix(src, bom)); i < len(src); i++ {
		apart := last == '*' && i+1 < len(src) && src[i+1] == '/'
		if src[i] != '\r' || apart {
			raw, last = append(raw, i), src[i]
		}
	}
	return append(raw, len(src))
}

// code returns the list without comments.
func code(list []lexeme) []lexeme {
	return slices.DeleteFunc(slices.Clone(list), func(l lexeme) bool { return l.kind == token.COMMENT })
}

// optional tells the tokens that formatting adds and removes.
func optional(all []lexeme) func(lexeme) bool {
	drop := map[int]bool{} // by start: no two of these start at one place
	next := token.EOF
	for i := len(all) - 1; i >= 0; i-- {
		switch k := all[i].kind; {
		case k == token.COMMENT:
		case k == token.SEMICOLON && (next == token.RPAREN || next == token.RBRACE),
			k == token.COMMA && (next == token.RPAREN || next == token.RBRACE || next == token.RBRACK):
			drop[all[i].start] = true
		default:
			next = k
		}
	}
	return func(l lexeme) bool {
		return (l.kind == token.SEMICOLON || l.kind == token.COMMA) && drop[l.start]
	}
}

func keys(list []lexeme, of func(lexeme) key) []key {
	out := make([]key, len(list))
	for i, l := range list {
		out[i] = of(l)
	}
	return out
}
