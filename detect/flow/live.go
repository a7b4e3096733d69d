package flow

import (
	"cmp"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// Live returns the context that is live at the start of n, or why there is none.
//
// Candidates are the parameters of context type and the providers of the
// function n stands in, and locals derived from them, in scope, assigned on
// every path to n and not done there. A literal sees those of the function
// around it only if it is run before that function goes on (see Wall).
func (p *Package) Live(n ast.Node) (Context, *None) {
	f := p.Func(n)
	if f == nil {
		return Context{}, &None{Reason: "not in a function"}
	}
	q := &liveQuery{Package: p, node: n, pos: n.Pos(), facts: p.factsAt(f, n), leaves: p.leaves(n)}
	return q.in(f)
}

// A liveQuery is one question for the live context.
type liveQuery struct {
	*Package
	node   ast.Node
	pos    token.Pos
	facts  facts // what holds at node
	leaves bool  // what the context is used for outlives the function: no context that ends with it will do
}

// A candidate is a context that might be chosen.
type candidate struct {
	v      *types.Var
	line   lineage
	origin Origin
	field  *ast.Field // for a parameter
	list   *ast.FieldList
	suffix string // for a provider
	doubt  string
}

// in asks f, and the functions around it as far as its wall lets through.
func (q *liveQuery) in(f *Func) (Context, *None) {
	own := q.params(f)
	locals := q.locals(f)
	if len(own) > 0 {
		ctx, none := q.choose(f, own, locals)
		if none == nil && f.Wall == Detached && q.givenToEnd(f, own[0]) {
			return Context{}, &None{Reason: "detached goroutine", Detached: true, Given: &ctx}
		}
		return ctx, none
	}
	if ctx, ok := q.chooseInherited(f, locals); ok {
		return ctx, nil
	}
	switch {
	case f.Outer == nil:
		return Context{}, &None{Reason: "no context in scope"}
	case f.Wall == Keeping:
		_, none := q.around(f)
		return Context{}, &None{
			Reason: "the function literal may be kept; a context from outside may be done when it runs",
			Hidden: none == nil || none.Hidden,
		}
	case f.Wall == Detached:
		return q.inDetached(f)
	}
	return q.in(f.Outer)
}

// chooseInherited chooses a local of f that f derived from a context of a
// function around it, which a literal does on purpose.
func (q *liveQuery) chooseInherited(f *Func, locals []candidate) (Context, bool) {
	if f.Outer == nil || f.Wall == Keeping {
		return Context{}, false
	}
	for i := len(locals) - 1; i >= 0; i-- {
		c := locals[i]
		own := c.v.Name() == c.line.parentName()
		if c.line.how == byDeadline && !own && c.v.Name() != "ctx" || c.line.how == byCancel && !own && q.isSignal(&c) {
			continue
		}
		if q.usable(c) {
			return q.context(f, c), true
		}
	}
	return Context{}, false
}

func (l lineage) parentName() string {
	if len(l.parents) == 0 {
		return ""
	}
	return l.parents[0].Name()
}

// inDetached answers for a goroutine nobody waits for: the outer context is
// live only if the goroutine already uses it, and does not outlive it.
func (q *liveQuery) inDetached(f *Func) (Context, *None) {
	outer, none := q.around(f)
	if none != nil {
		return Context{}, none
	}
	if uses := q.mentions(f, outer); len(uses) > 0 && q.outlived(f, uses) == "" {
		return q.in(f.Outer)
	}
	return Context{}, &None{Reason: "detached goroutine", Detached: true, Outer: &outer}
}

// An answer is what is found to be live at some node.
type answer struct {
	ctx  Context
	none *None
}

// around asks for the context live where the literal f is started. It asks
// once: each literal around another would double the questions.
func (q *liveQuery) around(f *Func) (Context, *None) {
	if known, ok := q.Package.around[f]; ok {
		return known.ctx, known.none
	}
	r := &liveQuery{Package: q.Package, node: f.Site, pos: f.Site.Pos(), facts: q.factsAt(f.Outer, f.Site)}
	ctx, none := r.in(f.Outer)
	q.Package.around[f] = answer{ctx, none}
	return ctx, none
}

// mentions returns where the body of f names ctx (a provider: its context).
func (q *liveQuery) mentions(f *Func, ctx Context) (uses []ast.Expr) {
	suffix := strings.TrimPrefix(ctx.Expr, ctx.Var.Name()) // how a provider is asked
	ast.Inspect(f.Body, func(n ast.Node) bool {
		e, _ := n.(ast.Expr)
		if keyOf(q.Info, e) != (key{ctx.Var, suffix}) {
			return true
		}
		uses = append(uses, e)
		return false
	})
	return uses
}

// params returns the parameters of f that are contexts, or if there are none
// those that provide one.
func (q *liveQuery) params(f *Func) []candidate {
	var contexts, providers []candidate
	i := 0
	for _, field := range f.Type.Params.List {
		for range max(1, len(field.Names)) {
			v := f.Sig.Params().At(i)
			i++
			c := candidate{v: v, field: field, list: f.Type.Params}
			if typed.IsContext(v.Type()) {
				c.origin = Param
				c.line = q.lineageAt(v, q.node)
				contexts = append(contexts, c)
			} else if prov, ok := q.ProviderOf(v.Type()); ok {
				c.origin, c.suffix = Provider, prov.Suffix
				c.line = lineage{kind: fromProvider, base: v}
				c.doubt = q.providerDoubt(f, v, prov)
				providers = append(providers, c)
			}
		}
	}
	if len(contexts) > 0 {
		return contexts
	}
	return providers
}

// providerDoubt says why asking the parameter for its context is not safe.
func (q *liveQuery) providerDoubt(f *Func, v *types.Var, prov typed.Provider) string {
	switch {
	case prov.Unknown:
		return "whose context " + cmp.Or(strings.Trim(v.Name(), "_"), types.TypeString(v.Type(), types.RelativeTo(q.Types))) + " holds is not known"
	case prov.Tested != "" && q.testedBare(f, prov.Tested):
		return "the package's tests call this function with a value whose context is nil"
	case !q.onlyRewraps(v):
		return v.Name() + " is assigned in the function"
	}
	return ""
}

// testedBare reports whether a test file of the package mentions both f and
// the way to make a value without a context: cobra.Command{}, gin.CreateTestContext.
func (q *liveQuery) testedBare(f *Func, maker string) bool {
	decl := f.Decl()
	if decl == nil {
		return false
	}
	fn := q.Info.Defs[decl.Name]
	for _, file := range q.Files {
		if !strings.HasSuffix(q.Fset.File(file.FileStart).Name(), "_test.go") {
			continue
		}
		makes, calls := false, false
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CompositeLit:
				sel, ok := n.Type.(*ast.SelectorExpr)
				makes = makes || ok && sel.Sel.Name == maker
			case *ast.Ident:
				makes = makes || n.Name == maker && strings.HasPrefix(maker, "Create")
				calls = calls || q.Info.Uses[n] == fn
			}
			return !makes || !calls
		})
		if makes && calls {
			return true
		}
	}
	return false
}

// locals returns the context variables of f (not its parameters) that are in
// scope, outermost first.
func (q *liveQuery) locals(f *Func) []candidate {
	var cands []candidate
	top := q.Info.Scopes[f.Type]
	scope := q.Types.Scope().Innermost(q.pos)
	for ; scope != nil && scope != top.Parent(); scope = scope.Parent() {
		var here []candidate
		for _, name := range scope.Names() {
			v, ok := scope.Lookup(name).(*types.Var)
			if !ok || v.Kind() != types.LocalVar || !typed.IsContextInterface(v.Type()) {
				continue
			}
			if !q.Resolves(name, v, q.pos) {
				continue // Nope: it comes later, or a variable further in has the name
			}
			here = append(here, candidate{v: v, origin: Derived, line: q.lineageAt(v, q.node)})
		}
		slices.SortFunc(here, func(a, b candidate) int { return int(a.v.Pos() - b.v.Pos()) })
		cands = append(here, cands...)
	}
	return cands
}
