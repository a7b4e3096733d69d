package detect

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/typed"
)

// A lost context is assigned to a variable and does not reach the handler
// that runs below.
type lost struct {
	deriver
	assign *ast.AssignStmt
	made   flow.Derivation
	v      *types.Var // the variable it is assigned to
	base   *types.Var // the parameter it comes from

	declared ast.Node        // the statement or spec that declares the variable with a value
	handlers []*ast.CallExpr // those that get the old request or context
}

// lostContext reports the assignment of a derived context, provided:
//   - the variable is the function's own and was declared with a value;
//   - it comes from a parameter that is a context or provides one;
//   - below it, a handler is called with that parameter;
//   - nobody reads the variable below; or all that is added to the parameter's
//     context are values, and the variable is given to no request.
func (p deriver) lostContext(assign *ast.AssignStmt) (Finding, bool) {
	if len(assign.Rhs) != 1 {
		return Finding{}, false
	}
	d, ok := p.Flow.DerivationOf(assign.Rhs[0])
	if !ok || d.Result >= len(assign.Lhs) {
		return Finding{}, false
	}
	l := &lost{deriver: p, assign: assign, made: d}
	l.v = typed.Var(p.Package.Info, assign.Lhs[d.Result])
	fn := p.Flow.Func(assign)
	if l.v == nil || l.v.Name() == "_" || l.v.Kind() != types.LocalVar || !fn.Declares(l.v) || !l.hasValue() {
		return Finding{}, false
	}
	if l.base = p.Flow.BaseOf(assign.Lhs[d.Result]); l.base == nil || !fn.Declares(l.base) {
		return Finding{}, false
	}
	// Have: ctx = context.WithValue(ctx, …), made from a parameter
	reads := p.Flow.ReadAfter(l.v, assign)
	values := l.onlyValues()
	if len(reads) > 0 && (!values || l.derivesAgain(reads) || l.reachesRequest()) {
		return Finding{}, false
	}
	fix := l.handedOn()
	if fix == nil {
		return Finding{}, false
	}
	f := p.Finding(assign, "%s does not reach the handler below, which gets %s", l.v.Name(), l.base.Name())
	switch {
	case !values:
		f.Lower(Unsafe, l.v.Name()+" may end before "+l.base.Name()+" does")
	case len(reads) > 0:
		f.Lower(Unsafe, l.v.Name()+" is used here, and may be meant for that alone")
	}
	for _, why := range []string{l.hidden(fix), l.replaced()} {
		if why != "" {
			f.Lower(Manual, why)
			return f, true
		}
	}
	for _, doubt := range []string{l.growing(), l.givenAway(), l.readLater()} {
		if doubt != "" {
			f.Lower(Unsafe, doubt)
		}
	}
	f.Evidence = fix
	for _, u := range fix.Uses {
		f.Touches = append(f.Touches, SpanOf(u.Old))
	}
	if fix.Before != nil {
		f.Touches = append(f.Touches, SpanOf(fix.Before))
	}
	return f, true
}

// hasValue reports whether the variable was declared with a value, so that it
// is no nil context on another path.
func (l *lost) hasValue() bool {
	ast.Inspect(l.Flow.Func(l.assign).Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if n.Tok == token.DEFINE && n.Pos() <= l.v.Pos() && l.v.Pos() < n.TokPos {
				l.declared = n
			}
		case *ast.ValueSpec:
			if n.Pos() <= l.v.Pos() && l.v.Pos() < n.End() && len(n.Values) > 0 {
				l.declared = n
			}
		}
		return l.declared == nil
	})
	return l.declared != nil
}

// growing says that each turn of a loop adds to what the turn before made.
func (l *lost) growing() string {
	if !l.Flow.LoopedSince(l.v, l.assign) {
		return ""
	}
	return "each turn of the loop adds to " + l.v.Name() + ", which the handlers get"
}

// onlyValues reports whether everything that is assigned to the variable is a
// context made by context.WithValue, or the parameter's own.
func (l *lost) onlyValues() bool {
	only := true
	ast.Inspect(l.Flow.Func(l.assign).Body, func(n ast.Node) bool {
		assign, ok := n.(*ast.AssignStmt)
		if !ok {
			return only
		}
		for i, lhs := range assign.Lhs {
			if typed.Var(l.Package.Info, lhs) != l.v {
				continue
			}
			rhs := assign.Rhs[min(i, len(assign.Rhs)-1)]
			if d, ok := l.Flow.DerivationOf(rhs); ok {
				only = only && d.Value
			}
		}
		return only
	})
	life := l.Flow.LifetimeOf(l.assign.Lhs[l.made.Result])
	return only && (life == flow.Caller || life == flow.Peer)
}

// derivesAgain reports whether another context is made from the variable.
func (l *lost) derivesAgain(reads []*ast.Ident) bool {
	for _, id := range reads {
		if call, ok := l.Flow.Parent(id).(*ast.CallExpr); ok {
			if d, ok := l.Flow.DerivationOf(call); ok && d.Parent == id {
				return true
			}
		}
	}
	return false
}

// reachesRequest reports whether the variable is given to a request, or to a
// function value, anywhere, or kept.
func (l *lost) reachesRequest() bool {
	found := false
	ast.Inspect(l.Flow.Func(l.assign).Body, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && l.Package.Info.Uses[id] == l.v {
			found = found || l.goesOn(id)
		}
		return !found
	})
	return found
}

// goesOn reports whether the use id of the variable is more than its being set
// or an argument of a plain call.
func (l *lost) goesOn(id *ast.Ident) bool {
	if l.Flow.Func(id) != l.Flow.Func(l.assign) {
		return true
	}
	switch parent := l.Flow.Parent(id).(type) {
	case *ast.CallExpr:
		callee := typed.Callee(l.Package.Info, parent)
		return callee == nil || carriesContext(callee)
	case *ast.AssignStmt:
		return !slices.Contains(parent.Lhs, ast.Expr(id))
	case *ast.SelectorExpr:
		return false // Have: ctx.Value(…)
	}
	return true
}

// carriesContext reports whether a call of fn gives its context to something
// that goes on: a request, a framework's context.
func carriesContext(fn *types.Func) bool {
	switch fn.Name() {
	case "WithContext", "Clone", "SetContext", "SetUserContext", "SetRequest", "Wrap":
		return true
	}
	results := fn.Signature().Results()
	for i := range results.Len() {
		if typed.IsPointerTo(results.At(i).Type(), "net/http", "Request") {
			return true
		}
	}
	return false
}

// hidden says why the variable cannot be named where the handler is called.
func (l *lost) hidden(fix *WithContext) string {
	var places []ast.Node
	for _, u := range fix.Uses {
		places = append(places, u.Old)
	}
	if fix.Before != nil {
		places = append(places, fix.Before)
		if len(l.handlers) > 1 {
			return "several handlers are called below"
		}
	}
	for _, n := range places {
		if !l.Flow.Resolves(l.v.Name(), l.v, n.Pos()) {
			return l.v.Name() + " is not in scope where the handler is called"
		}
	}
	return ""
}
