package detect

import (
	_ "embed"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"github.com/ctxfix/ctxfix/detect/typed"
)

//go:embed finalizer.md
var finalizerPage string

var finalizerRule = &Rule{
	Name:   "finalizer",
	Doc:    "a finalizer or cleanup on a context",
	Page:   finalizerPage,
	Preset: Recommended,
	Best:   Unsafe,
	Find:   findFinalizer,
}

// Finalizer removes the statement that sets a finalizer on a context.
type Finalizer struct{ Stmt *ast.ExprStmt }

func (*Finalizer) evidence() {}

// A finalizer is a pass that looks at finalizers and cleanups.
type finalizer struct{ *Pass }

// findFinalizer reports runtime.SetFinalizer and runtime.AddCleanup, provided:
//   - what they are set on is a context, or points to a variable that holds
//     one: an interface, not a type of this program's own that happens to be
//     a context, which may have something to free;
//   - SetFinalizer is given a function, not nil.
//
// With -strict, the statement is removed where nothing else depends on it.
func findFinalizer(pass *Pass) []Finding {
	p := finalizer{pass}
	var findings []Finding
	for call := range Each[*ast.CallExpr](pass) {
		if f, ok := p.judge(call); ok {
			findings = append(findings, f)
		}
	}
	return findings
}

func (p finalizer) judge(call *ast.CallExpr) (Finding, bool) {
	fn := typed.Callee(p.Package.Info, call)
	if !typed.IsFunc(fn, "runtime", "SetFinalizer", "AddCleanup") || len(call.Args) < 2 || !p.onContext(call.Args[0]) {
		return Finding{}, false
	}
	if p.Package.Info.Types[ast.Unparen(call.Args[1])].IsNil() {
		return Finding{}, false
	}
	// Have: runtime.SetFinalizer(&ctx, f)
	f := p.Finding(call, "runtime.%s on the context %s cancels nothing and frees nothing", fn.Name(), types.ExprString(p.pointee(call.Args[0])))
	stmt, ok := p.Flow.Parent(call).(*ast.ExprStmt)
	switch used := p.used(call); {
	case !ok || p.Flow.Stmt(call) != stmt:
		f.Lower(Manual, "its result is used")
	case used != "":
		f.Lower(Manual, "without it, "+used)
	case !p.Strict():
		f.Lower(Manual, "what the function does when the garbage collector runs it belongs where the context ends: call it there; with -strict, it is removed")
	default:
		f.Lower(Unsafe, "what the function does when the garbage collector runs it is not done any more")
		f.Evidence = &Finalizer{stmt}
		f.Touches = []Span{SpanOf(stmt)}
	}
	return f, true
}

// onContext reports whether e is a context, or points to a variable of
// context type.
func (p finalizer) onContext(e ast.Expr) bool {
	t := p.Package.Info.TypeOf(p.pointee(e))
	if ptr, ok := types.Unalias(t).(*types.Pointer); ok {
		t = ptr.Elem()
	}
	return typed.IsContextInterface(t)
}

// pointee returns x of &x, and everything else as it is.
func (p finalizer) pointee(e ast.Expr) ast.Expr {
	if u, ok := ast.Unparen(e).(*ast.UnaryExpr); ok && u.Op == token.AND {
		return u.X
	}
	return e
}

// used says what would go wrong if the call was removed: its arguments call
// something, or are all that uses a variable. "" for nothing.
func (p finalizer) used(call *ast.CallExpr) (why string) {
	for _, arg := range call.Args {
		ast.Inspect(arg, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncLit:
				return why == "" && p.literal(call, n, &why)
			case *ast.CallExpr:
				why = types.ExprString(n.Fun) + " would not be called"
			case *ast.Ident:
				p.onlyUse(call, n, &why)
			}
			return why == ""
		})
	}
	return why
}

// literal looks at what a literal captures; what it calls does not matter.
func (p finalizer) literal(call *ast.CallExpr, lit *ast.FuncLit, why *string) bool {
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			p.onlyUse(call, id, why)
		}
		return *why == ""
	})
	return false
}

// onlyUse says so if all uses of the local variable that id names are in call.
func (p finalizer) onlyUse(call *ast.CallExpr, id *ast.Ident, why *string) {
	v, ok := p.Package.Info.Uses[id].(*types.Var)
	if !ok || v.Kind() != types.LocalVar || call.Pos() <= v.Pos() && v.Pos() < call.End() {
		return
	}
	if !p.Flow.UsedOutside(v, call) {
		*why = fmt.Sprintf("%s would not be used", v.Name())
	}
}
