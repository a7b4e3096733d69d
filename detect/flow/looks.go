package flow

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// OnlyLooks reports whether call does with its argument e, a context, nothing
// that its being done would change: it logs, counts or traces, asks it for a
// value, its error or its cause, makes an error, or detaches from it. Callees
// of this package, and literals called in place, are followed.
func (p *Package) OnlyLooks(call *ast.CallExpr, e ast.Expr) bool {
	return p.onlyLooks(call, e, map[*types.Var]bool{})
}

// onlyLooks takes a parameter in seen to be looked at only, as a recursive call
// adds nothing.
func (p *Package) onlyLooks(call *ast.CallExpr, e ast.Expr, seen map[*types.Var]bool) bool {
	fn := typed.Callee(p.Info, call)
	switch {
	case typed.IsFunc(fn, "context", "Cause", "WithoutCancel", "AfterFunc"):
		return true
	case tellsOnly(call, fn):
		return true
	case p.makesError(call), p.asksForValue(call, fn):
		return true
	}
	v, ok := p.paramFor(call, e)
	return ok && (v == nil || p.paramLooks(v, seen))
}

// paramFor returns the parameter that gets call's argument e, or nil if it has
// no name. ok is false for a variadic one, and where the body is not known: it
// is of no literal called in place and no function of this package.
func (p *Package) paramFor(call *ast.CallExpr, e ast.Expr) (v *types.Var, ok bool) {
	var typ *ast.FuncType
	var sig *types.Signature
	if lit, isLit := ast.Unparen(call.Fun).(*ast.FuncLit); isLit {
		typ, sig = lit.Type, p.Info.TypeOf(lit).(*types.Signature)
	} else {
		fn := typed.Callee(p.Info, call)
		decl := p.decl(fn)
		if decl == nil || decl.Body == nil {
			return nil, false
		}
		typ, sig = decl.Type, fn.Signature()
	}
	i := slices.Index(call.Args, e)
	if sig.Variadic() && i >= sig.Params().Len()-1 {
		return nil, false
	}
	return paramAt(p.Info, typ, i), true
}

// paramLooks reports whether the function of the parameter v only looks at it.
func (p *Package) paramLooks(v *types.Var, seen map[*types.Var]bool) bool {
	if seen[v] {
		return true
	}
	seen[v] = true
	uses := p.reachVar(v)
	if slices.ContainsFunc(uses, p.awaitsEnd) {
		return true // it is about the end of the context
	}
	for _, u := range uses {
		switch {
		case p.IsDetached(u.Node), u.Kind == Compared:
		case u.Kind == Method && typed.CalleeName(u.Call) != "Done":
		case u.Kind == Arg && p.onlyLooks(u.Call, u.Node, seen):
		default:
			return false
		}
	}
	return true
}

// awaitsEnd reports whether a use of a context is a wait for its end alone.
func (p *Package) awaitsEnd(u Use) bool {
	if u.Kind != Method || typed.CalleeName(u.Call) != "Done" {
		return false
	}
	recv, ok := p.Parent(u.Call).(*ast.UnaryExpr)
	if !ok {
		return false
	}
	_, inSelect := p.Parent(p.Parent(recv)).(*ast.CommClause)
	return !inSelect
}

// IsDetached reports whether the context e has passed through
// context.WithoutCancel or a function of such a name.
func (p *Package) IsDetached(e ast.Expr) bool { return p.lineageOf(e).detached }

// observers are the parts of import paths that packages have which show people
// what a program does.
var observers = map[string]bool{
	"log": true, "logger": true, "logging": true, "slog": true, "klog": true, "logr": true, "zap": true, "logrus": true, "zerolog": true,
	"metric": true, "metrics": true, "stats": true, "telemetry": true, "otel": true, "prometheus": true, "opencensus": true,
	"trace": true, "tracing": true, "tracer": true, "sentry": true,
}

// tellsOnly reports whether call logs, counts or traces.
func tellsOnly(call *ast.CallExpr, fn *types.Func) bool {
	if fn != nil {
		for part := range strings.SplitSeq(fn.Pkg().Path(), "/") {
			if observers[strings.TrimSuffix(strings.TrimPrefix(part, "go-"), "-go")] {
				return true
			}
		}
	}
	name := typed.CalleeName(call)
	if !IsTeller(name) || hasWord(name, []string{"Send", "With", "Emit"}) {
		return false
	}
	return fn == nil || !returnsError(fn.Signature())
}

// makesError reports whether call only makes an error, or passes one on: its
// result is of an error type of its own, or its name says so.
func (p *Package) makesError(call *ast.CallExpr) bool {
	name := typed.CalleeName(call)
	named := strings.Contains(name, "Err") || strings.HasPrefix(name, "err")
	sig, ok := underlying(p.Info.TypeOf(call.Fun)).(*types.Signature)
	if !ok || sig.Results().Len() > 1 {
		return false
	}
	if sig.Results().Len() == 0 {
		return named
	}
	if t := sig.Results().At(0).Type(); !typed.IsError(t) {
		return types.Implements(t, types.Universe.Lookup("error").Type().Underlying().(*types.Interface))
	}
	return named
}

// asksForValue reports whether call reads what the context carries: it takes
// nothing else and cannot fail, or its name says so.
func (p *Package) asksForValue(call *ast.CallExpr, fn *types.Func) bool {
	name := typed.CalleeName(call)
	for _, part := range []string{"FromContext", "FromCtx", "FromIncomingContext", "FromOutgoingContext", "InContext"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	if fn == nil || p.Closes(call) || hasWord(name, waiters) {
		return false
	}
	sig := fn.Signature()
	if sig.Params().Len() != 1 || sig.Variadic() || sig.Results().Len() == 0 || returnsError(sig) {
		return false
	}
	return !typed.IsContext(sig.Results().At(0).Type())
}

func returnsError(sig *types.Signature) bool {
	for _, v := range varsOf(sig.Results()) {
		if typed.IsError(v.Type()) {
			return true
		}
	}
	return false
}
