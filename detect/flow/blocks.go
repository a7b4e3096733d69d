package flow

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// Blocks says what a call of a function of this package waits for, itself or
// in what it calls: "time.Sleep", "receive from ch". "" if nothing shows that
// it waits, or if it has a context of its own that may end it.
func (p *Package) Blocks(call *ast.CallExpr) string {
	b := &blocking{Package: p, left: maxBlocking, seen: map[*types.Func]int{}}
	return b.call(call)
}

// maxBlocking is how deep calls are followed.
const maxBlocking = 4

type blocking struct {
	*Package
	left int                 // how deep calls are followed from here
	seen map[*types.Func]int // how deep those of a function were
}

func (b *blocking) call(call *ast.CallExpr) string {
	fn := typed.Callee(b.Info, call)
	decl := b.decl(fn)
	if decl == nil || decl.Body == nil || b.left <= b.seen[fn] {
		return ""
	}
	b.seen[fn] = b.left
	b.left--
	defer func() { b.left++ }()
	if b.usesContext(decl) {
		return ""
	}
	return b.body(decl.Body)
}

// usesContext reports whether the declaration mentions a context anywhere.
func (b *blocking) usesContext(decl *ast.FuncDecl) bool {
	found := false
	ast.Inspect(decl, func(n ast.Node) bool {
		e, _ := n.(ast.Expr)
		found = found || typed.IsContext(b.Info.TypeOf(e))
		return !found
	})
	return found
}

// body returns what the statements wait for where they stand.
func (b *blocking) body(body *ast.BlockStmt) string {
	what := ""
	ast.Inspect(body, func(n ast.Node) bool {
		if what != "" {
			return false
		}
		switch n := n.(type) {
		case *ast.FuncLit, *ast.GoStmt, *ast.DeferStmt:
			return false
		case *ast.SelectStmt:
			for _, c := range n.Body.List {
				if c.(*ast.CommClause).Comm == nil {
					return true // it has a default
				}
			}
			what = "a select"
		case *ast.CommClause:
			for _, stmt := range n.Body {
				if what == "" {
					what = b.body(&ast.BlockStmt{List: []ast.Stmt{stmt}})
				}
			}
			return false
		case *ast.UnaryExpr:
			if n.Op == token.ARROW {
				what = "receive from " + types.ExprString(n.X)
			}
		case *ast.CallExpr:
			if what = b.waits(n); what == "" {
				what = b.call(n)
			}
		}
		return what == ""
	})
	return what
}

// waits returns the name of a function of the standard library that waits
// for a time, other goroutines, another process or the network.
func (b *blocking) waits(call *ast.CallExpr) string {
	fn := typed.Callee(b.Info, call)
	switch {
	case typed.IsFunc(fn, "time", "Sleep"),
		typed.IsMethod(fn, "sync", "WaitGroup", "Wait"), typed.IsMethod(fn, "sync", "Cond", "Wait"),
		typed.IsMethod(fn, "os/exec", "Cmd", "Run", "Wait", "Output", "CombinedOutput"),
		typed.IsFunc(fn, "net/http", "Get", "Head", "Post", "PostForm"),
		typed.IsMethod(fn, "net/http", "Client", "Do", "Get", "Head", "Post", "PostForm"),
		typed.IsFunc(fn, "net", "Dial", "DialTimeout"), typed.IsFunc(fn, "crypto/tls", "Dial", "DialWithDialer"),
		typed.IsMethod(fn, "database/sql", "DB", "Exec", "Query", "QueryRow", "Ping"):
		return types.ExprString(call.Fun)
	}
	return ""
}
