package detect

import (
	"fmt"
	"go/ast"
	"slices"

	"github.com/ctxfix/ctxfix/detect/flow"
)

// A deafPlace is a statement that waits and does not hear its context.
type deafPlace struct {
	ctx  flow.Context
	none *flow.None // two contexts are in scope; or nil
}

// deaf returns the context that the statement, which waits, should hear. It
// is false, and the reason is noted where there is one to tell, when
//   - there is no context, it is done already, or may never be done;
//   - it stands in a goroutine nobody waits for that does not use it;
//   - it is deferred, in work that several callers share, where the program
//     starts, behind a service that has ended, or a comment says that it is
//     meant;
//   - it stands in a goroutine that a starter leaves behind.
func (p *Pass) deaf(stmt ast.Stmt) (deafPlace, bool) {
	ctx, none := p.Flow.Heard(stmt)
	switch {
	case none == nil:
	case none.Two:
		return deafPlace{none: none}, true
	case none.Dead:
		p.Keep(stmt, flow.RegionDead)
		return deafPlace{}, false
	case none.Detached:
		p.KeepBecause(stmt, flow.NoRegion, "a detached goroutine that does not use the context")
		return deafPlace{}, false
	default:
		return deafPlace{}, false
	}
	// Have: a live context.
	if ctx.NoDone {
		p.KeepBecause(stmt, flow.NoRegion, "the context may be one that is never done")
		return deafPlace{}, false
	}
	switch region := p.Flow.Region(stmt); region {
	case flow.RegionDead, flow.RegionDeferred, flow.RegionShared, flow.RegionProgram, flow.RegionAfterServe, flow.RegionSaid:
		p.Keep(stmt, region)
		return deafPlace{}, false
	case flow.RegionStarter:
		if p.Flow.Launched(stmt) {
			p.Keep(stmt, region)
			return deafPlace{}, false
		}
	}
	return deafPlace{ctx: ctx}, true
}

// leaving returns how the function is left at stmt because ctx is done, and
// lowers the finding to what that allows. A function that returns nil where
// its context is done does so here, too.
func (p *Pass) leaving(f *Finding, stmt ast.Stmt, ctx flow.Context) flow.Exit {
	exit := p.Flow.Exit(stmt, ctx)
	if exit.Refuse != "" {
		f.Lower(Manual, exit.Refuse)
		return exit
	}
	if fn := p.Flow.Func(stmt); p.Flow.CleansUp(fn) && p.Flow.Skips(stmt) {
		f.Lower(Manual, fn.Name()+" cleans up: an early return would skip what is left of it")
		return exit
	}
	told := true
	if ret, where := p.Flow.SucceedsWhenDone(p.Flow.Func(stmt)); len(where) > 0 && exit.Break == nil {
		if told = false; ret == "" {
			f.Lower(Unsafe, "elsewhere the function returns nil when the context is done")
		} else {
			exit.Stmts, exit.Err, exit.Imports = []string{ret}, "", nil
			for _, n := range where {
				f.Reads = append(f.Reads, SpanOf(n))
			}
		}
	}
	for _, doubt := range []string{ctx.Doubt, exit.Doubt, p.leavingDoubt(stmt, ctx, told)} {
		if doubt != "" {
			f.Lower(Unsafe, doubt)
		}
	}
	for _, n := range exit.Touches() {
		f.Touches = append(f.Touches, SpanOf(n))
	}
	if r := ctx.Rename; r != nil {
		f.Touches = append(f.Touches, SpanOf(r.List))
	}
	return exit
}

// leavingDoubt says whom leaving at stmt may surprise, or "". told says that
// a caller is told by an error, if the function returns one.
func (p *Pass) leavingDoubt(stmt ast.Stmt, ctx flow.Context, told bool) string {
	fn := p.Flow.Func(stmt)
	switch {
	case (fn.Sig.Results().Len() == 0 || !told) && p.Flow.Skips(stmt):
		return "the return skips what follows"
	case fn.Sig.Results().Len() == 0 && fn.Wall == flow.Called:
		return "the return leaves the function literal; the function around it goes on"
	case p.Flow.MaybeDone(stmt, ctx):
		return ctx.Expr + " may be done already, and the code before goes on all the same"
	}
	return ""
}

// newNames are the names that the fixes of one pass introduce, by the
// outermost function they stand in.
type newNames map[*flow.Func][]string

// pick returns the first of names that is free in the function of n and that
// no other fix has picked there.
func (taken newNames) pick(p *Pass, n ast.Node, names ...string) string {
	fn := p.Flow.Func(n).Outermost()
	left := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return slices.Contains(taken[fn], name) })
	if len(left) == 0 {
		left = []string{fmt.Sprint(names[0], len(taken[fn]))}
	}
	name := p.Flow.FreeName(fn, left...)
	taken[fn] = append(taken[fn], name)
	return name
}
