package flow

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// expr follows e, unless its type says that no context is in it.
func (l *life) expr(e ast.Expr) {
	if !Inert(l.Info.TypeOf(e)) {
		l.value(e)
	}
}

// value follows what is done with e, which holds a context or is computed
// from one.
func (l *life) value(e ast.Expr) {
	switch parent := l.Parent(e).(type) {
	case *ast.ParenExpr, *ast.StarExpr, *ast.UnaryExpr, *ast.SliceExpr, *ast.CompositeLit:
		l.expr(parent.(ast.Expr))
	case *ast.TypeAssertExpr:
		if parent.Type == nil { // Have: switch x := e.(type)
			l.value(parent)
			return
		}
		l.expr(parent)
	case *ast.KeyValueExpr:
		if lit, ok := l.Parent(parent).(*ast.CompositeLit); ok {
			l.expr(lit)
		}
	case *ast.IndexExpr:
		if parent.X == e {
			l.expr(parent)
		}
	case *ast.SelectorExpr:
		if call, ok := l.Parent(parent).(*ast.CallExpr); ok && call.Fun == parent && l.isMethod(parent) {
			l.method(call, e)
			return
		}
		l.expr(parent)
	case *ast.CallExpr:
		if parent.Fun == e {
			l.expr(parent)
			return
		}
		l.argument(parent, e)
	case *ast.AssignStmt:
		l.assignment(parent, e)
	case *ast.ValueSpec:
		for i, name := range parent.Names {
			if len(parent.Names) != len(parent.Values) || parent.Values[i] == e {
				l.into(name, e)
			}
		}
	case *ast.RangeStmt:
		if parent.X == e {
			l.into(parent.Key, e)
			l.into(parent.Value, e)
		}
	case *ast.ReturnStmt:
		l.returned(e, parent)
	case *ast.SendStmt:
		if parent.Value == e {
			l.depart(Departure{Node: parent, Kind: Stored, What: nameOf(e), To: "the channel " + types.ExprString(parent.Chan)})
		}
	}
}

func (l *life) isMethod(sel *ast.SelectorExpr) bool {
	s := l.Info.Selections[sel]
	return s != nil && s.Kind() == types.MethodVal
}

// method follows the call of a method on e.
func (l *life) method(call *ast.CallExpr, e ast.Expr) {
	name := typed.CalleeName(call)
	_, launched := l.Parent(call).(*ast.GoStmt)
	switch {
	case launched:
		l.depart(Departure{Node: call, Kind: Launched, What: nameOf(e)})
	case typed.IsContext(l.Info.TypeOf(e)) && name == "Value":
		// Have: something the context's end does not change
	case typed.IsMethod(typed.Callee(l.Info, call), "os/exec", "Cmd", "Run"):
		// Have: a process that ends before the call does
	case hasWord(name, runners):
		l.depart(Departure{Node: call, Kind: Arg, What: nameOf(e), To: name})
	default:
		l.expr(call)
	}
}

// argument follows e into call.
func (l *life) argument(call *ast.CallExpr, e ast.Expr) {
	if l.Info.Types[call.Fun].IsType() || typed.IsBuiltin(l.Info, call, "append") {
		l.expr(call)
		return
	}
	fn := typed.Callee(l.Info, call)
	name := typed.CalleeName(call)
	gone := Departure{Node: call, Kind: Arg, What: nameOf(e), To: name}
	if _, ok := l.Parent(call).(*ast.GoStmt); ok {
		gone.Kind, gone.To = Launched, ""
		l.depart(gone)
		return
	}
	switch {
	case l.Retains(call):
		l.depart(gone)
		return
	case fn != nil && fn.Pkg().Path() == "context":
		switch name {
		case "AfterFunc":
			l.depart(gone)
		case "WithoutCancel":
		default:
			l.expr(call)
		}
		return
	case isBounded(fn) || l.isUnary(call) || strings.HasSuffix(name, "FromContext") || strings.HasSuffix(name, "FromCtx"):
		return
	case l.setsContext(call, e):
		l.hold(ast.Unparen(call.Fun).(*ast.SelectorExpr).X, e)
		return
	}
	if kept, known := l.keptBy(fn, call, e); known {
		if kept != nil {
			gone.To = name + ", where " + kept.String()
			l.depart(gone)
			return
		}
	} else if l.keptByName(call, e, name) {
		l.depart(gone)
		return
	}
	l.expr(call)
}

// keptBy asks the body of the function that e is handed to.
func (p *Package) keptBy(fn *types.Func, call *ast.CallExpr, e ast.Expr) (kept *Departure, known bool) {
	if fn == nil || p.severalValues(e) {
		return nil, false
	}
	i := slices.Index(call.Args, e)
	if p.isMethodExpr(call) {
		i-- // the first is the receiver
	}
	if i < 0 {
		return nil, false
	}
	return p.keeps(paramKey{fn, min(i, fn.Signature().Params().Len()-1)})
}

// severalValues reports whether e is a call with more than one result, each of
// which is an argument: f(g()).
func (p *Package) severalValues(e ast.Expr) bool {
	_, ok := p.Info.TypeOf(e).(*types.Tuple)
	return ok
}

// keptByName judges a callee whose body is not there by its name (R8).
func (l *life) keptByName(call *ast.CallExpr, e ast.Expr, name string) bool {
	switch {
	case name == "ServeHTTP": // a handler ends with the request it is given
		return false
	case hasWord(name, runners) || hasWord(name, launchers):
		return true
	case !typed.IsContext(l.Info.TypeOf(e)):
		return hasWord(name, holders)
	case hasWord(name, builders) && !l.makesRequest(call):
		if Inert(l.Info.TypeOf(call)) {
			return true
		}
		l.doubt(name + " may keep " + nameOf(e) + " for what it builds")
	case hasWord(name, starters) && !hasWord(name, builders):
		l.doubt(name + " may start something that goes on with " + nameOf(e))
	}
	return false
}

func (l *life) doubt(why string) {
	if l.out.Doubt == "" {
		l.out.Doubt = why
	}
}

// setsContext reports whether call is x.SetContext(e) or the like.
func (l *life) setsContext(call *ast.CallExpr, e ast.Expr) bool {
	sel, _ := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !l.isMethod(sel) || !typed.IsContext(l.Info.TypeOf(e)) {
		return false
	}
	name := sel.Sel.Name
	return hasWord(name, []string{"Set", "Use", "Bind", "Attach", "Store"}) && (strings.HasSuffix(name, "Context") || strings.HasSuffix(name, "Ctx"))
}

// isBounded reports whether fn is a function of the standard library whose
// context bounds the call alone, not what it returns.
func isBounded(fn *types.Func) bool {
	return typed.IsMethod(fn, "net", "Dialer") || typed.IsMethod(fn, "crypto/tls", "Dialer") ||
		typed.IsMethod(fn, "net", "ListenConfig") || typed.IsMethod(fn, "database/sql", "DB", "Conn", "PrepareContext") ||
		typed.IsMethod(fn, "database/sql", "Conn", "PrepareContext")
}

// isUnary reports whether call runs the handler of a request that is answered
// by one message.
func (l *life) isUnary(call *ast.CallExpr) bool {
	t := l.Info.TypeOf(call.Fun)
	return typed.Is(t, "google.golang.org/grpc", "UnaryHandler") || typed.Is(t, "google.golang.org/grpc", "UnaryInvoker") ||
		typed.Is(t, "connectrpc.com/connect", "UnaryFunc")
}

// assignment follows e to the variables it is assigned to.
func (l *life) assignment(assign *ast.AssignStmt, e ast.Expr) {
	for i, r := range assign.Rhs {
		if r != e {
			continue
		}
		if len(assign.Lhs) == len(assign.Rhs) {
			l.into(assign.Lhs[i], e)
			continue
		}
		for _, lhs := range assign.Lhs {
			l.into(lhs, e)
		}
	}
}

// into follows e into what it is assigned to.
func (l *life) into(lhs ast.Expr, e ast.Expr) {
	if lhs == nil {
		return
	}
	l.symbolic(lhs)
	if Inert(l.Info.TypeOf(lhs)) {
		return
	}
	v := typed.Var(l.Info, lhs)
	switch {
	case l.ofProvider(lhs): // c.Request = c.Request.WithContext(ctx)
		l.doubt(types.ExprString(lhs) + " is there for others after the function has ended")
	case v == nil:
		l.hold(lhs, e)
	case !l.home.Declares(v):
		l.depart(Departure{Node: lhs, Kind: Stored, What: nameOf(e), To: types.ExprString(lhs)})
	case v.Kind() == types.ResultVar:
		if !l.param {
			l.depart(Departure{Node: lhs, Kind: Returned, What: nameOf(e)})
		}
	default:
		l.variable(v)
	}
}

// hold follows e into holder, or the variable that holder is a part of.
func (l *life) hold(holder, e ast.Expr) {
	v := typed.Var(l.Info, typed.Operand(holder))
	if v == nil || !l.makes(v) || !l.home.Declares(v) {
		l.depart(Departure{Node: holder, Kind: Stored, What: nameOf(e), To: types.ExprString(holder)})
		return
	}
	l.variable(v)
}

// symbolic follows the variable of a type switch, which has no type of its own:
// each case declares it anew.
func (l *life) symbolic(lhs ast.Expr) {
	assign, ok := l.Parent(lhs).(*ast.AssignStmt)
	if !ok {
		return
	}
	sw, ok := l.Parent(assign).(*ast.TypeSwitchStmt)
	if !ok || sw.Assign != assign {
		return
	}
	for _, clause := range sw.Body.List {
		if v := l.Info.Implicits[clause].(*types.Var); !Inert(v.Type()) {
			l.variable(v)
		}
	}
}

// makes reports whether everything v ever holds is made where it is assigned:
// what is put into it stays with it.
func (l *life) makes(v *types.Var) bool {
	if v.Kind() != types.LocalVar {
		return false
	}
	for _, d := range l.definitionsOf(v) {
		if isAddress(d.node) {
			continue
		}
		e := ast.Unparen(d.rhs)
		if u, ok := e.(*ast.UnaryExpr); ok {
			e = ast.Unparen(u.X)
		}
		switch e := e.(type) {
		case *ast.CompositeLit:
		case *ast.CallExpr:
			if !typed.IsBuiltin(l.Info, e, "make") && !typed.IsBuiltin(l.Info, e, "new") && !typed.IsBuiltin(l.Info, e, "append") {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// returned follows e out of its function: out of home, or to whoever called
// the literal it is returned by.
func (l *life) returned(e ast.Expr, ret *ast.ReturnStmt) {
	f := l.Func(ret)
	if f == l.home {
		if !l.param {
			l.depart(Departure{Node: ret, Kind: Returned, What: nameOf(e)})
		}
		return
	}
	call, once := f.Site.(*ast.CallExpr)
	switch {
	case f.Wall == Called && once:
		l.expr(call)
	case f.Wall == Deferred:
	default: // a literal with a name may be called in several places
		l.depart(Departure{Node: ret, Kind: Returned, What: nameOf(e)})
	}
}

// String says in words what happens: "ctx is stored in s.ctx".
func (d Departure) String() string {
	switch d.Kind {
	case Returned:
		return d.What + " is returned"
	case Stored:
		if strings.HasPrefix(d.To, "the channel ") {
			return d.What + " is sent on " + d.To
		}
		return d.What + " is stored in " + d.To
	case Launched:
		return d.What + " is used by a goroutine"
	case Captured:
		switch {
		case d.To == "":
			return d.What + " is used by a function literal that is kept"
		case strings.HasPrefix(d.To, "a "):
			return d.What + " is used by " + d.To
		}
		return d.What + " is used by the function literal given to " + d.To
	}
	return d.What + " is given to " + d.To
}
