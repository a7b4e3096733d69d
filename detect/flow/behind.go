package flow

import (
	"go/ast"
	"go/types"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// StaysBehind says how a result of call, or what is made of it, may be used
// after the function has ended, other than by its caller: "stored in s.rows",
// "sent on out". "" for no way. What is returned, also as a part of something
// that is, is the caller's.
func (p *Package) StaysBehind(call *ast.CallExpr) string {
	if !livingResult(p.Info.TypeOf(call)) {
		return ""
	}
	b := &behind{p, map[*types.Var]bool{}}
	return b.value(call)
}

type behind struct {
	*Package
	seen map[*types.Var]bool
}

// value follows the value of e to where it goes.
func (b *behind) value(e ast.Expr) string {
	switch parent := b.Parent(e).(type) {
	case *ast.SendStmt:
		if parent.Value == e {
			return "sent on " + types.ExprString(parent.Chan)
		}
	case *ast.KeyValueExpr:
		if parent.Value == e {
			return b.value(b.Parent(parent).(*ast.CompositeLit))
		}
	case *ast.CompositeLit, *ast.ParenExpr, *ast.StarExpr, *ast.UnaryExpr, *ast.TypeAssertExpr:
		return b.value(parent.(ast.Expr))
	case *ast.SelectorExpr:
		if call, ok := b.Parent(parent).(*ast.CallExpr); ok && call.Fun == parent {
			return b.result(call)
		}
		if livingResult(b.Info.TypeOf(parent)) {
			return b.value(parent)
		}
	case *ast.CallExpr:
		return b.argument(parent, e)
	case *ast.AssignStmt:
		for i, l := range parent.Lhs {
			if len(parent.Lhs) != len(parent.Rhs) || parent.Rhs[i] == e {
				if how := b.assigned(l); how != "" {
					return how
				}
			}
		}
	case *ast.ValueSpec:
		for i, name := range parent.Names {
			if len(parent.Names) != len(parent.Values) || parent.Values[i] == e {
				if how := b.assigned(name); how != "" {
					return how
				}
			}
		}
	}
	return ""
}

// argument follows a value into a call that receives it.
func (b *behind) argument(call *ast.CallExpr, e ast.Expr) string {
	name := typed.CalleeName(call)
	if g, ok := b.Parent(call).(*ast.GoStmt); ok {
		if b.Detached(g) {
			return "handed to a goroutine that nobody waits for"
		}
		return ""
	}
	switch {
	case typed.IsBuiltin(b.Info, call, "append"):
		return b.value(call)
	case hasWord(name, queues) || hasWord(name, runners) || b.Retains(call):
		return "handed to " + name
	}
	if kept, _ := b.keptBy(typed.Callee(b.Info, call), call, e); kept != nil {
		return "handed to " + name + ", where " + kept.String()
	}
	return b.result(call)
}

// result follows what a call made of the value.
func (b *behind) result(call *ast.CallExpr) string {
	if !livingResult(b.Info.TypeOf(call)) {
		return ""
	}
	return b.value(call)
}

// assigned follows a value into what it is assigned to.
func (b *behind) assigned(lhs ast.Expr) string {
	v := typed.Var(b.Info, lhs)
	switch {
	case isBlank(lhs) || b.ofProvider(lhs):
		return ""
	case v == nil || v.Kind() == types.PackageVar:
		return "stored in " + types.ExprString(lhs)
	case b.seen[v] || typed.IsError(v.Type()):
		return ""
	}
	b.seen[v] = true
	for _, id := range b.usesOf(v) {
		for f := b.Func(id); !f.Declares(v); f = f.Outer {
			switch f.Wall {
			case Detached:
				return "used by a goroutine that nobody waits for"
			case Keeping:
				return "captured by a function literal that may be kept"
			}
		}
		if how := b.value(id); how != "" {
			return how
		}
	}
	return ""
}
