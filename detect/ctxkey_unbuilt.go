package detect

import (
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"path/filepath"

	"github.com/ctxfix/ctxfix/detect/load"
)

// unbuiltUse says which file outside of this build may write or read the key,
// or "". Only syntax is known of those, so any name counts as the key.
func unbuiltUse(prog *load.Program, v keyValue) string {
	if prog.Alone {
		return "other packages of the module may use the key, too, and only this one was looked at: run ctxfix ./... or change it by hand"
	}
	for _, path := range prog.Unbuilt() {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil && file == nil {
			continue
		}
		if mayUseKey(file, v) {
			return filepath.Base(path) + " is not among the files looked at, and may use the key, too: run on all packages (./...), or change it by hand"
		}
	}
	return ""
}

func mayUseKey(file *ast.File, v keyValue) (found bool) {
	ast.Inspect(file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return !found
		}
		sel, ok := call.Fun.(*ast.SelectorExpr)
		switch {
		case !ok:
		case sel.Sel.Name == "Value" && len(call.Args) == 1:
			found = found || mayBeKey(call.Args[0], v)
		case sel.Sel.Name == "WithValue" && len(call.Args) == 3:
			found = found || mayBeKey(call.Args[1], v)
		}
		return !found
	})
	return found
}

// mayBeKey reports whether the expression may have the value.
func mayBeKey(e ast.Expr, v keyValue) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.BasicLit:
		return constant.MakeFromLiteral(e.Value, e.Kind, 0).ExactString() == v.exact
	case *ast.CompositeLit, *ast.CallExpr, *ast.UnaryExpr:
		return false // of a type with a name, or a pointer
	}
	return true
}
