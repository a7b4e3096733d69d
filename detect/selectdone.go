package detect

import (
	"cmp"
	_ "embed"
	"go/ast"

	"github.com/ctxfix/ctxfix/detect/flow"
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
	Exit    flow.Exit    // what the new case does
	First   bool         // it goes first, as in the file's other selects
	Release flow.Release // lets go who sends to it
}

func (*SelectDone) evidence() {}

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
	for stmt := range Each[*ast.SelectStmt](p) {
		if f, ok := p.selectDone(stmt); ok {
			findings = append(findings, f)
		}
	}
	return findings
}

func (p *Pass) selectDone(stmt *ast.SelectStmt) (Finding, bool) {
	wait := p.Flow.SelectWait(stmt)
	if wait == nil || p.Flow.InTest(stmt) {
		return Finding{}, false
	}
	ctx, none := p.Flow.Heard(stmt)
	if none != nil && !none.Two && !none.Dead && !none.Detached {
		return Finding{}, false
	}
	if !wait.Deaf(p.Strict()) { // asked last: channels are looked for in the whole package
		return Finding{}, false
	}
	// Have: a blocking select, deaf to every context, where there is one.
	switch {
	case none != nil && none.Two:
		f := p.Finding(stmt, "select does not hear any context: it has no Done case")
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
	wait.Hear(ctx)
	if region, why := wait.RightToWait(); why != "" {
		p.KeepBecause(stmt, region, why)
		return Finding{}, false
	}
	return p.selectDoneFinding(stmt, wait, ctx), true
}

// selectDoneFinding decides what the fix is and how sure it may be.
func (p *Pass) selectDoneFinding(stmt *ast.SelectStmt, wait *flow.Wait, ctx flow.Context) Finding {
	f := p.Finding(stmt, "select does not hear %s: it has no case on its Done", ctx.Expr)
	fix := &SelectDone{Select: stmt, Context: ctx, First: p.Flow.DoneFirst(stmt), Exit: p.Flow.Exit(stmt, ctx)}
	fix.Release = wait.Release()
	if why := cmp.Or(fix.Exit.Refuse, wait.Refused(), fix.Release.Refuse); why != "" {
		f.Lower(Manual, why)
		return f
	}
	// Have: a way to leave, also for those who would wait for it.
	for _, doubts := range [][]string{{ctx.Doubt, fix.Exit.Doubt}, wait.Doubts(), fix.Release.Doubts} {
		for _, doubt := range doubts {
			if doubt != "" {
				f.Lower(Unsafe, doubt)
			}
		}
	}
	f.Evidence = fix
	f.Touches = []Span{SpanOf(stmt)}
	for _, nodes := range [][]ast.Node{fix.Release.Touches(), fix.Exit.Touches()} {
		for _, n := range nodes {
			f.Touches = append(f.Touches, SpanOf(n))
		}
	}
	if r := ctx.Rename; r != nil {
		f.Touches = append(f.Touches, SpanOf(r.List))
	}
	return f
}
