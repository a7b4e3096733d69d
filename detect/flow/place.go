package flow

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// Region returns the region n stands in, of those that do not depend on what
// a root is given to: R1 R2 R3 R5 R6 R11 R12 R13 R15.
func (p *Package) Region(n ast.Node) Region {
	f := p.Func(n)
	if f == nil {
		return RegionProgram
	}
	switch {
	case p.inProgram(f):
		return RegionProgram
	case p.isDeadAt(f, n):
		return RegionDead
	case p.isDeferred(f, n):
		return RegionDeferred
	case p.inNilBranch(n):
		return RegionNilFallback
	case p.isShared(f):
		return RegionShared
	case p.factsAt(f, n)[fact{kind: served}]:
		return RegionAfterServe
	case p.inStarter(f):
		return RegionStarter
	case p.compensates(n):
		return RegionCompensation
	case p.saidOnPurpose(n) != "":
		return RegionSaid
	}
	return NoRegion
}

// inProgram reports whether f is main, init, TestMain or an example, or runs
// as part of one.
func (p *Package) inProgram(f *Func) bool {
	for f.Outer != nil && f.Wall != Keeping {
		f = f.Outer
	}
	decl, ok := f.Node.(*ast.FuncDecl)
	if !ok || decl.Recv != nil {
		return false
	}
	switch name := decl.Name.Name; {
	case name == "init":
		return true
	case name == "main":
		return p.Types.Name() == "main"
	case name == "TestMain" || strings.HasPrefix(name, "Example"):
		return p.IsTestFile(decl)
	}
	return false
}

// isDeadAt reports whether the live context, or one not known, is done at n.
// A context that merely derives from the live one does not count, nor does one
// that began with a fresh root and was cancelled when its work was over.
func (p *Package) isDeadAt(f *Func, n ast.Node) bool {
	at := p.factsAt(f, n)
	_, none := p.Live(n)
	if none != nil {
		return at.anyDead()
	}
	for fc := range at {
		if fc.kind != dead {
			continue
		}
		if fc.a.path != "" {
			return true // a field's or an accessor's context: a lifetime has ended; or any
		}
		switch p.lineageOfVar(fc.a.base.(*types.Var), maxLineage).kind {
		case fromParam, fromProvider:
		case fromRoot:
			if !at[fact{doneBy, fc.a, key{path: string(byOwnCancel)}}] {
				return true
			}
		default:
			return true
		}
	}
	return false
}

func (s facts) anyDead() bool {
	for fc := range s {
		if fc.kind == dead {
			return true
		}
	}
	return false
}

// isDeferred reports whether n runs in a deferred call or literal.
func (p *Package) isDeferred(f *Func, n ast.Node) bool {
	for m := n; m != f.Node; m = p.Parent(m) {
		if _, ok := m.(*ast.DeferStmt); ok {
			return true
		}
	}
	for ; f != nil && f.Wall != Keeping; f = f.Outer {
		if f.Wall == Deferred || p.isCleanup(f) {
			return true
		}
	}
	return f != nil && p.isCleanup(f)
}

// isCleanup reports whether the literal f is given to t.Cleanup or the like.
func (p *Package) isCleanup(f *Func) bool {
	call, ok := p.Parent(f.Node).(*ast.CallExpr)
	if !ok {
		return false
	}
	name := typed.CalleeName(call)
	return p.Closes(call) || name == "AfterFunc" || strings.HasPrefix(name, "OnClose") || strings.HasPrefix(name, "OnStop") || strings.HasPrefix(name, "RegisterOnShutdown")
}

// inNilBranch reports whether n stands where a context, or what provides one,
// was found to be nil. Literals that are run there are looked out of.
func (p *Package) inNilBranch(n ast.Node) bool {
	child := n
	for m := p.Parent(n); m != nil; child, m = m, p.Parent(m) {
		if p.nilBefore(m, child) {
			return true
		}
		switch s := m.(type) {
		case *ast.FuncLit:
			if p.FuncOf(s).Wall == Keeping {
				return false
			}
		case *ast.CallExpr:
			if typed.IsFunc(typed.Callee(p.Info, s), "cmp", "Or") {
				return true
			}
		case *ast.IfStmt:
			if child == s.Body && p.comparesNil(s.Cond, token.EQL) || child == s.Else && p.comparesNil(s.Cond, token.NEQ) {
				return true
			}
		case *ast.CaseClause:
			for _, e := range s.List {
				if p.comparesNil(e, token.EQL) || isNil(p.Info, e) && p.mayProvide(p.tagOf(s)) {
					return true
				}
			}
		}
	}
	return false
}

// nilBefore reports whether a statement of the block before child leaves
// unless the context is nil: if ctx != nil { return ctx }.
func (p *Package) nilBefore(block, child ast.Node) bool {
	for _, stmt := range Statements(block) {
		if stmt == child {
			return false
		}
		s, ok := stmt.(*ast.IfStmt)
		if !ok || len(s.Body.List) == 0 || !p.comparesNil(s.Cond, token.NEQ) {
			continue
		}
		if _, leaves := s.Body.List[len(s.Body.List)-1].(*ast.ReturnStmt); leaves {
			return true
		}
	}
	return false
}

// Statements returns the statement list that n, a block or a clause, holds.
func Statements(n ast.Node) []ast.Stmt {
	switch n := n.(type) {
	case *ast.BlockStmt:
		return n.List
	case *ast.CaseClause:
		return n.Body
	case *ast.CommClause:
		return n.Body
	}
	return nil
}

// tagOf returns what the switch of a clause compares with its cases, or nil if
// these are conditions: there is no tag, or it is true.
func (p *Package) tagOf(clause *ast.CaseClause) ast.Expr {
	s, ok := p.Parent(p.Parent(clause)).(*ast.SwitchStmt)
	if !ok {
		return nil
	}
	if v := p.Info.Types[s.Tag].Value; v != nil && v.ExactString() == "true" {
		return nil
	}
	return s.Tag
}

// comparesNil reports whether cond compares a context, or what provides one,
// with nil by op.
func (p *Package) comparesNil(cond ast.Expr, op token.Token) bool {
	b, ok := ast.Unparen(cond).(*ast.BinaryExpr)
	if !ok {
		return false
	}
	if b.Op == token.LAND || b.Op == token.LOR {
		return p.comparesNil(b.X, op) || p.comparesNil(b.Y, op)
	}
	x, y := b.X, b.Y
	if isNil(p.Info, x) {
		x, y = y, x
	}
	return b.Op == op && isNil(p.Info, y) && p.mayProvide(x)
}

// mayProvide reports whether e is a context or a request that has one.
func (p *Package) mayProvide(e ast.Expr) bool {
	t := p.Info.TypeOf(e)
	if t == nil || typed.IsContextInterface(t) {
		return t != nil
	}
	_, ok := p.ProviderOf(t)
	return ok
}

// isShared reports whether f, or a literal around it, is run for several
// callers. A Do that runs its argument at once is some other Do.
func (p *Package) isShared(f *Func) bool {
	for ; f != nil; f = f.Outer {
		call, ok := p.Parent(f.Node).(*ast.CallExpr)
		if !ok {
			continue
		}
		name := typed.CalleeName(call)
		if sharers[name] && (f.Wall == Keeping || name != "Do") {
			return true
		}
	}
	return false
}

// inStarter reports whether the function's context bounds a start only.
func (p *Package) inStarter(f *Func) bool {
	for f.Outer != nil && f.Wall != Keeping {
		f = f.Outer
	}
	if f.Outer != nil {
		kv, ok := p.Parent(f.Node).(*ast.KeyValueExpr)
		if !ok {
			return false
		}
		id, ok := kv.Key.(*ast.Ident)
		return ok && id.Name == "OnStart"
	}
	name := f.Name()
	if !hasWord(name, starters) || p.takesRequest(f) {
		return false
	}
	// NewX and OpenX build something; without a result they do something else.
	if hasWord(name, []string{"New", "Open"}) {
		return f.Sig.Results().Len() > 0
	}
	return true
}

func (p *Package) takesRequest(f *Func) bool {
	for _, v := range varsOf(f.Sig.Params()) {
		if _, ok := p.ProviderOf(v.Type()); ok && !typed.IsPointerTo(v.Type(), "github.com/spf13/cobra", "Command") {
			return true
		}
	}
	return false
}

// compensates reports whether n stands where an error is not nil that comes
// from a call that received a live context.
func (p *Package) compensates(n ast.Node) bool {
	return p.inBranch(n, p.failedCall)
}

// inBranch reports whether n runs in a branch of an if or of a switch without
// a tag whose condition, being truth there, satisfies test. Literals that are
// run where they stand are looked out of.
func (p *Package) inBranch(n ast.Node, test func(cond ast.Expr, truth bool) bool) bool {
	child := n
	for m := p.Parent(n); m != nil; child, m = m, p.Parent(m) {
		switch s := m.(type) {
		case *ast.FuncLit:
			if p.FuncOf(s).Wall == Keeping {
				return false
			}
		case *ast.IfStmt:
			if child == s.Body && test(s.Cond, true) || child == s.Else && test(s.Cond, false) {
				return true
			}
		case *ast.CaseClause:
			if len(s.List) == 1 && child != s.List[0] && p.tagOf(s) == nil && test(s.List[0], true) {
				return true
			}
		}
	}
	return false
}

// failedCall reports whether cond, being truth, says that the error of a call
// that received a context is not nil.
func (p *Package) failedCall(cond ast.Expr, truth bool) bool {
	for _, e := range p.testedErrors(cond, truth) {
		if v := typed.Var(p.Info, e); v != nil {
			e = p.lastBefore(v, cond)
		}
		if call, ok := ast.Unparen(e).(*ast.CallExpr); ok && p.receivesContext(call) {
			return true
		}
	}
	return false
}

// lastBefore returns the value that v is given last before the node, as the
// source reads, or nil.
func (p *Package) lastBefore(v *types.Var, n ast.Node) (value ast.Expr) {
	for _, d := range p.definitionsOf(v) { // in the order of the source
		if d.rhs != nil && d.node.Pos() < n.Pos() {
			value = d.rhs
		}
	}
	return value
}

// testedErrors returns the errors that cond, being truth, finds to be not nil,
// alone or among others.
func (p *Package) testedErrors(cond ast.Expr, truth bool) []ast.Expr {
	b, ok := ast.Unparen(cond).(*ast.BinaryExpr)
	if !ok {
		return nil
	}
	switch b.Op {
	case token.LAND, token.LOR:
		return append(p.testedErrors(b.X, truth), p.testedErrors(b.Y, truth)...)
	case token.NEQ, token.EQL:
		x, y := b.X, b.Y
		if isNil(p.Info, x) {
			x, y = y, x
		}
		if (b.Op == token.NEQ) == truth && isNil(p.Info, y) && typed.IsError(p.Info.TypeOf(x)) {
			return []ast.Expr{x}
		}
	}
	return nil
}

// receivesContext reports whether an argument of call, or of the call its
// receiver comes from, is a context or carries a request's.
func (p *Package) receivesContext(call *ast.CallExpr) bool {
	for _, arg := range call.Args {
		t := p.Info.TypeOf(arg)
		if typed.Root(p.Info, arg) != "" {
			continue
		}
		if typed.IsContext(t) || typed.IsPointerTo(t, "net/http", "Request") {
			return true
		}
	}
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	inner, ok := ast.Unparen(sel.X).(*ast.CallExpr)
	return ok && p.receivesContext(inner)
}
