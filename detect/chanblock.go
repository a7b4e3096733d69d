package detect

import (
	"cmp"
	_ "embed"
	"go/ast"
	"go/token"
	"go/types"

	"github.com/ctxfix/ctxfix/detect/flow"
)

//go:embed chanblock.md
var chanBlockPage string

// chanBlockRule finds bare sends and receives that cannot hear cancellation.
var chanBlockRule = &Rule{
	Name:   "chanblock",
	Doc:    "a bare send or receive that does not hear the context",
	Page:   chanBlockPage,
	Preset: Recommended,
	Best:   Safe,
	Find:   findChanBlock,
}

// ChanBlock is the evidence of chanblock: Stmt becomes a case beside one on
// the Done of Context.
type ChanBlock struct {
	Stmt    ast.Stmt
	Context flow.Context
	Exit    flow.Exit
	Release flow.Release // lets go who sends to the function
	Form    ReceiveForm  // of a receive
	First   bool         // the Done case goes first, as in the file's selects
}

func (*ChanBlock) evidence() {}

// findChanBlock reports a send or receive, provided:
//   - it is no case of a select, nor deferred, nor in a test's helper;
//   - a context is live there that can be done;
//   - it may wait: the channel is not known to have room for all that is
//     sent, whoever receives does not take everything, and it does not give
//     back a slot of a semaphore;
//   - it does not wait for an end (a channel named done, stop or the like), a
//     signal, or a time, nor tells the one result of a goroutine;
//   - it stands in no region where waiting to the end is right, and the
//     cancellation does not reach it another way.
//
// Without -strict only sends of goroutines on channels that are certainly
// unbuffered, and sends that take a slot of a semaphore other than in a loop
// that starts goroutines.
func findChanBlock(p *Pass) []Finding {
	var findings []Finding
	add := func(stmt ast.Stmt, ch ast.Expr, receive *ast.UnaryExpr) {
		if f, ok := p.chanBlock(stmt, ch, receive); ok {
			findings = append(findings, f)
		}
	}
	for n := range p.Nodes((*ast.SendStmt)(nil), (*ast.UnaryExpr)(nil), (*ast.RangeStmt)(nil)) {
		switch n := n.(type) {
		case *ast.SendStmt:
			if !p.isComm(n) {
				add(n, n.Chan, nil)
			}
		case *ast.UnaryExpr:
			if n.Op == token.ARROW && p.Strict() && !p.isComm(n) {
				if stmt := p.Flow.Stmt(n); stmt != nil {
					add(stmt, n.X, n)
				}
			}
		case *ast.RangeStmt:
			if _, ok := p.Package.Info.TypeOf(n.X).Underlying().(*types.Chan); ok && p.Strict() {
				add(n, n.X, nil)
			}
		}
	}
	return findings
}

// isComm reports whether n belongs to the communication of a select case.
func (p *Pass) isComm(n ast.Node) bool {
	for at := n; at != nil; at = p.Flow.Parent(at) {
		if clause, ok := p.Flow.Parent(at).(*ast.CommClause); ok {
			return ast.Node(clause.Comm) == at
		}
		if _, ok := at.(*ast.BlockStmt); ok {
			return false
		}
	}
	return false
}

// A bareWait is one send, receive or range under inspection.
type bareWait struct {
	*Pass
	*flow.Wait
	stmt    ast.Stmt
	receive *ast.UnaryExpr // nil for a send and a range
	ctx     flow.Context
}

func (p *Pass) chanBlock(stmt ast.Stmt, ch ast.Expr, receive *ast.UnaryExpr) (Finding, bool) {
	_, sends := stmt.(*ast.SendStmt)
	sends = sends && receive == nil // out <- <-in also receives
	b := &bareWait{Pass: p, Wait: p.Flow.BareWait(stmt, ch, sends), stmt: stmt, receive: receive}
	if b.Wait == nil || p.Flow.InTest(stmt) {
		return Finding{}, false
	}
	ctx, none := p.Flow.Heard(stmt)
	if none != nil && !none.Two && !none.Dead && !none.Detached {
		return Finding{}, false
	}
	if !b.Deaf(true) || !b.mayWait() {
		return Finding{}, false
	}
	// Have: an operation that may wait, deaf to every context, where there is one.
	switch {
	case none != nil && none.Two:
		f := b.start("any context")
		f.Lower(Manual, none.Reason)
		return f, true
	case none != nil && none.Dead:
		p.Keep(stmt, flow.RegionDead)
		return Finding{}, false
	case none != nil:
		p.KeepBecause(stmt, flow.NoRegion, "a detached goroutine that does not use the context")
		return Finding{}, false
	}
	// Have: a live context.
	b.ctx = ctx
	b.Hear(ctx)
	region, why := b.RightToWait()
	if why == "" && sends {
		why = cmp.Or(b.HasRoom(), b.Drained())
		if b.Refills() {
			why = "it waits for those who hold a slot"
		}
	}
	if why != "" {
		p.KeepBecause(stmt, region, why)
		return Finding{}, false
	}
	return b.finding(), true
}

// mayWait reports whether it is one of the operations to look at.
func (b *bareWait) mayWait() bool {
	c := b.Cases[0].Channel
	switch {
	case b.GivesBack():
		return false
	case b.receive != nil:
		return !c.Ticks() && !b.runsLater()
	case !b.Cases[0].Sends: // a range: by who is to close the channel
		return !c.Ticks() && (c.Kind != flow.LocalChannel || len(c.Closes) == 0)
	case b.OneResult():
		return false
	case b.Strict():
		return true
	case b.Acquires():
		return !b.Flow.InSpawnLoop(b.stmt)
	}
	return b.Op().Launch != nil && c.Unbuffered()
}

// runsLater reports whether the receive is an operand of a defer or go statement.
func (b *bareWait) runsLater() bool {
	switch b.stmt.(type) {
	case *ast.DeferStmt, *ast.GoStmt:
		return true
	}
	return false
}

func (b *bareWait) start(ctx string) Finding {
	name := types.ExprString(b.Cases[0].Chan)
	switch {
	case b.Cases[0].Sends:
		return b.Finding(b.stmt, "send on %s does not hear %s: it waits until somebody receives", name, ctx)
	case b.receive == nil:
		f := b.Finding(b.Cases[0].Chan, "range over %s does not hear %s: it waits until somebody sends or closes", name, ctx)
		return f
	}
	return b.Finding(b.receive, "receive from %s does not hear %s: it waits until somebody sends", name, ctx)
}

// finding decides what the fix is and how sure it may be.
func (b *bareWait) finding() Finding {
	f := b.start(b.ctx.Expr)
	if !b.Cases[0].Sends && b.receive == nil {
		f.Lower(Manual, "a loop around a select can hear the context, a range cannot")
		return f
	}
	fix := &ChanBlock{Stmt: b.stmt, Context: b.ctx, Exit: b.Flow.ExitBut(b.stmt, b.ctx, b.Settled), First: b.Flow.DoneFirst(b.stmt)}
	fix.Release = b.Release()
	refuse := cmp.Or(fix.Exit.Refuse, b.Refused(), fix.Release.Refuse)
	var doubts []string
	if b.Cases[0].Sends {
		owed, doubt := b.Receivers(fix.Exit)
		refuse = cmp.Or(refuse, owed, b.ReleasedAnyway())
		doubts = append(doubts, doubt)
	} else {
		form, why := b.receiveForm(fix.Exit)
		fix.Form, refuse = form, cmp.Or(refuse, why, b.Untold(), b.PutBackDeferred())
	}
	if refuse != "" {
		f.Lower(Manual, refuse)
		return f
	}
	// Have: a way to leave, also for those who would wait for it.
	doubts = append(append(doubts, b.ctx.Doubt, fix.Exit.Doubt, b.Starved()), append(b.Doubts(), fix.Release.Doubts...)...)
	if !b.Cases[0].Sends {
		doubts = append(doubts, b.JoinDoubt())
	}
	for _, doubt := range doubts {
		if doubt != "" {
			f.Lower(Unsafe, doubt)
		}
	}
	f.Evidence = fix
	f.Touches = []Span{SpanOf(b.stmt)}
	for _, nodes := range [][]ast.Node{fix.Release.Touches(), fix.Exit.Touches()} {
		for _, n := range nodes {
			f.Touches = append(f.Touches, SpanOf(n))
		}
	}
	if r := b.ctx.Rename; r != nil {
		f.Touches = append(f.Touches, SpanOf(r.List))
	}
	return f
}
