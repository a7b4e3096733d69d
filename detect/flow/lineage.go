package flow

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// derivedBy is the way a context comes from its parent.
type derivedBy uint8

const (
	bySame     derivedBy = iota // an alias, or asked from a provider
	byCancel                    // WithCancel, WithCancelCause
	byDeadline                  // WithTimeout, WithDeadline and their Cause variants
	byValue                     // WithValue and functions shaped like it
	bySpan                      // a tracer's Start
	byGroup                     // errgroup.WithContext
	bySignal                    // signal.NotifyContext
	byDetach                    // WithoutCancel
	byUnknown                   // takes a context and returns one; not known how they relate
)

// A derive is a call that makes one context from another.
type derive struct {
	how    derivedBy
	parent ast.Expr
	result int  // which result the context is
	cancel bool // the other result is a cancel func
}

// derivation recognises a call that makes one context from another.
func (p *Package) derivation(call *ast.CallExpr) (derive, bool) {
	fn := typed.Callee(p.Info, call)
	if fn == nil || fn.Pkg() == nil || len(call.Args) == 0 {
		return derive{}, false
	}
	if fn.Pkg().Path() == "context" {
		switch fn.Name() {
		case "WithCancel", "WithCancelCause":
			return derive{byCancel, call.Args[0], 0, true}, true
		case "WithTimeout", "WithTimeoutCause", "WithDeadline", "WithDeadlineCause":
			return derive{byDeadline, call.Args[0], 0, true}, true
		case "WithValue":
			return derive{byValue, call.Args[0], 0, false}, true
		case "WithoutCancel":
			return derive{byDetach, call.Args[0], 0, false}, true
		}
		return derive{}, false
	}
	switch {
	case typed.IsFunc(fn, "os/signal", "NotifyContext"):
		return derive{bySignal, call.Args[0], 0, true}, true
	case typed.IsFunc(fn, "golang.org/x/sync/errgroup", "WithContext"):
		return derive{byGroup, call.Args[0], 1, false}, true
	}
	return p.shapedDerivation(fn, call)
}

// shapedDerivation recognises functions outside package context by their
// signature: one context in, one out.
func (p *Package) shapedDerivation(fn *types.Func, call *ast.CallExpr) (derive, bool) {
	sig := fn.Signature()
	in, out := -1, -1
	for i := range sig.Params().Len() {
		if typed.IsContext(sig.Params().At(i).Type()) {
			if in >= 0 {
				return derive{}, false
			}
			in = i
		}
	}
	for i := range sig.Results().Len() {
		if typed.IsContext(sig.Results().At(i).Type()) {
			if out >= 0 {
				return derive{}, false
			}
			out = i
		}
	}
	if p.isMethodExpr(call) {
		in++ // the first is the receiver
	}
	if in < 0 || out < 0 || in >= len(call.Args) {
		return derive{}, false
	}
	d := derive{byUnknown, call.Args[in], out, false}
	switch name := fn.Name(); {
	case sig.Results().Len() == 2 && typed.IsCancelFunc(sig.Results().At(1-out).Type()):
		d.how, d.cancel = byDeadline, true // whether it has a deadline is not known
	case strings.Contains(name, "Detach") || strings.Contains(name, "WithoutCancel") || strings.Contains(name, "Background"):
		d.how = byDetach
	case sig.Results().Len() == 2 && strings.HasPrefix(name, "Start") && isSpan(sig.Results().At(1-out).Type()):
		d.how = bySpan
	case sig.Results().Len() == 1 && (hasWord(name, []string{"With", "New", "Context", "ContextWith", "Append", "Into", "Inject", "Set"}) || strings.HasSuffix(name, "Context")):
		d.how = byValue
	}
	return d, true
}

// isMethodExpr reports whether call is T.f(t, …).
func (p *Package) isMethodExpr(call *ast.CallExpr) bool {
	sel, _ := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	s := p.Info.Selections[sel]
	return s != nil && s.Kind() == types.MethodExpr
}

// isSpan reports whether t can be ended, as a tracer's span can.
func isSpan(t types.Type) bool {
	for _, name := range []string{"End", "Finish"} {
		obj, _, _ := types.LookupFieldOrMethod(t, true, nil, name)
		if _, ok := obj.(*types.Func); ok {
			return true
		}
	}
	return false
}

// originKind says where a context comes from in the end.
type originKind uint8

const (
	fromUnknown  originKind = iota
	fromRoot                // context.Background() or TODO()
	fromParam               // a parameter of context type
	fromProvider            // a parameter that provides one
	fromField               // a field or a package variable
)

// A lineage is the descent of a context.
type lineage struct {
	kind     originKind
	base     *types.Var   // the parameter, for fromParam and fromProvider
	parents  []*types.Var // the variables on the way, nearest first
	how      derivedBy    // the last step that was not an alias
	detached bool         // WithoutCancel on the way
	deadline bool         // a deadline was set on the way
	ends     bool         // a cancel func or a group of this function ends it
	unsure   string       // a function of unknown result on the way
}

// Lineage limits: deeper chains than this are "unknown".
const maxLineage = 12

// lineageOf follows e to where it comes from.
func (p *Package) lineageOf(e ast.Expr) lineage { return p.lineage(e, maxLineage) }

// lineageAt follows v to where its value at the node n comes from: only the
// assignments that can run before n count.
func (p *Package) lineageAt(v *types.Var, n ast.Node) lineage {
	return p.joinDefs(v, maxLineage, func(d definition) bool { return p.canPrecede(d.node, n) })
}

// canPrecede reports whether the assignment d can run before n. What a
// function literal assigns always can.
func (p *Package) canPrecede(d, n ast.Node) bool {
	f := p.Func(d)
	for g := p.Func(n); g != nil; n, g = g.Site, g.Outer {
		if g == f {
			return p.Reachable(d, n)
		}
	}
	return true
}

func (p *Package) lineage(e ast.Expr, depth int) lineage {
	e = ast.Unparen(e)
	if depth <= 0 {
		return lineage{}
	}
	if typed.Root(p.Info, e) != "" {
		return lineage{kind: fromRoot}
	}
	switch e := e.(type) {
	case *ast.Ident:
		if v, ok := p.Info.ObjectOf(e).(*types.Var); ok {
			return p.lineageOfVar(v, depth-1)
		}
	case *ast.SelectorExpr:
		if base, ok := p.providerIn(e); ok {
			return lineage{kind: fromProvider, base: base}
		}
		return lineage{kind: fromField}
	case *ast.CallExpr:
		if base, ok := p.providerIn(e); ok {
			return lineage{kind: fromProvider, base: base}
		}
		if d, ok := p.derivation(e); ok {
			return p.step(d, depth)
		}
	}
	return lineage{}
}

// step adds one derivation to the lineage of its parent.
func (p *Package) step(d derive, depth int) lineage {
	l := p.lineage(d.parent, depth-1)
	if v := typed.Var(p.Info, d.parent); v != nil {
		l.parents = append([]*types.Var{v}, l.parents...)
	}
	l.how = d.how
	l.ends = l.ends || d.cancel || d.how == byGroup
	switch d.how {
	case byDetach:
		l.detached = true
	case byDeadline:
		l.deadline = true
	case byUnknown:
		l.unsure = "a function whose result is not known to be cancelled with its argument"
	}
	return l
}

// A lineKey is a variable, and how many steps are left to follow it.
type lineKey struct {
	v     *types.Var
	depth int
}

// lineageOfVar joins what all assignments to v say. It does so once: variables
// that are assigned to each other in turns lead to it in any number of ways.
func (p *Package) lineageOfVar(v *types.Var, depth int) lineage {
	k := lineKey{v, depth}
	l, known := p.lines[k]
	if !known {
		l = p.joinDefs(v, depth, func(definition) bool { return true })
		p.lines[k] = l
	}
	return l
}

func (p *Package) joinDefs(v *types.Var, depth int, counts func(definition) bool) lineage {
	var l lineage
	known := false
	if p.isParam(v) {
		known = true
		if typed.IsContext(v.Type()) {
			l = lineage{kind: fromParam, base: v}
		} else if _, ok := p.ProviderOf(v.Type()); ok {
			l = lineage{kind: fromProvider, base: v}
		}
	}
	for _, d := range p.definitionsOf(v) {
		if !counts(d) {
			continue
		}
		m, self := p.lineageOfDef(v, d, depth)
		if self {
			l.merge(m)
			l.how = m.how
			continue
		}
		if !known {
			l, known = m, true
			continue
		}
		if l.kind != m.kind || l.base != m.base {
			l = lineage{kind: fromUnknown, detached: l.detached || m.detached, deadline: l.deadline || m.deadline}
			continue
		}
		l.merge(m)
		l.parents = slices.Clip(l.parents) // others may have it, too
		for _, parent := range m.parents {
			if !slices.Contains(l.parents, parent) {
				l.parents = append(l.parents, parent)
			}
		}
	}
	return l
}

func (l *lineage) merge(m lineage) {
	l.detached = l.detached || m.detached
	l.deadline = l.deadline || m.deadline
	l.ends = l.ends || m.ends
	if l.unsure == "" {
		l.unsure = m.unsure
	}
}

// lineageOfDef returns the lineage of one assignment to v; self is true when
// it derives v from itself, in which case only the flags count.
func (p *Package) lineageOfDef(v *types.Var, d definition, depth int) (l lineage, self bool) {
	call, _ := ast.Unparen(d.rhs).(*ast.CallExpr)
	if call == nil {
		return p.lineage(d.rhs, depth), false
	}
	dv, ok := p.derivation(call)
	if !ok {
		return p.lineage(d.rhs, depth), false
	}
	if d.index != dv.result {
		return lineage{}, false
	}
	if typed.Var(p.Info, dv.parent) == v {
		l := lineage{how: dv.how, detached: dv.how == byDetach, deadline: dv.how == byDeadline, ends: dv.cancel || dv.how == byGroup}
		if dv.how == byUnknown {
			l.unsure = "a function whose result is not known to be cancelled with its argument"
		}
		return l, true
	}
	return p.step(dv, depth), false
}

// providerIn returns the parameter that e asks for its request's context,
// when e is exactly such a question: r.Context(), c.Request.Context().
func (p *Package) providerIn(e ast.Expr) (*types.Var, bool) {
	k := keyOf(p.Info, e)
	v, ok := k.base.(*types.Var)
	if !ok || !p.isParam(v) {
		return nil, false
	}
	prov, ok := p.ProviderOf(v.Type())
	if !ok || prov.Suffix != k.path || !p.onlyRewraps(v) {
		return nil, false
	}
	return v, true
}

// onlyRewraps reports whether v is only ever assigned v.WithContext(…) or the like.
func (p *Package) onlyRewraps(v *types.Var) bool {
	for _, d := range p.definitionsOf(v) {
		call, ok := ast.Unparen(d.rhs).(*ast.CallExpr)
		if !ok {
			return false
		}
		sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
		if !ok || typed.Var(p.Info, sel.X) != v {
			return false
		}
	}
	return true
}

// isParam reports whether v is a parameter (not a receiver or result) of a
// function declared or written here.
func (p *Package) isParam(v *types.Var) bool { return v.Kind() == types.ParamVar }
