package flow

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// choose picks among the parameters own and the locals of f derived from them.
func (q *liveQuery) choose(f *Func, own, locals []candidate) (Context, *None) {
	if len(own) > 1 {
		return Context{}, &None{Reason: "two contexts in scope", Two: true}
	}
	base := own[0]
	if q.isDead(base.key()) || q.facts[fact{kind: dead, a: anyContext}] {
		return Context{}, &None{Reason: base.v.Name() + " is done here", Dead: true}
	}
	best, doubt, none := q.derived(f, base, locals)
	if none != nil {
		return Context{}, none
	}
	if best == nil {
		if !q.usable(base) {
			return Context{}, &None{Reason: base.v.Name() + " is not the caller's context everywhere", Hidden: true}
		}
		if base.named() && !q.Resolves(base.v.Name(), base.v, q.pos) {
			return Context{}, &None{Reason: base.v.Name() + " is shadowed", Hidden: true}
		}
		if q.leaves && base.line.ends {
			// Have: ctx, cancel := context.WithTimeout(ctx, d); defer cancel()
			return Context{}, &None{Reason: "the result outlives " + base.v.Name() + ", which is cancelled here", Two: true}
		}
		best = &base
	}
	ctx := q.context(f, *best)
	if ctx.Doubt == "" {
		ctx.Doubt = doubt
	}
	return ctx, nil
}

// derived picks the local that beats its parent, if there is one.
func (q *liveQuery) derived(f *Func, base candidate, locals []candidate) (best *candidate, doubt string, none *None) {
	for i := range locals {
		c := &locals[i]
		if c.line.base != base.v {
			if !q.passing(c) && q.isAssigned(c.v) {
				if c.v.Name() == base.v.Name() {
					return nil, "", &None{Reason: base.v.Name() + " is shadowed", Hidden: true}
				}
				doubt = "another context, " + c.v.Name() + ", is in scope"
			}
			if q.isDead(c.key()) {
				doubt = "another context, " + c.v.Name() + ", is done here"
			}
			continue
		}
		if c.line.detached || !q.isAssigned(c.v) || q.leaves && c.line.ends {
			continue
		}
		if q.isDead(c.key()) {
			doubt = "a context derived from it, " + c.v.Name() + ", is done here"
			continue
		}
		if !q.beatsParent(f, c) {
			if c.line.how == byDeadline && q.served(c) > 1 {
				return nil, "", &None{Reason: "two contexts in scope: " + c.v.Name() + " has its own deadline", Two: true}
			}
			continue
		}
		if best != nil && !descends(c.line, best.v) && c.line.how != bySame {
			return nil, "", &None{Reason: "two contexts in scope: " + best.v.Name() + " and " + c.v.Name(), Two: true}
		}
		best = c
	}
	return best, doubt, nil
}

// passing reports whether a context that does not come from the function's
// own is no rival to it: one that is only ever a fresh root, or not used.
func (q *liveQuery) passing(c *candidate) bool {
	return c.line.kind == fromRoot || c.line.kind == fromParam || c.line.kind == fromProvider
}

// beatsParent reports whether a derived local is preferred to what it comes from.
func (q *liveQuery) beatsParent(f *Func, c *candidate) bool {
	switch c.line.how {
	case bySame, byValue, bySignal:
		return true
	case byCancel:
		return c.v.Name() == c.line.parentName() || !q.isSignal(c)
	case bySpan:
		return !q.spanEnded(c)
	case byGroup:
		return q.inGroupLiteral(f, c)
	}
	// Have: its own deadline, or a function of unknown result.
	name := c.v.Name()
	return name == c.line.parentName() || name == "ctx" && len(c.line.parents) == 0
}

// spanEnded reports whether the span that came with c is ended before the
// position, other than by a defer.
func (q *liveQuery) spanEnded(c *candidate) bool {
	for _, d := range q.definitionsOf(c.v) {
		for _, e := range operandsOf(d.node) {
			if v := typed.Var(q.Info, e); v != nil && q.endedBefore(v, d.node) {
				return true
			}
		}
	}
	return false
}

func (q *liveQuery) endedBefore(span *types.Var, from ast.Node) bool {
	ended := false
	ast.Inspect(q.Func(from).Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.DeferStmt:
			return false
		case *ast.CallExpr:
			sel, ok := ast.Unparen(n.Fun).(*ast.SelectorExpr)
			if ok && (sel.Sel.Name == "End" || sel.Sel.Name == "Finish") && typed.Var(q.Info, sel.X) == span && n.Pos() < q.pos {
				ended = q.Reachable(n, q.node)
			}
		}
		return !ended
	})
	return ended
}

// inGroupLiteral reports whether the position is inside a literal that the
// errgroup of c runs.
func (q *liveQuery) inGroupLiteral(f *Func, c *candidate) bool {
	for g := q.Func(q.node); g != f.Outer; g = g.Outer {
		call, ok := g.Site.(*ast.CallExpr)
		if !ok || !q.launches(call) {
			continue
		}
		sel := ast.Unparen(call.Fun).(*ast.SelectorExpr)
		group := keyOf(q.Info, sel.X)
		for _, d := range q.definitionsOf(c.v) {
			if slices.ContainsFunc(operandsOf(d.node), func(e ast.Expr) bool { return keyOf(q.Info, e) == group }) {
				return true
			}
		}
	}
	return false
}

// isSignal reports whether c is only asked for its Done and no call receives
// it: it tells goroutines to end.
func (q *liveQuery) isSignal(c *candidate) bool {
	asked := false
	for _, u := range q.reachVar(c.v) {
		switch u.Kind {
		case Arg:
			return false
		case Method:
			asked = true
		case Launched:
			asked = asked || u.Call == nil
		}
	}
	return asked
}

// served counts the calls that receive c.
func (q *liveQuery) served(c *candidate) int {
	n := 0
	for _, u := range q.reachVar(c.v) {
		if u.Kind == Arg {
			n++
		}
	}
	return n
}

func descends(l lineage, from *types.Var) bool { return slices.Contains(l.parents, from) }

// usable reports whether a candidate's descent lets it be chosen at all.
func (q *liveQuery) usable(c candidate) bool {
	if c.line.detached || c.line.kind != fromParam && c.line.kind != fromProvider {
		return false
	}
	return q.isAssigned(c.v) || c.origin != Derived
}

func (q *liveQuery) isAssigned(v *types.Var) bool {
	return q.facts[fact{kind: assigned, a: key{base: v}}]
}

func (q *liveQuery) isDead(k key) bool { return q.facts[fact{kind: dead, a: k}] }

func (c *candidate) key() key { return key{base: c.v, path: c.suffix} }

func (c *candidate) named() bool { return c.v.Name() != "" && c.v.Name() != "_" }

// context renders the chosen candidate.
func (q *liveQuery) context(f *Func, c candidate) Context {
	ctx := Context{Var: c.v, Origin: c.origin, Doubt: c.doubt, Deadline: c.line.deadline}
	name := c.v.Name()
	if !c.named() {
		ctx.Rename = &Rename{Func: f, List: c.list, Field: c.field, Name: q.paramName(f, c)}
		name = ctx.Rename.Name
	}
	ctx.Expr = name + c.suffix
	if c.line.unsure != "" {
		ctx.Doubt = name + " comes from " + c.line.unsure
	}
	ctx.NoDone = q.neverDone(f, c)
	return ctx
}

// paramName chooses a name for an unnamed parameter.
func (q *liveQuery) paramName(f *Func, c candidate) string {
	if c.origin == Param {
		return q.FreeName(f, "ctx", "parent", "reqCtx", "callerCtx")
	}
	switch named := typed.Named(c.v.Type()); {
	case named != nil && named.Obj().Name() == "Request":
		return q.FreeName(f, "r", "req", "request")
	case named != nil && named.Obj().Name() == "Command":
		return q.FreeName(f, "cmd", "command")
	case isServerStreamName(c.v.Type()):
		return q.FreeName(f, "stream", "srv")
	}
	return q.FreeName(f, "c", "reqCtx", "request")
}

func isServerStreamName(t types.Type) bool {
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, "SetTrailer")
	return obj != nil
}

// neverDone reports whether c is a parameter of a literal whose argument is
// a root, detached, or of unknown origin.
func (q *liveQuery) neverDone(f *Func, c candidate) bool {
	if f.args == nil {
		return false
	}
	i := slices.IndexFunc(varsOf(f.Sig.Params()), func(v *types.Var) bool { return v == c.v })
	if i < 0 || i >= len(f.args.Args) {
		return false
	}
	l := q.lineageOf(f.args.Args[i])
	return l.detached || l.kind == fromRoot || l.kind == fromUnknown
}

func varsOf(t *types.Tuple) []*types.Var {
	vars := make([]*types.Var, t.Len())
	for i := range vars {
		vars[i] = t.At(i)
	}
	return vars
}
