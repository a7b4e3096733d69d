package rewrite_test

import (
	"bytes"
	"fmt"
	"go/scanner"
	"go/token"
	"regexp"
	"strings"
)

// A layout writes Go source in another way that means the same.
type layout struct {
	name     string
	comments bool // it adds comments, or moves those there are
	of       func(src []byte) []byte
}

// layouts are the ways to write a file that no rule must care about. Each is
// given formatted source and leaves what it says.
var layouts = []layout{
	{"CRLF", false, crlf},
	{"BOM", false, func(src []byte) []byte { return append([]byte("\ufeff"), src...) }},
	{"BOM-and-CRLF", false, func(src []byte) []byte { return append([]byte("\ufeff"), crlf(src)...) }},
	{"mixed-endings", false, mixedEndings},
	{"no-final-newline", false, func(src []byte) []byte { return bytes.TrimRight(src, "\n") }},
	{"CRLF-no-final-newline", false, func(src []byte) []byte { return crlf(bytes.TrimRight(src, "\n")) }},
	{"not-indented", false, inGaps(func(g gap) string { return g.text[:strings.LastIndexByte(g.text, '\n')+1] + g.spaces() })},
	{"spaces", false, inGaps(func(g gap) string { return strings.NewReplacer(" ", "  ", "\t", "   ").Replace(g.text) })},
	{"carriage-returns", false, inGaps(func(g gap) string { return strings.ReplaceAll(g.text, " ", "\r ") })},
	{"space-at-line-ends", false, inGaps(func(g gap) string { return strings.ReplaceAll(g.text, "\n", " \t\n") })},
	{"empty-lines", false, inGaps(func(g gap) string { return strings.ReplaceAll(g.text, "\n\n", "\n\n\n\n") })},
	{"semicolons", false, inGaps(gap.semicolon)},
	{"one-line", true, notBeside(inGaps(gap.join))},
	{"long-lines", true, notBeside(inGaps(gap.longLine))},
	{"comments-in-every-gap", true, notBeside(inGaps(gap.comments))},
	{"comments-at-line-ends", true, notBeside(inGaps(gap.commentAtEnd))},
	{"comments-on-lines-of-their-own", true, notBeside(inGaps(gap.commentAbove))},
	{"comments-of-odd-text", true, notBeside(inGaps(gap.oddComment))},
}

// directives are comments that speak of the line they stand on, or of the next.
var directives = regexp.MustCompile(`//(nolint|ctxfix:|lint:|#nosec)|#nosec`)

// notBeside leaves a file alone in which comments have a meaning by their line.
func notBeside(of func([]byte) []byte) func([]byte) []byte {
	return func(src []byte) []byte {
		if directives.Match(src) {
			return src
		}
		return of(src)
	}
}

func crlf(src []byte) []byte { return bytes.ReplaceAll(src, []byte("\n"), []byte("\r\n")) }

// mixedEndings ends every third line with CRLF.
func mixedEndings(src []byte) []byte {
	var out []byte
	for i, line := range bytes.SplitAfter(src, []byte("\n")) {
		if i%3 == 1 {
			line = crlf(line)
		}
		out = append(out, line...)
	}
	return out
}

// A gap is what stands between two tokens.
type gap struct {
	text        string
	left, right token.Token // token.ILLEGAL before the first, token.EOF after the last
	ends        bool        // the line break in it stands for a semicolon
	n           int         // of the gaps of the file
}

// inGaps makes a layout that changes nothing but what stands between tokens.
func inGaps(of func(gap) string) func([]byte) []byte {
	return func(src []byte) []byte {
		gaps := []gap{{left: token.ILLEGAL}}
		var words []string
		at, code := 0, 0 // code: the gap after the last token that is no comment
		scan(src, func(kind token.Token, start, end int) {
			if start == end {
				gaps[code].ends = true
				return
			}
			last := &gaps[len(gaps)-1]
			last.text, last.right = string(src[at:start]), kind
			words = append(words, string(src[start:end]))
			gaps = append(gaps, gap{left: kind, n: len(gaps)})
			if kind != token.COMMENT {
				code = len(gaps) - 1
			}
			at = end
		})
		last := &gaps[len(gaps)-1]
		last.text, last.right = string(src[at:]), token.EOF
		var out []byte
		for i, g := range gaps {
			out = append(out, of(g)...)
			if i < len(words) {
				out = append(out, words[i]...)
			}
		}
		return out
	}
}

// scan yields the tokens of src with their offsets, and an empty one for each
// semicolon that a line break stands for.
func scan(src []byte, yield func(kind token.Token, start, end int)) {
	file := token.NewFileSet().AddFile("", -1, len(src))
	var s scanner.Scanner
	s.Init(file, src, nil, scanner.ScanComments)
	for {
		pos, kind, text := s.Scan()
		start := file.Offset(pos)
		end := start + len(text)
		switch {
		case kind == token.EOF:
			return
		case kind == token.SEMICOLON && text == "\n":
			end = start
		case text == "":
			end = start + len(kind.String())
		case strings.HasPrefix(text, "/*"): // its carriage returns are not in text
			end = start + bytes.Index(src[start:], []byte("*/")) + 2
		case text[0] == '`':
			end = start + 1 + bytes.IndexByte(src[start+1:], '`') + 1
		}
		yield(kind, start, end)
	}
}

// broken reports whether a line ends in the gap.
func (g gap) broken() bool { return strings.Contains(g.text, "\n") }

// outer reports whether the gap is at the start or the end of the file.
func (g gap) outer() bool { return g.left == token.ILLEGAL || g.right == token.EOF }

// spaces is the gap if no line ends in it.
func (g gap) spaces() string {
	if g.broken() {
		return ""
	}
	return g.text
}

func (g gap) semicolon() string {
	if g.ends {
		return ";" + g.text
	}
	return g.text
}

func (g gap) join() string {
	switch {
	case !g.broken() || g.outer() || g.left == token.COMMENT || g.right == token.COMMENT:
		return g.text
	case g.ends:
		return "; "
	}
	return " "
}

// longLine puts a comment of ten thousand characters at the end of a line.
func (g gap) longLine() string {
	if g.left != token.LBRACE || !g.broken() {
		return g.text
	}
	return fmt.Sprintf(" // c%d%s%s", g.n, strings.Repeat("long", 2500), g.text)
}

// comments puts a comment after the token before the gap, or before the token
// after it if that is on another line: in turns, as two would be one group.
func (g gap) comments() string {
	comment := fmt.Sprintf("/* c%d */", g.n)
	switch {
	case g.left == token.ILLEGAL || g.left == token.COMMENT:
		return g.text
	case g.broken() && g.n%2 == 0 && g.right != token.COMMENT && g.right != token.EOF:
		return g.text + comment + " "
	}
	return " " + comment + g.text
}

func (g gap) commentAtEnd() string {
	if !g.broken() || g.left == token.COMMENT || g.left == token.ILLEGAL {
		return g.text
	}
	return fmt.Sprintf(" // c%d%s", g.n, g.text)
}

// oddComment is commentAtEnd with what an editor shows in odd ways or not at all.
func (g gap) oddComment() string {
	if !g.broken() || g.left == token.COMMENT || g.left == token.ILLEGAL {
		return g.text
	}
	return fmt.Sprintf(" // c%d\x01\x1b[31m\u200b\u202e日本\f\v%s", g.n, g.text)
}

func (g gap) commentAbove() string {
	if !g.broken() || g.outer() || g.right == token.COMMENT {
		return g.text
	}
	i := strings.LastIndexByte(g.text, '\n') + 1
	return fmt.Sprintf("%s%s// c%d\n%s", g.text[:i], g.text[i:], g.n, g.text[i:])
}
