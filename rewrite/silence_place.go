package rewrite

import (
	"bytes"
	"cmp"
	"go/ast"
	"go/token"
	"maps"
	"slices"
	"strings"

	"golang.org/x/tools/go/ast/astutil"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/directive"
	"github.com/ctxfix/ctxfix/detect/load"
)

// A spot to write a directive at: a line, from 1, and whether the directive
// goes to its end or above it.
type directiveSpot struct {
	line  int
	atEnd bool
}

// insertDirectives returns the file with one directive per spot, for all the
// findings that are hidden from there. Directives that are there are extended.
func insertDirectives(fset *token.FileSet, file *load.File, findings []detect.Finding, reason string) []byte {
	rules := map[directiveSpot][]string{}
	for _, f := range findings {
		at, ok := spotFor(fset, file, f)
		if ok && !slices.Contains(rules[at], f.Rule.Name) {
			rules[at] = append(rules[at], f.Rule.Name)
		}
	}
	present := map[int]directive.Directive{} // by line
	for _, d := range directive.In(fset, file.Syntax) {
		if d.Own() && d.Malformed == "" && !d.File {
			present[d.Line] = d
		}
	}
	lines := bytes.SplitAfter(file.Bytes, []byte("\n"))
	spots := slices.SortedFunc(maps.Keys(rules), func(a, b directiveSpot) int {
		if a.line == b.line && a.atEnd {
			return -1
		}
		return b.line - a.line // from below, so that lines keep their numbers
	})
	for _, at := range spots {
		lines = insertDirective(lines, at, rules[at], present, reason)
	}
	return bytes.Join(lines, nil)
}

func insertDirective(lines [][]byte, at directiveSpot, rules []string, present map[int]directive.Directive, reason string) [][]byte {
	for _, line := range []int{at.line, at.line - 1} {
		d, ok := present[line]
		alone := ok && strings.HasPrefix(strings.TrimSpace(string(lines[line-1])), "//")
		if ok && (line == at.line || alone) {
			lines[line-1] = bytes.Replace(lines[line-1], []byte(d.Text), []byte(extended(d, rules, reason)), 1)
			return lines
		}
	}
	text := directive.Ignore + " " + strings.Join(rules, ",") + " " + reason
	old := lines[at.line-1]
	code := bytes.TrimRight(old, "\r\n")
	end := old[len(code):]
	if at.atEnd {
		lines[at.line-1] = slices.Concat(code, []byte(" "+text), end)
		return lines
	}
	if len(end) == 0 {
		end = []byte("\n")
	}
	indent := code[:len(code)-len(bytes.TrimLeft(code, " \t"))]
	return slices.Insert(lines, at.line-1, slices.Concat(indent, []byte(text), end))
}

// extended returns the text of the directive with more rules, and with the
// reason if it has none.
func extended(d directive.Directive, rules []string, reason string) string {
	names := slices.Clone(d.Names)
	for _, rule := range rules {
		if !slices.Contains(names, rule) {
			names = append(names, rule)
		}
	}
	return directive.Ignore + " " + strings.Join(names, ",") + " " + cmp.Or(d.Reason, reason)
}

// spotFor returns where a directive hides the finding: above its statement,
// field or declaration, or, where something else stands before these, at the
// end of its line or of its statement. It is false where a comment cannot stand.
func spotFor(fset *token.FileSet, file *load.File, f detect.Finding) (spot directiveSpot, ok bool) {
	line := func(pos token.Pos) int { return fset.PositionFor(pos, false).Line }
	own := line(f.Span.Pos)
	ends := []int{own}
	if n := enclosing(file, f.Span); n != nil {
		if begins(fset, file, n) {
			return directiveSpot{line: line(n.Pos())}, true
		}
		ends = append(ends, line(n.End()))
	}
	broken := brokenLines(fset, file)
	for _, at := range ends {
		if !broken[at] && freeEnd(fset, file, at) {
			return directiveSpot{line: at, atEnd: true}, true
		}
	}
	return directiveSpot{line: own}, !broken[own-1]
}

// freeEnd reports whether a directive can be added at the end of the line, or
// to one that is there.
func freeEnd(fset *token.FileSet, file *load.File, line int) bool {
	for _, group := range file.Syntax.Comments {
		for _, c := range group.List {
			if fset.PositionFor(c.Pos(), false).Line == line && strings.HasPrefix(c.Text, "//") {
				d, ok := directive.Parse(c.Text)
				return ok && d.Own()
			}
		}
	}
	return true
}

// brokenLines are those that end within a literal or a comment.
func brokenLines(fset *token.FileSet, file *load.File) map[int]bool {
	broken := map[int]bool{}
	add := func(n ast.Node) {
		for line := fset.PositionFor(n.Pos(), false).Line; line < fset.PositionFor(n.End(), false).Line; line++ {
			broken[line] = true
		}
	}
	for _, group := range file.Syntax.Comments {
		for _, c := range group.List {
			add(c)
		}
	}
	ast.Inspect(file.Syntax, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok {
			add(lit)
		}
		return true
	})
	return broken
}

// enclosing returns the innermost statement, field or declaration around the
// span, which may be nil.
func enclosing(file *load.File, span detect.Span) ast.Node {
	path, _ := astutil.PathEnclosingInterval(file.Syntax, span.Pos, span.End)
	for _, n := range path {
		switch n.(type) {
		case *ast.BlockStmt, *ast.FieldList:
		case ast.Stmt, *ast.ValueSpec, *ast.TypeSpec, *ast.Field, *ast.FuncDecl, *ast.GenDecl:
			return n
		}
	}
	return nil
}

// begins reports whether nothing stands before n on its line.
func begins(fset *token.FileSet, file *load.File, n ast.Node) bool {
	offset := fset.PositionFor(n.Pos(), false).Offset
	start := bytes.LastIndexByte(file.Bytes[:offset], '\n') + 1
	head := bytes.TrimSpace(file.Bytes[start:offset])
	for _, keyword := range []string{"if", "for", "switch", "case", "var", "type", "const"} {
		head = bytes.TrimPrefix(head, []byte(keyword)) // the statement that n is the head of begins there
	}
	return len(bytes.TrimSpace(head)) == 0
}
