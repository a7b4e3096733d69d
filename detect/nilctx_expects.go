package detect

import (
	"go/ast"
	"go/token"
	"go/types"
	"regexp"

	"github.com/ctxfix/ctxfix/detect/load"
	"github.com/ctxfix/ctxfix/detect/typed"
)

// expectsNil says why a nil may be meant for the call, or "".
func (p nilFinder) expectsNil(call *ast.CallExpr, arg ast.Expr) string {
	fn := typed.Callee(p.Package.Info, call)
	i := p.Flow.ParamOf(call, arg)
	if fn == nil || i < 0 {
		return ""
	}
	if pkg, decl := p.Program.Decl(fn); decl != nil && !mentionsParam(pkg, decl, i) {
		return fn.Name() + " does not look at its context"
	}
	s := nilSearch{program: p.Pass, seen: map[parameter]bool{}}
	if s.tests(fn, i) {
		return "what " + fn.Name() + " calls compares its context with nil"
	}
	if recv := fn.Signature().Recv(); recv == nil || !types.IsInterface(recv.Type()) {
		return ""
	}
	// Have: a method of an interface
	for _, pkg := range p.Program.Mentioning(regexp.MustCompile(fn.Name())) {
		for _, impl := range methodsNamed(pkg.Types, fn) {
			if s.tests(impl, i) {
				return "an implementation of " + fn.Name() + " compares its context with nil"
			}
		}
	}
	return ""
}

// mentionsParam reports whether the body of decl mentions its i-th parameter.
func mentionsParam(pkg *load.Package, decl *ast.FuncDecl, i int) bool {
	v, found := pkg.Param(decl, i), false
	ast.Inspect(decl.Body, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		found = found || ok && pkg.Info.Uses[id] == v
		return !found
	})
	return found
}

// methodsNamed returns the methods of the package's types that may implement
// the interface method fn.
func methodsNamed(pkg *types.Package, fn *types.Func) (methods []*types.Func) {
	if pkg == nil {
		return nil
	}
	for _, name := range pkg.Scope().Names() {
		obj, ok := pkg.Scope().Lookup(name).(*types.TypeName)
		if !ok || types.IsInterface(obj.Type()) {
			continue
		}
		m, _, _ := types.LookupFieldOrMethod(obj.Type(), true, pkg, fn.Name())
		if m, ok := m.(*types.Func); ok && m.Signature().Params().Len() == fn.Signature().Params().Len() {
			methods = append(methods, m)
		}
	}
	return methods
}

// A nilSearch looks for comparisons of a parameter with nil in the functions
// of the program.
type nilSearch struct {
	program *Pass
	seen    map[parameter]bool
}

// A parameter is the i-th one of a function.
type parameter struct {
	fn *types.Func
	i  int
}

// tests reports whether fn compares its i-th parameter with nil: itself, under
// another name, in a function it hands it to, or as a field it is stored in.
func (s nilSearch) tests(fn *types.Func, i int) bool {
	pkg, decl := s.program.Program.Decl(fn)
	if decl == nil || s.seen[parameter{fn, i}] {
		return false
	}
	s.seen[parameter{fn, i}] = true // one look at each: calls may lead there in any number of ways
	v := pkg.Param(decl, i)
	if v == nil {
		return false
	}
	holders := map[*types.Var]bool{v: true} // the parameter, its aliases, fields
	holds := func(e ast.Expr) bool { return holders[typed.Var(pkg.Info, e)] }
	found := false
	ast.Inspect(decl.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for j, rhs := range n.Rhs {
				if to := variable(pkg.Info, n.Lhs[j]); to != nil && len(n.Lhs) == len(n.Rhs) && holds(rhs) {
					holders[to] = true
				}
			}
		case *ast.KeyValueExpr:
			if to := typed.Var(pkg.Info, n.Key); to != nil && holds(n.Value) {
				holders[to] = true
			}
		case *ast.CallExpr:
			for j, arg := range n.Args {
				callee := typed.Callee(pkg.Info, n)
				found = found || holds(arg) && (typed.IsFunc(callee, "cmp", "Or") || s.tests(callee, j))
			}
		}
		return !found
	})
	return found || comparesNil(pkg, decl.Body, holders)
}

// comparesNil reports whether n compares one of vars with nil, or the package
// one of the fields among them.
func comparesNil(pkg *load.Package, n ast.Node, vars map[*types.Var]bool) bool {
	found := false
	look := func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BinaryExpr:
			if n.Op == token.EQL || n.Op == token.NEQ {
				found = found || vars[variable(pkg.Info, n.X)] && pkg.Info.Types[n.Y].IsNil() ||
					vars[variable(pkg.Info, n.Y)] && pkg.Info.Types[n.X].IsNil()
			}
		case *ast.SwitchStmt:
			found = found || n.Tag != nil && vars[variable(pkg.Info, n.Tag)]
		}
		return !found
	}
	ast.Inspect(n, look)
	for v := range vars {
		if !v.IsField() {
			continue
		}
		for _, file := range pkg.Files {
			ast.Inspect(file.Syntax, look)
		}
		break
	}
	return found
}

// variable returns the variable or the field that e names, or nil.
func variable(info *types.Info, e ast.Expr) *types.Var {
	if sel, ok := ast.Unparen(e).(*ast.SelectorExpr); ok {
		e = sel.Sel
	}
	v := typed.Var(info, e)
	if v != nil {
		v = v.Origin()
	}
	return v
}
