package tree

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"

	"github.com/dave/dst"
	"github.com/dave/dst/decorator"
)

// Declare puts a declaration, with its comment, before decl and the comment
// above that, an empty line between them.
func (f *File) Declare(decl ast.Decl, src string) (err error) {
	defer f.guard(decl, "declaring", &err)
	next, err := At[dst.Decl](f, decl)
	if err != nil {
		return err
	}
	i := slices.Index(f.dst.Decls, next)
	if i < 0 {
		return f.errorf(decl, "only another declaration of the file can be declared here")
	}
	file, err := decorator.NewDecorator(token.NewFileSet()).ParseFile("", "package p\n\n"+src+"\n", parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return fmt.Errorf("declaration %q: %w", src, err)
	}
	if len(file.Decls) != 1 {
		return fmt.Errorf("%q is not one declaration", src)
	}
	made := file.Decls[0]
	made.Decorations().Before, made.Decorations().After = dst.EmptyLine, dst.EmptyLine
	next.Decorations().Before = dst.EmptyLine
	f.dst.Decls = slices.Insert(f.dst.Decls, i, made)
	return nil
}
