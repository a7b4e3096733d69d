package detect

import (
	"go/ast"
	"go/token"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/typed"
)

// maxCheck is how many statements an error check may have to stand twice.
const maxCheck = 4

// unusable says why the check below the call cannot stand behind the making
// of the request too, or "".
func (s *send) unusable() string {
	if s.check == nil || s.check.Init != nil || !s.checksError(s.check.Cond) {
		return "its error is not checked right below"
	}
	switch {
	case s.check.Else != nil || !s.Flow.Terminates(s.check.Body):
		return "the check of its error goes on"
	case len(s.check.Body.List) > maxCheck:
		return "the check of its error is too long to stand twice"
	}
	resp := s.Package.Info.ObjectOf(s.lhs[0])
	why := ""
	ast.Inspect(s.check.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			if resp != nil && s.Package.Info.Uses[n] == resp {
				why = "the check of its error looks at " + n.Name
			}
		case *ast.CallExpr:
			if why == "" && !s.onlyReports(n) {
				why = "the check of its error does more than to report it: " + typed.CalleeName(n)
			}
		}
		return why == ""
	})
	return why
}

// onlyReports reports whether a call in the check may be there twice: it
// tells people, replies to the client, ends the program, or makes what is
// returned.
func (s *send) onlyReports(call *ast.CallExpr) bool {
	if s.quiet(call) || flow.IsTeller(typed.CalleeName(call)) {
		return true
	}
	for _, e := range append([]ast.Expr{typed.Operand(call.Fun)}, call.Args...) {
		if t := s.Package.Info.TypeOf(e); t != nil && typed.IsResponseWriter(t) {
			return true
		}
	}
	if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok { // c.JSON(http.StatusBadGateway, err) of a framework
		if t := s.Package.Info.TypeOf(sel.X); t != nil && !typed.IsContext(t) {
			if _, provides := s.Flow.ProviderOf(t); provides {
				return true
			}
		}
	}
	for n := s.Flow.Parent(call); n != nil && n != s.check; n = s.Flow.Parent(n) {
		switch n := n.(type) {
		case *ast.ReturnStmt:
			return s.variantOf(call) == nil
		case *ast.BlockStmt:
			return n == s.check.Body && s.Flow.Terminates(&ast.BlockStmt{List: []ast.Stmt{s.Flow.Stmt(call)}})
		}
	}
	return false
}

// checksError reports whether cond is err != nil.
func (s *send) checksError(cond ast.Expr) bool {
	b, ok := ast.Unparen(cond).(*ast.BinaryExpr)
	return ok && b.Op == token.NEQ && s.isNil(b.Y) && typed.Var(s.Package.Info, b.X) != nil &&
		typed.Var(s.Package.Info, b.X) == typed.Var(s.Package.Info, s.lhs[1])
}
