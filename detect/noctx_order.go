package detect

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// quietPackages hold functions that do nothing but compute: when they are
// called does not matter.
var quietPackages = []string{"bytes", "strings", "strconv", "net/url", "path", "errors", "slices", "maps", "math", "html", "mime"}

// acts reports whether evaluating e may do something, or depend on when it is
// done: it holds a call of unknown effect, a receive or a function that runs.
func (p *noCtx) acts(e ast.Expr) bool {
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.UnaryExpr:
			found = found || n.Op.String() == "<-"
		case *ast.CallExpr:
			found = found || !p.quiet(n)
		}
		return !found
	})
	return found
}

// quiet reports whether the call only computes: a conversion, a builtin that
// measures, a function of a quiet package.
func (p *noCtx) quiet(call *ast.CallExpr) bool {
	if tv := p.Package.Info.Types[call.Fun]; tv.IsType() {
		return true
	}
	for _, builtin := range []string{"len", "cap", "min", "max", "string", "new", "make"} {
		if typed.IsBuiltin(p.Package.Info, call, builtin) {
			return true
		}
	}
	fn := typed.Callee(p.Package.Info, call)
	if fn == nil || fn.Pkg() == nil {
		return false
	}
	if typed.IsMethod(fn, "mime/multipart", "Writer", "FormDataContentType") {
		return true
	}
	if typed.IsFunc(fn, "fmt", "Sprint", "Sprintf", "Sprintln", "Errorf") || typed.IsFunc(fn, "net", "JoinHostPort") {
		return true
	}
	return slices.Contains(quietPackages, fn.Pkg().Path()) && !takesFunc(fn)
}

func takesFunc(fn *types.Func) bool {
	for v := range fn.Signature().Params().Variables() {
		if _, ok := v.Type().Underlying().(*types.Signature); ok {
			return true
		}
	}
	return false
}
