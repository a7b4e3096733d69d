// Package flow answers the questions about contexts that every rule asks:
// which context is live at a position, where a fresh root is right, how a
// function can be left early, who still waits for it, and where a context
// goes. Answers are flow-sensitive (golang.org/x/tools/go/cfg) and read-only.
//
// Where an answer is doubtful it says so in words: Doubt means "at most
// unsafe, because …", Refuse means "manual, because …".
package flow

import (
	"go/ast"
	"go/token"
	"go/types"
)

// A Context is how the live context can be named at a position.
type Context struct {
	Expr   string     // Go source that denotes it there: "ctx", "r.Context()"
	Var    *types.Var // the variable Expr starts with: the context itself or its provider
	Type   types.Type // static type of Expr
	Origin Origin
	Rename *Rename // the parameter that must be named first, or nil
	NoDone bool    // it may be passed on, but a Done case on it may never fire
	Doubt  string  // why a fix with it is at most unsafe; empty: no doubt
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
	Reason   string   // "detached goroutine", "no context in scope", …
	Detached bool     // a detached goroutine that does not use the outer context
	Outer    *Context // for Detached: the context live at the go statement, or nil
	Two      bool     // two contexts in scope: manual
}

// Live returns the context that is live at the start of n, or why there is none.
//
//	func (p *Package) Live(n ast.Node) (Context, *None)

// An Exit is how a function may be left early at a position.
type Exit struct {
	Stmts   []string // Go source, with Context.Expr for the context: {"return nil, ctx.Err()"}
	Imports []Import // to be added for Stmts
	Doubt   string   // at most unsafe, because …
	Refuse  string   // manual, because …; Stmts is empty then
}

// An Import is one a fix needs and the file lacks.
type Import struct{ Path, Name string } // Name is empty unless the import must be renamed

// An Owed operation is something others wait for that an early return would skip.
type Owed struct {
	Node ast.Node
	What string // "wg.Done()", "close(out)", "send on results", "mu.Unlock()"
}

// A Use is one place where a context, or one derived from it, goes.
type Use struct {
	Kind     UseKind
	Call     *ast.CallExpr // for Arg: the call that receives it
	Arg      int           // for Arg: its index
	Node     ast.Node      // the expression used
	Deadline bool          // it carries a deadline set on the way
}

// UseKind is what happens to a context.
type UseKind uint8

const (
	Arg      UseKind = iota // argument of a call other than a derivation
	Method                  // Err, Done, Deadline, Value called on it
	Returned                // a result of the function
	Stored                  // into a field, map, slice, global, composite literal, channel
	Compared                // with nil or another value
	Launched                // argument of a go statement's call or captured by its literal
	Captured                // by a literal that is kept
	Other
)

// Wall is how a function literal is run, seen from the function it stands in.
type Wall uint8

const (
	Declared Wall = iota // not a literal
	Called               // called at once, or by a callee before it returns
	Deferred             // by a defer statement
	Joined               // in a goroutine somebody in the outer function waits for
	Detached             // in a goroutine nobody in the outer function waits for
	Keeping              // returned, stored, or given to a callee that may keep it
)

// A Func is a function declaration or literal with a body.
type Func struct {
	Node  ast.Node // *ast.FuncDecl or *ast.FuncLit
	Type  *ast.FuncType
	Body  *ast.BlockStmt
	Sig   *types.Signature
	Outer *Func // the function a literal stands in, or nil
	Wall  Wall
	Go    *ast.GoStmt // for Joined and Detached by a go statement
	flow              // cfg and facts, computed on demand
}

// Name returns the declared name, or "func literal".
//
// The questions, all methods of *Package, cached per package:
//
//	New(fset, files, pkg, info) *Package
//	Parent(n ast.Node) ast.Node                       // enclosing node in the file
//	Stmt(n ast.Node) ast.Stmt                         // innermost statement that stands in a block or clause
//	Func(n ast.Node) *Func                            // innermost function that contains n, n itself excluded if it is a literal
//	FuncOf(node ast.Node) *Func                       // of a *ast.FuncDecl or *ast.FuncLit
//	Live(n) (Context, *None)
//	Region(n ast.Node) Region                         // of section "where a fresh root is right", the regions that do not look at the callee: R1 R2 R5 R6 R9 R11 R12 R13 R15
//	RootRegion(root *ast.CallExpr) (Region, string)   // all of R1..R15 for a fresh root, with a detail
//	Exit(at ast.Stmt, ctx Context) Exit               // leaving the function at that statement
//	Owed(at ast.Node) []Owed                          // reachable from there and not deferred
//	Detached(g *ast.GoStmt) bool
//	Reach(e ast.Expr) []Use                           // where the context e goes
//	DoneOf(e ast.Expr) ast.Expr                       // the context whose Done channel e is (aliases count), or nil
//	MaybeNil(e ast.Expr) (why string)                 // flow-proven: e may be a nil context here; "" if not
//	Assigned(v *types.Var, in ast.Node) []ast.Node    // assignments to v after its declaration, and address-taking, inside a node
//	FreeName(f *Func, names ...string) string         // the first that is neither declared nor mentioned in f
//	Import(path string, at token.Pos) (name string, add *Import, ok bool) // how a package is named there
//	TypeString(t types.Type, at token.Pos) (string, []Import, bool)       // t as Go source there; false if it cannot be written
//	Version(n ast.Node) int                           // Go minor version of the file: 21 for go1.21
type placeholder struct{ token.Pos }
