package detect

import (
	_ "embed"
	"fmt"
	"go/ast"
	"go/types"
	"strings"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/typed"
)

//go:embed lostcancel.md
var lostCancelPage string

var lostCancelRule = &Rule{
	Name:   "lostcancel",
	Doc:    "the cancel function of a context is dropped, or not called on every path",
	Page:   lostCancelPage,
	Preset: Recommended,
	Best:   Safe,
	Find:   findLostCancel,
}

// LostCancel keeps the cancel function that Stmt drops, and calls it.
type LostCancel struct {
	Stmt    ast.Stmt          // makes the context: an assignment, or a declaration of variables
	Blank   *ast.Ident        // the "_" in it that becomes Name; nil: the function has a name
	Name    string            // of the cancel function
	Define  bool              // "=" becomes ":="
	Declare string            // Go source of a declaration that goes before Stmt; or ""
	Unused  []*ast.AssignStmt // _ = Name, which go
	After   ast.Stmt          // what Call goes after
	Call    string            // Go source: "defer cancel()"
	Imports []flow.Import     // for Declare
	With    string            // Go source of a statement that takes the place of Stmt, "ctx := t.Context()", and nothing else is done; or ""
}

func (*LostCancel) evidence() {}

// A lostCancel is one statement that makes a context with a cancel function.
type lostCancel struct {
	*Pass
	stmt   ast.Stmt // in its block; nil: it is the head of another statement
	node   ast.Node // the assignment or the spec
	call   *ast.CallExpr
	lhs    []ast.Expr
	ctx    ast.Expr        // what takes the context
	cancel ast.Expr        // what takes the cancel function
	failed ast.Expr        // what takes the error, or nil
	typ    types.Type      // of the cancel function
	taken  map[string]bool // names that other fixes introduce
}

// findLostCancel finds calls that return a context and its cancel function,
// and reports where the function is
//   - assigned to _, or mentioned in _ = cancel alone;
//   - a local variable that some path to the end of the function, or to the
//     next turn of a loop, does not mention: then whoever wrote the rest has
//     decided who owns it, and the finding has no fix.
//
// What is returned, stored, or seen by a function literal is owned elsewhere.
// Function main is left alone, outside of loops: the program ends with it. So
// is package context, which drops contexts to see what becomes of them.
func findLostCancel(p *Pass) []Finding {
	var findings []Finding
	if p.InContext() {
		return nil
	}
	for _, file := range p.Files() {
		taken := map[string]bool{}
		for n := range p.NodesIn(file, (*ast.AssignStmt)(nil), (*ast.ValueSpec)(nil)) {
			l, ok := p.lostCancelAt(n)
			if !ok {
				continue
			}
			l.taken = taken
			if f, ok := l.judge(); ok {
				findings = append(findings, f)
			}
		}
	}
	return findings
}

// lostCancelAt recognises ctx, cancel := f(), possibly with an error, by the
// types of the results.
func (p *Pass) lostCancelAt(n ast.Node) (*lostCancel, bool) {
	l := &lostCancel{Pass: p, node: n}
	var rhs []ast.Expr
	switch n := n.(type) {
	case *ast.AssignStmt:
		l.lhs, rhs = n.Lhs, n.Rhs
	case *ast.ValueSpec:
		for _, name := range n.Names {
			l.lhs = append(l.lhs, name)
		}
		rhs = n.Values
	}
	if len(rhs) != 1 || len(l.lhs) < 2 || len(l.lhs) > 3 {
		return nil, false
	}
	call, ok := ast.Unparen(rhs[0]).(*ast.CallExpr)
	if !ok {
		return nil, false
	}
	results, ok := p.Package.Info.TypeOf(call).(*types.Tuple)
	if !ok {
		return nil, false
	}
	// Have: a, b := f()
	l.call = call
	for i := range results.Len() {
		switch t := results.At(i).Type(); {
		case typed.IsContext(t) && l.ctx == nil:
			l.ctx = l.lhs[i]
		case typed.IsCancelFunc(t) && l.cancel == nil:
			l.cancel, l.typ = l.lhs[i], t
		case typed.IsError(t) && l.failed == nil:
			l.failed = l.lhs[i]
		default:
			return nil, false
		}
	}
	return l, l.ctx != nil && l.cancel != nil && !l.blank(l.ctx)
}

func (l *lostCancel) blank(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == "_"
}

func (l *lostCancel) line(n ast.Node) int {
	return l.Program.Fset.PositionFor(n.Pos(), false).Line
}

// judge decides whether the cancel function is lost.
func (l *lostCancel) judge() (Finding, bool) {
	fn := l.Flow.Func(l.node)
	if fn == nil {
		if l.blank(l.cancel) {
			l.Keep(l.node, flow.RegionProgram)
		}
		return Finding{}, false
	}
	l.stmt = l.blockStmt()
	if l.blank(l.cancel) {
		return l.dropped(nil)
	}
	v := typed.Var(l.Package.Info, l.cancel)
	if v == nil || v.IsField() || v.Parent() == l.Package.Types.Scope() || !fn.Declares(v) {
		return Finding{}, false
	}
	// Have: ctx, cancel := f(), cancel a variable of this function
	uses := l.Flow.Uses(v)
	var blank []*ast.AssignStmt
	for _, id := range uses {
		if assign, ok := l.Flow.Parent(id).(*ast.AssignStmt); ok && l.Flow.BlankUse(assign) == v {
			blank = append(blank, assign)
		}
	}
	if len(blank) == len(uses) && len(uses) > 0 && len(l.Flow.Assigned(v, nil)) == 0 {
		return l.dropped(blank)
	}
	return l.leftOut(v)
}

// blockStmt returns the statement of a block that is, or declares by, the
// assignment; nil if there is none.
func (l *lostCancel) blockStmt() ast.Stmt {
	stmt := l.Flow.Stmt(l.node)
	if decl, ok := stmt.(*ast.DeclStmt); ok && l.Flow.Parent(l.node) == decl.Decl {
		return decl
	}
	if stmt == l.node {
		return stmt
	}
	return nil
}

// inMain reports whether the statement runs once, as part of function main.
func (l *lostCancel) inMain() bool {
	fn := l.Flow.Func(l.node)
	if l.Flow.Reachable(l.node, l.node) {
		return false
	}
	for fn.Outer != nil && fn.Wall == flow.Called {
		fn = fn.Outer
	}
	decl, ok := fn.Node.(*ast.FuncDecl)
	return ok && decl.Recv == nil && decl.Name.Name == "main" && l.Package.Types.Name() == "main"
}

// dropped reports a cancel function that nobody can call, or that is only
// ever assigned to the blank identifier.
func (l *lostCancel) dropped(unused []*ast.AssignStmt) (Finding, bool) {
	if l.inMain() {
		l.Keep(l.node, flow.RegionProgram)
		return Finding{}, false
	}
	f := l.Finding(l.node, "the cancel function of %s is dropped: %s", types.ExprString(l.call.Fun), l.consequence())
	l.fix(&f, unused)
	return f, true
}

// consequence says what dropping the function does.
func (l *lostCancel) consequence() string {
	ctx, name := types.ExprString(l.ctx), typed.CalleeName(l.call)
	switch {
	case strings.Contains(name, "Timeout") || strings.Contains(name, "Deadline"):
		return ctx + " and its timer stay until the deadline"
	case typed.IsFunc(typed.Callee(l.Package.Info, l.call), "os/signal", "NotifyContext"):
		return "the signals stay caught"
	}
	return ctx + " stays until its parent is done"
}

// leftOut reports a cancel function that some path does not mention.
func (l *lostCancel) leftOut(v *types.Var) (Finding, bool) {
	for _, id := range l.Flow.Uses(v) {
		if l.Flow.BlankUse(l.Flow.Parent(id)) != v && (l.seenEarlier(id) || l.sameCondition(id)) {
			return Finding{}, false
		}
	}
	if len(l.addresses(v)) > 0 {
		return Finding{}, false
	}
	var failed *types.Var
	if l.failed != nil {
		failed = typed.Var(l.Package.Info, l.failed)
	}
	end := l.Flow.Unmentioned(v, typed.Var(l.Package.Info, l.ctx), failed, l.node)
	if end == nil || l.inMain() {
		return Finding{}, false
	}
	f := l.Finding(l.node, "%s is not called on every path", v.Name())
	f.Lower(Manual, l.whereLost(end)+", and "+l.owner(v))
	return f, true
}

// seenEarlier reports whether id stands in a literal that was made before the
// context: a deferred one, as a rule.
func (l *lostCancel) seenEarlier(id *ast.Ident) bool {
	fn := l.Flow.Func(l.node)
	for f := l.Flow.Func(id); f != nil && f != fn; f = f.Outer {
		if f.Outer == fn && f.Node.Pos() < l.node.Pos() {
			return true
		}
	}
	return false
}

// sameCondition reports whether id stands under a condition that the
// statement stands under, too: if limited { ctx, cancel = … } and, later,
// if limited { cancel() }.
func (l *lostCancel) sameCondition(id *ast.Ident) bool {
	conditions := func(n ast.Node) map[string]*ast.IfStmt {
		found := map[string]*ast.IfStmt{}
		for m, child := l.Flow.Parent(n), n; m != nil; m, child = l.Flow.Parent(m), m {
			if s, ok := m.(*ast.IfStmt); ok && s.Body == child {
				found[types.ExprString(s.Cond)] = s
			}
		}
		return found
	}
	own := conditions(l.node)
	for cond, s := range conditions(id) {
		if other := own[cond]; other != nil && other != s {
			return true
		}
	}
	return false
}

// addresses returns the places that take the address of v.
func (l *lostCancel) addresses(v *types.Var) (nodes []ast.Node) {
	for _, n := range l.Flow.Assigned(v, nil) {
		if _, ok := n.(*ast.UnaryExpr); ok {
			nodes = append(nodes, n)
		}
	}
	return nodes
}

// whereLost names the end of a path without a call of the cancel function.
func (l *lostCancel) whereLost(end ast.Node) string {
	line := l.line(end)
	switch end := end.(type) {
	case *ast.ReturnStmt:
		if body := l.Flow.Func(l.node).Body; end.Pos() == body.End()-1 {
			return fmt.Sprintf("the function ends on line %d without it", line)
		}
		return fmt.Sprintf("the return on line %d leaves without it", line)
	}
	if end == l.node {
		return "the next turn of the loop replaces it"
	}
	return fmt.Sprintf("line %d replaces it", line)
}

// owner says what is known of who calls the function v.
func (l *lostCancel) owner(v *types.Var) string {
	for _, id := range l.Flow.Uses(v) {
		if call, ok := l.Flow.Parent(id).(*ast.CallExpr); ok && call.Fun == id {
			return fmt.Sprintf("it is called on line %d: who is to call it otherwise, a person must say", l.line(id))
		}
	}
	return "it is handed on elsewhere: who is to call it on this path, a person must say"
}
