package flow

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// A Sleeper is a function that waits for a time or the end of a context,
// whichever comes first.
type Sleeper struct {
	Func *types.Func
	Test SleeperTest
}

// SleeperTest is how a caller of a Sleeper sees that the context has ended.
type SleeperTest uint8

const (
	ByError SleeperTest = iota // the result is not nil
	ByFalse                    // the result is false
	ByTrue                     // the result is true
)

// SleeperOf returns what decl declares as a Sleeper, provided:
//   - it is a function func(context.Context, time.Duration), without type
//     parameters, whose one result is an error or a bool;
//   - its body has one select, of two cases: on the Done of its context, and
//     on a timer that is made of its duration;
//   - the case on Done returns an error that is not the literal nil, or a
//     constant; the other case, there or at the end of the body, nil or the
//     other constant.
func SleeperOf(info *types.Info, decl *ast.FuncDecl) (Sleeper, bool) {
	fn := info.Defs[decl.Name].(*types.Func)
	if decl.Body == nil || !sleeperSignature(fn.Signature()) {
		return Sleeper{}, false
	}
	params := fn.Signature().Params()
	sel := onlySelect(decl.Body)
	if sel == nil || len(sel.Body.List) != 2 || !startsTimer(info, decl.Body, params.At(1)) || !onlyWaits(info, decl) {
		return Sleeper{}, false
	}
	// Have: func f(ctx context.Context, d time.Duration) R { … select { case …: case …: } … }
	var ended, slept ast.Expr
	for _, c := range sel.Body.List {
		clause := c.(*ast.CommClause)
		ch, sends := Comm(clause)
		switch {
		case sends:
			return Sleeper{}, false
		case isDoneCall(info, ch, params.At(0)):
			ended = returned(clause.Body)
		case isTimes(info.TypeOf(ch)):
			if slept = returned(clause.Body); len(clause.Body) == 0 {
				slept = returned(decl.Body.List)
			}
		}
	}
	if ended == nil {
		return Sleeper{}, false
	}
	// Have: case <-ctx.Done(): return ended, case <-timer: return slept
	if typed.IsError(fn.Signature().Results().At(0).Type()) {
		return Sleeper{fn, ByError}, !isNil(info, ended) && isNil(info, slept)
	}
	e, s := info.Types[ended].Value, info.Types[slept].Value
	if e == nil || s == nil || constant.BoolVal(e) == constant.BoolVal(s) {
		return Sleeper{}, false
	}
	if constant.BoolVal(e) {
		return Sleeper{fn, ByTrue}, true
	}
	return Sleeper{fn, ByFalse}, true
}

// MaySleep reports whether a function that the package exports has the signature
// of a [Sleeper].
func MaySleep(pkg *types.Package) bool {
	return slices.ContainsFunc(pkg.Scope().Names(), func(name string) bool {
		fn, ok := pkg.Scope().Lookup(name).(*types.Func)
		return ok && fn.Exported() && sleeperSignature(fn.Signature())
	})
}

// sleeperSignature reports whether sig is one of a Sleeper.
func sleeperSignature(sig *types.Signature) bool {
	if sig.Recv() != nil || sig.TypeParams().Len() > 0 || sig.Params().Len() != 2 || sig.Results().Len() != 1 {
		return false
	}
	result := sig.Results().At(0).Type()
	return typed.Is(sig.Params().At(0).Type(), "context", "Context") &&
		typed.Is(sig.Params().At(1).Type(), "time", "Duration") &&
		(typed.IsError(result) || types.Identical(result, types.Typ[types.Bool]))
}

// onlySelect returns the one select of the body if it stands in no loop and
// no literal.
func onlySelect(body *ast.BlockStmt) *ast.SelectStmt {
	var only *ast.SelectStmt
	n := 0
	ast.Inspect(body, func(m ast.Node) bool {
		switch m := m.(type) {
		case *ast.FuncLit, *ast.ForStmt, *ast.RangeStmt, *ast.GoStmt:
			n += 2 // Nope: it does more than wait once
			return false
		case *ast.BranchStmt:
			n += 2
		case *ast.SelectStmt:
			only = m
			n++
		}
		return true
	})
	if n != 1 {
		return nil
	}
	return only
}

// startsTimer reports whether the body makes a timer of d, and never assigns d.
func startsTimer(info *types.Info, body *ast.BlockStmt, d *types.Var) bool {
	starts, assigns := false, false
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if typed.IsFunc(typed.Callee(info, n), "time", "After", "NewTimer") {
				starts = starts || typed.Var(info, n.Args[0]) == d
			}
		case *ast.AssignStmt:
			for _, l := range n.Lhs {
				assigns = assigns || typed.Var(info, l) == d
			}
		case *ast.IncDecStmt:
			assigns = assigns || typed.Var(info, n.X) == d
		case *ast.UnaryExpr:
			assigns = assigns || n.Op == token.AND && typed.Var(info, n.X) == d
		}
		return true
	})
	return starts && !assigns
}

// onlyWaits reports whether the function does nothing that is seen when it is
// over but to wait: it calls only what handles timers, asks the context and
// makes errors, waits for nothing but these, and changes variables of its own.
func onlyWaits(info *types.Info, decl *ast.FuncDecl) bool {
	only := true
	own := func(e ast.Expr) bool {
		v := typed.Var(info, e)
		return v != nil && decl.Pos() <= v.Pos() && v.Pos() < decl.End()
	}
	ast.Inspect(decl.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			only = only && (info.Types[n.Fun].IsType() || servesWait(typed.Callee(info, n)))
		case *ast.SendStmt:
			only = false
		case *ast.UnaryExpr:
			_, asks := ast.Unparen(n.X).(*ast.CallExpr) // Done, or it is found above
			only = only && (n.Op != token.ARROW || asks || isTimes(info.TypeOf(n.X)))
		case *ast.AssignStmt:
			for _, l := range n.Lhs {
				only = only && (own(l) || isBlank(l))
			}
		case *ast.IncDecStmt:
			only = only && own(n.X)
		}
		return only
	})
	return only
}

// servesWait reports whether fn does nothing but to handle times and timers,
// to ask a context, or to make an error.
func servesWait(fn *types.Func) bool {
	switch {
	case typed.IsFunc(fn, "time", "Sleep", "AfterFunc"):
		return false
	case typed.IsFunc(fn, "time"), typed.IsMethod(fn, "time", "Timer"), typed.IsMethod(fn, "time", "Time"), typed.IsMethod(fn, "time", "Duration"):
		return true
	case typed.IsMethod(fn, "context", "Context"), typed.IsFunc(fn, "context", "Cause"):
		return true
	}
	return typed.IsFunc(fn, "errors") || typed.IsFunc(fn, "fmt", "Errorf")
}

// isDoneCall reports whether e is the Done of ctx: no other method of a context
// gives a channel.
func isDoneCall(info *types.Info, e ast.Expr, ctx *types.Var) bool {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok {
		return false
	}
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	return ok && typed.Var(info, sel.X) == ctx
}

// isTimes reports whether t is a channel of times.
func isTimes(t types.Type) bool {
	if t == nil {
		return false
	}
	ch, ok := t.Underlying().(*types.Chan)
	return ok && typed.Is(ch.Elem(), "time", "Time")
}

// returned returns the one result that the list ends with returning, or nil.
func returned(list []ast.Stmt) ast.Expr {
	if len(list) == 0 {
		return nil
	}
	ret, ok := list[len(list)-1].(*ast.ReturnStmt)
	if !ok || len(ret.Results) != 1 {
		return nil
	}
	return ret.Results[0]
}

// sleeps reports whether the select waits for times and contexts alone: it is
// a sleep, mended or as it should be, and says nothing of the waits around it.
func (p *Package) sleeps(sel *ast.SelectStmt) bool {
	times := false
	for _, c := range sel.Body.List {
		ch, sends := Comm(c.(*ast.CommClause))
		switch {
		case sends:
			return false
		case isTimes(p.Info.TypeOf(ch)):
			times = true
		case p.DoneOf(ch) == nil:
			return false
		}
	}
	return times
}
