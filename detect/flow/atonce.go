package flow

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// RequestOver is what EndsAtReturn says of a request's context.
const RequestOver = "the request is over then"

// EndsAtReturn says what ends the context e, as it is when n runs, when the
// function f of n returns: the deferred cancel of a deadline that f has set, or
// the end of the request that f handles. "" if neither is certain.
func (p *Package) EndsAtReturn(f *Func, e ast.Expr, n ast.Node) string {
	for range maxLineage {
		if v, ok := p.providerIn(e); ok {
			if declares(f.Sig.Params(), v) && p.handles(f, v) {
				return RequestOver
			}
			return ""
		}
		v := typed.Var(p.Info, e)
		if v != nil && (!f.Declares(v) || p.AssignedAfter(v, n, nil) != nil) {
			return ""
		}
		d, made, def := p.derivedAt(e, n)
		switch {
		case made == nil:
			if def.rhs == nil {
				return ""
			}
			e, n = def.rhs, def.node // Have: ctx := r.Context()
			continue
		case d.how == byDetach:
			return ""
		case d.how == byDeadline:
			if name := p.deferredCancel(f, def, d); name != "" {
				return name + " is deferred"
			}
		}
		e = d.parent
		if def.node != nil {
			n = def.node
		}
	}
	return ""
}

// RequestEnds says what ends the request e when the function f returns, which
// handles it; "" if that is not certain.
func (p *Package) RequestEnds(f *Func, e ast.Expr) string {
	v := typed.Var(p.Info, e)
	if typed.IsPointerTo(p.Info.TypeOf(e), "net/http", "Request") && declares(f.Sig.Params(), v) && p.handles(f, v) && p.onlyRewraps(v) {
		return RequestOver
	}
	return ""
}

// deferredCancel returns the call of the cancel func that the assignment
// yields, if f defers it.
func (p *Package) deferredCancel(f *Func, def definition, d derive) string {
	assign, ok := def.node.(*ast.AssignStmt)
	if !ok || len(assign.Lhs) != 2 {
		return ""
	}
	cancel := typed.Var(p.Info, assign.Lhs[1-d.result])
	if cancel == nil || len(p.Assigned(cancel, nil)) > 0 {
		return ""
	}
	for _, stmt := range p.partsOf(f).defers {
		if typed.Var(p.Info, stmt.Call.Fun) == cancel {
			return cancel.Name() + "()"
		}
	}
	return ""
}

// handles reports whether f is what handles the request of its parameter v:
// when f returns, the request is over.
func (p *Package) handles(f *Func, v *types.Var) bool {
	sig := f.Sig
	if typed.IsPointerTo(v.Type(), "net/http", "Request") {
		return sig.Params().Len() == 2 && typed.IsResponseWriter(sig.Params().At(0).Type()) && sig.Results().Len() == 0
	}
	prov, _ := p.ProviderOf(v.Type())
	return !prov.Unknown && prov.Tested != "Command" && sig.Params().Len() == 1 && prov.Suffix != ".Context"
}

// maxCalls bounds how many calls deep AtOnce looks.
const maxCalls = 4

// AtOnce reports whether nothing that runs in f after n, up to its return,
// takes time: no wait, and no call but of functions known to be quick.
func (p *Package) AtOnce(f *Func, n ast.Node) bool {
	quick := true
	check := func(m ast.Node) bool {
		quick = quick && p.quick(m, maxCalls)
		return quick
	}
	p.after(f, n, check)
	p.eachDefer(f, check)
	return quick
}

// quick reports whether running the node takes no time.
func (p *Package) quick(n ast.Node, depth int) bool {
	quick := true
	ast.Inspect(n, func(m ast.Node) bool {
		if e, ok := m.(ast.Expr); ok && p.rangesOver(e) {
			quick = false
		}
		switch m := m.(type) {
		case *ast.FuncLit:
			return false
		case *ast.GoStmt:
			quick = quick && p.quickArgs(m.Call, depth)
			return false
		case *ast.SendStmt, *ast.SelectStmt:
			quick = false
		case *ast.UnaryExpr:
			quick = quick && m.Op != token.ARROW
		case *ast.CallExpr:
			quick = quick && p.quickCall(m, depth)
		}
		return quick
	})
	return quick
}

// rangesOver reports whether a loop waits for what the channel e gives it.
func (p *Package) rangesOver(e ast.Expr) bool {
	loop, ok := p.Parent(e).(*ast.RangeStmt)
	return ok && loop.X == e && isChan(p.Info.TypeOf(e))
}

// quickArgs reports whether the arguments of call, which itself runs at another
// time, take no time.
func (p *Package) quickArgs(call *ast.CallExpr, depth int) bool {
	for _, arg := range call.Args {
		if !p.quick(arg, depth) {
			return false
		}
	}
	return true
}

// quickPackages hold functions that compute or write a few bytes.
var quickPackages = map[string]bool{
	"fmt": true, "strings": true, "strconv": true, "errors": true, "encoding/json": true, "bytes": true, "math": true,
	"sort": true, "slices": true, "maps": true, "unicode": true, "unicode/utf8": true, "path": true, "net/url": true,
	"sync/atomic": true, "html": true, "log": true, "log/slog": true,
}

func (p *Package) quickCall(call *ast.CallExpr, depth int) bool {
	if tv := p.Info.Types[call.Fun]; tv.IsType() || tv.IsBuiltin() {
		return true
	}
	if typed.IsCancelFunc(p.Info.TypeOf(call.Fun)) {
		return true
	}
	if lit, ok := ast.Unparen(call.Fun).(*ast.FuncLit); ok {
		return p.quick(lit.Body, depth)
	}
	fn := typed.Callee(p.Info, call)
	if fn == nil || fn.Pkg() == nil {
		return fn != nil // error.Error
	}
	recv := fn.Signature().Recv()
	switch {
	case hasWord(fn.Name(), []string{"Decode", "Read", "Scan", "Fscan", "Sscan"}):
		return false
	case quickPackages[fn.Pkg().Path()], tellsOnly(call, fn):
		return true
	case recv != nil && (typed.IsResponseWriter(recv.Type()) || typed.Is(recv.Type(), "net/http", "Header")):
		return true
	case typed.IsFunc(fn, "net/http", "Error", "NotFound", "Redirect", "StatusText", "SetCookie"):
		return true
	case typed.IsFunc(fn, "time") && fn.Name() != "Sleep" && fn.Name() != "After" || typed.IsMethod(fn, "time", "Time") || typed.IsMethod(fn, "time", "Duration"):
		return true
	case recv != nil && fn.Signature().Params().Len() == 0 && hasWord(fn.Name(), getters):
		return true
	case p.ofProvider(ast.Unparen(call.Fun)):
		return hasWord(fn.Name(), replies)
	}
	decl := p.decl(fn)
	return decl != nil && decl.Body != nil && depth > 0 && p.quick(decl.Body, depth-1)
}

// getters are methods without arguments that return at once.
var getters = []string{"Get", "String", "Error", "Unlock", "RUnlock", "End", "Done", "Context"}

// replies are the methods by which the contexts of frameworks answer.
var replies = []string{
	"JSON", "String", "XML", "HTML", "NoContent", "Status", "SendStatus", "AbortWithStatus", "AbortWithStatusJSON", "Redirect", "SendString", "Param", "Query",
}

// WaitsForDone reports whether the function of this package that call calls
// waits for the Done of its argument e.
func (p *Package) WaitsForDone(call *ast.CallExpr, e ast.Expr) bool {
	decl := p.decl(typed.Callee(p.Info, call))
	if decl == nil {
		return false
	}
	for i, arg := range call.Args {
		if arg != e {
			continue
		}
		v := paramAt(p.Info, decl.Type, i)
		if v == nil {
			return false
		}
		for _, u := range p.reachVar(v) {
			if u.Kind == Method && typed.CalleeName(u.Call) == "Done" {
				return true
			}
		}
	}
	return false
}
