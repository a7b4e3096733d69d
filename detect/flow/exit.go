package flow

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// Exit says how the function can be left at the statement at because ctx is
// done: with which statements, and why that would not be safe.
func (p *Package) Exit(at ast.Stmt, ctx Context) Exit { return p.ExitBut(at, ctx, nil) }

// ExitBut is Exit when nobody waits for the operations that settled accepts.
func (p *Package) ExitBut(at ast.Stmt, ctx Context, settled func(Owed) bool) Exit {
	f := p.Func(at)
	if why := p.noExit(f, at); why != "" {
		return Exit{Refuse: why}
	}
	e := p.returns(f, at, ctx)
	if e.Refuse != "" {
		return e
	}
	owed := p.Owed(at)
	if settled != nil {
		owed = slices.DeleteFunc(owed, settled)
	}
	if why := p.counted(f, owed); why != "" {
		return Exit{Refuse: why}
	}
	if group := p.counting(f, at); group != "" {
		return Exit{Refuse: group + " has counted what would not be started: who waits for it would hang"}
	}
	if loop := p.spawnLoop(at); loop != nil && joins(owed) {
		return p.breakOut(f, loop, at, ctx, e)
	}
	if lock := p.relocked(f, at); lock != "" {
		return Exit{Refuse: lock + " is released here, and will be unlocked once more when the function returns"}
	}
	p.deferLast(f, owed, &e)
	if o := signalOwed(owed); o != nil && e.Defer == nil {
		return Exit{Refuse: "an early return would skip " + o.What + ", which others wait for"}
	}
	if o := lockOwed(owed); o != nil {
		return Exit{Refuse: "an early return would skip " + o.What + ": the lock would stay held"}
	}
	switch name := p.Writes(at); {
	case e.Group != nil:
		e.Doubt = types.ExprString(e.Defer.X) + " is left to " + types.ExprString(e.Group.Group) + ".Go, which runs it on every return"
	case e.Defer != nil:
		e.Doubt = types.ExprString(e.Defer.X) + " becomes a defer, which runs on every return"
	case len(owed) > 0:
		e.Doubt = "an early return would skip " + list(owed)
	case name != "":
		e.Doubt = "a goroutine started here may still be writing " + name
	case p.unset(f, at) != "":
		e.Doubt = "the goroutine is waited for, and would leave " + p.unset(f, at) + " as it is"
	default:
		if ch := p.leftSending(f, at); ch != "" {
			e.Doubt = "the loop receives from " + ch + ": whoever sends there may be left waiting"
		}
	}
	return e
}

// noExit says why the function must not be left early at all.
func (p *Package) noExit(f *Func, at ast.Stmt) string {
	switch {
	case p.isDeferred(f, at):
		return "deferred work must run to its end"
	case f.Sig.Recv() == nil && (f.Name() == "init" || f.Name() == "TestMain"):
		return f.Name() + " must run to its end"
	}
	return ""
}

// returns builds the return statement by the function's results.
func (p *Package) returns(f *Func, at ast.Stmt, ctx Context) Exit {
	results := f.Sig.Results()
	if results.Len() == 0 {
		return Exit{Stmts: []string{"return"}}
	}
	last := results.At(results.Len() - 1)
	if !typed.IsError(last.Type()) {
		return Exit{Refuse: "the function has no error result to report the cancellation with"}
	}
	var e Exit
	var values []string
	for i, v := range varsOf(results)[:results.Len()-1] {
		if p.Resolves(v.Name(), v, at.Pos()) {
			values = append(values, v.Name())
			continue
		}
		if name := p.partial(f, i, at); name != "" {
			values = append(values, name)
			continue
		}
		expr, decl, imports, ok := p.zero(v.Type(), at.Pos())
		if !ok {
			return Exit{Refuse: "the zero value of " + types.TypeString(v.Type(), types.RelativeTo(p.Types)) + " cannot be written here"}
		}
		if decl != "" {
			name := p.FreeName(f, "zero")
			expr, decl = name, "var "+name+strings.TrimPrefix(decl, "var zero")
			if len(e.Stmts) > 0 { // two type parameters
				return Exit{Refuse: "the results' zero values cannot be written in one line"}
			}
			e.Stmts = append(e.Stmts, decl)
		}
		values = append(values, expr)
		e.Imports = append(e.Imports, imports...)
	}
	e.Err = p.ErrOf(ctx, at)
	if cause, add := p.causeOf(ctx, at); add != nil {
		e.Err = cause
		e.Imports = append(e.Imports, *add)
	}
	values = append(values, e.Err)
	e.Stmts = append(e.Stmts, "return "+strings.Join(values, ", "))
	return e
}

// ErrOf returns the Go source by which the package reports the end of ctx at a
// position: Cause where it asks contexts for their cause, else Err.
func (p *Package) ErrOf(ctx Context, at ast.Node) string {
	if src, add := p.causeOf(ctx, at); src != "" && add == nil {
		return src
	}
	return ctx.Expr + ".Err()"
}

// causeOf returns context.Cause(ctx) with the import that takes, or "" where
// the cause is not to be given. Only a project that always wants it gets an
// import for it.
func (p *Package) causeOf(ctx Context, at ast.Node) (src string, add *Import) {
	if !p.usesCause(at) {
		return "", nil
	}
	src, add, ok := p.ContextFunc("Cause", at.Pos())
	if !ok || add != nil && p.Options.Cause != CauseAlways {
		return "", nil
	}
	return src + "(" + ctx.Expr + ")", add
}

// usesCause reports whether the cause of a context's end is to be given at a
// position: as the project says, else where the package asks contexts for it.
func (p *Package) usesCause(at ast.Node) bool {
	switch p.Options.Cause {
	case CauseAlways:
		return p.Version(at) >= 20
	case CauseNever:
		return false
	}
	if p.cause == nil {
		found := false
		for id, obj := range p.Info.Uses {
			if id.Name == "Cause" && obj.Pkg().Path() == "context" {
				found = true
				break
			}
		}
		p.cause = &found
	}
	return *p.cause
}

// counted says why a goroutine owes a result that its launcher counts on.
func (p *Package) counted(f *Func, owed []Owed) string {
	if f.Wall != Joined {
		return ""
	}
	for _, o := range owed {
		send, ok := o.Node.(*ast.SendStmt)
		if !ok {
			continue
		}
		if p.waitsIn(f.Outer.Body, map[key]bool{keyOf(p.Info, send.Chan): true}) && !p.closes(f, send.Chan) {
			return "the goroutine owes a " + o.What + " that is waited for"
		}
	}
	return ""
}

// closes reports whether f closes ch by a defer, so that a receiver goes on.
func (p *Package) closes(f *Func, ch ast.Expr) bool {
	found := false
	k := keyOf(p.Info, ch)
	p.eachDefer(f, func(n ast.Node) bool {
		ast.Inspect(n, func(m ast.Node) bool {
			call, ok := m.(*ast.CallExpr)
			found = found || ok && p.closesChannel(call) && keyOf(p.Info, call.Args[0]) == k
			return true
		})
		return true
	})
	return found
}

// InSpawnLoop reports whether a loop around n starts goroutines.
func (p *Package) InSpawnLoop(n ast.Node) bool { return p.spawnLoop(n) != nil }

// spawnLoop returns the outermost loop around at that starts goroutines, or nil.
func (p *Package) spawnLoop(at ast.Node) ast.Stmt {
	var loop ast.Stmt
	for n := p.Parent(at); n != nil; n = p.Parent(n) {
		switch n := n.(type) {
		case *ast.FuncLit:
			return loop
		case *ast.ForStmt, *ast.RangeStmt:
			if p.hasLaunch(n) {
				loop = n.(ast.Stmt)
			}
		}
	}
	return loop
}

func (p *Package) hasLaunch(loop ast.Node) bool {
	found := false
	ast.Inspect(loop, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.GoStmt:
			found = true
		case *ast.CallExpr:
			found = found || p.launches(n)
		}
		return !found
	})
	return found
}

func joins(owed []Owed) bool {
	for _, o := range owed {
		if o.Join {
			return true
		}
	}
	return false
}

// list names at most three owed operations.
func list(owed []Owed) string {
	var names []string
	for _, o := range owed {
		if len(names) == 3 {
			names = append(names, "…")
			break
		}
		names = append(names, o.What)
	}
	return strings.Join(names, ", ")
}
