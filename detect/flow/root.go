package flow

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// RootRegion returns the region of a fresh root, or of a nil in the place of
// one: that of its place, or one that follows from what it is given to. The
// detail names what decided it.
func (p *Package) RootRegion(root ast.Expr) (r Region, detail string) {
	if r := p.Region(root); r != NoRegion && r != RegionSaid {
		return r, ""
	}
	if d := p.isValue(root); d != "" {
		return RegionValue, d
	}
	if v := p.isChoice(root); v != nil {
		return RegionValue, v.Name() + " is the live context on another path"
	}
	uses := p.Reach(root)
	calls, closing := 0, 0
	for _, u := range uses {
		if u.Kind != Arg && u.Kind != Launched || u.Call == nil {
			continue
		}
		calls++
		if p.isClosing(u.Call) {
			closing++
			detail = typed.CalleeName(u.Call)
		}
	}
	switch {
	case calls > 0 && closing == calls:
		return RegionCloser, detail
	case closing > 0:
		return RegionKept, "it also serves " + detail + ", which cleans up"
	}
	if name := p.queued(uses); name != "" {
		return RegionQueue, name
	}
	if text := p.saidOnPurpose(root); text != "" {
		return RegionSaid, strings.TrimSpace(strings.TrimPrefix(text, "//"))
	}
	if d := p.kept(root, uses); d != "" {
		return RegionKept, d
	}
	return NoRegion, ""
}

// isClosing reports whether the call cleans up (R4).
func (p *Package) isClosing(call *ast.CallExpr) bool {
	return p.Closes(call) || hasWord(typed.CalleeName(call), removers) && p.onErrorPath(call)
}

// onErrorPath reports whether n stands inside `if err != nil`.
func (p *Package) onErrorPath(n ast.Node) bool {
	return p.inBranch(n, func(cond ast.Expr, truth bool) bool { return len(p.testedErrors(cond, truth)) > 0 })
}

// isValue reports whether the root is a value, not the context of a call:
// compared, a default in an options struct, the root of signal.NotifyContext,
// what another context carries.
func (p *Package) isValue(root ast.Expr) string {
	switch parent := p.Parent(root).(type) {
	case *ast.BinaryExpr, *ast.CaseClause, *ast.SwitchStmt:
		return "compared"
	case *ast.CallExpr:
		switch fn := typed.Callee(p.Info, parent); {
		case typed.IsFunc(fn, "os/signal", "NotifyContext"):
			return "signal.NotifyContext"
		case typed.IsFunc(fn, "context", "WithValue") && parent.Args[0] != root:
			return "a context's key or value"
		}
	case *ast.CompositeLit, *ast.KeyValueExpr:
		lit := p.compositeOf(parent)
		if t := p.Info.TypeOf(lit); typed.IsContext(t) || typed.IsContext(types.NewPointer(t)) {
			return "part of a context of its own"
		}
		if named := typed.Named(p.Info.TypeOf(lit)); named != nil && isOptions(named.Obj().Name()) {
			return "default in " + named.Obj().Name()
		}
	}
	return ""
}

// isChoice returns the variable that holds the root, or what derives from
// it, and elsewhere the live context: use := root; if wait { use = ctx }.
func (p *Package) isChoice(root ast.Expr) *types.Var {
	v := typed.Var(p.Info, p.assignee(root))
	if v == nil {
		return nil
	}
	for _, d := range p.definitionsOf(v) {
		l, _ := p.lineageOfDef(v, d, maxLineage)
		if l.kind == fromParam || l.kind == fromProvider {
			return v
		}
	}
	return nil
}

// compositeOf returns the composite literal that n is or is a field of.
func (p *Package) compositeOf(n ast.Node) *ast.CompositeLit {
	if kv, ok := n.(*ast.KeyValueExpr); ok {
		n = p.Parent(kv)
	}
	lit, _ := n.(*ast.CompositeLit)
	return lit
}

func isOptions(name string) bool {
	name = strings.ToLower(name)
	for _, part := range []string{"option", "opts", "config", "default", "settings", "param"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}

// queued returns the callee if the root only serves calls that hand work on
// and whose result nobody looks at (R14).
func (p *Package) queued(uses []Use) string {
	name := ""
	for _, u := range uses {
		switch {
		case u.Kind == Method:
			continue
		case u.Call == nil:
			return ""
		}
		if p.Rewraps(u.Call) || !hasWord(typed.CalleeName(u.Call), queues) || p.Outcome(u.Call) < Logged {
			return ""
		}
		name = typed.CalleeName(u.Call)
	}
	return name
}

// kept says why the root may outlive the function (R8), or "".
func (p *Package) kept(root ast.Expr, uses []Use) string {
	if v := p.namedFor(root); v != "" {
		return "its variable is called " + v
	}
	for _, u := range uses {
		switch u.Kind {
		case Stored:
			return "it is stored"
		case Returned:
			return "it is returned"
		case Captured:
			return "it is captured by a function literal that may be kept"
		case Arg:
			name := typed.CalleeName(u.Call)
			if p.Retains(u.Call) || hasWord(name, builders) && !p.makesRequest(u.Call) {
				return name + " may keep it"
			}
		}
	}
	return ""
}

// Runs returns the callee among uses that starts work which may outlive the
// request, or "".
func (p *Package) Runs(uses []Use) string {
	for _, u := range uses {
		if u.Call != nil {
			// A handler's ServeHTTP ends with the request it is given.
			if name := typed.CalleeName(u.Call); hasWord(name, runners) && name != "ServeHTTP" {
				return name
			}
		}
	}
	return ""
}

// makesRequest reports whether call builds a request or a command, whose use
// is followed instead.
func (p *Package) makesRequest(call *ast.CallExpr) bool {
	return typed.IsFunc(typed.Callee(p.Info, call), "net/http", "NewRequestWithContext")
}

// assignee returns what the root, or the context made of it, is assigned to.
func (p *Package) assignee(root ast.Expr) ast.Expr {
	value, result := root, 0
	if call, ok := p.Parent(root).(*ast.CallExpr); ok {
		d, _ := p.derivation(call)
		if d.parent != root {
			return nil
		}
		value, result = call, d.result // Have: context.WithTimeout(root, …)
	}
	switch parent := p.Parent(value).(type) {
	case *ast.AssignStmt:
		return parent.Lhs[slices.Index(parent.Rhs, value)+result]
	case *ast.ValueSpec:
		return parent.Names[slices.Index(parent.Values, value)+result]
	}
	return nil
}

// namedFor returns the name of the variable the root is assigned to when the
// name says that a root is meant.
func (p *Package) namedFor(root ast.Expr) string {
	v := typed.Var(p.Info, p.assignee(root))
	if v == nil || !tellingName(v) {
		return ""
	}
	return v.Name()
}

func tellingName(v *types.Var) bool {
	name := strings.ToLower(v.Name())
	if name == "bg" || strings.HasPrefix(v.Name(), "bg") {
		return true
	}
	for _, part := range []string{"background", "detach", "cleanup", "shutdown", "independent", "rollback", "lifetime", "stop", "close", "drain"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}
