package detect

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
	"unicode"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/typed"
)

// meantToDrop are the words by which a comment says that a cancel function is
// dropped on purpose.
var meantToDrop = []string{
	"leak", "never cancel", "not cancel", "no cancel", "n't cancel", "without cancel", "no need", "not need", "n't need", "on purpose", "deliberate",
	"intentional", "outlive", "lifetime", "long-lived", "long lived", "ignore", "discard", "forever", "for ever",
}

// fix gives the finding its evidence and safety: "defer cancel()" right below
// the statement, provided:
//   - the statement stands in a block; where it returns an error, too, the
//     check of that error follows, and "defer cancel()" goes below that;
//   - ctx is a variable of this function, and neither it nor anything computed
//     from it can be used after the function has ended;
//   - the function ends by returning.
//
// In a loop, "cancel()" goes after the last use, and nothing may leave the
// turn before.
func (l *lostCancel) fix(f *Finding, unused []*ast.AssignStmt) {
	if text := l.Flow.Said(l.node, meantToDrop); text != "" {
		f.Lower(Manual, "a comment says that it is meant: "+strings.TrimSpace(strings.TrimPrefix(text, "//")))
		return
	}
	if maker := l.testedMaker(); maker != nil {
		f.Lower(Manual, fmt.Sprintf("the test is one of %s itself, and may ask what becomes of a context that is not cancelled", maker.Name()))
		return
	}
	ctx := typed.Var(l.Package.Info, l.ctx)
	after, why := l.place()
	switch {
	case ctx == nil || ctx.IsField():
		f.Lower(Manual, fmt.Sprintf("the context is kept in %s: keep the cancel function beside it, and call it when its owner ends", types.ExprString(l.ctx)))
		return
	case ctx.Parent() == l.Package.Types.Scope():
		f.Lower(Manual, fmt.Sprintf("the context is kept in the package variable %s: who is to end it, a person must say", ctx.Name()))
		return
	case why != "":
		f.Lower(Manual, why)
		return
	}
	// Have: ctx, _ := f(), a statement of its own
	fix := &LostCancel{Stmt: l.stmt, After: after}
	for _, s := range unused { // elsewhere, one may be all that stands in its block
		if l.Flow.Parent(s) == l.Flow.Parent(l.stmt) {
			fix.Unused = append(fix.Unused, s)
		}
	}
	if !l.name(fix) {
		f.Lower(Manual, "the type of the cancel function cannot be written here")
		return
	}
	if why := l.makerDoubt(); why != "" {
		f.Lower(Unsafe, why)
	}
	life := l.Flow.Life(ctx, l.node)
	if t := l.test(); t != "" {
		l.fixTest(f, fix, life, t)
		return
	}
	if len(life.Departures) > 0 {
		f.Lower(Manual, l.mustOwn(life.Departures[0], fix.Name))
		return
	}
	if life.Doubt != "" {
		f.Lower(Unsafe, life.Doubt)
	}
	if l.Flow.Reachable(l.node, l.node) {
		l.fixInLoop(f, fix, life)
		return
	}
	call, always := l.Flow.Ends(l.node)
	switch {
	case always:
		f.Lower(Manual, fmt.Sprintf("%s ends the program, and no deferred call runs then: call %s before it", types.ExprString(call.Fun), fix.Name))
		return
	case call != nil:
		f.Lower(Unsafe, fmt.Sprintf("%s may end the program, and a deferred %s would not run then", types.ExprString(call.Fun), fix.Name))
	}
	fix.Call = "defer " + fix.Call
	l.attach(f, fix)
}

// place returns the statement that the call goes after: the one that makes
// the context, or the check of its error; or why there is none.
func (l *lostCancel) place() (after ast.Stmt, why string) {
	if _, ok := l.Flow.Parent(l.node).(*ast.LabeledStmt); ok {
		return nil, "the statement has a label"
	}
	if l.stmt == nil {
		return nil, "it stands in the head of a statement: give it a line of its own first"
	}
	if l.mayBeNil() {
		return nil, fmt.Sprintf("%s may return nil for it", types.ExprString(l.call.Fun))
	}
	if l.failed == nil {
		return l.stmt, ""
	}
	failed := typed.Var(l.Package.Info, l.failed)
	check, ok := l.next(l.stmt).(*ast.IfStmt)
	if !ok || failed == nil || check.Init != nil || check.Else != nil || !l.leavesIfSet(check, failed) {
		return nil, "it may be nil together with an error, and no check of that error follows"
	}
	return check, ""
}

// leavesIfSet reports whether the statement leaves the function, or the turn
// of a loop, when the error is not nil.
func (l *lostCancel) leavesIfSet(s *ast.IfStmt, failed *types.Var) bool {
	cond, ok := ast.Unparen(s.Cond).(*ast.BinaryExpr)
	if !ok || cond.Op != token.NEQ || typed.Var(l.Package.Info, cond.X) != failed || types.ExprString(cond.Y) != "nil" {
		return false
	}
	if len(s.Body.List) == 0 {
		return false
	}
	switch last := s.Body.List[len(s.Body.List)-1].(type) {
	case *ast.ReturnStmt:
		return true
	case *ast.BranchStmt:
		return last.Tok == token.BREAK || last.Tok == token.CONTINUE
	default:
		next := l.next(s)
		return next != nil && !l.Flow.Reachable(last, next)
	}
}

// next returns the statement after s in its block, or nil.
func (l *lostCancel) next(s ast.Stmt) ast.Stmt {
	list := l.list(s)
	for i := range list[:max(len(list)-1, 0)] {
		if list[i] == s {
			return list[i+1]
		}
	}
	return nil
}

// list returns the statements of the block that s stands in.
func (l *lostCancel) list(s ast.Stmt) []ast.Stmt {
	switch block := l.Flow.Parent(s).(type) {
	case *ast.BlockStmt:
		return block.List
	case *ast.CaseClause:
		return block.Body
	case *ast.CommClause:
		return block.Body
	}
	return nil
}

// name decides how the cancel function is called and declared.
func (l *lostCancel) name(fix *LostCancel) bool {
	cause := typed.Is(l.typ, "context", "CancelCauseFunc")
	defer func() {
		fix.Call = fix.Name + "()"
		if cause {
			fix.Call = fix.Name + "(nil)"
		}
	}()
	id := l.cancel.(*ast.Ident)
	if id.Name != "_" {
		fix.Name = id.Name
		return true
	}
	fix.Blank = id
	fix.Name = l.freeName()
	assign, ok := l.node.(*ast.AssignStmt)
	if !ok || assign.Tok == token.DEFINE {
		return true
	}
	// Have: ctx, _ = f()
	if l.declaredHere() {
		fix.Define = true
		return true
	}
	src, imports, ok := l.Flow.TypeString(l.typ, l.node.Pos())
	fix.Declare, fix.Imports = "var "+fix.Name+" "+src, imports
	return ok
}

// freeName returns the name for the cancel function.
func (l *lostCancel) freeName() string {
	ctx := typed.Var(l.Package.Info, l.ctx).Name()
	names := []string{"cancel", "cancel" + string(unicode.ToUpper(rune(ctx[0]))) + ctx[1:]}
	if typed.IsFunc(typed.Callee(l.Package.Info, l.call), "os/signal", "NotifyContext") {
		names = append([]string{"stop"}, names...)
	}
	fn := l.Flow.Func(l.node)
	free := func(name string) bool {
		_, outer := l.Package.Types.Scope().Innermost(l.node.Pos()).LookupParent(name, l.node.Pos())
		_, local := outer.(*types.Var)
		return !l.taken[l.scoped(name)] && l.Flow.FreeName(fn, name) == name && !local
	}
	name := names[0]
	for i := 1; !free(name); i++ {
		if i < len(names) {
			name = names[i]
		} else {
			name = fmt.Sprint(names[len(names)-1], i)
		}
	}
	return name
}

// scoped tells names of different functions apart.
func (l *lostCancel) scoped(name string) string {
	return fmt.Sprint(l.Flow.Func(l.node).Node.Pos(), name)
}

// declaredHere reports whether everything else that is assigned was declared
// in the scope of the statement, so that ":=" assigns it, too.
func (l *lostCancel) declaredHere() bool {
	scope := l.Package.Types.Scope().Innermost(l.node.Pos())
	for _, e := range l.lhs {
		if e == l.cancel || l.blank(e) {
			continue
		}
		v := typed.Var(l.Package.Info, e)
		if v == nil || v.Parent() != scope {
			return false
		}
	}
	return true
}

// mustOwn says who has to call the cancel function, because of where the
// context goes.
func (l *lostCancel) mustOwn(d flow.Departure, name string) string {
	at := fmt.Sprintf(" (line %d)", l.line(d.Node))
	switch d.Kind {
	case flow.Returned:
		return d.String() + at + ": whoever gets it must call " + name + " when done with it"
	case flow.Stored:
		return d.String() + at + ": whoever holds it there must have " + name + ", too, and call it in the end"
	case flow.Launched:
		return d.String() + at + ": that must call " + name + " when it ends"
	case flow.Captured:
		return d.String() + at + ": whoever ends that must call " + name
	}
	return d.String() + at + ", which may go on with it: what ends that must call " + name
}

// attach makes the finding carry the fix.
func (l *lostCancel) attach(f *Finding, fix *LostCancel) {
	if fix.Declare != "" && l.hasGoto() {
		f.Lower(Manual, "a goto may jump over the declaration of "+fix.Name)
		return
	}
	l.taken[l.scoped(fix.Name)] = true
	f.Evidence = fix
	f.Touches = []Span{SpanOf(fix.Stmt)}
	if fix.After != nil && fix.After != fix.Stmt {
		f.Touches = append(f.Touches, Span{fix.After.End() - 1, fix.After.End()})
	}
	for _, s := range fix.Unused {
		f.Touches = append(f.Touches, SpanOf(s))
	}
}

// hasGoto reports whether the function has a goto.
func (l *lostCancel) hasGoto() bool {
	found := false
	ast.Inspect(l.Flow.Func(l.node).Body, func(n ast.Node) bool {
		b, ok := n.(*ast.BranchStmt)
		found = found || ok && b.Tok == token.GOTO
		return !found
	})
	return found
}
