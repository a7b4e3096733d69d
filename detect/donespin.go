package detect

import (
	_ "embed"
	"go/ast"
	"go/token"
	"go/types"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/typed"
)

//go:embed donespin.md
var doneSpinPage string

// doneSpinRule finds loops that go on after a case has seen that the context
// is done.
var doneSpinRule = &Rule{
	Name:   "donespin",
	Doc:    "a case on the context's Done that does not leave its loop",
	Page:   doneSpinPage,
	Preset: Recommended,
	Best:   Safe,
	Find:   findDoneSpin,
}

// DoneSpin makes Clause, a case on the Done of a context, leave its loop.
type DoneSpin struct {
	Clause *ast.CommClause
	Jump   *ast.BranchStmt // the break or continue that the exit replaces, or nil
	Exit   flow.Exit
}

func (*DoneSpin) evidence() {}

// A spin is a case on the Done of a context in a loop that it does not leave.
type spin struct {
	*Pass
	sel    *ast.SelectStmt
	clause *ast.CommClause
	ctx    ast.Expr        // the context
	jump   *ast.BranchStmt // the last statement, a break or continue, or nil
	turn   flow.Turn
}

// findDoneSpin reports a case on the Done of a context, provided:
//   - its body is empty or only writes log lines, and at most breaks out of
//     the select or continues the loop;
//   - the select is reached again from there, by the loop around it;
//   - the context exists outside that loop, and nothing on the way looks at
//     it, hands it on or makes it anew;
//   - it ends in break, which says that the loop was to be left, or else the
//     way to the next turn neither leaves the loop nor waits for anything.
func findDoneSpin(p *Pass) []Finding {
	var findings []Finding
	for sel := range Each[*ast.SelectStmt](p) {
		for _, c := range sel.Body.List {
			if f, ok := p.doneSpin(sel, c.(*ast.CommClause)); ok {
				findings = append(findings, f)
			}
		}
	}
	return findings
}

func (p *Pass) doneSpin(sel *ast.SelectStmt, clause *ast.CommClause) (Finding, bool) {
	ch, sends := flow.Comm(clause)
	if ch == nil || sends {
		return Finding{}, false
	}
	ctx := p.Flow.DoneOf(ch)
	if ctx == nil {
		return Finding{}, false
	}
	s := &spin{Pass: p, sel: sel, clause: clause, ctx: ctx}
	if !s.idle() {
		return Finding{}, false
	}
	s.turn = p.Flow.TurnOf(clause, ctx)
	if !s.turn.Again || s.turn.Looks || !s.atLoop() {
		return Finding{}, false
	}
	// Have: for … { select { case <-ctx.Done(): … } }, and no look at ctx.
	if !s.breaks() && (s.turn.Leaves || p.Flow.Waits(s.turn.Nodes)) {
		return Finding{}, false
	}
	f := s.finding()
	if s.jump == nil {
		return f, true
	}
	// Where linters complain of a break, a person may answer.
	if kept := p.hide(f, p.Flow.Ignoring(s.jump, p.Rule.Name)); kept != nil {
		p.Kept = append(p.Kept, *kept)
		return Finding{}, false
	}
	return f, true
}

// idle reports whether the body does nothing but write log lines, and finds
// the jump at its end.
func (s *spin) idle() bool {
	for i, stmt := range s.clause.Body {
		switch stmt := stmt.(type) {
		case *ast.EmptyStmt:
		case *ast.ExprStmt:
			if !s.logs(stmt) {
				return false
			}
		case *ast.BranchStmt:
			if i != len(s.clause.Body)-1 || stmt.Tok != token.BREAK && stmt.Tok != token.CONTINUE {
				return false
			}
			s.jump = stmt
		default:
			return false
		}
	}
	return true
}

// logs reports whether the statement only writes a log line. A Send is one
// only at the end of a chain, as logging libraries have it.
func (s *spin) logs(stmt *ast.ExprStmt) bool {
	call, ok := stmt.X.(*ast.CallExpr)
	if !ok {
		return false
	}
	name := typed.CalleeName(call)
	if typed.IsBuiltin(s.Package.Info, call, "print") || typed.IsBuiltin(s.Package.Info, call, "println") {
		return true
	}
	if name == "Send" || name == "Emit" || name == "Err" {
		sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
		if !ok {
			return false
		}
		_, chained := ast.Unparen(sel.X).(*ast.CallExpr)
		return chained
	}
	return flow.IsTeller(name)
}

// atLoop reports whether the jump, if any, ends the turn of the innermost
// loop and no more: not a continue of a loop around it.
func (s *spin) atLoop() bool {
	if s.jump == nil || s.jump.Label == nil {
		return true
	}
	if s.jump.Tok == token.BREAK {
		return false // Have: break wait, the label of the select: as meant
	}
	labeled, ok := s.Flow.Parent(s.turn.Loop).(*ast.LabeledStmt)
	return ok && labeled.Label.Name == s.jump.Label.Name
}

// labelKept reports whether another jump names the label.
func (s *spin) labelKept() bool {
	label, uses := s.Package.Info.Uses[s.jump.Label], 0
	ast.Inspect(s.turn.Loop, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && s.Package.Info.Uses[id] == label {
			uses++
		}
		return true
	})
	return uses > 1
}

// breaks reports whether the case ends in a break, which leaves the select
// alone: it would end there anyway.
func (s *spin) breaks() bool { return s.jump != nil && s.jump.Tok == token.BREAK }

// finding decides how the loop is left, and how sure that is.
func (s *spin) finding() Finding {
	ctx := types.ExprString(s.ctx)
	f := s.Finding(s.clause, "the case on %s.Done() does not leave the loop, which spins from then on", ctx)
	if len(s.turn.Nodes) > 0 {
		f.Message = "the case on " + ctx + ".Done() does not leave the loop, which goes on without it"
	}
	if s.breaks() {
		f.Message = "break leaves the select, not the loop: the case on " + ctx + ".Done() does not end it"
	}
	f.Span = Span{s.clause.Pos(), s.clause.Colon + 1}
	fix := &DoneSpin{Clause: s.clause, Jump: s.jump}
	if s.jump != nil && s.jump.Label != nil && !s.labelKept() {
		f.Lower(Manual, "the label "+s.jump.Label.Name+" would not be used any more")
		return f
	}
	if !s.nameable() {
		f.Lower(Manual, ctx+" does not mean the same context there")
		return f
	}
	behind, elsewhere := s.Flow.Follows(s.turn.Loop)
	stranded, works := s.Flow.Stranded(s.turn.Loop)
	works = works && s.breaks()
	if behind || works {
		fix.Exit = s.Flow.LeaveLoop(s.sel, s.turn.Loop)
	} else {
		fix.Exit = s.Flow.Exit(s.sel, flow.Context{Expr: ctx})
	}
	if fix.Exit.Refuse != "" {
		f.Lower(Manual, fix.Exit.Refuse)
		return f
	}
	// Have: a way to leave.
	if works {
		f.Lower(Unsafe, "the code behind the loop, which nothing led to, would run")
	}
	if elsewhere && !behind {
		f.Lower(Unsafe, "another case leaves the loop for code that a return would skip")
	}
	for _, doubt := range []string{fix.Exit.Doubt, s.goesOn(), s.remark(), s.meansSuccess(stranded), s.otherWayOut(), s.senders()} {
		if doubt != "" {
			f.Lower(Unsafe, doubt)
		}
	}
	f.Evidence = fix
	f.Touches = []Span{SpanOf(s.clause)}
	for _, n := range fix.Exit.Touches() {
		f.Touches = append(f.Touches, SpanOf(n))
	}
	return f
}

// nameable reports whether the context's expression denotes it in the case,
// which it need not where done := ctx.Done() was asked elsewhere.
func (s *spin) nameable() bool {
	if s.clause.Pos() <= s.ctx.Pos() && s.ctx.End() <= s.clause.End() {
		return true
	}
	v := typed.Var(s.Package.Info, s.ctx)
	return v != nil && s.Flow.Resolves(v.Name(), v, s.clause.Colon) && s.Flow.AssignedAfter(v, s.ctx, nil) == nil
}
