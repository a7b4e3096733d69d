package detect

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/typed"
)

// A sendRow is a function, and method of http.Client, that makes a request
// and sends it. In its parts, $0 is the first argument, http. the package and
// strings. that package.
type sendRow struct {
	name, method string // method: the constant of net/http
	body         string
	contentType  string // "" for none
}

var sendTable = []sendRow{
	{"Get", "MethodGet", "nil", ""},
	{"Head", "MethodHead", "nil", ""},
	{"Post", "MethodPost", "$2", "$1"},
	{"PostForm", "MethodPost", "strings.NewReader($1.Encode())", `"application/x-www-form-urlencoded"`},
}

// A send is one call of a sendRow that becomes a request and its Do.
type send struct {
	*noCtx
	row    sendRow
	call   *ast.CallExpr
	stmt   ast.Stmt // holds the call and nothing else
	check  *ast.IfStmt
	client string // Go source of what has the Do
	block  ast.Node
	lhs    [2]*ast.Ident // what the response and the error are assigned to; nil in a return
}

// httpForm is the form of http.Get and the like.
func (p *noCtx) httpForm(call *ast.CallExpr, fn *types.Func) *variant {
	i := slices.IndexFunc(sendTable, func(r sendRow) bool { return r.name == fn.Name() })
	if i < 0 || !typed.IsFunc(fn, "net/http", fn.Name()) && !typed.IsMethod(fn, "net/http", "Client", fn.Name()) {
		return nil
	}
	if p.Flow.Version(call) < 13 || p.Package.Types == fn.Pkg() || len(call.Args) != fn.Signature().Params().Len() {
		return nil
	}
	s := &send{noCtx: p, row: sendTable[i], call: call}
	return &variant{name: "a request with a context", to: fn, governs: true, safety: Safe, make: s.make}
}

// make writes the statements, provided:
//   - the call is all that its statement assigns or returns;
//   - its error is checked right below, and the check leaves without a look
//     at the response and is short enough to stand twice;
//   - what the call evaluates is evaluated in the same order.
func (s *send) make(f *Finding, ctx flow.Context) *NoCtx {
	why := s.findClient()
	if why == "" {
		why = s.findStatement()
	}
	if why == "" {
		why = s.misordered()
	}
	if why == "" && s.jumpedOver() {
		why = "a goto jumps over it, which no declaration of the request may stand in the way of"
	}
	if why != "" {
		f.Lower(Manual, why)
		return nil
	}
	// Have: resp, err := client.Get(u); if err != nil { … }, or return client.Get(u)
	ev := &NoCtx{Stmt: s.stmt}
	qual, ok := s.qualifiers(ev)
	if !ok {
		f.Lower(Manual, "a package that is needed cannot be named here")
		return nil
	}
	if s.lhs[0] == nil {
		why = s.stepsOfReturn(f, ev, qual, ctx)
	} else {
		why = s.stepsOfAssign(f, ev, qual, ctx)
	}
	if why != "" {
		f.Lower(Manual, why)
		return nil
	}
	f.Touches = append(f.Touches, SpanOf(s.stmt))
	if s.check != nil {
		f.Touches = append(f.Touches, SpanOf(s.check))
	}
	return ev
}

// jumpedOver reports whether a goto leads from before the statement to behind
// it.
func (s *send) jumpedOver() bool {
	found := false
	ast.Inspect(s.Flow.Func(s.call).Body, func(n ast.Node) bool {
		jump, ok := n.(*ast.BranchStmt)
		if ok && jump.Tok == token.GOTO && jump.Pos() < s.stmt.Pos() {
			label := s.Package.Info.Uses[jump.Label]
			found = found || label != nil && label.Pos() > s.stmt.End()
		}
		return !found
	})
	return found
}

// findClient sets what has the method Do.
func (s *send) findClient() string {
	sel, ok := ast.Unparen(s.call.Fun).(*ast.SelectorExpr)
	if !ok {
		s.client = "$DefaultClient"
		return ""
	}
	if _, ok := typed.PackageOf(s.Package.Info, sel.X); ok {
		s.client = "$DefaultClient"
		return ""
	}
	if !isPath(sel.X) {
		return "the client is computed: keep it in a variable first"
	}
	s.client = types.ExprString(sel.X)
	do := s.counterpart(s.call, "Do")
	if do != nil && typed.IsMethod(do, "net/http", "Client", "Do") {
		return ""
	}
	// Have: a type with a Do of its own, which embeds the client.
	path, ok := s.embedded(sel)
	if !ok {
		return "the client's Do is not the one of net/http"
	}
	s.client += path
	return ""
}

// isPath reports whether e is a variable, or a field of one.
func isPath(e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return true
	case *ast.SelectorExpr:
		return isPath(e.X)
	}
	return false
}

// embedded returns the embedded fields through which the called method is
// reached, as ".Client".
func (s *send) embedded(sel *ast.SelectorExpr) (path string, ok bool) {
	selection := s.Package.Info.Selections[sel]
	if selection == nil {
		return "", false
	}
	t := selection.Recv()
	index := selection.Index()
	for _, i := range index[:len(index)-1] {
		if ptr, isPtr := types.Unalias(t).(*types.Pointer); isPtr {
			t = ptr.Elem()
		}
		st, isStruct := t.Underlying().(*types.Struct)
		if !isStruct {
			return "", false
		}
		field := st.Field(i)
		path += "." + field.Name()
		t = field.Type()
	}
	return path, path != ""
}

// findStatement sets the statement, its block and the check below it.
func (s *send) findStatement() string {
	const elsewhere = "the call is a part of a statement: it takes several in its place"
	switch stmt := s.Flow.Parent(s.call).(type) {
	case *ast.ReturnStmt:
		if len(stmt.Results) != 1 {
			return elsewhere
		}
		s.stmt = stmt
	case *ast.AssignStmt:
		if len(stmt.Lhs) != 2 || len(stmt.Rhs) != 1 {
			return elsewhere
		}
		for i, l := range stmt.Lhs {
			id, ok := l.(*ast.Ident)
			if !ok {
				return "the result is assigned to " + types.ExprString(l)
			}
			s.lhs[i] = id
		}
		s.stmt = stmt
	default:
		return elsewhere
	}
	s.block = s.Flow.Parent(s.stmt)
	list := flow.Statements(s.block)
	at := slices.Index(list, s.stmt)
	if comm, ok := s.block.(*ast.CommClause); at < 0 || ok && comm.Comm == s.stmt {
		return elsewhere
	}
	if s.lhs[0] == nil {
		return ""
	}
	if s.lhs[1].Name == "_" {
		return "its error is dropped: nobody would see that the request is not valid"
	}
	if at+1 < len(list) {
		s.check, _ = list[at+1].(*ast.IfStmt)
	}
	return s.unusable()
}

// misordered says which argument would be evaluated at another time, or "".
// The content type is evaluated after the body and the making of the request.
func (s *send) misordered() string {
	if s.row.name == "Post" && s.acts(s.call.Args[1]) && s.acts(s.call.Args[2]) {
		return "the body would be evaluated before the content type"
	}
	return ""
}

// qualifiers returns what stands before the names of net/http and strings,
// as replacements of "http." and "strings.".
func (s *send) qualifiers(ev *NoCtx) (pairs []string, ok bool) {
	for _, path := range []string{"net/http", "strings"} {
		base := path[strings.LastIndex(path, "/")+1:]
		if base == "strings" && !strings.Contains(s.row.body, "strings.") {
			continue
		}
		name, add, ok := s.Flow.Import(path, s.call.Pos())
		if !ok {
			return nil, false
		}
		if add != nil {
			ev.Imports = append(ev.Imports, *add)
		}
		pairs = append(pairs, base+".", qualifier(name))
	}
	return pairs, true
}

// makeRequest returns the call that makes the request.
func (s *send) makeRequest(pairs []string, ctx flow.Context) string {
	src := fmt.Sprintf("http.NewRequestWithContext($ctx, http.%s, $0, %s)", s.row.method, s.row.body)
	return s.fill(src, pairs, ctx)
}

func (s *send) fill(src string, pairs []string, ctx flow.Context) string {
	pairs = append(slices.Clone(pairs), "$ctx", ctx.Expr, "$0", Hole(0), "$1", Hole(1), "$2", Hole(2))
	return strings.NewReplacer(pairs...).Replace(src)
}

// do returns the call that sends the request.
func (s *send) do(req string, pairs []string) string {
	client := s.client
	if client == "$DefaultClient" {
		client = strings.NewReplacer(pairs...).Replace("http.DefaultClient")
	}
	return client + ".Do(" + req + ")"
}

// header returns the statement that sets the content type, or none.
func (s *send) header(req string, ctx flow.Context) []CallStep {
	if s.row.contentType == "" {
		return nil
	}
	return []CallStep{{Src: req + `.Header.Set("Content-Type", ` + s.fill(s.row.contentType, nil, ctx) + ")"}}
}

// stepsOfReturn turns return client.Get(u) into its steps.
func (s *send) stepsOfReturn(f *Finding, ev *NoCtx, pairs []string, ctx flow.Context) string {
	results := s.Flow.Func(s.call).Sig.Results()
	if results.Len() != 2 || !typed.IsError(results.At(1).Type()) {
		return "the function does not return the error as it is"
	}
	err := s.errName()
	if err == "" {
		return "no name is free for the error"
	}
	req, ok := s.requestVar(f, "resp")
	if !ok {
		return "no name is free for the request"
	}
	made := token.DEFINE
	here := s.Package.Types.Scope().Innermost(s.call.Pos())
	if v := here.Lookup(err); req.old && v != nil && v.Pos() < s.call.Pos() {
		made = token.ASSIGN // Have: nothing new on the left
	}
	ev.Stmts = append(ev.Stmts,
		CallStep{Src: fmt.Sprintf("%s, %s %s %s", req.name, err, made, s.makeRequest(pairs, ctx))},
		CallStep{Src: fmt.Sprintf("if %[1]s != nil {\n\treturn nil, %[1]s\n}", err)})
	ev.Stmts = append(ev.Stmts, s.header(req.name, ctx)...)
	ev.Stmts = append(ev.Stmts, CallStep{Src: "return " + s.do(req.name, pairs)})
	return ""
}

// stepsOfAssign turns resp, err := client.Get(u) into its steps; the check
// below it stays.
func (s *send) stepsOfAssign(f *Finding, ev *NoCtx, pairs []string, ctx flow.Context) string {
	resp, err := s.lhs[0], s.lhs[1]
	req, ok := s.requestVar(f, resp.Name)
	if !ok {
		return "no name is free for the request"
	}
	made, sent := token.DEFINE, s.stmt.(*ast.AssignStmt).Tok
	errVar := typed.Var(s.Package.Info, err)
	errNew := s.Package.Info.Defs[err] != nil
	switch here := s.Package.Types.Scope().Innermost(s.call.Pos()); {
	case errNew:
	case req.old:
		made = token.ASSIGN
	case errVar.Parent() != here: // the error of the function around: it must not be declared anew
		made = token.ASSIGN
		pkg := strings.NewReplacer(pairs...).Replace("http.")
		ev.Stmts = append(ev.Stmts, CallStep{Src: fmt.Sprintf("var %s *%sRequest", req.name, pkg)})
	}
	if s.Package.Info.Defs[resp] == nil || resp.Name == "_" {
		sent = token.ASSIGN // Have: the error, if it was new, is declared above now
	}
	ev.Stmts = append(ev.Stmts,
		CallStep{Src: fmt.Sprintf("%s, %s %s %s", req.name, err.Name, made, s.makeRequest(pairs, ctx))},
		CallStep{Copy: s.check})
	ev.Stmts = append(ev.Stmts, s.header(req.name, ctx)...)
	ev.Stmts = append(ev.Stmts, CallStep{Src: fmt.Sprintf("%s, %s %s %s", resp.Name, err.Name, sent, s.do(req.name, pairs))})
	return ""
}
