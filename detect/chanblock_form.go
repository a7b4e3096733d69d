package detect

import (
	"go/ast"
	"go/token"
	"go/types"
	"regexp"
	"slices"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/typed"
)

// A ReceiveForm is how a statement that receives becomes a case of a select.
type ReceiveForm struct {
	Declare []string       // Go source to go before: variables the statement defined
	Imports []flow.Import  // for their types
	Bind    string         // the name that takes the value where the statement uses it in place
	Receive *ast.UnaryExpr // what Bind replaces then
}

// receiveForm returns how the statement becomes a case, or why it cannot.
func (b *bareWait) receiveForm(exit flow.Exit) (form ReceiveForm, refuse string) {
	const inside = "the receive stands inside a larger statement: receive before it, by a select"
	switch stmt := b.stmt.(type) {
	case *ast.LabeledStmt:
		return form, "a label stands on the receive"
	case *ast.ExprStmt:
		if stmt.X == ast.Expr(b.receive) {
			return form, ""
		}
		call, ok := stmt.X.(*ast.CallExpr)
		if ok && isPlain(call.Fun) && b.plainBut(call.Args) {
			return b.bind(), ""
		}
	case *ast.ReturnStmt:
		if b.plainBut(stmt.Results) {
			return b.bind(), ""
		}
	case *ast.AssignStmt:
		if len(stmt.Rhs) != 1 || stmt.Rhs[0] != ast.Expr(b.receive) {
			return form, inside
		}
		if stmt.Tok == token.DEFINE {
			return b.declare(stmt, exit)
		}
		if stmt.Tok == token.ASSIGN && !slices.ContainsFunc(stmt.Lhs, func(l ast.Expr) bool { return !isPlain(l) }) {
			return form, ""
		}
	}
	return form, inside
}

// plainBut reports whether the receive is one of the expressions, and nothing
// happens when the others are evaluated.
func (b *bareWait) plainBut(list []ast.Expr) bool {
	found := false
	for _, e := range list {
		if e == ast.Expr(b.receive) {
			found = true
		} else if !isPlain(e) {
			return false
		}
	}
	return found
}

// isPlain accepts names, also qualified ones, and literals of basic types.
func isPlain(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Ident, *ast.BasicLit:
		return true
	case *ast.SelectorExpr:
		return isPlain(e.X)
	}
	return false
}

// bind gives the value a name in the case.
func (b *bareWait) bind() ReceiveForm {
	name := "v"
	if typed.IsError(b.Cases[0].Channel.Elem) {
		name = "err"
	}
	return ReceiveForm{Bind: b.Flow.FreeName(b.Flow.Func(b.stmt), name), Receive: b.receive}
}

// declare lets the variables that the statement defines be declared before.
func (b *bareWait) declare(stmt *ast.AssignStmt, exit flow.Exit) (form ReceiveForm, refuse string) {
	for _, l := range stmt.Lhs {
		id := l.(*ast.Ident)
		v, isNew := b.Package.Info.Defs[id].(*types.Var)
		if !isNew {
			continue
		}
		if b.mentions(v.Name(), exit) {
			return form, v.Name() + " means something else in what would follow its declaration"
		}
		src, imports, ok := b.Flow.TypeString(v.Type(), stmt.Pos())
		if !ok {
			return form, "the type of " + v.Name() + " cannot be written here"
		}
		form.Declare = append(form.Declare, "var "+v.Name()+" "+src)
		form.Imports = append(form.Imports, imports...)
	}
	return form, ""
}

// mentions reports whether the name occurs in the channel, the context or
// the statements that leave.
func (b *bareWait) mentions(name string, exit flow.Exit) bool {
	texts := append([]string{types.ExprString(b.Cases[0].Chan), b.ctx.Expr}, exit.Stmts...)
	return slices.ContainsFunc(texts, func(src string) bool {
		return slices.Contains(identifiers(src), name)
	})
}

// identifiers returns the names in Go source.
func identifiers(src string) []string {
	return identifier.FindAllString(src, -1)
}

var identifier = regexp.MustCompile(`[\pL_][\pL\pN_]*`)
