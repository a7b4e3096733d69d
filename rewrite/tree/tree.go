// Package tree rewrites one Go file on its decorated syntax tree, keeping
// every comment and all text that is not rewritten.
//
// Detection speaks of go/ast nodes; a [File] knows the decorated counterpart
// of each, and its methods take go/ast nodes to say where. A method that
// returns an error has changed nothing.
package tree

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"reflect"
	"strings"

	"github.com/dave/dst"
	"github.com/dave/dst/decorator"
)

// A File is one decorated file under rewriting.
type File struct {
	fset   *token.FileSet
	syntax *ast.File // as detection knows it
	src    []byte    // original bytes
	norm   []byte    // src without byte order mark and carriage returns
	r0     []byte    // norm as restored before any change
	dst    *dst.File
	nodes  map[ast.Node]dst.Node
	// claimed holds the clauses whose last statement has its own comment.
	claimed map[dst.Node]bool
}

// Decorate prepares the file that syntax is the tree of for rewriting. src is
// what syntax was parsed from; its byte order mark and carriage returns, if
// any, need not have been there when it was parsed. Files with line
// directives are refused, as no position in them can be trusted.
func Decorate(fset *token.FileSet, syntax *ast.File, src []byte) (f *File, err error) {
	f = &File{fset: fset, syntax: syntax, src: src, norm: normalise(src), claimed: map[dst.Node]bool{}}
	defer f.guard(syntax, "decorating", &err)
	if c := lineDirective(syntax); c != nil {
		return nil, f.errorf(c, "the file has a line directive: positions in it cannot be trusted")
	}
	tf := fset.File(syntax.Package)
	if tf == nil {
		return nil, errors.New("the file to rewrite is not in the file set it was parsed into")
	}
	own, decorated := token.NewFileSet(), syntax
	if len(f.norm) == len(src) {
		if tf.Size() != len(src) {
			return nil, f.errorf(syntax.Name, "the syntax tree is not of the bytes given with it")
		}
		own.AddExistingFiles(tf)
	} else if decorated, err = parser.ParseFile(own, tf.Name(), f.norm, parser.ParseComments); err != nil {
		return nil, err
	}
	dec := decorator.NewDecorator(own)
	if f.dst, err = dec.DecorateFile(decorated); err != nil {
		return nil, f.errorf(syntax.Name, "%v", err)
	}
	if f.nodes, err = f.join(decorated, dec.Dst.Nodes); err != nil {
		return nil, err
	}
	if f.r0, err = f.restore(); err != nil {
		return nil, err
	}
	return f, nil
}

// join keys the decorated nodes by the nodes that detection knows.
func (f *File) join(decorated *ast.File, nodes map[ast.Node]dst.Node) (map[ast.Node]dst.Node, error) {
	if decorated == f.syntax {
		return nodes, nil
	}
	theirs, ours := flatten(f.syntax), flatten(decorated)
	if len(theirs) != len(ours) {
		return nil, f.errorf(f.syntax.Name, "the syntax tree is not of the bytes given with it")
	}
	joined := make(map[ast.Node]dst.Node, len(nodes))
	for i, n := range theirs {
		if fmt.Sprintf("%T", n) != fmt.Sprintf("%T", ours[i]) {
			return nil, f.errorf(n, "the syntax tree is not of the bytes given with it")
		}
		if d, ok := nodes[ours[i]]; ok {
			joined[n] = d
		}
	}
	return joined, nil
}

func flatten(file *ast.File) []ast.Node {
	var out []ast.Node
	ast.Inspect(file, func(n ast.Node) bool {
		if n != nil {
			out = append(out, n)
		}
		return true
	})
	return out
}

// lineDirective returns the first comment that moves positions, or nil.
func lineDirective(file *ast.File) *ast.Comment {
	for _, g := range file.Comments {
		for _, c := range g.List {
			if strings.HasPrefix(c.Text, "//line ") || strings.HasPrefix(c.Text, "/*line ") {
				return c
			}
		}
	}
	return nil
}

// Node returns the decorated counterpart of n. It is an error if n is of
// another file, or was replaced or deleted meanwhile.
func (f *File) Node(n ast.Node) (dst.Node, error) {
	d, ok := f.nodes[n]
	if !ok {
		return nil, f.errorf(n, "no counterpart of this %T in the file to rewrite", n)
	}
	if pathTo(f.root(n), d) == nil {
		return nil, f.errorf(n, "this %T was replaced or deleted by another fix", n)
	}
	return d, nil
}

// Holds reports whether n is a node of this file, as detection knows it.
func (f *File) Holds(n ast.Node) bool {
	_, ok := f.nodes[n]
	return ok
}

// At is [File.Node] for a node of known type.
func At[T dst.Node](f *File, n ast.Node) (T, error) {
	var zero T
	d, err := f.Node(n)
	if err != nil {
		return zero, err
	}
	t, ok := d.(T)
	if !ok {
		return zero, f.errorf(n, "the counterpart of this %T is a %T, not a %T", n, d, zero)
	}
	return t, nil
}

// root returns the smallest known part of the decorated tree that holds the
// counterpart of n: its top-level declaration, or the whole file.
func (f *File) root(n ast.Node) dst.Node {
	for _, decl := range f.syntax.Decls {
		if decl.Pos() <= n.Pos() && n.End() <= decl.End() && decl != n {
			return f.nodes[decl]
		}
	}
	return f.dst
}

// restore prints the tree. It does not sort imports, and leaves the spelling
// of numbers alone, as gofmt would not.
func (f *File) restore() (out []byte, err error) {
	defer f.guard(f.syntax, "printing", &err)
	r := decorator.NewRestorer()
	file, err := r.RestoreFile(f.dst)
	if err != nil {
		return nil, f.errorf(f.syntax.Name, "%v", err)
	}
	var buf bytes.Buffer
	config := printer.Config{Mode: printer.UseSpaces | printer.TabIndent, Tabwidth: 8}
	if err := config.Fprint(&buf, r.Fset, file); err != nil {
		return nil, f.errorf(f.syntax.Name, "%v", err)
	}
	return buf.Bytes(), nil
}

// guard turns a panic of the tree libraries into an error.
func (f *File) guard(n ast.Node, doing string, err *error) {
	if r := recover(); r != nil {
		*err = f.errorf(n, "%s failed: %s", doing, firstLine(fmt.Sprint(r)))
	}
}

func firstLine(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	return s[:min(len(s), 200)]
}

// errorf makes an error that starts with the place of n, or of the package
// clause if there is no n.
func (f *File) errorf(n ast.Node, format string, args ...any) error {
	if n == nil || reflect.ValueOf(n).IsNil() {
		n = f.syntax.Name
	}
	p := f.fset.PositionFor(n.Pos(), false)
	return fmt.Errorf("%s:%d: %s", p.Filename, p.Line, fmt.Sprintf(format, args...))
}

var bom = []byte("\ufeff")

// normalise returns what the scanner reads: src without its byte order mark
// and without carriage returns, but for one that keeps a comment from ending.
func normalise(src []byte) []byte {
	if !bytes.Contains(src, []byte("\r")) {
		return bytes.TrimPrefix(src, bom)
	}
	raw := rawOffsets(src)
	out := make([]byte, len(raw)-1)
	for i := range out {
		out[i] = src[raw[i]]
	}
	return out
}
