package flow

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// cancels notes the cancel funcs of the contexts that the function has made
// before the place and that nothing has mentioned on the way to it, where the
// place, or what runs after it, calls or hands them on: whoever leaves at the
// place leaks the context, also if the call stands in a case of the place itself.
func (o *owing) cancels() {
	made := map[*types.Var][]ast.Node{}
	var order []*types.Var
	for _, n := range inside(o.indexOf(o.top(o.f.Node)).assigns, o.f.Node) {
		v := o.cancelMade(n)
		if v == nil {
			continue
		}
		if made[v] == nil {
			order = append(order, v)
		}
		made[v] = append(made[v], n)
	}
	for _, v := range order {
		if o.g.reachesBefore(made[v], o.at, func(n ast.Node) bool { return o.mentions(n, v) }) {
			o.cancelOf(v)
		}
	}
}

// cancelMade returns the variable of the function that n, before the place,
// gives the cancel func of a new context; or nil. A named result goes to the
// caller, however the function is left.
func (o *owing) cancelMade(n ast.Node) *types.Var {
	lhs := operandsOf(n)
	if len(lhs) < 2 || contains(o.at, n) || o.Func(n) != o.f {
		return nil
	}
	for _, l := range lhs {
		v := typed.Var(o.Info, l)
		if v != nil && typed.IsCancelFunc(v.Type()) && v.Kind() != types.ResultVar && o.f.Declares(v) {
			return v
		}
	}
	return nil
}

// cancelOf notes what becomes of the cancel func v, unless it is noted already.
func (o *owing) cancelOf(v *types.Var) {
	if slices.ContainsFunc(o.owed, func(w Owed) bool {
		call, ok := w.Node.(*ast.CallExpr)
		return ok && typed.Var(o.Info, call.Fun) == v
	}) {
		return
	}
	for _, id := range slices.Backward(o.Uses(v)) { // the last: what stands behind a loop is owed by no turn of it
		if o.BlankUse(o.Parent(id)) == v || !contains(o.at, id) && !o.Reachable(o.at, id) {
			continue
		}
		if call, ok := o.Parent(id).(*ast.CallExpr); ok && call.Fun == id {
			o.add(call, v.Name()+"()", false)
		} else {
			o.add(id, "the handing over of "+v.Name(), false)
		}
		return
	}
}
