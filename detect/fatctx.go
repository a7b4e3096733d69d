package detect

import (
	_ "embed"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/typed"
)

//go:embed fatctx.md
var fatCtxPage string

var fatCtxRule = &Rule{
	Name:   "fatctx",
	Doc:    "a context that each turn of a loop derives from that of the turn before",
	Page:   fatCtxPage,
	Preset: Recommended,
	Best:   Safe,
	Find:   findFatCtx,
}

// FatCtx makes the assignment a declaration: the turn has its own context.
type FatCtx struct{ Assign *ast.AssignStmt }

func (*FatCtx) evidence() {}

// A fatCtx is an assignment ctx = context.WithX(ctx, …) in a loop.
type fatCtx struct {
	*Pass
	assign *ast.AssignStmt
	derive flow.Derivation
	v      *types.Var // the context
	loop   ast.Stmt   // the innermost loop around
}

// findFatCtx reports ctx = context.WithX(ctx, …), also signal.NotifyContext,
// a tracer's Start and whatever returns a cancel function, provided:
//   - the assignment can be reached again, and ctx is a variable from outside
//     of the innermost loop around it;
//   - the turn does not give ctx a new start elsewhere, and uses it;
//   - if it is a value that is added: no later turn, and nothing behind the
//     loop, reads what has piled up.
func findFatCtx(p *Pass) []Finding {
	var findings []Finding
	for assign := range Each[*ast.AssignStmt](p) {
		if c, ok := p.fatCtxAt(assign); ok {
			if f, ok := c.judge(); ok {
				findings = append(findings, f)
			}
		}
	}
	return findings
}

// fatCtxAt recognises ctx = derive(ctx, …) in a loop that ctx comes from
// outside of.
func (p *Pass) fatCtxAt(assign *ast.AssignStmt) (*fatCtx, bool) {
	if assign.Tok != token.ASSIGN || len(assign.Rhs) != 1 {
		return nil, false
	}
	d, ok := p.Flow.DerivationOf(assign.Rhs[0])
	if !ok || d.Result >= len(assign.Lhs) {
		return nil, false
	}
	c := &fatCtx{Pass: p, assign: assign, derive: d, v: typed.Var(p.Package.Info, assign.Lhs[d.Result])}
	fn := typed.Callee(p.Package.Info, d.Call)
	if c.v == nil || c.v.Kind() != types.LocalVar && c.v.Kind() != types.ParamVar || c.v.Parent() == p.Package.Types.Scope() || c.source() != c.v {
		return nil, false
	}
	// Have: ctx = derive(ctx, …)
	if !typed.IsFunc(fn, "context") && !d.Cancel && len(assign.Lhs) != 2 {
		return nil, false // Have: ctx = opt(ctx)
	}
	c.loop = c.loopAround()
	if c.loop == nil || c.inside(c.loop, c.v) || !p.Flow.Reachable(assign, assign) {
		return nil, false
	}
	return c, true
}

// source returns the variable that the new context comes from in the end.
func (c *fatCtx) source() *types.Var {
	return typed.Var(c.Package.Info, c.wrapped(c.derive.Parent))
}

// loopAround returns the innermost loop of its function around the assignment.
func (c *fatCtx) loopAround() ast.Stmt {
	for n := c.Flow.Parent(c.assign); n != nil; n = c.Flow.Parent(n) {
		switch n := n.(type) {
		case *ast.ForStmt:
			return n
		case *ast.RangeStmt:
			return n
		case *ast.FuncDecl, *ast.FuncLit:
			return nil
		}
	}
	return nil
}

func (c *fatCtx) inside(n ast.Node, v *types.Var) bool {
	return n.Pos() <= v.Pos() && v.Pos() < n.End()
}

// judge decides what the fix is and how sure it may be.
func (c *fatCtx) judge() (Finding, bool) {
	f := c.Finding(c.assign, "each turn of the loop wraps %s once more", c.v.Name())
	first, ok := c.chain()
	if !ok || !first {
		return Finding{}, false
	}
	in, below, piled := c.reads()
	switch {
	case piled != nil && c.derive.Value, len(in)+len(below) == 0:
		return Finding{}, false // Have: what piles up is what the loop is for
	case piled != nil:
		f.Lower(Manual, fmt.Sprintf("line %d uses %s as the last turn left it: say which context is meant there", c.line(piled), c.v.Name()))
		return f, true
	case len(below) > 0:
		f.Lower(Manual, fmt.Sprintf("line %d uses %s outside of the block it is assigned in: declare one for the turn above both", c.line(below[0]), c.v.Name()))
		return f, true
	}
	// Have: nothing but what follows in the block needs the new context
	if why := c.cannotDeclare(); why != "" {
		f.Lower(Manual, why)
		return f, true
	}
	if why := c.change(); why != "" {
		f.Lower(Unsafe, why)
	}
	if id := c.shared(in); id != nil {
		f.Lower(Unsafe, fmt.Sprintf("the function literal on line %d would see the context of its turn, not that of whichever turn it runs in", c.line(id)))
	}
	f.Evidence = &FatCtx{c.assign}
	f.Touches = []Span{SpanOf(c.assign)}
	return f, true
}

// chain reports whether the assignment is the first of those in the loop, and
// whether all of them derive the context from itself, the others in the block
// of this one. Otherwise a turn may give it a new start.
func (c *fatCtx) chain() (first, ok bool) {
	first = true
	for _, n := range c.Flow.Assigned(c.v, c.loop) {
		if n == c.assign {
			continue
		}
		other, isAssign := n.(*ast.AssignStmt)
		if !isAssign {
			return false, false
		}
		again, self := c.fatCtxAt(other)
		if !self || again.loop != c.loop {
			return false, false
		}
		if other.Pos() < c.assign.Pos() {
			first = false
		}
	}
	return first, true
}

// reads sorts what may read the new context: behind the assignment in its
// block, further below in the turn, and in later turns or behind the loop.
func (c *fatCtx) reads() (in, below []*ast.Ident, piled *ast.Ident) {
	block := c.Flow.Parent(c.assign)
	piled = c.inValue(c.assign)
	for _, id := range c.Flow.ReadAfter(c.v, c.assign) {
		switch {
		case c.ofChain(id) && id.Pos() > c.assign.End():
			in = append(in, id)
		case id.Pos() < c.assign.Pos() || id.End() > c.loop.End():
			if piled == nil {
				piled = id
			}
		case id.End() > block.End():
			below = append(below, id)
		default:
			in = append(in, id)
		}
	}
	return in, below, piled
}

// inValue returns a mention of the context in the assignment besides the one
// that is wrapped: what the last turn has left makes part of the new value.
func (c *fatCtx) inValue(assign *ast.AssignStmt) (found *ast.Ident) {
	wrapped := c.wrapped(assign.Rhs[0])
	ast.Inspect(assign.Rhs[0], func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && id != wrapped && typed.Var(c.Package.Info, id) == c.v {
			found = id
		}
		return found == nil
	})
	return found
}

// wrapped returns the context that e wraps in the end.
func (c *fatCtx) wrapped(e ast.Expr) ast.Expr {
	for {
		d, ok := c.Flow.DerivationOf(e)
		if !ok {
			return ast.Unparen(e)
		}
		e = d.Parent
	}
}

// ofChain reports whether id is what another assignment of the chain wraps.
func (c *fatCtx) ofChain(id *ast.Ident) bool {
	block := c.Flow.Parent(c.assign)
	for _, n := range c.Flow.Assigned(c.v, c.loop) {
		if n != c.assign && n.Pos() <= id.Pos() && id.End() <= n.End() && block.Pos() <= n.Pos() && n.End() <= block.End() {
			return true
		}
	}
	return false
}

// shared returns one of ids that a literal reads which may run in a later
// turn, or nil.
func (c *fatCtx) shared(ids []*ast.Ident) *ast.Ident {
	home := c.Flow.Func(c.assign)
	for _, id := range ids {
		for f := c.Flow.Func(id); f != nil && f != home; f = f.Outer {
			if f.Wall != flow.Called {
				return id
			}
		}
	}
	return nil
}

// cannotDeclare says why the assignment cannot become a declaration.
func (c *fatCtx) cannotDeclare() string {
	switch c.Flow.Parent(c.assign).(type) {
	case *ast.BlockStmt, *ast.CaseClause, *ast.CommClause:
	default:
		return "it is part of another statement: give it a line of its own first"
	}
	if c.jumpedOver() {
		return "a goto jumps over it, which a declaration does not permit"
	}
	scope := c.Package.Types.Scope().Innermost(c.assign.Pos())
	if other := scope.Lookup(c.v.Name()); other != nil {
		return fmt.Sprintf("line %d declares another %s in this block: give one of them a name of its own first", c.Program.Fset.PositionFor(other.Pos(), false).Line, other.Name())
	}
	for i, l := range c.assign.Lhs {
		id, ok := l.(*ast.Ident)
		if i == c.derive.Result || ok && id.Name == "_" {
			continue
		}
		if w := typed.Var(c.Package.Info, l); w == nil || w.IsField() || w.Parent() != scope {
			return fmt.Sprintf("%s comes from outside of the block, too: declare both in the turn", types.ExprString(l))
		}
	}
	return ""
}

// jumpedOver reports whether a goto leads from before the assignment to a label
// behind it in its block.
func (c *fatCtx) jumpedOver() (found bool) {
	block := c.Flow.Parent(c.assign)
	ast.Inspect(c.loop, func(n ast.Node) bool {
		jump, ok := n.(*ast.BranchStmt)
		if ok && jump.Tok == token.GOTO && jump.Pos() < c.assign.Pos() {
			label := c.Package.Info.Uses[jump.Label].Pos()
			found = found || c.assign.End() <= label && label < block.End()
		}
		return !found
	})
	return found
}

// change says what a context of its own changes for the turn; "" for nothing.
func (c *fatCtx) change() string {
	if why := c.derived(c.derive); why != "" {
		return why
	}
	for _, n := range c.Flow.Assigned(c.v, c.loop) {
		if n == c.assign {
			continue
		}
		other, _ := c.fatCtxAt(n.(*ast.AssignStmt))
		if why := c.derived(other.derive); why != "" {
			return why
		}
		if c.Flow.Parent(n) != c.Flow.Parent(c.assign) || c.readBetween(n) || c.inValue(other.assign) != nil {
			return turnsValues
		}
	}
	return ""
}

const turnsValues = "a turn would no longer find the values that the turns before it have added"

// derived is change for one derivation, and for those it wraps at once.
func (c *fatCtx) derived(d flow.Derivation) string {
	for ok := true; ok; d, ok = c.Flow.DerivationOf(d.Parent) {
		switch {
		case d.Value && c.sameKey(d.Call):
		case d.Value:
			return turnsValues
		case !d.Cancel:
			return "what a turn starts would no longer be part of what the turn before it started"
		default:
			return "a turn would no longer be ended by the deadline or the cancel function of a turn before it"
		}
	}
	return ""
}

// readBetween reports whether something reads the context after the assignment
// and before n, a later one of the chain: it finds what n added a turn ago.
func (c *fatCtx) readBetween(n ast.Node) bool {
	return slices.ContainsFunc(c.Flow.Uses(c.v), func(id *ast.Ident) bool {
		return c.assign.End() < id.Pos() && id.Pos() < n.Pos() && !c.ofChain(id)
	})
}

// sameKey reports whether every turn adds the value of call under the same key.
func (c *fatCtx) sameKey(call *ast.CallExpr) bool {
	key := ast.Unparen(call.Args[1])
	if c.Package.Info.Types[key].Value != nil {
		return true
	}
	if lit, ok := key.(*ast.CompositeLit); ok {
		return len(lit.Elts) == 0
	}
	v := typed.Var(c.Package.Info, key)
	return v != nil && v.Parent() == c.Package.Types.Scope() && len(c.Flow.Assigned(v, c.loop)) == 0
}

func (c *fatCtx) line(n ast.Node) int {
	return c.Program.Fset.PositionFor(n.Pos(), false).Line
}
