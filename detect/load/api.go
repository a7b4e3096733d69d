package load

import (
	"fmt"
	"go/ast"
	"go/token"
	"strings"
)

// api renders what packages that import the file's package can see of it.
// Two versions of a file with the same api need no second look at importers.
// It errs on the side of a difference: unexported types and every
// initializer count, for exported declarations may be made of them.
func api(file *ast.File) string {
	if file == nil {
		return ""
	}
	w := &apiWriter{}
	for _, decl := range file.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			if decl.Recv == nil && !decl.Name.IsExported() {
				continue
			}
			w.text("func " + decl.Name.Name)
			w.fields(decl.Recv, false)
			w.node(decl.Type)
		case *ast.GenDecl:
			if decl.Tok != token.IMPORT {
				w.node(decl)
				continue
			}
			for _, spec := range decl.Specs {
				if imp := spec.(*ast.ImportSpec); imp.Name != nil && imp.Name.Name == "." {
					w.text("import . " + imp.Path.Value)
				}
			}
		}
	}
	return w.String()
}

type apiWriter struct{ strings.Builder }

func (w *apiWriter) text(s string) { w.WriteString(s); w.WriteByte('\n') }

// fields writes the types of a list; names only where they are part of the
// type (struct fields, interface methods, type parameters).
func (w *apiWriter) fields(list *ast.FieldList, names bool) {
	w.text("(")
	if list != nil {
		for _, field := range list.List {
			for i := 0; i < max(1, len(field.Names)); i++ {
				if names && i < len(field.Names) {
					w.text(field.Names[i].Name)
				}
				w.node(field.Type)
			}
		}
	}
	w.text(")")
}

func (w *apiWriter) node(n ast.Node) {
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case nil:
			w.text("}")
			return false
		case *ast.CommentGroup:
			return false
		case *ast.FuncType:
			w.text("func")
			w.fields(n.TypeParams, true)
			w.fields(n.Params, false)
			w.fields(n.Results, false)
			return false
		case *ast.FuncLit:
			w.node(n.Type)
			return false
		}
		fmt.Fprintf(w, "%T{ %s\n", n, detail(n))
		return true
	})
}

// detail returns what the kind of a node and its children do not say.
func detail(n ast.Node) string {
	switch n := n.(type) {
	case *ast.Ident:
		return n.Name
	case *ast.BasicLit:
		return n.Value
	case *ast.BinaryExpr:
		return n.Op.String()
	case *ast.UnaryExpr:
		return n.Op.String()
	case *ast.ChanType:
		return fmt.Sprint(n.Dir)
	case *ast.GenDecl:
		return n.Tok.String()
	case *ast.TypeSpec:
		return fmt.Sprint(n.Assign.IsValid())
	case *ast.SliceExpr:
		return fmt.Sprint(n.Low != nil, n.High != nil, n.Max != nil)
	case *ast.CallExpr:
		return fmt.Sprint(n.Ellipsis.IsValid())
	}
	return ""
}
