package detect

import (
	"go/ast"
	"sort"
)

// Decl names the function that the span stands in, like "T.Method"; empty:
// outside of functions.
func Decl(file *ast.File, span Span) string {
	if file == nil {
		return ""
	}
	i := sort.Search(len(file.Decls), func(i int) bool { return span.End <= file.Decls[i].End() })
	if i == len(file.Decls) {
		return ""
	}
	d, ok := file.Decls[i].(*ast.FuncDecl)
	if !ok || span.Pos < d.Pos() {
		return ""
	}
	if d.Recv != nil && len(d.Recv.List) > 0 {
		return receiver(d.Recv.List[0].Type) + "." + d.Name.Name
	}
	return d.Name.Name
}

func receiver(t ast.Expr) string {
	switch t := t.(type) {
	case *ast.StarExpr:
		return receiver(t.X)
	case *ast.IndexExpr:
		return receiver(t.X)
	case *ast.IndexListExpr:
		return receiver(t.X)
	case *ast.Ident:
		return t.Name
	}
	return ""
}
