package flow

import (
	"cmp"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// A channelIndex is where the package mentions each variable of channel type
// and what it assigns to it.
type channelIndex struct {
	uses    map[*types.Var][]*ast.Ident
	sources map[*types.Var][]ast.Expr
	bound   map[*types.Var]bool     // parameters of literals called in place: bound to their argument
	runs    map[*types.Var]ast.Node // the first launch of a local function: go send(ctx)
}

// channelsIndex builds the index on first use.
func (p *Package) channelsIndex() *channelIndex {
	if p.channels != nil {
		return p.channels
	}
	x := &channelIndex{map[*types.Var][]*ast.Ident{}, map[*types.Var][]ast.Expr{}, map[*types.Var]bool{}, map[*types.Var]ast.Node{}}
	p.channels = x
	filter := []ast.Node{
		(*ast.Ident)(nil), (*ast.AssignStmt)(nil), (*ast.ValueSpec)(nil), (*ast.CompositeLit)(nil),
		(*ast.RangeStmt)(nil), (*ast.CallExpr)(nil),
	}
	p.inspect.Preorder(filter, func(n ast.Node) {
		switch n := n.(type) {
		case *ast.Ident:
			if v, ok := p.Info.Uses[n].(*types.Var); ok && isChan(v.Type()) {
				x.uses[v.Origin()] = append(x.uses[v.Origin()], n)
			}
		case *ast.AssignStmt:
			x.assign(p, n.Lhs, n.Rhs)
		case *ast.ValueSpec:
			x.assign(p, identExprs(n.Names), n.Values)
		case *ast.RangeStmt:
			x.assign(p, []ast.Expr{n.Key, n.Value}, []ast.Expr{n.X})
		case *ast.CompositeLit:
			x.fields(p, n)
		case *ast.CallExpr:
			x.bind(p, n)
			x.run(p, n)
		}
	})
	return x
}

// assign notes what each channel variable on the left takes from the right.
func (x *channelIndex) assign(p *Package, lhs, rhs []ast.Expr) {
	for i, l := range lhs {
		if len(rhs) == 0 {
			continue
		}
		v := p.channelVar(ast.Unparen(l))
		if v == nil || !isChan(v.Type()) {
			continue
		}
		x.sources[v] = append(x.sources[v], rhs[min(i, len(rhs)-1)])
	}
}

// fields notes the channels that a struct literal puts into its fields.
func (x *channelIndex) fields(p *Package, lit *ast.CompositeLit) {
	t := p.Info.TypeOf(lit)
	if ptr, ok := t.Underlying().(*types.Pointer); ok { // elided &T in []*T{{…}}
		t = ptr.Elem()
	}
	s, ok := t.Underlying().(*types.Struct)
	if !ok {
		return
	}
	for i, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			x.assign(p, []ast.Expr{kv.Key}, []ast.Expr{kv.Value})
		} else if v := s.Field(i).Origin(); isChan(v.Type()) {
			x.sources[v] = append(x.sources[v], e)
		}
	}
}

// bind notes the arguments of a literal that is called in place.
func (x *channelIndex) bind(p *Package, call *ast.CallExpr) {
	lit, ok := ast.Unparen(call.Fun).(*ast.FuncLit)
	if !ok {
		return
	}
	for i, arg := range call.Args {
		if v := p.paramAt(lit, i); v != nil {
			x.sources[v] = append(x.sources[v], arg)
			x.bound[v] = true
		}
	}
}

// channelVar returns the variable or field that e names, or nil.
func (p *Package) channelVar(e ast.Expr) *types.Var {
	var id *ast.Ident
	switch e := e.(type) {
	case *ast.Ident:
		id = e
	case *ast.SelectorExpr:
		id = e.Sel
	default:
		return nil
	}
	v, _ := p.Info.ObjectOf(id).(*types.Var)
	if v == nil {
		return nil
	}
	return v.Origin()
}

func (p *Package) channelKind(v *types.Var) ChannelKind {
	switch {
	case v.IsField():
		return FieldChannel
	case v.Parent() == v.Pkg().Scope():
		return GlobalChannel
	case p.channelsIndex().bound[v]:
		return LocalChannel
	case v.Kind() == types.ParamVar || v.Kind() == types.ResultVar || v.Kind() == types.RecvVar:
		return ParamChannel
	}
	return LocalChannel
}

// collect adds all that happens to v, and to the variables it is bound to.
func (p *Package) collect(c *Channel, v *types.Var, seen map[*types.Var]bool) {
	if seen[v] {
		return
	}
	seen[v] = true
	x := p.channelsIndex()
	for _, src := range x.sources[v] {
		p.addSource(c, src, seen)
	}
	for _, id := range x.uses[v] {
		p.addUse(c, id, seen)
	}
}

// addSource notes one expression whose value the variable takes.
func (p *Package) addSource(c *Channel, src ast.Expr, seen map[*types.Var]bool) {
	for wraps(p.Info, src) {
		src = inner(src)
	}
	if tv := p.Info.Types[src]; tv.IsNil() {
		return
	}
	if call, ok := src.(*ast.CallExpr); ok {
		if m, ok := p.makeOf(call); ok {
			c.Makes = append(c.Makes, m)
			return
		}
	}
	if v := p.channelVar(src); v != nil && p.channelKind(v) == LocalChannel {
		p.collect(c, v, seen)
		return
	}
	c.Sources = append(c.Sources, src)
}

// makeOf recognises a call of the builtin make for a channel.
func (p *Package) makeOf(call *ast.CallExpr) (Make, bool) {
	if !typed.IsBuiltin(p.Info, call, "make") {
		return Make{}, false
	}
	if !isChan(p.Info.TypeOf(call)) {
		return Make{}, false
	}
	m := Make{Call: call}
	if len(call.Args) > 1 {
		m.Cap = -1
		if v := p.Info.Types[call.Args[1]].Value; v != nil {
			if n, ok := constant.Int64Val(constant.ToInt(v)); ok {
				m.Cap = n
			}
		}
	}
	return m, true
}

// addUse sorts one mention of the channel's variable.
func (p *Package) addUse(c *Channel, id *ast.Ident, seen map[*types.Var]bool) {
	var e ast.Expr = id
	if sel, ok := p.Parent(id).(*ast.SelectorExpr); ok && sel.Sel == id {
		e = sel
	}
	parent := p.Parent(e)
	for wraps(p.Info, parent) { // (ch), (<-chan T)(ch)
		e, parent = parent.(ast.Expr), p.Parent(parent)
	}
	switch n := parent.(type) {
	case *ast.SendStmt:
		if n.Chan == e {
			c.Sends = append(c.Sends, p.op(n))
			return
		}
		c.escape(p, n, "sent on another channel", nil)
	case *ast.UnaryExpr:
		if n.Op == token.ARROW {
			c.Receives = append(c.Receives, p.op(n))
			return
		}
		c.escape(p, n, "referred to by a pointer", nil)
	case *ast.RangeStmt:
		if n.X == e {
			c.Receives = append(c.Receives, p.op(n))
		}
	case *ast.CallExpr:
		p.addArg(c, n, e, seen)
	case *ast.BinaryExpr: // compared
	case *ast.AssignStmt:
		p.addCopy(c, e, n.Lhs, n.Rhs, n, seen)
	case *ast.ValueSpec:
		p.addCopy(c, e, identExprs(n.Names), n.Values, n, seen)
	case *ast.KeyValueExpr:
		if n.Value == e {
			c.escape(p, n, "stored", nil)
		}
	case *ast.ReturnStmt:
		c.escape(p, n, "returned", nil)
	default:
		c.escape(p, e, "stored", nil)
	}
}

// wraps reports whether n is a pair of parentheses or a conversion.
func wraps(info *types.Info, n ast.Node) bool {
	switch n := n.(type) {
	case *ast.ParenExpr:
		return true
	case *ast.CallExpr:
		return info.Types[n.Fun].IsType()
	}
	return false
}

// inner returns what is wrapped.
func inner(e ast.Expr) ast.Expr {
	if call, ok := e.(*ast.CallExpr); ok {
		return call.Args[0]
	}
	return ast.Unparen(e)
}

// addArg handles the channel as an argument.
func (p *Package) addArg(c *Channel, call *ast.CallExpr, e ast.Expr, seen map[*types.Var]bool) {
	switch {
	case p.closesChannel(call):
		c.Closes = append(c.Closes, p.op(call))
		return
	case typed.IsBuiltin(p.Info, call, "len"), typed.IsBuiltin(p.Info, call, "cap"):
		c.Measured = append(c.Measured, call)
		return
	}
	if lit, ok := ast.Unparen(call.Fun).(*ast.FuncLit); ok {
		if v := p.paramAt(lit, slices.Index(call.Args, e)); v != nil {
			p.collect(c, v, seen)
			return
		}
	}
	c.escape(p, call, "passed to "+cmp.Or(typed.CalleeName(call), "a function"), call)
}

// paramAt returns the i-th parameter of a literal that is called in place,
// unless it is variadic.
func (p *Package) paramAt(lit *ast.FuncLit, i int) *types.Var {
	sig := p.Info.TypeOf(lit).(*types.Signature)
	if sig.Variadic() {
		return nil
	}
	return sig.Params().At(i)
}

// addCopy handles the channel on one side of an assignment.
func (p *Package) addCopy(c *Channel, e ast.Expr, lhs, rhs []ast.Expr, n ast.Node, seen map[*types.Var]bool) {
	i := slices.Index(rhs, e)
	if i < 0 {
		return // assigned to: a source
	}
	if id, ok := lhs[i].(*ast.Ident); ok {
		if id.Name == "_" {
			return
		}
		if v := p.channelVar(id); p.channelKind(v) == LocalChannel {
			p.collect(c, v, seen)
			return
		}
	}
	c.escape(p, n, "stored", nil)
}

func (c *Channel) escape(p *Package, n ast.Node, how string, call *ast.CallExpr) {
	launch := p.launch(n)
	if call != nil {
		if g, ok := p.Parent(call).(*ast.GoStmt); ok {
			launch = g
		}
	}
	c.Escapes = append(c.Escapes, Escape{Node: n, How: how, Call: call, Launch: launch})
}

// run notes the launch of a function that a variable holds.
func (x *channelIndex) run(p *Package, call *ast.CallExpr) {
	var launch ast.Node
	v := typed.Var(p.Info, call.Fun)
	if g, ok := p.Parent(call).(*ast.GoStmt); ok {
		launch = g
	} else if len(call.Args) == 1 && p.isGo(call) {
		launch, v = call, typed.Var(p.Info, call.Args[0])
	}
	if x.runs[v] == nil {
		x.runs[v] = launch
	}
}

func identExprs(ids []*ast.Ident) []ast.Expr {
	out := make([]ast.Expr, len(ids))
	for i, id := range ids {
		out[i] = id
	}
	return out
}
