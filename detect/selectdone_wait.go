package detect

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/typed"
)

// keep notes why the select is right as it stands.
func (s *doneSelect) keep(region flow.Region, because string) {
	if f := s.Package.FileOf(s.stmt.Pos()); f != nil {
		s.Kept = append(s.Kept, Kept{s.Rule, f, SpanOf(s.stmt), region, because})
	}
}

// rightToWait reports, and notes, that the select need not hear the context.
func (s *doneSelect) rightToWait() bool {
	region := s.Flow.Region(s.stmt)
	switch region {
	case flow.RegionDead, flow.RegionDeferred, flow.RegionShared, flow.RegionProgram,
		flow.RegionAfterServe, flow.RegionSaid:
		s.keep(region, region.Reason())
		return true
	case flow.RegionStarter:
		// The start itself may well be given up; what it launches may not.
		if s.launched() {
			s.keep(region, region.Reason())
			return true
		}
	}
	for _, ask := range []func() string{s.neverDone, s.maybeDone, s.fedUnderContext, s.fedByCopy, s.watchedElsewhere, s.polledInLoop} {
		if why := ask(); why != "" {
			s.keep(flow.NoRegion, why)
			return true
		}
	}
	return false
}

func (s *doneSelect) neverDone() string {
	if s.ctx.NoDone {
		return "the context may be one that is never done"
	}
	return ""
}

// maybeDone says that on some way to the select its context was seen done: it
// waits for the end of a shutdown.
func (s *doneSelect) maybeDone() string {
	done := false
	ast.Inspect(s.fn.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.CommClause:
			ch, _ := flow.Comm(n)
			if done || ch == nil || contains(n, s.stmt) || !s.doneOfBound(ch) {
				return !done
			}
			var from ast.Node = n.Comm
			if len(n.Body) > 0 {
				from = n.Body[len(n.Body)-1]
			}
			done = s.reaches(from, s.stmt)
		}
		return !done
	})
	if done {
		return "on a way to it the context is done already"
	}
	return ""
}

// doneOfBound reports whether ch is the Done of a context of the function.
func (s *doneSelect) doneOfBound(ch ast.Expr) bool {
	ctx := s.Flow.DoneOf(ch)
	return ctx != nil && s.mentions(s.bound, ctx, false)
}

// launched reports whether the select stands in a goroutine of the function
// declaration around it.
func (s *doneSelect) launched() bool {
	for f := s.fn; f != nil; f = f.Outer {
		if lit, ok := f.Node.(*ast.FuncLit); ok && s.Flow.LaunchOf(lit) != nil {
			return true
		}
	}
	return false
}

// fedUnderContext says whether everything received comes from goroutines,
// launched here, or from calls that use this context.
func (s *doneSelect) fedUnderContext() string {
	fed := false
	for _, c := range s.cases {
		if !c.sends && c.channel.Ticks() {
			continue
		}
		if c.sends || !s.fedBound(c) {
			return ""
		}
		fed = true
	}
	if !fed {
		return ""
	}
	return "what it waits for is fed under the same context, and ends with it"
}

func (s *doneSelect) fedBound(c selectCase) bool {
	if s.fromBound(c.expr) {
		return true
	}
	ch := c.channel
	if ch.Kind != flow.LocalChannel {
		return false
	}
	feeds := 0
	for _, src := range ch.Sources {
		if !s.mentions(s.bound, src, false) {
			return false
		}
		feeds++
	}
	for _, ops := range [][]flow.ChannelOp{ch.Sends, ch.Closes} {
		for _, op := range ops {
			if op.Launch == nil || !s.mentions(s.bound, op.Launch, true) {
				return false
			}
			feeds++
		}
	}
	for _, e := range ch.Escapes {
		if e.Call == nil || !s.mentions(s.bound, e.Call, true) && (e.Launch == nil || !s.mentions(s.bound, e.Launch, true)) {
			return false
		}
		feeds++
	}
	return feeds > 0
}

// fedByCopy says whether a goroutine behind a case copies between streams:
// it ends when one of them is closed.
func (s *doneSelect) fedByCopy() string {
	for _, lit := range s.feederLiterals() {
		copies := false
		ast.Inspect(lit, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				copies = copies || typed.IsFunc(typed.Callee(s.Package.Info, call), "io", "Copy", "CopyBuffer", "CopyN")
			}
			return !copies
		})
		if copies {
			return "it waits for a copy between streams, which ends when they are closed"
		}
	}
	return ""
}

// feederLiterals returns the literals of goroutines that send on, or close, a
// channel the select receives from.
func (s *doneSelect) feederLiterals() []*ast.FuncLit {
	var lits []*ast.FuncLit
	for _, c := range s.cases {
		if c.sends || c.channel.Kind != flow.LocalChannel {
			continue
		}
		for _, ops := range [][]flow.ChannelOp{c.channel.Sends, c.channel.Closes} {
			for _, op := range ops {
				if lit := s.outermostLiteral(op); lit != nil && !slices.Contains(lits, lit) {
					lits = append(lits, lit)
				}
			}
		}
	}
	return lits
}

// outermostLiteral returns the outermost literal around a launched operation
// that the select does not stand in.
func (s *doneSelect) outermostLiteral(op flow.ChannelOp) (lit *ast.FuncLit) {
	if op.Launch == nil {
		return nil
	}
	for f := s.Flow.FuncOf(op.Func); f != nil && !contains(f.Node, s.stmt); f = f.Outer {
		lit, _ = f.Node.(*ast.FuncLit)
	}
	return lit
}

func contains(outer, inner ast.Node) bool {
	return outer.Pos() <= inner.Pos() && inner.End() <= outer.End()
}

// watchedElsewhere says whether another goroutine of the function waits for
// the context and then does something: closes the connection read from.
func (s *doneSelect) watchedElsewhere() string {
	const why = "another goroutine here acts when the context is done"
	watched := false
	ast.Inspect(s.fn.Outermost().Node, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			if !contains(n, s.stmt) && s.Flow.LaunchOf(n) != nil {
				watched = watched || s.watches(n.Body)
			}
		case *ast.CallExpr:
			watched = watched || len(n.Args) > 0 && s.isWatcher(n) && s.mentions(s.bound, n.Args[0], false)
		}
		return !watched
	})
	if watched {
		return why
	}
	return ""
}

// isWatcher reports whether call hands its first argument to a function that
// acts when it is done: context.AfterFunc, or as a statement w.Watch(ctx),
// go watchCancel(ctx, conn).
func (s *doneSelect) isWatcher(call *ast.CallExpr) bool {
	if typed.IsFunc(typed.Callee(s.Package.Info, call), "context", "AfterFunc") {
		return true
	}
	switch s.Flow.Parent(call).(type) {
	case *ast.ExprStmt, *ast.GoStmt:
		return strings.HasPrefix(strings.ToLower(typed.CalleeName(call)), "watch")
	}
	return false
}

// watches reports whether the body waits for a bound context by a statement
// of its own, or in a case that goes on to call a method.
func (s *doneSelect) watches(body *ast.BlockStmt) bool {
	found := false
	ast.Inspect(body, func(n ast.Node) bool {
		u, ok := n.(*ast.UnaryExpr)
		if !ok || u.Op != token.ARROW || found {
			return !found
		}
		if !s.doneOfBound(u.X) {
			return true
		}
		stmt := s.Flow.Parent(u)
		clause, ok := s.Flow.Parent(stmt).(*ast.CommClause)
		found = !ok || ast.Node(clause.Comm) != stmt || s.callsMethod(clause.Body)
		return !found
	})
	return found
}

func (s *doneSelect) callsMethod(body []ast.Stmt) bool {
	found := false
	for _, stmt := range body {
		if _, ok := stmt.(*ast.ReturnStmt); ok {
			continue
		}
		ast.Inspect(stmt, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				fn := typed.Callee(s.Package.Info, call)
				found = found || fn != nil && fn.Signature().Recv() != nil && fn.Name() != "Err" && fn.Name() != "Done"
			}
			return !found
		})
	}
	return found
}

// polledInLoop says whether the loop around the select looks at the context
// and a timer bounds each wait.
func (s *doneSelect) polledInLoop() string {
	ticks := false
	for _, c := range s.cases {
		ticks = ticks || !c.sends && c.channel.Ticks()
	}
	loop := s.loop()
	if !ticks || loop == nil {
		return ""
	}
	looks := false
	ast.Inspect(loop, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.CallExpr:
			sel, ok := n.Fun.(*ast.SelectorExpr)
			looks = looks || ok && (sel.Sel.Name == "Err" || sel.Sel.Name == "Done") &&
				typed.IsContext(s.Package.Info.TypeOf(sel.X)) && s.mentions(s.bound, sel.X, false)
		}
		return !looks
	})
	if looks {
		return "the loop looks at the context between waits that a timer bounds"
	}
	return ""
}

// loop returns the innermost loop of the function that the select stands in.
func (s *doneSelect) loop() ast.Stmt {
	for n := s.Flow.Parent(s.stmt); n != nil && n != s.fn.Node; n = s.Flow.Parent(n) {
		switch n := n.(type) {
		case *ast.ForStmt:
			return n
		case *ast.RangeStmt:
			return n
		}
	}
	return nil
}
