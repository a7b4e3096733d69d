package detect

import (
	_ "embed"
	"go/ast"
	"go/types"
	"slices"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/typed"
)

//go:embed goroutine.md
var goroutinePage string

var goroutineRule = &Rule{
	Name:   "goroutine",
	Doc:    "a goroutine captures its context instead of receiving it",
	Page:   goroutinePage,
	Preset: Recommended,
	Best:   Safe,
	Find:   findGoroutine,
}

// Goroutine hands the literal of a go statement what it captures now.
type Goroutine struct {
	Call    *ast.CallExpr // of the go statement
	Lit     *ast.FuncLit  // what it calls
	Passed  []Passed      // in the order of the new parameters, which come first
	Rebinds []*ast.AssignStmt
	Imports []flow.Import
}

// Passed is one new parameter and its argument.
type Passed struct {
	Name, Type string
	Arg        string          // Go source of the argument
	Asked      []*ast.CallExpr // calls in the literal that become Name
}

func (*Goroutine) evidence() {}

// findGoroutine finds go statements whose literal captures a context, and
// calls of a group's Go method whose literal captures one that is assigned
// again while it may run. A go statement is mended, provided:
//   - the captured variable's static type is an interface (or a type
//     parameter) that is a context, and has a name that can be written there,
//     or the variable is a parameter of which only the context is asked;
//   - neither the literal nor an argument assigns it or takes its address, and
//     no argument is the variable already;
//   - a variable of its name that the literal declares at the top of its body
//     can become the parameter;
//   - it is assigned after the launch, or the file is older than Go 1.22 and
//     the literal captures loop variables, or the rule runs in full.
//
// What is only launched in a loop, or assigned before, is left to the rule in
// full: the goroutine would receive the value it captures, and on one code base
// of 350,000 lines 82 such launches were found, all of them right.
func findGoroutine(pass *Pass) []Finding {
	p := launcher{pass, map[*ast.GoStmt]launched{}}
	var found []Finding
	for n := range p.Nodes((*ast.GoStmt)(nil), (*ast.CallExpr)(nil)) {
		var f Finding
		var ok bool
		switch n := n.(type) {
		case *ast.GoStmt:
			f, ok = p.launch(n)
		case *ast.CallExpr:
			f, ok = p.groupLaunch(n)
		}
		if ok {
			found = append(found, f)
		}
	}
	return found
}

// A launcher is a pass that looks at launched literals.
type launcher struct {
	*Pass
	known map[*ast.GoStmt]launched
}

// A launched is what launch returns.
type launched struct {
	f  Finding
	ok bool
}

// launch judges one go statement, once: those around it ask about it, too.
func (p launcher) launch(stmt *ast.GoStmt) (Finding, bool) {
	known, ok := p.known[stmt]
	if !ok {
		known.f, known.ok = p.judge(stmt)
		p.known[stmt] = known
	}
	return known.f, known.ok
}

func (p launcher) judge(stmt *ast.GoStmt) (Finding, bool) {
	lit, ok := ast.Unparen(stmt.Call.Fun).(*ast.FuncLit)
	if !ok {
		return Finding{}, false
	}
	// Have: go func(…) { … }(…)
	all := p.captures(lit)
	loop := p.inLoop(stmt)
	var contexts []*captured
	for _, c := range all {
		if p.isArgument(stmt.Call, c.v) || len(p.Flow.Assigned(c.v, stmt)) > 0 {
			continue
		}
		if !p.passContext(c, lit) && !p.passProvider(c, lit, contexts) {
			continue
		}
		// Have: c can be passed
		p.follow(c, stmt)
		contexts = append(contexts, c)
	}
	shared := p.sharedLoopVars(all, contexts, lit, stmt)
	later := slices.ContainsFunc(contexts, func(c *captured) bool { return c.later != nil })
	if len(contexts) == 0 || !later && len(shared) == 0 && !p.Strict() {
		return Finding{}, false
	}
	f := p.Finding(stmt, "%s", capturesMessage(contexts, shared, loop))
	f.Span = Span{stmt.Pos(), lit.Body.Lbrace}
	if p.spreads(stmt.Call) {
		f.Lower(Manual, spreadBecause)
		return f, true
	}
	p.fix(&f, stmt.Call, lit, append(contexts, shared...))
	return f, true
}

// fix gives the finding its evidence and safety.
func (p launcher) fix(f *Finding, call *ast.CallExpr, lit *ast.FuncLit, passed []*captured) {
	ev := &Goroutine{Call: call, Lit: lit}
	f.Touches = []Span{SpanOf(lit.Type.Params), {call.Lparen, call.Rparen + 1}}
	for _, c := range passed {
		ev.Passed = append(ev.Passed, Passed{c.name, c.typ, c.arg, c.asked})
		for _, asked := range c.asked {
			f.Touches = append(f.Touches, SpanOf(asked))
		}
		if c.rebind != nil {
			ev.Rebinds = append(ev.Rebinds, c.rebind)
			f.Touches = append(f.Touches, Span{c.rebind.TokPos, c.rebind.TokPos + 2})
		}
		for _, add := range c.imports {
			if !slices.Contains(ev.Imports, add) {
				ev.Imports = append(ev.Imports, add)
			}
		}
		if c.later != nil {
			f.Lower(Unsafe, p.laterReason(c))
		}
		if c.doubt != "" {
			f.Lower(Unsafe, c.doubt)
		}
	}
	f.Evidence = ev
}

// inHome reports whether n stands in the function that declares v, not in one of its literals.
func (p launcher) inHome(n ast.Node, v *types.Var) bool {
	f := p.Flow.Func(n)
	return f != nil && f.Declares(v)
}

// isArgument reports whether v itself is an argument of call.
func (p launcher) isArgument(call *ast.CallExpr, v *types.Var) bool {
	return slices.ContainsFunc(call.Args, func(arg ast.Expr) bool {
		return typed.Var(p.Package.Info, arg) == v
	})
}

// inLoop reports whether stmt stands in the body of a loop of its function.
func (p launcher) inLoop(stmt ast.Node) bool {
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
