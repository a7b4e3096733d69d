package detect

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/typed"
)

// replaced says that the parameter has got another context since the variable
// was made of it: the variable has nothing of that, and would take its place.
func (l *lost) replaced() string {
	found := false
	since := l.since()
	ast.Inspect(l.Flow.Func(l.assign).Body, func(n ast.Node) bool {
		if n != nil && n.Pos() > since {
			found = found || l.setsContext(n, l.base) && !l.mentionsVar(n, l.v)
		}
		return !found
	})
	if found {
		return l.base.Name() + " has got another context since, which " + l.v.Name() + " does not come from"
	}
	return ""
}

// since returns from where on the variable knows nothing of what becomes of
// the parameter.
func (l *lost) since() token.Pos {
	if l.mentionsVar(l.declared, l.base) {
		return l.declared.End()
	}
	return l.base.Pos()
}

// setsContext reports whether n puts another request or context into v: an
// assignment to it, to what it points to, or to its request, or a setter.
func (p *Pass) setsContext(n ast.Node, v *types.Var) bool {
	switch n := n.(type) {
	case *ast.AssignStmt:
		return slices.ContainsFunc(n.Lhs, func(lhs ast.Expr) bool {
			if typed.Var(p.Package.Info, typed.Operand(lhs)) != v || n.Tok == token.DEFINE && typed.Var(p.Package.Info, lhs) != v {
				return false
			}
			_, star := ast.Unparen(lhs).(*ast.StarExpr)
			t := p.Package.Info.TypeOf(lhs)
			return star || typed.Var(p.Package.Info, lhs) == v || typed.IsContext(t) || typed.IsPointerTo(t, "net/http", "Request")
		})
	case *ast.CallExpr:
		sel, ok := ast.Unparen(n.Fun).(*ast.SelectorExpr)
		return ok && typed.Var(p.Package.Info, sel.X) == v && strings.HasPrefix(sel.Sel.Name, "Set") && carriesContext(typed.Callee(p.Package.Info, n))
	}
	return false
}

// givenAway says which call before a handler may put another context into the
// parameter: *r = *r.WithContext(ctx) is how some libraries do it.
func (l *lost) givenAway() string {
	if typed.IsContext(l.base.Type()) {
		return "" // a context cannot be changed
	}
	since, last, by := l.since(), token.NoPos, ""
	for _, h := range l.handlers {
		last = max(last, h.Pos())
	}
	ast.Inspect(l.Flow.Func(l.assign).Body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if ok && by == "" && since < call.Pos() && call.Pos() < last && !slices.Contains(l.handlers, call) && l.maySet(call, l.base, 3) {
			by = types.ExprString(call.Fun) + " may give " + l.base.Name() + " another context"
		}
		return by == ""
	})
	return by
}

// maySet reports whether the call receives v itself and may put another
// context into what it points to. Nothing in the standard library does.
func (p *Pass) maySet(call *ast.CallExpr, v *types.Var, depth int) bool {
	i := slices.IndexFunc(call.Args, func(arg ast.Expr) bool { return typed.Var(p.Package.Info, arg) == v })
	if i < 0 || p.Package.Info.Types[call.Fun].IsType() {
		return false
	}
	fn := typed.Callee(p.Package.Info, call)
	switch {
	case standard(fn):
		return false
	case fn == nil || depth == 0:
		return true
	}
	decl := p.Flow.DeclOf(fn)
	if decl == nil || decl.Body == nil || i >= fn.Signature().Params().Len() || fn.Signature().Variadic() {
		return true
	}
	param, sets := fn.Signature().Params().At(i), false
	ast.Inspect(decl.Body, func(n ast.Node) bool {
		inner, isCall := n.(*ast.CallExpr)
		sets = sets || n != nil && p.setsContext(n, param) || isCall && p.maySet(inner, param, depth-1)
		return !sets
	})
	return sets
}

// standard reports whether fn is one of the functions of the standard library
// that requests are given to.
func standard(fn *types.Func) bool {
	if fn == nil || fn.Pkg() == nil {
		return false
	}
	switch fn.Pkg().Path() {
	case "fmt", "log", "log/slog", "net/http", "net/http/httputil":
		return true
	}
	return false
}

// readLater says that what the handler notes down in its request is read when
// it has returned: it would stand in the copy.
func (l *lost) readLater() string {
	if !typed.IsPointerTo(l.base.Type(), "net/http", "Request") {
		return ""
	}
	for _, h := range l.handlers {
		for _, id := range l.Flow.ReadAfter(l.base, h) {
			if l.readsNotes(id) {
				return l.base.Name() + " is read when the handler has returned, which may note down its pattern or form there"
			}
		}
	}
	for _, id := range l.Flow.Uses(l.base) {
		if call, ok := l.Flow.Parent(id).(*ast.CallExpr); ok && !slices.Contains(l.handlers, call) {
			if _, ok := l.Flow.Parent(call).(*ast.DeferStmt); ok {
				return l.base.Name() + " is read by a deferred call, when the handler may have noted down its pattern or form there"
			}
		}
	}
	return ""
}

// readsNotes reports whether the use of a request is of what handlers set in
// it, or may be.
func (l *lost) readsNotes(id *ast.Ident) bool {
	switch parent := l.Flow.Parent(id).(type) {
	case *ast.SelectorExpr:
		name := parent.Sel.Name
		return name == "Pattern" || name == "PathValue" || strings.Contains(name, "Form")
	case *ast.CallExpr:
		return !slices.Contains(l.handlers, parent) && !standard(typed.Callee(l.Package.Info, parent))
	}
	return true
}

// heldElsewhere says who else has the request that is to be replaced.
func (p deriver) heldElsewhere(owner *types.Var, stmt ast.Stmt) string {
	for _, id := range p.Flow.Uses(owner) {
		if fn := p.Flow.Func(id); fn != p.Flow.Func(stmt) {
			if fn.Wall == flow.Detached || fn.Wall == flow.Keeping {
				return "a function literal that may run at any time reads " + owner.Name()
			}
			continue
		}
		if id.Pos() < stmt.Pos() && p.isHeld(id) {
			return owner.Name() + " was given to something that keeps the old request"
		}
	}
	return ""
}

// isHeld reports whether the use hands a variable itself to what keeps it
// beyond the statement.
func (p deriver) isHeld(id *ast.Ident) bool {
	switch parent := p.Flow.Parent(id).(type) {
	case *ast.AssignStmt:
		return slices.Contains(parent.Rhs, ast.Expr(id)) && !blank(parent.Lhs[0])
	case *ast.CompositeLit, *ast.KeyValueExpr, *ast.SendStmt, *ast.UnaryExpr, *ast.ValueSpec:
		return true
	case *ast.CallExpr:
		switch p.Flow.Parent(parent).(type) {
		case *ast.GoStmt, *ast.DeferStmt:
			return parent.Fun != id
		}
	}
	return false
}
