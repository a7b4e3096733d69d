package detect

import (
	_ "embed"
	"go/ast"
	"go/types"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/typed"
)

//go:embed nildone.md
var nilDonePage string

// nilDoneRule finds calls of Done on a context that may be nil.
var nilDoneRule = &Rule{
	Name:   "nildone",
	Doc:    "Done of a context that may be nil",
	Page:   nilDonePage,
	Preset: Recommended,
	Best:   Safe,
	Find:   findNilDone,
}

// NilDone is the evidence of nildone: x.Done() becomes Accessor(x).
type NilDone struct {
	Call     *ast.CallExpr
	Context  ast.Expr     // x
	Accessor string       // Go source of the function: "ctxsafe.Done", "done"
	Import   *flow.Import // to be added for it, or nil
	Files    []NewFile    // the accessor's package, when the module has none
}

func (*NilDone) evidence() {}

// NewFiles returns the files of the accessor's package, when the fix makes it.
func (e *NilDone) NewFiles() []NewFile { return e.Files }

// findNilDone reports x.Done(), provided:
//   - the static type of x is an interface that is a context: on a pointer,
//     a nil receiver is the business of its method;
//   - x may be nil there by what the function itself shows or, in the strict
//     form, x is not shown to be set;
//   - it does not stand in an accessor, which is where the call belongs.
func findNilDone(p *Pass) []Finding {
	var findings []Finding
	accessors := &accessorFinder{pass: p}
	for _, file := range p.Files() {
		ast.Inspect(file.Syntax, func(n ast.Node) bool {
			if decl, ok := n.(*ast.FuncDecl); ok && isAccessorBody(decl) {
				return false
			}
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			x := doneReceiver(p, call)
			if x == nil {
				return true
			}
			// Have: x.Done(), x an interface.
			if why := nilReason(p, x); why != "" {
				findings = append(findings, accessors.finding(call, ast.Unparen(x), why))
			}
			return true
		})
	}
	return findings
}

// doneReceiver returns the context x of a call x.Done(), when its static
// type is an interface.
func doneReceiver(p *Pass, call *ast.CallExpr) ast.Expr {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "Done" || len(call.Args) != 0 {
		return nil
	}
	x := p.Package.Info.Selections[sel]
	if x == nil || x.Kind() != types.MethodVal || !typed.IsContextInterface(p.Package.Info.TypeOf(sel.X)) {
		return nil
	}
	return sel.X
}

// nilReason says why x may be nil, or returns "".
func nilReason(p *Pass, x ast.Expr) string {
	if why := p.Flow.MaybeNil(x); why != "" {
		return why
	}
	if !p.Strict() || p.Flow.NeverNil(x) {
		return ""
	}
	switch x := ast.Unparen(x).(type) {
	case *ast.CallExpr:
		return "nothing here shows that the call returns one"
	case *ast.SelectorExpr:
		if v, ok := p.Package.Info.Uses[x.Sel].(*types.Var); ok && v.IsField() {
			return "nothing here shows that the field is set"
		}
	case *ast.Ident:
		if v := typed.Var(p.Package.Info, x); v != nil && v.Parent() != v.Pkg().Scope() {
			return "nothing here shows that the caller or callee gave one"
		}
	}
	return "nothing here shows that it is set"
}
