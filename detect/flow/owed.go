package flow

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// Owed returns the operations that others wait for and that leaving the
// function at the statement at would skip: reachable from it, not deferred.
func (p *Package) Owed(at ast.Node) []Owed {
	f := p.Func(at)
	o := &owing{
		Package: p, f: f, at: at, g: p.graphOf(f), seen: map[ast.Node]bool{},
		joined: map[key]bool{}, locked: map[key]bool{}, received: map[key]receipt{},
	}
	p.after(f, at, func(n ast.Node) bool { o.visit(n); return true })
	o.cancels()
	return o.owed
}

type owing struct {
	*Package
	f    *Func
	at   ast.Node
	g    *graph
	seen map[ast.Node]bool
	late bool // what is visited is deferred behind the place
	owed []Owed

	// Answers, by the group, the lock or the channel.
	joined, locked map[key]bool
	received       map[key]receipt
}

func (o *owing) add(n ast.Node, what string, join bool) {
	if !o.seen[n] {
		o.seen[n] = true
		o.owed = append(o.owed, Owed{Node: n, What: what, Join: join})
	}
}

// visit notes what node n owes. What is done in answer to something received
// at the place itself (inside) is owed only if others count on it: sends,
// closes and WaitGroup calls; and the cancel of what was made before: see cancels.
func (o *owing) visit(n ast.Node) {
	if o.g.comm[n] {
		return // Have: a case of a select, which has other ways to go on
	}
	inside := o.at.Pos() <= n.Pos() && n.End() <= o.at.End()
	if send, ok := n.(*ast.SendStmt); ok {
		o.add(n, "send on "+types.ExprString(send.Chan), false)
	}
	calls(n, func(call *ast.CallExpr) { o.call(n, call, inside) })
	switch n := n.(type) {
	case *ast.DeferStmt:
		if n.Pos() > o.at.End() {
			o.deferred(n)
		}
	case *ast.GoStmt:
		o.handedOver(n)
	}
	if !inside {
		receives(n, func(u *ast.UnaryExpr) { o.receive(u) })
		o.undo(n)
	}
}

// deferred notes what a defer behind the place would have done: whoever leaves
// before it has not deferred anything yet.
func (o *owing) deferred(d *ast.DeferStmt) {
	o.late = true
	defer func() { o.late = false }()
	o.call(d, d.Call, false)
}

// literal notes what the calls of a literal owe that is called in place, or
// deferred.
func (o *owing) literal(n ast.Node, lit *ast.FuncLit, inside bool) {
	ast.Inspect(lit.Body, func(m ast.Node) bool {
		switch m := m.(type) {
		case *ast.FuncLit:
			return false
		case *ast.CallExpr:
			o.call(n, m, inside)
		}
		return true
	})
}

// handedOver notes the cancel that a goroutine calls which would not be started.
func (o *owing) handedOver(g *ast.GoStmt) {
	lit, ok := ast.Unparen(g.Call.Fun).(*ast.FuncLit)
	if !ok {
		return
	}
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && typed.IsCancelFunc(o.Info.TypeOf(call.Fun)) && o.inScope(call.Fun) {
			o.add(call, types.ExprString(call.Fun)+"(), which a goroutine calls", false)
		}
		return true
	})
}

func (o *owing) call(n ast.Node, call *ast.CallExpr, inside bool) {
	if lit, ok := ast.Unparen(call.Fun).(*ast.FuncLit); ok {
		o.literal(n, lit, inside)
		return
	}
	what := types.ExprString(call.Fun) + "()"
	if o.closesChannel(call) {
		o.add(call, "close("+types.ExprString(call.Args[0])+")", false)
		return
	}
	sel, _ := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	name := typed.CalleeName(call)
	switch {
	case sel != nil && name == "Done" && isGroup(o.Info.TypeOf(sel.X)):
		o.add(call, what, false)
	case inside:
		return
	case sel != nil && name == "Wait" && o.joins(sel.X):
		o.add(call, what, true)
	case sel != nil && (name == "Unlock" || name == "RUnlock"):
		if k := keyOf(o.Info, sel.X); o.held(k) && (o.late || !k.valid() || !o.defersUnlock(o.f, k)) {
			o.add(call, what, false)
		}
	case (typed.IsCancelFunc(o.Info.TypeOf(call.Fun)) || o.Closes(call)) && o.inScope(call.Fun):
		o.add(call, what, false)
	case o.wakes(call), o.commits(call):
		o.add(call, what, false)
	case isFuncValue(o.Info, call.Fun) && isStatement(n, call) && o.inScope(call.Fun) && !o.Reachable(call, o.at):
		// Have: called once after the place, not in each turn of a loop.
		o.add(call, "call of "+types.ExprString(call.Fun), false)
	default:
		o.told(call, what)
	}
}

// told notes a call of a function that does what others wait for. Of sends,
// only what is done once after the place counts, not in each turn of a loop.
func (o *owing) told(call *ast.CallExpr, what string) {
	other, signal := o.tellsOthers(call)
	if other == "" || !signal && o.Reachable(call, o.at) {
		return
	}
	o.add(call, what+", with "+other, false)
	o.owed[len(o.owed)-1].Within = signal
}

// receive notes a receive that joins a goroutine launched earlier, or that
// releases a semaphore.
func (o *owing) receive(u *ast.UnaryExpr) {
	k := keyOf(o.Info, u.X)
	if !k.valid() {
		return
	}
	switch o.receipt(k) {
	case joining:
		o.add(u, "receive from "+types.ExprString(u.X), true)
	case releasing:
		o.add(u, "release of "+types.ExprString(u.X), false)
	}
}

// A receipt is what a receive means for those who were there before.
type receipt uint8

const (
	joining   receipt = iota + 1 // of a goroutine
	releasing                    // a semaphore
)

// receipt says what a receive from k means for what was launched, or sent,
// before the place.
func (o *owing) receipt(k key) receipt {
	if known, ok := o.received[k]; ok {
		return known
	}
	means := receipt(0)
	switch {
	case o.joinsBy(k):
		means = joining
	case slices.ContainsFunc(o.partsOf(o.f).sends, func(send *ast.SendStmt) bool {
		return keyOf(o.Info, send.Chan) == k && o.Reachable(send, o.at)
	}):
		means = releasing
	}
	o.received[k] = means
	return means
}

// joinsBy reports whether a goroutine launched before the place tells of its
// end by k.
func (o *owing) joinsBy(k key) bool {
	return slices.ContainsFunc(o.goStmts(o.f), func(g *ast.GoStmt) bool { return o.tells(g)[k] && o.Reachable(g, o.at) })
}

// joins reports whether a goroutine launched before the place belongs to the group.
func (o *owing) joins(group ast.Expr) bool {
	k := keyOf(o.Info, group)
	if known, ok := o.joined[k]; ok {
		return known
	}
	joined := o.joinsBy(k)
	for _, call := range o.callsIn(o.f.Body) {
		if !joined && o.launches(call) {
			joined = keyOf(o.Info, ast.Unparen(call.Fun).(*ast.SelectorExpr).X) == k
		}
	}
	o.joined[k] = joined
	return joined
}

// held reports whether the lock k is held at the place: some Lock on it
// reaches the place without an Unlock between.
func (o *owing) held(k key) bool {
	if !k.valid() {
		return true
	}
	held, known := o.locked[k]
	if known {
		return held
	}
	var locks []ast.Node
	for _, call := range o.callsIn(o.f.Body) {
		sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
		if ok && (sel.Sel.Name == "Lock" || sel.Sel.Name == "RLock") && keyOf(o.Info, sel.X) == k {
			locks = append(locks, call)
		}
	}
	held = o.g.reachesBefore(locks, o.at, func(n ast.Node) bool { return o.unlocks(n, k) })
	o.locked[k] = held
	return held
}

func (o *owing) unlocks(n ast.Node, k key) bool {
	found := false
	calls(n, func(call *ast.CallExpr) {
		sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
		found = found || ok && (sel.Sel.Name == "Unlock" || sel.Sel.Name == "RUnlock") && keyOf(o.Info, sel.X) == k
	})
	return found
}

// inScope reports whether what e starts from exists already at the place.
func (o *owing) inScope(e ast.Expr) bool {
	v := typed.Var(o.Info, typed.Operand(e))
	if v == nil {
		return true
	}
	return v.Kind() == types.PackageVar || v.Pos() < o.at.Pos() && v.Parent().Contains(o.at.Pos())
}

// isFuncValue reports whether fun is a variable, not a declared function.
func isFuncValue(info *types.Info, fun ast.Expr) bool {
	var id *ast.Ident
	switch fun := ast.Unparen(fun).(type) {
	case *ast.Ident:
		id = fun
	case *ast.SelectorExpr:
		id = fun.Sel
	default:
		return false
	}
	_, ok := info.Uses[id].(*types.Var)
	return ok
}

func isStatement(n ast.Node, call *ast.CallExpr) bool {
	s, ok := n.(*ast.ExprStmt)
	return ok && s.X == call
}

// Writes returns what a goroutine launched before at, and not yet waited for
// there, may still write of its launcher's memory; "" for nothing.
func (p *Package) Writes(at ast.Node) string {
	for _, g := range p.goStmts(p.Func(at)) {
		if !p.Reachable(g, at) {
			continue
		}
		if name := p.writesOutside(g); name != "" {
			return name
		}
	}
	return ""
}

// writesOutside returns a captured variable that the goroutine assigns, or a
// buffer it is handed.
func (p *Package) writesOutside(g *ast.GoStmt) string {
	lit, ok := ast.Unparen(g.Call.Fun).(*ast.FuncLit)
	if !ok {
		return p.buffer(g.Call.Args)
	}
	name := ""
	outside := func(e ast.Expr) {
		v := typed.Var(p.Info, typed.Operand(e))
		if v != nil && v.Pos() < lit.Pos() && v.Kind() != types.PackageVar && name == "" {
			name = v.Name()
		}
	}
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if n.Tok != token.DEFINE {
				for _, l := range n.Lhs {
					outside(l)
				}
			}
		case *ast.IncDecStmt:
			outside(n.X)
		case *ast.CallExpr:
			if typed.IsBuiltin(p.Info, n, "len") || typed.IsBuiltin(p.Info, n, "cap") {
				return false
			}
			for _, arg := range n.Args {
				if isBytes(p.Info.TypeOf(arg)) {
					outside(arg)
				}
			}
		}
		return true
	})
	return name
}

func (p *Package) buffer(args []ast.Expr) string {
	for _, arg := range args {
		if isBytes(p.Info.TypeOf(arg)) {
			return types.ExprString(arg)
		}
	}
	return ""
}

// isBytes reports whether t is a byte slice.
func isBytes(t types.Type) bool {
	s, ok := t.Underlying().(*types.Slice)
	if !ok {
		return false
	}
	b, ok := s.Elem().Underlying().(*types.Basic)
	return ok && b.Kind() == types.Byte
}
