package flow

import (
	"cmp"
	"go/ast"
	"slices"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// givenToEnd reports whether the goroutine f, which nobody waits for, outlives
// the context that it is given as an argument, and only looks at it. One that
// works under it already needs another one itself.
func (q *liveQuery) givenToEnd(f *Func, c candidate) bool {
	if f.args == nil {
		return false
	}
	for i, arg := range f.args.Args {
		if paramAt(q.Info, f.Type, i) == c.v {
			uses := q.mentions(f, Context{Expr: c.v.Name() + c.suffix, Var: c.v})
			return !q.hearsEndOf(uses) && !q.worksUnder(uses) && q.endsOutside(f, arg) != ""
		}
	}
	return false
}

// outlived says what ends the context that the goroutine f uses, where that is
// the return of the function that launches it. Whoever uses it there all the
// same, for its values or by mistake, does not say that all the goroutine does
// is to end with it. "" if nothing does, or if the goroutine asks for its end.
func (p *Package) outlived(f *Func, uses []ast.Expr) string {
	if p.hearsEndOf(uses) {
		return ""
	}
	return p.endsOutside(f, uses[0])
}

// hearsEndOf reports whether one of the uses of a context asks for its end.
func (p *Package) hearsEndOf(uses []ast.Expr) bool {
	return slices.ContainsFunc(uses, func(e ast.Expr) bool { return slices.ContainsFunc(p.Reach(e), p.hearsEnd) })
}

// worksUnder reports whether a call is given one of the uses of a context for
// more than a look.
func (p *Package) worksUnder(uses []ast.Expr) bool {
	return slices.ContainsFunc(uses, func(e ast.Expr) bool {
		return slices.ContainsFunc(p.Reach(e), func(u Use) bool {
			return u.Kind == Arg && !u.Detached && !p.IsDetached(u.Node) && !p.OnlyLooks(u.Call, u.Node)
		})
	})
}

// endsOutside says what ends the context or request e when a function around
// the goroutine f returns.
func (p *Package) endsOutside(f *Func, e ast.Expr) string {
	for outer := f.Outer; outer != nil; outer = outer.Outer {
		if ends := cmp.Or(p.EndsAtReturn(outer, e, f.Site), p.RequestEnds(outer, e)); ends != "" {
			return ends
		}
	}
	return ""
}

// hearsEnd reports whether a use of a context asks whether it is done, or
// waits for that.
func (p *Package) hearsEnd(u Use) bool {
	switch u.Kind {
	case Method:
		return slices.Contains([]string{"Done", "Err"}, typed.CalleeName(u.Call))
	case Arg:
		return p.WaitsForDone(u.Call, u.Node)
	}
	return false
}
