package flow

import (
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"strings"

	"golang.org/x/tools/go/cfg"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// A fact holds on every path to a point.
type fact struct {
	kind factKind
	a, b key
}

type factKind uint8

const (
	assigned factKind = iota // a has a value
	dead                     // context a is done
	doneBy                   // context a is done since what ending b's path says
	served                   // a service has run to its end, or a signal has come
	errOf                    // variable a holds the Err of context b
	cancels                  // calling a cancels context b
	groups                   // waiting for group a ends context b
)

type facts map[fact]bool

// meet keeps what also holds in other and reports whether anything went.
func (s facts) meet(other facts) bool {
	n := len(s)
	maps.DeleteFunc(s, func(f fact, _ bool) bool { return !other[f] })
	return len(s) != n
}

// forget drops what is known of a variable that gets a new value, and of the
// elements that it is the index of.
func (s facts) forget(v types.Object) {
	index := indexBy(v)
	names := func(x key) bool { return x.base == v || strings.Contains(x.path, index) }
	maps.DeleteFunc(s, func(f fact, _ bool) bool { return names(f.a) || names(f.b) })
}

// forgetPart drops what is known of a field or element that gets a new value,
// and of all that is reached through it.
func (s facts) forgetPart(k key) {
	within := func(x key) bool { return x.base == k.base && strings.HasPrefix(x.path, k.path) }
	maps.DeleteFunc(s, func(f fact, _ bool) bool { return within(f.a) || within(f.b) })
}

// leave drops what can be asked through a variable alone that is not in scope at
// pos: a long function has many. That a context is done may matter to others,
// which derive from it.
func (s facts) leave(pos token.Pos) {
	maps.DeleteFunc(s, func(f fact, _ bool) bool {
		v, ok := f.a.base.(*types.Var)
		return ok && f.kind != dead && f.kind != doneBy && v.Parent() != nil && !v.Parent().Contains(pos) && v.Parent() != v.Pkg().Scope()
	})
}

func (s facts) kill(ctx key, by ending) {
	if ctx.valid() {
		s[fact{kind: dead, a: ctx}] = true
		s[fact{doneBy, ctx, key{path: string(by)}}] = true
	}
}

// transfer applies what node n does to the facts.
func (p *Package) transfer(f *Func, g *graph, n ast.Node, s facts) {
	var waited ast.Expr // the channel that a case of a select receives from: nothing has come yet
	if g.comm[n] {
		waited = received(n.(ast.Stmt))
	}
	calls(n, func(call *ast.CallExpr) { p.transferCall(f, call, s) })
	receives(n, func(u *ast.UnaryExpr) {
		if u.X != waited {
			p.received(u.X, s)
		}
	})
	if g.comm[n] {
		return
	}
	switch n := n.(type) {
	case *ast.AssignStmt:
		p.transferAssign(n.Lhs, n.Rhs, s)
	case *ast.ValueSpec:
		p.transferAssign(identExprs(n.Names), n.Values, s)
	case *ast.IncDecStmt:
		p.transferAssign([]ast.Expr{n.X}, nil, s)
	}
}

// received notes that a receive from ch has happened.
func (p *Package) received(ch ast.Expr, s facts) {
	if ctx := p.DoneOf(ch); ctx != nil {
		k := orAny(keyOf(p.Info, ctx))
		if v := typed.Var(p.Info, ctx); v != nil && p.doneCall(ch) == nil && len(p.Assigned(v, nil)) > 0 {
			k = anyContext // Have: done := ctx.Done() of what ctx held then
		}
		s.kill(k, byDone)
		return
	}
	if isSignalChan(p.Info.TypeOf(ch)) {
		s[fact{kind: served}] = true
	}
}

func orAny(k key) key {
	if k.valid() {
		return k
	}
	return anyContext
}

// isSignalChan reports whether t is a channel of os.Signal.
func isSignalChan(t types.Type) bool {
	return isChan(t) && typed.Is(t.Underlying().(*types.Chan).Elem(), "os", "Signal")
}

// transferCall notes cancellations, waits for groups, and services that end.
func (p *Package) transferCall(f *Func, call *ast.CallExpr, s facts) {
	ends, by := keyOf(p.Info, call.Fun), byOwnCancel
	if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok && sel.Sel.Name == "Wait" {
		ends, by = keyOf(p.Info, sel.X), byGroupWait
	}
	for fc := range s {
		if fc.a == ends {
			s.kill(fc.b, by) // what is called or waited for ends a context, or the fact is about one key
		}
	}
	if p.endsService(call) {
		s[fact{kind: served}] = true
	}
}

// endsService reports whether call blocks until a service has ended.
func (p *Package) endsService(call *ast.CallExpr) bool {
	if !blockingServices[typed.CalleeName(call)] {
		return false
	}
	fn := typed.Callee(p.Info, call)
	if fn == nil {
		return false
	}
	switch fn.Pkg().Path() {
	case "errors", "os/exec", "sync", "testing/synctest", "golang.org/x/sync/errgroup", "golang.org/x/time/rate":
		return false
	}
	// A Join that joins values, a Run that runs one thing: only calls
	// whose result, if any, is an error end a service.
	res := fn.Signature().Results()
	return res.Len() == 0 || res.Len() == 1 && typed.IsError(res.At(0).Type())
}

func (p *Package) transferAssign(lhs, rhs []ast.Expr, s facts) {
	for _, l := range lhs {
		if v := typed.Var(p.Info, l); v != nil {
			s.forget(v)
			if len(rhs) > 0 {
				s[fact{kind: assigned, a: key{base: v}}] = true
			}
		} else if k := keyOf(p.Info, l); k.valid() {
			s.forgetPart(k)
		}
	}
	if len(rhs) == 1 {
		p.transferDerive(lhs, rhs[0], s)
	}
	for i, r := range rhs[:min(len(lhs), len(rhs))] {
		if ctx, k := p.errSource(r), keyOf(p.Info, lhs[i]); ctx != nil && k.valid() {
			s[fact{errOf, k, orAny(keyOf(p.Info, ctx))}] = true
		}
	}
}

// transferDerive remembers which cancel func and which group end a context.
func (p *Package) transferDerive(lhs []ast.Expr, rhs ast.Expr, s facts) {
	call, ok := ast.Unparen(rhs).(*ast.CallExpr)
	if !ok || len(lhs) != 2 {
		return
	}
	d, _ := p.derivation(call)
	a, b := keyOf(p.Info, lhs[1-d.result]), keyOf(p.Info, lhs[d.result])
	if !a.valid() {
		return
	}
	switch {
	case d.how == byGroup:
		s[fact{groups, a, b}] = true
	case d.cancel:
		s[fact{cancels, a, b}] = true
	}
}

// errSource returns the context whose Err or Cause e is, or nil.
func (p *Package) errSource(e ast.Expr) ast.Expr {
	if x := p.contextOf(e, "Err"); x != nil {
		return x
	}
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if ok && len(call.Args) == 1 && typed.IsFunc(typed.Callee(p.Info, call), "context", "Cause") {
		return call.Args[0]
	}
	return nil
}

// alongEdge adds what is known when the condition at the end of b was true
// (edge 0) or false (edge 1).
func (p *Package) alongEdge(b *cfg.Block, edge int, s facts) {
	if len(b.Succs) != 2 || len(b.Nodes) == 0 {
		return
	}
	cond, _ := b.Nodes[len(b.Nodes)-1].(ast.Expr)
	if b.Succs[0].Kind == cfg.KindSwitchCaseBody {
		if tag := p.tagOf(b.Succs[0].Stmt.(*ast.CaseClause)); tag != nil {
			p.assumeEqual(tag, cond, edge == 0, s)
			return
		}
	}
	p.assume(cond, edge == 0, s)
}

// assume adds what follows from cond being truth.
func (p *Package) assume(cond ast.Expr, truth bool, s facts) {
	switch c := ast.Unparen(cond).(type) {
	case *ast.UnaryExpr:
		if c.Op == token.NOT {
			p.assume(c.X, !truth, s)
		}
	case *ast.BinaryExpr:
		switch {
		case c.Op == token.LAND && truth, c.Op == token.LOR && !truth:
			p.assume(c.X, truth, s)
			p.assume(c.Y, truth, s)
		case c.Op == token.EQL:
			p.assumeEqual(c.X, c.Y, truth, s)
		case c.Op == token.NEQ:
			p.assumeEqual(c.X, c.Y, !truth, s)
		}
	case *ast.CallExpr:
		if truth && len(c.Args) == 2 && typed.IsFunc(typed.Callee(p.Info, c), "errors", "Is") && p.isDoneError(c.Args[1]) {
			s.kill(p.errKey(c.Args[0], s), byErr)
		}
	}
}

// assumeEqual adds what follows from x == y being truth.
func (p *Package) assumeEqual(x, y ast.Expr, truth bool, s facts) {
	if isNil(p.Info, x) || p.isDoneError(x) {
		x, y = y, x
	}
	switch {
	case isNil(p.Info, y) && !truth:
		if k := p.errKey(x, s); k != anyContext {
			s.kill(k, byErr)
		}
	case p.isDoneError(y) && truth:
		s.kill(p.errKey(x, s), byErr)
	}
}

// errKey returns the context whose Err e is; anyContext if that is not known.
func (p *Package) errKey(e ast.Expr, s facts) key {
	if ctx := p.errSource(e); ctx != nil {
		return orAny(keyOf(p.Info, ctx))
	}
	k := keyOf(p.Info, e)
	for fc := range s {
		if fc.kind == errOf && fc.a == k {
			return fc.b
		}
	}
	return anyContext
}

// isDoneError reports whether e is context.Canceled or context.DeadlineExceeded.
func (p *Package) isDoneError(e ast.Expr) bool {
	var id *ast.Ident
	switch e := ast.Unparen(e).(type) {
	case *ast.SelectorExpr:
		id = e.Sel
	case *ast.Ident:
		id = e
	default:
		return false
	}
	obj := p.Info.Uses[id]
	if obj == nil || obj.Pkg() == nil || obj.Pkg().Path() != "context" {
		return false
	}
	return obj.Name() == "Canceled" || obj.Name() == "DeadlineExceeded"
}

func isNil(info *types.Info, e ast.Expr) bool { return info.Types[ast.Unparen(e)].IsNil() }

// enter adds what entering block b means: a select has chosen its case, a
// range statement has set its variables.
func (p *Package) enter(b *cfg.Block, s facts) {
	switch b.Kind {
	case cfg.KindSelectCaseBody:
		comm := b.Stmt.(*ast.CommClause).Comm
		if ch := received(comm); ch != nil {
			p.received(ch, s)
		}
		if assign, ok := comm.(*ast.AssignStmt); ok {
			p.transferAssign(assign.Lhs, assign.Rhs, s)
		}
	case cfg.KindRangeBody:
		loop := b.Stmt.(*ast.RangeStmt)
		p.transferAssign([]ast.Expr{loop.Key, loop.Value}, []ast.Expr{loop.X}, s)
	}
}

// received returns the channel a comm statement receives from, or nil.
func received(comm ast.Stmt) ast.Expr {
	var e ast.Expr
	switch c := comm.(type) {
	case *ast.ExprStmt:
		e = c.X
	case *ast.AssignStmt:
		if len(c.Rhs) == 1 {
			e = c.Rhs[0]
		}
	}
	if u, ok := ast.Unparen(e).(*ast.UnaryExpr); ok {
		return u.X // with no other operator
	}
	return nil
}
