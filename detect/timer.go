package detect

import (
	_ "embed"
	"go/ast"
)

//go:embed timer.md
var timerPage string

// timerRule finds timers and tickers that a context does not stop.
var timerRule = &Rule{
	Name:   "timer",
	Doc:    "a timer or ticker that does not end with the context",
	Page:   timerPage,
	Preset: Recommended,
	Best:   Safe,
	Find:   findTimer,
}

// Timer is the evidence of timer; one of its fields is set.
type Timer struct {
	Loop  *TickLoop
	Stop  *TickerStop
	After *AfterStop
}

func (*Timer) evidence() {}

// A timerFinder looks for the timers of one package.
type timerFinder struct {
	*Pass
	names newNames
}

// findTimer reports
//   - a loop over the channel of a ticker (see tickLoop),
//   - a ticker that is never stopped (see tickerStop),
//   - in full, a time.AfterFunc whose timer is dropped (see afterFunc),
//
// provided a context is live there that should be heard, outside tests.
func findTimer(pass *Pass) []Finding {
	p := &timerFinder{pass, newNames{}}
	var findings []Finding
	for n := range p.Nodes((*ast.RangeStmt)(nil), (*ast.AssignStmt)(nil), (*ast.ExprStmt)(nil)) {
		var f Finding
		var ok bool
		switch stmt := n.(type) {
		case *ast.RangeStmt:
			f, ok = p.tickLoop(stmt)
		case *ast.AssignStmt:
			f, ok = p.tickerStop(stmt)
		case *ast.ExprStmt:
			f, ok = p.afterFunc(stmt)
		}
		if ok {
			findings = append(findings, f)
		}
	}
	return findings
}

// inTest reports whether the statement belongs to a test.
func (p *timerFinder) inTest(stmt ast.Stmt) bool {
	return p.Flow.IsTestFile(stmt) || p.Flow.InTest(stmt)
}

// inLoop reports whether stmt stands in a loop of its function, so that what
// it defers would pile up.
func (p *timerFinder) inLoop(stmt ast.Stmt) bool {
	for n := p.Flow.Parent(stmt); n != nil; n = p.Flow.Parent(n) {
		switch n.(type) {
		case *ast.ForStmt, *ast.RangeStmt:
			return true
		case *ast.FuncLit, *ast.FuncDecl:
			return false
		}
	}
	return false
}

// inBlock reports whether stmt, or its label, stands in a list of statements.
func (p *timerFinder) inBlock(stmt ast.Stmt) bool {
	switch parent := p.Flow.Parent(stmt).(type) {
	case *ast.BlockStmt, *ast.CaseClause, *ast.LabeledStmt:
		return true
	case *ast.CommClause:
		return parent.Comm != stmt
	}
	return false
}

// uncollected reports whether in the file of n a ticker that nobody uses any
// more runs on.
func (p *timerFinder) uncollected(n ast.Node) bool { return p.Flow.Version(n) < 23 }
