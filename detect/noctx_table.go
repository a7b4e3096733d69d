package detect

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// A tableRow is a function of the standard library that takes no context,
// and its variant in the same package or method set that takes one first.
type tableRow struct {
	pkg, recv, name, to string
	last                []string // further arguments of the variant
	since               int      // Go 1.x
	strict              bool
	governs             bool // the context rules what is returned, until that is closed
	safety              Safety
	because             string
}

const rollsBack = "the transaction would be rolled back when the context is done"

// noCtxTable lists the pairs whose arguments are the same but for the
// context. Dialing, looking up, preparing and pinging are bounded by the
// context; rows, requests and transactions live under it.
var noCtxTable = []tableRow{
	{pkg: "database/sql", recv: "DB", name: "Exec", to: "ExecContext"},
	{pkg: "database/sql", recv: "DB", name: "Ping", to: "PingContext"},
	{pkg: "database/sql", recv: "DB", name: "Prepare", to: "PrepareContext"},
	{pkg: "database/sql", recv: "DB", name: "Query", to: "QueryContext", governs: true},
	{pkg: "database/sql", recv: "DB", name: "QueryRow", to: "QueryRowContext", governs: true},
	{pkg: "database/sql", recv: "DB", name: "Begin", to: "BeginTx", last: []string{"nil"}, governs: true, safety: Unsafe, because: rollsBack},
	{pkg: "database/sql", recv: "Tx", name: "Exec", to: "ExecContext"},
	{pkg: "database/sql", recv: "Tx", name: "Prepare", to: "PrepareContext"},
	{pkg: "database/sql", recv: "Tx", name: "Query", to: "QueryContext", governs: true},
	{pkg: "database/sql", recv: "Tx", name: "QueryRow", to: "QueryRowContext", governs: true},
	{pkg: "database/sql", recv: "Tx", name: "Stmt", to: "StmtContext"},
	{pkg: "database/sql", recv: "Stmt", name: "Exec", to: "ExecContext"},
	{pkg: "database/sql", recv: "Stmt", name: "Query", to: "QueryContext", governs: true},
	{pkg: "database/sql", recv: "Stmt", name: "QueryRow", to: "QueryRowContext", governs: true},

	{pkg: "net", recv: "Dialer", name: "Dial", to: "DialContext"},
	{pkg: "crypto/tls", recv: "Conn", name: "Handshake", to: "HandshakeContext", since: 17},
	{pkg: "crypto/tls", recv: "Dialer", name: "Dial", to: "DialContext", since: 15},

	{pkg: "net/http/httptest", name: "NewRequest", to: "NewRequestWithContext", since: 24, strict: true},
	{pkg: "log/slog", name: "Debug", to: "DebugContext", strict: true},
	{pkg: "log/slog", name: "Info", to: "InfoContext", strict: true},
	{pkg: "log/slog", name: "Warn", to: "WarnContext", strict: true},
	{pkg: "log/slog", name: "Error", to: "ErrorContext", strict: true},
	{pkg: "log/slog", recv: "Logger", name: "Debug", to: "DebugContext", strict: true},
	{pkg: "log/slog", recv: "Logger", name: "Info", to: "InfoContext", strict: true},
	{pkg: "log/slog", recv: "Logger", name: "Warn", to: "WarnContext", strict: true},
	{pkg: "log/slog", recv: "Logger", name: "Error", to: "ErrorContext", strict: true},
}

// tableForm is the form of the functions of noCtxTable.
func (p *noCtx) tableForm(call *ast.CallExpr, fn *types.Func) *variant {
	for _, row := range noCtxTable {
		if !row.is(fn) || p.Flow.Version(call) < row.since {
			continue
		}
		to := p.counterpart(call, row.to)
		if to == nil {
			return nil
		}
		v := &variant{
			name: row.to, to: to, governs: row.governs, strict: row.strict,
			safety: Safe, because: row.because,
			make: p.renamed(call, row.to, row.last...),
		}
		if row.because != "" {
			v.safety = row.safety
		}
		if to.Pkg() != fn.Pkg() || !sameReceiver(to, fn) {
			v.safety, v.because = Manual, "its "+row.to+" is not the one of "+fn.Pkg().Path()
		}
		return v
	}
	return nil
}

// inTable reports whether the table, or a form of its own, knows fn: what that
// does not change stays.
func inTable(fn *types.Func) bool {
	if typed.IsFunc(fn, "net/http", "NewRequest") || typed.IsFunc(fn, "os/exec", "Command") {
		return true
	}
	return slices.ContainsFunc(noCtxTable, func(row tableRow) bool { return row.is(fn) })
}

func (row tableRow) is(fn *types.Func) bool {
	if fn.Name() != row.name {
		return false
	}
	if row.recv == "" {
		return typed.IsFunc(fn, row.pkg, row.name)
	}
	return typed.IsMethod(fn, row.pkg, row.recv)
}

// sameReceiver reports whether two methods belong to one type, or both to
// interfaces, or both functions to one package.
func sameReceiver(a, b *types.Func) bool {
	ra, rb := a.Signature().Recv(), b.Signature().Recv()
	if ra == nil || rb == nil {
		return ra == rb && a.Pkg() == b.Pkg()
	}
	if types.IsInterface(ra.Type()) && types.IsInterface(rb.Type()) {
		return true
	}
	na, nb := typed.Named(ra.Type()), typed.Named(rb.Type())
	return na != nil && nb != nil && na.Obj() == nb.Obj()
}

// counterpart returns the function that would be called if the call named it
// instead of its own, or nil.
func (p *noCtx) counterpart(call *ast.CallExpr, name string) *types.Func {
	id := calledName(call)
	if id == nil {
		return nil
	}
	sel, ok := p.Flow.Parent(id).(*ast.SelectorExpr)
	if !ok { // of this package, or dot-imported
		_, obj := p.Package.Types.Scope().Innermost(call.Pos()).LookupParent(name, call.Pos())
		fn, _ := obj.(*types.Func)
		return fn
	}
	if pkg, ok := typed.PackageOf(p.Package.Info, sel.X); ok {
		fn, _ := pkg.Scope().Lookup(name).(*types.Func)
		return fn
	}
	tv := p.Package.Info.Types[sel.X]
	if tv.Type == nil || tv.IsType() { // T.Method as a function takes the receiver first
		return nil
	}
	obj, _, _ := types.LookupFieldOrMethod(tv.Type, tv.Addressable(), p.Package.Types, name)
	fn, _ := obj.(*types.Func)
	return fn
}
