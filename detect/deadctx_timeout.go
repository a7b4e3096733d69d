package detect

import (
	"fmt"
	"go/ast"
	"strconv"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/typed"
)

// A DeadTimeout is a context with a timeout that is made before a statement,
// for a call in it that waits for something to end.
type DeadTimeout struct {
	Stmt ast.Stmt
	Make string // Go source: two statements
}

// bounded lets a call that waits go on under a context with the timeout that
// the project gives such work, made of the context src. It returns nil where
// that takes a person:
//   - where it runs again in the same call, or in a defer or a go statement, where a deferred cancel comes too
//     late or too early;
//   - where the result of the call leaves the function.
func (d *deadWork) bounded(u flow.DeadUse, src string) *DeadCtx {
	stmt := d.Flow.Stmt(u.Expr)
	fn := d.Flow.Func(u.Expr)
	if d.Options.CleanupTimeout <= 0 || fn == nil || !runsHere(stmt) || d.Flow.Reachable(u.Call, u.Call) {
		return nil
	}
	for _, call := range u.Works {
		if d.Flow.Leaves(call) {
			return nil
		}
	}
	with, addContext, ok := d.Flow.ContextFunc("WithTimeout", u.Expr.Pos())
	timePackage, addTime, ok2 := d.Flow.Import("time", u.Expr.Pos())
	if !ok || !ok2 {
		return nil
	}
	fix := &DeadCtx{Dead: u.Expr}
	for _, add := range []*flow.Import{addContext, addTime} {
		if add != nil {
			fix.Imports = append(fix.Imports, *add)
		}
	}
	made := fmt.Sprintf("%s(%s, %s)", with, src, durationIn(timePackage, d.Options.CleanupTimeout))
	if typed.IsFunc(typed.Callee(d.Package.Info, u.Call), "context", "WithCancel") {
		fix.Dead, fix.With = u.Call, made
		return fix
	}
	name := waiterName(u)
	fix.With = d.freeName(fn, lowered(name)+"Ctx")
	cancel := d.freeName(fn, "cancel", "cancel"+name)
	fix.Timeout = &DeadTimeout{stmt, fmt.Sprintf("%s, %s := %s\ndefer %s()", fix.With, cancel, made, cancel)}
	return fix
}

// runsHere reports whether stmt is carried out once, where it stands.
func runsHere(stmt ast.Stmt) bool {
	switch stmt.(type) {
	case *ast.ExprStmt, *ast.AssignStmt, *ast.ReturnStmt, *ast.IfStmt, *ast.SwitchStmt, *ast.DeclStmt:
		return true
	}
	return false
}

// waiterName returns the name of what waits, with a capital letter: Shutdown.
func waiterName(u flow.DeadUse) string {
	for _, call := range u.Works {
		if name := typed.CalleeName(call); flow.IsWaiter(name) {
			r, size := utf8.DecodeRuneInString(name)
			return string(unicode.ToUpper(r)) + name[size:]
		}
	}
	return "Cleanup"
}

func lowered(name string) string {
	r, size := utf8.DecodeRuneInString(name)
	return string(unicode.ToLower(r)) + name[size:]
}

// freeName returns the first of names that is free in fn and not given to
// another fix in its declaration, or the last one with a number.
func (d *deadWork) freeName(fn *flow.Func, names ...string) string {
	last := names[len(names)-1]
	for i := 2; ; i++ {
		for _, name := range names {
			if !d.given[name] && d.Flow.FreeName(fn.Outermost(), name) == name {
				d.given[name] = true
				return name
			}
		}
		names = []string{last + strconv.Itoa(i)}
	}
}

// durationIn renders a duration in its largest whole unit, for a file in which
// package time has that name.
func durationIn(timePackage string, d time.Duration) string {
	prefix := timePackage + "."
	if timePackage == "." { // imported with a dot
		prefix = ""
	}
	for _, unit := range []struct {
		size time.Duration
		name string
	}{
		{time.Hour, "Hour"}, {time.Minute, "Minute"}, {time.Second, "Second"},
		{time.Millisecond, "Millisecond"}, {time.Microsecond, "Microsecond"}, {time.Nanosecond, "Nanosecond"},
	} {
		switch {
		case d == unit.size:
			return prefix + unit.name
		case d%unit.size == 0:
			return fmt.Sprintf("%d*%s%s", d/unit.size, prefix, unit.name)
		}
	}
	return ""
}
