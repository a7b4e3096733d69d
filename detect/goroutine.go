package detect

import (
	_ "embed"
	"fmt"
	"go/ast"
	"go/types"
	"slices"
	"strings"

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
//   - the literal neither assigns it nor takes its address, and no argument
//     is the variable already;
//   - a variable of its name that the literal declares at the top of its body
//     can become the parameter;
//   - it is assigned somewhere after its declaration, or the go statement
//     stands in a loop, or the rule runs in full.
func findGoroutine(p *Pass) []Finding {
	var found []Finding
	for _, file := range p.Files() {
		ast.Inspect(file.Syntax, func(n ast.Node) bool {
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
			return true
		})
	}
	return found
}

// A captured variable of a literal.
type captured struct {
	v    *types.Var
	uses []*ast.Ident

	name, typ, arg string
	asked          []*ast.CallExpr
	rebind         *ast.AssignStmt
	imports        []flow.Import
	doubt          string

	assigned  bool
	addressed bool
	later     ast.Node // may give v another value after the launch
	elsewhere bool     // later stands in another function
}

// launch judges one go statement.
func (p *Pass) launch(stmt *ast.GoStmt) (Finding, bool) {
	lit, ok := ast.Unparen(stmt.Call.Fun).(*ast.FuncLit)
	if !ok {
		return Finding{}, false
	}
	// Have: go func(…) { … }(…)
	all := p.captures(lit)
	loop := p.inLoop(stmt)
	var contexts []*captured
	for _, c := range all {
		if p.isArgument(stmt.Call, c.v) {
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
	assigned := slices.ContainsFunc(contexts, func(c *captured) bool { return c.assigned })
	if len(contexts) == 0 || !loop && !assigned && len(shared) == 0 && !p.Strict() {
		return Finding{}, false
	}
	f := p.Finding(stmt, "%s", capturesMessage(contexts, shared, loop))
	f.Span = Span{stmt.Pos(), lit.Body.Lbrace}
	if p.spreads(stmt.Call) {
		f.Lower(Manual, "its arguments are the results of one call, beside which nothing can be passed")
		return f, true
	}
	p.fix(&f, stmt.Call, lit, append(contexts, shared...))
	return f, true
}

// fix gives the finding its evidence and safety.
func (p *Pass) fix(f *Finding, call *ast.CallExpr, lit *ast.FuncLit, passed []*captured) {
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

// laterReason says why passing c may change what the goroutine sees.
func (p *Pass) laterReason(c *captured) string {
	const keeps = "the goroutine would keep what it is launched with: "
	name, line := c.v.Name(), p.Flow.Fset.Position(c.later.Pos()).Line
	switch {
	case c.addressed:
		return fmt.Sprintf(keeps+"whoever has the address of %s, taken at line %d, may assign it", name, line)
	case c.elsewhere:
		return fmt.Sprintf(keeps+"%s is assigned at line %d, in a function that may run later", name, line)
	}
	return fmt.Sprintf(keeps+"%s is assigned again at line %d", name, line)
}

// inHome reports whether n stands in the function that declares v, not in one of its literals.
func (p *Pass) inHome(n ast.Node, v *types.Var) bool {
	f := p.Flow.Func(n)
	return f != nil && f.Node.Pos() <= v.Pos() && v.Pos() < f.Node.End()
}

// captures lists the local variables from outside that lit mentions, in the
// order of their first use.
func (p *Pass) captures(lit *ast.FuncLit) []*captured {
	var all []*captured
	of := map[*types.Var]*captured{}
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		v, ok := p.Package.Info.Uses[id].(*types.Var)
		if !ok || v.IsField() || v.Parent() == nil || v.Parent() == p.Package.Types.Scope() || v.Parent() == types.Universe {
			return true
		}
		if lit.Pos() <= v.Pos() && v.Pos() < lit.End() {
			return true
		}
		if v.Pkg() != p.Package.Types {
			return true // Have: a dot-imported package variable
		}
		// Have: a local variable declared outside lit
		if of[v] == nil {
			of[v] = &captured{v: v, name: v.Name(), arg: v.Name()}
			all = append(all, of[v])
		}
		of[v].uses = append(of[v].uses, id)
		return true
	})
	return all
}

// passContext prepares a captured context to be passed under its own name.
func (p *Pass) passContext(c *captured, lit *ast.FuncLit) bool {
	t := types.Unalias(c.v.Type())
	if param, ok := t.(*types.TypeParam); ok {
		t = param.Constraint()
	}
	if !typed.IsContextInterface(t) || p.changedBy(c.uses) {
		return false
	}
	switch c.v.Type().(type) {
	case *types.Named, *types.Alias, *types.TypeParam:
	default:
		return false // an interface without a name
	}
	return p.writeType(c, lit) && p.mergeable(c, lit)
}

// writeType finds how the static type of c is written in lit's parameters.
func (p *Pass) writeType(c *captured, lit *ast.FuncLit) (ok bool) {
	c.typ, c.imports, ok = p.Flow.TypeString(c.v.Type(), lit.Pos())
	return ok && !strings.Contains(strings.ReplaceAll(c.typ, "{}", ""), "{")
}

// passProvider prepares a parameter of which the literal only asks the
// context, to be asked at the go statement instead.
func (p *Pass) passProvider(c *captured, lit *ast.FuncLit, others []*captured) bool {
	if c.v.Kind() != types.ParamVar {
		return false
	}
	provider, ok := typed.ProviderOf(c.v.Type())
	if !ok {
		return false
	}
	c.arg = c.v.Name() + provider.Suffix
	for _, id := range c.uses {
		call := p.asks(id, c.arg)
		if call == nil {
			return false
		}
		c.asked = append(c.asked, call)
	}
	// Have: every use of the parameter is r.Context()
	typ, add, ok := p.Flow.ContextType(lit.Pos())
	if !ok {
		return false
	}
	c.typ = typ
	if add != nil {
		c.imports = []flow.Import{*add}
	}
	if c.name = p.freeName(lit, others); c.name == "" {
		return false
	}
	if !typed.IsPointerTo(c.v.Type(), "net/http", "Request") {
		c.doubt = fmt.Sprintf("%s may be another context by the time the goroutine asks for it", c.arg)
	}
	return true
}

// freeName returns a name for a new context parameter of lit, or "".
func (p *Pass) freeName(lit *ast.FuncLit, others []*captured) string {
	for _, name := range []string{"ctx", "reqCtx", "requestCtx"} {
		taken := slices.ContainsFunc(others, func(c *captured) bool { return c.name == name })
		if !taken && p.Flow.FreeName(p.Flow.FuncOf(lit), name) == name {
			return name
		}
	}
	return ""
}

// asks returns the call that asks id for its context, written as src.
func (p *Pass) asks(id *ast.Ident, src string) *ast.CallExpr {
	for n := p.Flow.Parent(id); n != nil; n = p.Flow.Parent(n) {
		e, ok := n.(ast.Expr)
		if !ok {
			return nil
		}
		text := types.ExprString(e)
		if call, ok := e.(*ast.CallExpr); ok && text == src {
			return call
		}
		if !strings.HasPrefix(src, text) {
			return nil
		}
	}
	return nil
}

// follow finds out where else c's variable gets a value.
func (p *Pass) follow(c *captured, stmt ast.Node) {
	c.later = p.Flow.AssignedAfter(c.v, stmt, nil)
	_, c.addressed = c.later.(*ast.UnaryExpr)
	c.assigned = c.later != nil || len(p.Flow.Assigned(c.v, nil)) > 0
	c.elsewhere = c.later != nil && !p.inHome(c.later, c.v)
}

// sharedLoopVars returns the captured variables that all turns of a loop
// share: those of loops in files older than Go 1.22.
func (p *Pass) sharedLoopVars(all, contexts []*captured, lit *ast.FuncLit, stmt *ast.GoStmt) []*captured {
	if len(contexts) == 0 || p.Flow.Version(stmt) >= 22 {
		return nil
	}
	var shared []*captured
	for _, c := range all {
		if slices.Contains(contexts, c) || p.isArgument(stmt.Call, c.v) || !p.Flow.LoopVar(c.v, stmt) {
			continue
		}
		if p.changedBy(c.uses) || p.partsChange(c.v, p.Flow.Func(stmt).Body) || !p.writeType(c, lit) || p.redeclares(c.v, lit) != nil {
			continue
		}
		p.follow(c, stmt)
		shared = append(shared, c)
	}
	return shared
}

// isArgument reports whether v itself is an argument of call.
func (p *Pass) isArgument(call *ast.CallExpr, v *types.Var) bool {
	return slices.ContainsFunc(call.Args, func(arg ast.Expr) bool {
		return typed.Var(p.Package.Info, arg) == v
	})
}

// spreads reports whether call's arguments are the results of one call.
func (p *Pass) spreads(call *ast.CallExpr) bool {
	if len(call.Args) != 1 {
		return false
	}
	_, tuple := p.Package.Info.TypeOf(call.Args[0]).(*types.Tuple)
	return tuple
}

// inLoop reports whether stmt stands in the body of a loop of its function.
func (p *Pass) inLoop(stmt ast.Node) bool {
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

// capturesMessage says what is wrong, the worst first.
func capturesMessage(contexts, shared []*captured, loop bool) string {
	for _, c := range contexts {
		how := c.how()
		switch {
		case how == "":
		case c.asked != nil:
			return fmt.Sprintf("the goroutine captures %s for its context alone, and %[1]s %s", c.v.Name(), how)
		default:
			return fmt.Sprintf("the goroutine captures %s, which %s", c.v.Name(), how)
		}
	}
	if len(shared) > 0 {
		return fmt.Sprintf("the goroutine captures %s and the loop variable%s %s, which all iterations share before Go 1.22",
			listed(contexts), plural(shared), listed(shared))
	}
	where, them := "the goroutine", "it"
	if loop {
		where = "the goroutine, launched in a loop,"
	}
	if len(contexts) > 1 {
		them = "them"
	} else if contexts[0].asked != nil {
		return fmt.Sprintf("%s captures %s for its context alone", where, listed(contexts))
	}
	return fmt.Sprintf("%s captures %s instead of receiving %s", where, listed(contexts), them)
}

// how says how the variable gets other values; "" if it does not.
func (c *captured) how() string {
	switch {
	case c.addressed:
		return "others may assign by its address"
	case c.elsewhere:
		return "another function literal assigns"
	case c.later != nil:
		return "is assigned again after the launch"
	case c.assigned:
		return "is assigned after its declaration"
	}
	return ""
}

func plural(vars []*captured) string {
	if len(vars) == 1 {
		return ""
	}
	return "s"
}

// listed joins the names as "a, b and c".
func listed(vars []*captured) string {
	var names []string
	for _, c := range vars {
		names = append(names, c.v.Name())
	}
	last := len(names) - 1
	if last == 0 {
		return names[0]
	}
	return strings.Join(names[:last], ", ") + " and " + names[last]
}
