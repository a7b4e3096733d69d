package detect

import (
	"go/ast"
	"go/types"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// handedOn returns how the handlers that are called below with the parameter
// get the context of the variable, or nil if there are none.
func (l *lost) handedOn() *WithContext {
	fix := &WithContext{}
	ast.Inspect(l.Flow.Func(l.assign).Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.CallExpr:
			if n.Pos() > l.assign.End() && l.Flow.Reachable(l.assign, n) {
				l.handler(n, fix)
			}
		}
		return true
	})
	if len(fix.Uses) == 0 && fix.Before == nil {
		return nil
	}
	return fix
}

// handler adds what gives the context to one call, if it is a handler's.
func (l *lost) handler(call *ast.CallExpr, fix *WithContext) {
	base := l.base.Name()
	switch {
	case typed.IsPointerTo(l.base.Type(), "net/http", "Request"):
		if arg := l.requestOf(call); arg != nil {
			l.handlers = append(l.handlers, call)
			fix.Uses = append(fix.Uses, Instead{arg, base + ".WithContext(" + l.v.Name() + ")"})
		}
	case typed.IsContext(l.base.Type()):
		if l.isRPCHandler(call) && typed.Var(l.Package.Info, call.Args[0]) == l.base {
			l.handlers = append(l.handlers, call)
			fix.Uses = append(fix.Uses, Instead{call.Args[0], l.v.Name()})
		}
	case typed.IsPointerTo(l.base.Type(), "github.com/gin-gonic/gin", "Context"):
		if l.isOn(call, "Next") {
			l.handlers = append(l.handlers, call)
			fix.Before = l.Flow.Stmt(call)
			fix.Insert = base + ".Request = " + base + ".Request.WithContext(" + l.v.Name() + ")"
		}
	case setsRequest(l.base.Type()):
		if l.isNext(call) {
			l.handlers = append(l.handlers, call)
			fix.Before = l.Flow.Stmt(call)
			fix.Insert = base + ".SetRequest(" + base + ".Request().WithContext(" + l.v.Name() + "))"
		}
	}
}

// requestOf returns the argument of call that is the request, if call is that
// of an HTTP handler. http.NotFound and its like ask no context.
func (l *lost) requestOf(call *ast.CallExpr) ast.Expr {
	sig, ok := types.Unalias(l.Package.Info.TypeOf(call.Fun)).Underlying().(*types.Signature)
	if !ok || sig.Params().Len() != 2 || len(call.Args) != 2 || sig.Results().Len() > 1 ||
		!typed.Is(sig.Params().At(0).Type(), "net/http", "ResponseWriter") || typed.Var(l.Package.Info, call.Args[1]) != l.base {
		return nil
	}
	if fn := typed.Callee(l.Package.Info, call); standard(fn) && fn.Signature().Recv() == nil {
		return nil
	}
	return call.Args[1]
}

// isRPCHandler reports whether call is that of the handler which an
// interceptor of an RPC library is given.
func (l *lost) isRPCHandler(call *ast.CallExpr) bool {
	t := l.Package.Info.TypeOf(call.Fun)
	return len(call.Args) > 0 && (typed.Is(t, "google.golang.org/grpc", "UnaryHandler") || typed.Is(t, "connectrpc.com/connect", "UnaryFunc"))
}

// isOn reports whether call calls the method of the parameter.
func (l *lost) isOn(call *ast.CallExpr, name string) bool {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	return ok && sel.Sel.Name == name && typed.Var(l.Package.Info, sel.X) == l.base
}

// isNext reports whether call calls a function value with nothing but the
// parameter: next(c).
func (l *lost) isNext(call *ast.CallExpr) bool {
	return typed.Callee(l.Package.Info, call) == nil && len(call.Args) == 1 && typed.Var(l.Package.Info, call.Args[0]) == l.base
}
