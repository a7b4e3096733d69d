package detect

import (
	_ "embed"
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ast/inspector"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/load"
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
	accessors := &accessorFinder{pass: p, names: map[*load.File]map[string]bool{}}
	for cur := range p.Flow.Inspector().Root().Preorder((*ast.CallExpr)(nil)) {
		call := cur.Node().(*ast.CallExpr)
		x := doneReceiver(p, call)
		if x == nil {
			continue
		}
		// Have: x.Done(), x an interface.
		if !slices.Contains(p.Files(), p.Package.FileOf(call.Pos())) || inAccessor(cur) {
			continue
		}
		if why := nilReason(p, x); why != "" {
			findings = append(findings, accessors.finding(call, ast.Unparen(x), why))
		}
	}
	return findings
}

// inAccessor reports whether the node stands in a function that takes care
// of nil itself.
func inAccessor(cur inspector.Cursor) bool {
	for outer := range cur.Enclosing((*ast.FuncDecl)(nil)) {
		return isAccessorBody(outer.Node().(*ast.FuncDecl))
	}
	return false
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
	if !p.Strict() || p.InContext() || p.inExample(x) || p.Flow.NeverNil(x) {
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

// inExample reports whether n stands in an example, as package testing knows it.
func (p *Pass) inExample(n ast.Node) bool {
	f := p.Flow.Func(n)
	if f == nil || !p.Flow.IsTestFile(n) {
		return false
	}
	decl, ok := f.Outermost().Node.(*ast.FuncDecl)
	return ok && decl.Recv == nil && strings.HasPrefix(decl.Name.Name, "Example")
}
