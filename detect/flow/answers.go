package flow

import (
	"go/ast"
	"go/types"
)

// A Context is how the live context can be named at a position.
type Context struct {
	Expr     string     // Go source that denotes it there: "ctx", "r.Context()"
	Var      *types.Var // the variable Expr starts with: the context itself or its provider
	Origin   Origin
	Rename   *Rename // the parameter that must be named first, or nil
	NoDone   bool    // it may be passed on, but a Done case on it may never fire
	Deadline bool    // a deadline was set on it in this function
	Doubt    string  // why a fix with it is at most unsafe; empty: no doubt
}

// Origin says what a context is.
type Origin uint8

const (
	Param    Origin = iota // a parameter of context type
	Provider               // asked from a parameter such as *http.Request
	Derived                // a local derived from one of these
)

// A Rename names an unnamed or blank parameter.
type Rename struct {
	Func  *Func
	List  *ast.FieldList // the parameter list
	Field *ast.Field     // the one to name
	Blank *ast.Ident     // its "_", or nil if the list is unnamed (the others get "_")
	Name  string         // a free name in Func
}

// A None says why no context is live at a position.
type None struct {
	Reason   string   // "no context in scope", "detached goroutine", …
	Dead     bool     // there is one, and it is done
	Hidden   bool     // there is one, and it cannot or must not be used: Reason says why
	Detached bool     // a detached goroutine that does not use the outer context
	Outer    *Context // for Detached: the context live at the go statement, or nil
	Given    *Context // for Detached: the goroutine's own context, which ends before its work; or nil
	Two      bool     // two contexts in scope, or none that lives long enough: a person must choose
}

// An Exit is how a function may be left early at a position.
type Exit struct {
	Stmts   []string      // Go source: {"return nil, ctx.Err()"}
	Err     string        // the error that Stmts end with returning: "ctx.Err()"; or empty
	Imports []Import      // to be added for Stmts
	Defer   *ast.ExprStmt // close(ch) or wg.Done(), last in Body, that becomes a defer at its top; or nil
	Body    *ast.BlockStmt
	Group   *GroupGo // the goroutine of Body becomes one that wg.Go starts, which needs no Defer; or nil
	Break   *Break   // Stmts leave a loop that starts goroutines: they are waited for first; or nil
	Doubt   string   // at most unsafe, because …
	Refuse  string   // manual, because …; Stmts is empty then
}

// A GroupGo is a goroutine that becomes one of a WaitGroup's Go, which counts it
// and is done with it.
type GroupGo struct {
	Add   ast.Stmt // wg.Add(1), right before Go
	Go    *ast.GoStmt
	Group ast.Expr // wg
}

// A Break leaves a loop by a label, so that what follows it still happens.
type Break struct {
	Loop  ast.Stmt // gets the label, unless it has it
	Label string
	New   bool     // the label must be added
	Join  ast.Stmt // waits for the goroutines; nil if nothing is waited for
	After []string // Go source, to go behind Join
}

// Touches returns the nodes that leaving by e changes besides the place itself.
func (e Exit) Touches() []ast.Node {
	var nodes []ast.Node
	if e.Defer != nil {
		nodes = append(nodes, e.Defer)
	}
	if e.Group != nil {
		nodes = append(nodes, e.Group.Add, e.Group.Go)
	}
	if e.Break != nil {
		nodes = append(nodes, e.Break.Loop)
		if e.Break.Join != nil {
			nodes = append(nodes, e.Break.Join)
		}
	}
	return nodes
}

// An Import is one that a fix needs and the file lacks.
type Import struct {
	Path string
	Name string // empty unless the import must be renamed
}

// An Owed operation is something others wait for that an early return would skip.
type Owed struct {
	Node   ast.Node
	What   string // "wg.Done()", "close(out)", "send on results", "mu.Unlock()"
	Join   bool   // it waits for goroutines launched earlier
	Within bool   // a call of a function that closes a channel, or is done with a group
}

// A Use is one place where a context, or one derived from it, goes.
type Use struct {
	Kind     UseKind
	Call     *ast.CallExpr // for Arg and Method: the call
	Node     ast.Expr      // the expression used
	Detached bool          // Node is a request or command made with a context that has passed through WithoutCancel
}

// UseKind is what happens to a context.
type UseKind uint8

const (
	Arg      UseKind = iota // argument of a call other than a derivation
	Method                  // Err, Done, Deadline, Value called on it
	Returned                // a result of the function
	Stored                  // into a field, map, slice, global, composite literal or channel
	Compared                // with nil or another value
	Launched                // argument of a go statement's call, or captured by its literal
	Captured                // by a literal that is kept
	Other
)
