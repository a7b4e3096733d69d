package detect

import (
	_ "embed"
	"go/ast"
	"go/types"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/typed"
)

//go:embed selectdone.md
var selectDonePage string

// selectDoneRule finds blocking selects that cannot hear cancellation.
var selectDoneRule = &Rule{
	Name:   "selectdone",
	Doc:    "a blocking select without a case on the context's Done",
	Page:   selectDonePage,
	Preset: Recommended,
	Best:   Safe,
	Find:   findSelectDone,
}

// SelectDone is the evidence of selectdone: Select gets a case on the Done
// of Context, and the goroutines that send to it a way out.
type SelectDone struct {
	Select  *ast.SelectStmt
	Context flow.Context
	Exit    flow.Exit       // what the new case does
	First   bool            // it goes first, as in the file's other selects
	Buffer  []*ast.CallExpr // make(chan T) calls that get the capacity 1
	Sends   []SendExit      // sends that get a select of their own
}

// A SendExit is a bare send that becomes a case beside a Done case.
type SendExit struct {
	Send    *ast.SendStmt
	Context flow.Context
	Exit    flow.Exit
}

func (*SelectDone) evidence() {}

// A doneSelect is one select under inspection.
type doneSelect struct {
	*Pass
	stmt  *ast.SelectStmt
	fn    *flow.Func
	ctx   flow.Context
	cases []selectCase
	bound map[types.Object]bool // variables that hold ctx, or something made from it

	leaving []flow.ChannelOp // the sends elsewhere that the fix is to let go
}

// A selectCase is one communication of a select.
type selectCase struct {
	clause  *ast.CommClause
	expr    ast.Expr // the channel
	channel *flow.Channel
	sends   bool
}

// findSelectDone reports a select, provided:
//   - it has cases, no default, and none of them waits for a Done, for a
//     channel whose name says done, stop or the like, or for a signal;
//   - a context is live there that can be done;
//   - it stands in no region where waiting to the end is right: after the
//     context is done, deferred, in work that is shared, in a test's wait;
//   - not everything it receives comes from goroutines, launched here or by
//     a call, that use this context: they end with it, and the select too;
//   - the cancellation does not reach it another way: through a goroutine
//     that watches the context, or a loop that looks at it between waits.
func findSelectDone(p *Pass) []Finding {
	var findings []Finding
	for _, file := range p.Files() {
		ast.Inspect(file.Syntax, func(n ast.Node) bool {
			stmt, ok := n.(*ast.SelectStmt)
			if !ok {
				return true
			}
			if f, ok := p.selectDone(stmt); ok {
				findings = append(findings, f)
			}
			return true
		})
	}
	return findings
}

func (p *Pass) selectDone(stmt *ast.SelectStmt) (Finding, bool) {
	s := &doneSelect{Pass: p, stmt: stmt, fn: p.Flow.Func(stmt)}
	if s.fn == nil || !s.blocks() || s.inTest() {
		return Finding{}, false
	}
	ctx, none := p.Flow.Live(stmt)
	if none != nil && !none.Two && !none.Dead && !none.Detached {
		return Finding{}, false
	}
	if !s.deaf() { // asked last: channels are looked for in the whole package
		return Finding{}, false
	}
	// Have: a blocking select, deaf to every context, where there is one.
	switch {
	case none != nil && none.Two:
		f := p.Finding(stmt, "select does not hear any context: it has no Done case")
		f.Lower(Manual, none.Reason)
		return f, true
	case none != nil:
		if none.Dead {
			p.Keep(stmt, flow.RegionDead)
		} else {
			s.keep(flow.NoRegion, "a detached goroutine that does not use the context")
		}
		return Finding{}, false
	}
	// Have: a live context.
	s.ctx, s.bound = ctx, s.boundTo(ctx)
	if s.rightToWait() {
		return Finding{}, false
	}
	return s.finding(), true
}

// blocks reports whether the select has cases, none of them a default or the
// Done of a context.
func (s *doneSelect) blocks() bool {
	for _, c := range s.stmt.Body.List {
		if ch, _ := flow.Comm(c.(*ast.CommClause)); ch == nil || s.Flow.DoneOf(ch) != nil {
			return false
		}
	}
	return len(s.stmt.Body.List) > 0
}

// deaf reports whether none of the cases is a way out.
func (s *doneSelect) deaf() bool {
	for _, c := range s.stmt.Body.List {
		clause := c.(*ast.CommClause)
		ch, sends := flow.Comm(clause)
		channel := s.Flow.Channel(ch)
		if channel == nil || !sends && s.ends(channel) {
			return false
		}
		s.cases = append(s.cases, selectCase{clause, ch, channel, sends})
	}
	return true
}

// ends reports whether receiving from the channel means that something has
// ended, so that the select has its own way out.
func (s *doneSelect) ends(c *flow.Channel) bool {
	switch {
	case c.Name == "CloseNotify":
		return !s.Strict()
	case c.OSSignals():
		return true
	}
	if c.Ending() || s.closedOnly(c) {
		return true
	}
	for _, src := range c.Sources { // c := ctx.Done(), later c = nil; quit := s.Stopped()
		from := s.Flow.Channel(src)
		if s.Flow.DoneOf(src) != nil || from != nil && from.Ending() {
			return true
		}
	}
	return false
}

// closedOnly reports whether the channel is made once, carries nothing, and
// others do nothing with it but close it: it says that something has ended.
func (s *doneSelect) closedOnly(c *flow.Channel) bool {
	if !c.Event() || len(c.Sends) > 0 || len(c.Closes) == 0 || len(c.Makes) != 1 || len(c.Sources) > 0 {
		return false
	}
	if c.Kind != flow.LocalChannel {
		return true
	}
	for _, op := range c.Closes {
		if contains(s.fn.Node, op.Node) {
			return false // by a goroutine launched here, whose result is awaited
		}
	}
	return true
}

// inTest reports whether the select is a test's wait for an event.
func (s *doneSelect) inTest() bool {
	for f := s.fn; f != nil; f = f.Outer {
		for i := range f.Sig.Params().Len() {
			if typed.IsTesting(f.Sig.Params().At(i).Type()) {
				return true
			}
		}
	}
	return false
}

// finding decides what the fix is and how sure it may be.
func (s *doneSelect) finding() Finding {
	f := s.Finding(s.stmt, "select does not hear %s: it has no case on its Done", s.ctx.Expr)
	fix := &SelectDone{Select: s.stmt, Context: s.ctx, First: s.doneFirst()}
	fix.Exit = s.Flow.Exit(s.stmt, s.ctx)
	if fix.Exit.Refuse != "" {
		f.Lower(Manual, fix.Exit.Refuse)
		return f
	}
	if why := s.refused(); why != "" {
		f.Lower(Manual, why)
		return f
	}
	// Have: a way to leave.
	for _, doubt := range []string{s.ctx.Doubt, fix.Exit.Doubt, s.caseDoubt(), s.memoryDoubt(), s.skipDoubt(), s.giveUpDoubt()} {
		if doubt != "" {
			f.Lower(Unsafe, doubt)
		}
	}
	s.freeSenders(fix, &f)
	f.Evidence = fix
	f.Touches = []Span{SpanOf(s.stmt)}
	for _, m := range fix.Buffer {
		f.Touches = append(f.Touches, SpanOf(m))
	}
	for _, send := range fix.Sends {
		f.Touches = append(f.Touches, SpanOf(send.Send))
		for _, n := range send.Exit.Touches() {
			f.Touches = append(f.Touches, SpanOf(n))
		}
	}
	for _, n := range fix.Exit.Touches() {
		f.Touches = append(f.Touches, SpanOf(n))
	}
	if r := s.ctx.Rename; r != nil {
		f.Touches = append(f.Touches, SpanOf(r.List))
	}
	return f
}

// doneFirst reports whether most selects of the file that have a Done case
// have it first.
func (s *doneSelect) doneFirst() bool {
	first, other := 0, 0
	ast.Inspect(s.Package.FileOf(s.stmt.Pos()).Syntax, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectStmt)
		if !ok || len(sel.Body.List) < 2 {
			return true
		}
		for i, c := range sel.Body.List {
			if ch, _ := flow.Comm(c.(*ast.CommClause)); ch == nil || s.Flow.DoneOf(ch) == nil {
				continue
			}
			if i == 0 {
				first++
			} else {
				other++
			}
			break
		}
		return true
	})
	return first > other
}
