package flow

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// A paramKey is one parameter of a function.
type paramKey struct {
	fn    *types.Func
	index int
}

// setWall decides how the literal f is run.
func (p *Package) setWall(f *Func, lit *ast.FuncLit) {
	f.Wall = Keeping
	var n ast.Node = lit
	parent := p.Parent(lit)
	for {
		paren, ok := parent.(*ast.ParenExpr)
		if !ok {
			break
		}
		n, parent = paren, p.Parent(paren)
	}
	bind := func(to ast.Expr, d definition) {
		if d.rhs == n {
			p.wallOfVar(f, typed.Var(p.Info, to))
		}
	}
	switch parent := parent.(type) {
	case *ast.CallExpr:
		p.wallOfCall(f, parent, n.(ast.Expr))
	case *ast.AssignStmt:
		pair(parent.Lhs, parent.Rhs, parent, bind)
	case *ast.ValueSpec:
		pair(identExprs(parent.Names), parent.Values, parent, bind)
	}
}

// wallOfCall decides for a literal that is called, or is an argument of call.
func (p *Package) wallOfCall(f *Func, call *ast.CallExpr, n ast.Expr) {
	direct := call.Fun == n
	switch stmt := p.Parent(call).(type) {
	case *ast.GoStmt:
		if direct {
			f.Go, f.Site, f.args = stmt, stmt, call
			f.Wall = p.goWall(stmt)
		}
		return
	case *ast.DeferStmt:
		if direct || p.runsBeforeReturn(call, n) {
			f.Wall, f.Site = Deferred, stmt
			if direct {
				f.args = call
			}
		}
		return
	}
	switch {
	case direct:
		f.Wall, f.Site, f.args = Called, call, call
	case p.launches(call):
		f.Site = call
		f.Wall = Detached
		if p.joinedGroup(f.Outer, call) {
			f.Wall = Joined
		}
	case p.runsBeforeReturn(call, n):
		f.Wall, f.Site = Called, call
	}
}

// wallOfVar decides for a literal bound to a local variable: by all its uses,
// which are calls unless the variable gets other values, too.
func (p *Package) wallOfVar(f *Func, v *types.Var) {
	if v == nil || v.Kind() == types.PackageVar {
		return
	}
	walls := map[Wall]bool{}
	for _, id := range p.usesOf(v) {
		call, ok := p.Parent(id).(*ast.CallExpr)
		switch {
		case ok && call.Fun == id:
			walls[p.wallOfUse(call)] = true
		case ok && p.runsBeforeReturn(call, id):
			walls[Called] = true
		default:
			return
		}
	}
	if len(walls) != 1 {
		return
	}
	for w := range walls {
		f.Wall = w
	}
}

// usesOf returns the identifiers that use v, which is no package variable.
func (p *Package) usesOf(v *types.Var) []*ast.Ident {
	return slices.Clone(p.indexOf(p.rootOf(v)).uses[v])
}

func (p *Package) wallOfUse(call *ast.CallExpr) Wall {
	switch stmt := p.Parent(call).(type) {
	case *ast.GoStmt:
		return p.goWall(stmt)
	case *ast.DeferStmt:
		return Deferred
	}
	// A call from within another literal runs when that one does.
	if in := p.Func(call); in.Outer != nil && in.Wall != Called {
		return Keeping
	}
	return Called
}

func (p *Package) goWall(stmt *ast.GoStmt) Wall {
	if p.Detached(stmt) {
		return Detached
	}
	return Joined
}

// launches reports whether call runs its argument in a goroutine of a group.
func (p *Package) launches(call *ast.CallExpr) bool {
	fn := typed.Callee(p.Info, call)
	if fn == nil || fn.Signature().Recv() == nil {
		return false
	}
	switch fn.Name() {
	case "Go", "TryGo":
		return hasWait(fn.Signature().Recv().Type())
	}
	return false
}

func hasWait(t types.Type) bool {
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, "Wait")
	_, ok := obj.(*types.Func)
	return ok
}

// synchronous callees of other packages run a func argument before they
// return and do not keep it: by package, "*" for every function whose results
// hold no function, or the names.
var synchronous = map[string][]string{
	"sort":                                {"Slice", "SliceStable", "SliceIsSorted", "Search", "Find"},
	"slices":                              {"*"},
	"maps":                                {"*"},
	"strings":                             {"*"},
	"bytes":                               {"*"},
	"io/fs":                               {"WalkDir"},
	"path/filepath":                       {"Walk", "WalkDir"},
	"go/ast":                              {"Inspect"},
	"regexp":                              {"ReplaceAllStringFunc", "ReplaceAllFunc"},
	"sync":                                {"Range"},
	"database/sql":                        {"Raw"},
	"testing":                             {"Run", "AllocsPerRun"},
	"flag":                                {"Visit", "VisitAll"},
	"reflect":                             {"VisibleFields"},
	"unicode/utf8":                        {},
	"golang.org/x/tools/go/ast/inspector": {"Preorder", "Nodes", "WithStack"},
	"k8s.io/apimachinery/pkg/util/wait":   {"PollUntilContextTimeout", "PollUntilContextCancel", "PollImmediate", "Poll", "ExponentialBackoff", "ExponentialBackoffWithContext"},
	"k8s.io/client-go/util/retry":         {"RetryOnConflict", "OnError"},
	"github.com/cenkalti/backoff/v4":      {"Retry", "RetryNotify"},
	"github.com/cenkalti/backoff/v5":      {"Retry"},
	"github.com/avast/retry-go":           {"Do"},
	"github.com/avast/retry-go/v4":        {"Do"},
	"go.etcd.io/bbolt":                    {"View", "Update", "Batch", "ForEach"},
	"gorm.io/gorm":                        {"Transaction"},
}

// runsBeforeReturn reports whether call runs its func argument arg before it
// returns, and does not keep it.
func (p *Package) runsBeforeReturn(call *ast.CallExpr, arg ast.Expr) bool {
	fn, i := typed.Callee(p.Info, call), p.ParamOf(call, arg)
	if i < 0 {
		return false
	}
	if _, ok := fn.Signature().Params().At(i).Type().Underlying().(*types.Signature); !ok {
		return false // Have: slices.Insert(hooks, 0, f), which takes any element
	}
	if names, ok := synchronous[strings.TrimPrefix(fn.Pkg().Path(), "vendor/")]; ok {
		for _, name := range names {
			if name == fn.Name() || name == "*" && !returnsFunc(fn.Signature()) {
				return true
			}
		}
		return false
	}
	return p.callsOnly(paramKey{fn, i})
}

func returnsFunc(sig *types.Signature) bool {
	for i := range sig.Results().Len() {
		if _, ok := sig.Results().At(i).Type().Underlying().(*types.Signature); ok {
			return true
		}
	}
	return false
}

// callsOnly reports whether the function of this package does nothing with
// its func parameter but call it (or hand it to such a function) itself.
func (p *Package) callsOnly(k paramKey) bool {
	if known, ok := p.retains[k]; ok {
		return known
	}
	p.retains[k] = false // recursion: assume the worst
	decl := p.decl(k.fn)
	if decl == nil || decl.Body == nil {
		return false
	}
	v := paramAt(p.Info, decl.Type, k.index)
	if v == nil {
		return false
	}
	ok := !slices.ContainsFunc(p.usesOf(v), func(id *ast.Ident) bool { return !p.callsHere(decl, id) })
	p.retains[k] = ok
	return ok
}

// callsHere reports whether the use id of a func parameter is a call in the
// body of decl itself, a comparison with nil, or an argument that is only called.
func (p *Package) callsHere(decl *ast.FuncDecl, id *ast.Ident) bool {
	switch parent := p.Parent(id).(type) {
	case *ast.BinaryExpr:
		return parent.Op == token.EQL || parent.Op == token.NEQ
	case *ast.CallExpr:
		if f := p.Func(parent); f.Node != decl && f.Wall != Called {
			return false
		}
		if _, ok := p.Parent(parent).(*ast.GoStmt); ok {
			return false
		}
		return parent.Fun == id || p.runsBeforeReturn(parent, id)
	}
	return false
}

// paramAt returns the variable of the i-th parameter, nil if it has no name.
func paramAt(info *types.Info, typ *ast.FuncType, i int) *types.Var {
	for _, field := range typ.Params.List {
		for _, name := range field.Names {
			if i == 0 {
				v, _ := info.Defs[name].(*types.Var)
				return v
			}
			i--
		}
	}
	return nil
}
