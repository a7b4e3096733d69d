package tree

import (
	"fmt"
	"go/parser"
	"go/token"
	"strings"

	"github.com/dave/dst"
	"github.com/dave/dst/decorator"
	"github.com/dave/dst/dstutil"
)

// Expr parses an expression.
func Expr(src string) (dst.Expr, error) {
	list, err := Stmts("_ = " + src)
	if err != nil {
		return nil, fmt.Errorf("expression %q: %w", src, err)
	}
	assign := list[0].(*dst.AssignStmt)
	if len(list) != 1 || len(assign.Rhs) != 1 {
		return nil, fmt.Errorf("%q is not one expression", src)
	}
	x := assign.Rhs[0]
	decs := x.Decorations()
	decs.Before, decs.After = dst.None, dst.None
	decs.End = append(decs.End, assign.Decs.End...)
	return x, nil
}

// Stmts parses statements, with their comments, as they would stand in a
// function body. Empty lines between them are kept, those around are not.
func Stmts(src string) ([]dst.Stmt, error) {
	file, err := decorator.NewDecorator(token.NewFileSet()).ParseFile("", "package p\n\nfunc _() {\n"+strings.Trim(src, "\n")+"\n}\n", parser.SkipObjectResolution)
	if err != nil {
		return nil, fmt.Errorf("statements %q: %w", src, err)
	}
	fn := file.Decls[0].(*dst.FuncDecl)
	if len(file.Decls) != 1 || len(fn.Body.List) == 0 {
		return nil, fmt.Errorf("%q is not one or more statements", src)
	}
	list := fn.Body.List
	fn.Body.List = nil
	list[0].Decorations().Start.Prepend(above(fn.Body.Decs.Lbrace...)...)
	for i, s := range list {
		d := s.Decorations()
		d.Before, d.After = max(d.Before, dst.NewLine), max(d.After, dst.NewLine)
		if i == 0 {
			d.Before = dst.NewLine
		}
		if i == len(list)-1 {
			d.After = dst.NewLine
		}
	}
	return list, nil
}

// Clause parses one case of a select statement, as "case <-ctx.Done():\n
// return ctx.Err()".
func Clause(src string) (*dst.CommClause, error) {
	list, err := Stmts("select {\n" + strings.Trim(src, "\n") + "\n}")
	if err != nil {
		return nil, err
	}
	sel := list[0].(*dst.SelectStmt)
	if len(list) != 1 || len(sel.Body.List) != 1 {
		return nil, fmt.Errorf("%q is not one case of a select statement", src)
	}
	clause := sel.Body.List[0].(*dst.CommClause)
	sel.Body.List = nil
	return clause, nil
}

// Fill puts the expressions of holes in the place of the identifiers that
// bear their names. The printer puts them in parentheses where they need some.
func Fill(list []dst.Stmt, holes map[string]dst.Expr) []dst.Stmt {
	for i, s := range list {
		list[i] = dstutil.Apply(s, func(c *dstutil.Cursor) bool {
			id, ok := c.Node().(*dst.Ident)
			if !ok {
				return true
			}
			x, ok := holes[id.Name]
			if !ok {
				return true
			}
			c.Replace(x)
			return false
		}, nil).(dst.Stmt)
	}
	return list
}
