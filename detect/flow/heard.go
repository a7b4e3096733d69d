package flow

import "go/ast"

// Heard is Live for something at n that should hear the context. Where a local
// that begins with a fresh root would be chosen if it began with the caller's
// context, nothing is chosen yet: the root is to be mended first, so that it
// does not matter which of the two is looked at first.
func (p *Package) Heard(n ast.Node) (Context, *None) {
	ctx, none := p.Live(n)
	return p.unlessRooted(n, ctx, none)
}

// unlessRooted returns the answer, or that there are two contexts.
func (p *Package) unlessRooted(n ast.Node, ctx Context, none *None) (Context, *None) {
	if none != nil {
		return ctx, none
	}
	f := p.Func(n)
	q := &liveQuery{Package: p, node: n, pos: n.Pos(), facts: p.factsAt(f, n)}
	for ; f != nil; f = f.Outer {
		for _, c := range q.locals(f) {
			if c.line.kind != fromRoot || !q.isAssigned(c.v) || q.isDead(c.key()) || !q.beatsParent(f, &c) {
				continue
			}
			return Context{}, &None{Reason: "two contexts in scope: " + c.v.Name() + " begins with a fresh root, which is to be looked at first", Two: true}
		}
		if f.Wall == Keeping || f.Wall == Detached {
			break
		}
	}
	return ctx, nil
}
