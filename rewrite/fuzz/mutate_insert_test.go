package fuzz_test

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// inserts are statements. CTX is a context in scope, ZERO what the function
// returns.
var inserts = []string{
	"return ZERO", "if maybe {\nreturn ZERO\n}", `panic("stop")`, "goto end\nend:", "break", "continue", "return",
	"if maybe {\nbreak\n}", "if maybe {\ncontinue\n}",
	"if err := CTX.Err(); err != nil {\nreturn ZERO\n}",
	"if CTX.Err() != nil {\nnote()\n}",
	"_ = CTX", "ctx := CTX\n_ = ctx", "ctx := context.Background()\n_ = ctx", "CTX = context.Background()", "CTX = context.TODO()",
	"CTX, cancel := context.WithTimeout(CTX, time.Second)\ndefer cancel()",
	"ctx, cancel := context.WithCancel(CTX)\ndefer cancel()\n_ = ctx",
	"ctx, cancel := context.WithCancel(CTX)\n_, _ = ctx, cancel",
	"CTX, cancel := context.WithCancel(CTX)\n_ = cancel",
	"ctx, _ := context.WithTimeout(CTX, time.Minute)\n_ = ctx",
	"ctx2, cancel2 := context.WithTimeout(context.Background(), time.Second)\ndefer cancel2()\n<-ctx2.Done()",
	"sub, stop := context.WithDeadline(CTX, time.Now().Add(time.Hour))\nnote(sub)\nstop()",
	"CTX = context.WithValue(CTX, \"key\", 1)", "CTX = context.WithoutCancel(CTX)",
	"<-CTX.Done()", "select {\ncase <-CTX.Done():\nreturn ZERO\ndefault:\n}",
	"select {\ncase <-CTX.Done():\ncase <-time.After(time.Second):\n}",
	"time.Sleep(time.Second)", "for range 3 {\ntime.Sleep(time.Second)\n}", "<-time.After(time.Minute)",
	"for range time.Tick(time.Second) {\nnote()\n}",
	"t := time.NewTicker(time.Second)\nfor range t.C {\nnote(t)\n}",
	"runtime.Goexit()", "os.Exit(1)", `log.Fatal("stop")`,
	"go func() {\nnote(CTX)\n}()", "go note(CTX)", "go func() { <-CTX.Done() }()", "defer note(CTX)",
	"go func() {\nfor {\nselect {\ncase <-CTX.Done():\ndefault:\nnote()\n}\n}\n}()",
	"ch := make(chan int)\nch <- 1", "ch := make(chan error)\ngo func() { ch <- nil }()\nif err := <-ch; err != nil {\nreturn ZERO\n}",
	"var mu sync.Mutex\nmu.Lock()\ndefer mu.Unlock()",
	`req, err := http.NewRequest("GET", "http://h", nil)` + "\nnote(req, err)",
	`resp, err := http.Get("http://h")` + "\nif err != nil {\nreturn ZERO\n}\ndefer resp.Body.Close()",
	`cmd := exec.Command("true")` + "\nnote(cmd.Run())",
	`var db *sql.DB` + "\n" + `rows, err := db.Query("q")` + "\nnote(rows, err)",
	`conn, err := net.Dial("tcp", "h:1")` + "\nnote(conn, err)",
	"h := holds{CTX}\nnote(h.ctx)", "f := func() context.Context { return CTX }\nnote(f())",
	"func() {\nnote(CTX)\n}()", "if false {\nnote()\n}", "{\n}", ";", "// only a comment", "const context = 1\n_ = context",
	"var err error\n_ = err", "time := 1\n_ = time", "var cancel func()\n_ = cancel", "type ctx struct{}\n_ = ctx{}",
	"http, errors, sync, net := 1, 2, 3, 4\nnote(http, errors, sync, net)",
	"switch CTX.Err() {\ncase context.Canceled:\nreturn ZERO\ncase nil:\n}",
	"context.AfterFunc(CTX, func() { note() })",
}

func insertStmt(m *mutant) bool {
	stmts := m.someList(1)
	if stmts == nil {
		return false
	}
	s := oneOf(m, stmts)
	pos := s.Pos()
	if m.chance(40) {
		pos = s.End()
	}
	text := oneOf(m, inserts)
	if strings.Contains(text, "CTX") {
		text = strings.ReplaceAll(text, "CTX", m.contextAt(pos))
	}
	if strings.Contains(text, "ZERO") {
		zero, ok := m.zeroAt(pos)
		if !ok {
			return false
		}
		text = strings.ReplaceAll(text, "ZERO", zero)
	}
	if pos == s.Pos() {
		m.insert(pos, text+"\n")
	} else {
		m.insert(pos, "\n"+text)
	}
	return true
}

// contextAt draws an expression for a context in scope.
func (m *mutant) contextAt(pos token.Pos) string {
	var names []string
	for scope := m.scopeAt(pos); scope != nil; scope = scope.Parent() {
		for _, name := range scope.Names() {
			obj, ok := scope.Lookup(name).(*types.Var)
			if !ok || name == "_" || obj.Parent() != scope || obj.Pos() > pos {
				continue
			}
			switch obj.Type().String() {
			case "context.Context":
				names = append(names, name)
			case "*net/http.Request", "*testing.T":
				names = append(names, name+".Context()")
			}
		}
	}
	if len(names) == 0 {
		return "ctx"
	}
	return oneOf(m, names)
}

func (m *mutant) scopeAt(pos token.Pos) *types.Scope {
	for _, pkg := range m.pkgs {
		if s := pkg.Scope().Innermost(pos); s != nil {
			return s
		}
	}
	return nil
}

// zeroAt returns the operands of a return there.
func (m *mutant) zeroAt(pos token.Pos) (string, bool) {
	sig := m.signatureAt(pos)
	if sig == nil {
		return "", false
	}
	var values []string
	for v := range sig.Results().Variables() {
		switch t := v.Type().Underlying().(type) {
		case *types.Basic:
			switch {
			case t.Info()&types.IsString != 0:
				values = append(values, `""`)
			case t.Info()&types.IsBoolean != 0:
				values = append(values, "false")
			default:
				values = append(values, "0")
			}
		case *types.Struct:
			return "", false
		default:
			values = append(values, "nil")
		}
	}
	return strings.Join(values, ", "), true
}

// signatureAt is that of the innermost function around pos.
func (m *mutant) signatureAt(pos token.Pos) *types.Signature {
	var sig *types.Signature
	i := m.at(pos)
	ast.Inspect(m.syntax[i], func(n ast.Node) bool {
		if n == nil || pos < n.Pos() || n.End() < pos {
			return false
		}
		switch n := n.(type) {
		case *ast.FuncDecl:
			if fn, ok := m.info.Defs[n.Name].(*types.Func); ok {
				sig = fn.Signature()
			}
		case *ast.FuncLit:
			sig, _ = m.info.TypeOf(n).(*types.Signature)
		}
		return true
	})
	return sig
}
